#include "sim/mapping/program/plan.h"

#include <map>

#include "sim/config/diagnostics.h"
#include "sim/mapping/layer/host_layer.h"
#include "sim/mapping/layer/mac_lowering.h"
#include "sim/mapping/layer/move_layer.h"
#include "sim/mapping/layer/recurrent_layer.h"
#include "sim/mapping/layer/vector_layer.h"
#include "sim/mapping/layer/who_runs.h"
#include "sim/mapping/place/placement.h"
#include "sim/mapping/tile/mac_search.h"

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
    for (std::size_t l = 0; l < network_.layers.size(); ++l) runs.push_back(who_runs(l));
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
        if (units_[l] == Runner::Unit::kArray) plan_for_array(l, program);
        if (units_[l] == Runner::Unit::kVector) plan_for_vector_unit(l, program);
        if (units_[l] == Runner::Unit::kDma) plan_for_dma(l, program);
        if (units_[l] == Runner::Unit::kRecurrent) plan_recurrent(l, program);
      }
      plan_.program.layers.push_back(std::move(program));
    }
    diagnostics_.throw_if_any();
    return std::move(plan_);
  }

 private:
  LayerProgram::Runs who_runs(std::size_t l) {
    const Layer& layer = network_.layers[l];
    const Runner runner = mapping::who_runs(network_, l, hardware_);
    host_operators_.push_back(runner.host_also);
    host_operators_.back().insert(host_operators_.back().begin(), runner.host);
    units_.push_back(runner.unit);
    whys_.push_back(runner.why);
    switch (runner.runs) {
      case Runner::Runs::kOnNpu:
        return LayerProgram::Runs::kOnNpu;
      case Runner::Runs::kOnHost:
        return LayerProgram::Runs::kOnHost;
      case Runner::Runs::kRefused:
        complain(layer, "nothing runs " + named(layer) + ": " + runner.why);
        break;
      case Runner::Runs::kNowhere:
        break;
    }
    return LayerProgram::Runs::kNowhere;
  }

  // With the file's own word where it differs: custom (CUSTOM:FancyOp).
  static std::string named(const Layer& layer) {
    return layer.op->name + (layer.source_op.empty() ? "" : " (" + layer.source_op + ")");
  }

  void complain(const Layer& layer, const std::string& what) {
    diagnostics_.error(layer.location, "", "layer " + layer.name + ": " + what);
  }

  void complain(const Layer& layer, const Shortage& s) {
    const std::string buffer = hardware_.npu.instance + "." + to_text(s.buffer);
    if (s.required == 0 && !s.obstacle.empty()) {
      return complain(layer, "no dataflow of " + hardware_.npu.instance +
                                 ".array runs a tile of it: " + hardware_.npu.instance + " " + s.obstacle);
    }
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
                           memory_index(m.weights), memory_index(m.output), m.lookup, m.input_pitch, m.output_pitch,
                           m.matrix.pitch, m.matrix.transposed, static_cast<std::int64_t>(m.input.format.type),
                           static_cast<std::int64_t>(m.weights.format.type)});
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
    const auto times = static_cast<std::int64_t>(layer.repetitions.size());
    m.input_bytes = c.traffic.input_bytes * times;
    m.weight_bytes = c.traffic.weight_bytes * times;
    m.bias_bytes = c.traffic.bias_bytes * times;
    m.output_bytes = c.traffic.output_bytes * times;
    m.array_cycles = Cycles(c.estimate.array_cycles * times);
    m.cost = c.estimate.figures.cost * static_cast<double>(times);
    m.estimated_cycles = Cycles(c.estimate.figures.cycles * times);
    m.repetitions = times;
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
    m.repetitions = layer.images;
    m.input_bytes = c->input_bytes;
    m.weight_bytes = c->constant_bytes;
    m.output_bytes = c->output_bytes;
    m.cost = c->figures.cost * static_cast<double>(layer.images);
    m.estimated_cycles = Cycles(c->figures.cycles * layer.images);
    m.candidates = c->candidates;
    program.commands = lower_vector_layer(layer, *c);
  }

  void plan_for_dma(std::size_t l, LayerProgram& program) {
    MoveProgram moves =
        lower_move_layer(placed_copies(network_, l, plan_.placement, hardware_.memories), hardware_.npu);
    LayerMapping& m = plan_.mappings[l];
    m.moves_only = true;
    m.candidates = 1;
    m.input_bytes = moves.input_bytes;
    m.weight_bytes = moves.constant_bytes;
    m.output_bytes = moves.output_bytes;
    m.cost = moves.figures.cost;
    m.estimated_cycles = Cycles(moves.figures.cycles);
    program.commands = std::move(moves.commands);
  }

  void plan_recurrent(std::size_t l, LayerProgram& program) {
    std::string why;
    RecurrentLayer layer = recurrent_layer(network_, l, hardware_.npu, why).value();
    place_recurrent_layer(layer, network_, l, plan_.placement, hardware_.memories);
    program.commands = lower_recurrent_layer(layer, hardware_.npu);
    LayerMapping& m = plan_.mappings[l];
    m.repetitions = layer.steps;
    m.candidates = 1;
    m.tile_channels = layer.chunk * layer.gates;
    m.tile_reduction = layer.features;
    for (const Command& command : program.commands) add_up(command, m);
  }

  // For programs whose figures nobody searched for: what their commands move and compute, one after the other.
  void add_up(const Command& command, LayerMapping& m) const {
    std::int64_t cycles = 0;
    if (const auto* load = std::get_if<Load>(&command.what)) {
      (load->operand == Operand::kInput    ? m.input_bytes
       : load->operand == Operand::kWeight ? m.weight_bytes
                                           : m.bias_bytes) += load->from.bytes();
    } else if (const auto* compute = std::get_if<Compute>(&command.what)) {
      m.style = compute->style;
      cycles = compute->style->timing(compute->tile).cycles.value();
      m.array_cycles += Cycles(cycles);
    } else if (const auto* vector = std::get_if<Vector>(&command.what)) {
      cycles = vector_timing(hardware_.npu.vector, vector->work).cycles.value();
    } else {
      m.output_bytes += std::get<Store>(command.what).to.bytes();
    }
    m.estimated_cycles += Cycles(cycles);
  }

  void plan_for_host(std::size_t l, LayerProgram& program) {
    const Layer& layer = network_.layers[l];
    LayerMapping& m = plan_.mappings[l];
    program.host = host_work(network_, l, plan_.placement);
    for (const Block& write : program.host.writes) m.output_bytes += write.bytes();
    for (const Block& read : program.host.reads) m.input_bytes += read.bytes();
    m.weight_bytes = layer.weight_bytes().value();
    m.bias_bytes = layer.bias_bytes().value();
    m.input_bytes -= std::min(m.input_bytes, m.weight_bytes + m.bias_bytes);
    const std::vector<HostTask> tasks = host_tasks(network_, l);
    program.host.op = host_operators_[l].front();
    m.why_host = whys_[l];
    program.host.element_operations = tasks.front().operations;
    for (std::size_t i = 1; i < tasks.size(); ++i) {
      program.host.also.emplace_back(host_operators_[l][i], tasks[i].operations);
    }
  }

  const network::Network& network_;
  const Hardware& hardware_;
  Objective objective_;
  const std::vector<PlacementRule>& rules_;
  config::Diagnostics diagnostics_;
  Plan plan_;
  std::vector<Runner::Unit> units_;                       // by layer
  std::vector<std::string> whys_;                         // by layer: what keeps it off the NPU
  std::vector<std::vector<std::string>> host_operators_;  // by layer: the host's names for its work
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
