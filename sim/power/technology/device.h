// Devices of a technology: kinds of transistors in use, each with its speed, its leakage and the voltages it works at.
//
// A technology has at least the devices `logic`, the cells that gates and flip-flops are made of, and `sram`, macros of
// bit cells with their periphery. Others stand beside them by name: flavours with another threshold, other libraries,
// other bit cells. A power domain says which it is made of, an SRAM which bit cells it has.
//
// A device has points of its own, to which a model is fitted, or it is the flavour of one that has: the same transistor
// with another threshold. A flavour says by how much its threshold differs, or how much it leaks at one voltage: the
// current through channels goes with the threshold alone, about as exp(-V_th / (n kT/q)). With that follows how fast it
// is (the charge that it switches is the same) and how both depend on voltage and temperature.
//
// What leaks through gates and junctions (gate_share) does not go with the threshold, and hardly with temperature.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/named.h"
#include "sim/config/sourced/sourced.h"
#include "sim/power/technology/transregional_fit.h"
#include "sim/power/technology/variation/cell_failures.h"

namespace subvolt::power {

// What one item of a device is: a gate (NAND2 equivalent), or a bit of a macro with its share of the periphery.
enum class DeviceKind { kLogic, kSram };

// Devices that every technology has: what is meant where nobody names another.
inline constexpr const char* kLogicDevice = "logic";
inline constexpr const char* kSramDevice = "sram";

struct CurvePoint {
  Voltage voltage;
  std::optional<Frequency> frequency;
  std::optional<Power> power;  // leakage per gate or per bit
  std::string source;
  config::Quality quality = config::Quality::kEstimated;
  static const config::Schema<CurvePoint>& schema();
};

// On currents of both kinds of transistors at one voltage, at gate and drain.
struct TransistorCurrents {
  Voltage voltage;
  Current pull_down, pull_up;
  std::string source;
  config::Quality quality = config::Quality::kEstimated;
  static const config::Schema<TransistorCurrents>& schema();
};

// Where pull-up transistors differ from the pull-down's; what is absent is as of these, or fitted as theirs.
struct PullUp {
  std::optional<config::Sourced<double>> slope_factor;
  std::optional<config::Sourced<double>> threshold_slope_mV_per_K;
  std::optional<config::Sourced<double>> mobility_exponent;
  static const config::Schema<PullUp>& schema();
};

struct Device {
  std::string name;                                     // "logic_hvt"
  std::optional<DeviceKind> stated_kind;                // logic when absent; not of a flavour
  std::string flavour_of;                               // device that has the points; empty: this one
  std::optional<config::Sourced<double>> slope_factor;  // absent: fitted
  config::Sourced<double> threshold_slope_mV_per_K;
  std::optional<config::Sourced<double>> mobility_exponent;  // absent: Transistor's
  std::optional<config::Sourced<double>> wire_share;         // of the delay at the reference; absent: none
  bool fit_wire_share = false;
  std::vector<TransistorCurrents> currents;  // of both kinds of transistors, which are then fitted apart
  PullUp pull_up;
  std::optional<config::Sourced<double>> gate_share;          // of the leakage at the last of its points
  std::optional<config::Sourced<double>> threshold_shift_mV;  // of a flavour, instead of a leakage point
  std::vector<CurvePoint> speed;    // f_max of the reference path, at the reference temperature; none of a flavour
  std::vector<CurvePoint> leakage;  // per gate or per bit, at the reference temperature
  std::optional<config::Sourced<double>> dibl;  // V/V; only with a single leakage point, from two on it is fitted
  config::Sourced<Voltage> minimum_voltage;     // below it the circuit does not work
  config::Sourced<Voltage> maximum_voltage;     // reliability limit
  config::Sourced<Voltage> retention_voltage;   // lowest that keeps state
  // Of bits, below the minimum voltage: where an error-correcting code makes up for those that fail.
  std::optional<config::Sourced<Voltage>> ecc_minimum_voltage;
  // Of bits: standard deviation of the voltage that a cell needs (bit_failures.h), from which that follows if it is not
  // stated.
  std::optional<config::Sourced<Voltage>> failure_sigma;
  std::optional<CellFailures> failures;  // of bits, where reading, writing and holding are known apart
  // What an event costs in it, over the technology's prices, which hold for `logic` and `sram`; none: the same.
  std::optional<config::Sourced<double>> relative_energy;
  static const config::Schema<Device>& schema();

  // Derived when read (derive_devices); the kind of a flavour is that of its device.
  DeviceKind kind = DeviceKind::kLogic;
  TransregionalModel model;
  Condition reference;               // the technology's
  Frequency reference_speed;         // fitted f_max there
  Power reference_leakage;           // fitted, per gate or bit, there
  double worst_speed_error = 0.0;    // relative, of the speed points
  double worst_leakage_error = 0.0;  // and of the leakage points
  std::vector<FitRemark> at_wall;    // parameters that the fit left at the end of their range
  std::vector<FitRemark> open;       // those of which its points tell little

  Frequency f_max(const Condition& at) const;
  // Leakage power over that at the reference condition.
  double leakage_scale(const Condition& at) const;
  // The same behind a switch whose threshold lies higher by so much.
  double leakage_scale_behind(Voltage switch_shift, const Condition& at) const;
  // Lowest working voltage, behind a code or without.
  const config::Sourced<Voltage>& lowest_voltage(bool error_correction) const {
    return error_correction && ecc_minimum_voltage ? *ecc_minimum_voltage : minimum_voltage;
  }
  // "lp28 leakage points of sram: ..." with the sources of its points.
  std::string leakage_source(const std::string& technology) const;
  config::Quality leakage_quality() const;
  // "leakage at 0.5 V, 25 C over that at 0.8 V, 25 C: transregional model of lp28", and which device where it is not
  // one that every technology has.
  std::string leakage_scale_formula(const Condition& at, const std::string& technology) const;
  // Whether it is one that every technology has, which nobody needs to be told of.
  bool is_standard() const { return name == kLogicDevice || name == kSramDevice; }
  // Where parameters of the model come from that no source tells of: "; slope_factor from --set ..."; empty: all have
  // one.
  std::string restated() const;
};

// What the schema of one device cannot tell: that those which every technology has are there, and what flavours are of.
void check_devices(const std::vector<Device>& devices, const config::Node& node, config::Diagnostics& diagnostics);
// Fits the models of devices with points, then gives flavours what they have from those.
void derive_devices(std::vector<Device>& devices, const Condition& reference);

}  // namespace subvolt::power

namespace subvolt::config {
template <>
struct EnumNames<power::DeviceKind> {
  static const std::vector<std::pair<power::DeviceKind, std::string>>& names();
};
template <>
struct FieldType<std::vector<power::Device>> : NamedFieldType<power::Device> {};
}  // namespace subvolt::config
