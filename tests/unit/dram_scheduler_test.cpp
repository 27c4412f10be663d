// Does the scheduler choose what its header promises?
#include <gtest/gtest.h>

#include "models/mem/dram/scheduler.h"
#include "sim/config/library.h"
#include "sim/config/loader.h"

namespace subvolt::mem::dram {
namespace {

// DDR3-1600: 8 banks, one clock per command, tRCD 11, tRP 11.
class DramScheduler : public testing::Test {
 protected:
  DramScheduler()
      : table_(DeviceConfig::schema().read(
                   *config::load(config::find("memory", "ddr3_1600"), "memory").section.find("device")),
               0, Hertz(800'000'000), Rounding::kClock),
        timing_(table_, 8, 1),
        banks_(8),
        queue_(8) {
    settings_.queue.write_high = 3;
    settings_.queue.write_low = 1;
  }
  Scheduler scheduler() { return {settings_, queue_, banks_, timing_}; }
  std::int32_t push(Direction d, int bank, std::int64_t row, std::int64_t column = 0) {
    Request r;
    r.direction = d;
    r.bank = bank;
    r.row = row;
    r.burst = row * 128 + column;
    return queue_.push(r);
  }
  void open(int bank, std::int64_t row) { banks_[static_cast<std::size_t>(bank)] = {true, row, 0}; }
  static void expect(const Choice& c, Command command, std::int32_t slot, std::int64_t at) {
    EXPECT_EQ(c.command, command) << to_text(c.command);
    EXPECT_EQ(c.slot, slot);
    EXPECT_EQ(c.at, at);
  }

  TimingTable table_;
  TimingState timing_;
  std::vector<Bank> banks_;
  RequestQueue queue_;
  Settings settings_;
};

TEST_F(DramScheduler, NothingToDo) { EXPECT_EQ(scheduler().choose(5, {}).at, kNever); }

TEST_F(DramScheduler, ColumnsBeforeRowsAndOlderBeforeYounger) {
  const auto closed = push(kReads, 0, 1), hit = push(kReads, 1, 2), younger = push(kReads, 2, 3);
  open(1, 2);
  open(2, 3);
  Scheduler s = scheduler();
  expect(s.choose(5, {}), Command::kRead, hit, 5);
  queue_.remove(hit);
  expect(s.choose(5, {}), Command::kRead, younger, 5);
  queue_.remove(younger);
  expect(s.choose(5, {}), Command::kAct, closed, 5);
}

TEST_F(DramScheduler, WhatMayGoFirstGoesFirst) {
  push(kReads, 0, 1);
  const auto other = push(kReads, 1, 1);
  timing_.issue(Command::kAct, 0, 0);
  open(0, 1);
  const Choice c = scheduler().choose(2, {});  // the read at 11, the activate of another bank at tRRD 6
  expect(c, Command::kAct, other, 6);
}

TEST_F(DramScheduler, ARowIsNotClosedWhileSomebodyWantsIt) {
  const auto conflict = push(kReads, 0, 9), hit = push(kReads, 0, 1);
  open(0, 1);
  Scheduler s = scheduler();
  expect(s.choose(5, {}), Command::kRead, hit, 5);
  queue_.remove(hit);
  expect(s.choose(5, {}), Command::kPrecharge, conflict, 5);
}

TEST_F(DramScheduler, WritesGoInGroups) {
  const auto write = push(kWrites, 0, 1, 0), read = push(kReads, 1, 1);
  open(0, 1);
  open(1, 1);
  Scheduler s = scheduler();
  expect(s.choose(5, {}), Command::kRead, read, 5);
  const auto second = push(kWrites, 0, 1, 1), third = push(kWrites, 0, 1, 2);
  Choice c = s.choose(5, {});
  expect(c, Command::kWrite, write, 5);
  // A plan alone does not begin the group; a command does, and it lasts to the low mark.
  queue_.remove(third);
  expect(s.choose(5, {}), Command::kRead, read, 5);
  s.went(c);
  expect(s.choose(5, {}), Command::kWrite, write, 5);
  queue_.remove(write);
  expect(s.choose(5, {}), Command::kRead, read, 5);
  queue_.remove(read);
  expect(s.choose(5, {}), Command::kWrite, second, 5);  // nothing else to do
}

TEST_F(DramScheduler, ARowIsNotClosedBeforeTheRequestThatOpenedItHasGone) {
  const auto read = push(kReads, 0, 1);
  open(0, 1);
  banks_[0].opener = read;
  for (std::int64_t row = 7; row < 10; ++row) push(kWrites, 0, row);  // enough for their group
  const auto elsewhere = push(kWrites, 1, 4);
  open(1, 4);
  Scheduler s = scheduler();
  // The column commands of both directions are legal: the older goes first, and then nothing keeps the row.
  expect(s.choose(5, {}), Command::kRead, read, 5);
  queue_.remove(read);
  banks_[0].opener = -1;
  expect(s.choose(5, {}), Command::kWrite, elsewhere, 5);
  queue_.remove(elsewhere);
  EXPECT_EQ(s.choose(5, {}).command, Command::kPrecharge);
}

TEST_F(DramScheduler, ARowWithoutConflictWaitsForItsDirection) {
  const auto read = push(kReads, 0, 1);
  open(0, 1);
  banks_[0].opener = read;
  std::int32_t first = -1;
  for (std::int64_t row = 7; row < 10; ++row) {
    const auto write = push(kWrites, 1, row);
    if (first < 0) first = write;
  }
  expect(scheduler().choose(5, {}), Command::kAct, first, 5);
}

TEST_F(DramScheduler, NobodyIsOvertakenForEver) {
  settings_.queue.overtaking = 2;
  const auto old = push(kReads, 0, 9);
  open(0, 1);
  Scheduler s = scheduler();
  for (int i = 0; i < 2; ++i) {
    const auto hit = push(kReads, 0, 1, i);
    expect(s.choose(5, {}), Command::kRead, hit, 5);
    s.serves(hit, 1);
    queue_.remove(hit);
  }
  push(kReads, 0, 1, 3);
  expect(s.choose(5, {}), Command::kPrecharge, old, 5);
}

TEST_F(DramScheduler, FifoMovesDataInOrderAndOpensRowsAhead) {
  settings_.scheduler = Order::kFifo;
  const auto first = push(kReads, 0, 1), second = push(kReads, 1, 2), third = push(kReads, 2, 3);
  open(1, 2);
  Scheduler s = scheduler();
  expect(s.choose(5, {}), Command::kAct, first, 5);
  open(0, 1);
  timing_.issue(Command::kAct, 0, 5);
  expect(s.choose(6, {}), Command::kAct, third, 11);  // before the data of the first at 16
  open(2, 3);
  expect(s.choose(12, {}), Command::kRead, first, 16);
  queue_.remove(first);
  expect(s.choose(17, {}), Command::kRead, second, 17);
}

TEST_F(DramScheduler, ClosedPagesAreClosedByTheLastThatWantsThem) {
  settings_.page_policy = PagePolicy::kClosed;
  const auto first = push(kReads, 0, 1, 0), last = push(kReads, 0, 1, 1);
  open(0, 1);
  Scheduler s = scheduler();
  expect(s.choose(5, {}), Command::kRead, first, 5);
  queue_.remove(first);
  expect(s.choose(5, {}), Command::kReadAutoPrecharge, last, 5);
}

TEST_F(DramScheduler, ABankThatARefreshWantsIsLeftAlone) {
  const auto one = push(kReads, 0, 1), other = push(kReads, 1, 1);
  Scheduler s = scheduler();
  expect(s.choose(5, {0, 6, false}), Command::kAct, one, 5);  // before it is wanted
  expect(s.choose(6, {0, 6, false}), Command::kAct, other, 6);
  EXPECT_EQ(s.choose(6, {0, 6, true}).at, kNever);  // an activate would put the refresh off
  open(1, 1);
  expect(s.choose(6, {0, 6, true}), Command::kRead, other, 6);
}

}  // namespace
}  // namespace subvolt::mem::dram
