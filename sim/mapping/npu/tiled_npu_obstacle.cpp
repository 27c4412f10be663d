// What keeps a layer off the NPU.
#include <algorithm>
#include <iterator>

#include "sim/mapping/layer/mac_layer.h"
#include "sim/mapping/layer/recurrent_layer.h"
#include "sim/mapping/layer/svdf_layer.h"
#include "sim/mapping/layer/transposed_layer.h"
#include "sim/mapping/layer/type_obstacle.h"
#include "sim/mapping/npu/tiled_npu.h"
#include "sim/mapping/tile/copies.h"
#include "sim/mapping/tile/matmul_shape.h"
#include "sim/mapping/tile/vector_shape.h"

namespace subvolt::mapping {
namespace {

using network::ElementType;
using network::Form;
using network::Layer;

// The NPU's datapath is eight bits wide; an unsigned operand differs by its zero point only.
bool is_byte(ElementType type) { return Format{type}.is_byte(); }

class Question {
 public:
  Question(const network::Network& network, std::size_t index, const NpuCapabilities& npu)
      : network_(network), layer_(network.layers[index]), index_(index), npu_(npu) {}

  std::string obstacle(NpuUnit& unit) const {
    const std::string own = own_obstacle(unit);
    return own.empty() ? type_obstacle() : own;
  }

 private:
  std::string type_obstacle() const {
    if (const std::string why = operand_obstacle(); !why.empty()) return why;
    for (const network::TensorId t : layer_.outputs) {
      const ElementType type = network_.tensor(t).type;
      if (finds_places())
        return type == ElementType::kInt32 ? ""
                                           : npu_.instance + " writes places as int32 and these are " + to_text(type);
      if (!is_byte(type)) return computes_bytes("output", type);
    }
    if (layer_.op->form == Form::kRecurrent || layer_.op.is("batch_matmul")) return no_dataflow({});
    if (!has_window()) return "";
    const network::Constant* biases = layer_.constant(network::Role::kBias);
    return biases && biases->type != ElementType::kInt32 ? npu_.instance + " " + adds_int32(biases->type) : "";
  }

  // Of inputs and, where the array slides over them, weights: its styles say what they multiply.
  std::string operand_obstacle() const {
    if (has_window()) return no_dataflow(smallest_tile());
    for (const network::TensorId t : layer_.inputs) {
      const ElementType type = network_.tensor(t).type;
      const bool index = layer_.op.is("gather") && (type == ElementType::kInt32 || type == ElementType::kInt64);
      if (!is_byte(type) && type != ElementType::kResource && !index) return computes_bytes("input", type);
    }
    return "";
  }

  // Of a layer with a window.
  Tile smallest_tile() const {
    const network::Window& w = layer_.window;
    Tile smallest;
    smallest.rows = {1, w.kernel_height, w.stride_height, w.dilation_height};
    smallest.columns = {1, w.kernel_width, w.stride_width, w.dilation_width};
    if (is_transposed(layer_)) {  // of a phase
      smallest.rows = {1, ceil_div(w.kernel_height, w.stride_height), 1, 1};
      smallest.columns = {1, ceil_div(w.kernel_width, w.stride_width), 1, 1};
    }
    smallest.input = network_.tensor(layer_.inputs.at(0)).format();
    if (const network::Constant* weights = layer_.constant(network::Role::kWeights)) smallest.weight = {weights->type};
    return smallest;
  }

  bool has_window() const { return layer_.op->form == Form::kArray && !layer_.op.is("batch_matmul"); }

  bool finds_places() const { return layer_.op.is("arg_max") || layer_.op.is("arg_min"); }

  // Why none can run it.
  std::string no_dataflow(const Tile& tile) const {
    std::string first;
    for (const auto& style : npu_.styles) {
      const std::string why = style->obstacle(tile);
      if (why.empty()) return "";
      if (first.empty()) first = npu_.instance + " " + why;
    }
    return first;
  }

  std::string own_obstacle(NpuUnit& unit) const {
    const std::string& npu = npu_.instance;
    unit = NpuUnit::kArray;
    if (layer_.op->form == Form::kArray) return array_obstacle();
    std::string why;
    if (layer_.op->form == Form::kRecurrent) {
      unit = NpuUnit::kRecurrent;
      return recurrent_obstacle();
    }
    if (const auto shape = vector_shape(network_, index_, why)) {
      unit = NpuUnit::kVector;
      return lacks(shape->op, shape->lookup);
    }
    if (layer_.op->form != Form::kMove && layer_.op->form != Form::kState) return npu + " " + why;
    unit = NpuUnit::kDma;
    const auto copies = copies_of(network_, index_, why);
    if (!copies) return npu + " " + why;
    const bool pads =
        std::any_of(copies->begin(), copies->end(), [](const Copy& copy) { return copy.from == Copy::From::kValue; });
    return pads ? lacks(VectorOperator::kActivation, false) : "";
  }

  std::string computes_bytes(const std::string& operand, ElementType type) const {
    return npu_.instance + " " + computes_int8(operand, type);
  }

  std::string array_obstacle() const {
    const std::string& npu = npu_.instance;
    if (layer_.op.is("batch_matmul")) {
      std::string why;
      if (!matmul_shape(network_, index_, why)) return npu + " " + why;
    } else {
      static const char* const all[] = {"conv2d", "conv1d", "depthwise_conv2d", "depthwise_conv1d", "fully_connected"};
      const bool listed = std::any_of(std::begin(all), std::end(all), [&](const char* op) { return layer_.op.is(op); });
      if (!listed && !is_transposed(layer_)) return npu + " has no way to run it";
      if (is_transposed(layer_)) {
        if (const std::string why = transposed_obstacle(layer_); !why.empty()) return npu + " " + why;
      }
      if (!layer_.constant(network::Role::kWeights)) {
        return npu + " multiplies by constant weights and these are computed";
      }
      if (!layer_.constant(network::Role::kBias) && layer_.bias) {
        return npu + " adds constant biases and these are computed";
      }
    }
    if (npu_.styles.empty()) return npu + ".array has no dataflow";
    return lacks(VectorOperator::kRequantize, needs_lookup(layer_));
  }

  std::string recurrent_obstacle() const {
    const std::string& npu = npu_.instance;
    if (npu_.styles.empty()) return npu + ".array has no dataflow";
    std::string why;
    if (layer_.op.is("svdf")) {
      const auto svdf = svdf_layer(network_, index_, npu_, why);
      return svdf ? lacks(VectorOperator::kRequantize, svdf->lookup) : npu + " " + why;
    }
    const auto recurrent = recurrent_layer(network_, index_, npu_, why);
    if (!recurrent) return npu + " " + why;
    const std::string cell = lacks(recurrent->cell, false);
    return cell.empty() && recurrent->projection > 0 ? lacks(VectorOperator::kRequantize, false) : cell;
  }

  // Of the vector unit; a table behind another operator is the one of the activation.
  std::string lacks(VectorOperator op, bool lookup) const {
    const auto& all = npu_.vector_operators;
    const auto missing = [&](VectorOperator o) { return std::find(all.begin(), all.end(), o) == all.end(); };
    if (!missing(op) && lookup) op = VectorOperator::kActivation;
    return missing(op) ? npu_.instance + ".vector lacks the operator " + to_text(op) : "";
  }

  const network::Network& network_;
  const Layer& layer_;
  std::size_t index_;
  const NpuCapabilities& npu_;
};

}  // namespace

std::string npu_obstacle(const network::Network& network, std::size_t index, const NpuCapabilities& npu,
                         NpuUnit& unit) {
  return Question(network, index, npu).obstacle(unit);
}

}  // namespace subvolt::mapping
