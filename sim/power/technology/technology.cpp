#include "sim/power/technology/technology.h"

#include <algorithm>

#include "sim/config/library.h"
#include "sim/power/technology/bit_cells.h"

namespace subvolt::power {
namespace {

// The range over which the physics is checked to be monotone.
constexpr double kColdest_C = -40.0, kHottest_C = 125.0;

// Waking one gate or bit: the charge of a gate at 10 V is below 1 pJ in any technology.
constexpr Energy kDearestItem = Energy::from_si(1e-9);
// A thousand times the dearest of the shipped ones, a change of power states in 65 nm (87 pJ), or seventy times an
// access to a bank of 16 MiB.
constexpr Energy kDearestOnChip = Energy::from_si(100e-9);

void check_technology(const Technology& t, const config::Node& node, config::Diagnostics& d) {
  check_devices(t.devices, node_at(node, {"devices"}), d);
  Voltage highest;
  for (const Device& device : t.devices) highest = std::max(highest, device.maximum_voltage.value);
  if (t.reference_voltage > highest && !t.devices.empty()) {
    d.error(last_said(node, {"reference_voltage", "devices"}), "reference_voltage = " + brief(t.reference_voltage) +
                                                                   " is above all that the technology allows, " +
                                                                   brief(highest));
  }
  check_bit_prices(t, node_at(node, {"prices"}), d);
  for (const auto& [key, price] : t.prices.prices) {
    if (!price.energy || *price.energy <= kDearestOnChip) continue;
    d.error(node_at(node, {"prices", key, "energy"}),
            "expected at most " + brief(kDearestOnChip) + " for an event on chip, got " + brief(*price.energy));
  }
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
          .required("devices", &Technology::devices,
                    "Kinds of transistors by name: logic and sram, which are meant where nobody names another, and "
                    "flavours, other libraries and bit cells beside them.")
          .required("off_leakage_fraction", &Technology::off_leakage_fraction,
                    "Share of the leakage left when a header switch cuts the supply.", config::between(0.0, 1.0))
          .optional("switch_threshold_shift", &Technology::switch_threshold_shift,
                    "By how much the switches' threshold lies above that of what they feed: what they leave depends on "
                    "voltage and temperature as such transistors do; none when absent.",
                    config::between(Voltage(), Voltage::from_si(0.5)))
          .optional("process", &Technology::process, "How chips differ: what corners stand for.")
          .optional("body_bias", &Technology::body_bias, "Wells that may be driven; tied when absent.")
          .required("wake_energy_per_gate", &Technology::wake_energy_per_gate,
                    "Energy per gate to recharge the switched rail and to restore state.",
                    config::between(Energy(), kDearestItem))
          .required("wake_energy_per_sram_bit", &Technology::wake_energy_per_sram_bit,
                    "Energy per SRAM bit to recharge the switched rail.", config::between(Energy(), kDearestItem))
          .required("prices", &Technology::prices, "Energies and powers by key, such as mac.int8.")
          .moved("logic", "devices.logic")
          .moved("sram", "devices.sram")
          .moved("sram_ecc_minimum_voltage", "devices.sram.ecc_minimum_voltage")
          .moved("sram_cells",
                 "devices: each cell type is a device there, `NAME: {flavour_of: sram, leakage: [{voltage: ..., power: "
                 "..., source: ...}]}`")
          .check(check_technology);
  return s;
}

const Device* Technology::find_device(const std::string& wanted) const {
  for (const Device& known : devices) {
    if (known.name == wanted) return &known;
  }
  return nullptr;
}

const Device& Technology::device(const std::string& wanted) const {
  if (const Device* known = find_device(wanted)) return *known;
  throw Error(ErrorKind::kInternal, "technology " + name + " has no device " + wanted);
}

Technology make_technology(const config::Document& document) {
  Technology t = Technology::schema().read(document.section);
  t.name = document.name;
  t.sha256 = document.sha256;
  t.prices.name = t.name;
  t.prices.file = config::display_path(document.file);

  derive_devices(t.devices, t.reference());
  derive_bit_prices(t);
  settle_rails(t);
  return t;
}

Technology read_technology(const std::string& name_or_path, const std::vector<config::Override>& overrides) {
  return make_technology(config::load(config::find("technology", name_or_path), "technology", overrides));
}

}  // namespace subvolt::power
