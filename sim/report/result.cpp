#include "sim/report/result.h"

#include <algorithm>
#include <map>

#include "sim/network/operator.h"
#include "sim/report/phases.h"
#include "sim/report/result_parts.h"
#include "sim/report/result_violations.h"
#include "sim/report/technology/bit_error_report.h"
#include "sim/report/version.h"
#include "sim/units/picoseconds.h"

namespace subvolt::report {
namespace {

using power::Cause;

Json provenance(const Provenance& p) {
  Json hashes = Json::object();
  for (const auto& [document, hash] : p.sha256) hashes[document] = hash;
  return {{"version", program_version()}, {"git", git_revision()}, {"compiler", language_rules()},
          {"systemc", systemc_version()}, {"command", p.command},  {"seed", p.seed},
          {"sha256", std::move(hashes)}};
}

Json sram_access(const power::OperatingPoint& point) {
  Json all = Json::array();
  for (const power::SramAccess& access : point.sram) {
    all.push_back({{"component", access.macro.component},
                   {"bank_B", access.macro.capacity_B},
                   {"access_s", access.time.si()},
                   {"cycles", access.macro.cycles},
                   {"clock", access.clock},
                   {"fastest_clock_Hz", access.fastest.si()},
                   {"limits_clock", access.limits}});
  }
  return all;
}

// Of a run that changes between several.
Json operating_points(const ResultInputs& in) {
  Json all = Json::array();
  for (std::size_t p = 0; p < in.points->size(); ++p) {
    const power::OperatingPoint& point = (*in.points)[p];
    Json voltages = Json::object(), clocks = Json::object();
    for (const auto& [name, voltage] : point.voltages) voltages[name] = voltage.si();
    for (const auto& [name, hertz] : in.record->clock_domains) clocks[name] = hertz[p];
    all.push_back({{"name", point.name},
                   {"voltage_V", std::move(voltages)},
                   {"clock_frequency_Hz", std::move(clocks)},
                   {"sram_access", sram_access(point)}});
  }
  return all;
}

Json design_point(const ResultInputs& in) {
  Json domains = Json::object();
  const power::OperatingPoint& first = in.points->front();  // where the run begins
  for (const auto& [name, voltage] : first.voltages) {
    Json domain{{"voltage_V", voltage.si()}};
    // The clocks that this rail's speed limits; rails of memories and boards may have none.
    Json clocks = Json::object();
    for (const power::ClockDomain& clock : in.intent->clock_domains) {
      if (clock.voltage_domain == name) clocks[clock.name] = recorded_frequency(*in.record, clock.name);
    }
    // Where there are several: the scaled one, or the fastest.
    std::int64_t hertz = clocks.value(in.intent->scaled_clock, std::int64_t{0});
    for (const auto& [clock, frequency] : clocks.items()) {
      if (!clocks.contains(in.intent->scaled_clock)) hertz = std::max(hertz, frequency.get<std::int64_t>());
    }
    if (!clocks.empty()) domain["frequency_Hz"] = hertz;
    if (clocks.size() > 1) domain["clocks_Hz"] = std::move(clocks);
    domain["temperature_K"] = first.temperature.kelvin();
    domains[name] = std::move(domain);
  }
  Json clocks = Json::object();
  for (const auto& [name, frequencies] : in.record->clock_domains) clocks[name] = frequencies.front();
  Json point{{"soc", in.record->soc},
             {"technology", in.technology->name},
             {"power_intent", in.intent->name},
             {"network", in.record->network},
             {"batch", in.record->batch},
             {"quantize", in.record->quantize},
             {"objective", in.record->objective},
             {"barrier", in.record->barrier},
             {"operating_point", first.name},
             {"domains", std::move(domains)},
             {"clock_frequency_Hz", std::move(clocks)},
             {"sram_access", sram_access(first)}};
  if (in.points->size() > 1) point["operating_points"] = operating_points(in);
  return point;
}

// A run of several jobs, or of a batch, is so many inferences, which share its time: comparable with runs of one. An
// idle record, of none, is told as a whole.
Json per_inference(double latency, double energy, std::int64_t inferences) {
  const auto count = static_cast<double>(inferences);
  return {{"inferences_per_s", latency > 0 ? count / latency : 0.0},
          {"time_s", latency / count},
          {"energy_J", energy / count},
          {"edp_Js", energy / count * (latency / count)}};
}

Json totals(const ResultInputs& in) {
  const power::ActivityRecord& record = *in.record;
  const double latency = in_seconds(record.total_ps);
  const double energy = in.ledger->total.si();
  const auto ops = 2 * record.macs;
  const double capacity = static_cast<double>(record.total_cycles) * static_cast<double>(record.peak_macs_per_cycle);
  // MACs of the host are work done, but no use made of the array.
  std::int64_t on_array = record.macs;
  for (const power::LayerActivity& layer : record.layers) on_array -= layer.macs - array_macs(layer);
  const auto [read_B, write_B] = off_chip_traffic(record, *in.intent);
  const double average = latency > 0 ? energy / latency : 0.0;
  Json totals = {{"latency_s", latency},
                 {"cycles", record.total_cycles},
                 {"macs", record.macs},
                 {"ops", ops},
                 {"energy_J", energy},
                 {"average_power_W", average},
                 {"peak_power_W", std::max(in.ledger->peak.si(), average)},  // to the last bit
                 {"peak_window_s", in.intent->trace_window.si()},
                 {"tops", latency > 0 ? static_cast<double>(ops) / latency * 1e-12 : 0.0},
                 {"tops_per_W", energy > 0 ? static_cast<double>(ops) / energy * 1e-12 : 0.0},
                 {"utilization", capacity > 0 ? static_cast<double>(on_array) / capacity : 0.0},
                 {"edp_Js", energy * latency},
                 {"dram_read_B", read_B},
                 {"dram_write_B", write_B},
                 {"estimated_energy_share", in.ledger->estimated_share},
                 {"fitted_energy_share", in.ledger->fitted_share},
                 {"energy_outside_layers_J", energy_outside_layers(*in.ledger)},
                 {"between_jobs", {{"time_s", in.ledger->idle.si()}, {"energy_J", in.ledger->idle_energy.si()}}},
                 {"per_inference", per_inference(latency, energy, std::max<std::int64_t>(1, record.inferences()))}};
  if (!record.timeline && in.ledger->trace.empty()) {
    totals.erase("peak_power_W");
    totals.erase("peak_window_s");
  }
  // Nothing to tell of a chip whose prices, bottom-up, have less in them than it draws while it is idle.
  if (in.ledger->idle_mode && *in.ledger->idle_mode <= in.ledger->total) {
    totals["energy_above_idle_J"] = energy - in.ledger->idle_mode->si();
  }
  // Then macs, ops and what follows from them are the least there can be.
  const auto not_counted = std::count_if(record.layers.begin(), record.layers.end(),
                                         [](const auto& layer) { return !network::is_counted(layer.op); });
  if (not_counted > 0) totals["layers_not_counted"] = not_counted;
  return totals;
}

}  // namespace

Json make_result(const ResultInputs& in) {
  Json result;
  result["schema_version"] = kResultSchemaVersion;
  result["provenance"] = provenance(in.provenance);
  result["design_point"] = design_point(in);
  result["totals"] = totals(in);
  if (in.intent->allow_bit_errors) add_bit_errors(in, result);
  result["layers"] = layers(in);
  result["accelerators"] = accelerators(in);
  result["jobs"] = jobs(in);
  if (in.points->size() > 1) result["transitions"] = transitions(in);
  if (in.intent->chip_modes || in.intent->fitted) result["phases"] = phases(in);
  result["components"] = components(in);
  result["accounts"] = accounts(*in.ledger);
  if (const std::vector<std::string> impossible = violations(result); !impossible.empty()) {
    std::string text = "impossible results, nothing written:";
    for (const std::string& v : impossible) text += "\n  " + v;
    throw Error(ErrorKind::kInvariant, text);
  }
  return result;
}

std::string to_text(const Json& result) { return result.dump(2) + "\n"; }

}  // namespace subvolt::report
