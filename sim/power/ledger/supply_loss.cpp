#include "sim/power/ledger/supply_loss.h"

#include "sim/power/wording.h"

namespace subvolt::power {

double loss_share(const VoltageDomain& rail, Voltage v) { return 1.0 / rail.regulator.efficiency_at(v) - 1.0; }

Account supply_loss(const VoltageDomain& rail, Voltage v, Energy delivered) {
  const Regulator& regulator = rail.regulator;
  Account account;
  account.name = rail.name + ".supply_loss";
  account.component_name = rail.name;
  account.cause = Cause::kSupplyLoss;
  account.voltage_domain = rail.name;
  account.count = 1;
  account.count_unit = "run";
  account.unit_energy = delivered;
  account.scale = loss_share(rail, v);
  account.formula = "energy delivered to " + rail.name;
  account.scale_formula = "1 / " + factor_text(regulator.efficiency_at(v)) + " - 1";
  if (regulator.kind == RegulatorKind::kLdo) {
    account.scale_formula +=
        ", efficiency " + shortest(regulator.efficiency) + " x " + brief(v) + " / " + brief(regulator.input);
  }
  account.source = regulator.source;
  account.quality = regulator.quality;
  return account;
}

}  // namespace subvolt::power
