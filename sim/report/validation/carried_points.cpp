#include "sim/report/validation/carried_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "sim/report/tables/text_table.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

constexpr std::size_t kLabelIndent = 12;
constexpr int kDigits = 4;

// Of a range that holds what was published 0, else of its nearer end.
double error_of(double low, double high, double published) {
  if (published < low) return low / published - 1.0;
  if (published > high) return high / published - 1.0;
  return 0.0;
}

Json share_json(const std::optional<config::Sourced<double>>& stated) {
  if (!stated) return nullptr;
  return {{"value", stated->value}, {"source", stated->source}, {"quality", config::to_text(stated->quality)}};
}

std::string volts(const Json& v) { return fmt::format("{:.9g} V", v.get<double>()); }

std::string at_text(const Json& at) {
  return volts(at.at("voltage_V")) + ", " + to_text(Frequency::from_si(at.at("frequency_Hz")), kDigits);
}

// "34.9 uJ to 42 uJ" as "34.90 to 42.00 uJ".
std::string ends_text(const Json& range, const std::string& unit) {
  const std::string low = run::with_unit(range[0], unit, kDigits), high = run::with_unit(range[1], unit, kDigits);
  if (low == high) return low;
  const std::size_t of_low = low.rfind(' '), of_high = high.rfind(' ');
  const bool same = of_low != std::string::npos && low.substr(of_low) == high.substr(of_high);
  return (same ? low.substr(0, of_low) : low) + " to " + high;
}

std::string carried_error(const Json& errors, const char* key, bool range) {
  const double error = errors.at(key);
  return range && error == 0.0 ? "within" : fmt::format("{:+.1f} %", 100.0 * error);
}

// All points that go from the same conditions to the same: one table.
std::string table_of(const std::vector<const Json*>& points) {
  const Json& first = *points.front();
  const bool published =
      std::any_of(points.begin(), points.end(), [](const Json* p) { return p->contains("published"); });
  std::vector<TextColumn> columns{{"network", TextColumn::Align::kLeft, {}, 24},
                                  {"of it", TextColumn::Align::kLeft},
                                  {"measured", TextColumn::Align::kRight},
                                  {"carried", TextColumn::Align::kRight}};
  if (published) {
    columns.push_back({"published", TextColumn::Align::kRight});
    columns.push_back({"error", TextColumn::Align::kRight});
  }
  for (const Json* point : points) {
    const Json &measured = point->at("measured"), &carried = point->at("carried");
    for (const auto& [name, key, unit] : {std::tuple{"time", "time_s", "s"}, std::tuple{"energy", "energy_J", "J"},
                                          std::tuple{"power", "power_W", "W"}}) {
      const bool range = carried.at(key).is_array();
      columns[0].cells.push_back(key == std::string("time_s") ? printable(point->at("network")) : "");
      columns[1].cells.push_back(name);
      columns[2].cells.push_back(run::with_unit(measured.at(key), unit, kDigits));
      columns[3].cells.push_back(range ? ends_text(carried.at(key), unit)
                                       : run::with_unit(carried.at(key), unit, kDigits));
      if (!published) continue;
      const bool there = point->contains("published");
      columns[4].cells.push_back(there ? run::with_unit(point->at("published").at(key), unit, kDigits) : "");
      columns[5].cells.push_back(there ? carried_error(point->at("errors"), key, range) : "");
    }
  }
  const Json& to = first.at("carried");
  std::string out = "\nfrom " + at_text(first.at("measured")) + " to " + at_text(to) + "\n";
  out += text_table(std::move(columns), kCardWidth);
  const double ratio = to.at("frequency_Hz").get<double>() / first.at("measured").at("frequency_Hz").get<double>();
  out += labelled(
      "factors",
      words_of(fmt::format("clock {:.4g}, switching energy {:.4g} by {}, leakage power {:.4g}; the law allows a "
                           "clock of {}",
                           ratio, to.at("switching_factor").get<double>(), to.at("switching_law").get<std::string>(),
                           to.at("leakage_factor").get<double>(),
                           to_text(Frequency::from_si(to.at("frequency_by_law_Hz")), kDigits))),
      kLabelIndent);
  return out;
}

std::string shares_text(const Json& floor) {
  std::string stated;
  std::vector<std::string> open;
  for (const auto& [name, share] : floor.items()) {
    if (share.is_null()) {
      open.push_back(name);
    } else {
      stated += fmt::format("{}{} {:.3g} % ({})", stated.empty() ? "" : "; ", name,
                            100.0 * share.at("value").get<double>(), share.at("source").get<std::string>());
    }
  }
  if (open.size() < 2)
    return stated + (open.empty() ? "" : (stated.empty() ? "" : "; ") + ("the rest " + open.front()));
  std::string names;
  for (const std::string& name : open) names += (names.empty() ? "" : name == open.back() ? " or " : ", ") + name;
  return stated + (stated.empty() ? "" : "; the rest ") + names +
         " is not known: least and most are with all of it in one";
}

}  // namespace

Json carried_point(const run::MeasuredPoint& point, const run::Carried& c, const run::MeasuredPoint* published) {
  Json told{{"network", point.network}};
  told["measured"] = {{"voltage_V", point.voltage.si()},
                      {"frequency_Hz", point.frequency.si()},
                      {"temperature_C", c.from.temperature.celsius()},
                      {"time_s", point.time->si()},
                      {"energy_J", point.energy->si()},
                      {"power_W", point.power->si()},
                      {"floor_power_W", point.floor_power->si()}};
  if (!point.note.empty()) told["measured"]["note"] = point.note;
  told["carried"] = {{"voltage_V", c.to.voltage.si()},       {"frequency_Hz", c.frequency.si()},
                     {"frequency_by_law_Hz", c.by_law.si()}, {"temperature_C", c.to.temperature.celsius()},
                     {"switching_factor", c.switching},      {"switching_law", c.switching_formula},
                     {"leakage_factor", c.leakage},          {"time_s", c.time.si()}};
  told["carried"]["energy_J"] = Json::array({c.lowest.si(), c.highest.si()});
  told["carried"]["power_W"] = Json::array({c.least().si(), c.most().si()});
  if (!published) return told;
  told["published"] = {
      {"time_s", published->time->si()}, {"energy_J", published->energy->si()}, {"power_W", published->power->si()}};
  if (!published->note.empty()) told["published"]["note"] = published->note;
  told["errors"] = {{"time_s", c.time / *published->time - 1.0},
                    {"energy_J", error_of(c.lowest.si(), c.highest.si(), published->energy->si())},
                    {"power_W", error_of(c.least().si(), c.most().si(), published->power->si())}};
  return told;
}

Json carried_points(const run::Chip& chip, const std::string& technology, std::vector<Json> points) {
  const run::Transfer& transfer = *chip.transfer;
  Voltage lowest = transfer.points.front().voltage, highest = lowest;
  for (const auto* list : {&transfer.points, &transfer.checks}) {
    for (const run::MeasuredPoint& point : *list) {
      lowest = std::min(lowest, point.voltage);
      highest = std::max(highest, point.voltage);
    }
  }
  Json told{{"schema_version", kTransferSchemaVersion}, {"chip", chip.name}, {"title", chip.title}};
  told["technology"] = technology;
  told["device"] = transfer.device;
  told["source"] = transfer.source;
  told["floor"] = {{"leakage", share_json(transfer.floor.leakage)},
                   {"fixed", share_json(transfer.floor.fixed)},
                   {"clocked", share_json(transfer.floor.clocked)}};
  told["fixed_work"] = share_json(transfer.fixed_work);
  told["published_V"] = Json::array({lowest.si(), highest.si()});
  told["points"] = std::move(points);
  return told;
}

std::string carried_table(const Json& carried) {
  std::string out = card_heading(carried.at("title"), "by the laws of " + carried.at("technology").get<std::string>() +
                                                          ", " + carried.at("device").get<std::string>());
  out += labelled("source", words_of(carried.at("source")), kLabelIndent);
  std::vector<std::pair<std::string, std::vector<const Json*>>> groups;
  const Json& published = carried.at("published_V");
  bool beyond = false;
  for (const Json& point : carried.at("points")) {
    const Json& to = point.at("carried");
    const std::string where = point.at("measured").at("voltage_V").dump() + " " +
                              point.at("measured").at("frequency_Hz").dump() + " " + to.at("voltage_V").dump() + " " +
                              to.at("frequency_Hz").dump();
    const auto known = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == where; });
    if (known == groups.end()) {
      groups.push_back({where, {&point}});
    } else {
      known->second.push_back(&point);
    }
    beyond = beyond || to.at("voltage_V") < published[0] || to.at("voltage_V") > published[1];
  }
  for (const auto& [where, points] : groups) out += table_of(points);
  out += "\n";
  out += labelled("floor", words_of(shares_text(carried.at("floor"))), kLabelIndent);
  const Json& fixed = carried.at("fixed_work");
  const std::string work =
      fixed.is_null() ? "all of it switches: no share on rails that do not follow is stated"
                      : fmt::format("{:.3g} % of it on rails that do not follow ({})",
                                    100.0 * fixed.at("value").get<double>(), fixed.at("source").get<std::string>());
  out += labelled("work", words_of(work), kLabelIndent);
  if (beyond) {
    out += labelled("beyond",
                    words_of("nothing is published of it but from " + volts(published[0]) + " to " +
                             volts(published[1]) + ": the law alone says what is farther off"),
                    kLabelIndent);
  }
  return out;
}

}  // namespace subvolt::report
