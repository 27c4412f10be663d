// Do memories get slower as they grow, and do their clocks heed it?
#include <gtest/gtest.h>

#include <cmath>

#include "sim/power/technology/sram_access.h"
#include "sim/units/literals.h"
#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;

TEST(SramAccess, GrowsWithTheBank) {
  EXPECT_DOUBLE_EQ(relative_access_time(16384), 1.0);
  // By hand: 0.57 + 0.43 x 4^0.46, x 32^0.46, x 512^0.46
  EXPECT_NEAR(relative_access_time(65536), 0.57 + 0.43 * 1.8921, 1e-4);
  EXPECT_NEAR(relative_access_time(524288), 0.57 + 0.43 * 4.9246, 1e-4);
  EXPECT_NEAR(relative_access_time(8 << 20), 0.57 + 0.43 * 17.630, 1e-3);
  for (double c = 64; c < 1e9; c *= 1.5) EXPECT_GT(relative_access_time(c * 1.5), relative_access_time(c));
}

TEST(SramAccess, LargeBanksArePipelined) {
  EXPECT_EQ(pipelined_cycles(1024), 1);
  EXPECT_EQ(pipelined_cycles(524288), 1);
  EXPECT_EQ(pipelined_cycles(524289 * 1.01), 2);
  EXPECT_EQ(pipelined_cycles(8 << 20), 4);  // 8.15 / 2.69
  for (double c = 64; c < 1e9; c *= 1.5) {
    // A stage is never longer than a bank of 512 KiB, and never needlessly short.
    const double stages = relative_access_time(c) / relative_access_time(524288);
    EXPECT_GE(pipelined_cycles(c) + 1e-9, stages);
    EXPECT_LT(pipelined_cycles(c), std::max(stages, 1e-9) + 1.0);
  }
}

class SramClocks : public testing::Test {
 protected:
  // A buffer on npu_clk, its cells on VDD_SRAM.
  OperatingPoint resolve(const std::string& text, double capacity_B, std::int64_t cycles = 1) const {
    return resolve_operating_point(intent_, technology_, text,
                                   {{"npu.buffer", capacity_B, cycles, "soc.npu.buffer", pipelined_, false, by_size_}});
  }
  double limit(const OperatingPoint& point) const {
    return f_max(*intent_.find_clock_domain("npu_clk"), intent_, technology_, point).si();
  }
  PowerIntent intent_ = test::sample_intent();
  Technology technology_ = test::sample_technology();
  bool pipelined_ = true, by_size_ = false;
};

TEST_F(SramClocks, ASmallMemoryLeavesTheClockToTheRails) {
  const OperatingPoint point = resolve("0.9V", 4096);
  EXPECT_EQ(point.frequency("npu_clk").si(), std::floor(limit(point)));
  ASSERT_EQ(point.sram.size(), 1u);
  EXPECT_EQ(point.sram[0].clock, "npu_clk");
  EXPECT_EQ(point.sram[0].rail, "VDD_SRAM");
  EXPECT_FALSE(point.sram[0].limits);
  // The technology's point at 0.9 V is that of 16 KiB.
  EXPECT_NEAR(point.sram[0].time.si(), relative_access_time(4096) / 700e6, 0.02 / 700e6);
}

TEST_F(SramClocks, ALargeOneLimitsAClockThatIsFree) {
  const OperatingPoint point = resolve("0.9V", 1 << 20);
  const double sram = technology_.sram().f_max({point.voltage("VDD_SRAM"), point.temperature}).si();
  EXPECT_EQ(point.frequency("npu_clk").si(), std::floor(sram / relative_access_time(1 << 20)));
  EXPECT_LT(point.frequency("npu_clk").si(), limit(point) / 3);
  EXPECT_TRUE(point.sram[0].limits);
  // Two cycles are twice as fast; enough of them leave the clock to the rails.
  EXPECT_NEAR(resolve("0.9V", 1 << 20, 2).frequency("npu_clk").si() / point.frequency("npu_clk").si(), 2.0, 1e-6);
  EXPECT_EQ(resolve("0.9V", 1 << 20, 4).frequency("npu_clk").si(), std::floor(limit(point)));
}

TEST_F(SramClocks, AFasterClockThanItAllowsIsRefusedWithAWayOut) {
  EXPECT_EQ(resolve("0.9V,150MHz", 1 << 20).sram[0].limits, false);
  const std::string message = test::error_of([&] { resolve("0.9V,400MHz", 1 << 20); });
  EXPECT_NE(message.find("npu_clk: 400 MHz is above f_max = 2"), std::string::npos) << message;
  EXPECT_NE(message.find("npu.buffer takes 4.9"), std::string::npos) << message;
  EXPECT_NE(message.find("a bank of 1 MiB (VDD_SRAM 0.9 V, 25 C), 1 cycle"), std::string::npos) << message;
  EXPECT_NE(message.find("--set 'soc.npu.buffer.latency=2 cycles'"), std::string::npos) << message;
  EXPECT_NO_THROW(resolve("0.9V,400MHz", 1 << 20, 2));  // the way out
  pipelined_ = false;
  EXPECT_NE(test::error_of([&] { resolve("0.9V,400MHz", 1 << 20); }).find("--set soc.npu.buffer.banks=N"),
            std::string::npos);
}

TEST_F(SramClocks, CyclesThatNobodySaidGrowWhereTheClockIsGiven) {
  by_size_ = true;
  const double alone = resolve("0.9V", 1 << 20).frequency("npu_clk").si();  // a free clock heeds them as they are
  const OperatingPoint point = resolve("0.9V,400MHz", 1 << 20);
  EXPECT_EQ(point.frequency("npu_clk").si(), 400e6);
  EXPECT_EQ(point.sram[0].macro.cycles, 2);
  EXPECT_NEAR(point.sram[0].fastest.si(), 2 * alone, 2.0);
  EXPECT_FALSE(point.sram[0].limits);
  EXPECT_EQ(resolve("0.9V,100MHz", 1 << 20).sram[0].macro.cycles, 1);
  EXPECT_EQ(resolve("0.9V,100MHz", 1 << 20, 3).sram[0].macro.cycles, 3);
}

TEST_F(SramClocks, VoltageAndHeatActAsOnTheTechnologysMacro) {
  for (const double volts : {0.6, 0.7, 1.0}) {
    intent_.voltage_domains[1].tracks.clear();
    intent_.voltage_domains[1].voltage = Voltage::from_si(volts);
    const OperatingPoint point = resolve("0.9V", 1 << 20);
    const double sram = technology_.sram().f_max({Voltage::from_si(volts), point.temperature}).si();
    EXPECT_DOUBLE_EQ(point.sram[0].time.si(), relative_access_time(1 << 20) / sram) << volts;
  }
}

// Of an array that stands more than 0.2 V above the logic: a quarter of the logic's reference cycle at its voltage.
TEST_F(SramClocks, AccessesFromFarBelowWaitForTheirLevelShifters) {
  for (PowerDomain& domain : intent_.power_domains) {
    if (domain.name != "PD_BUF") continue;
    domain.supply = "VDD_NPU";
    domain.rails.emplace_back("array", "VDD_SRAM");
  }
  const auto time = [&](const std::string& text) { return resolve(text, 65536).sram.at(0).time.si(); };
  const double array = relative_access_time(65536) / technology_.sram().f_max({0.8_V, 25.0_C}).si();
  EXPECT_DOUBLE_EQ(time("VDD_NPU=0.8V,VDD_SRAM=0.8V"), array);
  EXPECT_DOUBLE_EQ(time("VDD_NPU=0.6V,VDD_SRAM=0.8V"), array);  // 0.2 V are no more than 0.2 V
  for (const double volts : {0.59, 0.5, 0.45}) {
    const double waits = 0.25 / technology_.logic().f_max({Voltage::from_si(volts), 25.0_C}).si();
    EXPECT_NEAR(time("VDD_NPU=" + std::to_string(volts) + "V,VDD_SRAM=0.8V") / (array + waits), 1.0, 1e-9) << volts;
  }
}

TEST_F(SramClocks, MemoriesThatARecordTellsOf) {
  std::vector<ComponentDeclaration> components(2);
  components[0].name = "cpu";
  components[1].name = "npu.buffer";
  components[1].events = {{"read", "sram.read", Cause::kSwitching, "", {{"capacity_B", 65536}, {"word_B", 8}}},
                          {"read", "sram.read", Cause::kSwitching, "", {{"capacity_B", 65536}, {"access_cycles", 3}}}};
  const std::vector<SramMacro> macros = sram_macros(components);
  ASSERT_EQ(macros.size(), 1u);
  EXPECT_EQ(macros[0].component, "npu.buffer");
  EXPECT_EQ(macros[0].capacity_B, 65536);
  EXPECT_EQ(macros[0].cycles, 3);
}

}  // namespace
}  // namespace subvolt::power
