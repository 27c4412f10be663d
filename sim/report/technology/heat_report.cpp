#include "sim/report/technology/heat_report.h"

#include <fmt/format.h>

#include "sim/report/tables/text_table.h"

namespace subvolt::report {
namespace {

Power leakage_of(const run::HeatResult& r) { return r.price.priced.leakage / r.price.latency; }

std::string verdict(const run::HeatResult& r) {
  std::string text = r.above_limit ? "too hot" : r.throttled ? "throttled" : "fits";
  if (!r.throttled && r.price.slower > 1.0) text += ", slower";
  return text;
}

}  // namespace

Json heat_json(const std::vector<run::HeatResult>& results, const run::DesignPoint& point,
               const run::HeatRequest& request, const std::string& command) {
  Json out;
  out["command"] = command;
  out["design"] = point.name;
  out["network"] = point.network.name;
  out["technology"] = point.technology.name;
  out["package"] = {{"name", request.package.name}, {"resistance_K_per_W", request.package.resistance_K_per_W()}};
  out["limit_C"] = request.limit.value_or(request.package.highest).celsius();
  out["scaled_domain"] = point.intent.scaled_domain;
  Json rows = Json::array();
  for (const run::HeatResult& r : results) {
    Json row = {{"ambient_C", r.ambient.celsius()},  {"junction_C", r.balance.junction.celsius()},
                {"heat_W", r.balance.power.si()},    {"heat_slope_W_per_K", r.balance.power_slope_W_per_K},
                {"feedback", r.balance.gain},        {"voltage_V", r.voltage.si()},
                {"throttled", r.throttled},          {"above_limit", r.above_limit},
                {"slower", r.price.slower},          {"f_max_Hz", r.price.f_max.si()},
                {"latency_s", r.price.latency.si()}, {"energy_J", r.price.priced.total.si()},
                {"leakage_W", leakage_of(r).si()}};
    if (r.swing) row["swing_C"] = {r.swing->lowest.celsius(), r.swing->highest.celsius()};
    rows.push_back(std::move(row));
  }
  out["ambients"] = std::move(rows);
  return out;
}

std::string heat_card(const std::vector<run::HeatResult>& results, const run::DesignPoint& point,
                      const run::HeatRequest& request) {
  std::string out =
      card_heading(point.network.name + " on " + point.structure.name + ", " + point.technology.name,
                   fmt::format("{}, {:.4g} K/W", request.package.name, request.package.resistance_K_per_W()));
  std::vector<TextColumn> columns{{"ambient"}, {"junction"}, {"heat"},    {"feedback"}, {point.intent.scaled_domain},
                                  {"latency"}, {"energy"},   {"leakage"}, {""}};
  for (std::size_t i = 0; i < 8; ++i) columns[i].align = TextColumn::Align::kRight;
  for (const run::HeatResult& r : results) {
    const std::string cells[] = {fmt::format("{:.4g} C", r.ambient.celsius()),
                                 fmt::format("{:.2f} C", r.balance.junction.celsius()),
                                 to_text(r.balance.power, 3),
                                 fmt::format("{:.3g}", r.balance.gain),
                                 fmt::format("{:.4g} V", r.voltage.si()),
                                 to_text(r.price.latency, 3),
                                 to_text(r.price.priced.total, 3),
                                 to_text(leakage_of(r), 3),
                                 verdict(r)};
    for (std::size_t c = 0; c < std::size(cells); ++c) columns[c].cells.push_back(cells[c]);
  }
  out += text_table(std::move(columns), kCardWidth);
  for (const run::HeatResult& r : results) {
    if (!r.swing) continue;
    out += fmt::format("swing at {:.4g} C: {:.4f} C to {:.4f} C over the run, repeated without a break\n",
                       r.ambient.celsius(), r.swing->lowest.celsius(), r.swing->highest.celsius());
  }
  return out;
}

}  // namespace subvolt::report
