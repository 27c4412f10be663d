// Is a price read, scaled by size and refused as its rules say?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/power/price/price_book.h"
#include "sim/units/literals.h"
#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;
using test::error_of;
using testing::AllOf;
using testing::HasSubstr;

EventDeclaration event(const std::string& price) { return {"e", price, Cause::kSwitching, "", {}}; }

PriceBook book(const std::string& prices) {
  return make_price_book(config::load_text("schema: memory/1\nmemory:\n  kind: dram\n  prices:\n    " + prices + "\n",
                                           "m.yaml", "memory"));
}

TEST(PriceBook, FindsPricesByKey) {
  const PriceBook b = test::sample_technology().prices;
  ASSERT_NE(b.find("mac.int8"), nullptr);
  EXPECT_EQ(b.find("mac.int8")->energy, 0.25_pJ);
  EXPECT_EQ(b.find("mac.int4"), nullptr);
  EXPECT_EQ(b.name, "sample");
}

TEST(PriceBook, ScalesWithTheSizesTheEventTells) {
  const PriceBook b = test::sample_technology().prices;
  EventDeclaration read = event("sram.read");
  read.attributes = {{"capacity_B", 65536.0}, {"word_B", 16.0}};
  const auto units = unit_energies(read, b, 0.9_V);
  ASSERT_EQ(units.size(), 1U);
  EXPECT_DOUBLE_EQ(units[0].energy.si(), 2e-12 * 2.0 * 2.0);
  EXPECT_EQ(units[0].formula, "2 pJ x (65536/16384)^0.5 x (16/8)^1");
  EXPECT_EQ(units[0].source, "CACTI");
  EXPECT_EQ(units[0].rail, "primary");
}

TEST(PriceBook, ASizeThatTheEventDoesNotTellIsAnError) {
  const std::string message =
      error_of([] { unit_energies(event("sram.read"), test::sample_technology().prices, 0.9_V); });
  EXPECT_THAT(message, AllOf(HasSubstr("sram.read"), HasSubstr("capacity_B"), HasSubstr("sample.yaml")));
}

TEST(PriceBook, AMissingPriceNamesKeyFileAndTheNearestKey) {
  const std::string message =
      error_of([] { unit_energies(event("mac.int4"), test::sample_technology().prices, 0.9_V); });
  EXPECT_THAT(message, AllOf(HasSubstr("mac.int4"), HasSubstr("sample.yaml"), HasSubstr("did you mean \"mac.int8\"?")));
}

TEST(PriceBook, ReferenceVoltageIsThePricesOwnOrTheBooks) {
  const PriceBook b = test::sample_technology().prices;
  EXPECT_EQ(unit_energies(event("cpu.cycle"), b, 0.9_V)[0].reference, 0.6_V);
  EXPECT_EQ(unit_energies(event("mac.int8"), b, 0.9_V)[0].reference, 0.9_V);
}

TEST(PriceBook, AnEnergyForEachRail) {
  const auto units = unit_energies(event("dram.activate"), test::sample_memory(), Voltage());
  ASSERT_EQ(units.size(), 2U);
  EXPECT_EQ(units[0].rail, "vdd1");
  EXPECT_EQ(units[0].energy, 200.0_pJ);
  EXPECT_EQ(units[1].rail, "vdd2");
  EXPECT_EQ(units[1].energy, 900.0_pJ);
}

TEST(PriceBook, APowerCostsPerPicosecond) {
  const auto units = unit_energies(event("dram.active_standby"), test::sample_memory(), Voltage());
  ASSERT_EQ(units.size(), 2U);
  EXPECT_DOUBLE_EQ(units[1].energy.si(), 20e-3 * 1e-12);
  EXPECT_EQ(units[1].formula, "20 mW x 1 ps");
}

TEST(PriceBook, RefusesWhatIsNoPrice) {
  EXPECT_THAT(error_of([] { book("a: {source: s}"); }), HasSubstr("exactly one of energy, power"));
  EXPECT_THAT(error_of([] { book("a: {energy: 1 pJ, power: 1 mW, source: s}"); }), HasSubstr("got 2"));
  EXPECT_THAT(error_of([] { book("a: {energy: -1 pJ, source: s}"); }), HasSubstr("expected an energy from 0 J"));
  EXPECT_THAT(error_of([] { book("a: {energy: 1 pJ}"); }), HasSubstr("source"));
  EXPECT_THAT(error_of([] { book("a: {energy: 1 pJ, source: \" \"}"); }), HasSubstr("expected a source"));
  EXPECT_THAT(error_of([] { book("a: {energy: 1, source: s}"); }), HasSubstr("bare number"));
  EXPECT_THAT(error_of([] { book("a: {energy: 1 mW, source: s}"); }), HasSubstr("energy such as"));
  EXPECT_THAT(
      error_of([] { book("a: {energy: 1 pJ, source: s, sizes: [{attribute: x, reference: 0, exponent: 1}]}"); }),
      HasSubstr("expected a value from 0.001"));
}

TEST(PriceBook, ErrorsAreLocated) {
  EXPECT_THAT(error_of([] { book("a: {energy: -1 pJ, source: s}"); }), HasSubstr("m.yaml:5:17"));
}

}  // namespace
}  // namespace subvolt::power
