#include "sim/report/roofline.h"

#include <algorithm>

namespace subvolt::report {
namespace {

std::int64_t moved_by(const power::LayerActivity& layer, const std::string& memory) {
  std::int64_t bytes = 0;
  for (const auto& [what, moved] : layer.traffic_B) {
    if (what == memory + ".read" || what == memory + ".write") bytes += moved;
  }
  return bytes;
}

// Of the component's clock at an operating point.
Hertz clock_of(const power::ActivityRecord& record, const std::string& component, std::int32_t point) {
  for (const power::ComponentDeclaration& c : record.components) {
    if (c.name != component) continue;
    for (const auto& [name, frequencies] : record.clock_domains) {
      if (name == c.clock_domain) return frequencies[static_cast<std::size_t>(point)];
    }
  }
  return {};
}

double quotient(std::int64_t a, std::int64_t b) { return static_cast<double>(a) / static_cast<double>(b); }

Json roofline(const power::ActivityRecord& record, const power::LayerActivity& layer) {
  Json roof;
  if (const Hertz clock = clock_of(record, layer.runner, layer.first_point); clock > Hertz()) roof["clock_Hz"] = clock;
  std::int64_t moved = 0, off_chip = 0;
  Json memories = Json::object();
  for (const power::TransferBound& bound : layer.transfer_bounds) {
    if (bound.memory.empty()) continue;
    const std::int64_t bytes = moved_by(layer, bound.memory);
    moved += bytes;
    off_chip += bound.off_chip ? bytes : 0;
    Json& memory = memories[bound.memory];
    memory["bytes"] = bytes;
    memory["cycles"] = bound.cycles;
    memory["limit"] = bound.at;
    memory["off_chip"] = bound.off_chip;
    if (bound.cycles > 0) memory["bytes_per_cycle"] = quotient(bytes, bound.cycles);
  }
  const power::TransferBound& all = layer.transfer_bounds.back();
  roof["moved_B"] = moved;
  roof["tensor_B"] = layer.tensor_B;
  roof["transfer_cycles"] = all.cycles;
  roof["transfer_limit"] = all.at;
  roof["memories"] = std::move(memories);
  const std::int64_t peak = record.peak_macs_per_cycle_of(layer);
  if (layer.macs == 0 || peak == 0) return roof;
  if (moved > 0) roof["macs_per_byte"] = quotient(layer.macs, moved);
  if (off_chip > 0) roof["macs_per_off_chip_byte"] = quotient(layer.macs, off_chip);
  Json& macs = roof["macs_per_cycle"];
  macs["compute"] = peak;
  if (all.cycles > 0) macs["memory"] = quotient(layer.macs, all.cycles);
  if (layer.accelerator_cycles.value_or(0) > 0) macs["attained"] = quotient(layer.macs, *layer.accelerator_cycles);
  roof["bound_by"] = all.cycles > ceil_div(layer.macs, peak) ? "memory" : "compute";
  return roof;
}

}  // namespace

void add_roofline(const power::ActivityRecord& record, const power::LayerActivity& layer, Json& json) {
  if (!layer.lost_cycles.empty()) {
    std::int64_t ideal = layer.accelerator_cycles.value_or(0);
    Json lost = Json::object();
    for (const auto& [cause, cycles] : layer.lost_cycles) {
      lost[cause] = cycles;
      ideal -= cycles;
    }
    json["ideal_cycles"] = ideal;
    json["lost_cycles"] = std::move(lost);
  }
  if (!layer.transfer_bounds.empty()) json["roofline"] = roofline(record, layer);
}

Json losses(const power::ActivityRecord& record, const std::string& accelerator) {
  Json all = Json::object();
  const power::Losses declared(record, accelerator);
  for (const power::EventDeclaration* event : declared.causes()) {
    const bool multipliers = event->role == power::EventRole::kIdleMac;
    all[event->loss.cause] = {{"meaning", event->loss.meaning},
                              {"remedy", event->loss.remedy},
                              {"transfers", event->loss.transfers},
                              {"unit", multipliers ? "multipliers" : "cycles"}};
  }
  return all;
}

std::vector<std::pair<std::string, std::int64_t>> cycles_by_cause(const Json& result) {
  std::vector<std::pair<std::string, std::int64_t>> all;
  const auto add = [&all](const std::string& name, std::int64_t cycles) {
    const auto known = std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.first == name; });
    if (known == all.end()) {
      all.emplace_back(name, cycles);
    } else {
      known->second += cycles;
    }
  };
  std::int64_t host = 0;
  for (const Json& layer : result.at("layers")) {
    host += layer.at("stall_cycles").value("host", std::int64_t{0});
    if (!layer.contains("lost_cycles")) continue;
    add(kFullArray, layer.at("ideal_cycles").get<std::int64_t>());
    for (const auto& [cause, cycles] : layer.at("lost_cycles").items()) add(cause, cycles.get<std::int64_t>());
  }
  if (!all.empty()) add(kHostCycles, host);
  return all;
}

}  // namespace subvolt::report
