// What a chip draws as a whole in the modes that its vendor measures: idle, sleep, standby.
//
// A power is given at one voltage or at several. Between two it goes exponentially with the voltage, as leakage does,
// and beyond them, by kBeyond at most, as between the nearest two; one alone goes with the square of the voltage, as
// events do.
//
// The mode `idle` is what the chip draws while it could begin to work but does not. What a run takes beyond it is told
// beside the whole: `totals.energy_above_idle_J`.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/schema.h"
#include "sim/config/sourced/quality.h"
#include "sim/units/quantity.h"

namespace subvolt::power {

inline constexpr const char* kIdleMode = "idle";

struct PowerAt {
  Voltage voltage;
  Power power;
  static const config::Schema<PowerAt>& schema();
};

// Powers by voltage, rising in voltage; internal to modes and terms.
struct PowersByVoltage {
  // Estimate: within a tenth of a volt a law that holds over a tenth of a volt does not err by more than boards differ.
  static constexpr Voltage kBeyond = Voltage::from_si(0.1);
  static bool reach(const std::vector<PowerAt>& points, Voltage at);
  // Of points that reach it. One of them: times (V / its voltage)^2.
  static Power power(const std::vector<PowerAt>& points, Voltage at);
  // "13.8 mW at 1.1 V, 6.57 mW at 1 V"
  static std::string text(const std::vector<PowerAt>& points);
  static void check(const std::vector<PowerAt>& points, const config::Node& node, config::Diagnostics& diagnostics);
};

struct ChipMode {
  std::vector<PowerAt> powers;
  std::optional<Time> wake_up;         // from it to where the processor works
  std::optional<Power> wake_up_power;  // in that time
  bool forgets_weights = false;        // which must be loaded again
  std::string keeps;                   // what is not lost in it, for people: "weights and data"
  std::string source;
  config::Quality quality = config::Quality::kEstimated;
  static const config::Schema<ChipMode>& schema();
};

// `modes` of a power intent.
struct ChipModes {
  std::string rail;  // whose voltage counts
  config::NamedList<ChipMode> modes;
  static const config::Schema<ChipModes>& schema();
  const ChipMode* find(const std::string& mode) const;
};

}  // namespace subvolt::power
