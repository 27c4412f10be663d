// Is a power intent read, matched to components and refused as its rules say?
#include "sim/power/intent/power_intent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/units/literals.h"
#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;
using test::error_of;
using test::replaced;
using testing::AllOf;
using testing::HasSubstr;

PowerIntent read(const std::string& text) { return make_power_intent(config::load_text(text, "p.yaml", "power")); }

std::string error_with(const std::string& from, const std::string& to) {
  return error_of([&] { read(replaced(test::sample_intent_text(), from, to)); });
}

TEST(PowerIntent, ReadsDomainsWithTheirNames) {
  const PowerIntent intent = test::sample_intent();
  EXPECT_EQ(intent.name, "sample_intent");
  ASSERT_NE(intent.find_voltage_domain("VDD_SRAM"), nullptr);
  EXPECT_EQ(intent.find_voltage_domain("VDD_SRAM")->tracks, "VDD_NPU");
  EXPECT_EQ(intent.find_voltage_domain("VDD_NONE"), nullptr);
  ASSERT_NE(intent.find_power_domain("PD_NPU"), nullptr);
  EXPECT_EQ(intent.find_power_domain("PD_NPU")->states.size(), 2U);
  EXPECT_EQ(intent.operating_points.front().name, "nominal");
}

TEST(PowerIntent, TheLongestPatternOwnsTheComponent) {
  PowerIntent intent;
  intent.power_domains.resize(3);
  intent.power_domains[0].name = "ALL";
  intent.power_domains[0].elements = {"npu.*"};
  intent.power_domains[1].name = "BUFFERS";
  intent.power_domains[1].elements = {"npu.buffer*"};
  intent.power_domains[2].name = "ONE";
  intent.power_domains[2].elements = {"npu.buffer0"};
  EXPECT_EQ(intent.power_domain_of("npu.array")->name, "ALL");
  EXPECT_EQ(intent.power_domain_of("npu.buffer1")->name, "BUFFERS");
  EXPECT_EQ(intent.power_domain_of("npu.buffer0")->name, "ONE");
  EXPECT_EQ(intent.power_domain_of("npu"), nullptr);
  EXPECT_EQ(intent.power_domain_of("npux.array"), nullptr);
}

TEST(PowerIntent, RegulatorsLose) {
  const PowerIntent intent = test::sample_intent();
  EXPECT_EQ(intent.find_voltage_domain("VDD_SRAM")->regulator.efficiency_at(0.9_V, Voltage()), 1.0);
  EXPECT_EQ(intent.find_voltage_domain("VDD_NPU")->regulator.efficiency_at(0.5_V, Voltage()), 0.88);
  EXPECT_DOUBLE_EQ(intent.find_voltage_domain("VDD_AON")->regulator.efficiency_at(0.6_V, 1.2_V), 0.99 * 0.6 / 1.2);
}

TEST(PowerIntent, UnknownNamesAreLocatedWithTheNearest) {
  EXPECT_THAT(
      error_with("tracks: VDD_NPU", "tracks: VDD_NPUU"),
      AllOf(HasSubstr("p.yaml:8:"), HasSubstr("there is no voltage domain \"VDD_NPUU\", did you mean \"VDD_NPU\"?")));
  EXPECT_THAT(error_with("supply: VDD_SRAM", "supply: VDD_SRAN"), HasSubstr("did you mean \"VDD_SRAM\"?"));
  EXPECT_THAT(error_with("vdd1: VDD1", "vdd1: VDD9"), HasSubstr("there is no voltage domain \"VDD9\""));
  EXPECT_THAT(error_with("scaled_clock: npu_clk", "scaled_clock: npu_klc"), HasSubstr("there is no clock domain"));
  EXPECT_THAT(error_with("voltages: {VDD_NPU: 0.5 V}", "voltages: {VDD_NPO: 0.5 V}"),
              HasSubstr("did you mean \"VDD_NPU\"?"));
  EXPECT_THAT(error_with("also_limited_by: [VDD_SRAM]", "also_limited_by: [SRAM]"), HasSubstr("\"SRAM\""));
}

TEST(PowerIntent, RefusesCircles) {
  EXPECT_THAT(error_with("VDD_NPU: {voltage: 0.9 V, process: logic,",
                         "VDD_NPU: {voltage: 0.9 V, process: logic, tracks: VDD_SRAM,"),
              HasSubstr("tracks itself"));
}

TEST(PowerIntent, RefusesComponentsInTwoDomains) {
  EXPECT_THAT(error_with("elements: [npu.buffer]", "elements: [npu.array]"), HasSubstr("already an element of PD_NPU"));
  EXPECT_THAT(error_with("elements: [npu.buffer]", "elements: [\"npu.*.x\"]"), HasSubstr("one * at its end"));
  EXPECT_THAT(error_with("elements: [npu.buffer]", "elements: []"), HasSubstr("at least one component"));
}

TEST(PowerIntent, RefusesStatesAndPoliciesThatDoNotMatch) {
  EXPECT_THAT(error_with("state: OFF, exit_latency", "state: WAKING, exit_latency"),
              HasSubstr("expected CLK_GATED, RETENTION or OFF"));
  EXPECT_THAT(error_with("{state: CLK_GATED}", "{state: OFF}"), HasSubstr("listed twice"));
}

TEST(PowerIntent, RefusesRegulatorsThatCannotBe) {
  EXPECT_THAT(error_with("efficiency: 0.88", "efficiency: 1.88"), HasSubstr("0.01 to 1"));
  EXPECT_THAT(error_with("input: 1.2 V, ", ""), HasSubstr("needs its input voltage"));
  EXPECT_THAT(error_with("source: buck sheet, ", ""), HasSubstr("expected a source"));
  EXPECT_THAT(error_with("kind: buck, efficiency: 0.88", "efficiency: 0.88"), HasSubstr("choose buck or ldo"));
}

TEST(PowerIntent, ExternalRailsNeedAFrequency) {
  EXPECT_THAT(error_with("frequency: 800 MHz, ", ""), HasSubstr("the clock needs a frequency"));
}

TEST(PowerIntent, ReportsAllMistakesAtOnce) {
  const std::string text =
      replaced(replaced(test::sample_intent_text(), "tracks: VDD_NPU", "tracks: X"), "supply: VDD_SRAM", "supply: Y");
  EXPECT_THAT(error_of([&] { read(text); }), AllOf(HasSubstr("\"X\""), HasSubstr("\"Y\"")));
}

}  // namespace
}  // namespace subvolt::power
