// Is every access served, with its data, while the memory's clock and power state change under it?
#include <gtest/gtest.h>

#include <string>

#include "models/hw/power_manager/power_manager.h"
#include "models/mem/dram/dram.h"
#include "tests/support/random_initiator.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"

namespace subvolt::mem {
namespace {

using test::kNs;
using test::kUs;

// A domain that goes to RETENTION with every pause, and a clock that is put to the question every few hundred
// nanoseconds: requests for another set-point come while accesses wait, are overtaken by others, and taken back.
class DramUnderChange : public testing::TestWithParam<const char*> {};

TEST_P(DramUnderChange, ServesAnyLegalInitiator) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    test::in_child([seed] {
      const Picoseconds windows[] = {150 * kNs, 300 * kNs, 2 * kUs};
      test::TestEnvironment environment;
      const auto scaling = test::policy("utilisation", "{raise_above: 0.2, lower_below: 0.2}");
      environment.set_clock("dram", Hertz(1'600'000'000), kernel::make_clock_scaling(scaling, windows[seed % 3]));
      kernel::PowerDomainSettings domain = test::always_on();
      domain.name = "PD_DRAM";
      const char* const after[] = {"10 us", "100 ns"};
      domain.policy =
          test::policy("power_gate_after", std::string("{state: RETENTION, after: ") + after[seed % 2] + "}");
      domain.timing[static_cast<std::size_t>(power::PowerState::kRetention)] = {true, 0, 50 * kNs, 200 * kNs};
      environment.set_power_domain("dram", domain);
      Dram dram("dram",
                DramConfig::schema().read(test::yaml(std::string("{device: lpddr4_3200, controller: {queue: 6}, ") +
                                                     "policies: " + GetParam() + "}")),
                environment);
      hw::PowerManager manager("manager", {}, environment);
      const auto capacity = static_cast<std::uint64_t>(dram.capacity().value());
      test::RandomInitiator initiator("initiator", capacity, 500, seed, seed % 4 ? 400 * kNs : 4 * kUs);
      initiator.socket.bind(dynamic_cast<kernel::TargetPort&>(*dram.target_side("")).socket);
      sc_core::sc_start(sc_core::sc_time(3, sc_core::SC_MS));
      EXPECT_EQ(initiator.answered(), 500) << "seed " << seed;
      for (const std::string& fault : initiator.faults()) ADD_FAILURE() << "seed " << seed << ": " << fault;
      const auto record = environment.finish();
      EXPECT_GT(test::events(record, "dram.set_point_switches"), 3) << "seed " << seed;
      std::int64_t residency = 0;
      for (const auto& event : dram.engine().events()) {
        if (event.cause == power::Cause::kBackground) residency += test::events(record, "dram." + event.name);
      }
      EXPECT_EQ(residency, record.total_time) << "seed " << seed;
    });
  }
}

INSTANTIATE_TEST_SUITE_P(Policies, DramUnderChange,
                         testing::Values("{}", "{rounding: exact}",
                                         "{power_down: {policy: idle, after: 30 ns}, self_refresh: {policy: refresh}}",
                                         "{refresh: {mode: per_bank}, page_policy: closed, scheduler: fifo, "
                                         "queue: {reads: 2, writes: 2, write_high: 2, write_low: 0}}"),
                         [](const auto& info) { return "policies" + std::to_string(info.index); });

}  // namespace
}  // namespace subvolt::mem
