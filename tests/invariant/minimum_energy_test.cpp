// Does the voltage of least energy rise with heat and with idleness, as leakage does?
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "sim/power/technology/technology.h"
#include "sim/units/literals.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;

// Of a cycle at f_max and the rest that follows it, in the energy of switching at the reference voltage: V^2, and what
// leaks, of which that was a tenth at the reference, without rest.
double energy(const Device& device, Voltage v, Temperature t, double idle_share) {
  constexpr double kLeakage = 0.1;
  const double volts = v / device.reference.voltage;
  const double slower = device.f_max(device.reference) / device.f_max({v, t});
  return volts * volts + kLeakage * device.leakage_scale({v, t}) * slower / (1.0 - idle_share);
}

Voltage least(const Device& device, Temperature t, double idle_share) {
  double best = 0.15;
  for (double v = 0.15; v <= device.maximum_voltage.value.si(); v += 1e-4) {
    if (energy(device, Voltage::from_si(v), t, idle_share) < energy(device, Voltage::from_si(best), t, idle_share)) {
      best = v;
    }
  }
  return Voltage::from_si(best);
}

class MinimumEnergy : public testing::TestWithParam<const char*> {};

TEST_P(MinimumEnergy, PointRisesWithHeat) {
  const Technology technology = read_technology(GetParam());
  const Device& logic = technology.logic();
  // lp40's gates leak a fifth of all and hardly less in the cold, where its cycles get long: below 0 C the point rises.
  const bool gates_decide = std::string(GetParam()) == "lp40";
  Voltage before = least(logic, Temperature::from_celsius(gates_decide ? 0.0 : -40.0), 0.0);
  for (const double celsius : {10.0, 25.0, 60.0, 85.0, 125.0}) {
    const Voltage now = least(logic, Temperature::from_celsius(celsius), 0.0);
    EXPECT_GT(now, before) << celsius;
    before = now;
  }
  EXPECT_LT(before, logic.maximum_voltage.value);
}

TEST_P(MinimumEnergy, PointRisesWithIdleness) {
  const Technology technology = read_technology(GetParam());
  const Device& logic = technology.logic();
  Voltage before = least(logic, 25.0_C, 0.0);
  for (const double idle : {0.5, 0.8, 0.9, 0.95}) {
    const Voltage now = least(logic, 25.0_C, idle);
    EXPECT_GT(now, before) << idle;
    before = now;
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, MinimumEnergy, testing::Values("lp28", "lp65", "fd22", "lp40"));

}  // namespace
}  // namespace subvolt::power
