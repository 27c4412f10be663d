// Are operating points of products, which their makers bin by speed, those of one curve shifted by the threshold?
//
// Tables of drivers/soc/samsung/exynos5422-asv.c and rk3588s.dtsi (torvalds/linux), rows at which a part runs as fast
// as its supply lets it, MHz and mV; they contain the makers' margins and steps of 12.5 mV.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/power/technology/calibration.h"
#include "sim/units/literals.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;

struct PointOfBin {
  double megahertz, millivolts;
};
using Bin = std::vector<PointOfBin>;

// Exynos 5422 Cortex-A15, 28 nm.
const std::vector<Bin> kA15{
    {{800, 925},
     {900, 950},
     {1000, 975},
     {1100, 1000},
     {1200, 1025},
     {1300, 1050},
     {1400, 1062.5},
     {1500, 1087.5},
     {1600, 1125},
     {1700, 1162.5},
     {1800, 1200},
     {1900, 1250},
     {2000, 1312.5},
     {2100, 1362.5}},
    {{800, 912.5},
     {900, 937.5},
     {1000, 962.5},
     {1100, 987.5},
     {1200, 1012.5},
     {1300, 1037.5},
     {1400, 1050},
     {1500, 1075},
     {1600, 1112.5},
     {1700, 1150},
     {1800, 1187.5},
     {1900, 1237.5},
     {2000, 1312.5},
     {2100, 1362.5}},
    {{800, 900},
     {900, 925},
     {1000, 950},
     {1100, 975},
     {1200, 1000},
     {1300, 1025},
     {1400, 1037.5},
     {1500, 1062.5},
     {1600, 1100},
     {1700, 1137.5},
     {1800, 1175},
     {1900, 1225},
     {2000, 1300},
     {2100, 1350}},
    {{800, 900},
     {900, 912.5},
     {1000, 937.5},
     {1100, 962.5},
     {1200, 987.5},
     {1300, 1012.5},
     {1400, 1025},
     {1500, 1050},
     {1600, 1087.5},
     {1700, 1125},
     {1800, 1162.5},
     {1900, 1212.5},
     {2000, 1287.5},
     {2100, 1337.5}},
    {{1000, 925},
     {1100, 950},
     {1200, 975},
     {1300, 1000},
     {1400, 1012.5},
     {1500, 1037.5},
     {1600, 1075},
     {1700, 1112.5},
     {1800, 1150},
     {1900, 1200},
     {2000, 1275},
     {2100, 1325}},
    {{1000, 912.5},
     {1100, 937.5},
     {1200, 962.5},
     {1300, 987.5},
     {1400, 1000},
     {1500, 1025},
     {1600, 1062.5},
     {1700, 1100},
     {1800, 1137.5},
     {1900, 1187.5},
     {2000, 1262.5},
     {2100, 1312.5}},
    {{1100, 925},
     {1200, 950},
     {1300, 975},
     {1400, 987.5},
     {1500, 1012.5},
     {1600, 1050},
     {1700, 1087.5},
     {1800, 1125},
     {1900, 1175},
     {2000, 1250},
     {2100, 1300}},
    {{1100, 912.5},
     {1200, 937.5},
     {1300, 962.5},
     {1400, 975},
     {1500, 1000},
     {1600, 1037.5},
     {1700, 1075},
     {1800, 1112.5},
     {1900, 1162.5},
     {2000, 1237.5},
     {2100, 1275}},
    {{1200, 925},
     {1300, 950},
     {1400, 962.5},
     {1500, 987.5},
     {1600, 1025},
     {1700, 1062.5},
     {1800, 1100},
     {1900, 1150},
     {2000, 1225},
     {2100, 1262.5}},
    {{1200, 937.5},
     {1300, 962.5},
     {1400, 975},
     {1500, 1000},
     {1600, 1037.5},
     {1700, 1075},
     {1800, 1112.5},
     {1900, 1162.5},
     {2000, 1237.5},
     {2100, 1250}},
    {{1200, 925},
     {1300, 950},
     {1400, 962.5},
     {1500, 987.5},
     {1600, 1025},
     {1700, 1062.5},
     {1800, 1100},
     {1900, 1150},
     {2000, 1225},
     {2100, 1237.5}},
    {{1200, 912.5},
     {1300, 937.5},
     {1400, 950},
     {1500, 975},
     {1600, 1012.5},
     {1700, 1050},
     {1800, 1087.5},
     {1900, 1137.5},
     {2000, 1212.5},
     {2100, 1225}},
    {{1300, 925},
     {1400, 937.5},
     {1500, 962.5},
     {1600, 1000},
     {1700, 1037.5},
     {1800, 1075},
     {1900, 1125},
     {2000, 1200},
     {2100, 1212.5}},
    {{1300, 912.5},
     {1400, 925},
     {1500, 950},
     {1600, 987.5},
     {1700, 1025},
     {1800, 1062.5},
     {1900, 1112.5},
     {2000, 1187.5},
     {2100, 1200}},
};
// RK3588 NPU, 8 nm.
const std::vector<Bin> kNpu{
    {{600, 687.5}, {700, 700}, {800, 750}, {900, 787.5}, {1000, 837.5}},
    {{600, 675}, {700, 700}, {800, 737.5}, {900, 775}, {1000, 825}},
    {{600, 675}, {700, 687.5}, {800, 725}, {900, 762.5}, {1000, 812.5}},
    {{800, 750}, {900, 800}, {1000, 850}},
    {{800, 712.5}, {900, 750}, {1000, 800}},
    {{800, 700}, {900, 737.5}, {1000, 787.5}},
};
// RK3588 Cortex-A76, 8 nm.
const std::vector<Bin> kA76{
    {{1200, 675}, {1416, 725}, {1608, 762.5}, {1800, 850}, {2016, 925}, {2208, 987.5}},
    {{1200, 675}, {1416, 725}, {1608, 762.5}, {1800, 837.5}, {2016, 912.5}, {2208, 975}},
    {{1200, 675}, {1416, 712.5}, {1608, 750}, {1800, 825}, {2016, 900}, {2208, 962.5}},
    {{1200, 675}, {1416, 700}, {1608, 737.5}, {1800, 812.5}, {2016, 887.5}, {2208, 950}},
    {{1200, 675}, {1416, 700}, {1608, 725}, {1800, 800}, {2016, 875}, {2208, 962.5}},
    {{1200, 675}, {1416, 687.5}, {1608, 712.5}, {1800, 787.5}, {2016, 862.5}, {2208, 950}},
    {{1608, 700}, {1800, 775}, {2016, 850}, {2208, 925}},
    {{1608, 700}, {1800, 762.5}, {2016, 837.5}, {2208, 912.5}},
};

MeasuredPoint point(const PointOfBin& row, bool fit) {
  MeasuredPoint p;
  p.at = {Voltage::from_si(1e-3 * row.millivolts), 25.0_C};
  p.frequency = Frequency::from_si(1e6 * row.megahertz);
  p.fit = fit;
  return p;
}

// From the lowest, the middle and the highest row the worst error of the others; of two middles the worse.
double worst_of_others(const Bin& bin) {
  double worst = 0.0;
  for (const std::size_t middle : {bin.size() / 2, (bin.size() - 1) / 2}) {
    std::vector<MeasuredPoint> points;
    for (std::size_t i = 0; i < bin.size(); ++i) {
      points.push_back(point(bin[i], i == 0 || i == middle || i + 1 == bin.size()));
    }
    for (const PointResidual& r : calibrate(points, nullptr).residuals) {
      if (!r.point.fit) worst = std::max(worst, std::abs(r.frequency_error));
    }
  }
  return worst;
}

TEST(ProductionBins, ThreeRowsTellTheOthers) {
  for (const Bin& bin : kA15) EXPECT_LT(worst_of_others(bin), 0.05);
  for (const Bin& bin : kNpu) {
    if (bin.size() > 3) {
      EXPECT_LT(worst_of_others(bin), 0.10);
    }
  }
  // Bin 5 gains 216 MHz by 12.5 mV and then 192 MHz by 75: no curve of a transistor has such a knee, but a floor has.
  for (std::size_t b = 0; b < kA76.size(); ++b) EXPECT_LT(worst_of_others(kA76[b]), b == 5 ? 0.125 : 0.10) << b;
}

// The lowest supply of a table is a floor. The slowest of the bins that have a row there may need it; faster ones get
// it as well, and what they could run at there the table does not say: it is f_max of none of them. Of the A76, whose
// floor is 675 mV, these are the rows at 1200 MHz of bins 1 to 5, which need 12.5 to 37.5 mV less than bin 0 for all
// other clocks.
std::vector<Bin> above_the_floor(const std::vector<Bin>& bins) {
  double floor = 1e9;
  for (const Bin& bin : bins) {
    for (const PointOfBin& row : bin) floor = std::min(floor, row.millivolts);
  }
  std::vector<Bin> above;
  bool needed = false;  // by a slower bin
  for (const Bin& bin : bins) {
    above.emplace_back();
    bool has = false;
    for (const PointOfBin& row : bin) {
      const bool at_floor = row.millivolts <= floor;
      has = has || at_floor;
      if (!at_floor || !needed) above.back().push_back(row);
    }
    needed = needed || has;
  }
  return above;
}

TEST(ProductionBins, ThreeRowsTellTheOthersAboveTheFloor) {
  const std::vector<Bin> a76 = above_the_floor(kA76);
  EXPECT_EQ(a76[0].size(), 6U);
  for (std::size_t b = 1; b < 6; ++b) EXPECT_EQ(a76[b].size(), 5U);
  for (const Bin& bin : a76) EXPECT_LT(worst_of_others(bin), 0.06);
  for (const Bin& bin : above_the_floor(kA15)) EXPECT_LT(worst_of_others(bin), 0.05);
}

// Rows within 12.5 mV, of all, where every bin has one shift of the base's curve.
double share_within_a_step(const std::vector<Bin>& bins, std::size_t base) {
  std::vector<MeasuredPoint> points;
  for (const PointOfBin& row : bins[base]) points.push_back(point(row, true));
  const Calibration curve = calibrate(points, nullptr);
  const auto voltage_of = [&](double megahertz, Voltage shift) {
    Voltage low = 0.3_V, high = 2.0_V;
    while (high - low > 1e-6_V) {
      const Voltage middle = 0.5 * (low + high);
      (curve.speed({middle, 25.0_C, ThresholdShift::of(shift)}).si() < 1e6 * megahertz ? low : high) = middle;
    }
    return low.si() * 1e3;
  };
  std::size_t within = 0, all = 0;
  for (const Bin& bin : bins) {
    std::size_t most = 0;
    for (int shift_mV = -120; shift_mV <= 120; ++shift_mV) {
      const auto near = std::count_if(bin.begin(), bin.end(), [&](const PointOfBin& row) {
        return std::abs(voltage_of(row.megahertz, Voltage::from_si(1e-3 * shift_mV)) - row.millivolts) <= 12.5 + 1e-6;
      });
      most = std::max(most, static_cast<std::size_t>(near));
    }
    within += most;
    all += bin.size();
  }
  return static_cast<double>(within) / static_cast<double>(all);
}

TEST(ProductionBins, OneThresholdShiftTellsABin) {
  EXPECT_GE(share_within_a_step(kA15, 6), 0.90);
  EXPECT_GE(share_within_a_step(kNpu, 1), 0.90);
  EXPECT_GE(share_within_a_step(kA76, 0), 0.80);  // rows at the floor are among them, see above
}

TEST(ProductionBins, OneThresholdShiftTellsABinAboveTheFloor) {
  EXPECT_GE(share_within_a_step(above_the_floor(kA15), 6), 0.90);
  EXPECT_GE(share_within_a_step(above_the_floor(kNpu), 1), 0.90);
  EXPECT_GE(share_within_a_step(above_the_floor(kA76), 0), 0.90);
}

}  // namespace
}  // namespace subvolt::power
