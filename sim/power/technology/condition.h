// Under which conditions a transistor works.
#pragma once

#include "sim/units/quantity.h"
#include "sim/units/temperature.h"

namespace subvolt::power {

// By how much transistors differ from the technology's typical ones. Whatever moves a threshold is a shift: process
// corner or bin, body bias, ageing, mismatch. Shifts add up; speed and leakage follow from their sum.
struct ThresholdShift {
  Voltage pull_down;  // rise of the threshold of n-channel transistors, which discharge
  Voltage pull_up;    // and of |V_th| of p-channel transistors, which charge
  // Loss of drive at equal overdrive, in natural logarithms: what a corner has besides, of longer channels and thicker
  // oxide. Bias and ageing have none.
  double weaker_pull_down = 0.0;
  double weaker_pull_up = 0.0;

  static ThresholdShift of(Voltage both) { return {both, both, 0.0, 0.0}; }
  ThresholdShift& operator+=(const ThresholdShift& other) {
    pull_down += other.pull_down;
    pull_up += other.pull_up;
    weaker_pull_down += other.weaker_pull_down;
    weaker_pull_up += other.weaker_pull_up;
    return *this;
  }
  friend ThresholdShift operator+(ThresholdShift a, const ThresholdShift& b) { return a += b; }
  friend bool operator==(const ThresholdShift& a, const ThresholdShift& b) {
    return a.pull_down == b.pull_down && a.pull_up == b.pull_up && a.weaker_pull_down == b.weaker_pull_down &&
           a.weaker_pull_up == b.weaker_pull_up;
  }
};

struct Condition {
  Voltage voltage;  // of the supply
  Temperature temperature;
  ThresholdShift shift{};
};

}  // namespace subvolt::power
