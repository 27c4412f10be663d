// Is the physics of pricing monotone, and does the minimum-energy point emerge from it?
#include <gtest/gtest.h>

#include <cmath>

#include "sim/units/literals.h"
#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using namespace subvolt::literals;

// A block of 20,000 gates that computes in every cycle, alone on its rail, at f_max for its voltage.
class BusyBlock {
 public:
  BusyBlock() {
    intent_.voltage_domains[0].regulator = {};
    intent_.clock_domains[0].also_limited_by.clear();
  }
  struct Figures {
    Frequency clock;
    Energy dynamic, leakage, total;  // per operation
    Power leakage_power;
  };
  Figures at(Voltage v, Temperature t = 25.0_C) {
    intent_.temperature = t;
    OperatingPoint point = resolve_operating_point(intent_, technology_, shortest(v.si()) + " V");
    ActivityRecord record = test::sample_components();
    record.components.resize(1);
    record.clock_domains.resize(1);
    record.clock_domains[0].second[0] = hertz(point.frequency("npu_clk"));
    record.power_domains = {"PD_NPU"};
    constexpr std::int64_t kCycles = 100'000;
    record.total_time = static_cast<std::int64_t>(static_cast<double>(kCycles) * 1e12 /
                                                  static_cast<double>(record.clock_domains[0].second[0]));
    Epoch epoch;
    epoch.end = record.total_time;
    epoch.states = {PowerState::kOn};
    epoch.events = {{0, 10 * kCycles}};
    epoch.clock_cycles = {kCycles};
    record.epochs = {epoch};
    const Ledger ledger = price(record, intent_, {point}, {&technology_, {}});
    Figures out;
    out.clock = point.frequency("npu_clk");
    for (const Account& a : ledger.accounts)
      (a.cause == Cause::kLeakage ? out.leakage : out.dynamic) += a.energy / kCycles;
    out.total = ledger.total / kCycles;
    out.leakage_power = out.leakage * out.clock;
    return out;
  }

 private:
  Technology technology_ = test::sample_technology();
  PowerIntent intent_ = test::sample_intent();
};

TEST(EnergyPhysics, SpeedDynamicEnergyAndLeakagePowerRiseWithVoltage) {
  BusyBlock block;
  const double per_square_volt = block.at(0.9_V).dynamic.si() / 0.81;
  double clock = 0.0, leakage = 0.0;
  for (int mV = 350; mV <= 1100; mV += 25) {
    const Voltage v = Voltage::from_si(mV * 1e-3);
    const auto now = block.at(v);
    EXPECT_GT(now.clock.si(), clock) << mV;
    EXPECT_GT(now.leakage_power.si(), leakage) << mV;
    EXPECT_NEAR(now.dynamic.si(), per_square_volt * v.si() * v.si(), 1e-12 * now.dynamic.si()) << mV;
    clock = now.clock.si();
    leakage = now.leakage_power.si();
  }
}

TEST(EnergyPhysics, EnergyPerOperationHasOneMinimumInside) {
  BusyBlock block;
  std::vector<double> energy;
  for (int mV = 300; mV <= 1100; mV += 10) energy.push_back(block.at(Voltage::from_si(mV * 1e-3)).total.si());
  int turns = 0;
  for (std::size_t i = 2; i < energy.size(); ++i) {
    turns += (energy[i - 1] < energy[i - 2] && energy[i] > energy[i - 1]) ? 1 : 0;
    EXPECT_FALSE(energy[i - 1] > energy[i - 2] && energy[i] < energy[i - 1])
        << "a maximum at " << 300 + 10 * (i - 1) << " mV";
  }
  EXPECT_EQ(turns, 1);
}

TEST(EnergyPhysics, HeatRaisesLeakageAndTheMinimumEnergyVoltage) {
  BusyBlock block;
  const auto lowest = [&](Temperature t) {
    int best = 0;
    double least = 1e9;
    for (int mV = 300; mV <= 1100; mV += 10) {
      const double energy = block.at(Voltage::from_si(mV * 1e-3), t).total.si();
      if (energy >= least) continue;
      least = energy;
      best = mV;
    }
    return best;
  };
  EXPECT_GT(block.at(0.6_V, 85.0_C).leakage_power.si(), 2.0 * block.at(0.6_V, 25.0_C).leakage_power.si());
  EXPECT_EQ(block.at(0.6_V, 85.0_C).dynamic, block.at(0.6_V, 25.0_C).dynamic);
  EXPECT_GE(lowest(85.0_C), lowest(25.0_C));
}

}  // namespace
}  // namespace subvolt::power
