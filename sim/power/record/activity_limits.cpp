// What events come to over a record: no more than their hardware can do, and what its layers say.
#include <algorithm>
#include <map>
#include <utility>

#include "sim/power/findings.h"
#include "sim/power/record/activity_violations.h"
#include "sim/units/edges.h"

namespace subvolt::power {
namespace {

__extension__ typedef __int128 Wide;  // products of counts exceed 64 bits

// Of a clock with these frequencies, by operating point, in all epochs: an edge more than there can be in each.
Wide most_edges(const ActivityRecord& record, const std::vector<Hertz>& frequencies) {
  Wide edges = 0;
  for (const Epoch& epoch : record.epochs) {
    Hertz fastest = frequencies[static_cast<std::size_t>(epoch.operating_point)];
    if (epoch.settling_from != kSettled) {
      fastest = std::max(fastest, frequencies[static_cast<std::size_t>(epoch.settling_from)]);
    }
    edges += Edges(fastest).before(epoch.end - epoch.begin) + epoch.pieces;
  }
  return edges;
}

// Counts by event: of the whole record, and of each layer.
struct Sums {
  explicit Sums(const ActivityRecord& record) {
    std::size_t events = 0;
    for (const ComponentDeclaration& component : record.components) events += component.events.size();
    all.assign(events, 0);
    of_layer.assign(record.layers.size(), std::vector<std::int64_t>(events, 0));
    const auto add = [&](std::int32_t task, std::int32_t event, std::int64_t count) {
      all[static_cast<std::size_t>(event)] += count;
      if (task < 0) return;  // nobody, or several
      const auto layer = static_cast<std::size_t>(record.tasks[static_cast<std::size_t>(task)].layer);
      of_layer[layer][static_cast<std::size_t>(event)] += count;
    };
    for (const Epoch& epoch : record.epochs) {
      for (const EventCount& e : epoch.events) add(epoch.task, e.event, e.count);
      for (const OwnedCount& o : epoch.others) add(o.task, o.event, o.count);
    }
  }
  std::vector<std::int64_t> all;
  std::vector<std::vector<std::int64_t>> of_layer;
};

void check_limits(const ActivityRecord& record, const Sums& sums, Findings& findings) {
  std::map<std::string, Wide> edges;  // by clock domain
  for (const auto& [name, hertz] : record.clock_domains) edges[name] = most_edges(record, hertz);
  std::size_t id = 0;
  for (const ComponentDeclaration& component : record.components) {
    for (const EventDeclaration& event : component.events) {
      const std::int64_t count = sums.all[id++];
      const auto within = [&](std::int64_t most, Wide times, const std::string& each) {
        findings.expect(most == 0 || count <= most * times, [&] {
          return component.name + "." + event.name + " was counted " + std::to_string(count) + " times, at most " +
                 std::to_string(most) + " per " + each + " in " + std::to_string(record.total_time.value()) + " ps";
        });
      };
      within(event.most_per_cycle, edges[component.clock_domain], "edge of " + component.clock_domain);
      within(event.most_per_ps, record.total_time.value(), "ps");
    }
  }
}

// Layers are what the events of their tasks add up to, as far as events have roles.
void check_layer(const ActivityRecord& record, const LayerActivity& layer, const std::vector<std::int64_t>& counts,
                 const Losses& losses, Findings& findings) {
  std::int64_t macs = 0;
  bool has_macs = false;
  std::map<std::string, std::int64_t> traffic;
  std::size_t id = 0;
  for (const ComponentDeclaration& component : record.components) {
    for (const EventDeclaration& event : component.events) {
      const std::int64_t count = counts[id++];
      has_macs = has_macs || event.role == EventRole::kMac;
      if (event.role == EventRole::kMac) macs += count;
      if (event.role == EventRole::kReadBytes) traffic[component.name + ".read"] += count;
      if (event.role == EventRole::kWriteBytes) traffic[component.name + ".write"] += count;
    }
  }
  for (const auto& [what, bytes] : traffic) {
    const auto said = std::find_if(layer.traffic_B.begin(), layer.traffic_B.end(),
                                   [&, what = what](const auto& entry) { return entry.first == what; });
    const std::int64_t of_layer = said == layer.traffic_B.end() ? 0 : said->second;
    findings.expect(bytes == of_layer, [&, what = what, bytes = bytes] {
      return "layer " + layer.name + ": " + what + " is " + std::to_string(of_layer) + " B, its events tell of " +
             std::to_string(bytes) + " B";
    });
  }
  if (layer.accelerator_cycles && !layer.lost_cycles.empty()) {
    const LostCycles told = losses.of(counts.data(), layer.macs, *layer.accelerator_cycles);
    findings.expect(told == layer.lost_cycles, [&] {
      return "layer " + layer.name + ": cycles lost by cause are not those that its events tell of";
    });
  }
  findings.expect(!has_macs || layer.on_host || macs == layer.macs, [&] {
    return "layer " + layer.name + ": " + std::to_string(layer.macs) + " MACs, its events tell of " +
           std::to_string(macs);
  });
}

}  // namespace

std::vector<std::string> count_violations(const ActivityRecord& record) {
  Findings findings;
  const Sums sums(record);
  check_limits(record, sums, findings);
  std::map<std::string, Losses> losses;  // by accelerator
  for (std::size_t l = 0; l < record.layers.size(); ++l) {
    const std::string& runner = record.layers[l].runner;
    const Losses& of_runner = losses.try_emplace(runner, record, runner).first->second;
    check_layer(record, record.layers[l], sums.of_layer[l], of_runner, findings);
  }
  return findings.take();
}

}  // namespace subvolt::power
