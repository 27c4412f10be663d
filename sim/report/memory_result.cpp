#include "sim/report/memory_result.h"

#include "sim/report/result_parts.h"
#include "sim/report/version.h"
#include "sim/units/picoseconds.h"

namespace subvolt::report {
namespace {

Json latency(const run::Latencies& of) {
  if (of.count() == 0) return nullptr;
  return {{"mean", of.mean()},
          {"p50", of.percentile(50)},
          {"p90", of.percentile(90)},
          {"p99", of.percentile(99)},
          {"max", of.max()}};
}

// A memory without rows counts none.
Json count_or_null(const run::MemoryReplay& replay, const std::string& event) {
  const std::int64_t n = replay.count(event);
  return n < 0 ? Json() : Json(n);
}

Json hit_rate(const Json& result) {
  if (!result.at("row_hits").is_number()) return nullptr;
  const double hits = result.at("row_hits");
  double all = hits;
  for (const char* other : {"row_misses", "row_conflicts"}) {
    if (result.at(other).is_number()) all += result.at(other).get<double>();
  }
  return all > 0 ? Json(hits / all) : Json();
}

// Sums in ledger order: the same bits everywhere.
template <class Key>
Json sums(const power::Ledger& ledger, Key key_of) {
  Json out = Json::object();
  for (const power::Account& account : ledger.accounts) {
    const std::string key = key_of(account);
    out[key] = (out.contains(key) ? out.at(key).get<double>() : 0.0) + account.energy.si();
  }
  return out;
}

Json energy(const run::MemoryEnergy& e) {
  return {{"core", e.core.si()},
          {"interface", e.interface.si()},
          {"total", e.ledger.total.si()},
          {"by_rail", sums(e.ledger, [](const power::Account& a) { return a.voltage_domain; })},
          {"by_cause", sums(e.ledger, [](const power::Account& a) { return std::string(power::to_text(a.cause)); })},
          {"by_event", sums(e.ledger, [](const power::Account& a) { return a.event; })}};
}

}  // namespace

Json memory_result(const run::MemoryDevice& device, const std::string& trace, const run::MemoryReplay& replay,
                   const run::MemoryPricing& pricing) {
  const double seconds = in_seconds(replay.total_time);
  const double moved_B = static_cast<double>(replay.requests()) * static_cast<double>(replay.access_bytes);
  Json settings = Json::object();
  for (const config::Override& o : device.settings) settings[o.path] = o.value;

  Json result;
  result["schema_version"] = kMemoryResultSchemaVersion;
  result["provenance"] = {{"version", program_version()},
                          {"git", git_revision()},
                          {"compiler", language_rules()},
                          {"sha256", {{"memory", device.sha256}}}};
  result["device"] = device.name;
  result["title"] = device.title;
  result["kind"] = device.kind;
  result["settings"] = std::move(settings);
  result["trace"] = trace;
  result["requests"] = replay.requests();
  result["reads"] = replay.reads;
  result["writes"] = replay.writes;
  result["access_B"] = replay.access_bytes;
  result["total_cycles"] = replay.total_cycles;
  result["total_s"] = seconds;
  result["clock_Hz"] = replay.frequency;
  result["bandwidth_B_per_s"] = seconds > 0 ? moved_B / seconds : 0.0;
  result["peak_bandwidth_B_per_s"] = replay.peak_bytes_per_s > 0 ? Json(replay.peak_bytes_per_s) : Json();
  result["stall_cycles"] = replay.stall_cycles;
  result["latency_cycles"] = {{"read", latency(replay.read_latency)}, {"write", latency(replay.write_latency)}};
  Json commands = Json::object();
  for (const auto& [name, count] : replay.commands) commands[name] = count;
  result["commands"] = std::move(commands);
  for (const char* rows : {"row_hits", "row_misses", "row_conflicts"}) result[rows] = count_or_null(replay, rows);
  result["row_hit_rate"] = hit_rate(result);
  Json events = Json::object();
  Json residencies = Json::object();
  for (std::size_t e = 0; e < replay.events.size(); ++e) {
    if (replay.residencies[e]) {
      residencies[replay.events[e].name] = static_cast<double>(replay.counts[e]) * 1e-12;
    } else {
      events[replay.events[e].name] = replay.counts[e];
    }
  }
  result["events"] = std::move(events);
  result["residency_s"] = std::move(residencies);
  if (pricing.energy) {
    const power::Ledger& ledger = pricing.energy->ledger;
    result["energy_J"] = energy(*pricing.energy);
    result["average_power_W"] = seconds > 0 ? ledger.total.si() / seconds : 0.0;
    result["estimated_energy_share"] = ledger.estimated_share;
    result["energy_missing"] = nullptr;
    result["accounts"] = accounts(ledger);
  } else {
    result["energy_J"] = nullptr;
    result["average_power_W"] = nullptr;
    result["estimated_energy_share"] = nullptr;
    result["energy_missing"] = pricing.why_not;
    result["accounts"] = Json::array();
  }
  return result;
}

}  // namespace subvolt::report
