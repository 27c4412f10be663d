// The layer table of a record, from its epochs and the statistics that components keep.
#include <algorithm>
#include <map>
#include <set>

#include "sim/run/roofs.h"
#include "sim/run/simulation.h"

namespace subvolt::run {
namespace {

// A declared event, by its id.
struct EventOf {
  std::int32_t component = 0;
  power::EventRole role = power::EventRole::kNone;
  std::string name;  // "npu.array.mac_int8"
};

std::vector<EventOf> events_of(const power::ActivityRecord& record) {
  std::vector<EventOf> events;
  for (std::size_t c = 0; c < record.components.size(); ++c) {
    for (const auto& event : record.components[c].events) {
      events.push_back({static_cast<std::int32_t>(c), event.role, record.components[c].name + "." + event.name});
    }
  }
  return events;
}

// What the events of one layer add up to.
struct Totals {
  std::map<std::string, std::int64_t> by_name;
  std::map<std::pair<std::int32_t, power::EventRole>, std::int64_t> by_role;  // of a component
  std::int64_t macs() const {
    std::int64_t sum = 0;
    for (const auto& [key, count] : by_role) sum += key.second == power::EventRole::kMac ? count : 0;
    return sum;
  }
  // By component that reads or writes.
  std::map<std::string, Roofs::Bytes> moved(const power::ActivityRecord& record) const {
    std::map<std::string, Roofs::Bytes> all;
    for (const auto& [key, bytes] : by_role) {
      const std::string& component = record.components[static_cast<std::size_t>(key.first)].name;
      if (key.second == power::EventRole::kReadBytes) all[component].read += bytes;
      if (key.second == power::EventRole::kWriteBytes) all[component].written += bytes;
    }
    return all;
  }
};

std::string mapping_text(const network::Layer& layer, const mapping::LayerProgram& program,
                         const mapping::LayerMapping& m) {
  if (program.runs == mapping::LayerProgram::Runs::kOnHost) return "host: " + m.why_host;
  const bool nowhere = program.runs == mapping::LayerProgram::Runs::kNowhere;
  if (nowhere && m.how.empty()) return m.in_place ? "view, by placement" : "view";
  if (!m.how.empty()) return m.how + (m.refused.empty() ? "" : "; " + m.refused);
  if (m.moves_only) return "DMA";
  if (!m.style)
    return "vector unit, rows " + std::to_string(m.tile_rows) + ", channels " + std::to_string(m.tile_channels);
  std::string text = m.style->name() + ", tile " + std::to_string(m.tile_rows) + "x" + std::to_string(m.tile_columns) +
                     "x" + std::to_string(m.tile_channels);
  if (!layer.op.is("depthwise_conv2d")) text += ", reduction " + std::to_string(m.tile_reduction);
  if (m.phases > 1) text += ", " + std::to_string(m.phases) + " phases";
  return text + ", " + mapping::to_text(m.order) + (m.double_buffered ? ", double-buffered" : ", single-buffered");
}

// Where the layer's tensors live.
std::vector<std::pair<std::string, std::string>> memories_of(const network::Network& network, std::size_t l,
                                                             const mapping::Placement& placement,
                                                             const std::vector<mapping::MemoryRegion>& memories) {
  std::vector<std::pair<std::string, std::string>> all;
  const auto add = [&](const std::string& tensor, const mapping::Placement::Place& place) {
    if (place.memory >= 0) all.emplace_back(tensor, memories[static_cast<std::size_t>(place.memory)].instance);
  };
  const network::Layer& layer = network.layers[l];
  for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
    add(i == 0 ? "input" : "input_" + std::to_string(i + 1),
        placement.activations[static_cast<std::size_t>(layer.inputs[i])]);
  }
  add("parameters", placement.parameters[l]);
  for (const network::TensorId t : layer.outputs) add("output", placement.activations[static_cast<std::size_t>(t)]);
  return all;
}

// Of its tensors in memories, each once.
std::int64_t placed_bytes(const network::Network& network, std::size_t l, const mapping::Placement& placement) {
  const network::Layer& layer = network.layers[l];
  std::set<network::TensorId> tensors(layer.inputs.begin(), layer.inputs.end());
  tensors.insert(layer.outputs.begin(), layer.outputs.end());
  Bytes bytes = layer.constant_bytes();
  for (const network::TensorId t : tensors) {
    if (placement.activations[static_cast<std::size_t>(t)].memory >= 0) bytes += network.tensor(t).bytes();
  }
  return bytes.value();
}

// Statistics of accelerators under the names of the layer table; one that has none of the name has 0.
constexpr std::pair<const char*, const char*> kBusy[] = {
    {"load", "load_cycles"}, {"compute", "compute_cycles"}, {"vector", "vector_cycles"}, {"store", "store_cycles"}};
const std::pair<const char*, std::vector<const char*>> kStalls[] = {
    {"load", {"stall_load_cycles", "read_cycles", "weight_load_cycles", "bias_load_cycles", "input_load_cycles"}},
    {"vector", {"stall_vector_cycles", "drain_cycles"}},
    {"store", {"stall_store_cycles"}},
    {"control", {"stall_control_cycles", "stall_power_cycles", "weight_cycles", "pipeline_cycles"}}};

// How many jobs ran each.
std::vector<std::int64_t> jobs_of_layers(const network::Network& network, const mapping::Program& program) {
  std::vector<std::int64_t> jobs(network.layers.size(), 0);
  for (const mapping::Job& job : program.jobs) {
    for (std::int32_t l = job.first_layer; l < job.end_layer; ++l) {
      ++jobs[static_cast<std::size_t>(program.layers[static_cast<std::size_t>(l)].layer)];
    }
  }
  return jobs;
}

// By job, how much later the last one came that is like it.
std::vector<std::int64_t> last_repetitions(const power::ActivityRecord& record) {
  std::vector<std::int64_t> later(record.jobs.size(), 0);
  for (const power::JobActivity& job : record.jobs) {
    if (job.like == power::kNotLike) continue;
    const auto like = static_cast<std::size_t>(job.like);
    later[like] = std::max(later[like], job.begin_ps - record.jobs[like].begin_ps);
  }
  return later;
}

// Of several.
std::string network_of(const network::Network& network, std::size_t layer) {
  if (network.parts.size() < 2) return "";
  for (const network::Network::Part& part : network.parts) {
    if (layer < part.end_layer) return part.name;
  }
  return "";
}

}  // namespace

void fill_layers(power::ActivityRecord& record, const DesignPoint& point, const mapping::Plan& plan,
                 const mapping::Hardware& hardware, soc::Soc& soc) {
  const network::Network& network = point.network;
  const std::vector<soc::Soc::Runner>& accelerators = soc.accelerators();
  const auto accelerator_of = [&](std::size_t layer) -> const soc::Soc::Runner& {
    const mapping::LayerProgram& program = plan.program.layers[layer];
    const bool own = program.runs == mapping::LayerProgram::Runs::kOnAccelerator;
    if (accelerators.empty()) return soc.host();
    return accelerators[own ? static_cast<std::size_t>(program.accelerator) : 0];
  };
  const std::vector<EventOf> events = events_of(record);
  std::set<std::string> declared;
  for (const EventOf& event : events) declared.insert(event.name);
  std::vector<Totals> totals(network.layers.size());
  record.layers.resize(network.layers.size());
  std::vector<bool> seen(network.layers.size(), false);
  const std::vector<std::int64_t> later = last_repetitions(record);
  const kernel::SkippedTime& skipped = soc.recorder().skipped();
  for (const power::Task& task : record.tasks) {
    const auto l = static_cast<std::size_t>(task.layer);
    power::LayerActivity& row = record.layers[l];
    if (!seen[l]) row.begin_ps = task.begin_ps;
    seen[l] = true;
    row.end_ps = std::max(row.end_ps, task.end_ps + later[static_cast<std::size_t>(task.job)]);
    row.time_ps += task.times * (task.end_ps - task.begin_ps);
    const kernel::ClockDomain& clock = *accelerator_of(l).clock;
    row.cycles += task.times * (clock.edges_before(skipped.simulated_ps(task.end_ps)) -
                                clock.edges_before(skipped.simulated_ps(task.begin_ps)));
  }
  std::vector<std::int64_t> counts(network.layers.size() * events.size(), 0);  // names are looked up for sums only
  const auto add = [&](std::int32_t task, std::int32_t event, std::int64_t count) {
    if (task < 0) return;  // nobody, or several
    const auto l = static_cast<std::size_t>(record.tasks[static_cast<std::size_t>(task)].layer);
    counts[l * events.size() + static_cast<std::size_t>(event)] += count;
  };
  for (const power::Epoch& epoch : record.epochs) {
    for (const power::EventCount& e : epoch.events) add(epoch.task, e.event, e.count);
    for (const power::OwnedCount& o : epoch.others) add(o.task, o.event, o.count);
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const EventOf& of = events[i % events.size()];
    Totals& layer = totals[i / events.size()];
    layer.by_name[of.name] += counts[i];
    layer.by_role[{of.component, of.role}] += counts[i];
  }
  for (std::size_t a = 0; a < accelerators.size(); ++a) {
    record.accelerators.push_back({accelerators[a].instance, hardware.accelerators[a]->most_macs_per_cycle(),
                                   skipped.edges(*accelerators[a].clock, skipped.simulated_ps(record.total_ps))});
    record.total_cycles = std::max(record.total_cycles, record.accelerators.back().cycles);
  }
  if (accelerators.empty()) {
    record.total_cycles = skipped.edges(*soc.host().clock, skipped.simulated_ps(record.total_ps));
  }
  std::vector<power::Losses> losses;
  for (const power::AcceleratorActivity& accelerator : record.accelerators)
    losses.emplace_back(record, accelerator.name);
  Roofs roofs(point, hardware, plan.program, soc);
  const std::vector<std::int64_t> jobs = jobs_of_layers(network, plan.program);
  std::int64_t previous_end_ps = 0;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const network::Layer& layer = network.layers[l];
    power::LayerActivity& row = record.layers[l];
    const std::string& npu = accelerator_of(l).instance;
    std::map<std::string, std::int64_t>& of = totals[l].by_name;
    row.name = layer.name;
    row.network = network_of(network, l);
    row.op = network::to_text(layer.op);
    row.mapping = mapping_text(layer, plan.program.layers[l], plan.mappings[l]);
    row.memory = memories_of(network, l, plan.placement, hardware.memories);
    row.jobs = jobs[l];
    if (!seen[l]) row.begin_ps = row.end_ps = previous_end_ps;  // a view takes no time
    previous_end_ps = row.end_ps;
    // The host's multiplications are part of the work done; no unit of its counts them.
    const bool on_host = plan.program.layers[l].runs == mapping::LayerProgram::Runs::kOnHost;
    row.on_host = on_host;
    if (plan.program.layers[l].runs != mapping::LayerProgram::Runs::kNowhere) {
      row.runner = on_host ? hardware.host.instance : npu;
    }
    row.macs = on_host ? layer.macs * row.jobs : totals[l].macs();
    row.array_cycles = of[npu + ".compute_cycles"];
    if (plan.program.layers[l].runs == mapping::LayerProgram::Runs::kOnAccelerator &&
        declared.count(npu + ".accelerator_cycles") > 0) {
      row.accelerator_cycles = of[npu + ".accelerator_cycles"];
      const mapping::LayerMapping& mapped = plan.mappings[l];
      if (!mapped.loads_by_time) row.estimated_cycles = mapped.estimated_cycles.value() * row.jobs;
      if (const auto& own = mapped.pipeline_cycles) row.pipeline_cycles = own->value() * row.jobs;
      const auto accelerator = static_cast<std::size_t>(plan.program.layers[l].accelerator);
      row.lost_cycles = losses[accelerator].of(&counts[l * events.size()], row.macs, *row.accelerator_cycles);
    }
    if (plan.program.layers[l].runs == mapping::LayerProgram::Runs::kOnAccelerator) {
      const auto accelerator = static_cast<std::size_t>(plan.program.layers[l].accelerator);
      row.first_point = static_cast<std::int32_t>(roofs.first_point_of(l));
      row.tensor_B = row.jobs * placed_bytes(network, l, plan.placement);
      row.transfer_bounds = roofs.of(l, accelerator, totals[l].moved(record));
      // Rates are measured means: by a few bytes they may be beaten, and what was done can be done.
      for (power::TransferBound& bound : row.transfer_bounds) {
        bound.cycles = std::min(bound.cycles, row.accelerator_cycles.value_or(bound.cycles));
      }
    }
    std::int64_t accounted = row.array_cycles;
    for (const auto& [label, event] : kBusy) row.busy_cycles.push_back({label, of[npu + "." + event]});
    for (const auto& [label, stalls] : kStalls) {
      std::int64_t stalled = 0;
      for (const char* event : stalls) stalled += of[npu + "." + event];
      row.stall_cycles.push_back({label, stalled});
      accounted += stalled;
    }
    if (record.barrier == "accelerator") {
      row.stall_cycles.push_back({"next_layer", of[npu + ".passed_cycles"]});
      accounted += row.stall_cycles.back().second;
    }
    // What is left of the layer's time is the host's: set-up before the doorbell and the interrupt after.
    row.stall_cycles.push_back({"host", row.cycles - accounted});
    for (const auto& [key, bytes] : totals[l].by_role) {
      const std::string& component = record.components[static_cast<std::size_t>(key.first)].name;
      if (key.second == power::EventRole::kReadBytes) row.traffic_B.push_back({component + ".read", bytes});
      if (key.second == power::EventRole::kWriteBytes) row.traffic_B.push_back({component + ".write", bytes});
    }
    record.macs += row.macs;
  }
}

}  // namespace subvolt::run
