// A process technology: devices with their speed and leakage, and unit energies, each with its source.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/loader.h"
#include "sim/config/schema.h"
#include "sim/power/price/price_book.h"
#include "sim/power/technology/device.h"
#include "sim/power/technology/process.h"

namespace subvolt::power {

struct Technology {
  std::string name;   // "lp28"
  std::string title;  // "28 nm low power, ..."
  Voltage reference_voltage;
  Temperature reference_temperature;
  std::vector<Device> devices;  // `logic` and `sram` are always among them
  // Fraction of ON leakage left when switched off by a header switch.
  config::Sourced<double> off_leakage_fraction;
  // By how much the threshold of the header switches lies above that of what they feed; what is left when they are off
  // depends on voltage and temperature as such transistors do. Absent: as what they feed.
  std::optional<config::Sourced<Voltage>> switch_threshold_shift;
  std::optional<ProcessSpread> process;  // absent: typical chips only
  std::optional<BodyBias> body_bias;     // absent: bodies are tied
  // Energy to recharge the virtual rail and to save or restore state, per gate at the reference voltage.
  config::Sourced<Energy> wake_energy_per_gate;
  config::Sourced<Energy> wake_energy_per_sram_bit;
  PriceBook prices;  // as written, and the prices of bits, which follow from the devices (bit_cells.h)
  std::string sha256;

  static const config::Schema<Technology>& schema();

  // Where prices and curves hold.
  Condition reference() const { return {reference_voltage, reference_temperature}; }
  const Device* find_device(const std::string& name) const;
  const Device& device(const std::string& name) const;  // one that is there
  const Device& logic() const { return device(kLogicDevice); }
  const Device& sram() const { return device(kSramDevice); }
  Voltage switch_shift() const { return switch_threshold_shift ? switch_threshold_shift->value : Voltage(); }
  // (V / V_ref)^2: the energy of an event is switched charge times voltage.
  static double switching_scale(Voltage v, Voltage reference) { return (v / reference) * (v / reference); }
};

Technology read_technology(const std::string& name_or_path, const std::vector<config::Override>& overrides = {});
Technology make_technology(const config::Document& document);  // name: the file's
// A memory device's price book, from the `prices` of configs/memories/NAME.yaml.
PriceBook read_price_book(const std::string& name_or_path, const std::vector<config::Override>& overrides = {});
PriceBook make_price_book(const config::Document& document);

}  // namespace subvolt::power
