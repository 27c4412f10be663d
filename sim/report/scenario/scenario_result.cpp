#include "sim/report/scenario/scenario_result.h"

#include <cmath>

namespace subvolt::report {
namespace {

Json known_number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json spread_json(const scenario::Spread& s) {
  return {{"p50", known_number(s.p50_s)},
          {"p99", known_number(s.p99_s)},
          {"max", known_number(s.max_s)},
          {"mean", known_number(s.mean_s)}};
}

Json counts_json(const std::map<std::string, double>& all) {
  Json out = Json::object();
  for (const auto& [name, n] : all) out[name] = n;
  return out;
}

Json stages_json(const scenario::Outcome& o) {
  Json all = Json::object();
  const double days = o.duration_s / kSecondsPerDay;
  for (const scenario::StageOutcome& s : o.stages) {
    // Charge straight from the battery is in what leaves the source.
    const double own_J = o.metered_at_rails && s.charge_C == 0.0 && s.rail_J > 0.0 ? s.rail_J : s.source_J;
    Json one{{"runs_per_day", s.activations / days},
             {"repetitions_per_day", s.runs / days},
             {"passes_per_day", s.passes / days},
             {"pass_rate", s.activations > 0.0 ? Json(s.passes / s.activations) : Json()},
             {"energy_per_day_J", own_J / days},
             {"source_energy_per_day_J", s.source_J / days},
             {"energy_per_run_J", s.activations > 0.0 ? Json(own_J / s.activations) : Json()},
             {"time_s", s.busy_s},
             {"latency_s", spread_json(s.latency)},
             {"late_per_day", s.late / days},
             {"lost", counts_json(s.lost)}};
    if (s.looks) {
      one["precision"] = known_number(s.precision);
      one["recall"] = known_number(s.recall);
      one["recall_of_source"] = known_number(s.recall_of_source);
      one["false_alarms_per_h"] = known_number(s.false_alarms_per_h);
    }
    if (std::isfinite(s.pays_below_pass_rate)) one["pays_below_pass_rate"] = s.pays_below_pass_rate;
    if (std::isfinite(s.worst_response_s)) one["worst_response_s"] = s.worst_response_s;
    if (std::isfinite(s.frequency_Hz)) one["frequency_Hz"] = s.frequency_Hz;
    if (std::isfinite(s.race_pays_above_W)) one["race_pays_above_W"] = s.race_pays_above_W;
    all[s.name] = std::move(one);
  }
  return all;
}

Json devices_json(const scenario::Outcome& o) {
  Json all = Json::object();
  const double days = o.duration_s / kSecondsPerDay;
  for (const scenario::DeviceOutcome& d : o.devices) {
    Json residency = Json::object(), share = Json::object(), states = Json::object();
    for (const auto& [state, seconds] : d.residency_s) {
      residency[state] = seconds;
      share[state] = seconds / o.duration_s;
    }
    for (const scenario::RestOutcome& rest : d.rests) {
      states[rest.name] = {{"power_W", rest.power_W}, {"break_even_s", known_number(rest.break_even_s)}};
    }
    Json one{{"rest_energy_per_day_J", (o.metered_at_rails ? d.rest_J : d.source_J) / days},
             {"source_energy_per_day_J", d.source_J / days},
             {"residency_s", std::move(residency)},
             {"residency", std::move(share)}};
    if (!states.empty()) one["rests"] = std::move(states);
    if (!d.policy.empty()) {
      one["idle"] = {{"policy", d.policy},
                     {"gaps", d.gaps},
                     {"energy_J", d.idle_J},
                     {"oracle_J", d.oracle_J},
                     {"energy_per_gap_J", d.gaps > 0.0 ? Json(d.idle_J / d.gaps) : Json()},
                     {"over_oracle", d.oracle_J > 0.0 ? Json(d.idle_J / d.oracle_J) : Json()},
                     {"above", d.above},
                     {"below", d.below}};
    }
    all[d.name] = std::move(one);
  }
  return all;
}

Json supply_json(const scenario::Outcome& o) {
  const scenario::SupplyOutcome& s = o.supply;
  const double days = o.duration_s / kSecondsPerDay;
  Json out{{"kind", s.kind},
           {"charge_per_day_C", s.drawn_C / days},
           {"self_discharge_C", s.self_discharge_C},
           {"charge_left_C", known_number(s.left_C)},
           {"voltage_min_V", known_number(s.voltage_min_V)},
           {"voltage_end_V", known_number(s.voltage_end_V)}};
  if (s.kind != "storage") return out;
  out["harvested_per_day_J"] = s.harvested_J / days;
  out["spilled_per_day_J"] = s.spilled_J / days;
  out["leaked_per_day_J"] = s.leaked_J / days;
  out["stored_J"] = s.stored_J;
  out["margin"] = known_number(s.margin);
  out["neutral_load_W"] = known_number(s.neutral_load_W);
  out["longest_dark_s"] = known_number(s.longest_dark_s);
  out["dark_energy_J"] = known_number(s.dark_J);
  out["usable_energy_J"] = known_number(s.usable_J);
  out["charge_time_s"] = known_number(s.charge_time_s);
  out["late_turn_off_V"] = known_number(s.late_turn_off_V);
  out["off_s"] = s.off_s;
  return out;
}

// Energies and powers by power domain and cause.
template <class Share, class Value>
Json shares_json(const std::vector<Share>& shares, const Value& value) {
  Json all = Json::object();
  for (const Share& share : shares) all[share.domain][share.cause] = value(share);
  return all;
}

Json cost_json(const scenario::NetworkCost& cost) {
  return {{"time_s", cost.time.si()},
          {"energy_above_rest_J", cost.energy.si()},
          {"energy_J", shares_json(cost.shares, [](const auto& s) { return s.energy.si(); })}};
}

Json design_json(const scenario::DesignCosts& costs) {
  Json networks = Json::object();
  for (const scenario::NetworkRun& run : costs.networks) {
    networks[run.network] = {
        {"kept", cost_json(run.kept)}, {"loaded", cost_json(run.loaded)}, {"peak_power_W", run.peak.si()}};
  }
  return {{"operating_point", costs.operating_point},
          {"rest_power_W", costs.rest.si()},
          {"rest_W", shares_json(costs.rest_shares, [](const auto& s) { return s.power.si(); })},
          {"begin_energy_J", costs.begin.si()},
          {"settled_after_s", costs.settled_after.si()},
          {"simulations", costs.simulations},
          {"networks", std::move(networks)}};
}

Json accounts_json(const scenario::Outcome& o) {
  Json all = Json::array();
  const double days = o.duration_s / kSecondsPerDay;
  for (std::size_t i = 0; i < o.accounts.size(); ++i) {
    const scenario::Account& a = o.accounts[i];
    if (a.energy_J.value() == 0.0 && a.charge_C.value() == 0.0) continue;
    all.push_back({{"stage", a.stage < 0 ? Json() : Json(o.stages[static_cast<std::size_t>(a.stage)].name)},
                   {"device", a.device < 0 ? Json() : Json(o.devices[static_cast<std::size_t>(a.device)].name)},
                   {"rail", o.rail_names[static_cast<std::size_t>(a.rail)]},
                   {"cause", scenario::to_text(a.cause)},
                   {"energy_per_day_J", a.energy_J.value() / days},
                   {"charge_per_day_C", a.charge_C.value() / days},
                   {"source_energy_per_day_J", o.account_source_J[i] / days}});
  }
  return all;
}

}  // namespace

Json scenario_result(const scenario::Outcome& o) {
  const double days = o.duration_s / kSecondsPerDay;
  Json sources = Json::object(), rails = Json::object(), budget = Json::object();
  for (const scenario::SourceOutcome& s : o.sources) sources[s.name] = {{"arrivals_per_day", s.arrivals / days}};
  for (const scenario::RailOutcome& r : o.rails) {
    rails[r.name] = {{"delivered_per_day_J", r.delivered_J / days},
                     {"lost_per_day_J", r.lost_J / days},
                     {"quiescent_per_day_J", r.quiescent_J / days}};
  }
  for (const scenario::Verdict& v : o.budget) {
    budget[v.name] = {{"limit", v.limit}, {"value", known_number(v.value)}, {"met", v.told ? Json(v.met) : Json()}};
  }
  Json out{{"schema_version", "1.0"}, {"kind", "scenario"}, {"scenario", o.name},        {"title", o.title},
           {"mode", o.mode},          {"seed", o.seed},     {"duration_s", o.duration_s}};
  out["metered_at"] = o.metered_at_rails ? "rails" : "source";
  out["totals"] = {{"average_power_W", o.average_power_W()},
                   {"energy_per_day_J", o.average_power_W() * kSecondsPerDay},
                   {"rail_power_W", o.rail_power_W},
                   {"source_power_W", o.source_power_W},
                   {"source_energy_per_day_J", o.source_power_W * kSecondsPerDay},
                   {"source_current_A", o.source_current_A},
                   {"lifetime_s", known_number(o.lifetime_s)},
                   {"peak_power_W", o.peak_power_W},
                   {"oracle_gap", known_number(o.oracle_gap)},
                   {"margin", known_number(o.supply.margin)}};
  out["sources"] = std::move(sources);
  out["stages"] = stages_json(o);
  out["devices"] = devices_json(o);
  out["rails"] = std::move(rails);
  out["supply"] = supply_json(o);
  if (o.design) out["design"] = design_json(*o.design);
  out["accounts"] = accounts_json(o);
  out["lost"] = counts_json(o.lost);
  out["budget"] = std::move(budget);
  out["approximations"] = o.approximations;
  out["events"] = o.events;
  out["conservation_error"] = o.conservation;
  return out;
}

}  // namespace subvolt::report
