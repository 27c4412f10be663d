#include <algorithm>
#include <cmath>

#include "sim/power/technology/bit_failures.h"
#include "sim/power/technology/device.h"
#include "sim/power/technology/device_rules.h"
#include "sim/power/wording.h"

namespace subvolt::power {
namespace {

const Device* find(const std::vector<Device>& devices, const std::string& name) {
  const auto found = std::find_if(devices.begin(), devices.end(), [&](const Device& d) { return d.name == name; });
  return found == devices.end() ? nullptr : &*found;
}

// What a flavour does not say is as of `base`.
Device completed(const Device& flavour, const Device& base) {
  Device all = base;
  all.name = flavour.name;
  all.stated_kind.reset();
  all.flavour_of = flavour.flavour_of;
  all.speed.clear();
  all.leakage = flavour.leakage;
  all.gate_share = flavour.gate_share;
  all.threshold_shift_mV = flavour.threshold_shift_mV;
  all.currents.clear();
  all.worst_speed_error = all.worst_leakage_error = 0.0;
  for (config::Sourced<Voltage> Device::*limit :
       {&Device::minimum_voltage, &Device::maximum_voltage, &Device::retention_voltage}) {
    if (!(flavour.*limit).source.empty()) all.*limit = flavour.*limit;
  }
  if (flavour.ecc_minimum_voltage) all.ecc_minimum_voltage = flavour.ecc_minimum_voltage;
  if (flavour.failure_sigma) all.failure_sigma = flavour.failure_sigma;
  if (flavour.failures) all.failures = flavour.failures;
  if (flavour.relative_energy) all.relative_energy = flavour.relative_energy;
  return all;
}

// A limit is told in whole millivolts, on the safe side.
Voltage up_to_millivolts(Voltage v) { return Voltage::from_si(std::ceil(v.si() * 1e3 - 1e-6) * 1e-3); }

// Where a code of single errors makes up for bits that fail, from how much cells differ.
void settle_code(Device& device) {
  if (device.ecc_minimum_voltage || !device.failure_sigma) return;
  const Voltage gain = code_gain(device.failure_sigma->value);
  config::Sourced<Voltage> behind_code;
  const Voltage reached = up_to_millivolts(device.minimum_voltage.value - gain);
  behind_code.value = std::max(reached, device.retention_voltage.value);
  behind_code.source = "minimum_voltage less " + brief(device.minimum_voltage.value - reached) +
                       ", which a code of one bit in 72 gains for 512 KiB in 999 of "
                       "1000 chips where cells differ by " +
                       brief(device.failure_sigma->value) + ": " + device.failure_sigma->source;
  behind_code.quality = worse(device.failure_sigma->quality, device.minimum_voltage.quality);
  device.ecc_minimum_voltage = behind_code;
}

void check_standard(const std::vector<Device>& devices, const char* name, DeviceKind kind, const config::Node& node,
                    config::Diagnostics& d) {
  const Device* device = find(devices, name);
  if (!device) {
    d.error(node.location(), node.path(),
            "missing device \"" + std::string(name) + "\": what is meant where nobody names another");
    return;
  }
  const config::Node& at = node_at(node, {name});
  if (!device->flavour_of.empty()) {
    d.error(node_at(at, {"flavour_of"}), "others may be flavours of this device: give it points of its own");
  } else if (device->stated_kind.value_or(DeviceKind::kLogic) != kind) {
    d.error(node_at(at, {"kind"}), "expected kind: " + config::FieldType<DeviceKind>::text(kind) + " for this device");
  }
  if (device->relative_energy) {
    d.error(node_at(at, {"relative_energy"}), "prices hold for this device: change them, or remove this");
  }
}

TransregionalParameters stated(const Device& device) {
  TransregionalParameters p;
  if (device.slope_factor) p.slope_factor = device.slope_factor->value;
  p.threshold_slope_V_per_K = device.threshold_slope_mV_per_K.value * 1e-3;
  if (device.mobility_exponent) p.mobility_exponent = device.mobility_exponent->value;
  if (device.dibl) p.dibl = device.dibl->value;
  if (device.wire_share) p.wire_share = device.wire_share->value;
  p.reference_temperature = device.reference.temperature;
  p.reference_voltage = device.reference.voltage;
  if (device.currents.empty()) return p;
  const PullUp& other = device.pull_up;
  p.pull_up = static_cast<const Transistor&>(p);
  if (other.slope_factor) p.pull_up->slope_factor = other.slope_factor->value;
  if (other.threshold_slope_mV_per_K) {
    p.pull_up->threshold_slope_V_per_K = other.threshold_slope_mV_per_K->value * 1e-3;
  }
  if (other.mobility_exponent) p.pull_up->mobility_exponent = other.mobility_exponent->value;
  return p;
}

SpeedFit fit_speed(const Device& device, const TransregionalParameters& p) {
  std::vector<SpeedPoint> points;
  for (const CurvePoint& c : device.speed) points.push_back({c.voltage, *c.frequency});
  const bool slope = !device.slope_factor;
  if (device.currents.empty()) return fit_speed(points, p, device.reference, {slope, device.fit_wire_share});
  std::vector<CurrentPoint> currents;
  for (const TransistorCurrents& c : device.currents) {
    currents.push_back({c.voltage, c.pull_down.si(), c.pull_up.si()});
  }
  return fit_pair(currents, points, p, device.reference, {slope, false}, {!device.pull_up.slope_factor, false});
}

// DIBL lowers the threshold that the speed sees, and a low threshold bends the leakage over voltage a little: in turns,
// which are settled to 1e-6 after three.
constexpr int kTurns = 3;

void fit(Device& device) {
  std::vector<LeakagePoint> points;
  for (const CurvePoint& c : device.leakage) points.push_back({c.voltage, *c.power});
  const double through_gates = device.gate_share ? device.gate_share->value : 0.0;
  TransregionalParameters p = stated(device);
  p.threshold = Voltage::from_si(0.4);
  SpeedFit speed;
  LeakageFit leakage;
  for (int turn = 0; turn < (points.size() > 1 ? kTurns : 1); ++turn) {
    if (turn > 0 || points.size() > 1) p.dibl = fit_leakage(points, p, device.reference, through_gates).dibl;
    TransregionalParameters start = stated(device);
    start.dibl = p.dibl;
    if (start.pull_up) start.pull_up->dibl = p.dibl;
    speed = fit_speed(device, start);
    p = speed.parameters;
  }
  leakage = fit_leakage(points, p, device.reference, through_gates);
  p.gate_share = leakage.gate_share;
  device.model = TransregionalModel(p);
  device.reference_speed = speed.scale;
  device.reference_leakage = leakage.reference;
  device.worst_speed_error = speed.worst_relative_error;
  device.worst_leakage_error = leakage.worst_relative_error;
  device.at_wall = speed.at_wall;
  device.open = speed.open;
}

// What goes through the channels of `base` at the reference, its threshold raised by `shift`.
Power channels(const Device& base, Voltage shift) {
  TransregionalParameters p = base.model.parameters();
  const double share = 1.0 - p.gate_share;
  p.gate_share = 0.0;
  return share * base.reference_leakage *
         TransregionalModel(p).relative_leakage(
             {base.reference.voltage, base.reference.temperature, ThresholdShift::of(shift)});
}

constexpr Voltage kFarthestFlavour = Voltage::from_si(1.0);

// By how much the threshold of a flavour differs whose leakage is known at a voltage. The logarithm of the current
// through channels falls with the threshold, and keeps its distance over the voltage but for low thresholds: solved
// at the known voltage.
Voltage shift_of(const Device& flavour, const Device& base, Power through_channels, Voltage at) {
  TransregionalParameters p = base.model.parameters();
  const Power typical = (1.0 - p.gate_share) * base.reference_leakage;
  p.gate_share = 0.0;
  const TransregionalModel model(p);
  Voltage low = -kFarthestFlavour, high = kFarthestFlavour;
  while (high - low > Voltage::from_si(1e-12)) {
    const Voltage middle = 0.5 * (low + high);
    const Power leaks =
        typical * model.relative_leakage({at, flavour.reference.temperature, ThresholdShift::of(middle)});
    (leaks > through_channels ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

// The same transistor with another threshold.
void shift(Device& flavour, const Device& base) {
  TransregionalParameters p = base.model.parameters();
  Voltage moved;
  Power gates = p.gate_share * base.reference_leakage;
  if (flavour.threshold_shift_mV) {
    moved = Voltage::from_si(1e-3 * flavour.threshold_shift_mV->value);
  } else {
    const CurvePoint& known = flavour.leakage.front();
    const double share = flavour.gate_share ? flavour.gate_share->value : 0.0;
    moved = shift_of(flavour, base, (1.0 - share) * *known.power, known.voltage);
    const Voltage v = flavour.reference.voltage;
    gates = share * (v / known.voltage) * std::exp((v - known.voltage) / kGateLeakageSlope) * *known.power;
  }
  flavour.reference_leakage = channels(base, moved) + gates;
  const Condition shifted{base.reference.voltage, base.reference.temperature, ThresholdShift::of(moved)};
  flavour.reference_speed = base.reference_speed / base.model.relative_delay(shifted);
  p.gate_share = gates / flavour.reference_leakage;
  // Shares of wires and pull-ups hold at the flavour's own reference.
  const double wires = p.wire_share / base.model.relative_delay(shifted);
  if (p.pull_up) {
    TransregionalParameters rising = p;
    rising.wire_share = 0.0;
    const double both = TransregionalModel(rising).relative_delay(shifted);
    rising.pull_up_share = 1.0;
    p.pull_up_share *= TransregionalModel(rising).relative_delay(shifted) / both;
    p.pull_up->threshold += moved;
  }
  p.wire_share = wires;
  p.threshold += moved;
  flavour.model = TransregionalModel(p);
}

}  // namespace

void check_devices(const std::vector<Device>& devices, const config::Node& node, config::Diagnostics& d) {
  check_standard(devices, kLogicDevice, DeviceKind::kLogic, node, d);
  check_standard(devices, kSramDevice, DeviceKind::kSram, node, d);
  std::vector<std::string> with_points;
  for (const Device& device : devices) {
    if (device.flavour_of.empty()) with_points.push_back(device.name);
  }
  for (const Device& device : devices) {
    const config::Node& at = node_at(node, {device.name});
    const Device* const base = device.flavour_of.empty() ? &device : find(devices, device.flavour_of);
    if (!base || !base->flavour_of.empty()) {
      d.error(node_at(at, {"flavour_of"}), config::not_one_of(with_points, device.flavour_of));
      continue;
    }
    if ((device.ecc_minimum_voltage || device.failure_sigma) &&
        base->stated_kind.value_or(DeviceKind::kLogic) == DeviceKind::kLogic) {
      d.error(node_at(at, {device.ecc_minimum_voltage ? "ecc_minimum_voltage" : "failure_sigma"}),
              "codes correct bits of memories: only for a device of kind sram");
    }
    if (device.failures && !device.failure_sigma && !base->failure_sigma) {
      d.error(node_at(at, {"failures"}), "without failure_sigma nothing tells how cells differ: add it");
    }
    if (base != &device) check_voltages(completed(device, *base), at, d);
  }
}

void derive_devices(std::vector<Device>& devices, const Condition& reference) {
  for (Device& device : devices) {
    device.kind = device.stated_kind.value_or(DeviceKind::kLogic);
    device.reference = reference;
    if (device.flavour_of.empty()) fit(device);
  }
  for (Device& device : devices) {
    if (device.flavour_of.empty()) continue;
    const Device& base = *find(devices, device.flavour_of);
    device = completed(device, base);
    shift(device, base);
  }
  for (Device& device : devices) settle_code(device);
}

}  // namespace subvolt::power
