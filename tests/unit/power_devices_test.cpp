// Are devices of a technology what their points or their thresholds say, and do domains, rails and clocks get theirs?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sim/power/intent/domain_devices.h"
#include "sim/power/ledger/energy_model.h"
#include "sim/power/technology/bit_cells.h"
#include "sim/power/technology/sram_access.h"
#include "sim/units/constants.h"
#include "sim/units/literals.h"
#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;
using test::error_of;
using test::replaced;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// The sample with a high-threshold flavour, a library with points of its own, and denser bits.
std::string with_devices() {
  return replaced(test::sample_technology_text(), "  off_leakage_fraction", R"(    logic_hvt:
      flavour_of: logic
      leakage: [{voltage: 0.9 V, power: 0.6 nW, source: hvt sheet, quality: measured}]
      minimum_voltage: {value: 0.45 V, source: hvt sheet}
    logic_dense:
      slope_factor: {value: 1.5, source: dense sheet}
      threshold_slope_mV_per_K: {value: 0.8, source: dense sheet}
      speed:
        - {voltage: 0.4 V, frequency: 20 MHz, source: dense chip}
        - {voltage: 0.6 V, frequency: 150 MHz, source: dense chip}
        - {voltage: 0.9 V, frequency: 400 MHz, source: dense chip}
      leakage: [{voltage: 0.9 V, power: 2 nW, source: dense chip}]
      dibl: {value: 0.1, source: dense sheet}
      minimum_voltage: {value: 0.35 V, source: dense sheet}
      maximum_voltage: {value: 1.0 V, source: dense sheet}
      retention_voltage: {value: 0.3 V, source: dense sheet}
      relative_energy: {value: 0.8, source: dense sheet, quality: published}
    sram_slow:
      flavour_of: sram
      leakage: [{voltage: 0.9 V, power: 1 pW, source: slow sheet}]
      retention_voltage: {value: 0.35 V, source: slow sheet}
  off_leakage_fraction)");
}

Technology devices_from(const std::string& text) {
  return make_technology(config::load_text(text, "t.yaml", "technology"));
}

TEST(Devices, AFlavourIsTheSameTransistorWithTheThresholdThatItsLeakageTells) {
  const Technology t = devices_from(with_devices());
  const Device &base = t.logic(), &hvt = t.device("logic_hvt");
  EXPECT_EQ(hvt.kind, DeviceKind::kLogic);
  EXPECT_NEAR(hvt.reference_leakage / base.reference_leakage, 0.1, 1e-9);  // 0.6 nW of 6 nW
  // A decade of leakage is n kT/q ln 10 of threshold, and a little more where the lower one is near zero.
  const double phi = constants::thermal_voltage(25.0_C).si();
  const double shift = (hvt.model.parameters().threshold - base.model.parameters().threshold).si();
  EXPECT_NEAR(shift, 1.4 * phi * std::log(10.0), 1e-3);
  // The same charge is switched by the current of the other threshold.
  const double v_th = base.model.threshold({0.6_V, 25.0_C}).si(), alpha = base.model.parameters().alpha;
  const auto drive = [&](double threshold) {
    return std::pow(std::log1p(std::exp((0.6 - threshold) / (alpha * 1.4 * phi))), alpha);
  };
  EXPECT_NEAR(hvt.f_max({0.6_V, 25.0_C}) / base.f_max({0.6_V, 25.0_C}), drive(v_th + shift) / drive(v_th), 1e-9);
  // What it does not say is as of the other.
  EXPECT_EQ(hvt.minimum_voltage.value, 0.45_V);
  EXPECT_EQ(hvt.maximum_voltage.value, base.maximum_voltage.value);
  EXPECT_EQ(hvt.retention_voltage.value, base.retention_voltage.value);
  EXPECT_FALSE(hvt.relative_energy);
}

TEST(Devices, AFlavourLosesSpeedWhereVoltageIsLowAndLeakageEverywhere) {
  const Technology t = devices_from(with_devices());
  const Device &base = t.logic(), &hvt = t.device("logic_hvt");
  double slowdown = 1e9, saved = 0.0;
  for (int mV = 300; mV <= 1100; mV += 50) {
    const Condition at{Voltage::from_si(mV * 1e-3), 25.0_C};
    EXPECT_LT(base.f_max(at) / hvt.f_max(at), slowdown) << mV;
    slowdown = base.f_max(at) / hvt.f_max(at);
    EXPECT_GT(slowdown, 1.0) << mV;
    EXPECT_LT(slowdown, 10.0) << mV;  // of current far below the threshold
    saved = base.reference_leakage * base.leakage_scale(at) / (hvt.reference_leakage * hvt.leakage_scale(at));
    EXPECT_NEAR(saved, 10.0, 0.1) << mV;  // the same DIBL; a percent where the lower threshold is near zero
  }
  // A higher barrier minds heat more.
  EXPECT_GT(hvt.leakage_scale({0.9_V, 85.0_C}), base.leakage_scale({0.9_V, 85.0_C}));
}

TEST(Devices, OthersHavePointsOfTheirOwn) {
  const Technology t = devices_from(with_devices());
  const Device& dense = t.device("logic_dense");
  for (const CurvePoint& point : dense.speed) {
    EXPECT_NEAR(dense.f_max({point.voltage, 25.0_C}) / *point.frequency, 1.0, dense.worst_speed_error + 1e-9);
  }
  EXPECT_LT(dense.worst_speed_error, 0.15);
  EXPECT_EQ(dense.leakage_source("sample"), "sample leakage points of logic_dense: dense chip");
  EXPECT_NE(t.prices.find("sram.bit_leakage.sram_slow"), nullptr);  // each SRAM device
  EXPECT_EQ(t.prices.find("sram.bit_leakage.logic_dense"), nullptr);
}

TEST(Devices, MistakesAreLocated) {
  const auto error = [](const std::string& from, const std::string& to) {
    return error_of([&] { devices_from(replaced(with_devices(), from, to)); });
  };
  const std::string hvt = "    logic_hvt:\n      flavour_of: logic\n";
  EXPECT_THAT(error("flavour_of: logic\n", "flavour_of: logik\n"),
              AllOf(HasSubstr("technology.devices.logic_hvt.flavour_of"), HasSubstr("did you mean \"logic\"")));
  EXPECT_THAT(error("flavour_of: sram\n", "flavour_of: logic_hvt\n"),
              HasSubstr("expected one of logic, sram, logic_dense, got \"logic_hvt\""));
  EXPECT_THAT(error(hvt, hvt + "      slope_factor: {value: 1.4, source: x}\n"),
              AllOf(HasSubstr("logic_hvt.slope_factor"), HasSubstr("a flavour has this from logic: remove it")));
  EXPECT_THAT(error("      flavour_of: logic\n", ""), HasSubstr("missing key \"speed\", which a device has unless"));
  EXPECT_THAT(error("    logic:\n", "    logik:\n"), HasSubstr("missing device \"logic\""));
  EXPECT_THAT(error("      kind: sram\n", ""), HasSubstr("expected kind: sram for this device"));
  EXPECT_THAT(error("      minimum_voltage: {value: 0.45 V", "      minimum_voltage: {value: 0.2 V"),
              AllOf(HasSubstr("logic_hvt.minimum_voltage"), HasSubstr("at least the retention voltage")));
  EXPECT_THAT(error("power: 0.6 nW, source: hvt sheet, quality: measured}",
                    "power: 0.6 nW, source: a}, {voltage: 1.0 V, power: 1 nW, source: b}"),
              HasSubstr("expected one point"));
  EXPECT_THAT(error("      relative_energy: {value: 0.8", "      relative_energy: {value: 8"),
              AllOf(HasSubstr("relative_energy.value"), HasSubstr("expected a value from 0.05 to 5")));
  EXPECT_THAT(error("      kind: sram\n", "      kind: sram\n      relative_energy: {value: 0.8, source: x}\n"),
              HasSubstr("prices hold for this device"));
  EXPECT_THAT(error(hvt, hvt + "      ecc_minimum_voltage: {value: 0.4 V, source: x}\n"),
              HasSubstr("only for a device of kind sram"));
}

TEST(Devices, KeysOfEarlierDocumentsSayWhereTheyWent) {
  const auto error = [](const std::string& key) {
    return error_of(
        [&] { devices_from(replaced(with_devices(), "  off_leakage", "  " + key + ": {}\n  off_leakage")); });
  };
  EXPECT_THAT(error("logic"), AllOf(HasSubstr("t.yaml:"), HasSubstr("\"logic\" is now devices.logic")));
  EXPECT_THAT(error("sram"), HasSubstr("\"sram\" is now devices.sram"));
  EXPECT_THAT(error("sram_cells"), HasSubstr("flavour_of: sram"));
  EXPECT_THAT(error("sram_ecc_minimum_voltage"), HasSubstr("devices.sram.ecc_minimum_voltage"));
}

// npu_clk runs through PD_NPU and PD_BUF, soc_clk through PD_AON.
class DomainDevicesTest : public testing::Test {
 protected:
  PowerDomain& domain(const std::string& name) {
    for (PowerDomain& d : intent_.power_domains) {
      if (d.name == name) return d;
    }
    throw Error(ErrorKind::kInternal, name);
  }
  std::vector<std::string> on(const std::string& rail, const std::string& clock = "") const {
    const VoltageDomain& r = *intent_.find_voltage_domain(rail);
    const auto devices = clock.empty() ? devices_on(r, intent_, technology_)
                                       : devices_on(r, *intent_.find_clock_domain(clock), intent_, technology_);
    std::vector<std::string> names;
    for (const Device* device : devices) names.push_back(device->name);
    return names;
  }
  double fastest(const std::string& clock) const {
    const OperatingPoint point = resolve_operating_point(intent_, technology_, "0.6V,npu_clk=1MHz,soc_clk=1MHz");
    return f_max(*intent_.find_clock_domain(clock), intent_, technology_, point).si();
  }
  std::string error(const std::string& point) const {
    return error_of([&] { resolve_operating_point(intent_, technology_, point); });
  }
  PowerIntent intent_ = test::sample_intent();
  Technology technology_ = devices_from(with_devices());
};

TEST_F(DomainDevicesTest, WhereNobodyChoosesTheyAreTheTechnologysOwn) {
  EXPECT_THAT(on("VDD_NPU"), ElementsAre("logic"));
  EXPECT_THAT(on("VDD_SRAM"), ElementsAre("sram"));
  EXPECT_THAT(on("VDD_SRAM", "soc_clk"), ElementsAre("sram"));
}

TEST_F(DomainDevicesTest, ARailFeedsWhatItsDomainsAreMadeOf) {
  domain("PD_NPU").devices.logic = "logic_hvt";
  domain("PD_BUF").devices = {"logic_hvt", "sram_slow"};
  EXPECT_THAT(on("VDD_NPU"), ElementsAre("logic_hvt"));
  EXPECT_THAT(on("VDD_SRAM"), ElementsAre("sram_slow"));  // its process: gates there set no limit
  EXPECT_THAT(on("VDD_AON"), ElementsAre("logic"));
}

TEST_F(DomainDevicesTest, AClockIsAsFastAsTheSlowestDeviceThatItRunsThrough) {
  domain("PD_AON").supply = "VDD_NPU";
  intent_.clock_domains[1].voltage_domain = "VDD_NPU";
  const double npu = fastest("npu_clk"), soc = fastest("soc_clk");
  domain("PD_AON").devices.logic = "logic_dense";
  EXPECT_THAT(on("VDD_NPU"), ElementsAre("logic", "logic_dense"));
  EXPECT_THAT(on("VDD_NPU", "npu_clk"), ElementsAre("logic"));
  EXPECT_THAT(on("VDD_NPU", "soc_clk"), ElementsAre("logic_dense"));
  EXPECT_DOUBLE_EQ(fastest("npu_clk"), npu);
  EXPECT_NEAR(fastest("soc_clk") / soc,
              technology_.device("logic_dense").f_max({0.6_V, 25.0_C}) / technology_.logic().f_max({0.6_V, 25.0_C}),
              1e-9);
  domain("PD_AON").elements.push_back("npu.vector");  // now npu_clk runs through it, too
  EXPECT_THAT(on("VDD_NPU", "npu_clk"), ElementsAre("logic", "logic_dense"));
  EXPECT_LT(fastest("npu_clk"), npu);
}

TEST_F(DomainDevicesTest, TheLongerElementDecidesWhoShares) {
  domain("PD_NPU").elements = {"npu.*"};
  domain("PD_AON").supply = "VDD_NPU";
  domain("PD_AON").elements = {"npu.array", "cpu"};
  domain("PD_AON").devices.logic = "logic_hvt";
  intent_.clock_domains[0].elements = {"npu.*"};
  intent_.clock_domains[1].elements = {"npu.array", "cpu"};  // all of PD_AON, so nothing of it is npu_clk's
  EXPECT_THAT(on("VDD_NPU", "npu_clk"), ElementsAre("logic"));
  EXPECT_THAT(on("VDD_NPU", "soc_clk"), ElementsAre("logic_hvt"));
  intent_.clock_domains[1].elements = {"cpu"};
  EXPECT_THAT(on("VDD_NPU", "npu_clk"), ElementsAre("logic", "logic_hvt"));
}

TEST_F(DomainDevicesTest, VoltagesAreThoseAtWhichAllOfThemWork) {
  EXPECT_NO_THROW(resolve_operating_point(intent_, technology_, "0.4V"));
  domain("PD_NPU").devices.logic = "logic_hvt";
  EXPECT_THAT(error("0.4V"), HasSubstr("allows 0.45 V to 1.1 V for logic_hvt"));
  domain("PD_AON").supply = "VDD_NPU";
  domain("PD_AON").devices.logic = "logic_dense";
  EXPECT_THAT(error("1.05V"), HasSubstr("allows 0.45 V to 1 V for logic_hvt, logic_dense"));
  EXPECT_THAT(error("0.6V,npu_clk=900MHz"), HasSubstr("(VDD_NPU 0.6 V at logic_hvt, VDD_SRAM 0.6 V, 25 C)"));
}

TEST_F(DomainDevicesTest, MacrosAreAsFastAsTheirDevice) {
  const std::vector<SramMacro> macros{{"npu.buffer", 16384.0, 1, "", false, false, false}};
  const auto access = [&] { return resolve_operating_point(intent_, technology_, "0.9V", macros).sram.at(0).time; };
  const Time fast = access();
  domain("PD_BUF").devices.sram = "sram_slow";
  EXPECT_NEAR(access() / fast,
              technology_.sram().f_max({0.9_V, 25.0_C}) / technology_.device("sram_slow").f_max({0.9_V, 25.0_C}), 1e-9);
}

TEST_F(DomainDevicesTest, OnlyDevicesOfTheKindAreTaken) {
  domain("PD_NPU").devices.logic = "logic_hv";
  EXPECT_THAT(error(""), AllOf(HasSubstr("expected one of logic, logic_hvt, logic_dense, got \"logic_hv\""),
                               HasSubstr("did you mean \"logic_hvt\"")));
  domain("PD_NPU").devices.logic = "sram";
  EXPECT_THAT(error(""), HasSubstr("devices of kind logic"));
}

TEST_F(DomainDevicesTest, LeakageRetentionWakingAndEventsFollowTheDevice) {
  ActivityRecord record = test::sample_components();
  record.clock_domains[0].second[0] = Hertz(50'000'000);
  record.total_time = 1'000'000;
  Epoch epoch;
  epoch.end = record.total_time;
  epoch.states.assign(4, PowerState::kOn);
  epoch.events = {{0, 10}};
  epoch.clock_cycles = {20, 0, 0, 0};
  record.epochs = {epoch};
  const auto price_of = [&](const std::string& account) {
    const OperatingPoint point = resolve_operating_point(intent_, technology_, "slow");
    const Ledger ledger = price(record, intent_, {point}, test::sample_sources(technology_));
    for (const Account& a : ledger.accounts) {
      if (a.name == account) return a;
    }
    throw Error(ErrorKind::kInternal, "no account " + account);
  };
  const Account mac = price_of("npu.array.mac_int8"), leakage = price_of("npu.array.leakage.ON"),
                clock = price_of("npu.array.clock_tree"), bits = price_of("npu.buffer.bit_leakage.ON");
  domain("PD_NPU").devices.logic = "logic_dense";
  domain("PD_BUF").devices.sram = "sram_slow";
  const Account dense_mac = price_of("npu.array.mac_int8"), dense_leakage = price_of("npu.array.leakage.ON"),
                dense_clock = price_of("npu.array.clock_tree"), slow_bits = price_of("npu.buffer.bit_leakage.ON");
  EXPECT_DOUBLE_EQ(dense_mac.unit_energy / mac.unit_energy, 0.8);
  EXPECT_DOUBLE_EQ(dense_clock.unit_energy / clock.unit_energy, 0.8);
  EXPECT_THAT(dense_mac.formula, HasSubstr("x 0.8 (logic_dense)"));
  EXPECT_THAT(dense_mac.source, HasSubstr("In logic_dense, x 0.8: dense sheet"));
  EXPECT_EQ(dense_mac.count, mac.count);
  const Device& dense = technology_.device("logic_dense");
  EXPECT_NEAR(dense_leakage.unit_energy / leakage.unit_energy,
              dense.reference_leakage / technology_.logic().reference_leakage, 1e-12);
  EXPECT_DOUBLE_EQ(dense_leakage.scale, dense.leakage_scale({0.6_V, 25.0_C}));
  EXPECT_THAT(dense_leakage.scale_formula, HasSubstr("transregional model of t, logic_dense"));
  EXPECT_NEAR(slow_bits.unit_energy / bits.unit_energy, 0.1, 1e-9);
  EXPECT_THAT(slow_bits.source, HasSubstr("leakage points of sram_slow: slow sheet"));
}

}  // namespace
}  // namespace subvolt::power
