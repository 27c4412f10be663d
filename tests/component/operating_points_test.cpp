// What happens when the operating point changes: who stands still, for how long, and what the record says of it.
#include "sim/kernel/operating_points.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/mem/sram/sram.h"
#include "sim/config/error.h"
#include "sim/kernel/component.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt::kernel {
namespace {

using test::in_child;
using test::kNs;
using testing::ElementsAre;
using testing::HasSubstr;

struct Worker : Component {
  Worker(sc_core::sc_module_name name, Environment& environment)
      : Component(name, environment, {"worker", "", {}, {{"job", "", power::Cause::kSwitching, "", {}}}}) {}
  using Component::begin_work;
  using Component::busy;
  using Component::count;
  using Component::end_work;
};

// Two points: "slow", 100 MHz where "fast" is 1 GHz, 70 ns away; `still` keeps its clock.
struct Bench {
  explicit Bench(Picoseconds change = 70 * kNs) : points(environment.recorder(), {{0, change}, {change, 0}}) {
    environment.set_clock("mover", Hertz(1'000'000'000));
    environment.set_clock("still", Hertz(200'000'000));
    points.add_clock(environment.clock_domain_of("mover"), {Hertz(1'000'000'000), Hertz(100'000'000)});
    points.add_clock(environment.clock_domain_of("still"), {Hertz(200'000'000), Hertz(200'000'000)});
    mover = std::make_unique<Worker>("mover", environment);
    still = std::make_unique<Worker>("still", environment);
  }
  power::ActivityRecord play(const std::function<void(Bench&)>& script) {
    sc_core::sc_spawn([&] {
      script(*this);
      sc_core::sc_stop();
    });
    sc_core::sc_start();
    power::ActivityRecord record = environment.finish();
    record.operating_points = {"fast", "slow"};
    return record;
  }
  test::TestEnvironment environment;
  OperatingPoints points;
  std::unique_ptr<Worker> mover, still;
};

void wait_ns(std::int64_t n) { sc_core::wait(to_sc_time(n * kNs)); }
void wait_until(Picoseconds ps) { sc_core::wait(to_sc_time(ps - time_now())); }

// "point (from) begin..end changes", in ns.
std::vector<std::string> texts(const power::ActivityRecord& record) {
  std::vector<std::string> all;
  for (const power::Epoch& e : record.epochs) {
    std::string text = std::to_string(e.operating_point);
    if (e.settling_from != power::kSettled) text += "<" + std::to_string(e.settling_from);
    text += " " + std::to_string(e.begin / kNs) + ".." + std::to_string(e.end / kNs);
    for (const auto& c : e.point_changes) {
      text += " " + std::to_string(c.from) + ">" + std::to_string(c.to) + "x" + std::to_string(c.times);
    }
    all.push_back(text);
  }
  return all;
}

TEST(OperatingPoints, ClocksThatChangeStandStillAndTheOthersGoOn) {
  in_child([] {
    Bench bench;
    const auto record = bench.play([](Bench& b) {
      wait_ns(33);
      b.points.change_to(1, wait_until);
      EXPECT_EQ(time_now(), 103 * kNs);
      b.points.settled();
      EXPECT_EQ(b.points.now(), 1);
      const ClockDomain& mover = b.mover->clock();
      EXPECT_EQ(mover.edges_before(33 * kNs), 33);
      EXPECT_EQ(mover.edges_before(103 * kNs), 33);
      EXPECT_EQ(mover.edge_after(50 * kNs, Cycles(0)), 103 * kNs);
      EXPECT_EQ(mover.edge_after(50 * kNs, Cycles(2)), 123 * kNs);
      EXPECT_EQ(b.still->clock().edge_after(33 * kNs, Cycles(0)), 35 * kNs);
      wait_ns(20);
      b.points.change_to(0, wait_until);
      b.points.settled();
      wait_ns(7);
    });
    EXPECT_THAT(texts(record),
                ElementsAre("0 0..33", "1<0 33..103 0>1x1", "1 103..123", "0<1 123..193 1>0x1", "0 193..200"));
  });
}

TEST(OperatingPoints, WhoWorksIsWaitedFor) {
  in_child([] {
    Bench bench;
    const auto record = bench.play([](Bench& b) {
      b.still->busy(0, 40 * kNs);
      wait_ns(10);
      b.points.change_to(1, wait_until);
      EXPECT_EQ(time_now(), 110 * kNs);
      b.points.settled();
      wait_ns(1);
    });
    EXPECT_THAT(texts(record), ElementsAre("0 0..40", "1<0 40..110 0>1x1", "1 110..111"));
  });
}

TEST(OperatingPoints, WorkWithoutAnEndIsAMistakeOfWhoeverAsks) {
  in_child([] {
    Bench bench;
    bench.play([](Bench& b) {
      b.still->begin_work();
      wait_ns(10);
      try {
        b.points.change_to(1, wait_until);
        ADD_FAILURE() << "changed";
      } catch (const Error& e) {
        EXPECT_THAT(e.what(), HasSubstr("still works while the operating point is to change"));
      }
      b.still->end_work();
    });
  });
}

TEST(OperatingPoints, WhatComesBeforeItIsSettledIsPartOfIt) {
  in_child([] {
    Bench bench;
    const auto record = bench.play([](Bench& b) {
      wait_ns(10);
      b.points.change_to(1, wait_until);
      b.still->count(0, 3);  // in the instant in which the clocks go on
      b.points.settled();
      b.still->count(0, 4);
      wait_ns(10);
    });
    ASSERT_EQ(record.epochs.size(), 3U);
    EXPECT_EQ(test::events(record, record.epochs[1], "still.job"), 3);
    EXPECT_EQ(test::events(record, record.epochs[2], "still.job"), 4);
  });
}

TEST(OperatingPoints, AChangeInNoTimeIsCountedAllTheSame) {
  in_child([] {
    Bench bench(0);
    const auto record = bench.play([](Bench& b) {
      wait_ns(10);
      for (int i = 0; i < 3; ++i) {
        b.points.change_to(1 - b.points.now(), wait_until);
        b.points.settled();
      }
      wait_ns(10);
    });
    EXPECT_THAT(texts(record), ElementsAre("0 0..10", "1 10..20 0>1x2 1>0x1"));
  });
}

// An SRAM whose configuration says no latency takes what an access takes at the point in force.
TEST(OperatingPoints, AnSramTakesTheCyclesOfThePointInForce) {
  struct Environment : test::TestEnvironment {
    OperatingPoints points{recorder(), {{0, 0}, {0, 0}}};
    OperatingPoints* operating_points() override { return &points; }
    Cycles access_cycles(const std::string&) const override { return Cycles(points.now() == 0 ? 1 : 4); }
  };
  in_child([] {
    Environment environment;
    const auto config = mem::SramConfig::schema().read(test::yaml("{size: 64 KiB}"));
    mem::Sram sram("sram", config, environment);
    test::Traffic traffic("traffic", {{10 * kNs, false, 0, 8}, {50 * kNs, false, 0, 8}});
    traffic.port.socket.bind(dynamic_cast<TargetPort&>(*sram.target_side("")).socket);
    sc_core::sc_spawn([&] {
      wait_ns(30);
      environment.points.change_to(1, wait_until);
      environment.points.settled();
    });
    sc_core::sc_start();
    EXPECT_EQ(traffic.answered(0), 11 * kNs);
    EXPECT_EQ(traffic.answered(1), 54 * kNs);
  });
}

}  // namespace
}  // namespace subvolt::kernel
