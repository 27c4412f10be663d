// A process technology: speed, leakage and unit energies of logic and SRAM, each with its source.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/loader.h"
#include "sim/config/schema.h"
#include "sim/power/price/price_book.h"
#include "sim/power/technology/transregional_model.h"

namespace subvolt::power {

// What a rail feeds, which decides whose curve scales it.
enum class Process { kLogic, kSram, kExternal };  // kExternal: off-chip parts on fixed rails

struct CurvePoint {
  Voltage voltage;
  std::optional<Frequency> frequency;
  std::optional<Power> power;  // leakage per item of `per` (a gate, a bit)
  std::string source;
  Quality quality = Quality::kEstimated;
  static const config::Schema<CurvePoint>& schema();
};

// A number with its source, for constants that are no prices.
template <class Q>
struct Sourced {
  Q value{};
  std::string source;
  Quality quality = Quality::kEstimated;
  bool restated = false;  // the number was written later than its source, which now says where
  static const config::Schema<Sourced>& schema();
};

// One kind of transistor in use: the logic cells, or the bit cells and their periphery.
struct DeviceCurves {
  Sourced<double> slope_factor;
  Sourced<double> threshold_slope_mV_per_K;
  std::vector<CurvePoint> speed;        // f_max of the reference path, at the reference temperature
  std::vector<CurvePoint> leakage;      // per gate or per bit, at the reference temperature
  std::optional<Sourced<double>> dibl;  // V/V; only with a single leakage point, from two on it is fitted
  Sourced<Voltage> minimum_voltage;     // below it the circuit does not work
  Sourced<Voltage> maximum_voltage;     // reliability limit
  Sourced<Voltage> retention_voltage;   // lowest that keeps state
  // Where parameters of the model come from that no source tells of: "; slope_factor from --set ..."; empty: all have
  // one.
  std::string restated() const;
  static const config::Schema<DeviceCurves>& schema();
};

// A bit cell with another threshold than the technology's own, by its leakage. Derived when read: at one temperature
// and voltage the leakage current goes with exp(-V_th / (n kT/q)), so that its leakage tells its threshold and with
// that how it depends on temperature.
struct BitCell {
  std::string name;  // "hp"
  TransregionalModel model;
  Power leakage;  // per bit, at the reference point
};

struct Technology {
  std::string name;   // "lp28"
  std::string title;  // "28 nm low power, ..."
  Voltage reference_voltage;
  Temperature reference_temperature;
  DeviceCurves logic;
  DeviceCurves sram;
  // Fraction of ON leakage left when switched off by a header switch.
  Sourced<double> off_leakage_fraction;
  // Energy to recharge the virtual rail and to save or restore state, per gate at the reference voltage.
  Sourced<Energy> wake_energy_per_gate;
  Sourced<Energy> wake_energy_per_sram_bit;
  // Leakage per bit of further cell types: {hp: {voltage: 0.9 V, power: 21 nW}}. The own cells are those of `sram`.
  config::NamedList<CurvePoint> sram_cells;
  // Below sram.minimum_voltage: where an error-correcting code makes up for the bits that fail.
  std::optional<Sourced<Voltage>> sram_ecc_minimum_voltage;
  PriceBook prices;  // as written, and the prices of bit cells, which follow from the curves (bit_cells.h)
  std::string sha256;

  // Derived when read.
  TransregionalModel logic_model, sram_model;
  std::vector<BitCell> bit_cells;                              // by sram_cells
  Frequency logic_speed, sram_speed;                           // fitted f_max at the reference point
  Power logic_leakage, sram_leakage;                           // fitted, per gate and per bit, there
  double logic_fit_error = 0.0, sram_fit_error = 0.0;          // worst relative error of the speed points
  double logic_leakage_error = 0.0, sram_leakage_error = 0.0;  // and of the leakage points

  static const config::Schema<Technology>& schema();

  const DeviceCurves& curves(Process process) const { return process == Process::kSram ? sram : logic; }
  const TransregionalModel& model(Process process) const {
    return process == Process::kSram ? sram_model : logic_model;
  }
  // Off-chip parts set no limit: infinite for kExternal.
  Frequency f_max(Process process, Voltage v, Temperature t) const;
  // (V / V_ref)^2: the energy of an event is switched charge times voltage.
  static double switching_scale(Voltage v, Voltage reference) { return (v / reference) * (v / reference); }
  // Leakage power against that at the reference point; 1 for kExternal, whose standby power is a price.
  double leakage_scale(Process process, Voltage v, Temperature t) const;
  // The same for one bit of a cell type; "" is the technology's own.
  double cell_leakage_scale(const std::string& cell, Voltage v, Temperature t) const;
  // Lowest working voltage of bit cells, with the code if there is one and the technology tells its gain.
  const Sourced<Voltage>& minimum_sram_voltage(bool error_correction) const {
    return error_correction && sram_ecc_minimum_voltage ? *sram_ecc_minimum_voltage : sram.minimum_voltage;
  }
  Power leakage_per_gate() const { return logic_leakage; }  // at the reference point
  Power leakage_per_sram_bit() const { return sram_leakage; }
};

Technology read_technology(const std::string& name_or_path, const std::vector<config::Override>& overrides = {});
Technology make_technology(const config::Document& document);  // name: the file's
// A memory device's price book, from the `prices` of configs/memories/NAME.yaml.
PriceBook read_price_book(const std::string& name_or_path, const std::vector<config::Override>& overrides = {});
PriceBook make_price_book(const config::Document& document);

}  // namespace subvolt::power

namespace subvolt::config {
template <>
struct EnumNames<power::Process> {
  static const std::vector<std::pair<power::Process, std::string>>& names();
};
}  // namespace subvolt::config
