// Does a pipeline of accelerators get the cut whose slowest stretch is fastest?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "sim/mapping/program/stages.h"

namespace subvolt::mapping {
namespace {

using testing::ElementsAre;

Stages best_stages(const std::vector<std::vector<std::int64_t>>& cycles) {
  return Cuts(cycles).next().value_or(Stages());
}

TEST(MappingStages, CutsWhereTheSlowerHalfIsFastest) {
  // Alike: 4 + 3 | 2 + 5 + 1 would be 7 and 8, 4 + 3 + 2 | 5 + 1 is 9 and 6.
  const Stages stages = best_stages({{4, 3, 2, 5, 1}, {4, 3, 2, 5, 1}});
  EXPECT_EQ(stages.slowest, 8);
  EXPECT_THAT(stages.accelerators, ElementsAre(0, 1));
  EXPECT_THAT(stages.stage, ElementsAre(0, 0, 1, 1, 1));
}

TEST(MappingStages, GivesTheShortStretchToTheSlowAccelerator) {
  // The second is four times as slow, and goes first: its share is at the begin or nowhere.
  const Stages stages = best_stages({{1, 9, 9}, {4, 36, 36}});
  EXPECT_EQ(stages.slowest, 18);
  EXPECT_THAT(stages.accelerators, ElementsAre(1, 0));
  EXPECT_THAT(stages.stage, ElementsAre(0, 1, 1));
}

TEST(MappingStages, LeavesOutWhoWouldOnlySlowItDown) {
  const Stages stages = best_stages({{1, 1}, {50, 50}});
  EXPECT_THAT(stages.accelerators, ElementsAre(0));
  EXPECT_EQ(stages.slowest, 2);
}

TEST(MappingStages, KeepsALayerFromWhoCannotRunIt) {
  const Stages stages = best_stages({{2, kCannot, 2}, {9, 9, 9}});
  EXPECT_EQ(stages.stage.size(), 3U);
  EXPECT_EQ(stages.slowest, 18);  // {0} on the first, the rest on the second, or {0, 1} and {2}
  EXPECT_TRUE(best_stages({{kCannot, 1, kCannot}, {1, kCannot, 1}}).stage.empty()) << "no two stretches do";
}

// All cuts and orders of up to three accelerators, tried one by one.
std::int64_t slowest_by_trial(const std::vector<std::vector<std::int64_t>>& cycles) {
  const std::size_t layers = cycles.front().size();
  std::vector<std::size_t> order(cycles.size());
  for (std::size_t a = 0; a < order.size(); ++a) order[a] = a;
  std::int64_t best = -1;
  do {
    for (std::size_t first = 0; first <= layers; ++first) {
      for (std::size_t second = first; second <= layers; ++second) {
        std::int64_t slowest = 0;
        bool possible = order.size() > 2 || second == layers;
        const std::size_t ends[] = {first, second, layers};
        for (std::size_t s = 0, l = 0; s < order.size(); ++s) {
          std::int64_t sum = 0;
          for (; l < ends[s]; ++l) {
            possible = possible && cycles[order[s]][l] != kCannot;
            sum += cycles[order[s]][l];
          }
          slowest = std::max(slowest, sum);
        }
        if (possible && (best < 0 || slowest < best)) best = slowest;
      }
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

TEST(MappingStages, IsTheBestOfAllCuts) {
  std::mt19937 random(11);
  for (int i = 0; i < 300; ++i) {
    const std::size_t accelerators = 2 + random() % 2, layers = 1 + random() % 8;
    std::vector<std::vector<std::int64_t>> cycles(accelerators, std::vector<std::int64_t>(layers));
    for (auto& of : cycles) {
      for (std::int64_t& c : of) c = random() % 9 == 0 ? kCannot : static_cast<std::int64_t>(random() % 50);
    }
    const Stages stages = best_stages(cycles);
    const std::int64_t best = slowest_by_trial(cycles);
    ASSERT_EQ(stages.stage.empty(), best < 0) << "case " << i;
    ASSERT_TRUE(best < 0 || stages.slowest == best) << "case " << i << ": " << stages.slowest << ", not " << best;
  }
}

// One after the other, each once, and as many as there are.
TEST(MappingStages, AreAllToldFromTheBestOn) {
  std::mt19937 random(12);
  for (int i = 0; i < 100; ++i) {
    const std::size_t layers = 1 + random() % 6;
    std::vector<std::vector<std::int64_t>> cycles(2, std::vector<std::int64_t>(layers));
    for (auto& of : cycles) {
      for (std::int64_t& c : of) c = static_cast<std::int64_t>(random() % 20);
    }
    Cuts cuts(cycles);
    std::vector<Stages> all;
    while (auto cut = cuts.next()) all.push_back(*cut);
    // Each accelerator alone, and two orders of each place to cut at.
    ASSERT_EQ(all.size(), 2 + 2 * (layers - 1));
    for (std::size_t k = 0; k < all.size(); ++k) {
      std::vector<std::int64_t> sums(all[k].accelerators.size(), 0);
      for (std::size_t l = 0; l < layers; ++l) {
        const auto s = static_cast<std::size_t>(all[k].stage[l]);
        sums[s] += cycles[static_cast<std::size_t>(all[k].accelerators[s])][l];
      }
      ASSERT_EQ(all[k].slowest, *std::max_element(sums.begin(), sums.end()));
      if (k > 0) {
        ASSERT_GE(all[k].slowest, all[k - 1].slowest);
      }
    }
  }
}

}  // namespace
}  // namespace subvolt::mapping
