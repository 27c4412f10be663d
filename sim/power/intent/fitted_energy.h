// A chip's own energies: counted events and times with prices that were fitted to measurements of the chip, in the
// place of those of the technology.
//
// Whoever measures a chip measures it as a whole: some constants describe it, far fewer than it has components. So for
// the `elements` that they cover there are no other accounts: no events at the technology's prices, no clock trees, no
// leakage, no losses of regulators, which the measurement has in it. What the chip draws anyway is its mode idle, where
// `above: idle` says so; terms come on top. In docs/models/power.md: "Fitted energies of a chip".
//
//   a term with `energy`    count x weight x energy x (V / voltage)^2
//   a term with `powers`    count x weight x (1 s / frequency of the component's clock) x power(V): its events are
//                           cycles, of which it is drawn
//
// Phases sort events, so that what a vendor measures apart (loading weights, loading input, an inference) is told
// apart: a phase lasts as long as its `cycles`, and takes what the terms take for these and for its `events`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/named.h"
#include "sim/config/sourced/fit.h"
#include "sim/power/intent/chip_modes.h"
#include "sim/power/record/activity_record.h"

namespace subvolt::power {

// What the technology, bottom-up, would say of the same event.
struct BottomUp {
  Energy energy;
  std::string source;
  static const config::Schema<BottomUp>& schema();
};

struct FittedTerm {
  std::string name;
  std::optional<Energy> energy;      // per weighted count
  std::optional<Voltage> voltage;    // at which it holds
  std::vector<PowerAt> powers;       // instead
  config::NamedList<double> events;  // "npu.working_cycles": weight
  std::vector<std::string> points;   // operating points, "pll_*"; empty: all
  Cause cause = Cause::kSwitching;
  std::optional<BottomUp> bottom_up;
  std::string source;
  config::Quality quality = config::Quality::kFitted;
  std::optional<config::Fit> fit;
  std::optional<double> uncertainty;
  static const config::Schema<FittedTerm>& schema();
  // Of a text that is no named point: that from which it starts.
  bool holds_at(const std::string& point) const;
};

struct ChipPhase {
  std::string name;
  std::vector<std::string> cycles;  // "npu.working_cycles": events that count its time
  std::vector<std::string> events;  // others that belong to it
  static const config::Schema<ChipPhase>& schema();
  bool has(const std::string& event) const;
};

struct FittedEnergy {
  std::vector<std::string> elements;  // component names and patterns that it covers
  std::string rail;                   // whose voltage counts
  bool above_idle = false;            // the mode idle is drawn besides
  std::vector<FittedTerm> terms;
  std::vector<ChipPhase> phases;
  static const config::Schema<FittedEnergy>& schema();

  bool covers(const std::string& component) const;
  const ChipPhase* phase_of(const std::string& event) const;  // "npu.working_cycles"
};

struct PowerIntent;
struct OperatingPoint;

// Why they cannot price these components at that point: events that there are not, or that nobody covers; a voltage for
// which a power is not known, of terms and of the mode idle. Empty when they can.
std::vector<std::string> fitted_faults(const std::vector<ComponentDeclaration>& components, const PowerIntent& intent,
                                       const OperatingPoint& point);

}  // namespace subvolt::power

namespace subvolt::config {
template <>
struct EnumNames<power::Cause> {
  static const std::vector<std::pair<power::Cause, std::string>>& names();
};
template <>
struct FieldType<std::vector<power::FittedTerm>> : NamedFieldType<power::FittedTerm> {};
template <>
struct FieldType<std::vector<power::ChipPhase>> : NamedFieldType<power::ChipPhase> {};
}  // namespace subvolt::config
