// How far chips of a technology lie from its typical one, and by how much a bias of the bodies moves thresholds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/sourced/sourced.h"
#include "sim/power/technology/variation/mismatch.h"

namespace subvolt::power {

// Slow, typical or fast n-channel transistors, then p-channel ones.
enum class Corner { kTt, kSs, kFf, kSf, kFs };
inline constexpr int kCorners = 5;
// Corners lie at so many standard deviations, as foundries' do.
inline constexpr double kCornerSigmas = 3.0;

struct ProcessSpread {
  config::Sourced<Voltage> threshold_sigma;  // from die to die
  // What a slow corner loses in drive at equal overdrive, ln per volt of threshold: longer channels, thicker oxide.
  std::optional<config::Sourced<double>> drive_loss_per_volt;
  std::optional<Mismatch> mismatch;  // within a die; absent: none is known
  static const config::Schema<ProcessSpread>& schema();

  // Both kinds of transistors slower (positive) by so much threshold.
  ThresholdShift slower(Voltage pull_down, Voltage pull_up) const;
  ThresholdShift at(Corner corner) const;
  // Of the chip so many deviations slower than the typical one, both kinds of transistors together: `ss` is +3.
  ThresholdShift at(double deviations) const;
};

// Wells that may be driven apart from the supplies.
struct BodyBias {
  config::Sourced<double> threshold_per_volt;       // gamma: fall of the threshold per volt of forward bias, V/V
  config::Sourced<Voltage> highest;                 // strongest forward bias
  std::optional<config::Sourced<Voltage>> reverse;  // strongest reverse bias, as a positive number; absent: none
  config::Sourced<Power> generator;                 // what makes the bias of one domain draws
  config::Sourced<Time> settle;                     // from one bias to another
  static const config::Schema<BodyBias>& schema();
};

}  // namespace subvolt::power

namespace subvolt::config {
template <>
struct EnumNames<power::Corner> {
  static const std::vector<std::pair<power::Corner, std::string>>& names();
};
}  // namespace subvolt::config
