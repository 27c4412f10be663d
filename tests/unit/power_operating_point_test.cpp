// Does what a person asks for with --opp become the voltages and frequencies meant?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sim/power/intent/power_intent.h"
#include "sim/units/literals.h"
#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;
using test::error_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class OperatingPoints : public testing::Test {
 protected:
  OperatingPoint resolve(const std::string& text) const { return resolve_operating_point(intent_, technology_, text); }
  std::string error(const std::string& text) const {
    return error_of([&] { resolve(text); });
  }
  Frequency npu_limit(const OperatingPoint& point) const {
    return f_max(*intent_.find_clock_domain("npu_clk"), intent_, technology_, point);
  }
  Technology technology_ = test::sample_technology();
  PowerIntent intent_ = test::sample_intent();
};

TEST_F(OperatingPoints, NothingMeansTheFirst) {
  const OperatingPoint point = resolve("");
  EXPECT_EQ(point.name, "nominal");
  EXPECT_EQ(point.voltage("VDD_NPU"), 0.9_V);
  EXPECT_EQ(point.voltage("VDD_AON"), 0.8_V);
  EXPECT_EQ(point.frequency("npu_clk"), 200.0_MHz);
  EXPECT_EQ(point.frequency("soc_clk"), 100.0_MHz);
}

TEST_F(OperatingPoints, ANamedPointWithoutFrequencyRunsAtItsLimit) {
  const OperatingPoint point = resolve("near_threshold");
  EXPECT_EQ(point.name, "near_threshold");
  EXPECT_EQ(point.voltage("VDD_NPU"), 0.5_V);
  EXPECT_EQ(point.frequency("npu_clk").si(), std::floor(npu_limit(point).si()));
  EXPECT_EQ(point.frequency("npu_clk").si(), std::floor(point.frequency("npu_clk").si()));
}

TEST_F(OperatingPoints, AVoltageAloneFreesTheScaledClock) {
  for (const char* text : {"0.5V", "0.5 V", " 0.5V ", "VDD_NPU=0.5V"}) {
    const OperatingPoint point = resolve(text);
    EXPECT_EQ(point.voltage("VDD_NPU"), 0.5_V) << text;
    EXPECT_EQ(point.frequency("npu_clk").si(), std::floor(npu_limit(point).si())) << text;
    EXPECT_EQ(point.frequency("soc_clk"), 100.0_MHz) << text;
  }
}

TEST_F(OperatingPoints, TheLimitIsTheSlowestRailOnThePath) {
  const OperatingPoint point = resolve("0.9V,VDD_SRAM=0.6V");
  const double sram = technology_.sram().f_max({0.6_V, 25.0_C}).si();
  EXPECT_LT(sram, technology_.logic().f_max({0.9_V, 25.0_C}).si());
  EXPECT_EQ(point.frequency("npu_clk").si(), std::floor(sram));
}

TEST_F(OperatingPoints, APathTwiceAsLongIsHalfAsFast) {
  const Frequency whole = npu_limit(resolve("0.5V"));
  intent_.clock_domains[0].path_length = 2.0;
  EXPECT_DOUBLE_EQ(npu_limit(resolve("0.5V")).si(), whole.si() / 2.0);
}

TEST_F(OperatingPoints, TrackingRailsStopAtTheirOwnMinimum) {
  EXPECT_EQ(resolve("0.7V").voltage("VDD_SRAM"), 0.7_V);
  EXPECT_EQ(resolve("0.4V").voltage("VDD_SRAM"), 0.55_V);
  intent_.voltage_domains[1].minimum = 0.65_V;
  EXPECT_EQ(resolve("0.4V").voltage("VDD_SRAM"), 0.65_V);
  EXPECT_EQ(resolve("0.4V,VDD_SRAM=0.8V").voltage("VDD_SRAM"), 0.8_V);
}

TEST_F(OperatingPoints, VoltageAndFrequency) {
  const OperatingPoint point = resolve("0.5V,50MHz");
  EXPECT_EQ(point.voltage("VDD_NPU"), 0.5_V);
  EXPECT_EQ(point.frequency("npu_clk"), 50.0_MHz);
  EXPECT_EQ(point.name, "0.5V,50MHz");
}

TEST_F(OperatingPoints, ANamedPointCanBeChanged) {
  const OperatingPoint point = resolve("near_threshold,npu_clk=20MHz");
  EXPECT_EQ(point.voltage("VDD_NPU"), 0.5_V);
  EXPECT_EQ(point.frequency("npu_clk"), 20.0_MHz);
  EXPECT_EQ(resolve("slow,VDD_AON=0.9V").frequency("npu_clk"), 50.0_MHz);
}

TEST_F(OperatingPoints, AFrequencyAboveTheLimitNamesTheLimit) {
  const std::string message = error("0.5V,500MHz");
  const auto limit = static_cast<std::int64_t>(std::floor(npu_limit(resolve("0.5V")).si()));
  EXPECT_THAT(message, AllOf(HasSubstr("npu_clk"), HasSubstr("500 MHz is above f_max = "), HasSubstr("VDD_NPU 0.5 V")));
  EXPECT_THAT(message, HasSubstr(std::to_string(limit / 1'000'000) + "."));
}

// The fit leaves a few hertz; whoever asks for a published point must get it.
TEST_F(OperatingPoints, TheLimitItselfIsAllowed) {
  const double limit = npu_limit(resolve("0.5V")).si();
  EXPECT_EQ(resolve("0.5V,npu_clk=" + std::to_string(std::ceil(limit)) + "Hz").frequency("npu_clk").si(),
            std::ceil(limit));
  error("0.5V,npu_clk=" + std::to_string(std::ceil(limit * 1.00001)) + "Hz");
}

TEST_F(OperatingPoints, AVoltageOutOfRangeNamesTheRange) {
  EXPECT_THAT(error("0.2V"),
              AllOf(HasSubstr("VDD_NPU: 0.2 V is out of range"), HasSubstr("0.3 V to 1.1 V"), HasSubstr("logic")));
  EXPECT_THAT(error("1.3V"), HasSubstr("0.3 V to 1.1 V"));
  EXPECT_THAT(error("VDD_SRAM=0.5V"), HasSubstr("0.55 V to 1.1 V"));
  intent_.voltage_domains[2].regulator.input = 0.85_V;
  EXPECT_THAT(error("VDD_AON=0.9V"), HasSubstr("above the input of its ldo"));
}

// Of a rail and the input of its ldo, the one that was said last is to blame, and what it says to do helps.
TEST_F(OperatingPoints, AnLdoBelowItsRailBlamesWhatWasSaidLast) {
  const auto with = [this](const char* override_text, const std::string& point) {
    intent_ = make_power_intent(config::load_text(test::sample_intent_text(), "sample_intent.yaml", "power",
                                                  {config::Override::parse(override_text)}));
    return error(point);
  };
  const std::string input = "power.voltage_domains.VDD_AON.regulator.input";
  EXPECT_THAT(with("power.voltage_domains.VDD_AON.regulator.input=0.7 V", ""),
              AllOf(StartsWith("--set " + input + "=0.7 V: " + input + ": "),
                    HasSubstr("VDD_AON: 0.8 V is above the input of its ldo, 0.7 V: raise the input")));
  EXPECT_THAT(
      with("power.voltage_domains.VDD_AON.regulator.input=1 V", "VDD_AON=1.1V"),
      AllOf(StartsWith("operating point \"VDD_AON=1.1V\": VDD_AON: 1.1 V is above"), HasSubstr("lower the rail")));
  intent_ = make_power_intent(config::load_text(
      test::sample_intent_text(), "sample_intent.yaml", "power",
      {{"power.voltage_domains.VDD_AON.regulator.input", "1 V"}, {"power.voltage_domains.VDD_AON.voltage", "1.1 V"}}));
  EXPECT_THAT(error(""), StartsWith("--set power.voltage_domains.VDD_AON.voltage=1.1 V: "));
}

TEST_F(OperatingPoints, ARailThatTracksBlamesTheOneThatItTracks) {
  intent_ = make_power_intent(config::load_text(test::sample_intent_text(), "sample_intent.yaml", "power",
                                                {{"power.voltage_domains.VDD_SRAM.maximum", "0.85 V"}}));
  EXPECT_THAT(error(""), AllOf(HasSubstr("power.operating_points.nominal.voltages.VDD_NPU: "),
                               HasSubstr("VDD_SRAM: 0.9 V is out of range")));
}

TEST_F(OperatingPoints, WhatIsNoOperatingPointSaysWhatWouldBe) {
  EXPECT_THAT(error("near_treshold"),
              AllOf(HasSubstr("nominal, near_threshold, slow"), HasSubstr("did you mean \"near_threshold\"?")));
  EXPECT_THAT(error("VDD_NPO=0.5V"), HasSubstr("did you mean \"VDD_NPU\"?"));
  EXPECT_THAT(error("VDD_NPU=fast"), HasSubstr("expected a voltage"));
  EXPECT_THAT(error("0.5"), HasSubstr("neither"));
  EXPECT_THAT(error("0.5V,"), HasSubstr("expected a setting between commas such as 0.5V, got nothing"));
  EXPECT_THAT(error("0.5V,0Hz"), HasSubstr("at least 1 Hz"));
  intent_.scaled_domain.clear();
  EXPECT_THAT(error("0.5V"), HasSubstr("scaled_domain"));
}

TEST_F(OperatingPoints, HeatIsTheIntentsTemperature) {
  const Frequency cold = resolve("0.4V").frequency("npu_clk");
  intent_.temperature = 85.0_C;
  EXPECT_EQ(resolve("0.4V").temperature, 85.0_C);
  EXPECT_GT(resolve("0.4V").frequency("npu_clk").si(), cold.si());  // temperature inversion
}

TEST_F(OperatingPoints, LimitRisesWithVoltage) {
  double previous = 0.0;
  for (int mV = 350; mV <= 1100; mV += 10) {
    const double hertz = resolve(std::to_string(mV) + " mV").frequency("npu_clk").si();
    EXPECT_GE(hertz, previous) << mV;
    previous = hertz;
  }
}

}  // namespace
}  // namespace subvolt::power
