// Does the search find the mapping that was published for Eyeriss, and does the code of zeros take the bytes of one
// that codes element by element?
#include "sim/mapping/row_stationary/row_stationary_planner.h"

#include <gtest/gtest.h>

#include <random>

#include "sim/mapping/row_stationary/row_stationary_search.h"
#include "sim/mapping/row_stationary/run_length.h"

namespace subvolt::mapping {
namespace {

struct PublishedMapping {
  const char* name;
  std::int64_t groups, filters, channels, outputs, kernel, stride;
  std::int64_t m, n, e, p, q, r, t, active;
};
// Y.-H. Chen et al., IEEE JSSC 52(1) 2017, mapping of AlexNet, batch 4. There conv3 has q 4, r 1, t 4, on as many PEs.
constexpr PublishedMapping kAlexNet[] = {{"conv1", 1, 96, 3, 55, 11, 4, 96, 1, 7, 16, 1, 1, 2, 154},
                                         {"conv2", 2, 128, 48, 27, 5, 1, 64, 1, 27, 16, 2, 1, 1, 135},
                                         {"conv3", 1, 384, 256, 13, 3, 1, 64, 4, 13, 16, 3, 2, 2, 156},
                                         {"conv4", 2, 192, 192, 13, 3, 1, 64, 4, 13, 16, 3, 2, 2, 156},
                                         {"conv5", 2, 128, 192, 13, 3, 1, 64, 4, 13, 16, 3, 2, 2, 156}};

TEST(RowStationarySearch, FindsThePublishedMappingOfAlexNet) {
  const RowStationaryMachine machine;
  for (const PublishedMapping& layer : kAlexNet) {
    SCOPED_TRACE(layer.name);
    RowStationaryLayer l;
    l.images = 4;
    l.groups = layer.groups;
    l.channels = layer.channels;
    l.filters = layer.filters;
    l.rows = l.columns = {layer.outputs, layer.kernel, layer.stride, 1};
    std::int64_t candidates = 0;
    const auto found = search_row_stationary(machine, l, {}, Objective::kEnergy, candidates);
    ASSERT_TRUE(found);
    EXPECT_GT(candidates, 100);
    EXPECT_EQ(found->m, layer.m);
    EXPECT_EQ(found->n, layer.n);
    EXPECT_EQ(found->e, layer.e);
    RowStationaryPass pass{found->n, found->channels, found->filters, l.rows, l.columns, false};
    pass.rows.out = found->e;
    const PeSets sets = arrange(machine, pass).value();
    EXPECT_EQ(sets.p, layer.p);
    EXPECT_EQ(sets.q, layer.q);
    EXPECT_EQ(sets.r, layer.r);
    EXPECT_EQ(sets.t, layer.t);
    EXPECT_EQ(sets.active(pass), layer.active);
  }
}

TEST(RowStationarySearch, SaysWhichLimitAToldMappingBreaks) {
  const RowStationaryMachine machine;
  RowStationaryLayer l;
  l.images = 4;
  l.channels = 256;
  l.filters = 384;
  l.rows = l.columns = {13, 3, 1, 1};
  EXPECT_EQ(misfit(machine, l, {64, 4, 13, 4, 64}), "");  // as published
  EXPECT_EQ(misfit(machine, l, {64, 4, 13, 8, 32}), "banks of the buffer 26, at most 25");
  EXPECT_EQ(misfit(machine, l, {64, 5, 13, 4, 64}), "n 5, at most 4");
  EXPECT_EQ(misfit(machine, l, {64, 4, 14, 4, 64}), "e 14, at most 13");
  EXPECT_EQ(misfit(machine, l, {32, 4, 13, 4, 64}), "filters 64, at most 32");
  EXPECT_NE(misfit(machine, l, {128, 1, 13, 4, 128}).find("no place"), std::string::npos);
}

// Words of a coder that goes through a plane element by element.
std::int64_t coded_words(std::int64_t elements, double zeros, std::int64_t bits, std::mt19937& random) {
  std::int64_t pairs = 0, run = 0;
  for (std::int64_t i = 0; i < elements; ++i) {
    const bool zero = static_cast<double>(random()) < zeros * 4294967296.0;
    if (zero && run < 31 && i + 1 < elements) {
      ++run;
      continue;
    }
    ++pairs;
    run = 0;
  }
  const std::int64_t per_word = (64 - 1) / (5 + bits);
  return (pairs + per_word - 1) / per_word;
}

TEST(RunLength, TakesTheBytesOfACoderOfRandomZeros) {
  std::mt19937 random(1);
  for (const auto type : {network::ElementType::kInt16, network::ElementType::kInt8}) {
    const network::Format format{type};
    for (const double zeros : {0.3, 0.5, 0.72, 0.9, 0.97, 0.99}) {
      const StoredPlanes planes(format, 400, 500, zeros);
      const double coded = 8.0 * static_cast<double>(coded_words(400 * 500, zeros, format.bits(), random));
      if (!planes.coded()) {
        EXPECT_GT(coded, 0.98 * static_cast<double>(format.bytes(400 * 500)));
        continue;
      }
      EXPECT_NEAR(static_cast<double>(planes.plane_bytes()) / coded, 1.0, 0.02) << zeros;
    }
  }
  EXPECT_EQ(pairs_per_word(16), 3);  // as in the paper
}

TEST(RunLength, LeavesPlanesThatItWouldMakeLonger) {
  const network::Format words{network::ElementType::kInt16};
  EXPECT_FALSE(StoredPlanes(words, 10, 10, 0.1).coded());
  EXPECT_FALSE(StoredPlanes(words, 10, 10, -1.0).coded());
  EXPECT_EQ(StoredPlanes(words, 10, 10, 0.1).plane_bytes(), 200);
  EXPECT_EQ(StoredPlanes(words, 1, 1, 0.9).plane_bytes(), 2);
  const StoredPlanes all_zeros(words, 32, 32, 1.0);
  EXPECT_EQ(all_zeros.plane_bytes(), 88);  // 32 pairs of 32 elements, three in a word
  EXPECT_EQ(all_zeros.row_offset(0), 0);
  EXPECT_EQ(all_zeros.row_offset(32), 88);
}

}  // namespace
}  // namespace subvolt::mapping
