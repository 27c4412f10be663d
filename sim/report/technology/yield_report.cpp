#include "sim/report/technology/yield_report.h"

#include <fmt/format.h>

#include <cmath>

#include "sim/report/tables/text_table.h"

namespace subvolt::report {
namespace {

// Of the chips, in rising order of the figure: what the table and the JSON tell.
constexpr double kShares[] = {0.00135, 0.1, 0.5, 0.9, 0.99865};
constexpr const char* kShareNames[] = {"0.135 %", "10 %", "50 %", "90 %", "99.865 %"};

template <class Q>
std::vector<Q> all_of(const run::YieldResult& result, Q run::PricedChip::*figure) {
  std::vector<Q> values;
  for (const run::PricedChip& chip : result.chips) values.push_back(chip.*figure);
  return values;
}

template <class Q>
Json spread_json(const std::vector<Q>& values) {
  Json out;
  double mean = 0.0, square = 0.0;
  for (const Q value : values) mean += value.si();
  mean /= static_cast<double>(values.size());
  for (const Q value : values) square += (value.si() - mean) * (value.si() - mean);
  out["mean"] = mean;
  out["deviation"] = std::sqrt(square / static_cast<double>(values.size()));
  Json shares = Json::array();
  for (const double share : kShares) {
    shares.push_back({{"share", share}, {"value", run::share_of(values, share).si()}});
  }
  out["not_above"] = std::move(shares);
  return out;
}

template <class Q>
void add_row(std::vector<TextColumn>& columns, const std::string& name, const std::vector<Q>& values) {
  columns[0].cells.push_back(name);
  for (std::size_t i = 0; i < std::size(kShares); ++i) {
    columns[i + 1].cells.push_back(to_text(run::share_of(values, kShares[i]), 3));
  }
}

std::string share_text(double share) { return fmt::format("{:.4g} %", 100.0 * share); }

Json memories_json(const run::YieldResult& r) {
  Json memories = Json::array();
  for (const run::MemoryLimit& m : r.memories) {
    memories.push_back({{"component", m.component},
                        {"device", m.device},
                        {"rail", m.rail},
                        {"bits", m.bits},
                        {"corrected", m.corrected},
                        {"voltage_V", m.voltage.si()},
                        {"works", m.works},
                        {"needs_V", m.needs.si()},
                        {"needs_unprotected_V", m.plain.si()},
                        {"needs_with_code_V", m.coded.si()},
                        {"needs_with_spare_rows_V", m.with_spares.si()},
                        {"holds_V", m.holds.si()}});
  }
  return memories;
}

std::string memory_table(const run::YieldResult& r) {
  if (r.memories.empty()) return "";
  std::vector<TextColumn> columns{{"memory"}, {"kbit"}, {"gets"}, {"works"}, {"plain"}, {"rows"}, {"code"}, {"holds"}};
  for (std::size_t i = 1; i < columns.size(); ++i) columns[i].align = TextColumn::Align::kRight;
  columns[0].widest = 24;
  for (const run::MemoryLimit& m : r.memories) {
    const std::string cells[] = {m.component + (m.corrected ? " (code)" : ""),
                                 grouped((m.bits + 1023) / 1024),
                                 to_text(m.voltage, 3),
                                 share_text(m.works),
                                 to_text(m.plain, 3),
                                 to_text(m.with_spares, 3),
                                 to_text(m.coded, 3),
                                 to_text(m.holds, 3)};
    for (std::size_t c = 0; c < std::size(cells); ++c) columns[c].cells.push_back(cells[c]);
  }
  return text_table(std::move(columns), kCardWidth) + "\n";
}

}  // namespace

Json yield_json(const run::YieldResult& r, const run::DesignPoint& point, const run::YieldRequest& request,
                const std::string& command) {
  Json out;
  out["schema_version"] = "1.0";
  out["command"] = command;
  out["seed"] = request.seed;
  out["design"] = point.name;
  out["network"] = point.network.name;
  out["technology"] = point.technology.name;
  out["scaled_domain"] = point.intent.scaled_domain;
  out["scaled_clock"] = point.intent.scaled_clock;
  out["samples"] = r.chips.size();
  out["voltage_V"] = r.voltage.si();
  out["temperature_C"] = point.intent.temperature.celsius();
  out["frequency_Hz"] = r.frequency.si();
  out["power_W"] = request.power ? Json(request.power->si()) : Json();
  out["yield"] = {{"frequency", r.fast_enough},
                  {"frequency_closed_form", r.fast_enough_closed_form},
                  {"power", r.frugal},
                  {"both", r.both}};
  Json f_max = Json::array();
  for (const run::FMaxOfShare& of : r.f_max) {
    f_max.push_back({{"share", of.share}, {"drawn_Hz", of.drawn.si()}, {"closed_form_Hz", of.closed_form.si()}});
  }
  out["f_max_at_yield"] = std::move(f_max);
  out["f_max_Hz"] = spread_json(all_of(r, &run::PricedChip::f_max));
  out["leakage_W"] = spread_json(all_of(r, &run::PricedChip::leakage));
  out["energy_J"] = spread_json(all_of(r, &run::PricedChip::energy));
  out["chip_power_W"] = spread_json(all_of(r, &run::PricedChip::power));
  out["best_voltage_V"] = spread_json(all_of(r, &run::PricedChip::best_voltage));
  out["least_energy_J"] = spread_json(all_of(r, &run::PricedChip::least_energy));
  const bool one = r.one_for_all.has_value();
  out["one_supply"] = {{"wanted_share", request.share},
                       {"voltage_V", one ? Json(r.one_for_all->si()) : Json()},
                       {"served", r.served_by_one},
                       {"mean_energy_J", one ? Json(r.mean_at_one.si()) : Json()},
                       {"99_percent_energy_J", one ? Json(r.longest_at_one.si()) : Json()}};
  const bool own = r.served_by_own > 0.0;
  out["own_supplies"] = {{"served", r.served_by_own},
                         {"mean_energy_J", own ? Json(r.mean_at_own.si()) : Json()},
                         {"99_percent_energy_J", own ? Json(r.longest_at_own.si()) : Json()}};
  out["memories"] = memories_json(r);
  out["why_not"] = r.why_not.empty() ? Json() : Json(r.why_not);
  return out;
}

std::string yield_card(const run::YieldResult& r, const run::DesignPoint& point, const run::YieldRequest& request) {
  constexpr std::size_t kLabel = 14;
  std::string out = card_heading(point.network.name + " on " + point.structure.name + ", " + point.technology.name,
                                 point.intent.scaled_domain + " " + to_text(r.voltage, 4) + ", " +
                                     fmt::format("{:.4g} C", point.intent.temperature.celsius()));
  const auto line = [&](const std::string& label, const std::string& text) {
    out += labelled(label + std::string(kLabel - label.size(), ' '), words_of(text), kLabel);
  };
  line("chips", fmt::format("{} drawn, seed {}", grouped(static_cast<std::int64_t>(r.chips.size())), request.seed));
  line("yield", share_text(r.fast_enough) + " make " + to_text(r.frequency, 4) + " (closed form " +
                    share_text(r.fast_enough_closed_form) + ")" +
                    (request.power ? "; " + share_text(r.frugal) + " take no more than " + to_text(*request.power, 3) +
                                         "; " + share_text(r.both) + " both"
                                   : ""));
  std::string of_shares;
  for (const run::FMaxOfShare& of : r.f_max) {
    of_shares += (of_shares.empty() ? "" : ", ") + to_text(of.closed_form, 4) + " of " + share_text(of.share);
  }
  line("f_max", of_shares);
  out += "\n";
  std::vector<TextColumn> columns{{"chips not above"}};
  for (const char* name : kShareNames) columns.push_back({name, TextColumn::Align::kRight});
  add_row(columns, "f_max", all_of(r, &run::PricedChip::f_max));
  add_row(columns, "leakage", all_of(r, &run::PricedChip::leakage));
  add_row(columns, "energy of the run", all_of(r, &run::PricedChip::energy));
  add_row(columns, "power", all_of(r, &run::PricedChip::power));
  add_row(columns, "voltage of least energy", all_of(r, &run::PricedChip::best_voltage));
  add_row(columns, "least energy", all_of(r, &run::PricedChip::least_energy));
  out += text_table(std::move(columns), kCardWidth) + "\n";
  out += memory_table(r);
  if (r.served_by_own > 0.0) {
    line("own supplies", share_text(r.served_by_own) +
                             " of the chips make the clock, each at its own lowest voltage: " +
                             to_text(r.mean_at_own, 4) + " on average, 99 % below " + to_text(r.longest_at_own, 4));
  } else {
    line("own supplies", "no chip makes the clock at any of the voltages");
  }
  if (r.one_for_all) {
    line("one supply", to_text(*r.one_for_all, 4) + " serves " + share_text(r.served_by_one) + ": " +
                           to_text(r.mean_at_one, 4) + " on average, 99 % below " + to_text(r.longest_at_one, 4));
  } else {
    line("one supply", "none of the voltages serves " + share_text(request.share) + " of the chips");
  }
  if (!r.why_not.empty()) line("left out", "voltages that do not work, the first: " + printable(r.why_not));
  return out;
}

std::string chips_csv(const run::YieldResult& r) {
  std::string out =
      "chip,threshold_deviations,path_deviations,f_max_Hz,leakage_W,energy_J,power_W,fast_enough,frugal,"
      "best_voltage_V,least_energy_J,own_supply_V,own_energy_J\n";
  std::size_t number = 0;
  for (const run::PricedChip& c : r.chips) {
    out += fmt::format("{},{:.9g},{:.9g},{:.9g},{:.9g},{:.9g},{:.9g},{:d},{:d},{:.6g},{:.9g},", ++number, c.deviations,
                       c.path, c.f_max.si(), c.leakage.si(), c.energy.si(), c.power.si(), c.fast_enough, c.frugal,
                       c.best_voltage.si(), c.least_energy.si());
    out += c.own_supply ? fmt::format("{:.6g},{:.9g}\n", c.own_supply->si(), c.own_energy.si()) : ",\n";
  }
  return out;
}

}  // namespace subvolt::report
