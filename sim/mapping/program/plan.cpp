#include "sim/mapping/program/plan.h"

#include <algorithm>
#include <numeric>

#include "sim/config/diagnostics.h"
#include "sim/mapping/layer/host_layer.h"
#include "sim/mapping/layer/who_runs.h"
#include "sim/mapping/place/cost_model.h"
#include "sim/mapping/place/joint_storage.h"
#include "sim/mapping/place/placement.h"
#include "sim/mapping/program/join_choice.h"
#include "sim/mapping/program/stages.h"

namespace subvolt::mapping {
namespace {

using network::Layer;

// Cuts of a pipeline that are tried at most, for each is a placement and a plan of all layers: some milliseconds.
constexpr int kMostCuts = 100;

class Planner {
 public:
  Planner(const network::Network& network, const Hardware& hardware, Objective objective,
          const std::vector<PlacementRule>& rules)
      : network_(network), hardware_(hardware), objective_(objective), rules_(rules) {
    for (std::size_t a = 0; a < hardware.accelerators.size(); ++a) memories_.push_back(hardware.memories_of(a));
    weighed_ = hardware.memories;
  }

  Plan run(LayerAssignment assignment) {
    for (std::size_t a = 0; a < hardware_.accelerators.size(); ++a) {
      hardware_.accelerators[a]->check(network_, memories_[a], diagnostics_);
    }
    diagnostics_.throw_if_any();
    for (std::size_t l = 0; l < network_.layers.size(); ++l) ask_who_runs(l);
    diagnostics_.throw_if_any();
    const bool pipeline = assignment == LayerAssignment::kPipeline && hardware_.accelerators.size() > 1;
    const bool time_counts = objective_ == Objective::kLatency && !memories_.empty();
    if (time_counts && pipeline) weigh_by_time();
    Plan plan = plan_as_weighed(pipeline);
    if (!time_counts || pipeline) return plan;
    // What a byte takes is what a layer takes where it waits for memories; elsewhere its cost is the better guide.
    weigh_by_time();
    const Placement placement = place_tensors(network_, weighed_, diagnostics_, rules_);
    if (!diagnostics_.errors().empty() || same_memories(placement, plan.placement)) return plan;
    Plan by_time = plan_as_weighed(pipeline);
    const auto better = [this](const Plan& a, const Plan& b) {
      return score(objective_, JoinChoice::sum(a)) < score(objective_, JoinChoice::sum(b));
    };
    return better(by_time, plan) ? by_time : plan;
  }

 private:
  Plan plan_as_weighed(bool pipeline) {
    const Joins joins = pipeline ? Joins() : joins_to_try(network_, hardware_, runners_, rules_);
    if (joins.empty()) {
      plan_all({}, pipeline);
      diagnostics_.throw_if_any();
      return std::move(plan_);
    }
    return best_of_joins(joins);
  }

  static bool same_memories(const Placement& a, const Placement& b) {
    const auto same = [](const Placement::Place& x, const Placement::Place& y) { return x.memory == y.memory; };
    const auto all_same = [&same](const std::vector<Placement::Place>& x, const std::vector<Placement::Place>& y) {
      return std::equal(x.begin(), x.end(), y.begin(), y.end(), same);
    };
    return all_same(a.activations, b.activations) && all_same(a.states, b.states) &&
           std::equal(a.constants.begin(), a.constants.end(), b.constants.begin(), b.constants.end(), all_same);
  }

  // A byte costs what it takes the first accelerator to read or write it, in a burst of usual length; what it costs in
  // energy decides between memories that are as fast.
  void weigh_by_time() {
    static constexpr Transfer kBurst{256, 1, 256};
    static constexpr double kTie = 1e-3;
    for (std::size_t m = 0; m < weighed_.size(); ++m) {
      const auto weigh = [](const Lane& lane, double& cost) {
        cost = lane.exact_cycles(kBurst) / static_cast<double>(kBurst.bytes) + kTie * cost;
      };
      weigh(memories_.front()[m].path.read, weighed_[m].read_cost_per_byte);
      weigh(memories_.front()[m].path.write, weighed_[m].write_cost_per_byte);
    }
  }

  // Into plan_ and diagnostics_.
  void plan_all(Joins joins, bool pipeline) {
    plan_ = {};
    plan_.placement = place_tensors(network_, weighed_, diagnostics_, rules_, {}, std::move(joins));
    if (!diagnostics_.errors().empty()) return;
    if (pipeline) assign_stages();
    plan_.mappings.resize(network_.layers.size());
    for (std::size_t l = 0; l < network_.layers.size(); ++l) {
      LayerProgram program;
      program.name = network_.layers[l].name;
      program.layer = static_cast<std::int32_t>(l);
      program.runs = runs_of(l);
      if (program.runs == LayerProgram::Runs::kOnHost) plan_for_host(l, runners_[l], program);
      if (program.runs == LayerProgram::Runs::kOnAccelerator) plan_for_best(l, program);
      plan_.program.layers.push_back(std::move(program));
    }
  }

  // Without any, with all, and with those blocks whose layers gain by it.
  Plan best_of_joins(const Joins& joins) {
    JoinChoice choice(network_, objective_);
    const auto attempt = [&](const Joins& some) {
      diagnostics_ = {};
      plan_all(some, false);
      if (diagnostics_.errors().empty()) choice.offer(std::move(plan_));
    };
    attempt({});
    const config::Diagnostics apart = diagnostics_;
    attempt(joins);
    const Joins fewer = choice.worth_it(joins);
    if (!fewer.empty() && fewer.size() < joins.size()) attempt(fewer);
    if (choice.none()) apart.throw_if_any();
    return choice.best();
  }

  void ask_who_runs(std::size_t l) {
    runners_.push_back(who_runs(network_, l, hardware_));
    const Layer& layer = network_.layers[l];
    if (runners_[l].runs == Runner::Runs::kRefused) {
      complain(layer, "nothing runs " + named(layer) + ": " + runners_[l].why);
    }
  }

  LayerProgram::Runs runs_of(std::size_t l) const {
    switch (runners_[l].runs) {
      case Runner::Runs::kOnAccelerator:
        return LayerProgram::Runs::kOnAccelerator;
      case Runner::Runs::kOnHost:
        return LayerProgram::Runs::kOnHost;
      case Runner::Runs::kRefused:
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

  std::optional<LayerPlan> plan_on(std::size_t accelerator, std::size_t l, std::string& why_not) const {
    return hardware_.accelerators[accelerator]->plan(network_, l, plan_.placement, memories_[accelerator], objective_,
                                                     why_not);
  }

  // What the objective likes, as of two tilings. A cycle of an accelerator costs in proportion to its MACs (estimate:
  // so do its flip-flops and what leaks, and the others are gated meanwhile); one of the largest what it costs in a
  // search. Cycles of different clocks are taken as if they were equal, so that the same structure gives the same
  // program at every operating point.
  Score score_of(const LayerPlan& plan, std::size_t accelerator) const {
    std::int64_t largest = 1;
    for (const auto& a : hardware_.accelerators) largest = std::max(largest, a->most_macs_per_cycle());
    const std::int64_t own = hardware_.accelerators[accelerator]->most_macs_per_cycle();
    const double smaller = 1.0 - static_cast<double>(own) / static_cast<double>(largest);
    const LayerMapping& m = plan.mapping;
    const double cycles = static_cast<double>(m.estimated_cycles.value());
    return score(objective_, {m.off_chip_bytes, m.estimated_cycles.value(),
                              std::max(0.0, m.cost - kOwnCycleCost * smaller * cycles)});
  }

  void plan_for_best(std::size_t l, LayerProgram& program) {
    if (all_joined(network_, l, plan_.placement.joins)) {
      plan_.mappings[l].in_place = true;
      program.runs = LayerProgram::Runs::kNowhere;
      return;
    }
    std::optional<LayerPlan> best;
    Score best_score{};
    std::string why_not;
    for (const int a : runners_[l].accelerators) {
      std::string why;
      std::optional<LayerPlan> plan = plan_on(static_cast<std::size_t>(a), l, why);
      if (why_not.empty()) why_not = why;
      if (!plan) continue;
      const Score score = score_of(*plan, static_cast<std::size_t>(a));
      if (best && !(score < best_score)) continue;
      best = std::move(plan);
      best_score = score;
      program.accelerator = a;
    }
    if (!best) return hand_over(l, why_not, program);
    plan_.mappings[l] = std::move(best->mapping);
    plan_.mappings[l].refused = runners_[l].why;
    program.commands = std::move(best->commands);
    if (plan_.mappings[l].in_place) program.runs = LayerProgram::Runs::kNowhere;
  }

  // To the host, what no accelerator has room for after all; where rows of its tensors lie apart, as only accelerators
  // take them, the program is none.
  void hand_over(std::size_t l, const std::string& why_not, LayerProgram& program) {
    const Runner host = host_runs(network_, l, hardware_, why_not);
    if (host.runs != Runner::Runs::kOnHost || !plan_.placement.joins.empty()) {
      return complain(network_.layers[l], why_not);
    }
    program.runs = LayerProgram::Runs::kOnHost;
    plan_for_host(l, host, program);
  }

  // What a layer takes on an accelerator, with tensors where plan_ has them; kCannot.
  std::int64_t cycles_on(std::size_t accelerator, std::size_t l) const {
    std::string why_not;
    const auto plan = plan_on(accelerator, l, why_not);
    return plan ? plan->mapping.estimated_cycles.value() : kCannot;
  }

  // Places tensors as the stages need them, into plan_: what different ones use lives at the same time. Where the
  // memories hold only one inference at a time, stages wait for each other's tensors, which stay where `in_turn` has
  // them, and `no_room` says what lacks room. The cycles from one inference to the next: of the slowest stage, or of
  // all where they wait for each other; kCannot.
  std::int64_t place_for(const Stages& stages, const Placement& in_turn, config::Diagnostics& no_room) {
    plan_.placement = in_turn;
    no_room = {};
    if (stages.accelerators.size() > 1) {
      Placement apart = place_tensors(network_, weighed_, no_room, rules_, stages.stage);
      if (no_room.errors().empty()) plan_.placement = std::move(apart);
    }
    std::vector<std::int64_t> sums(stages.accelerators.size(), 0);
    for (std::size_t l = 0; l < network_.layers.size(); ++l) {
      if (runners_[l].runs != Runner::Runs::kOnAccelerator) continue;
      const auto s = static_cast<std::size_t>(stages.stage[l]);
      const std::int64_t cycles = cycles_on(static_cast<std::size_t>(stages.accelerators[s]), l);
      if (cycles == kCannot) return kCannot;
      sums[s] += cycles;
    }
    if (!no_room.empty()) return std::accumulate(sums.begin(), sums.end(), std::int64_t{0});
    return *std::max_element(sums.begin(), sums.end());
  }

  // A cut is as good as it is with tensors placed for it. Layers with all of each memory for one inference at a time
  // are at least as fast (but for what the placement's costs do not see), so cuts are tried in the order of what they
  // would be then, until that alone is no better than the best one is.
  void assign_stages() {
    std::vector<std::vector<std::int64_t>> cycles(hardware_.accelerators.size(),
                                                  std::vector<std::int64_t>(network_.layers.size(), kNoTime));
    for (std::size_t l = 0; l < network_.layers.size(); ++l) {
      if (runners_[l].runs != Runner::Runs::kOnAccelerator) continue;
      for (std::vector<std::int64_t>& of : cycles) of[l] = kCannot;
      for (const int a : runners_[l].accelerators) {
        cycles[static_cast<std::size_t>(a)][l] = cycles_on(static_cast<std::size_t>(a), l);
      }
    }
    const Placement in_turn = plan_.placement;
    Cuts cuts(cycles);
    std::optional<Stages> best;
    config::Diagnostics no_room, first_no_room;
    for (int tried = 0; tried < kMostCuts; ++tried) {
      std::optional<Stages> cut = cuts.next();
      if (!cut || (best && cut->slowest >= best->slowest)) break;
      const std::int64_t slowest = place_for(*cut, in_turn, no_room);
      if (first_no_room.empty()) first_no_room = no_room;
      if (slowest == kCannot || (best && slowest >= best->slowest)) continue;
      best = std::move(cut);
      best->slowest = slowest;
    }
    if (!best) {
      diagnostics_.error(network_.layers.front().location, "",
                         "no cut of the network into one stretch of layers for each accelerator gives everyone only "
                         "layers that it can run: use assignment best");
      diagnostics_.throw_if_any();
    }
    place_for(*best, in_turn, no_room);
    if (no_room.empty() && best->accelerators.size() == 1) no_room = first_no_room;
    if (!no_room.empty()) {
      diagnostics_.error(
          network_.layers.front().location, "",
          "no pipeline of this network overlaps: no stage's share of the memories has room for its tensors "
          "beside those of another inference, so that stages would wait for each other: use assignment "
          "best");
      diagnostics_.throw_if_any();
    }
    for (std::size_t l = 0; l < network_.layers.size(); ++l) {
      const int a = best->accelerators[static_cast<std::size_t>(best->stage[l])];
      if (runners_[l].runs == Runner::Runs::kOnAccelerator) runners_[l].accelerators = {a};
    }
  }

  void plan_for_host(std::size_t l, const Runner& runner, LayerProgram& program) {
    const Layer& layer = network_.layers[l];
    LayerMapping& m = plan_.mappings[l];
    program.host = host_work(network_, l, plan_.placement);
    for (const Block& write : program.host.writes) m.output_bytes += write.bytes();
    for (const Block& read : program.host.reads) m.input_bytes += read.bytes();
    m.weight_bytes = layer.weight_bytes().value();
    m.bias_bytes = layer.bias_bytes().value();
    m.input_bytes -= std::min(m.input_bytes, m.weight_bytes + m.bias_bytes);
    const std::vector<HostTask> tasks = host_tasks(network_, l);
    program.host.op = runner.host;
    m.why_host = runner.why;
    program.host.element_operations = tasks.front().work.operations;
    program.host.results = tasks.front().work.results;
    program.host.rows = tasks.front().work.rows;
    for (std::size_t i = 1; i < tasks.size(); ++i) {
      program.host.also.emplace_back(runner.host_also[i - 1], tasks[i].work.operations);
    }
  }

  const network::Network& network_;
  const Hardware& hardware_;
  std::vector<std::vector<MemoryRegion>> memories_;  // by accelerator
  std::vector<MemoryRegion> weighed_;                // by what the objective is about: where tensors go
  Objective objective_;
  const std::vector<PlacementRule>& rules_;
  config::Diagnostics diagnostics_;
  Plan plan_;
  std::vector<Runner> runners_;  // by layer
};

}  // namespace

std::int64_t Hardware::most_macs_per_cycle() const {
  std::int64_t sum = 0;
  for (const auto& accelerator : accelerators) sum += accelerator->most_macs_per_cycle();
  return sum;
}

std::vector<MemoryRegion> Hardware::memories_of(std::size_t accelerator) const {
  std::vector<MemoryRegion> seen = memories;
  if (paths.empty()) return seen;
  for (std::size_t m = 0; m < seen.size(); ++m) seen[m].path = paths[accelerator][m];
  return seen;
}

std::string to_text(LoopOrder order) { return order == LoopOrder::kWeightsOuter ? "weights_outer" : "pixels_outer"; }

Plan make_plan(const network::Network& network, const Hardware& hardware, Objective objective,
               const std::vector<PlacementRule>& rules, LayerAssignment assignment) {
  return Planner(network, hardware, objective, rules).run(assignment);
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

namespace subvolt::config {

const std::vector<std::pair<mapping::LayerAssignment, std::string>>& EnumNames<mapping::LayerAssignment>::names() {
  static const std::vector<std::pair<mapping::LayerAssignment, std::string>> all{
      {mapping::LayerAssignment::kBest, "best"}, {mapping::LayerAssignment::kPipeline, "pipeline"}};
  return all;
}

}  // namespace subvolt::config
