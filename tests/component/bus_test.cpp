// Does the bus carry every transaction once, in the cycles that its data sheet promises, and share fairly?
#include "models/hw/bus/bus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "sim/config/error.h"
#include "tests/component/simple_target.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt {
namespace {

using test::Access;
using test::in_child;
using test::kCycle;
using testing::ElementsAre;

constexpr std::uint64_t kRangeBytes = 1 << 20;

std::uint64_t base_of(std::size_t target) { return 0x1000'0000u * (target + 1); }

// A bus of 16 B with initiators that play `lists` and targets that answer after `latencies` cycles.
struct BusBench {
  BusBench(const std::string& bus_yaml, std::vector<std::vector<Access>> lists, std::vector<std::int64_t> latencies,
           bool one_at_a_time = false, int outstanding = 1 << 30)
      : bus("bus", hw::BusConfig::schema().read(test::yaml(bus_yaml)), environment) {
    for (std::size_t i = 0; i < lists.size(); ++i) {
      initiators.push_back(
          std::make_unique<test::Traffic>(("initiator" + std::to_string(i)).c_str(), lists[i], outstanding));
      auto* port = dynamic_cast<kernel::TargetPort*>(bus.target_side(""));
      initiators.back()->port.socket.bind(port->socket);
    }
    for (std::size_t t = 0; t < latencies.size(); ++t) {
      targets.push_back(std::make_unique<test::SimpleTarget>(("target" + std::to_string(t)).c_str(),
                                                             latencies[t] * kCycle, one_at_a_time));
      kernel::Port* side = bus.initiator_side("");
      dynamic_cast<kernel::InitiatorPort*>(side)->socket.bind(targets.back()->port.socket);
      bus.map_range(side, base_of(t), kRangeBytes);
    }
    sc_core::sc_start();
    record = environment.finish();
  }
  // Cycles at which an initiator's accesses were answered.
  std::vector<std::int64_t> answered(std::size_t initiator) const {
    std::vector<std::int64_t> cycles;
    for (const auto& answer : initiators[initiator]->answers()) cycles.push_back(answer.at / kCycle);
    return cycles;
  }
  std::vector<std::int64_t> arrivals(std::size_t target) const {
    std::vector<std::int64_t> cycles;
    for (const auto& request : targets[target]->requests()) cycles.push_back(request.at / kCycle);
    return cycles;
  }
  std::int64_t events(const std::string& name) const { return test::events(record, "bus." + name); }

  test::TestEnvironment environment;
  hw::Bus bus;
  std::vector<std::unique_ptr<test::Traffic>> initiators;
  std::vector<std::unique_ptr<test::SimpleTarget>> targets;
  power::ActivityRecord record;
};

Access read(std::size_t target, std::uint64_t offset, std::int64_t bytes, std::int64_t at_cycle = 0) {
  return {at_cycle * kCycle, false, base_of(target) + offset, bytes};
}
Access write(std::size_t target, std::uint64_t offset, std::int64_t bytes, std::int64_t at_cycle = 0) {
  return {at_cycle * kCycle, true, base_of(target) + offset, bytes};
}

TEST(Bus, OneReadTakesTwoPlusLatencyPlusTargetPlusDataCycles) {
  in_child([] {
    // Grant at 1, at the target at 2, answer at 12, grant at 13, 64 B in 4 beats: 17.
    BusBench bench("{}", {{read(0, 0x40, 64)}}, {10});
    EXPECT_THAT(bench.arrivals(0), ElementsAre(2));
    EXPECT_THAT(bench.answered(0), ElementsAre(17));
    EXPECT_EQ(bench.events("byte"), 64);
    EXPECT_EQ(bench.events("read_B"), 64);
    EXPECT_EQ(bench.events("write_B"), 0);
    EXPECT_EQ(bench.events("wait_cycles"), 0);
  });
}

TEST(Bus, OneWriteCarriesItsDataWithTheRequest) {
  in_child([] {
    // Grant at 1, 4 beats, 2 more stages of latency 3: at the target at 7, answer at 17, grant 18, 1 beat: 19.
    BusBench bench("{latency: 3 cycles}", {{write(0, 0, 64)}}, {10});
    EXPECT_THAT(bench.arrivals(0), ElementsAre(7));
    EXPECT_THAT(bench.answered(0), ElementsAre(19));
    EXPECT_EQ(bench.events("byte"), 64);
    EXPECT_EQ(bench.events("write_B"), 64);
    EXPECT_EQ(bench.events("read_B"), 0);
  });
}

TEST(Bus, BusyOnlyWhileSomethingIsInIt) {
  in_child([] {
    // Request in cycles [0, 2), response in [12, 17): the clock of the idle bus in between is gated.
    BusBench bench("{}", {{read(0, 0, 64)}}, {10});
    std::int64_t edges = 0;
    for (const auto& epoch : bench.record.epochs) edges += epoch.clock_cycles[0];
    EXPECT_EQ(edges, 2 + 5);
  });
}

TEST(Bus, PartialWordsTakeAWholeBeat) {
  in_child([] {
    BusBench bench("{width: 8 B}", {{read(0, 0, 1), read(0, 0, 9, 100)}}, {1});
    EXPECT_THAT(bench.answered(0), ElementsAre(5, 106));
  });
}

TEST(Bus, ReadsPipeline) {
  in_child([] {
    // Requests are granted at 1, 2, 3; answers arrive at 12, 13, 14; the data follow each other without a gap.
    BusBench bench("{}", {{read(0, 0, 64), read(0, 64, 64), read(0, 128, 64)}}, {10});
    EXPECT_THAT(bench.arrivals(0), ElementsAre(2, 3, 4));
    EXPECT_THAT(bench.answered(0), ElementsAre(17, 21, 25));
    // The second response was ready at 14 and waited for 3 cycles. The third one could come to the bus when the
    // second one left for its initiator at 17, so it was ready at 18 and waited for 3 cycles, too.
    EXPECT_EQ(bench.events("wait_cycles"), 6);
  });
}

TEST(Bus, RequestsAndResponsesDoNotHinderEachOther) {
  in_child([] {
    // While initiator 0 fetches 32 beats, initiator 1 writes 32 beats: each as fast as alone.
    BusBench bench("{}", {{read(0, 0, 512)}, {write(1, 0, 512, 8)}}, {5, 0});
    EXPECT_THAT(bench.answered(0), ElementsAre(1 + 1 + 5 + 1 + 32));
    EXPECT_THAT(bench.answered(1), ElementsAre(9 + 32 + 1 + 1));
  });
}

TEST(Bus, SharedTakesOneWriteAtATimeInTurn) {
  in_child([] {
    // Three initiators with two writes of 4 beats each: granted at 1, 5, 9, 13, 17, 21 in the order 0 1 2 0 1 2.
    std::vector<std::vector<Access>> lists;
    for (std::uint64_t i = 0; i < 3; ++i) lists.push_back({write(0, 1024 * i, 64), write(0, 1024 * i + 64, 64)});
    BusBench bench("{}", lists, {0});
    EXPECT_THAT(bench.arrivals(0), ElementsAre(5, 9, 13, 17, 21, 25));
    std::vector<std::uint64_t> order;
    for (const auto& request : bench.targets[0]->requests()) order.push_back(request.address / 1024);
    EXPECT_THAT(order, ElementsAre(0, 1, 2, 0, 1, 2));
    // Ready at 1 each: waits 0, 4, 8. The next ones are ready one cycle after the grant: 13-2, 17-6, 21-10.
    EXPECT_EQ(bench.events("wait_cycles"), 0 + 4 + 8 + 11 + 11 + 11);
  });
}

TEST(Bus, RoundRobinSharesEqually) {
  in_child([] {
    std::vector<std::vector<Access>> lists(3);
    for (std::uint64_t i = 0; i < 3; ++i) {
      for (std::uint64_t n = 0; n < 100; ++n) lists[i].push_back(write(0, 16 * n, 16));
    }
    BusBench bench("{}", lists, {0});
    // At any time the initiators are at most one transfer apart.
    for (std::size_t n = 0; n < 100; ++n) {
      for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(bench.answered(i)[n], 3.0 * static_cast<double>(n) + 6, 2.0);
    }
  });
}

TEST(Bus, FixedPriorityStarvesTheLast) {
  in_child([] {
    std::vector<std::vector<Access>> lists(3);
    for (std::uint64_t i = 0; i < 3; ++i) {
      for (std::uint64_t n = 0; n < 50; ++n) lists[i].push_back(write(0, 64 * n, 64));
    }
    BusBench bench("{arbitration: fixed_priority}", lists, {0});
    EXPECT_LT(bench.initiators[0]->last_answer(), bench.initiators[1]->answered(0));
    EXPECT_LT(bench.initiators[1]->last_answer(), bench.initiators[2]->answered(0));
  });
}

TEST(Bus, BandwidthIsWidthTimesFrequency) {
  in_child([] {
    std::vector<Access> reads;
    std::vector<Access> writes;
    for (std::uint64_t n = 0; n < 1000; ++n) {
      reads.push_back(read(0, 256 * n, 256));
      writes.push_back(write(1, 256 * n, 256));
    }
    BusBench bench("{}", {reads, writes}, {10, 10});
    // 256 B in 16 beats each, both ways at once. The reads share their way back with 1000 beats of write
    // responses, and their way out costs the writes 1000 beats.
    const std::int64_t beats = 1000 * 16 + 1000;
    EXPECT_GE(bench.initiators[0]->last_answer(), beats * kCycle);
    EXPECT_LE(bench.initiators[0]->last_answer(), (beats + 20) * kCycle);
    EXPECT_GE(bench.initiators[1]->last_answer(), (beats - 1000) * kCycle);
    EXPECT_LE(bench.initiators[1]->last_answer(), (beats + 40) * kCycle);
  });
}

TEST(Bus, CrossbarServesDifferentPairsAtOnce) {
  in_child([] {
    BusBench bench("{topology: crossbar}", {{read(0, 0, 512)}, {read(1, 0, 512)}}, {5, 5});
    EXPECT_THAT(bench.answered(0), ElementsAre(1 + 1 + 5 + 1 + 32));
    EXPECT_THAT(bench.answered(1), ElementsAre(1 + 1 + 5 + 1 + 32));
    EXPECT_EQ(bench.events("wait_cycles"), 0);
  });
}

TEST(Bus, CrossbarPortsMoveOneTransferAtATime) {
  in_child([] {
    // Two targets answer initiator 0 at once: its port takes them one after the other. Initiator 1's writes to
    // two targets leave its port one after the other, too.
    BusBench bench("{topology: crossbar}", {{read(0, 0, 64), read(1, 0, 64)}, {write(2, 0, 64), write(3, 0, 64)}},
                   {11, 10, 0, 0});
    EXPECT_THAT(bench.answered(0), ElementsAre(18, 22));
    EXPECT_THAT(bench.arrivals(2), ElementsAre(5));
    EXPECT_THAT(bench.arrivals(3), ElementsAre(9));
  });
}

TEST(Bus, TargetsSeeLocalAddressesAndInitiatorsTheirOwn) {
  in_child([] {
    test::TestEnvironment environment;
    hw::Bus bus("bus", {}, environment);
    std::vector<std::uint64_t> answered;
    kernel::PayloadPool pool;
    kernel::InitiatorPort initiator("initiator", [&](kernel::Payload& payload) {
      answered.push_back(payload.get_address());
      payload.release();
    });
    test::SimpleTarget target("target", kCycle);
    initiator.socket.bind(dynamic_cast<kernel::TargetPort*>(bus.target_side(""))->socket);
    kernel::Port* side = bus.initiator_side("");
    dynamic_cast<kernel::InitiatorPort*>(side)->socket.bind(target.port.socket);
    bus.map_range(side, 0x8000'0000, 0x1000);
    sc_core::sc_spawn([&] {
      initiator.send(pool.acquire(tlm::TLM_READ_COMMAND, 0x8000'0ff8, 8));
      initiator.send(pool.acquire(tlm::TLM_READ_COMMAND, 0x8000'0010, 8));
    });
    sc_core::sc_start();
    EXPECT_THAT(answered, ElementsAre(0x8000'0ff8, 0x8000'0010));
    EXPECT_EQ(target.requests().at(0).address, 0xff8u);
    EXPECT_EQ(target.requests().at(1).address, 0x10u);
  });
}

TEST(Bus, NobodysAddressesGetAnAddressError) {
  in_child([] {
    // Below, above, and across the end of the range; five at once, to queue for the answer.
    const std::uint64_t end = base_of(0) + kRangeBytes;
    std::vector<Access> accesses = {{0, false, 0x10, 4}, {0, true, end, 4},   {0, false, end - 2, 4},
                                    {0, false, 0x20, 4}, {0, false, 0x30, 4}, read(0, 0, 4)};
    BusBench bench("{}", {accesses}, {1});
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_EQ(bench.initiators[0]->answers()[i].status, tlm::TLM_ADDRESS_ERROR_RESPONSE) << i;
      EXPECT_EQ(bench.initiators[0]->answers()[i].times, 1) << i;
    }
    EXPECT_EQ(bench.initiators[0]->answers()[5].status, tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(bench.targets[0]->requests().size(), 1u);
    // Grant at 1, the bus refuses at 2, grant at 3, one beat.
    EXPECT_EQ(bench.answered(0)[0], 4);
  });
}

TEST(Bus, FullTargetHoldsBackOnlyItsOwnRequests) {
  in_child([] {
    // Target 0 takes one request per 100 cycles; with a queue of 2, initiator 0 is stuck, initiator 1 is not.
    std::vector<Access> slow(6, read(0, 0, 16));
    std::vector<Access> quick;
    for (std::int64_t n = 0; n < 6; ++n) quick.push_back(read(1, 0, 16, 10 * n));
    BusBench bench("{queue: 2}", {slow, quick}, {100, 1}, true);
    EXPECT_TRUE(bench.initiators[0]->all_served());
    EXPECT_GE(bench.answered(0)[5], 600);
    for (std::size_t n = 0; n < 6; ++n) EXPECT_LE(bench.answered(1)[n], 10 * static_cast<std::int64_t>(n) + 8);
  });
}

TEST(Bus, RandomTrafficIsServedOnce) {
  for (const char* topology : {"shared", "crossbar"}) {
    for (const char* arbitration : {"round_robin", "fixed_priority"}) {
      in_child([&] {
        std::mt19937 random(7);
        std::vector<std::vector<Access>> lists(4);
        std::int64_t reads = 0;
        std::int64_t writes = 0;
        for (auto& list : lists) {
          for (int n = 0; n < 500; ++n) {
            const bool is_write = random() % 2 == 0;
            const std::int64_t bytes = 1 + random() % 300;
            (is_write ? writes : reads) += bytes;
            list.push_back({static_cast<std::int64_t>(random() % 4'000'000), is_write,
                            base_of(random() % 3) + random() % (kRangeBytes - 300), bytes});
          }
        }
        BusBench bench(std::string("{topology: ") + topology + ", arbitration: " + arbitration + ", queue: 2}", lists,
                       {0, 3, 20}, false, 8);
        std::size_t seen = 0;
        for (const auto& target : bench.targets) seen += target->requests().size();
        EXPECT_EQ(seen, 2000u);
        for (const auto& initiator : bench.initiators) EXPECT_TRUE(initiator->all_served());
        EXPECT_EQ(bench.events("read_B"), reads);
        EXPECT_EQ(bench.events("write_B"), writes);
        EXPECT_EQ(bench.events("byte"), reads + writes);
        EXPECT_GE(bench.events("wait_cycles"), 0);
      });
    }
  }
}

TEST(Bus, WakesItsDomainForARequest) {
  in_child([] {
    test::TestEnvironment::Options options;
    options.power_domain = test::can_sleep(7 * kCycle);
    test::TestEnvironment environment(options);
    hw::Bus bus("bus", {}, environment);
    test::Traffic initiator("initiator", {{100 * kCycle, false, 0, 16}});
    test::SimpleTarget target("target", kCycle);
    initiator.port.socket.bind(dynamic_cast<kernel::TargetPort*>(bus.target_side(""))->socket);
    kernel::Port* side = bus.initiator_side("");
    dynamic_cast<kernel::InitiatorPort*>(side)->socket.bind(target.port.socket);
    bus.map_range(side, 0, kRangeBytes);
    sc_core::sc_spawn([&] { environment.power_domain().descend_after(kCycle, power::PowerState::kOff); });
    sc_core::sc_start();
    EXPECT_EQ(target.requests().at(0).at, (100 + 7 + 1) * kCycle);
  });
}

TEST(Bus, MorePortsThanLaidOutIsAnErrorThatSaysSo) {
  in_child([] {
    test::TestEnvironment environment;
    hw::BusConfig config;
    config.targets = 1;
    config.place = "soc.yaml:3:4: soc.bus";
    hw::Bus bus("bus", config, environment);
    bus.initiator_side("");
    try {
      bus.initiator_side("");
      FAIL() << "a second target was accepted";
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::kConfiguration);
      EXPECT_THAT(e.what(), testing::HasSubstr("soc.yaml:3:4: soc.bus.targets"));
    }
  });
}

}  // namespace
}  // namespace subvolt
