#include "sim/power/ledger/supply_loss.h"

#include "sim/power/intent/supply_tree.h"
#include "sim/power/wording.h"
#include "sim/units/picoseconds.h"

namespace subvolt::power {
namespace {

Account account_of(const VoltageDomain& rail, const char* name) {
  Account account;
  account.name = rail.name + "." + name;
  account.component_name = rail.name;
  account.cause = Cause::kSupplyLoss;
  account.voltage_domain = rail.name;
  account.source = rail.regulator.source;
  account.quality = rail.regulator.quality;
  return account;
}

}  // namespace

double loss_share(const VoltageDomain& rail, const Conditions& at) {
  return 1.0 / rail.regulator.efficiency_at(at.voltage(rail.name), input_of(rail, at)) - 1.0;
}

Account supply_loss(const VoltageDomain& rail, const Conditions& at, Energy delivered) {
  const Regulator& regulator = rail.regulator;
  const Voltage v = at.voltage(rail.name), in = input_of(rail, at);
  Account account = account_of(rail, "supply_loss");
  account.count = 1;
  account.count_unit = "run";
  account.unit_energy = delivered;
  account.scale = loss_share(rail, at);
  account.formula = "energy delivered to " + rail.name;
  account.scale_formula = "1 / " + factor_text(regulator.efficiency_at(v, in)) + " - 1";
  if (regulator.kind == RegulatorKind::kLdo || regulator.kind == RegulatorKind::kSwitchedCapacitor) {
    account.scale_formula += ", efficiency " + shortest(regulator.efficiency) + " x " + brief(v) + " / " +
                             brief(regulator.kind == RegulatorKind::kLdo ? in : regulator.unloaded_output(v, in));
  }
  return account;
}

Account load_loss(const VoltageDomain& rail, const Conditions& at, Energy delivered, Energy lost) {
  Account account = account_of(rail, "supply_loss");
  account.count_unit = "run";
  account.unit_energy = delivered;
  account.scale = lost / delivered;
  account.formula = "energy delivered to " + rail.name;
  account.scale_formula = "1 / " + factor_text(delivered / (delivered + lost)) + " - 1 at " +
                          brief(at.voltage(rail.name)) + ", at the load of each task and power state";
  return account;
}

Account standing_loss(const VoltageDomain& rail, const Conditions& at, Power standing) {
  Account account = account_of(rail, "quiescent");
  account.count_unit = "ps";
  account.unit_energy = standing * kPicosecond;
  account.formula = brief(standing) + " x 1 ps";
  account.scale_formula = "1, drawn without load";
  const Voltage in = input_of(rail, at);
  if (in > Voltage()) account.scale_formula += " from " + brief(in);
  return account;
}

}  // namespace subvolt::power
