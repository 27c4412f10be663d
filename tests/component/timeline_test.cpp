// Does everything happen when it was asked for, and in which order within an instant?
#include "sim/kernel/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/kernel/simulate.h"
#include "sim/kernel/thread.h"
#include "tests/support/simulate.h"

namespace subvolt {
namespace {

using kernel::Ending;
using kernel::Pace;
using kernel::Thread;
using kernel::time_now;
using kernel::Timer;
using test::in_child;
using testing::ElementsAre;

// What happened, as "NAME at TIME".
class Log {
 public:
  std::function<void()> note(const std::string& name) {
    return [this, name] { add(name); };
  }
  void add(const std::string& name) { lines_.push_back(name + " " + std::to_string(time_now())); }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

class Timeline : public testing::TestWithParam<Pace> {};

TEST_P(Timeline, TellsWhatIsDueInTheOrderOfTimeAndThenOfAsking) {
  in_child([] {
    Log log;
    Timer c(log.note("c")), a(log.note("a")), b(log.note("b")), last(log.note("last"), Timer::Order::kLast);
    last.at(10);
    b.at(20);
    c.at(10);
    a.at(10);
    EXPECT_EQ(kernel::simulate(1000, GetParam()), Ending::kRanOut);
    EXPECT_THAT(log.lines(), ElementsAre("c 10", "a 10", "last 10", "b 20"));
  });
}

TEST_P(Timeline, WhatIsAskedForNowComesInThisInstantAndBeforeWhatIsLast) {
  in_child([] {
    Log log;
    Timer more(log.note("more")), last(log.note("last"), Timer::Order::kLast);
    Timer first([&] {
      log.add("first");
      more.at(time_now());
    });
    last.at(10);
    first.at(10);
    kernel::simulate(1000, GetParam());
    EXPECT_THAT(log.lines(), ElementsAre("first 10", "more 10", "last 10"));
  });
}

TEST_P(Timeline, ATimerKeepsItsEarliestTimeUntilItIsCancelled) {
  in_child([] {
    Log log;
    Timer a(log.note("a")), b(log.note("b"));
    a.at(30);
    a.at(20);
    a.at(40);
    EXPECT_EQ(a.at(), 20);
    b.at(10);
    b.cancel();
    b.cancel();
    b.at(50);
    EXPECT_EQ(kernel::Timeline::get().next_time(), 20);
    kernel::simulate(1000, GetParam());
    EXPECT_EQ(a.at(), kernel::kNever);
    EXPECT_THAT(log.lines(), ElementsAre("a 20", "b 50"));
  });
}

TEST_P(Timeline, EndsInTime) {
  in_child([] {
    Log log;
    Timer early(log.note("early")), late(log.note("late"));
    early.at(10);
    late.at(1001);
    EXPECT_EQ(kernel::simulate(1000, GetParam()), Ending::kEndOfTime);
    EXPECT_THAT(log.lines(), ElementsAre("early 10"));
  });
}

TEST_P(Timeline, StopsAtOnce) {
  in_child([] {
    Log log;
    Timer stop([&] {
      log.add("stop");
      kernel::stop_simulation();
    });
    Timer after(log.note("after"));
    stop.at(10);
    after.at(10);
    EXPECT_EQ(kernel::simulate(1000, GetParam()), Ending::kStopped);
    EXPECT_THAT(log.lines(), ElementsAre("stop 10"));
  });
}

TEST_P(Timeline, AThreadWaitsForTimesAndForOthers) {
  in_child([] {
    Log log;
    bool told = false;
    Thread* waiting = nullptr;
    Thread thread("thread", [&] {
      log.add("begin");
      waiting->wait_until(10);
      log.add("time");
      waiting->wait(40);
      log.add("nobody");
      while (!told) waiting->wait();
      log.add("told");
      waiting->wait_until(time_now() + 5);
      log.add("end");
    });
    waiting = &thread;
    Timer early([&] { thread.wake(); });  // wait_until() goes on waiting
    Timer tell([&] {
      told = true;
      thread.wake();
      log.add("tells");
    });
    Timer same(log.note("same"));
    early.at(7);
    tell.at(50);
    same.at(50);
    kernel::simulate(1000, GetParam());
    EXPECT_THAT(log.lines(),
                ElementsAre("begin 0", "time 10", "nobody 40", "tells 50", "same 50", "told 50", "end 55"));
  });
}

INSTANTIATE_TEST_SUITE_P(Paces, Timeline, testing::Values(Pace::kFastest, Pace::kInStep),
                         [](const auto& info) { return info.param == Pace::kFastest ? "ahead" : "in_step"; });

// Whoever looks at SystemC's clock finds it right.
TEST(ForeignProcess, KeepsTheTimelineInStep) {
  in_child([] {
    Log log;
    Timer timer([&] {
      log.add("timer");
      EXPECT_EQ(kernel::to_picoseconds(sc_core::sc_time_stamp()), time_now());
    });
    sc_core::sc_spawn([&] {
      sc_core::wait(15, sc_core::SC_PS);
      log.add("foreign");
      timer.at(time_now() + 3);
    });
    timer.at(10);
    kernel::simulate(1000);
    EXPECT_THAT(log.lines(), ElementsAre("timer 10", "foreign 15", "timer 18"));
  });
}

}  // namespace
}  // namespace subvolt
