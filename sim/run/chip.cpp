#include "sim/run/chip.h"

#include <algorithm>
#include <cstdlib>

#include "sim/config/diagnostics.h"
#include "sim/config/library.h"
#include "sim/config/sourced/sourcing.h"
#include "sim/run/faults.h"
#include "sim/units/text.h"

namespace subvolt::run {
namespace {

// A board that draws twice what another does is broken.
constexpr double kWidestSpread = 1.0;

// "J" of "phases.inference.energy_J" and of "components.dram.energy_J.io": the last of its keys that tells one.
std::string unit_of_name(std::string name) {
  for (;;) {
    const std::size_t dot = name.rfind('.'), begin = dot == std::string::npos ? 0 : dot + 1;
    const std::size_t mark = name.rfind('_');
    if (mark != std::string::npos && mark >= begin) {
      const std::string tail = name.substr(mark + 1);
      for (const char* unit : {"s", "J", "W", "B", "Hz", "V"}) {
        if (tail == unit) return tail;
      }
    }
    if (dot == std::string::npos) return "";
    name.resize(dot);
  }
}

template <class Q>
bool read_as(const std::string& text, double& value) {
  const auto parsed = parse_quantity<Q>(text);
  if (!std::holds_alternative<Q>(parsed)) return false;
  value = std::get<Q>(parsed).si();
  return true;
}

bool read_number(const std::string& text, double& value) {
  char* end = nullptr;
  value = std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0';
}

bool read_value(const std::string& text, const std::string& unit, double& value) {
  if (unit == "s") return read_as<Time>(text, value);
  if (unit == "J") return read_as<Energy>(text, value);
  if (unit == "W") return read_as<Power>(text, value);
  if (unit == "Hz") return read_as<Frequency>(text, value);
  if (unit == "V") return read_as<Voltage>(text, value);
  return read_number(text, value);
}

void check_measurement(const ChipMeasurement& measurement, const config::Node& node, config::Diagnostics& d) {
  if (measurement.value.empty()) d.error(node_at(node, {"value"}), "expected at least one place in result.json");
  for (const auto* names : {&measurement.value, &measurement.less}) {
    for (const std::string& name : *names) {
      if (unit_of_name(name) == unit_of_name(measurement.value.front())) continue;
      d.error(node, name + " and " + measurement.value.front() + " are of different units: nothing is the sum of them");
    }
  }
  if (measurement.rows.empty()) d.error(node_at(node, {"rows"}), "expected at least one row");
  require_source(measurement.source, node, d);
  const std::string unit = unit_of(measurement);
  const config::Node& rows = node_at(node, {"rows"});
  const bool wants_of = std::any_of(measurement.value.begin(), measurement.value.end(),
                                    [](const std::string& name) { return name.find('*') != std::string::npos; });
  for (std::size_t r = 0; r < measurement.rows.size(); ++r) {
    if (measurement.rows[r].of.empty() == wants_of) {
      d.error(rows.items()[r], wants_of ? "expected `of`: what the * of " + measurement.value.front() + " stands for"
                                        : "`of` stands for a *, which no place in `value` has");
    }
    double value = 0.0;
    if (read_value(measurement.rows[r].published, unit, value) && value > 0.0) continue;
    d.error(node_at(rows.items()[r], {"published"}),
            "expected " + (unit.empty() ? std::string("a number") : "a value in " + unit) + " above 0, got \"" +
                measurement.rows[r].published + "\"");
  }
}

void settle_measurement(ChipMeasurement& measurement, const config::Node&) {
  const std::string unit = unit_of(measurement);
  for (ChipRow& row : measurement.rows) {
    read_value(row.published, unit, row.published_si);
    if (!row.use) row.use = measurement.use;
  }
}

void check_chip(const Chip& chip, const config::Node& node, config::Diagnostics& d) {
  if (chip.measurements.empty() && !chip.transfer) {
    d.error(node, "expected `measurements` of a design, measured points in `transfer`, or both");
  }
  if (!chip.measurements.empty() && chip.design.empty()) {
    d.error(node_at(node, {"measurements"}), "expected `design` beside it, whose runs give the same quantities");
  }
}

}  // namespace

const config::Schema<ChipRow>& ChipRow::schema() {
  static const auto s =
      config::Schema<ChipRow>("chip_row", "A published value.")
          .optional("network", &ChipRow::network, "What ran: a shipped name or a file; the design's when absent.")
          .optional("operating_point", &ChipRow::operating_point, "As --opp takes it; the design's when absent.")
          .optional("set", &ChipRow::sets, "What else was different: a list of PATH=VALUE, as --set takes them.")
          .optional("of", &ChipRow::of, "What a * in the measurement's places stands for, such as a layer.")
          .required("published", &ChipRow::published, "The value with its unit, such as 99 uJ.")
          .optional("use", &ChipRow::use, "fit or check; the measurement's when absent.")
          .optional("note", &ChipRow::note, "For people.");
  return s;
}

const config::Schema<ErrorLimits>& ErrorLimits::schema() {
  static const auto s =
      config::Schema<ErrorLimits>("error_limits", "Errors to which the model is held: |simulated / published - 1|.")
          .optional("mean", &ErrorLimits::mean, "Of the rows in the mean.", config::between(0.0, 10.0))
          .optional("worst", &ErrorLimits::worst, "Of each row.", config::between(0.0, 10.0));
  return s;
}

const config::Schema<ChipMeasurement>& ChipMeasurement::schema() {
  static const auto s =
      config::Schema<ChipMeasurement>("chip_measurement", "A quantity that was published, row by row.")
          .optional("title", &ChipMeasurement::title, "For people; the name when absent.")
          .required("value", &ChipMeasurement::value,
                    "Places in result.json whose sum it is: keys joined by dots, elements of lists by their name, "
                    "such as phases.inference.time_s.")
          .optional("less", &ChipMeasurement::less, "Places whose sum is taken away.")
          .optional("per", &ChipMeasurement::per, "Places by whose sum the rest is divided.")
          .optional("unit", &ChipMeasurement::unit,
                    "Unit of the value where it does not follow from the names of its places.")
          .optional("use", &ChipMeasurement::use,
                    "fit: constants of the simulation were fitted to the rows; check: they predict them.")
          .optional("fitted", &ChipMeasurement::fitted, "What was fitted to the rows of use fit, for people.")
          .optional("limits", &ChipMeasurement::limits, "Errors that `subvolt validate --strict` allows.")
          .required("source", &ChipMeasurement::source, "Where the values were published, and how they were measured.")
          .required("rows", &ChipMeasurement::rows, "The values.")
          .check(check_measurement)
          .settle(settle_measurement);
  return s;
}

const config::Schema<Chip>& Chip::schema() {
  static const auto s =
      config::Schema<Chip>("chip", "Published measurements of a chip, and what of its design's result they are.")
          .required("title", &Chip::title, "Chip and maker, for people.")
          .optional("design", &Chip::design, "The design, for `measurements`: a shipped name or a file.")
          .optional("board_spread", &Chip::board_spread,
                    "By how much boards of one kind differ, +-, relative: below it nothing is wrong.",
                    config::between(0.0, kWidestSpread))
          .optional("measurements", &Chip::measurements, "Published quantities by name.")
          .optional("transfer", &Chip::transfer, "Measured points, to be carried to another voltage.")
          .check(check_chip);
  return s;
}

std::string unit_of(const ChipMeasurement& measurement) {
  if (!measurement.unit.empty() || measurement.value.empty()) return measurement.unit;
  const std::string above = unit_of_name(measurement.value.front());
  if (measurement.per.empty()) return above;
  const std::string below = unit_of_name(measurement.per.front());
  if (above == "J" && below == "s") return "W";
  return below.empty() ? above : "";
}

std::string with_unit(double value, const std::string& unit, int digits) {
  if (unit == "s") return to_text(Time::from_si(value), digits);
  if (unit == "J") return to_text(Energy::from_si(value), digits);
  if (unit == "W") return to_text(Power::from_si(value), digits);
  if (unit == "Hz") return to_text(Frequency::from_si(value), digits);
  if (unit == "V") return to_text(Voltage::from_si(value), digits);
  char text[32];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text + (unit.empty() ? "" : " " + unit);
}

Chip read_chip(const std::string& file) {
  const config::Document document = config::load(file, "chip");
  Chip chip = Chip::schema().read(document.section);
  chip.name = document.name;
  Faults faults;
  const auto resolve = [&](std::string_view kind, std::string& name, const config::Node& node) {
    faults.collect([&] { name = config::find(kind, name, node.location().text(), file); });
  };
  if (!chip.design.empty()) resolve("design", chip.design, config::node_at(document.section, {"design"}));
  if (chip.transfer) {
    faults.collect([&] { settle(*chip.transfer, config::node_at(document.section, {"transfer"}), file); });
  }
  for (auto& [name, measurement] : chip.measurements) {
    const config::Node& rows = config::node_at(document.section, {"measurements", name, "rows"});
    measurement.location = config::node_at(document.section, {"measurements", name, "value"}).location().text();
    for (std::size_t r = 0; r < measurement.rows.size(); ++r) {
      measurement.rows[r].location = rows.items()[r].location().text() + ": " + rows.items()[r].path();
      if (measurement.rows[r].network.empty()) continue;
      resolve("network", measurement.rows[r].network, config::node_at(rows.items()[r], {"network"}));
    }
  }
  faults.throw_if_any();
  return chip;
}

}  // namespace subvolt::run

namespace subvolt::config {

const std::vector<std::pair<run::RowUse, std::string>>& EnumNames<run::RowUse>::names() {
  static const std::vector<std::pair<run::RowUse, std::string>> names{{run::RowUse::kFit, "fit"},
                                                                      {run::RowUse::kCheck, "check"}};
  return names;
}

}  // namespace subvolt::config
