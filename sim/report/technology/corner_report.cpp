#include "sim/report/technology/corner_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/report/tables/text_table.h"

namespace subvolt::report {
namespace {

std::string corner_name(power::Corner corner) { return config::FieldType<power::Corner>::text(corner); }

std::string verdict(const run::CornerResult& r) {
  if (!r.why_not.empty()) return "no";
  std::string missed;
  for (const run::Budget budget : r.missed) {
    missed += (missed.empty() ? "" : " ") + config::FieldType<run::Budget>::text(budget);
  }
  return missed.empty() ? "pass" : missed;
}

Json missed_json(const run::CornerResult& r) {
  Json missed = Json::array();
  for (const run::Budget budget : r.missed) missed.push_back(config::FieldType<run::Budget>::text(budget));
  return missed;
}

}  // namespace

Json corners_json(const std::vector<run::CornerResult>& results, const run::DesignPoint& point,
                  const run::Budgets& budgets, const std::string& command) {
  Json out;
  out["command"] = command;
  out["design"] = point.name;
  out["network"] = point.network.name;
  out["technology"] = point.technology.name;
  out["scaled_domain"] = point.intent.scaled_domain;
  out["scaled_clock"] = point.intent.scaled_clock;
  out["budgets"] = {{"latency_s", budgets.latency ? Json(budgets.latency->si()) : Json()},
                    {"energy_J", budgets.energy ? Json(budgets.energy->si()) : Json()},
                    {"leakage_W", budgets.leakage ? Json(budgets.leakage->si()) : Json()},
                    {"f_max_Hz", budgets.f_max ? Json(budgets.f_max->si()) : Json()}};
  Json rows = Json::array();
  for (const run::CornerResult& r : results) {
    Json row = {{"corner", corner_name(r.corner)},
                {"voltage_V", r.voltage.si()},
                {"temperature_C", r.temperature.celsius()},
                {"works", r.why_not.empty()}};
    if (!r.why_not.empty()) {
      row["why_not"] = r.why_not;
      rows.push_back(std::move(row));
      continue;
    }
    row["f_max_Hz"] = r.f_max.si();
    if (r.bias) row["body_bias_V"] = r.bias->si();
    row["slowest_clock"] = r.slowest_clock;
    row["room"] = r.room;
    row["latency_s"] = r.latency.si();
    row["energy_J"] = r.energy.si();
    row["leakage_W"] = r.leakage.si();
    row["costliest"] = {{"account", r.costliest}, {"share", r.costliest_share}};
    row["missed"] = missed_json(r);
    rows.push_back(std::move(row));
  }
  out["conditions"] = std::move(rows);
  return out;
}

std::string corners_card(const std::vector<run::CornerResult>& results, const run::DesignPoint& point) {
  std::string out = card_heading(point.network.name + " on " + point.structure.name + ", " + point.technology.name,
                                 point.intent.scaled_domain);
  std::vector<TextColumn> columns{{""},       {"V"},       {"C"},       {"f_max"},    {"latency"},
                                  {"energy"}, {"leakage"}, {"budgets"}, {"costliest"}};
  for (std::size_t i = 1; i < 7; ++i) columns[i].align = TextColumn::Align::kRight;
  const bool held = std::any_of(results.begin(), results.end(), [](const auto& r) { return r.bias.has_value(); });
  if (held) columns[7].heading = "budgets, bias";
  columns.back().widest = 20;
  std::string why_not;
  std::size_t not_working = 0;
  for (const run::CornerResult& r : results) {
    const bool works = r.why_not.empty();
    if (!works && not_working++ == 0) why_not = r.why_not;
    const std::string cells[] = {
        corner_name(r.corner),
        fmt::format("{:.4g}", r.voltage.si()),
        fmt::format("{:.4g}", r.temperature.celsius()),
        works ? to_text(r.f_max, 3) : "-",
        works ? to_text(r.latency, 3) : "-",
        works ? to_text(r.energy, 3) : "-",
        works ? to_text(r.leakage, 3) : "-",
        verdict(r) + (r.bias ? " " + to_text(*r.bias, 2) : ""),
        works ? fmt::format("{} {:.0f} %", r.costliest_component, 100.0 * r.costliest_share) : ""};
    for (std::size_t c = 0; c < std::size(cells); ++c) columns[c].cells.push_back(cells[c]);
  }
  out += text_table(std::move(columns), kCardWidth);
  if (not_working > 0) {
    out += labelled("no            ",
                    words_of(std::to_string(not_working) + " conditions do not work, the first: " + printable(why_not)),
                    14);
  }
  return out;
}

}  // namespace subvolt::report
