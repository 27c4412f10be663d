#include "sim/power/technology/sram_access.h"

#include <algorithm>
#include <cmath>

#include "sim/power/intent/speed_limit.h"
#include "sim/power/technology/bit_cells.h"
#include "sim/power/wording.h"

namespace subvolt::power {
namespace {

// scripts/fit_sram_access.py: least squares on the logarithm of CACTI's access times.
constexpr double kReference_B = 16384.0;
constexpr double kGrowing = 0.43;
constexpr double kExponent = 0.46;
// As large a bank as answers within a cycle by itself. 512 KiB: the shipped technologies access it at 200 MHz and more
// from 0.65 V (lp28) on, which is what systems with such banks run at.
constexpr double kOneCycle_B = 524288.0;
constexpr double kWideShiftCycles = 0.25;  // of the logic's reference path (sram_access.h)

std::string bank_of(const SramMacro& macro) {
  return to_text(Bytes(static_cast<std::int64_t>(std::ceil(macro.capacity_B))));
}

}  // namespace

double relative_access_time(double capacity_B) {
  return 1.0 - kGrowing + kGrowing * std::pow(capacity_B / kReference_B, kExponent);
}

std::int64_t pipelined_cycles(double capacity_B) {
  const double stages = relative_access_time(capacity_B) / relative_access_time(kOneCycle_B);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(stages - 1e-9)));
}

std::vector<SramAccess> sram_accesses(const std::vector<SramMacro>& macros, const PowerIntent& intent,
                                      const Technology& technology, const Conditions& conditions) {
  std::vector<SramAccess> all;
  for (const SramMacro& macro : macros) {
    const PowerDomain* domain = intent.power_domain_of(macro.component);
    const ClockDomain* clock = intent.clock_domain_of(macro.component);
    if (!domain || !clock) continue;
    const VoltageDomain* array = array_rail(*domain, intent);
    const VoltageDomain* rail = array ? array : intent.find_voltage_domain(domain->supply);
    if (!rail || rail->process == Process::kExternal) continue;
    const Condition condition = conditions.slowest(rail->name, domain);
    const Device& device = technology.device(domain->devices.sram);
    // bit_cell_faults()
    if (!intent.allow_bit_errors && conditions.voltage(rail->name) < device.lowest_voltage(macro.corrected).value) {
      continue;
    }
    const Frequency reference = device.f_max(condition);
    const double relative = relative_access_time(macro.capacity_B);
    SramAccess access;
    access.macro = macro;
    access.clock = clock->name;
    access.rail = rail->name;
    access.time = Time::from_si(relative / reference.si());
    const VoltageDomain* supply = intent.find_voltage_domain(domain->supply);
    if (supply && supply->process == Process::kLogic && supply != rail &&
        is_wide_shift(conditions.voltage(supply->name), conditions.voltage(rail->name))) {
      const Device& logic = technology.device(domain->devices.logic);
      access.time += kWideShiftCycles / logic.f_max(conditions.slowest(supply->name, domain));
    }
    access.fastest = static_cast<double>(macro.cycles) / access.time;
    all.push_back(access);
  }
  return all;
}

const SramAccess* slowest_on(const ClockDomain& clock, bool given, const std::vector<SramAccess>& all) {
  const SramAccess* slowest = nullptr;
  for (const SramAccess& access : all) {
    if (access.clock != clock.name || (given && access.macro.by_size)) continue;
    if (!slowest || access.fastest < slowest->fastest) slowest = &access;
  }
  return slowest;
}

std::int64_t access_cycles(const std::vector<SramAccess>& all, const std::string& component) {
  for (const SramAccess& access : all) {
    if (access.macro.component == component) return access.macro.cycles;
  }
  return 1;
}

void settle_cycles(OperatingPoint& point) {
  for (SramAccess& access : point.sram) {
    const double hertz = point.frequency(access.clock).si();
    if (access.macro.by_size && exceeds(Frequency::from_si(hertz), access.fastest)) {
      const double stage = access.fastest.si() / static_cast<double>(access.macro.cycles);
      access.macro.cycles = static_cast<std::int64_t>(std::ceil(hertz / stage / (1.0 + kFitPrecision)));
      access.fastest = Frequency::from_si(stage * static_cast<double>(access.macro.cycles));
    }
    access.limits = hertz >= std::floor(access.fastest.si());
  }
}

std::string describe(const SramAccess& access, const Condition& condition) {
  return access.macro.component + " takes " + to_text(access.time, 3) + " for an access to a bank of " +
         bank_of(access.macro) + " (" + access.rail + " " + brief(condition) + "), " +
         std::to_string(access.macro.cycles) + (access.macro.cycles == 1 ? " cycle" : " cycles");
}

std::string remedy(const SramAccess& access, Frequency wanted) {
  std::string text = "lower the clock, raise " + access.rail;
  if (access.macro.key.empty()) return text + ", or take smaller banks";
  if (!access.macro.pipelined) return text + ", or take smaller banks: --set " + access.macro.key + ".banks=N";
  const auto cycles = static_cast<std::int64_t>(std::ceil(wanted.si() * access.time.si() - 1e-6));
  return text + ", take smaller banks, or give an access its time: --set '" + access.macro.key +
         ".latency=" + std::to_string(cycles) + " cycles'";
}

std::vector<SramMacro> sram_macros(const std::vector<ComponentDeclaration>& components) {
  std::vector<SramMacro> all;
  for (const ComponentDeclaration& component : components) {
    for (const EventDeclaration& event : component.events) {
      const double* capacity = event.attribute("capacity_B");
      const double* cycles = event.attribute("access_cycles");
      if (!capacity || !cycles) continue;
      const bool corrected = std::any_of(component.events.begin(), component.events.end(),
                                         [](const auto& e) { return e.attribute("correctable_bits") != nullptr; });
      all.push_back({component.name, *capacity, std::llround(*cycles), "", false, corrected, false});
      break;
    }
  }
  return all;
}

}  // namespace subvolt::power
