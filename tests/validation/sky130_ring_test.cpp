// Does sky130, fitted at three voltages of one corner, tell the ring of inverters elsewhere?
//
// Five-stage ring of standard inverters, BSIM4 models of google/skywater-pdk-libs-sky130_fd_pr in ngspice 39.3: delay
// of a stage. Energies and delays carry about 4 % of sampling noise. The fit uses 0.6, 1.0 and 1.8 V of tt at 25 C.
#include <gtest/gtest.h>

#include <cmath>

#include "sim/power/technology/calibration.h"
#include "sim/power/technology/technology.h"
#include "sim/units/literals.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;

constexpr double kStages = 120.0;  // of the reference path (configs/technologies/sky130.yaml)

struct Stage {
  double volts, seconds;
};
const std::vector<Stage> kTypical{{0.4, 4.6934e-06}, {0.45, 1.5537e-06}, {0.5, 5.7066e-07}, {0.55, 2.3476e-07},
                                  {0.6, 1.0545e-07}, {0.65, 4.8315e-08}, {0.7, 2.2594e-08}, {0.8, 4.9346e-09},
                                  {0.9, 1.2784e-09}, {1.0, 4.7637e-10},  {1.2, 1.5597e-10}, {1.4, 8.6417e-11},
                                  {1.6, 5.9808e-11}, {1.8, 4.6499e-11}};

double stage_s(const Technology& t, const Condition& at) { return 1.0 / (kStages * t.logic().f_max(at).si()); }

TEST(Sky130Ring, TellsTheVoltagesBetweenAndBelow) {
  const Technology t = read_technology("sky130");
  for (const Stage& row : kTypical) {
    const double ratio = stage_s(t, {Voltage::from_si(row.volts), 25.0_C}) / row.seconds;
    if (row.volts >= 0.8) {
      EXPECT_NEAR(ratio, 1.0, 0.15) << row.volts;
    } else {
      EXPECT_LT(std::abs(std::log(ratio)), std::log(1.5)) << row.volts;
    }
  }
}

// The same from delays alone, as a user has them.
TEST(Sky130Ring, ThreeDelaysTellTheVoltagesBetweenAndBelow) {
  std::vector<MeasuredPoint> points;
  for (const Stage& row : kTypical) {
    MeasuredPoint p;
    p.at = {Voltage::from_si(row.volts), 25.0_C};
    p.frequency = Frequency::from_si(0.1 / row.seconds);
    p.fit = row.volts == 0.6 || row.volts == 1.0 || row.volts == 1.8;
    points.push_back(p);
  }
  for (const PointResidual& r : calibrate(points, nullptr).residuals) {
    if (r.point.at.voltage >= 0.79_V) {
      EXPECT_LT(std::abs(r.frequency_error), 0.15) << r.point.at.voltage.si();
    } else {
      EXPECT_LT(std::abs(std::log1p(r.frequency_error)), std::log(1.5)) << r.point.at.voltage.si();
    }
  }
}

// ss at 1.8 V is 1.525 times as slow as tt (70.92 ps): the shift that says so says 1.0 V (1.3468 ns), too.
TEST(Sky130Ring, OneShiftTellsTheSlowCorner) {
  const Technology t = read_technology("sky130");
  const double typical = stage_s(t, {1.8_V, 25.0_C});
  Voltage low, high = 0.3_V;
  while (high - low > 1e-6_V) {
    const Voltage middle = 0.5 * (low + high);
    const double slower = stage_s(t, {1.8_V, 25.0_C, t.process->slower(middle, middle)}) / typical;
    (slower < 70.92 / 46.499 ? low : high) = middle;
  }
  const ThresholdShift slow = t.process->slower(low, low);
  const double ratio = stage_s(t, {1.0_V, 25.0_C, slow}) / stage_s(t, {1.0_V, 25.0_C});
  EXPECT_NEAR(ratio / (1.3468e-9 / 4.7637e-10), 1.0, 0.20);
  // It is near the technology's own corner, which rests on the foundry's geometry.
  EXPECT_NEAR(low.si(), kCornerSigmas * t.process->threshold_sigma.value.si(), 0.03);
}

}  // namespace
}  // namespace subvolt::power
