// Is every account count x unit energy x scale as the rules of pricing say?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/power/ledger/energy_model.h"
#include "sim/units/literals.h"
#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;
using test::error_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class EnergyModel : public testing::Test {
 protected:
  EnergyModel() {
    record_.clock_domains[0].second[0] = Hertz(50'000'000);
    record_.layers.resize(1);
    record_.layers[0].name = "conv";
    record_.jobs.resize(1);
    record_.tasks.resize(1);
  }
  // An epoch of a microsecond with everything on.
  Epoch& add_epoch(int task = 0) {
    Epoch epoch;
    epoch.begin = record_.total_time;
    epoch.end = record_.total_time += 1'000'000;
    epoch.task = task;
    epoch.states.assign(4, PowerState::kOn);
    epoch.clock_cycles.assign(4, 0);
    record_.epochs.push_back(epoch);
    return record_.epochs.back();
  }
  Ledger run(const std::string& point = "slow") const {
    return price(record_, intent_, {resolve_operating_point(intent_, technology_, point)}, sources_);
  }
  static const Account& account(const Ledger& ledger, const std::string& name) {
    for (const Account& a : ledger.accounts) {
      if (a.name == name) return a;
    }
    ADD_FAILURE() << "no account " << name;
    static const Account kNone;
    return kNone;
  }
  static bool has(const Ledger& ledger, const std::string& name) {
    for (const Account& a : ledger.accounts) {
      if (a.name == name) return true;
    }
    return false;
  }
  double leak(const char* device, Voltage v) const { return technology_.device(device).leakage_scale({v, 25.0_C}); }

  Technology technology_ = test::sample_technology();
  PowerIntent intent_ = test::sample_intent();
  PriceSources sources_ = test::sample_sources(technology_);
  ActivityRecord record_ = test::sample_components();
};

TEST_F(EnergyModel, SwitchingScalesWithTheSupplyOfTheDomain) {
  add_epoch().events = {{0, 1000}};
  const Account a = account(run("slow"), "npu.array.mac_int8");
  EXPECT_EQ(a.count, 1000);
  EXPECT_EQ(a.count_unit, "events");
  EXPECT_EQ(a.unit_energy, 0.25_pJ);
  EXPECT_DOUBLE_EQ(a.scale, (0.6 / 0.9) * (0.6 / 0.9));
  EXPECT_DOUBLE_EQ(a.energy.si(), 1000 * 0.25e-12 * (0.6 / 0.9) * (0.6 / 0.9));
  EXPECT_EQ(a.voltage_domain, "VDD_NPU");
  EXPECT_EQ(a.formula, "250 fJ");
  EXPECT_EQ(a.scale_formula, "(0.6 V / 0.9 V)^2");
  EXPECT_EQ(a.source, "MAC paper");
  EXPECT_EQ(a.quality, config::Quality::kPublished);
}

TEST_F(EnergyModel, APriceAtItsOwnVoltageScalesFromThere) {
  add_epoch().events = {{3, 10}};
  EXPECT_DOUBLE_EQ(account(run(), "cpu.cycle").scale, (0.8 / 0.6) * (0.8 / 0.6));
}

TEST_F(EnergyModel, StatisticsHaveNoAccount) {
  add_epoch().events = {{1, 1000}};
  EXPECT_FALSE(has(run(), "npu.array.stall_cycles"));
  EXPECT_THAT(missing_prices(record_.components, sources_), IsEmpty());
}

TEST_F(EnergyModel, ADeviceDrawsFromItsRails) {
  add_epoch().events = {{4, 3}, {6, 1'000'000}};
  const Ledger ledger = run();
  const Account a = account(ledger, "dram.activate.vdd1");
  EXPECT_EQ(a.voltage_domain, "VDD1");
  EXPECT_DOUBLE_EQ(a.scale, 1.0);  // nominal
  EXPECT_DOUBLE_EQ(a.energy.si(), 3 * 200e-12);
  EXPECT_DOUBLE_EQ(account(ledger, "dram.activate.vdd2").energy.si(), 3 * 900e-12);
  const Account standby = account(ledger, "dram.active_standby.vdd2");
  EXPECT_EQ(standby.count_unit, "ps");
  EXPECT_EQ(standby.cause, Cause::kBackground);
  EXPECT_DOUBLE_EQ(standby.energy.si(), 20e-3 * 1e-6);
}

TEST_F(EnergyModel, ARailThatTheDomainDoesNotConnectIsAnError) {
  add_epoch();
  intent_.power_domains[3].rails.erase(intent_.power_domains[3].rails.begin());
  EXPECT_THAT(error_of([&] { run(); }),
              AllOf(HasSubstr("dram.activate"), HasSubstr("rail vdd1"), HasSubstr("PD_DRAM")));
}

TEST_F(EnergyModel, TheClockTreeCostsPerEdgeAndFlipFlop) {
  add_epoch().clock_cycles = {40, 0, 0, 0};
  const Account a = account(run(), "npu.array.clock_tree");
  EXPECT_EQ(a.count, 40);
  EXPECT_EQ(a.count_unit, "cycles");
  EXPECT_DOUBLE_EQ(a.unit_energy.si(), 2000 * 1.2e-15);
  EXPECT_EQ(a.cause, Cause::kClockTree);
  EXPECT_EQ(a.formula, "2,000 flip-flops x 1.2 fJ");
  EXPECT_THAT(a.source, AllOf(HasSubstr("clock paper"), HasSubstr("gate count of a paper")));
}

TEST_F(EnergyModel, EverythingPoweredLeaks) {
  for (const PowerState state : {PowerState::kOn, PowerState::kClkGated, PowerState::kWaking, PowerState::kSleeping}) {
    add_epoch().states = {PowerState::kOn, PowerState::kOn, PowerState::kOn, state};
  }
  const Ledger ledger = run();
  for (const char* state : {"ON", "CLK_GATED", "WAKING", "SLEEPING"}) {
    const Account a = account(ledger, std::string("npu.array.leakage.") + state);
    EXPECT_EQ(a.count, 1'000'000);
    EXPECT_EQ(a.count_unit, "ps");
    EXPECT_DOUBLE_EQ(a.unit_energy.si(), 20'000 * technology_.logic().reference_leakage.si() * 1e-12);
    EXPECT_DOUBLE_EQ(a.scale, leak(kLogicDevice, 0.6_V));
    EXPECT_THAT(a.source, AllOf(HasSubstr("leakage sheet A; leakage sheet B"), HasSubstr("gate count of a paper")));
    EXPECT_EQ(a.quality, config::Quality::kPublished);  // the worst of measured and published
  }
}

TEST_F(EnergyModel, GatesAndBitsLeakEachInTheirWay) {
  add_epoch();
  const Ledger ledger = run("0.5V");
  const Account bits = account(ledger, "npu.buffer.bit_leakage.ON");
  EXPECT_DOUBLE_EQ(bits.unit_energy.si(), 524'288 * technology_.sram().reference_leakage.si() * 1e-12);
  EXPECT_DOUBLE_EQ(bits.scale, leak(kSramDevice, 0.55_V));  // the rail stops at the SRAM's minimum
  EXPECT_DOUBLE_EQ(account(ledger, "npu.buffer.leakage.ON").scale, leak(kLogicDevice, 0.55_V));
  EXPECT_EQ(bits.quality, config::Quality::kEstimated);  // its basis is an estimate
}

TEST_F(EnergyModel, OffLeavesAFraction) {
  add_epoch().states[3] = PowerState::kOff;
  const Account a = account(run(), "npu.array.leakage.OFF");
  EXPECT_DOUBLE_EQ(a.unit_energy.si(), 20'000 * technology_.logic().reference_leakage.si() * 1e-12 * 0.04);
  EXPECT_THAT(a.source, HasSubstr("switch paper"));
}

TEST_F(EnergyModel, RetentionKeepsBitsAndFlipFlopsAtTheirLowestVoltage) {
  add_epoch().states[1] = PowerState::kRetention;
  const Ledger ledger = run();
  const Account bits = account(ledger, "npu.buffer.bit_leakage.RETENTION");
  EXPECT_EQ(bits.cause, Cause::kRetention);
  EXPECT_DOUBLE_EQ(bits.scale, leak(kSramDevice, 0.4_V));
  const Account flip_flops = account(ledger, "npu.buffer.flip_flop_leakage.RETENTION");
  EXPECT_DOUBLE_EQ(flip_flops.unit_energy.si(), 400 * 6 * technology_.logic().reference_leakage.si() * 1e-12);
  EXPECT_DOUBLE_EQ(flip_flops.scale, leak(kLogicDevice, 0.25_V));
  EXPECT_DOUBLE_EQ(account(ledger, "npu.buffer.leakage.RETENTION").unit_energy.si(),
                   600 * technology_.logic().reference_leakage.si() * 1e-12 * 0.04);
}

TEST_F(EnergyModel, DeeperStatesLeakLess) {
  double previous = 1e9;
  for (const PowerState state : {PowerState::kOn, PowerState::kRetention, PowerState::kOff}) {
    record_.epochs.clear();
    record_.total_time = 0;
    add_epoch().states[1] = state;
    double sum = 0.0;
    for (const Account& a : run().accounts) {
      if (a.component_name == "npu.buffer") sum += a.energy.si();
    }
    EXPECT_LT(sum, previous) << to_text(state);
    EXPECT_GT(sum, 0.0);
    previous = sum;
  }
}

TEST_F(EnergyModel, WakingFromOffOrRetentionCostsAndNothingElseDoes) {
  Epoch& epoch = add_epoch();
  epoch.transitions = {{3, PowerState::kOff, PowerState::kWaking, 2},   {3, PowerState::kWaking, PowerState::kOn, 2},
                       {3, PowerState::kOn, PowerState::kSleeping, 2},  {3, PowerState::kSleeping, PowerState::kOff, 2},
                       {1, PowerState::kRetention, PowerState::kOn, 1}, {0, PowerState::kClkGated, PowerState::kOn, 9}};
  const Ledger ledger = run();
  const Account array = account(ledger, "npu.array.wake");
  EXPECT_EQ(array.count, 2);
  EXPECT_EQ(array.cause, Cause::kTransition);
  EXPECT_DOUBLE_EQ(array.energy.si(), 2 * 20'000 * 1e-15 * (0.6 / 0.9) * (0.6 / 0.9));
  const Account buffer = account(ledger, "npu.buffer.wake");
  EXPECT_EQ(buffer.count, 1);
  EXPECT_DOUBLE_EQ(buffer.unit_energy.si(), 3000 * 1e-15 + 524'288 * 0.05e-15);
  EXPECT_EQ(buffer.formula, "3,000 gates x 1 fJ + 524,288 bits x 50 aJ");
  EXPECT_FALSE(has(ledger, "cpu.wake"));
}

TEST_F(EnergyModel, RegulatorsLoseWhatTheirEfficiencySays) {
  add_epoch().events = {{0, 1000}};
  const Ledger ledger = run();
  double delivered = 0.0;
  for (const Account& a : ledger.accounts) {
    if (a.voltage_domain == "VDD_NPU" && a.cause != Cause::kSupplyLoss) delivered += a.energy.si();
  }
  const Account loss = account(ledger, "VDD_NPU.supply_loss");
  EXPECT_EQ(loss.component, -1);
  EXPECT_EQ(loss.count, 1);
  EXPECT_EQ(loss.count_unit, "run");
  EXPECT_DOUBLE_EQ(loss.unit_energy.si(), delivered);
  EXPECT_DOUBLE_EQ(loss.scale, 1.0 / 0.88 - 1.0);
  EXPECT_EQ(loss.source, "buck sheet");
  EXPECT_DOUBLE_EQ(account(ledger, "VDD_AON.supply_loss").scale, 1.0 / (0.99 * (0.8 / 1.2)) - 1.0);
  EXPECT_FALSE(has(ledger, "VDD_SRAM.supply_loss"));  // ideal
}

TEST_F(EnergyModel, PostingsSplitAnAccountByTask) {
  record_.tasks.resize(3);
  add_epoch(kNobody).events = {{0, 10}};
  add_epoch(0).events = {{0, 30}};
  add_epoch(1).others = {{0, 0, 5}, {2, 0, 7}};
  const Ledger ledger = run();
  std::vector<std::pair<int, std::int64_t>> counts;
  for (const Posting& p : ledger.postings) {
    if (ledger.accounts[static_cast<std::size_t>(p.account)].name == "npu.array.mac_int8")
      counts.emplace_back(p.task, p.count);
  }
  EXPECT_THAT(counts, ElementsAre(std::make_pair(-1, std::int64_t{10}), std::make_pair(0, std::int64_t{35}),
                                  std::make_pair(2, std::int64_t{7})));
}

TEST_F(EnergyModel, AccountsAreInOrderOfComponentCauseAndName) {
  const ActivityRecord record = test::random_record(4);
  const Ledger ledger = price(record, intent_, {resolve_operating_point(intent_, technology_, "slow")}, sources_);
  const auto key = [](const Account& a) {
    return std::make_tuple(a.component < 0 ? 1000 : a.component, a.cause, a.name);
  };
  for (std::size_t i = 1; i < ledger.accounts.size(); ++i) {
    EXPECT_LT(key(ledger.accounts[i - 1]), key(ledger.accounts[i]));
  }
}

TEST_F(EnergyModel, TheShareOfEstimatesIsWeighedByEnergy) {
  add_epoch();
  const Ledger ledger = run();
  double estimated = 0.0;
  for (const Account& a : ledger.accounts) {
    if (a.quality == config::Quality::kEstimated) estimated += a.energy.si();
  }
  EXPECT_GT(estimated, 0.0);
  EXPECT_DOUBLE_EQ(ledger.estimated_share, estimated / ledger.total.si());
}

TEST_F(EnergyModel, MissingPricesNameComponentEventKeyAndFile) {
  record_.components[0].events[0].price = "mac.int4";
  record_.components[1].events[0].attributes.pop_back();
  record_.components[3].events[0].price = "dram.aktivate";
  technology_.prices.prices.pop_back();  // logic.clock_pin
  const auto missing = missing_prices(record_.components, sources_);
  EXPECT_THAT(missing,
              ElementsAre(AllOf(HasSubstr("npu.array.mac_int8 wants price mac.int4"), HasSubstr("sample.yaml")),
                          HasSubstr("npu.array.clock_tree wants price logic.clock_pin"),
                          AllOf(HasSubstr("npu.buffer.read"), HasSubstr("word_B")), HasSubstr("npu.buffer.clock_tree"),
                          HasSubstr("cpu.clock_tree"),
                          AllOf(HasSubstr("dram.activate wants price dram.aktivate"), HasSubstr("sample_dram.yaml"),
                                HasSubstr("did you mean \"dram.activate\"?"))));
  add_epoch();
  EXPECT_THAT(missing.front(), AllOf(HasSubstr("sample.yaml:39:5: "), ::testing::EndsWith(error_of([&] { run(); }))));
}

TEST_F(EnergyModel, AClockFasterThanTheVoltageAllowsIsAnError) {
  add_epoch();
  record_.clock_domains[0].second[0] = Hertz(600'000'000);
  EXPECT_THAT(error_of([&] { run("0.5V"); }),
              AllOf(HasSubstr("npu_clk ran at 600 MHz, above f_max = "), HasSubstr("0.5 V")));
}

TEST_F(EnergyModel, WhatDoesNotFitTogetherIsAnError) {
  add_epoch();
  EXPECT_THAT(error_of([&] { price(record_, intent_, {}, sources_); }), HasSubstr("1 operating points, got 0"));
  intent_.power_domains[0].name = "PD_OTHER";
  EXPECT_THAT(error_of([&] { run(); }), HasSubstr("has no power domain \"PD_NPU\""));
  sources_.device_books.clear();
  EXPECT_THAT(error_of([&] { run(); }), HasSubstr("sample_dram, which was not read"));
}

TEST_F(EnergyModel, GatesOnAnExternalRailAreAnError) {
  add_epoch();
  record_.components[3].inventory = {100, 0, 0, "b"};
  EXPECT_THAT(error_of([&] { run(); }), AllOf(HasSubstr("dram"), HasSubstr("VDD2 is external")));
}

TEST_F(EnergyModel, ABrokenRecordIsNotPriced) {
  add_epoch().task = 5;
  EXPECT_THAT(error_of([&] { run(); }), HasSubstr("there is no task 5"));
}

TEST_F(EnergyModel, AccountsSayOfWhichEventTheyAre) {
  Epoch& epoch = add_epoch();
  epoch.events = {{0, 1000}};
  const Ledger ledger = run();
  for (const Account& a : ledger.accounts) {
    EXPECT_FALSE(a.event.empty()) << a.name;
    EXPECT_EQ(a.name.rfind(a.component_name + "." + a.event, 0), 0U) << a.name << ": " << a.event;
  }
  EXPECT_EQ(account(ledger, "npu.array.leakage.ON").event, "leakage");
}

}  // namespace
}  // namespace subvolt::power
