#include <algorithm>
#include <cmath>

#include "sim/power/technology/device.h"
#include "sim/power/technology/device_rules.h"
#include "sim/units/constants.h"

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
  all.worst_speed_error = all.worst_leakage_error = 0.0;
  for (config::Sourced<Voltage> Device::*limit :
       {&Device::minimum_voltage, &Device::maximum_voltage, &Device::retention_voltage}) {
    if (!(flavour.*limit).source.empty()) all.*limit = flavour.*limit;
  }
  if (flavour.ecc_minimum_voltage) all.ecc_minimum_voltage = flavour.ecc_minimum_voltage;
  if (flavour.relative_energy) all.relative_energy = flavour.relative_energy;
  return all;
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

// DIBL lowers the threshold that the speed fit sees, and does not depend on it: leakage comes first.
void fit(Device& device) {
  TransregionalParameters p;
  p.slope_factor = device.slope_factor.value;
  p.threshold_slope_V_per_K = device.threshold_slope_mV_per_K.value * 1e-3;
  p.reference_temperature = device.reference.temperature;
  if (device.dibl) p.dibl = device.dibl->value;

  std::vector<LeakagePoint> leakage_points;
  for (const CurvePoint& c : device.leakage) leakage_points.push_back({c.voltage, *c.power});
  const LeakageFit leakage = fit_leakage(leakage_points, p, device.reference);
  p.dibl = leakage.dibl;

  std::vector<SpeedPoint> speed_points;
  for (const CurvePoint& c : device.speed) speed_points.push_back({c.voltage, *c.frequency});
  const SpeedFit speed = fit_speed(speed_points, p, device.reference);
  device.model = TransregionalModel(speed.parameters);
  device.reference_speed = speed.scale;
  device.reference_leakage = leakage.reference;
  device.worst_speed_error = speed.worst_relative_error;
  device.worst_leakage_error = leakage.worst_relative_error;
}

// The same transistor with the threshold that its leakage tells.
void shift(Device& flavour, const Device& base) {
  const CurvePoint& known = flavour.leakage.front();
  const double from_reference =
      base.model.leakage_power_ratio({known.voltage, base.reference.temperature}, base.reference);
  flavour.reference_leakage = *known.power / from_reference;
  TransregionalParameters p = base.model.parameters();
  const Voltage decade_e = p.slope_factor * constants::thermal_voltage(base.reference.temperature);
  p.threshold -= decade_e * std::log(flavour.reference_leakage / base.reference_leakage);
  flavour.model = TransregionalModel(p);
  flavour.reference_speed =
      base.reference_speed * (flavour.model.drive(base.reference) / base.model.drive(base.reference));
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
    if (device.ecc_minimum_voltage && base->stated_kind.value_or(DeviceKind::kLogic) == DeviceKind::kLogic) {
      d.error(node_at(at, {"ecc_minimum_voltage"}), "codes correct bits of memories: only for a device of kind sram");
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
}

}  // namespace subvolt::power
