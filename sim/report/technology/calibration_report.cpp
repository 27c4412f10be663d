#include "sim/report/technology/calibration_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/report/tables/text_table.h"

namespace subvolt::report {
namespace {

struct Worst {
  double fitted = 0.0, checked = 0.0;
  bool any_checked = false;
};

Worst worst_speed(const power::Calibration& c) {
  Worst worst;
  for (const power::PointResidual& r : c.residuals) {
    double& error = r.point.fit ? worst.fitted : worst.checked;
    error = std::max(error, std::abs(r.frequency_error));
    worst.any_checked = worst.any_checked || !r.point.fit;
  }
  return worst;
}

Json remarks_json(const std::vector<power::FitRemark>& remarks) {
  Json all = Json::array();
  for (const power::FitRemark& r : remarks) {
    all.push_back({{"parameter", r.parameter}, {"value", r.value}, {"lowest", r.lowest}, {"highest", r.highest}});
  }
  return all;
}

std::string signed_percent(double part) { return fmt::format("{:+.1f} %", 100.0 * part); }

std::string remarks_text(const std::vector<power::FitRemark>& remarks) {
  std::string text;
  for (const power::FitRemark& r : remarks) {
    text += (text.empty() ? "" : ", ") + fmt::format("{} {:.3g}", r.parameter, r.value);
  }
  return text;
}

}  // namespace

Json calibration_json(const power::Calibration& c, const CalibrationSource& source) {
  const power::TransregionalParameters& p = c.parameters;
  Json out;
  out["command"] = source.command;
  out["points"] = {{"file", source.file}, {"sha256", source.sha256}};
  out["technology"] = source.technology.empty() ? Json() : Json(source.technology);
  out["reference"] = {{"voltage_V", c.reference.voltage.si()},
                      {"temperature_C", c.reference.temperature.celsius()},
                      {"frequency_Hz", c.reference_speed.si()}};
  out["parameters"] = {{"threshold_V", p.threshold.si()},
                       {"alpha", p.alpha},
                       {"slope_factor", p.slope_factor},
                       {"dibl", p.dibl},
                       {"wire_share", p.wire_share},
                       {"threshold_slope_V_per_K", p.threshold_slope_V_per_K},
                       {"mobility_exponent", p.mobility_exponent}};
  out["switched_capacitance_F"] = c.switched ? Json(c.switched->si()) : Json();
  out["leakage_W"] = c.leakage ? Json(c.leakage->si()) : Json();
  out["leakage_told_apart"] = c.leakage && !c.dynamic_only;
  out["at_wall"] = remarks_json(c.at_wall);
  out["not_told_by_points"] = remarks_json(c.open);
  const Worst worst = worst_speed(c);
  out["worst_frequency_error"] = {{"fit", worst.fitted}, {"check", worst.any_checked ? Json(worst.checked) : Json()}};
  Json rows = Json::array();
  for (const power::PointResidual& r : c.residuals) {
    Json row = {{"line", r.point.line},
                {"use", r.point.fit ? "fit" : "check"},
                {"voltage_V", r.point.at.voltage.si()},
                {"temperature_C", r.point.at.temperature.celsius()},
                {"frequency_Hz", r.point.frequency.si()},
                {"model_frequency_Hz", r.frequency.si()},
                {"frequency_error", r.frequency_error}};
    if (r.power) {
      row["power_W"] = r.point.power->si();
      row["model_power_W"] = r.power->si();
      row["power_error"] = r.power_error;
    }
    rows.push_back(std::move(row));
  }
  out["residuals"] = std::move(rows);
  return out;
}

std::string calibration_card(const power::Calibration& c, const CalibrationSource& source) {
  const power::TransregionalParameters& p = c.parameters;
  std::string out = card_heading(source.file, source.technology.empty() ? "no technology" : "of " + source.technology);
  out += fmt::format("speed         {} at {}, {}\n", to_text(c.reference_speed, 4), to_text(c.reference.voltage, 4),
                     to_text(c.reference.temperature));
  out += fmt::format("threshold     {:.0f} mV, falls {:.2f} mV/K; DIBL {:.0f} mV/V\n", 1e3 * p.threshold.si(),
                     1e3 * p.threshold_slope_V_per_K, 1e3 * p.dibl);
  out += fmt::format("curve         alpha {:.2f}, slope factor {:.2f}, {:.0f} % of the delay in wires, m {:.2f}\n",
                     p.alpha, p.slope_factor, 100.0 * p.wire_share, p.mobility_exponent);
  if (c.switched) {
    out +=
        fmt::format("power         {} per cycle at the reference, leakage {}\n",
                    to_text(Energy::from_si(c.switched->si() * c.reference.voltage.si() * c.reference.voltage.si()), 4),
                    c.dynamic_only ? "not told apart" : to_text(*c.leakage, 4));
  }
  std::vector<TextColumn> columns{{"use"}, {"V"}, {"C"}, {"measured"}, {"model"}, {"error"}};
  for (std::size_t i = 1; i < columns.size(); ++i) columns[i].align = TextColumn::Align::kRight;
  const bool powers = c.switched.has_value();
  if (powers) {
    for (const char* heading : {"power", "model ", "error "}) columns.push_back({heading, TextColumn::Align::kRight});
  }
  for (const power::PointResidual& r : c.residuals) {
    std::vector<std::string> cells{r.point.fit ? "fit" : "check",
                                   fmt::format("{:.4g}", r.point.at.voltage.si()),
                                   fmt::format("{:.4g}", r.point.at.temperature.celsius()),
                                   to_text(r.point.frequency, 4),
                                   to_text(r.frequency, 4),
                                   signed_percent(r.frequency_error)};
    if (powers) {
      cells.push_back(r.power ? to_text(*r.point.power, 4) : "");
      cells.push_back(r.power ? to_text(*r.power, 4) : "");
      cells.push_back(r.power ? signed_percent(r.power_error) : "");
    }
    for (std::size_t i = 0; i < cells.size(); ++i) columns[i].cells.push_back(cells[i]);
  }
  out += "\n" + text_table(std::move(columns)) + "\n";
  const Worst worst = worst_speed(c);
  out += "worst error   " + fmt::format("{:.1f} % of the points fitted", 100.0 * worst.fitted);
  if (worst.any_checked) out += fmt::format(", {:.1f} % of those checked", 100.0 * worst.checked);
  out += "\n";
  if (!c.at_wall.empty()) {
    out +=
        labelled("at its wall   ", words_of(remarks_text(c.at_wall) + ": the points want another kind of curve"), 14);
  }
  if (!c.open.empty()) {
    out += labelled(
        "not told      ",
        words_of(remarks_text(c.open) + ": the points tell little of them, " +
                 (source.technology.empty() ? "what is usual of devices decides" : source.technology + " decides")),
        14);
  }
  if (c.dynamic_only && c.switched) {
    out += labelled("not told      ", words_of("leakage: points with power at one clock or voltage more would tell it"),
                    14);
  }
  return out;
}

std::string calibration_yaml(const power::Calibration& c, const CalibrationSource& source, const power::Device& base,
                             const std::string& include) {
  const power::TransregionalParameters& p = c.parameters;
  const Worst worst = worst_speed(c);
  double lowest = c.reference.voltage.si(), highest = lowest;
  for (const power::PointResidual& r : c.residuals) {
    lowest = std::min(lowest, r.point.at.voltage.si());
    highest = std::max(highest, r.point.at.voltage.si());
  }
  if (lowest > 0.8 * highest) lowest = 0.8 * highest;
  const std::string from = fmt::format("subvolt calibrate {} (sha256 {}), worst error {:.1f} % of the points fitted",
                                       source.file, source.sha256.substr(0, 12), 100.0 * worst.fitted);
  const auto sourced = [&](const char* key, const std::string& value) {
    return fmt::format("      {}: {{value: {}, source: \"{}\", quality: measured}}\n", key, value, from);
  };
  const auto number = [](double value) { return fmt::format("{:.12g}", value); };
  std::string out = "# Written by: " + source.command + "\n";
  out += "schema: technology/1\ninclude: " + include + "\ntechnology:\n";
  out += "  title: \"calibrated to " + source.file + "\"\n";
  out += "  devices:\n    logic:\n";
  out += sourced("slope_factor", number(p.slope_factor));
  out += sourced("threshold_slope_mV_per_K", number(1e3 * p.threshold_slope_V_per_K));
  out += sourced("mobility_exponent", number(p.mobility_exponent));
  out += sourced("wire_share", number(p.wire_share / power::TransregionalModel(p).relative_delay(base.reference)));
  if (base.dibl) out += sourced("dibl", number(p.dibl));
  if (highest > base.maximum_voltage.value.si()) out += sourced("maximum_voltage", number(highest) + " V");
  out += "      speed:\n";
  for (const double v : {lowest, 0.5 * (lowest + highest), highest}) {
    const Frequency f = c.speed({Voltage::from_si(v), base.reference.temperature});
    out +=
        fmt::format("        - {{voltage: {} V, frequency: {} Hz, source: \"{}, on its curve\", quality: measured}}\n",
                    number(v), number(f.si()), from);
  }
  if (c.switched) {
    out +=
        fmt::format("# Of the whole of what was measured: {} per cycle at {}{}.\n",
                    to_text(Energy::from_si(c.switched->si() * c.reference.voltage.si() * c.reference.voltage.si()), 6),
                    to_text(c.reference.voltage, 6), c.dynamic_only ? "" : ", leakage " + to_text(*c.leakage, 6));
  }
  return out;
}

}  // namespace subvolt::report
