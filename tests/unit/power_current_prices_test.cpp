// Do data sheet currents become the energies that their formulas give by hand, and is what they lack named?
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
using testing::Not;

// Numbers made up; IDD4R of vdd1 is below its IDD3N, as rounded sheets have it.
constexpr char kSheet[] = R"(schema: memory/1
memory:
  kind: dram
  currents:
    source: data sheet S
    quality: published
    devices: 2
    refresh_bank_interval: 500 ns
    rails:
      vdd1: {voltage: 2 V, IDD0: 4 mA, IDD2N: 2 mA, IDD2P: 1 mA, IDD3N: 3 mA, IDD3P: 1.5 mA, IDD4R: 2.5 mA, IDD4W: 3 mA, IDD5: 5 mA, IDD5PB: 2.5 mA, IDD6: 0.5 mA, IDD8: 0.01 mA}
      vdd2: {voltage: 1 V, IDD0: 50 mA, IDD2N: 20 mA, IDD2P: 2 mA, IDD3N: 30 mA, IDD3P: 9 mA, IDD4R: 230 mA, IDD4W: 180 mA, IDD5: 100 mA, IDD5PB: 25 mA, IDD6: 1 mA, IDD8: 0.02 mA}
      vddq: {voltage: 0.5 V, IDD0: 1 mA, IDD2N: 1 mA, IDD2P: 1 mA, IDD3N: 1 mA, IDD3P: 1 mA, IDD4R: 101 mA, IDD4W: 41 mA, IDD5: 1 mA, IDD5PB: 1 mA, IDD6: 0.1 mA, IDD8: 0 mA}
    self_refresh:
      source: table T
      quality: estimated
      points:
        - {fraction: 1, up_to: 85 C, factor: 1}
        - {fraction: 1, up_to: 45 C, factor: 0.5}
        - {fraction: 0.5, up_to: 85 C, rails: {vdd1: 0.4 mA, vdd2: 0.7 mA}}
    termination: {signalling: lvstl, rail: vddq, source: standard J}
  prices:
    dram.write: {rail_energy: {vdd2: 7 pJ}, source: measured by us, quality: measured}
)";

PriceBook book(const std::string& text = kSheet) {
  return make_price_book(config::load_text(text, "sheet.yaml", "memory"));
}
EventDeclaration event(const std::string& price, std::vector<std::pair<std::string, double>> attributes = {}) {
  return {"e", price, Cause::kSwitching, "", std::move(attributes)};
}
using Units = std::vector<UnitEnergy>;
Units units(const EventDeclaration& e, const PriceBook& b = book(), double celsius = 85.0) {
  return unit_energies(e, b, Voltage(), Temperature::from_celsius(celsius));
}
const EventDeclaration kActivate = event("dram.activate", {{"tRAS_ps", 40'000.0}});
const EventDeclaration kSelfRefresh = event("dram.self_refresh");
EventDeclaration part(double fraction) { return event("dram.self_refresh", {{"pasr_fraction", fraction}}); }

TEST(CurrentPrices, AnActivateIsTheCurrentAboveActiveStandbyForTras) {
  const Units u = units(kActivate);
  ASSERT_EQ(u.size(), 2U);  // vddq draws nothing more: no account
  EXPECT_EQ(u[0].rail, "vdd1");
  EXPECT_DOUBLE_EQ(u[0].energy.si(), 2 * 1e-3 * 2.0 * 40e-9);
  EXPECT_EQ(u[1].rail, "vdd2");
  EXPECT_DOUBLE_EQ(u[1].energy.si(), 2 * 20e-3 * 1.0 * 40e-9);
  EXPECT_EQ(u[1].formula, "(IDD0 - IDD3N) x V x tRAS = (50 mA - 30 mA) x 1 V x 40 ns x 2 devices");
  EXPECT_EQ(u[1].source, "data sheet S");
  EXPECT_EQ(u[1].quality, config::Quality::kPublished);
  EXPECT_EQ(u[1].reference, 1.0_V);
  EXPECT_FALSE(u[1].per_time);
}

TEST(CurrentPrices, APrechargeIsTheCurrentAbovePrechargeStandbyForTrp) {
  const Units u = units(event("dram.precharge", {{"tRP_ps", 15'000.0}}));
  ASSERT_EQ(u.size(), 2U);
  EXPECT_DOUBLE_EQ(u[0].energy.si(), 2 * 2e-3 * 2.0 * 15e-9);
  EXPECT_DOUBLE_EQ(u[1].energy.si(), 2 * 30e-3 * 1.0 * 15e-9);
}

TEST(CurrentPrices, ABurstIsSplitIntoCoreAndInterface) {
  const Units core = units(event("dram.read", {{"burst_ps", 5'000.0}}));
  ASSERT_EQ(core.size(), 2U);
  EXPECT_EQ(core[0].rail, "vdd1");
  EXPECT_EQ(core[0].energy.si(), 0.0);  // 2.5 mA - 3 mA
  EXPECT_THAT(core[0].formula, HasSubstr("counted as 0"));
  EXPECT_DOUBLE_EQ(core[1].energy.si(), 2 * 200e-3 * 1.0 * 5e-9);
  const Units pins = units(event("dram.io_read", {{"burst_ps", 5'000.0}}));
  ASSERT_EQ(pins.size(), 1U);
  EXPECT_EQ(pins[0].rail, "vddq");
  EXPECT_DOUBLE_EQ(pins[0].energy.si(), 2 * 100e-3 * 0.5 * 5e-9);
  const Units written = units(event("dram.io_write", {{"burst_ps", 5'000.0}}));
  EXPECT_DOUBLE_EQ(written[0].energy.si(), 2 * 40e-3 * 0.5 * 5e-9);
}

TEST(CurrentPrices, RefreshOfAllBanksAndOfOne) {
  const Units all = units(event("dram.refresh", {{"tRFC_ps", 200'000.0}}));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_DOUBLE_EQ(all[0].energy.si(), 2 * 2e-3 * 2.0 * 200e-9);
  EXPECT_DOUBLE_EQ(all[1].energy.si(), 2 * 70e-3 * 1.0 * 200e-9);
  const Units one = units(event("dram.refresh_bank", {{"tRFC_ps", 100'000.0}}));
  ASSERT_EQ(one.size(), 2U);
  EXPECT_DOUBLE_EQ(one[0].energy.si(), 2 * (0.5e-3 * 2.0 * 500e-9 - 1e-3 * 2.0 * 100e-9));
  EXPECT_DOUBLE_EQ(one[1].energy.si(), 2 * (5e-3 * 1.0 * 500e-9 - 10e-3 * 1.0 * 100e-9));
}

TEST(CurrentPrices, StatesArePowersPerPicosecond) {
  const std::vector<std::pair<std::string, double>> vdd2{
      {"dram.active_standby", 30e-3},      {"dram.precharge_standby", 20e-3}, {"dram.active_power_down", 9e-3},
      {"dram.precharge_power_down", 2e-3}, {"dram.self_refresh", 1e-3},       {"dram.deep_power_down", 0.02e-3}};
  for (const auto& [key, ampere] : vdd2) {
    const Units u = units(event(key));
    ASSERT_GE(u.size(), 2U) << key;
    EXPECT_EQ(u[1].rail, "vdd2") << key;
    EXPECT_DOUBLE_EQ(u[1].energy.si(), 2 * ampere * 1.0 * 1e-12) << key;
    EXPECT_TRUE(u[1].per_time) << key;
  }
  EXPECT_EQ(units(event("dram.active_standby"))[1].formula, "IDD3N x V = 30 mA x 1 V x 2 devices x 1 ps");
}

TEST(CurrentPrices, SelfRefreshFollowsTheTemperature) {
  EXPECT_DOUBLE_EQ(units(kSelfRefresh, book(), 60.0)[1].energy.si(), 2 * 1e-3 * 1e-12);
  EXPECT_EQ(units(kSelfRefresh, book(), 60.0)[1].quality,
            config::Quality::kPublished);  // factor 1: the sheet's own figure
  const Units cool = units(kSelfRefresh, book(), 45.0);
  EXPECT_DOUBLE_EQ(cool[1].energy.si(), 2 * 0.5e-3 * 1e-12);
  EXPECT_EQ(cool[1].quality, config::Quality::kEstimated);
  EXPECT_THAT(cool[1].source, AllOf(HasSubstr("data sheet S"), HasSubstr("table T")));
  EXPECT_THAT(error_of([] { units(kSelfRefresh, book(), 90.0); }),
              AllOf(HasSubstr("IDD6 for 1 of the array at 90"), HasSubstr("sheet.yaml does not give")));
}

TEST(CurrentPrices, SelfRefreshOfAPartOfTheArray) {
  const Units half = units(part(0.5));
  ASSERT_EQ(half.size(), 3U);
  EXPECT_DOUBLE_EQ(half[0].energy.si(), 2 * 0.4e-3 * 2.0 * 1e-12);
  EXPECT_DOUBLE_EQ(half[1].energy.si(), 2 * 0.7e-3 * 1.0 * 1e-12);
  EXPECT_DOUBLE_EQ(half[2].energy.si(), 2 * 0.1e-3 * 0.5 * 1e-12);  // not in the table: its IDD6
  EXPECT_THAT(error_of([] { units(part(0.25)); }), HasSubstr("IDD6 for 0.25 of the array"));
}

TEST(CurrentPrices, WithoutATableOnlyTheWholeArray) {
  const std::string text(kSheet);
  const auto begin = text.find("    self_refresh:"), end = text.find("    termination:");
  const PriceBook b = book(text.substr(0, begin) + text.substr(end));
  EXPECT_DOUBLE_EQ(units(part(1.0), b, 20.0)[1].energy.si(), 2 * 1e-3 * 1e-12);
  EXPECT_THAT(error_of([&] { units(part(0.5), b); }), HasSubstr("IDD6 for 0.5 of the array"));
}

// 16 pins of 0.5 V at 40 + 60 ohm draw 2.5 mW each when they draw: half of the time but with SSTL.
TEST(CurrentPrices, TerminatedPinsByKindOfSignalling) {
  const EventDeclaration e = event(
      "dram.termination", {{"drive_ohm", 40.0}, {"termination_ohm", 60.0}, {"pins", 16.0}, {"burst_ps", 5'000.0}});
  const Units u = units(e);
  ASSERT_EQ(u.size(), 1U);
  EXPECT_EQ(u[0].rail, "vddq");
  EXPECT_DOUBLE_EQ(u[0].energy.si(), 0.5 * 16 * 2.5e-3 * 5e-9);
  EXPECT_EQ(u[0].quality, config::Quality::kEstimated);
  EXPECT_THAT(u[0].formula, HasSubstr("0.5 x (0.5 V)^2 / (40 ohm + 60 ohm) x 16 x 5 ns"));
  EXPECT_DOUBLE_EQ(units(e, book(replaced(kSheet, "lvstl", "pod")))[0].energy.si(), u[0].energy.si());
  // Node at 0.25 V +- 0.25 V x 60/100: 0.4 V over 120 ohm from the node to ground, times 0.5 V.
  EXPECT_NEAR(units(e, book(replaced(kSheet, "lvstl", "sstl")))[0].energy.si(), 16 * 0.5 * (0.4 / 120.0) * 5e-9, 1e-18);
}

TEST(CurrentPrices, AnExplicitPriceComesFirst) {
  const Units u = units(event("dram.write", {{"burst_ps", 5'000.0}}));
  ASSERT_EQ(u.size(), 1U);
  EXPECT_EQ(u[0].energy, 7.0_pJ);
  EXPECT_EQ(u[0].source, "measured by us");
}

TEST(CurrentPrices, NamesTheCurrentThatIsMissing) {
  const PriceBook b = book(replaced(kSheet, "IDD3P: 9 mA, ", ""));
  EXPECT_THAT(error_of([&] { units(event("dram.active_power_down"), b); }),
              HasSubstr("wants IDD3P of rail vdd2, which sheet.yaml does not give"));
  EXPECT_EQ(units(event("dram.precharge_power_down"), b).size(), 3U);
}

TEST(CurrentPrices, ARailMaySayThatItsMissingCurrentsAreZero) {
  const PriceBook b = book(replaced(replaced(kSheet, "IDD3N: 30 mA, IDD3P: 9 mA, ", ""), "IDD4W: 180 mA,",
                                    "absent_is_zero: nobody measured it, IDD4W: 180 mA,"));
  const Units u = units(kActivate, b);
  EXPECT_DOUBLE_EQ(u[1].energy.si(), 2 * 50e-3 * 1.0 * 40e-9);
  EXPECT_THAT(u[1].source, HasSubstr("nobody measured it"));
  for (const UnitEnergy& unit : units(event("dram.active_power_down"), b)) EXPECT_NE(unit.rail, "vdd2");
}

TEST(CurrentPrices, NamesTheAttributeThatTheEventDoesNotTell) {
  EXPECT_THAT(error_of([] { units(event("dram.activate")); }), AllOf(HasSubstr("dram.activate"), HasSubstr("tRAS_ps")));
}

TEST(CurrentPrices, AnInterfaceWithoutRailCostsNothingAndSaysWhy) {
  std::string text = replaced(kSheet, "rail: vddq", "rail: vdd2");
  const auto begin = text.find("      vddq:");
  text.erase(begin, text.find('\n', begin) + 1 - begin);
  const Units u = units(event("dram.io_read", {{"burst_ps", 5'000.0}}), book(text));
  ASSERT_EQ(u.size(), 1U);
  EXPECT_EQ(u[0].energy, Energy());
  EXPECT_THAT(u[0].formula, HasSubstr("no rail vddq"));
}

TEST(CurrentPrices, ADocumentWithoutCurrentsAndPricesRefusesOnce) {
  const PriceBook b = book("schema: memory/1\nmemory:\n  kind: dram\n");
  EXPECT_TRUE(b.empty());
  EXPECT_THAT(error_of([&] { units(kActivate, b); }), HasSubstr("sheet.yaml has neither currents nor prices"));
  const Technology technology = test::sample_technology();
  PriceSources sources;
  sources.technology = &technology;
  sources.device_books.push_back(b);
  ComponentDeclaration dram{"dram", "dram", "PD", "clk", b.name, {}, {kActivate, kSelfRefresh}};
  const auto missing = missing_prices({dram}, sources);
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_THAT(missing[0], AllOf(HasSubstr("dram cannot be priced"), HasSubstr("sheet.yaml")));
}

TEST(CurrentPrices, AnUnknownKeyIsSuggestedAmongTheDerivedOnes) {
  EXPECT_THAT(error_of([] { units(event("dram.activat")); }), HasSubstr("did you mean \"dram.activate\"?"));
}

TEST(CurrentPrices, RefusesSheetsThatCannotBe) {
  const auto fault = [](const char* from, const char* to) {
    return error_of([&] { book(replaced(kSheet, from, to)); });
  };
  EXPECT_THAT(fault("IDD0: 50 mA", "IDD0: -50 mA"), AllOf(HasSubstr("sheet.yaml:11:"), HasSubstr("from 0 A")));
  EXPECT_THAT(fault("voltage: 1 V", "voltage: 0 V"), HasSubstr("expected a value from 250 mV to 10 V"));
  EXPECT_THAT(fault("source: data sheet S", "source: ' '"), HasSubstr("expected a source"));
  EXPECT_THAT(fault("source: table T", "source: ' '"), HasSubstr("expected a source"));
  EXPECT_THAT(fault("    refresh_bank_interval: 500 ns\n", ""), HasSubstr("at which interval"));
  EXPECT_THAT(fault("rail: vddq", "rail: vddp"), HasSubstr("got \"vddp\""));
  EXPECT_THAT(fault("{vdd1: 0.4 mA", "{vdd3: 0.4 mA"), HasSubstr("got \"vdd3\""));
  EXPECT_THAT(fault("factor: 0.5", "factor: 0.5, rails: {vdd1: 1 mA}"), HasSubstr("either factor or rails"));
  EXPECT_THAT(fault("IDD2P: 2 mA", "IDD2PP: 2 mA"), HasSubstr("IDD2P"));
  EXPECT_THAT(fault("  kind: dram\n", ""), HasSubstr("kind"));
}

}  // namespace
}  // namespace subvolt::power
