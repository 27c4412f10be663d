#include "sim/power/intent/domain_devices.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/config/diagnostics.h"
#include "sim/power/technology/bit_cells.h"
#include "sim/power/technology/variation/normal_distribution.h"

namespace subvolt::power {
namespace {

DeviceKind kind_of(const VoltageDomain& rail) {
  if (rail.process == Process::kExternal) throw Error(ErrorKind::kInternal, rail.name + " feeds no device");
  return rail.process == Process::kSram ? DeviceKind::kSram : DeviceKind::kLogic;
}

bool feeds(const VoltageDomain& rail, const PowerDomain& domain, const PowerIntent& intent) {
  return rail.process == Process::kSram ? array_rail(domain, intent) == &rail : domain.supply == rail.name;
}

// A component that an element names and no longer element does: nothing else begins with "npu.*" and a line break.
std::string example_of(std::string element) {
  if (!element.empty() && element.back() == '*') element.back() = '\n';
  return element;
}

// Whether some component may be in both. A component is where the longest element that matches it is, so with the
// longer one of its two elements goes all that has that one as its longest.
bool share(const ClockDomain& clock, const PowerDomain& domain, const PowerIntent& intent) {
  const auto in_both = [&](const std::string& element) {
    const std::string component = example_of(element);
    return intent.clock_domain_of(component) == &clock && intent.power_domain_of(component) == &domain;
  };
  return std::any_of(clock.elements.begin(), clock.elements.end(), in_both) ||
         std::any_of(domain.elements.begin(), domain.elements.end(), in_both);
}

template <class Counts>
std::vector<const PowerDomain*> domains_where(const VoltageDomain& rail, const PowerIntent& intent,
                                              const Counts& counts) {
  std::vector<const PowerDomain*> domains;
  for (const PowerDomain& domain : intent.power_domains) {
    if (feeds(rail, domain, intent) && counts(domain)) domains.push_back(&domain);
  }
  return domains;
}

// Those on a rail in which the clock has elements, or all there where it has none in any.
std::vector<const PowerDomain*> domains_on(const VoltageDomain& rail, const ClockDomain& clock,
                                           const PowerIntent& intent) {
  auto on_paths = domains_where(rail, intent, [&](const PowerDomain& domain) { return share(clock, domain, intent); });
  return on_paths.empty() ? domains_where(rail, intent, [](const PowerDomain&) { return true; }) : on_paths;
}

std::vector<const Device*> devices_of(const std::vector<const PowerDomain*>& domains, DeviceKind kind,
                                      const Technology& technology) {
  std::vector<const Device*> devices;
  for (const PowerDomain* domain : domains) {
    const Device* device = &technology.device(domain->devices.of(kind));
    if (std::find(devices.begin(), devices.end(), device) == devices.end()) devices.push_back(device);
  }
  if (devices.empty()) devices.push_back(&technology.device(DomainDevices().of(kind)));
  return devices;
}

// Delay of the chip's slowest path over that of the typical chip, as far as mismatch makes it: curves of a technology
// are those of a chip whose slowest path is the median one's, and a slow chip's paths differ by more.
double over_typical_path(const Device& device, const Technology& technology, const Conditions& conditions,
                         const std::string& rail, const PowerDomain* place) {
  if (!conditions.slowest_path || !technology.process || !technology.process->mismatch) return 1.0;
  const Mismatch& mismatch = *technology.process->mismatch;
  Conditions typical = conditions;
  typical.process = {};
  const double median = largest_quantile(mismatch.critical_paths.value, 0.5);
  const PathSpread here = path_spread(device.model, conditions.slowest(rail, place), mismatch);
  const PathSpread there = path_spread(device.model, typical.slowest(rail, place), mismatch);
  return std::exp(here.ln_delay(*conditions.slowest_path) - there.ln_delay(median));
}

}  // namespace

void check_domain_devices(const PowerIntent& intent, const Technology& technology) {
  config::Diagnostics diagnostics;
  for (const PowerDomain& domain : intent.power_domains) {
    for (const DeviceKind kind : {DeviceKind::kLogic, DeviceKind::kSram}) {
      const std::string word = config::FieldType<DeviceKind>::text(kind);
      const std::string& wanted = domain.devices.of(kind);
      const Device* device = technology.find_device(wanted);
      if (device && device->kind == kind) continue;
      std::vector<std::string> fit;
      for (const Device& d : technology.devices) {
        if (d.kind == kind) fit.push_back(d.name);
      }
      diagnostics.error(
          config::node_at(intent.origin, {"power_domains", domain.name, "devices", word}),
          "technology " + technology.name + ", devices of kind " + word + ": " + config::not_one_of(fit, wanted));
    }
  }
  diagnostics.throw_if_any();
}

std::vector<const Device*> devices_on(const VoltageDomain& rail, const PowerIntent& intent,
                                      const Technology& technology) {
  return devices_of(domains_where(rail, intent, [](const PowerDomain&) { return true; }), kind_of(rail), technology);
}

std::vector<const Device*> devices_on(const VoltageDomain& rail, const ClockDomain& clock, const PowerIntent& intent,
                                      const Technology& technology) {
  return devices_of(domains_on(rail, clock, intent), kind_of(rail), technology);
}

VoltageRange voltages_of(const std::vector<const Device*>& devices, bool error_correction) {
  VoltageRange range{devices.front()->lowest_voltage(error_correction).value, devices.front()->maximum_voltage.value};
  for (const Device* device : devices) {
    range.lowest = std::max(range.lowest, device->lowest_voltage(error_correction).value);
    range.highest = std::min(range.highest, device->maximum_voltage.value);
  }
  return range;
}

Voltage holding_voltage(const std::vector<const Device*>& devices) {
  Voltage holds;
  for (const Device* device : devices) holds = std::max(holds, device->retention_voltage.value);
  return holds;
}

SpeedLimits speed_limits(const ClockDomain& clock, const PowerIntent& intent, const Technology& technology,
                         const Conditions& conditions) {
  constexpr Frequency kNone = Frequency::from_si(std::numeric_limits<double>::infinity());
  SpeedLimits limits{kNone, kNone};
  for (const std::string& rail : clock.rails()) {
    const VoltageDomain* domain = intent.find_voltage_domain(rail);
    if (!domain) throw_configuration("clock domain " + clock.name + ": there is no voltage domain \"" + rail + "\"");
    if (domain->process == Process::kExternal) continue;
    const DeviceKind kind = kind_of(*domain);
    Frequency& limit = kind == DeviceKind::kSram ? limits.bits : limits.gates;
    std::vector<const PowerDomain*> places = domains_on(*domain, clock, intent);
    if (places.empty()) places.push_back(nullptr);
    for (const PowerDomain* place : places) {
      const DomainDevices devices = place ? place->devices : DomainDevices();
      const Device& device = technology.device(devices.of(kind));
      Frequency fastest = device.f_max(conditions.slowest(rail, place)) / clock.path_length;
      if (kind == DeviceKind::kLogic)
        fastest = fastest / over_typical_path(device, technology, conditions, rail, place);
      limit = std::min(limit, fastest);
    }
  }
  return limits;
}

Frequency f_max(const ClockDomain& clock, const PowerIntent& intent, const Technology& technology,
                const Conditions& conditions) {
  const SpeedLimits limits = speed_limits(clock, intent, technology, conditions);
  return std::min(limits.gates, limits.bits);
}

std::string names_of(const std::vector<const Device*>& devices) {
  std::vector<std::string> names;
  for (const Device* device : devices) names.push_back(device->name);
  return config::listed(names);
}

}  // namespace subvolt::power
