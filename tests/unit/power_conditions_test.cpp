// Do corner, margin and body bias reach speed, leakage and the ledger, and are mistakes told where they stand?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/power/intent/point_change.h"
#include "sim/power/technology/sram_access.h"
#include "sim/units/literals.h"
#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;
using test::error_of;
using test::replaced;
using testing::AllOf;
using testing::HasSubstr;

Technology with_spread() {
  const std::string text = replaced(test::sample_technology_text(), "  off_leakage_fraction", R"(  process:
    threshold_sigma: {value: 20 mV, source: wafer sheet}
    drive_loss_per_volt: {value: 2, source: wafer sheet}
  body_bias:
    threshold_per_volt: {value: 0.08, source: well sheet}
    highest: {value: 2 V, source: well sheet}
    generator: {value: 20 uW, source: well sheet}
    settle: {value: 600 us, source: well sheet}
  off_leakage_fraction)");
  return make_technology(config::load_text(text, "spread.yaml", "technology"));
}

PowerIntent intent_of(const std::string& from, const std::string& to) {
  return make_power_intent(config::load_text(replaced(test::sample_intent_text(), from, to), "p.yaml", "power"));
}

Frequency npu_at(const PowerIntent& intent, const Technology& technology, const char* point) {
  return resolve_operating_point(intent, technology, point).frequency("npu_clk");
}

TEST(Corners, OrderSpeedAndLeakage) {
  const Technology t = with_spread();
  PowerIntent intent = test::sample_intent();
  const auto speed = [&](Corner corner) {
    intent.corner = corner;
    return npu_at(intent, t, "0.6V");
  };
  const Frequency ss = speed(Corner::kSs), tt = speed(Corner::kTt), ff = speed(Corner::kFf), sf = speed(Corner::kSf);
  EXPECT_LT(ss, sf);
  EXPECT_LT(sf, tt);
  EXPECT_LT(tt, ff);
  EXPECT_EQ(npu_at(test::sample_intent(), test::sample_technology(), "0.6V"), tt);
  intent.corner = Corner::kFf;
  const OperatingPoint fast = resolve_operating_point(intent, t, "0.6V");
  const PowerDomain& npu = *intent.find_power_domain("PD_NPU");
  EXPECT_GT(t.logic().leakage_scale(fast.at("VDD_NPU", npu)), t.logic().leakage_scale({0.6_V, 25.0_C}));
  // Three deviations, and what slow chips lose besides.
  intent.corner = Corner::kSs;
  const Condition slow = resolve_operating_point(intent, t, "0.6V").at("VDD_NPU", npu);
  EXPECT_NEAR(slow.shift.pull_down.si(), 0.06, 1e-12);
  EXPECT_NEAR(slow.shift.weaker_pull_up, 0.12, 1e-12);
}

TEST(Corners, OfATechnologyWithoutThemAreRefusedWhereTheyAreWritten) {
  const PowerIntent intent = intent_of("  temperature: 25 C\n", "  temperature: 25 C\n  corner: ss\n");
  EXPECT_THAT(error_of([&] { resolve_operating_point(intent, test::sample_technology(), "nominal"); }),
              AllOf(HasSubstr("p.yaml:4:"), HasSubstr("power.corner"), HasSubstr("has no corners but tt")));
  EXPECT_THAT(error_of([&] { intent_of("  temperature: 25 C\n", "  temperature: 25 C\n  corner: st\n"); }),
              HasSubstr("tt, ss, ff, sf, fs"));
}

TEST(Margins, SlowClocksAndLeaveEnergyAlone) {
  const Technology t = with_spread();
  PowerIntent intent = test::sample_intent();
  const Frequency without = npu_at(intent, t, "0.6V");
  intent.margin = {0.1, 0.0, 30.0_mV};
  const OperatingPoint with = resolve_operating_point(intent, t, "0.6V");
  EXPECT_LT(with.frequency("npu_clk"), without);
  const Frequency logic = t.logic().f_max({0.54_V, 25.0_C, ThresholdShift::of(30.0_mV)});
  const Frequency bits = t.sram().f_max({0.54_V, 25.0_C, ThresholdShift::of(30.0_mV)});
  EXPECT_NEAR(with.frequency("npu_clk").si(), std::min(logic, bits).si(), 1.0);
  const Condition pays = with.at("VDD_NPU", *intent.find_power_domain("PD_NPU"));
  EXPECT_EQ(pays.voltage, 0.6_V);
  EXPECT_EQ(pays.shift, ThresholdShift());
}

TEST(Margins, OfADroopThatClocksFollowLessIsNeeded) {
  const Technology t = with_spread();
  PowerIntent intent = test::sample_intent();
  const auto at = [&](double droop, double adaptive) {
    intent.margin = {droop, adaptive, Voltage()};
    return npu_at(intent, t, "0.6V");
  };
  EXPECT_LT(at(0.1, 0.0), at(0.1, 0.4));
  EXPECT_NEAR(at(0.1, 0.4).si(), at(0.06, 0.0).si(), 1.0);
  EXPECT_EQ(at(0.1, 1.0), at(0.0, 0.0));
}

TEST(BodyBias, MayBeReverseWhereTheTechnologySaysSo) {
  Technology t = with_spread();
  PowerIntent reversed =
      intent_of("      elements: [npu.array]\n", "      elements: [npu.array]\n      body_bias: -0.5 V\n");
  EXPECT_THAT(error_of([&] { resolve_operating_point(reversed, t, "0.6V"); }),
              AllOf(HasSubstr("PD_NPU: body_bias of"), HasSubstr("allows 0 V to 2 V")));
  t.body_bias->reverse.emplace();
  t.body_bias->reverse->value = 1.0_V;
  const OperatingPoint point = resolve_operating_point(reversed, t, "0.6V");
  const Condition at = point.at("VDD_NPU", *reversed.find_power_domain("PD_NPU"));
  EXPECT_NEAR(at.shift.pull_down.si(), 0.04, 1e-12);
  EXPECT_LT(t.logic().leakage_scale(at), 0.5 * t.logic().leakage_scale({0.6_V, 25.0_C}));
}

TEST(BodyBias, MakesADomainFasterAndLeakier) {
  const Technology t = with_spread();
  PowerIntent plain = test::sample_intent();
  PowerIntent biased =
      intent_of("      elements: [npu.array]\n", "      elements: [npu.array]\n      body_bias: 1 V\n");
  // The buffers' domain has no bias, and would limit the clock.
  for (PowerIntent* intent : {&plain, &biased}) intent->clock_domains[0].also_limited_by.clear();
  EXPECT_GT(npu_at(biased, t, "0.6V"), npu_at(plain, t, "0.6V"));
  const OperatingPoint point = resolve_operating_point(biased, t, "0.6V");
  const Condition at = point.at("VDD_NPU", *biased.find_power_domain("PD_NPU"));
  EXPECT_NEAR(at.shift.pull_down.si(), -0.08, 1e-12);
  EXPECT_GT(t.logic().leakage_scale(at), 5.0 * t.logic().leakage_scale({0.6_V, 25.0_C}));
  // Another domain has none.
  EXPECT_EQ(point.at("VDD_AON", *biased.find_power_domain("PD_AON")).shift, ThresholdShift());
  // Wells take their time.
  const OperatingPoint tied = resolve_operating_point(plain, t, "0.6V,npu_clk=1MHz");
  EXPECT_EQ(change_time(plain, tied, resolve_operating_point(plain, t, "0.6V,npu_clk=2MHz")), Time());
  EXPECT_NEAR(change_time(biased, tied, resolve_operating_point(biased, t, "0.6V,npu_clk=2MHz")).si(), 600e-6, 1e-12);
}

TEST(BodyBias, MistakesAreLocated) {
  const Technology t = with_spread();
  const auto error = [&](const Technology& technology, const char* bias) {
    const PowerIntent intent = intent_of("      elements: [npu.array]\n",
                                         "      elements: [npu.array]\n      body_bias: " + std::string(bias) + "\n");
    return error_of([&] { resolve_operating_point(intent, technology, "nominal"); });
  };
  EXPECT_THAT(error(t, "2.5 V"),
              AllOf(HasSubstr("p.yaml:"), HasSubstr("PD_NPU.body_bias"), HasSubstr("allows 0 V to 2 V")));
  EXPECT_THAT(error(test::sample_technology(), "1 V"), HasSubstr("the bodies of sample are tied"));
  EXPECT_THAT(error_of([&] {
                intent_of("voltages: {VDD_NPU: 0.6 V}", "voltages: {VDD_NPU: 0.6 V}, body_bias: {PD_NPUU: 1 V}");
              }),
              HasSubstr("did you mean \"PD_NPU\""));
}

TEST(BodyBias, ItsGeneratorDrawsAllTheTime) {
  const Technology t = with_spread();
  const PowerIntent biased =
      intent_of("      elements: [npu.array]\n", "      elements: [npu.array]\n      body_bias: 1 V\n");
  const ActivityRecord record = test::random_record(7);
  std::vector<OperatingPoint> points;
  for (const std::string& name : record.operating_points) points.push_back(resolve_operating_point(biased, t, name));
  const Ledger ledger = price(record, biased, points, test::sample_sources(t));
  Energy drawn;
  for (const Account& a : ledger.accounts) {
    if (a.source == "well sheet") drawn += a.energy;
  }
  EXPECT_NEAR(drawn.si(), 20e-6 * 1e-12 * static_cast<double>(record.total_ps), 1e-6 * drawn.si());
}

}  // namespace
}  // namespace subvolt::power
