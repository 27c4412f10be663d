#include "sim/mapping/plan.h"

#include <algorithm>
#include <map>

#include "sim/config/diagnostics.h"
#include "sim/mapping/host_layer.h"
#include "sim/mapping/mac_lowering.h"
#include "sim/mapping/mac_search.h"
#include "sim/mapping/placement.h"
#include "sim/mapping/vector_layer.h"

namespace subvolt::mapping {
namespace {

using network::Layer;

class Planner {
 public:
  Planner(const network::Network& network, const Hardware& hardware, Objective objective,
          const std::vector<PlacementRule>& rules)
      : network_(network), hardware_(hardware), objective_(objective), rules_(rules) {}

  Plan run() {
    std::vector<LayerProgram::Runs> runs;
    for (const Layer& layer : network_.layers) runs.push_back(who_runs(layer));
    diagnostics_.throw_if_any();
    plan_.placement = place_tensors(network_, hardware_.memories, diagnostics_, rules_);
    diagnostics_.throw_if_any();
    plan_.mappings.resize(network_.layers.size());
    for (std::size_t l = 0; l < network_.layers.size(); ++l) {
      LayerProgram program;
      program.name = network_.layers[l].name;
      program.runs = runs[l];
      if (runs[l] == LayerProgram::Runs::kOnHost) {
        plan_for_host(l, program);
      } else if (runs[l] == LayerProgram::Runs::kOnNpu) {
        network::has_macs(network_.layers[l].op) ? plan_for_array(l, program) : plan_for_vector_unit(l, program);
      }
      plan_.program.layers.push_back(std::move(program));
    }
    diagnostics_.throw_if_any();
    return std::move(plan_);
  }

 private:
  bool has(VectorOperator op) const {
    const auto& all = hardware_.npu.vector_operators;
    return std::find(all.begin(), all.end(), op) != all.end();
  }

  // Why the NPU cannot run a layer; empty when it can.
  std::string obstacle(const Layer& layer) const {
    const std::string& npu = hardware_.npu.instance;
    std::vector<std::pair<std::string, network::ElementType>> operands;
    for (const network::TensorId t : layer.inputs) operands.emplace_back("input", network_.tensor(t).type);
    operands.emplace_back("output", network_.output_of(layer).type);
    if (network::has_macs(layer.op)) operands.emplace_back("weights", layer.weight_type);
    for (const auto& [name, type] : operands) {
      if (type == network::ElementType::kInt8) continue;
      return npu + " computes int8 and the " + name + " is " + network::to_text(type);
    }
    if (network::has_macs(layer.op)) {
      if (hardware_.npu.styles.empty()) return npu + ".array has no dataflow";
      if (!has(VectorOperator::kRequantize)) return npu + ".vector lacks the operator requantize";
      return "";
    }
    const VectorOperator op = vector_operator(layer.op).value();
    return has(op) ? "" : npu + ".vector lacks the operator " + to_text(op);
  }

  LayerProgram::Runs who_runs(const Layer& layer) {
    if (network::is_view(layer.op)) return LayerProgram::Runs::kNowhere;
    const std::string why = obstacle(layer);
    if (why.empty()) return LayerProgram::Runs::kOnNpu;
    const std::string op = network::to_text(layer.op);
    const auto& operators = hardware_.host.operators;
    const bool host = std::any_of(operators.begin(), operators.end(), [&](const auto& o) { return o.first == op; });
    if (host) return LayerProgram::Runs::kOnHost;
    complain(layer, "nothing runs " + op + ": " + why + ", and host " + hardware_.host.instance +
                        " does not list it; add the operator to one of them");
    return LayerProgram::Runs::kNowhere;
  }

  void complain(const Layer& layer, const std::string& what) {
    diagnostics_.error(layer.location, "", "layer " + layer.name + ": " + what);
  }

  void complain(const Layer& layer, const Shortage& s) {
    const std::string buffer = hardware_.npu.instance + "." + to_text(s.buffer);
    if (s.required == 0) {
      return complain(layer, "no tiling needs fewer than " + grouped(kMostCommands) +
                                 " commands; enlarge the buffers of " + hardware_.npu.instance);
    }
    complain(layer, "the smallest tile needs " + grouped(s.required) + " B of " + buffer + " for its " +
                        to_text(s.operand) + ", available " + grouped(s.available) + " B; enlarge " + buffer);
  }

  std::int64_t memory_index(const OperandPlace& place) const { return place.memory - hardware_.memories.data(); }

  // Everything of a layer that its search depends on. Networks repeat themselves.
  std::vector<std::int64_t> signature(const MacLayer& m) const {
    std::vector<std::int64_t> key;
    for (const Axis& a : {m.rows, m.columns}) {
      key.insert(key.end(), {a.in, a.out, a.kernel, a.stride, a.dilation, a.pad, a.sparse});
    }
    key.insert(key.end(), {m.taps, m.groups, m.inputs_per_group, m.outputs_per_group, m.bias, memory_index(m.input),
                           memory_index(m.weights), memory_index(m.output)});
    return key;
  }

  void plan_for_array(std::size_t l, LayerProgram& program) {
    const MacLayer layer = mac_layer(network_, l, plan_.placement, hardware_.memories);
    const auto key = signature(layer);
    auto known = found_.find(key);
    if (known == found_.end()) {
      Shortage shortage;
      const auto choice = search_mac_layer(layer, hardware_.npu, objective_, shortage);
      if (!choice) return complain(network_.layers[l], shortage);
      known = found_.emplace(key, *choice).first;
    }
    const MacChoice& c = known->second;
    LayerMapping& m = plan_.mappings[l];
    m.style = c.style;
    m.order = c.tiling.order;
    m.tile_rows = c.tiling.size.rows;
    m.tile_columns = c.tiling.size.columns;
    m.tile_channels = c.tiling.size.channels;
    m.tile_reduction = c.tiling.size.reduction;
    m.double_buffered = c.tiling.double_buffered;
    m.input_bytes = c.traffic.input_bytes;
    m.weight_bytes = c.traffic.weight_bytes;
    m.bias_bytes = c.traffic.bias_bytes;
    m.output_bytes = c.traffic.output_bytes;
    m.array_cycles = Cycles(c.estimate.array_cycles);
    m.cost = c.estimate.figures.cost;
    m.estimated_cycles = Cycles(c.estimate.figures.cycles);
    m.candidates = c.candidates;
    program.commands = lower_mac_layer(layer, c.tiling, c.residency, *c.style);
  }

  void plan_for_vector_unit(std::size_t l, LayerProgram& program) {
    const VectorLayer layer = vector_layer(network_, l, plan_.placement, hardware_.memories);
    Shortage shortage;
    const auto c = search_vector_layer(layer, hardware_.npu, objective_, shortage);
    if (!c) return complain(network_.layers[l], shortage);
    LayerMapping& m = plan_.mappings[l];
    m.order = LoopOrder::kPixelsOuter;
    m.tile_rows = c->size.rows;
    m.tile_columns = c->size.columns;
    m.tile_channels = c->size.channels;
    m.tile_reduction = c->size.channels;
    m.double_buffered = c->slots > 1;
    m.input_bytes = c->input_bytes;
    m.output_bytes = c->output_bytes;
    m.cost = c->figures.cost;
    m.estimated_cycles = Cycles(c->figures.cycles);
    m.candidates = c->candidates;
    program.commands = lower_vector_layer(layer, *c);
  }

  void plan_for_host(std::size_t l, LayerProgram& program) {
    const Layer& layer = network_.layers[l];
    LayerMapping& m = plan_.mappings[l];
    for (const network::TensorId t : layer.inputs) m.input_bytes += network_.tensor(t).bytes().value();
    m.weight_bytes = layer.weight_bytes().value();
    m.bias_bytes = layer.bias_bytes().value();
    m.output_bytes = network_.output_of(layer).bytes().value();
    program.host = host_work(network_, l, plan_.placement);
  }

  const network::Network& network_;
  const Hardware& hardware_;
  Objective objective_;
  const std::vector<PlacementRule>& rules_;
  config::Diagnostics diagnostics_;
  Plan plan_;
  std::map<std::vector<std::int64_t>, MacChoice> found_;
};

}  // namespace

std::string to_text(LoopOrder order) { return order == LoopOrder::kWeightsOuter ? "weights_outer" : "pixels_outer"; }

Plan make_plan(const network::Network& network, const Hardware& hardware, Objective objective,
               const std::vector<PlacementRule>& rules) {
  return Planner(network, hardware, objective, rules).run();
}

}  // namespace subvolt::mapping

namespace subvolt::config {

const std::vector<std::pair<mapping::Objective, std::string>>& EnumNames<mapping::Objective>::names() {
  static const std::vector<std::pair<mapping::Objective, std::string>> all{{mapping::Objective::kEnergy, "energy"},
                                                                           {mapping::Objective::kLatency, "latency"},
                                                                           {mapping::Objective::kEdp, "edp"}};
  return all;
}

}  // namespace subvolt::config
