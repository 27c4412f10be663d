// Do tensors share memory as well as they can, without ever meeting?
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "sim/mapping/place/lifetime_allocator.h"
#include "sim/mapping/place/memory_layout.h"
#include "sim/mapping/place/placement.h"
#include "sim/mapping/place/priced_choice.h"
#include "tests/support/mapping_hardware.h"

namespace subvolt::mapping {
namespace {

using test::convolution;
using test::fully_connected;
using test::network_of;

std::vector<Lifetime> random_tensors(std::mt19937& random, int count) {
  std::vector<Lifetime> tensors;
  for (int i = 0; i < count; ++i) {
    Lifetime t;
    t.bytes = 64 * (1 + random() % 20);
    t.first = static_cast<int>(random() % 8);
    t.last = t.first + static_cast<int>(random() % 4);
    t.worth = t.bytes * (1 + random() % 3);
    tensors.push_back(t);
  }
  return tensors;
}

std::int64_t peak(const std::vector<Lifetime>& tensors, unsigned set) {
  std::int64_t most = 0;
  for (int moment = 0; moment < 16; ++moment) {
    std::int64_t bytes = 0;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      if ((set >> i & 1U) && tensors[i].first <= moment && moment <= tensors[i].last) bytes += tensors[i].bytes;
    }
    most = std::max(most, bytes);
  }
  return most;
}

TEST(MappingPlacement, KeepsTheWorthiestSetThatFits) {
  std::mt19937 random(5);
  for (int repeat = 0; repeat < 200; ++repeat) {
    const auto tensors = random_tensors(random, 9);
    const auto capacity = static_cast<std::int64_t>(64 * (10 + random() % 40));
    std::int64_t best = 0;
    for (unsigned set = 0; set < 1U << tensors.size(); ++set) {
      if (peak(tensors, set) > capacity) continue;
      std::int64_t worth = 0;
      for (std::size_t i = 0; i < tensors.size(); ++i) worth += (set >> i & 1U) ? tensors[i].worth : 0;
      best = std::max(best, worth);
    }
    unsigned chosen = 0;
    std::int64_t worth = 0;
    Effort effort;
    const auto found = choose_residents(tensors, capacity, -1.0, effort);
    ASSERT_TRUE(found.has_value());
    for (const std::size_t i : *found) {
      chosen |= 1U << i;
      worth += tensors[i].worth;
    }
    EXPECT_LE(peak(tensors, chosen), capacity);
    EXPECT_EQ(worth, best);
    Effort by_price{0, 100'000};
    const PricedChoice priced = choose_by_price(tensors, capacity, by_price);
    unsigned set = 0;
    for (const std::size_t i : priced.chosen) set |= 1U << i;
    EXPECT_LE(peak(tensors, set), capacity);
    EXPECT_EQ(priced.worth, static_cast<double>(best));
    EXPECT_GE(priced.bound, static_cast<double>(best));
  }
}

TEST(MappingPlacement, OffsetsNeverOverlapWhileBothLive) {
  std::mt19937 random(6);
  int placed = 0;
  for (int repeat = 0; repeat < 300; ++repeat) {
    const auto tensors = random_tensors(random, 12);
    const std::int64_t capacity = peak(tensors, (1U << 12) - 1) + 64 * (repeat % 10);
    const auto offsets = assign_offsets(tensors, capacity);
    if (!offsets) continue;
    ++placed;
    for (std::size_t a = 0; a < tensors.size(); ++a) {
      EXPECT_GE((*offsets)[a], 0);
      EXPECT_LE((*offsets)[a] + tensors[a].bytes, capacity);
      for (std::size_t b = a + 1; b < tensors.size(); ++b) {
        const bool together = tensors[a].first <= tensors[b].last && tensors[b].first <= tensors[a].last;
        const bool apart =
            (*offsets)[a] + tensors[a].bytes <= (*offsets)[b] || (*offsets)[b] + tensors[b].bytes <= (*offsets)[a];
        EXPECT_TRUE(apart || !together);
      }
    }
  }
  EXPECT_GT(placed, 100);
}

TEST(MappingPlacement, AChainOfLayersFitsWhateverFitsPairwise) {
  std::mt19937 random(8);
  for (int repeat = 0; repeat < 200; ++repeat) {
    std::vector<Lifetime> chain;
    std::int64_t capacity = 0;
    for (int i = 0; i < 20; ++i) {
      chain.push_back({static_cast<std::int64_t>(64 * (1 + random() % 30)), i, i + 1, 1});
      if (i > 0) capacity = std::max(capacity, chain.back().bytes + chain[chain.size() - 2].bytes);
    }
    EXPECT_TRUE(assign_offsets(chain, capacity).has_value());
  }
}

network::Network small() {
  return network_of({8, 8, 16}, {convolution("a", {1, 1}, {1, 1}, 32), convolution("b", {1, 1}, {1, 1}, 16)});
}

TEST(MappingPlacement, WhatFitsTogetherLivesInTheCheapestMemory) {
  const auto hardware = test::mapping_hardware();
  config::Diagnostics diagnostics;
  const Placement p = place_tensors(small(), hardware.memories, diagnostics);
  ASSERT_TRUE(diagnostics.empty());
  for (const auto& place : p.parameters) EXPECT_EQ(place.memory, 0);
  for (const auto& place : p.activations) EXPECT_EQ(place.memory, 0);
}

TEST(MappingPlacement, WithoutOffChipMemoryAllIsOnChip) {
  auto hardware = test::mapping_hardware();
  hardware.memories.pop_back();
  config::Diagnostics diagnostics;
  const Placement p = place_tensors(small(), hardware.memories, diagnostics);
  ASSERT_TRUE(diagnostics.empty());
  for (const auto& place : p.parameters) EXPECT_EQ(place.memory, 0);
  for (const auto& place : p.activations) EXPECT_EQ(place.memory, 0);
}

TEST(MappingPlacement, WhatDoesNotFitOnChipGoesOffChip) {
  auto hardware = test::mapping_hardware();
  // Room for the output of a (2,048 B, written and read), or for input and output of b (1,024 B, moved once each).
  hardware.memories[0].size = Bytes(2048);
  config::Diagnostics diagnostics;
  const Placement p = place_tensors(small(), hardware.memories, diagnostics);
  ASSERT_TRUE(diagnostics.empty());
  EXPECT_EQ(p.activations[0].memory, 1);
  EXPECT_EQ(p.activations[1].memory, 0);
  EXPECT_EQ(p.activations[2].memory, 1);
  // Weights move once and take their room for ever: the output of a is worth more.
  EXPECT_EQ(p.parameters[0].memory, 1);
  EXPECT_EQ(p.parameters[1].memory, 1);
}

TEST(MappingPlacement, WeightsFillWhatActivationsLeave) {
  auto hardware = test::mapping_hardware();
  hardware.memories[0].size = Bytes(3072 + 640);  // input and output of a or of b, and 640 B of weights
  config::Diagnostics diagnostics;
  const Placement p = place_tensors(small(), hardware.memories, diagnostics);
  for (const auto& place : p.activations) EXPECT_EQ(place.memory, 0);
  EXPECT_EQ(p.parameters[0].memory, 0);  // 640 B
  EXPECT_EQ(p.parameters[1].memory, 1);  // 576 B
  const auto use = memory_use(small(), p, hardware.memories);
  EXPECT_EQ(use[0].weights, 640);
  EXPECT_EQ(use[0].activations, 3072);
  EXPECT_EQ(use[0].extent, 3712);
  EXPECT_EQ(use[1].weights, 576);
  EXPECT_EQ(use[1].activations, 0);
}

TEST(MappingPlacement, TheCheaperOfTwoOnChipMemoriesIsFilledFirst) {
  auto hardware = test::mapping_hardware();
  MemoryRegion near = hardware.memories[0];
  near.instance = "scratchpad";
  near.base = 0x1000'0000;
  near.size = Bytes(2048);
  near.read_cost_per_byte = near.write_cost_per_byte = 0.5;
  hardware.memories.push_back(near);
  config::Diagnostics diagnostics;
  const Placement p = place_tensors(small(), hardware.memories, diagnostics);
  EXPECT_EQ(p.activations[0].memory, 0);
  EXPECT_EQ(p.activations[1].memory, 2);
  EXPECT_EQ(p.activations[2].memory, 0);
}

TEST(MappingPlacement, WhatNoMemoryHoldsIsNamedWithItsBytes) {
  auto hardware = test::mapping_hardware();
  hardware.memories.pop_back();
  hardware.memories[0].size = Bytes(3008);
  config::Diagnostics diagnostics;
  place_tensors(small(), hardware.memories, diagnostics);
  // Weights take 640 + 576 B (16 x 32 and 128 B of biases; 32 x 16 and 64 B).
  ASSERT_EQ(diagnostics.errors().size(), 1U);
  EXPECT_EQ(diagnostics.errors()[0].message,
            "the network keeps 1,216 B of weights and up to 3,072 B of activations at a time; writable memory is "
            "3,008 B in sram, 64 B too little for the activations alone, and sram is full, whose size its device "
            "decides: it takes "
            "a SoC of your own with a memory that can be written and holds all of it, 4,288 B");

  hardware.memories[0].size_key = "soc.sram.size";
  config::Diagnostics remedied;
  place_tensors(small(), hardware.memories, remedied);
  EXPECT_NE(remedied.errors()[0].message.find("--set 'soc.sram.size=5.875 KiB'"), std::string::npos)
      << remedied.errors()[0].message;
  hardware.memories[0].size = Bytes(6016);
  config::Diagnostics followed;
  place_tensors(small(), hardware.memories, followed);
  EXPECT_TRUE(followed.empty());

  config::Diagnostics without;
  place_tensors(small(), {}, without);
  ASSERT_FALSE(without.empty());
  EXPECT_NE(without.errors()[0].message.find("no memory can hold a.weights, which needs 640 B: connect one that can to "
                                             "the NPU's bus"),
            std::string::npos);
}

}  // namespace
}  // namespace subvolt::mapping
