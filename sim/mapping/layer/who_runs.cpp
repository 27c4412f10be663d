#include "sim/mapping/layer/who_runs.h"

#include <algorithm>
#include <iterator>

#include "sim/mapping/layer/host_layer.h"
#include "sim/mapping/layer/mac_layer.h"
#include "sim/mapping/layer/recurrent_layer.h"
#include "sim/mapping/layer/type_obstacle.h"
#include "sim/mapping/place/stored_data.h"
#include "sim/mapping/tile/copies.h"
#include "sim/mapping/tile/matmul_shape.h"
#include "sim/mapping/tile/vector_shape.h"

namespace subvolt::mapping {
namespace {

using network::ElementType;
using network::Form;
using network::Layer;

// The NPU's datapath is eight bits wide; an unsigned operand differs by its zero point only.
bool is_byte(ElementType type) { return type == ElementType::kInt8 || type == ElementType::kUint8; }

class Question {
 public:
  Question(const network::Network& network, std::size_t index, const Hardware& hardware)
      : network_(network), layer_(network.layers[index]), index_(index), hardware_(hardware) {}

  // Why the NPU cannot run it; empty when it can, and then the unit that does. What the operator lacks comes before
  // the types of its operands: those alone are no obstacle to what nobody runs in any type.
  std::string obstacle(Runner::Unit& unit) const {
    if (!layer_.counted) return not_known();
    const std::string own = own_obstacle(unit);
    return own.empty() ? type_obstacle() : own;
  }

  // The host's names for the layer's tasks; empty, and what is missing, when it cannot do one of them.
  std::vector<std::string> host(std::size_t index, std::string& missing) const {
    std::vector<std::string> names;
    for (const HostTask& task : host_tasks(network_, index)) {
      const auto listed = std::find_if(task.names.begin(), task.names.end(), [&](const std::string& name) {
        const auto& all = hardware_.host.operators;
        return std::any_of(all.begin(), all.end(), [&](const auto& entry) { return entry.first == name; });
      });
      if (listed == task.names.end()) {
        missing = task.names.back();
        return {};
      }
      names.push_back(*listed);
    }
    return names;
  }

 private:
  // An operator that the reader of its file did not know, under the file's name for it: "com.example.Magic".
  std::string not_known() const {
    const std::string& word = layer_.source_op;
    if (word.empty()) return "an operator of the kind " + network::to_text(layer_.op) + " is not known";
    const std::size_t dot = word.rfind('.');
    if (dot == std::string::npos) return "the operator " + word + ", as the file has it, is not known";
    return "the operator " + word.substr(dot + 1) + " of domain " + word.substr(0, dot) + " is not known";
  }

  std::string type_obstacle() const {
    for (const network::TensorId t : layer_.inputs) {
      const ElementType type = network_.tensor(t).type;
      if (!is_byte(type) && type != ElementType::kResource) return computes_bytes("input", type);
    }
    for (const network::TensorId t : layer_.outputs) {
      if (!is_byte(network_.tensor(t).type)) return computes_bytes("output", network_.tensor(t).type);
    }
    if (layer_.op->form == Form::kRecurrent || layer_.op.is("batch_matmul")) return no_dataflow({});
    if (layer_.op->form != Form::kArray) return "";
    const network::Constant* weights = layer_.constant(network::Role::kWeights);
    const network::Window& w = layer_.window;
    Tile smallest;  // of this layer
    smallest.rows = {1, w.kernel_height, w.stride_height, w.dilation_height};
    smallest.columns = {1, w.kernel_width, w.stride_width, w.dilation_width};
    if (weights) smallest.weight = {weights->type};
    const std::string why = no_dataflow(smallest);
    if (!why.empty()) return why;
    const network::Constant* biases = layer_.constant(network::Role::kBias);
    if (biases && biases->type != ElementType::kInt32) {
      return hardware_.npu.instance + " " + adds_int32(biases->type);
    }
    return "";
  }

  // Why none can run it.
  std::string no_dataflow(const Tile& tile) const {
    std::string first;
    for (const auto& style : hardware_.npu.styles) {
      const std::string why = style->obstacle(tile);
      if (why.empty()) return "";
      if (first.empty()) first = hardware_.npu.instance + " " + why;
    }
    return first;
  }

  std::string own_obstacle(Runner::Unit& unit) const {
    const std::string& npu = hardware_.npu.instance;
    unit = Runner::Unit::kArray;
    if (layer_.op->form == Form::kArray) return array_obstacle();
    std::string why;
    if (layer_.op->form == Form::kRecurrent) {
      unit = Runner::Unit::kRecurrent;
      return recurrent_obstacle();
    }
    if (const auto shape = vector_shape(network_, index_, why)) {
      unit = Runner::Unit::kVector;
      return lacks(shape->op, shape->lookup);
    }
    if (layer_.op->form != Form::kMove && layer_.op->form != Form::kState) return npu + " " + why;
    unit = Runner::Unit::kDma;
    const auto copies = copies_of(network_, index_, why);
    if (!copies) return npu + " " + why;
    const bool pads =
        std::any_of(copies->begin(), copies->end(), [](const Copy& copy) { return copy.from == Copy::From::kValue; });
    return pads ? lacks(VectorOperator::kActivation, false) : "";
  }

  std::string computes_bytes(const std::string& operand, ElementType type) const {
    return hardware_.npu.instance + " " + computes_int8(operand, type);
  }

  std::string array_obstacle() const {
    const std::string& npu = hardware_.npu.instance;
    if (layer_.op.is("batch_matmul")) {
      std::string why;
      if (!matmul_shape(network_, index_, why)) return npu + " " + why;
    } else {
      static const char* const all[] = {"conv2d", "conv1d", "depthwise_conv2d", "depthwise_conv1d", "fully_connected"};
      if (std::none_of(std::begin(all), std::end(all), [&](const char* op) { return layer_.op.is(op); })) {
        return npu + " has no way to run it";
      }
      if (!layer_.constant(network::Role::kWeights)) {
        return npu + " multiplies by constant weights and these are computed";
      }
      if (!layer_.constant(network::Role::kBias) && layer_.bias) {
        return npu + " adds constant biases and these are computed";
      }
    }
    if (hardware_.npu.styles.empty()) return npu + ".array has no dataflow";
    return lacks(VectorOperator::kRequantize, needs_lookup(layer_));
  }

  std::string recurrent_obstacle() const {
    const std::string& npu = hardware_.npu.instance;
    if (hardware_.npu.styles.empty()) return npu + ".array has no dataflow";
    std::string why;
    const auto recurrent = recurrent_layer(network_, index_, hardware_.npu, why);
    if (!recurrent) return npu + " " + why;
    const std::string cell = lacks(recurrent->cell, false);
    return cell.empty() && recurrent->projection > 0 ? lacks(VectorOperator::kRequantize, false) : cell;
  }

  // Of the vector unit; a table behind another operator is the one of the activation.
  std::string lacks(VectorOperator op, bool lookup) const {
    const auto& all = hardware_.npu.vector_operators;
    const auto missing = [&](VectorOperator o) { return std::find(all.begin(), all.end(), o) == all.end(); };
    if (!missing(op) && lookup) op = VectorOperator::kActivation;
    return missing(op) ? hardware_.npu.instance + ".vector lacks the operator " + to_text(op) : "";
  }

  const network::Network& network_;
  const Layer& layer_;
  std::size_t index_;
  const Hardware& hardware_;
};

}  // namespace

Runner who_runs(const network::Network& network, std::size_t index, const Hardware& hardware) {
  const Layer& layer = network.layers[index];
  const Form form = layer.op->form;
  const bool copies_state =
      layer.op.is("assign_variable") || (layer.op.is("read_variable") && !reads_in_place(network, index));
  // A view of a constant is made by copying it.
  const bool nowhere = (form == Form::kView && !layer.inputs.empty()) || (form == Form::kState && !copies_state);
  if (nowhere) return {Runner::Runs::kNowhere, "", "", {}, {}};
  const Question question(network, index, hardware);
  Runner::Unit unit = Runner::Unit::kArray;
  const std::string why = question.obstacle(unit);
  if (why.empty()) return {Runner::Runs::kOnNpu, "", "", {}, unit};
  std::string missing;
  std::vector<std::string> names = question.host(index, missing);
  if (!names.empty()) {
    const std::string first = names.front();
    names.erase(names.begin());
    return {Runner::Runs::kOnHost, why, first, std::move(names), {}};
  }
  const std::string table = "soc." + hardware.host.instance + ".";
  if (!layer.counted) {
    return {Runner::Runs::kRefused,
            why + "; the host runs it once it has a cost, such as 10 cycles for each element of its results: --set " +
                table + "unknown_operators." + unknown_word(layer) + "=10",
            "",
            {},
            {}};
  }
  const std::string it = missing == network::to_text(layer.op) ? "it" : missing;
  return {Runner::Runs::kRefused,
          why + ", and host " + hardware.host.instance + " does not list " + it +
              ": give it a cost there, such as 10 cycles per operation: --set " + table + "operators." + missing +
              "=10",
          "",
          {},
          {}};
}

}  // namespace subvolt::mapping
