#include "sim/run/transfer.h"

#include <algorithm>
#include <cmath>

#include "sim/config/library.h"
#include "sim/config/sourced/sourcing.h"
#include "sim/power/intent/speed_limit.h"
#include "sim/power/wording.h"

namespace subvolt::run {
namespace {

using power::brief;
using subvolt::brief;

// As technologies state theirs.
constexpr Temperature kColdest = Temperature::from_celsius(-40.0), kHottest = Temperature::from_celsius(125.0);
// Decimal fractions that come to 1 do so but for rounding.
constexpr double kSumPrecision = 1e-9;

void check_point(const MeasuredPoint& point, const config::Node& node, config::Diagnostics& d) {
  const int given = (point.time ? 1 : 0) + (point.energy ? 1 : 0) + (point.power ? 1 : 0);
  if (given != 2) {
    d.error(node, "expected two of time, energy and power, from which the third follows, got " + std::to_string(given));
  }
}

void settle_point(MeasuredPoint& point, const config::Node&) {
  if (!point.time) point.time = *point.energy / *point.power;
  if (!point.energy) point.energy = *point.power * *point.time;
  if (!point.power) point.power = *point.energy / *point.time;
}

void check_shares(const FloorShares& floor, const config::Node& node, config::Diagnostics& d) {
  double sum = 0.0;
  int given = 0;
  for (const auto* share : {&floor.leakage, &floor.fixed, &floor.clocked}) {
    if (!*share) continue;
    sum += (*share)->value;
    ++given;
  }
  if (sum > 1.0 + kSumPrecision || (given == 3 && sum < 1.0 - kSumPrecision)) {
    d.error(node, "shares of the floor come to " + shortest(sum) + ": expected " +
                      (given == 3 ? "1; leave one out and it is what the others leave" : "at most 1"));
  }
}

std::vector<std::string> networks_of(const std::vector<MeasuredPoint>& points) {
  std::vector<std::string> names;
  for (const MeasuredPoint& p : points) names.push_back(p.network);
  return names;
}

void check_transfer(const Transfer& transfer, const config::Node& node, config::Diagnostics& d) {
  require_source(transfer.source, node, d);
  if (const config::Node* curve = node.find("over_voltage")) check_curve(transfer.over_voltage, *curve, d);
  const config::Node& points = config::node_at(node, {"points"});
  if (transfer.points.empty()) return d.error(points, "expected at least one point");
  const std::vector<std::string> names = networks_of(transfer.points);
  for (std::size_t p = 0; p < transfer.points.size(); ++p) {
    const MeasuredPoint& point = transfer.points[p];
    const config::Node& at = points.items()[p];
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(p), point.network) !=
        names.begin() + static_cast<std::ptrdiff_t>(p)) {
      d.error(config::node_at(at, {"network"}),
              point.network + " has a point already, from which it is carried: put others into `checks`");
    }
    if (!point.floor_power) {
      d.error(at, "expected floor_power, what is drawn without work; 0 W where energies are above idle");
    }
    if (point.floor_power && point.energy && point.power && *point.floor_power > *point.power) {
      d.error(config::node_at(at, {"floor_power"}), "the floor is above the power of the run, " + brief(*point.power));
    }
  }
  const config::Node& checks = config::node_at(node, {"checks"});
  for (std::size_t c = 0; c < transfer.checks.size(); ++c) {
    const MeasuredPoint& check = transfer.checks[c];
    if (std::find(names.begin(), names.end(), check.network) == names.end()) {
      d.error(config::node_at(checks.items()[c], {"network"}),
              "no point of " + check.network + " is there to be carried" + config::did_you_mean(check.network, names));
    }
    if (check.floor_power) {
      d.error(config::node_at(checks.items()[c], {"floor_power"}), "is for `points`: that of a check is carried, too");
    }
  }
}

std::vector<const power::Device*> devices_of(const Transfer& transfer) {
  std::vector<const power::Device*> devices{&transfer.laws.device(transfer.device)};
  for (const std::string& name : transfer.limited_by) devices.push_back(&transfer.laws.device(name));
  return devices;
}

struct VoltageRange {
  Voltage lowest, highest;
  bool holds(Voltage v) const { return !(v < lowest) && !(v > highest); }
};

VoltageRange range_of(const Transfer& transfer) {
  VoltageRange range{transfer.laws.device(transfer.device).minimum_voltage.value,
                     transfer.laws.device(transfer.device).maximum_voltage.value};
  for (const power::Device* device : devices_of(transfer)) {
    range.lowest = std::max(range.lowest, device->minimum_voltage.value);
    range.highest = std::min(range.highest, device->maximum_voltage.value);
  }
  return range;
}

// Why points are not carried from or to a voltage; empty: they are.
std::string fault_of(const Transfer& transfer, Voltage v) {
  const VoltageRange range = range_of(transfer);
  std::string names;
  for (const power::Device* device : devices_of(transfer)) names += (names.empty() ? "" : ", ") + device->name;
  if (!range.holds(v)) {
    return brief(v) + " is out of range: " + transfer.laws.name + " allows " + brief(range.lowest) + " to " +
           brief(range.highest) + " for " + names;
  }
  const power::VoltageCurve& curve = transfer.over_voltage;
  if (curve.empty() || covers(curve, v)) return "";
  return brief(v) + " is out of range: `over_voltage` is known from " + brief(curve.front().voltage) + " to " +
         brief(curve.back().voltage);
}

// The fastest clock that was published of the chip at a voltage or below it.
Frequency published_at(const Transfer& transfer, Voltage v) {
  Frequency fastest;
  for (const auto* points : {&transfer.points, &transfer.checks}) {
    for (const MeasuredPoint& point : *points) {
      if (!(point.voltage > v)) fastest = std::max(fastest, point.frequency);
    }
  }
  return fastest;
}

// Where `frequency` would be allowed, in steps of 1 mV.
std::string enough_for(const Transfer& transfer, const MeasuredPoint& point, Frequency frequency, Temperature t,
                       const power::Condition& from) {
  const power::TransregionalModel& model = transfer.laws.device(transfer.device).model;
  const VoltageRange range = range_of(transfer);
  const auto last = static_cast<int>(std::floor(range.highest.si() * 1e3 + 1e-6));
  for (auto mV = static_cast<int>(std::ceil(range.lowest.si() * 1e3 - 1e-6)); mV <= last; ++mV) {
    const Voltage v = Voltage::from_si(mV * 1e-3);
    if (!fault_of(transfer, v).empty()) continue;
    const Frequency limit = point.frequency * model.speed_ratio({v, t}, from);
    if (!power::exceeds(frequency, std::max(limit, published_at(transfer, v)))) {
      return brief(v) + " is enough for " + brief(frequency);
    }
  }
  return "no voltage that it allows is enough for " + brief(frequency);
}

// Least and most of the sum of share x factor, over all shares that are not stated.
std::pair<double, double> floor_factors(const FloorShares& floor, double leakage, double clocked) {
  struct Kind {
    const std::optional<config::Sourced<double>>& share;
    double factor;
  };
  double known = 0.0, rest = 1.0, low = INFINITY, high = -INFINITY;
  for (const Kind& kind : {Kind{floor.leakage, leakage}, Kind{floor.fixed, 1.0}, Kind{floor.clocked, clocked}}) {
    if (kind.share) {
      known += kind.share->value * kind.factor;
      rest -= kind.share->value;
    } else {
      low = std::min(low, kind.factor);
      high = std::max(high, kind.factor);
    }
  }
  if (!std::isfinite(low)) return {known, known};
  rest = std::max(rest, 0.0);
  return {known + rest * low, known + rest * high};
}

}  // namespace

const config::Schema<MeasuredPoint>& MeasuredPoint::schema() {
  static const auto s =
      config::Schema<MeasuredPoint>("measured_point", "One inference, measured: two of time, energy and power.")
          .required("network", &MeasuredPoint::network, "What ran, by any name.")
          .required("voltage", &MeasuredPoint::voltage, "Supply of what computes.",
                    config::between(Voltage::from_si(0.05), Voltage::from_si(10.0)))
          .required("frequency", &MeasuredPoint::frequency, "Its clock.", config::at_least(Frequency::from_si(1.0)))
          .optional("time", &MeasuredPoint::time, "Of an inference.",
                    config::between(Time::from_si(1e-9), Time::from_si(1e6)))
          .optional("energy", &MeasuredPoint::energy, "Of an inference, with what the floor draws meanwhile.",
                    config::between(Energy::from_si(1e-15), Energy::from_si(1e6)))
          .optional("power", &MeasuredPoint::power, "In the mean of an inference.",
                    config::between(Power::from_si(1e-12), Power::from_si(1e5)))
          .optional("floor_power", &MeasuredPoint::floor_power,
                    "What is drawn without work, with the clock on; needed in `points`, not in `checks`.",
                    config::between(Power(), Power::from_si(1e5)))
          .optional("note", &MeasuredPoint::note, "For people.")
          .check(check_point)
          .settle(settle_point);
  return s;
}

const config::Schema<FloorShares>& FloorShares::schema() {
  static const auto s =
      config::Schema<FloorShares>(
          "floor_shares",
          "Of what the floor's power consists. A share that is absent is what the others leave; "
          "of several that are, only their sum is known, and results have a range.")
          .optional("leakage", &FloorShares::leakage, "What goes with the device's leakage.", config::between(0.0, 1.0))
          .optional("fixed", &FloorShares::fixed, "What follows neither voltage nor clock: I/O, rails of their own.",
                    config::between(0.0, 1.0))
          .optional("clocked", &FloorShares::clocked, "What switches with the clock.", config::between(0.0, 1.0))
          .check(check_shares);
  return s;
}

const config::Schema<Transfer>& Transfer::schema() {
  static const auto s =
      config::Schema<Transfer>("transfer",
                               "Measured points that `subvolt transfer` carries to another voltage by the laws of a "
                               "technology.")
          .required("technology", &Transfer::technology,
                    "By whose laws: a shipped name or a file. The nearest to the chip's own.")
          .optional("device", &Transfer::device, "Device of the technology whose speed and leakage are meant.")
          .optional("limited_by", &Transfer::limited_by,
                    "Other devices on the rail, such as sram: voltages must suit them, too.")
          .optional("temperature", &Transfer::temperature,
                    "At which the points were measured; the technology's reference when absent.",
                    config::between(kColdest, kHottest))
          .optional("floor", &Transfer::floor, "Shares of the floor's power, as far as a source tells them.")
          .optional("fixed_work", &Transfer::fixed_work,
                    "Share of the work's energy, above the floor, on rails that do not follow; none when absent.",
                    config::between(0.0, 1.0))
          .optional(
              "over_voltage", &Transfer::over_voltage,
              "Energy of what switches over the voltage, measured: factors, linear between the points and unknown "
              "beyond them. Default: the square of the voltage.")
          .required("source", &Transfer::source, "Where the points were published, and how they were measured.")
          .required("points", &Transfer::points, "What is carried: one point of a network.")
          .optional("checks", &Transfer::checks, "Measurements of the same networks under other conditions.")
          .check(check_transfer);
  return s;
}

void settle(Transfer& transfer, const config::Node& node, const std::string& file) {
  const config::Node& technology = config::node_at(node, {"technology"});
  transfer.technology = config::find("technology", transfer.technology, technology.location().text(), file);
  transfer.laws = power::read_technology(transfer.technology);
  if (!transfer.temperature) transfer.temperature = transfer.laws.reference_temperature;

  config::Diagnostics d;
  std::vector<std::string> known;
  for (const power::Device& device : transfer.laws.devices) known.push_back(device.name);
  const auto check_device = [&](const std::string& name, const config::Node& at) {
    if (!transfer.laws.find_device(name)) d.error(at, config::not_one_of(known, name) + " of " + transfer.laws.name);
  };
  check_device(transfer.device, config::node_at(node, {"device"}));
  for (std::size_t i = 0; i < transfer.limited_by.size(); ++i) {
    check_device(transfer.limited_by[i], config::node_at(node, {"limited_by"}).items()[i]);
  }
  d.throw_if_any();
  const auto check_voltages = [&](const std::vector<MeasuredPoint>& points, const char* key) {
    for (std::size_t p = 0; p < points.size(); ++p) {
      const std::string fault = fault_of(transfer, points[p].voltage);
      if (!fault.empty()) d.error(config::node_at(config::node_at(node, {key}).items()[p], {"voltage"}), fault);
    }
  };
  check_voltages(transfer.points, "points");
  check_voltages(transfer.checks, "checks");
  d.throw_if_any();
}

CarriedTo carried_to(const std::string& text) {
  CarriedTo to;
  bool voltage = false;
  const auto refuse = [&](const std::string& why) {
    throw_configuration("--opp \"" + text + "\": " + why +
                        ": expected a voltage, or a voltage and a clock, such as "
                        "0.8V or 0.8V,370MHz");
  };
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string piece = text.substr(begin, end - begin);
    begin = end + 1;
    const auto v = parse_quantity<Voltage>(piece);
    const auto f = parse_quantity<Frequency>(piece);
    if (std::holds_alternative<Voltage>(v)) {
      if (voltage) refuse("two voltages");
      to.voltage = std::get<Voltage>(v);
      voltage = true;
    } else if (std::holds_alternative<Frequency>(f)) {
      if (to.frequency) refuse("two clocks");
      to.frequency = std::get<Frequency>(f);
      if (!(*to.frequency > Frequency())) refuse("the clock stands still");
    } else {
      refuse("\"" + piece + "\" is neither");
    }
  }
  if (!voltage) refuse("no voltage");
  return to;
}

Carried carry(const Transfer& transfer, const MeasuredPoint& point, const CarriedTo& to) {
  const power::Device& device = transfer.laws.device(transfer.device);
  Carried carried;
  carried.from = {point.voltage, *transfer.temperature};
  carried.to = {to.voltage, to.temperature.value_or(*transfer.temperature)};
  const std::string fault = fault_of(transfer, to.voltage);
  if (!fault.empty()) throw_configuration(fault);
  if (carried.to.temperature < kColdest || kHottest < carried.to.temperature) {
    throw_configuration(to_text(carried.to.temperature) + " is out of range: expected " + to_text(kColdest) + " to " +
                        to_text(kHottest));
  }
  carried.by_law = point.frequency * device.model.speed_ratio(carried.to, carried.from);
  carried.frequency = to.frequency.value_or(carried.by_law);
  const Frequency limit = std::max(carried.by_law, published_at(transfer, to.voltage));
  if (to.frequency && power::exceeds(*to.frequency, limit)) {
    throw_configuration(brief(*to.frequency) + " is above what " + brief(carried.to) + " allows, " + to_text(limit) +
                        ", by the speed of " + device.name + " of " + transfer.laws.name + " from " +
                        brief(point.frequency) + " at " + brief(carried.from) +
                        " on: " + enough_for(transfer, point, *to.frequency, carried.to.temperature, carried.from));
  }

  const power::VoltageScale there = voltage_scale(transfer.over_voltage, to.voltage, point.voltage);
  carried.switching = there.factor / voltage_scale(transfer.over_voltage, point.voltage, point.voltage).factor;
  carried.switching_formula = transfer.over_voltage.empty() ? there.formula : "the stated curve over voltage";
  carried.leakage = device.model.leakage_power_ratio(carried.to, carried.from);
  const double clock = carried.frequency / point.frequency;
  carried.time = *point.time / clock;
  const double w = transfer.fixed_work ? transfer.fixed_work->value : 0.0;
  const Power floor = *point.floor_power;
  const Energy work = (*point.energy - floor * *point.time) * (w + (1.0 - w) * carried.switching);
  const auto [least, most] = floor_factors(transfer.floor, carried.leakage, carried.switching * clock);
  carried.lowest = work + floor * carried.time * least;
  carried.highest = work + floor * carried.time * most;
  return carried;
}

std::vector<const MeasuredPoint*> checks_of(const Transfer& transfer, const MeasuredPoint& point) {
  std::vector<const MeasuredPoint*> found;
  for (const MeasuredPoint& check : transfer.checks) {
    if (check.network == point.network) found.push_back(&check);
  }
  return found;
}

}  // namespace subvolt::run
