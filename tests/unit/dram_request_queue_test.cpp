// Do waiting bursts keep their order where it matters, and are accesses complete with their last burst?
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "models/mem/dram/completions.h"
#include "models/mem/dram/request_queue.h"

namespace subvolt::mem::dram {
namespace {

Request burst(Direction d, int bank, std::int64_t row, std::int64_t column) {
  Request r;
  r.direction = d;
  r.bank = bank;
  r.row = row;
  r.burst = row * 16 + column;
  return r;
}

TEST(DramRequestQueue, OrderOfArrivalByBankAndOverall) {
  RequestQueue q(4);
  const auto a = q.push(burst(kReads, 1, 5, 0)), b = q.push(burst(kReads, 0, 5, 0)), c = q.push(burst(kReads, 1, 6, 0)),
             d = q.push(burst(kWrites, 1, 6, 1));
  EXPECT_EQ(q.size(), 4);
  EXPECT_EQ(q.size(kWrites), 1);
  EXPECT_EQ(q.oldest(), a);
  EXPECT_EQ(q.first(1, kReads), a);
  EXPECT_EQ(q.next(a), c);
  EXPECT_EQ(q.next(c), -1);
  EXPECT_EQ(q.first_hit(1, kReads, 6), c);
  EXPECT_EQ(q.first_hit(1, kWrites, 6), d);
  EXPECT_EQ(q.first_hit(1, kReads, 7), -1);
  q.remove(a);
  EXPECT_EQ(q.oldest(), b);
  EXPECT_EQ(q.first(1, kReads), c);
  q.remove(c);
  q.remove(b);
  EXPECT_EQ(q.oldest(), d);
  q.remove(d);
  EXPECT_EQ(q.size(), 0);
  EXPECT_EQ(q.oldest(), -1);
}

TEST(DramRequestQueue, AReadWaitsForTheWriteBeforeItAndSoOn) {
  RequestQueue q(2);
  const auto write = q.push(burst(kWrites, 0, 5, 3)), elsewhere = q.push(burst(kReads, 0, 5, 4)),
             read = q.push(burst(kReads, 0, 5, 3)), again = q.push(burst(kWrites, 0, 5, 3)),
             other_bank = q.push(burst(kReads, 1, 5, 3));
  EXPECT_EQ(q.unblocked(kReads), 2);
  EXPECT_EQ(q.unblocked(kWrites), 1);
  EXPECT_EQ(q.first_hit(0, kReads, 5), elsewhere);
  q.remove(elsewhere);
  EXPECT_EQ(q.first_hit(0, kReads, 5), -1);
  EXPECT_EQ(q.first_unblocked(0, kReads), -1);
  EXPECT_EQ(q.first_unblocked(1, kReads), other_bank);
  q.remove(write);
  EXPECT_EQ(q.first_hit(0, kReads, 5), read);
  EXPECT_EQ(q.first_unblocked(0, kWrites), -1);
  q.remove(read);
  EXPECT_EQ(q.first_unblocked(0, kWrites), again);
}

// Against a plain list: whatever may go is not younger than a burst to the same place of which one is a write.
TEST(DramRequestQueue, NoHazardAmongThoseThatMayGo) {
  std::mt19937 random(3);
  RequestQueue q(2);
  std::vector<std::int32_t> waiting;
  for (int i = 0; i < 20'000; ++i) {
    if (waiting.size() < 2 || (waiting.size() < 24 && random() % 2 == 0)) {
      waiting.push_back(
          q.push(burst(random() % 2 == 0 ? kReads : kWrites, static_cast<int>(random() % 2),
                       static_cast<std::int64_t>(random() % 2), static_cast<std::int64_t>(random() % 2))));
      continue;
    }
    int unblocked[2] = {0, 0};
    std::vector<std::size_t> free;
    for (std::size_t k = 0; k < waiting.size(); ++k) {
      const Request& r = q[waiting[k]];
      bool hazard = false;
      for (std::size_t older = 0; older < k; ++older) {
        const Request& o = q[waiting[older]];
        hazard |= o.bank == r.bank && o.burst == r.burst && o.direction != r.direction;
      }
      // Blocked at least when there is a hazard with the other direction.
      if (hazard) {
        ASSERT_GE(r.blocker, 0) << "step " << i;
      }
      if (r.blocker < 0) ++unblocked[r.direction], free.push_back(k);
    }
    ASSERT_EQ(q.unblocked(kReads), unblocked[kReads]);
    ASSERT_EQ(q.unblocked(kWrites), unblocked[kWrites]);
    ASSERT_FALSE(free.empty()) << "somebody may always go";
    // The scheduler takes the oldest that may go of a bank, direction and row.
    const Request& any = q[waiting[free[random() % free.size()]]];
    const std::int32_t slot = q.first_hit(any.bank, any.direction, any.row);
    ASSERT_GE(slot, 0);
    q.remove(slot);
    waiting.erase(std::find(waiting.begin(), waiting.end(), slot));
  }
}

// Two queues are told the same, one of them burst by burst: they are served in the same order, with the same room and
// with the same that may go.
TEST(DramRequestQueue, RunsAreAsTheirBursts) {
  std::mt19937 random(11);
  RequestQueue runs(2), bursts(2);
  const auto check = [&] {
    for (const Direction d : {kReads, kWrites}) {
      ASSERT_EQ(runs.size(d), bursts.size(d));
      ASSERT_EQ(runs.unblocked(d), bursts.unblocked(d));
      for (int bank = 0; bank < 2; ++bank) {
        for (std::int64_t row = 0; row < 2; ++row) {
          const std::int32_t a = runs.first_hit(bank, d, row), b = bursts.first_hit(bank, d, row);
          ASSERT_EQ(a < 0, b < 0);
          if (a < 0) continue;
          ASSERT_EQ(runs[a].burst, bursts[b].burst);
          ASSERT_EQ(runs[a].order, bursts[b].order);
        }
        const std::int32_t a = runs.first_unblocked(bank, d), b = bursts.first_unblocked(bank, d);
        ASSERT_EQ(a < 0 ? -1 : runs[a].burst, b < 0 ? -1 : bursts[b].burst);
      }
    }
    ASSERT_EQ(runs.oldest() < 0, bursts.oldest() < 0);
    if (runs.oldest() >= 0) {
      ASSERT_EQ(runs[runs.oldest()].order, bursts[bursts.oldest()].order);
    }
  };
  for (int i = 0; i < 20'000 && !testing::Test::HasFatalFailure(); ++i) {
    if (runs.size() == 0 || (runs.size() < 40 && random() % 4 == 0)) {
      Request r = burst(random() % 2 == 0 ? kReads : kWrites, static_cast<int>(random() % 2),
                        static_cast<std::int64_t>(random() % 2), static_cast<std::int64_t>(random() % 8));
      r.bursts = 1 + static_cast<std::int32_t>(random() % 8);
      runs.push(r);
      Request single = r;
      for (single.bursts = 1; single.burst < r.burst + r.bursts; ++single.burst) bursts.push(single);
    } else {
      const auto d = random() % 2 == 0 ? kReads : kWrites;
      const auto bank = static_cast<int>(random() % 2);
      const std::int32_t a = runs.first_unblocked(bank, d);
      if (a < 0) continue;
      const auto n = 1 + static_cast<std::int32_t>(random() % static_cast<unsigned>(runs[a].bursts));
      runs.went(a, n);
      for (std::int32_t k = 0; k < n; ++k) bursts.remove(bursts.first_unblocked(bank, d));
    }
    check();
  }
}

TEST(DramCompletions, AnAccessIsCompleteWithTheLastOfItsBursts) {
  Completions completions;
  const auto two = completions.begin(7, 2), one = completions.begin(8, 1);
  kernel::MemoryCompletion c;
  completions.bursts_end(two, 500);
  EXPECT_FALSE(completions.take(10'000, c));
  completions.bursts_end(one, 450);
  completions.bursts_end(two, 300);  // ends at 500 all the same
  EXPECT_FALSE(completions.take(449, c));
  ASSERT_TRUE(completions.take(10'000, c));
  EXPECT_EQ(c.id, 8u);
  ASSERT_TRUE(completions.take(10'000, c));
  EXPECT_EQ(c.id, 7u);
  EXPECT_EQ(c.at, 500);
  EXPECT_FALSE(completions.take(10'000, c));
}

TEST(DramCompletions, AreTakenInOrderOfTime) {
  std::mt19937 random(5);
  Completions completions;
  kernel::MemoryCompletion c;
  std::int64_t last = 0;
  std::uint32_t begun = 0, taken = 0;
  for (std::int64_t now = 0; now < 200'000; now += 10) {
    completions.bursts_end(completions.begin(begun++, 1), now + static_cast<std::int64_t>(random() % 100));
    while (completions.take(now, c)) {
      EXPECT_GE(c.at, last);
      last = c.at;
      ++taken;
    }
  }
  while (completions.take(INT64_MAX, c)) ++taken;
  EXPECT_EQ(taken, begun);
}

}  // namespace
}  // namespace subvolt::mem::dram
