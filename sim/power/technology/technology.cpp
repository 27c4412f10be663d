#include "sim/power/technology/technology.h"

#include <algorithm>
#include <limits>

#include "sim/config/library.h"
#include "sim/power/rules.h"
#include "sim/power/technology/bit_cells.h"

namespace subvolt::power {
namespace {

// The range over which the physics is checked to be monotone.
constexpr double kColdest_C = -40.0, kHottest_C = 125.0;

// A thousand times the dearest of the shipped ones, a change of power states in 65 nm (87 pJ), or seventy times an
// access to a bank of 16 MiB.
constexpr Energy kDearestOnChip = Energy::from_si(100e-9);

void check_technology(const Technology& t, const config::Node& node, config::Diagnostics& d) {
  const double fraction = t.off_leakage_fraction.value;
  if (!(fraction >= 0.0 && fraction <= 1.0)) {
    d.error(node_at(node, {"off_leakage_fraction", "value"}), "expected a fraction from 0 to 1");
  }
  if (t.reference_voltage > std::max(t.logic.maximum_voltage.value, t.sram.maximum_voltage.value)) {
    d.error(last_said(node, {"reference_voltage", "logic", "sram"}),
            "reference_voltage = " + brief(t.reference_voltage) + " is above all that the technology allows, " +
                brief(std::max(t.logic.maximum_voltage.value, t.sram.maximum_voltage.value)));
  }
  for (const auto& [cell, point] : t.sram_cells) {
    const config::Node& at = node_at(node, {"sram_cells", cell});
    if (!point.power) d.error(at, "expected the leakage power of one bit");
    if (point.frequency) d.error(node_at(at, {"frequency"}), "a cell type tells its leakage only");
  }
  if (t.sram_ecc_minimum_voltage) {
    const Voltage corrected = t.sram_ecc_minimum_voltage->value;
    const config::Node& at = node_at(node, {"sram_ecc_minimum_voltage", "value"});
    if (corrected > t.sram.minimum_voltage.value) {
      d.error(at, "expected at most the minimum voltage without a code, sram.minimum_voltage");
    }
    if (corrected < t.sram.retention_voltage.value) d.error(at, "expected at least sram.retention_voltage");
  }
  check_bit_prices(t, node_at(node, {"prices"}), d);
  for (const auto& [key, price] : t.prices.prices) {
    if (!price.energy || *price.energy <= kDearestOnChip) continue;
    d.error(node_at(node, {"prices", key, "energy"}),
            "expected at most " + brief(kDearestOnChip) + " for an event on chip, got " + brief(*price.energy));
  }
}

struct Fit {
  TransregionalModel model;
  Frequency speed;
  Power leakage;
  double speed_error = 0.0;
  double leakage_error = 0.0;
};

// DIBL lowers the threshold that the speed fit sees, and does not depend on it: leakage comes first.
Fit fit(const DeviceCurves& curves, Voltage v_ref, Temperature t_ref) {
  TransregionalParameters p;
  p.slope_factor = curves.slope_factor.value;
  p.threshold_slope_V_per_K = curves.threshold_slope_mV_per_K.value * 1e-3;
  p.reference_temperature = t_ref;
  if (curves.dibl) p.dibl = curves.dibl->value;

  std::vector<LeakagePoint> leakage_points;
  for (const CurvePoint& c : curves.leakage) leakage_points.push_back({c.voltage, *c.power});
  const LeakageFit leakage = fit_leakage(leakage_points, p, v_ref, t_ref);
  p.dibl = leakage.dibl;

  std::vector<SpeedPoint> speed_points;
  for (const CurvePoint& c : curves.speed) speed_points.push_back({c.voltage, *c.frequency});
  const SpeedFit speed = fit_speed(speed_points, p, v_ref, t_ref);
  return {TransregionalModel(speed.parameters), speed.scale, leakage.reference, speed.worst_relative_error,
          leakage.worst_relative_error};
}

}  // namespace

const config::Schema<Technology>& Technology::schema() {
  static const auto s =
      config::Schema<Technology>("technology",
                                 "A process technology: how fast, how leaky and how costly logic and SRAM are at a "
                                 "reference voltage and temperature, and over both.")
          .required("title", &Technology::title, "One line for people: node, flavour, where the numbers come from.")
          .required("reference_voltage", &Technology::reference_voltage,
                    "Voltage at which prices and wake energies hold, unless they say otherwise.",
                    config::between(Voltage::from_si(0.05), Voltage::from_si(10.0)))
          .required("reference_temperature", &Technology::reference_temperature,
                    "Temperature at which curves and prices hold.",
                    config::between(Temperature::from_celsius(kColdest_C), Temperature::from_celsius(kHottest_C)))
          .required("logic", &Technology::logic, "Standard cells; leakage per NAND2 equivalent.")
          .required("sram", &Technology::sram, "SRAM macros; leakage per bit, periphery included.")
          .required("off_leakage_fraction", &Technology::off_leakage_fraction,
                    "Share of the leakage left when a header switch cuts the supply; 0 to 1.")
          .required("wake_energy_per_gate", &Technology::wake_energy_per_gate,
                    "Energy per gate to recharge the switched rail and to restore state.")
          .required("wake_energy_per_sram_bit", &Technology::wake_energy_per_sram_bit,
                    "Energy per SRAM bit to recharge the switched rail.")
          .optional("sram_cells", &Technology::sram_cells,
                    "Leakage of one bit of further cell types by name, such as hp (high performance) or lop (low "
                    "operating power); an SRAM chooses with `cell`.")
          .optional("sram_ecc_minimum_voltage", &Technology::sram_ecc_minimum_voltage,
                    "Lowest working voltage of bit cells behind a single-error-correcting code; as without when "
                    "absent.")
          .required("prices", &Technology::prices, "Energies and powers by key, such as mac.int8.")
          .check(check_technology);
  return s;
}

Frequency Technology::f_max(Process process, Voltage v, Temperature t) const {
  if (process == Process::kExternal) return Frequency::from_si(std::numeric_limits<double>::infinity());
  const Frequency reference = process == Process::kSram ? sram_speed : logic_speed;
  return reference * model(process).speed_ratio(v, t, reference_voltage, reference_temperature);
}

double Technology::leakage_scale(Process process, Voltage v, Temperature t) const {
  if (process == Process::kExternal) return 1.0;
  return model(process).leakage_power_ratio(v, t, reference_voltage, reference_temperature);
}

double Technology::cell_leakage_scale(const std::string& cell, Voltage v, Temperature t) const {
  for (const BitCell& known : bit_cells) {
    if (known.name == cell) return known.model.leakage_power_ratio(v, t, reference_voltage, reference_temperature);
  }
  return leakage_scale(Process::kSram, v, t);
}

Technology make_technology(const config::Document& document) {
  Technology t = Technology::schema().read(document.section);
  t.name = document.name;
  t.sha256 = document.sha256;
  t.prices.name = t.name;
  t.prices.file = config::display_path(document.file);

  const Fit logic = fit(t.logic, t.reference_voltage, t.reference_temperature);
  t.logic_model = logic.model;
  t.logic_speed = logic.speed;
  t.logic_leakage = logic.leakage;
  t.logic_fit_error = logic.speed_error;
  t.logic_leakage_error = logic.leakage_error;
  const Fit sram = fit(t.sram, t.reference_voltage, t.reference_temperature);
  t.sram_model = sram.model;
  t.sram_speed = sram.speed;
  t.sram_leakage = sram.leakage;
  t.sram_fit_error = sram.speed_error;
  t.sram_leakage_error = sram.leakage_error;
  derive_bit_cells(t);
  settle_rails(t);
  return t;
}

Technology read_technology(const std::string& name_or_path, const std::vector<config::Override>& overrides) {
  return make_technology(config::load(config::find("technology", name_or_path), "technology", overrides));
}

}  // namespace subvolt::power

namespace subvolt::config {

const std::vector<std::pair<power::Process, std::string>>& EnumNames<power::Process>::names() {
  using power::Process;
  static const std::vector<std::pair<Process, std::string>> names{
      {Process::kLogic, "logic"}, {Process::kSram, "sram"}, {Process::kExternal, "external"}};
  return names;
}

}  // namespace subvolt::config
