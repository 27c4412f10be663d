// Whose is an event? Hand-made timelines of tasks, alone, one after the other and side by side.
#include "sim/kernel/activity_recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "sim/kernel/component.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"

namespace subvolt::kernel {
namespace {

using power::kNobody;
using test::in_child;
using test::kNs;
using testing::ElementsAre;

enum Event { kRead, kWrite };

struct Counter : Component {
  explicit Counter(Environment& environment)
      : Component("counter", environment,
                  {"counter",
                   "",
                   {},
                   {{"read", "", power::Cause::kSwitching, "", {}}, {"write", "", power::Cause::kSwitching, "", {}}}}) {
  }
  using Component::count;
  using Component::count_for;
  using Component::spread;
};

struct Timeline {
  Timeline() : counter(environment) {}
  // The script waits by sc_core::wait().
  power::ActivityRecord play(const std::function<void(Timeline&)>& script) {
    sc_core::sc_spawn([&] {
      script(*this);
      sc_core::sc_stop();
    });
    sc_core::sc_start();
    return environment.finish();
  }
  ActivityRecorder& recorder() { return environment.recorder(); }
  test::TestEnvironment environment;
  Counter counter;
};

void wait_ns(std::int64_t n) { sc_core::wait(to_sc_time(n * kNs)); }

// "task: begin..end event x count ..., others' task/event x count", in ns.
std::string text(const power::Epoch& epoch) {
  std::string out =
      std::to_string(epoch.task) + ":" + std::to_string(epoch.begin / kNs) + ".." + std::to_string(epoch.end / kNs);
  for (const power::EventCount& e : epoch.events) out += " " + std::to_string(e.event) + "x" + std::to_string(e.count);
  for (const power::OwnedCount& o : epoch.others) {
    out += " " + std::to_string(o.task) + "/" + std::to_string(o.event) + "x" + std::to_string(o.count);
  }
  return out;
}

std::vector<std::string> texts(const power::ActivityRecord& record) {
  std::vector<std::string> all;
  for (const power::Epoch& epoch : record.epochs) all.push_back(text(epoch));
  return all;
}

TEST(ActivityRecorder, CostsOfTimeAreTheOnlyTasks) {
  in_child([] {
    Timeline timeline;
    const auto record = timeline.play([](Timeline& t) {
      t.counter.count(kRead, 1);
      wait_ns(10);
      const int first = t.recorder().begin_task(0, 3);
      t.counter.count(kRead, 2);
      wait_ns(10);
      const int second = t.recorder().begin_task(0, 4);
      t.counter.count(kRead, 4);
      wait_ns(10);
      t.recorder().end_task(first);
      t.counter.count(kRead, 8);
      wait_ns(10);
      t.recorder().end_task(second);
      wait_ns(10);
    });
    EXPECT_THAT(texts(record),
                ElementsAre("-1:0..10 0x1", "0:10..20 0x2", "-2:20..30 0x4", "1:30..40 0x8", "-1:40..50"));
    EXPECT_EQ(record.tasks[1].layer, 4);
    EXPECT_EQ(record.tasks[0].end, 30 * kNs);
  });
}

TEST(ActivityRecorder, AnEventIsItsTasksWhoeverElseIsAtWork) {
  in_child([] {
    Timeline timeline;
    const auto record = timeline.play([](Timeline& t) {
      const int first = t.recorder().begin_task(0, 0);
      t.counter.count_for(first, kRead, 1);
      t.counter.count_for(1, kWrite, 2);  // ahead of its begin
      wait_ns(10);
      const int second = t.recorder().begin_task(0, 1);
      t.counter.count_for(first, kRead, 4);
      t.counter.count_for(second, kRead, 8);
      wait_ns(10);
      t.recorder().end_task(first);
      t.counter.count_for(first, kWrite, 16);  // what it has left on the way
      t.counter.count_for(second, kWrite, 32);
      wait_ns(10);
      t.recorder().end_task(second);
    });
    EXPECT_THAT(texts(record), ElementsAre("0:0..10 0x1 1/1x2", "-2:10..20 0/0x4 1/0x8", "1:20..30 1x32 0/1x16"));
  });
}

// At one instant a task counts, ends, and the next one begins and counts.
TEST(ActivityRecorder, AnInstantKeepsTasksApart) {
  in_child([] {
    Timeline timeline;
    const auto record = timeline.play([](Timeline& t) {
      const int first = t.recorder().begin_task(0, 0);
      wait_ns(10);
      t.recorder().end_task(first);
      t.counter.count_for(first, kRead, 1);
      const int second = t.recorder().begin_task(0, 1);
      t.counter.count_for(second, kRead, 2);
      wait_ns(10);
      t.recorder().end_task(second);
      t.counter.count_for(second, kRead, 4);  // in the last instant of the run
      t.counter.count_for(first, kWrite, 8);
    });
    EXPECT_THAT(texts(record), ElementsAre("0:0..10", "1:10..20 0x6 0/0x1 0/1x8"));
  });
}

TEST(ActivityRecorder, SpreadsAreSplitByTimeAndStayTheirTasks) {
  in_child([] {
    Timeline timeline;
    const auto record = timeline.play([](Timeline& t) {
      const int first = t.recorder().begin_task(0, 0);
      t.counter.spread(kRead, 30, time_now(), time_now() + 30 * kNs, first);
      t.counter.spread(kWrite, 30, time_now(), time_now() + 30 * kNs);
      wait_ns(10);
      t.recorder().end_task(first);
      wait_ns(10);
      const int second = t.recorder().begin_task(0, 1);
      wait_ns(10);
      t.recorder().end_task(second);
    });
    EXPECT_THAT(texts(record), ElementsAre("0:0..10 0x10 1x10", "-1:10..20 1x10 0/0x10", "1:20..30 1x10 0/0x10"));
  });
}

TEST(ActivityRecorder, TotalsHaveWhatEveryTaskCounted) {
  in_child([] {
    Timeline timeline;
    timeline.play([](Timeline& t) {
      const int first = t.recorder().begin_task(0, 0);
      t.counter.count_for(7, kRead, 1);
      t.counter.count_for(first, kRead, 2);
      t.counter.count(kRead, 4);
      EXPECT_EQ(t.recorder().total(kRead), 7);
      wait_ns(10);
      t.recorder().end_task(first);
      EXPECT_EQ(t.recorder().total(kRead), 7);
    });
  });
}

TEST(ActivityRecorder, JobsHaveTheirTimes) {
  in_child([] {
    Timeline timeline;
    const auto record = timeline.play([](Timeline& t) {
      wait_ns(5);
      t.recorder().begin_job(0);
      wait_ns(10);
      t.recorder().end_job(0);
      wait_ns(10);
      t.recorder().begin_job(1);
      wait_ns(10);
      t.recorder().end_job(1);
    });
    ASSERT_EQ(record.jobs.size(), 2U);
    EXPECT_EQ(record.jobs[0].begin, 5 * kNs);
    EXPECT_EQ(record.jobs[0].end, 15 * kNs);
    EXPECT_EQ(record.jobs[1].begin, 25 * kNs);
  });
}

}  // namespace
}  // namespace subvolt::kernel
