// Do prices of bit cells follow from the technology, and do accounts of bits go to the rail and voltage they must?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sim/config/loader.h"
#include "sim/power/technology/bit_cells.h"
#include "sim/units/constants.h"
#include "sim/units/literals.h"
#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Technology technology_from(const std::string& text) {
  return make_technology(config::load_text(text, "sample.yaml", "technology"));
}

std::string with_cells() {
  return test::replaced(test::sample_technology_text(), "  off_leakage_fraction",
                        "      ecc_minimum_voltage: {value: 0.47 V, source: code paper}\n"
                        "    fast:\n"
                        "      flavour_of: sram\n"
                        "      leakage: [{voltage: 0.7 V, power: 1 nW, source: fast cell sheet, quality: measured}]\n"
                        "    slow:\n"
                        "      flavour_of: sram\n"
                        "      leakage: [{voltage: 0.9 V, power: 2 pW, source: slow cell sheet, quality: measured}]\n"
                        "  off_leakage_fraction");
}

TEST(BitCells, PricesFollowFromTheTechnology) {
  const Technology t = technology_from(with_cells());
  const auto power = [&](const std::string& key) { return t.prices.find(key)->power->si(); };
  EXPECT_NEAR(power("sram.bit_leakage"), 10e-12, 1e-21);
  EXPECT_NEAR(power("sram.bit_off_leakage"), 0.04 * 10e-12, 1e-21);
  EXPECT_NEAR(power("sram.bit_leakage.slow"), 2e-12, 1e-21);
  EXPECT_DOUBLE_EQ(t.prices.find("sram.bit_wake")->energy->si(), 0.05e-15);
  EXPECT_EQ(t.prices.find("sram.bit_leakage.fast")->source, "sample leakage points of fast: fast cell sheet");
  // Known at 0.7 V, wanted at 0.9 V: V I_off with DIBL 0.12 at slope factor 1.5.
  const double phi = constants::thermal_voltage(25.0_C).si();
  const double ratio = 0.9 / 0.7 * std::exp(0.12 * 0.2 / (1.5 * phi)) * std::expm1(-0.9 / phi) / std::expm1(-0.7 / phi);
  // A threshold so low that cells leak a hundred times as much bends it by a percent.
  EXPECT_NEAR(power("sram.bit_leakage.fast") / (1e-9 * ratio), 1.0, 0.02);
  // And the same back at the voltage at which it is known.
  EXPECT_NEAR(power("sram.bit_leakage.fast") * t.device("fast").leakage_scale({0.7_V, 25.0_C}) / 1e-9, 1.0, 1e-9);
}

TEST(BitCells, LeakyCellsHaveALowThresholdAndMindHeatLess) {
  const Technology t = technology_from(with_cells());
  const double fast = t.device("fast").leakage_scale({0.9_V, 85.0_C}),
               own = t.device(kSramDevice).leakage_scale({0.9_V, 85.0_C}),
               slow = t.device("slow").leakage_scale({0.9_V, 85.0_C});
  EXPECT_LT(fast, own);
  EXPECT_LT(own, slow);
  EXPECT_GT(fast, 1.0);
  EXPECT_DOUBLE_EQ(own, t.sram().leakage_scale({0.9_V, 85.0_C}));
}

TEST(BitCells, MistakesInTheTechnologyAreLocated) {
  const auto message = [](const std::string& text) { return test::error_of([&] { technology_from(text); }); };
  EXPECT_THAT(message(test::replaced(with_cells(), "power: 2 pW", "frequency: 2 MHz")),
              HasSubstr("expected a point with voltage and power"));
  EXPECT_THAT(message(test::replaced(with_cells(), "value: 0.47 V", "value: 0.56 V")),
              HasSubstr("expected at most the minimum voltage without a code"));
  EXPECT_THAT(message(test::replaced(with_cells(), "value: 0.47 V", "value: 0.39 V")),
              HasSubstr("expected at least the retention voltage, 0.4 V"));
  EXPECT_THAT(message(test::replaced(
                  with_cells(), "    cpu.cycle:", "    sram.bit_leakage: {power: 1 pW, source: x}\n    cpu.cycle:")),
              HasSubstr("this price follows from the technology's devices"));
}

// npu.buffer of the samples, with a bank of 1000 bits besides.
class BitAccounts : public testing::Test {
 protected:
  BitAccounts() {
    record_ = test::sample_components();
    auto& events = record_.components[1].events;
    events.push_back({"bank_active", "sram.bit_leakage.fast", Cause::kLeakage, "ps", {{"bits", 1000.0}}});
    events.push_back({"bank_retention", "sram.bit_leakage.fast", Cause::kRetention, "ps", {{"bits", 1000.0}}});
  }
  std::vector<std::string> faults(const std::string& point) {
    return bit_cell_faults(record_.components, intent_, technology_,
                           resolve_operating_point(intent_, technology_, point));
  }
  void array_rail_beside(const std::string& supply) {
    for (PowerDomain& domain : intent_.power_domains) {
      if (domain.name != record_.components[1].power_domain) continue;
      domain.rails.emplace_back("array", "VDD_SRAM");
      domain.supply = supply;
    }
  }
  Technology technology_ = technology_from(with_cells());
  PowerIntent intent_ = test::sample_intent();
  ActivityRecord record_;
};

TEST(BitCells, RailsArePartOfThePrice) {
  const Technology t = technology_from(with_cells());
  for (const auto& [name, price] : t.prices.prices) {
    EXPECT_EQ(price.rail, name.rfind("sram.", 0) == 0 ? PriceRail::kArray : PriceRail::kSupply) << name;
  }
  Technology other = t;
  other.prices.prices.front().second.rail = PriceRail::kArray;
  other.prices.prices.back().second.rail = PriceRail::kSupply;
  settle_rails(other);  // keeps what was said
  EXPECT_EQ(other.prices.prices.front().second.rail, PriceRail::kArray);
  EXPECT_EQ(other.prices.prices.back().second.rail, PriceRail::kSupply);
}

TEST_F(BitAccounts, ScaleWithVoltageOrRetentionVoltage) {
  const OperatingPoint point = resolve_operating_point(intent_, technology_, "VDD_NPU=0.7V,VDD_SRAM=0.7V");
  Site site;
  site.component = &record_.components[1];
  site.domain = intent_.find_power_domain(site.component->power_domain);
  site.supply = site.array = intent_.find_voltage_domain("VDD_SRAM");
  site.point = &point;
  Account active, retained;
  const auto& events = record_.components[1].events;
  scale_bit_leakage(active, events[events.size() - 2], site, technology_);
  scale_bit_leakage(retained, events.back(), site, technology_);
  EXPECT_DOUBLE_EQ(active.scale, technology_.device("fast").leakage_scale({0.7_V, intent_.temperature}));
  EXPECT_DOUBLE_EQ(retained.scale, technology_.device("fast").leakage_scale({0.4_V, intent_.temperature}));
  EXPECT_THAT(retained.scale_formula, HasSubstr("leakage at 0.4 V"));
}

TEST_F(BitAccounts, BelowTheMinimumIsAFault) {
  EXPECT_THAT(faults("VDD_SRAM=0.55V,npu_clk=100MHz"), IsEmpty());
  array_rail_beside("VDD_NPU");
  intent_.power_domains[1].rails.clear();  // the bits hang on the logic's rail
  ASSERT_EQ(intent_.power_domains[1].name, record_.components[1].power_domain);
  ASSERT_THAT(faults("VDD_NPU=0.54V"), SizeIs(1));
  EXPECT_THAT(faults("VDD_NPU=0.54V").front(), HasSubstr("npu.buffer get 0.54 V from VDD_NPU, below the 0.55 V"));
  for (EventDeclaration& event : record_.components[1].events) {
    if (is_bit_leakage(event.price)) event.attributes.emplace_back("correctable_bits", 1.0);
  }
  EXPECT_THAT(faults("VDD_NPU=0.54V"), IsEmpty());
  EXPECT_THAT(faults("VDD_NPU=0.46V").front(),
              HasSubstr("below the 0.47 V that sample needs for fast with error correction"));
}

TEST_F(BitAccounts, LevelShiftersNeedAPriceAndAnArrayAbove) {
  array_rail_beside("VDD_NPU");
  ASSERT_THAT(faults("VDD_NPU=0.5V"), SizeIs(1));
  EXPECT_THAT(faults("VDD_NPU=0.5V").front(), HasSubstr("read_level_shift wants price sram.level_shift"));
  EXPECT_THAT(faults("VDD_NPU=0.8V,VDD_SRAM=0.7V").front(), HasSubstr("the array rail VDD_SRAM, 0.7 V, is below"));
  EXPECT_THAT(faults("VDD_NPU=0.5V,VDD_SRAM=0.8V").front(),
              HasSubstr("read_level_shift wants price sram.wide_level_shift"));
  const auto shift = level_shifts(record_.components[1].events.front(), false);
  ASSERT_TRUE(shift);
  EXPECT_DOUBLE_EQ(shift->attributes.front().second, 2 + 12);  // 64 KiB in words of 16 B
  EXPECT_FALSE(level_shifts(record_.components[1].events.back(), false));
}

}  // namespace
}  // namespace subvolt::power
