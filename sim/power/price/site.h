// Where a component stands at one operating point, and accounts that follow from what it is made of. Internal.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/power/ledger/energy_model.h"

namespace subvolt::power {

struct Site {
  const ComponentDeclaration* component = nullptr;
  std::int32_t index = 0;  // of the component in the record
  const PowerDomain* domain = nullptr;
  const VoltageDomain* supply = nullptr;
  const VoltageDomain* array = nullptr;  // feeds its bit cells: the domain's rail "array", else the supply
  const OperatingPoint* point = nullptr;
  std::string suffix;  // of account names: "@near_threshold" when a record has several operating points

  Voltage voltage() const { return point->voltage(supply->name); }
  Voltage array_voltage() const { return point->voltage(array->name); }
  Condition condition() const { return point->at(supply->name, *domain); }
  Condition array_condition() const { return point->at(array->name, *domain); }
  // What its gates or bits are made of.
  const Device& device(DeviceKind kind, const Technology& technology) const {
    return technology.device(domain->devices.of(kind));
  }
};

// Makes an account's unit energy that of the site's device, where events cost other than in the technology's own.
void take_device(Account& account, const Site& site, const Technology& technology, DeviceKind kind);

// An account without count and energy yet. `detail` tells several of one event apart, such as ".vdd2".
Account make_account(const Site& site, const std::string& event, Cause cause, const std::string& voltage_domain,
                     const std::string& detail = "");

// Standby accounts of a component, per power state, counted in picoseconds. Empty without gates and bits.
//
//   ON, CLK_GATED, WAKING, SLEEPING  all gates and bits at the supply's voltage; the rail of a domain on its way up
//                                    or down is taken as fully up, which is on the safe side
//   OFF         all, times off_leakage_fraction, at the supply's voltage, as the switches' threshold has it
//   RETENTION   bits and flip-flops at the retention voltage of their device, the other gates as in OFF
//
// A component that tells gates or bits on an external rail throws Error(kConfiguration): no technology says how
// that part leaks.
std::vector<std::pair<PowerState, Account>> leakage_accounts(const Site& site, const Technology& technology);

// Those of its gates that flip-flops are made of, which RETENTION keeps.
std::int64_t retained_gates(const Inventory& made_of);

}  // namespace subvolt::power
