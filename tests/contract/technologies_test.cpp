// Does every shipped technology have monotone physics, a fit that meets its points, and a source at each number?
#include <gtest/gtest.h>

#include "sim/config/library.h"
#include "sim/power/technology/technology.h"
#include "sim/units/literals.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;

class Technologies : public testing::TestWithParam<std::string> {
 protected:
  const Technology technology_ = read_technology(GetParam());
};

TEST_P(Technologies, FitMeetsItsPoints) {
  for (const Device& device : technology_.devices) {
    EXPECT_LT(device.worst_speed_error, 0.15) << device.name;
    EXPECT_LT(device.worst_leakage_error, 0.15) << device.name;
  }
}

TEST_P(Technologies, PhysicsIsMonotone) {
  for (const Device& device : technology_.devices) {
    for (const double celsius : {-40.0, 25.0, 85.0, 125.0}) {
      const auto t = Temperature::from_celsius(celsius);
      double speed = 0.0, leakage = 0.0;
      for (int mV = 350; mV <= 1100; mV += 10) {
        const Voltage v = Voltage::from_si(mV * 1e-3);
        const double f = device.f_max({v, t}).si(), p = device.leakage_scale({v, t});
        EXPECT_GT(f, speed) << mV << " mV, " << celsius << " C, " << device.name;
        EXPECT_GT(p, leakage) << mV << " mV, " << celsius << " C, " << device.name;
        speed = f;
        leakage = p;
      }
    }
    EXPECT_GT(device.leakage_scale({0.6_V, 85.0_C}), device.leakage_scale({0.6_V, 25.0_C})) << device.name;
  }
}

TEST_P(Technologies, ScalesAreOneAtTheReferencePoint) {
  for (const Device& device : technology_.devices) {
    EXPECT_DOUBLE_EQ(device.leakage_scale(technology_.reference()), 1.0) << device.name;
  }
}

TEST_P(Technologies, EveryPriceHasASource) {
  EXPECT_FALSE(technology_.prices.prices.empty());
  for (const auto& [key, price] : technology_.prices.prices) EXPECT_FALSE(price.source.empty()) << key;
  ASSERT_NE(technology_.prices.find("logic.clock_pin"), nullptr);
}

TEST_P(Technologies, NearThresholdIsWithinItsRange) {
  EXPECT_LE(technology_.logic().minimum_voltage.value, 0.5_V);
  // Even where thresholds are 0.7 and 0.95 V, as sky130's, and 0.5 V is far below them.
  EXPECT_GT(technology_.logic().f_max({0.5_V, 25.0_C}).si(), 1e4);
}

INSTANTIATE_TEST_SUITE_P(Shipped, Technologies, testing::ValuesIn(config::shipped("technology")),
                         [](const testing::TestParamInfo<std::string>& info) { return info.param; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Technologies);

}  // namespace
}  // namespace subvolt::power
