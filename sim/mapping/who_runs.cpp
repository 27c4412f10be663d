#include "sim/mapping/who_runs.h"

#include <algorithm>

#include "sim/mapping/host_layer.h"
#include "sim/mapping/stored_data.h"
#include "sim/mapping/vector_layer.h"

namespace subvolt::mapping {
namespace {

using network::ElementType;
using network::Form;
using network::Layer;

// The NPU's datapath is eight bits wide; an unsigned operand differs by its zero point only.
bool is_byte(ElementType type) { return type == ElementType::kInt8 || type == ElementType::kUint8; }

class Question {
 public:
  Question(const network::Network& network, const Layer& layer, const Hardware& hardware)
      : network_(network), layer_(layer), hardware_(hardware) {}

  // Why the NPU cannot run it; empty when it can.
  std::string obstacle() const {
    const std::string& npu = hardware_.npu.instance;
    for (const network::TensorId t : layer_.inputs) {
      if (!is_byte(network_.tensor(t).type)) return computes_bytes("input", network_.tensor(t).type);
    }
    for (const network::TensorId t : layer_.outputs) {
      if (!is_byte(network_.tensor(t).type)) return computes_bytes("output", network_.tensor(t).type);
    }
    if (layer_.op->form == Form::kArray) return array_obstacle();
    const auto op = vector_operator(layer_.op);
    if (!op) return npu + " has no way to run it";
    const auto& all = hardware_.npu.vector_operators;
    if (std::find(all.begin(), all.end(), *op) == all.end()) return npu + ".vector lacks the operator " + to_text(*op);
    return "";
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
  std::string computes_bytes(const std::string& operand, ElementType type) const {
    return hardware_.npu.instance + " computes int8 and the " + operand + " is " + to_text(type);
  }

  std::string array_obstacle() const {
    const std::string& npu = hardware_.npu.instance;
    const network::Constant* weights = layer_.constant(network::Role::kWeights);
    if (weights && !is_byte(weights->type)) return computes_bytes("weights", weights->type);
    if (!weights) return npu + " multiplies by constant weights and these are computed";
    if (layer_.in.images != 1) return npu + " takes one image at a time and there are " + grouped(layer_.in.images);
    if (hardware_.npu.styles.empty()) return npu + ".array has no dataflow";
    const auto& all = hardware_.npu.vector_operators;
    if (std::find(all.begin(), all.end(), VectorOperator::kRequantize) == all.end()) {
      return npu + ".vector lacks the operator requantize";
    }
    return "";
  }

  const network::Network& network_;
  const Layer& layer_;
  const Hardware& hardware_;
};

}  // namespace

Runner who_runs(const network::Network& network, std::size_t index, const Hardware& hardware) {
  const Layer& layer = network.layers[index];
  const Form form = layer.op->form;
  const bool copies_state = layer.op.is("assign_variable") ||
                            (layer.op.is("read_variable") && !reads_in_place(network, index));
  // A view of a constant is made by copying it.
  const bool nowhere = (form == Form::kView && !layer.inputs.empty()) || (form == Form::kState && !copies_state);
  if (nowhere) return {Runner::Runs::kNowhere, "", "", {}};
  const Question question(network, layer, hardware);
  const std::string why = question.obstacle();
  if (why.empty()) return {Runner::Runs::kOnNpu, "", "", {}};
  std::string missing;
  std::vector<std::string> names = question.host(index, missing);
  if (!names.empty()) {
    const std::string first = names.front();
    names.erase(names.begin());
    return {Runner::Runs::kOnHost, why, first, std::move(names)};
  }
  const std::string it = missing == network::to_text(layer.op) ? "it" : missing;
  return {Runner::Runs::kRefused,
          why + ", and host " + hardware.host.instance + " does not list " + it + "; add the operator to one of them",
          "",
          {}};
}

}  // namespace subvolt::mapping
