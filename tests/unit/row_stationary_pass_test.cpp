// Does the recurrence of a pass have the times of a machine that moves word by word, and do the passes of a mapping
// cover a convolution?
#include "sim/mapping/row_stationary/row_stationary_pass.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "sim/mapping/row_stationary/row_stationary_search.h"
#include "tests/support/row_stationary_twin.h"

namespace subvolt::mapping {
namespace {

class PassDraw {
 public:
  explicit PassDraw(unsigned seed) : random_(seed) {}
  int operator()(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<unsigned>(high - low + 1));
  }

 private:
  std::mt19937 random_;
};

RowStationaryMachine draw_row_stationary(PassDraw& draw) {
  RowStationaryMachine m;
  m.rows = draw(3, 12);
  m.columns = draw(2, 14);
  m.filter_words = draw(8, 224);
  m.ifmap_words = draw(5, 16);
  m.psum_words = draw(2, 24);
  m.banks = draw(3, 25);
  m.bank_words = draw(1, 4) == 1 ? 256 : draw(48, 128);
  m.filter_buffer_words = draw(32, 1024);
  m.filter_rate = draw(1, 4);
  m.ifmap_rate = draw(1, 4);
  m.psum_rate = draw(1, 8);
  m.ifmap_ahead = draw(1, 6);
  return m;
}

test::PlaneConvolution draw_planes(PassDraw& draw) {
  test::PlaneConvolution c;
  c.images = draw(1, 3);
  c.channels = draw(1, 9);
  c.filters = draw(1, 9);
  c.rows = draw(1, 16);
  c.columns = draw(1, 8);
  c.kernel_rows = draw(1, 3);
  c.kernel_columns = draw(1, 5);
  c.stride_rows = draw(1, 3);
  c.stride_columns = draw(1, 3);
  c.dilation_rows = draw(1, 5) == 1 ? 2 : 1;
  c.dilation_columns = draw(1, 5) == 1 ? 2 : 1;
  c.input.resize(static_cast<std::size_t>(c.images * c.channels * c.in_rows() * c.in_columns()));
  c.weights.resize(static_cast<std::size_t>(c.filters * c.channels * c.kernel_rows * c.kernel_columns));
  for (int& value : c.input) value = draw(-9, 9);
  for (int& value : c.weights) value = draw(-9, 9);
  return c;
}

RowStationaryLayer layer_of(const test::PlaneConvolution& c) {
  RowStationaryLayer l;
  l.images = c.images;
  l.channels = c.channels;
  l.filters = c.filters;
  l.rows = {c.rows, c.kernel_rows, c.stride_rows, c.dilation_rows};
  l.columns = {c.columns, c.kernel_columns, c.stride_columns, c.dilation_columns};
  return l;
}

TEST(RowStationaryPass, EqualsTheClockByClockMachineOnRandomLayers) {
  PassDraw draw(4711);
  int layers = 0, folded = 0, waiting = 0, several = 0;
  std::int64_t passes = 0;
  while (layers < 4000) {
    const RowStationaryMachine m = draw_row_stationary(draw);
    const test::PlaneConvolution c = draw_planes(draw);
    const RowStationaryLayer l = layer_of(c);
    const auto objective = static_cast<Objective>(draw(0, 2));
    std::int64_t candidates = 0;
    const auto found = search_row_stationary(m, l, {}, objective, candidates);
    if (!found) continue;
    SCOPED_TRACE("layer " + std::to_string(layers));
    const int e = static_cast<int>(found->e), n = static_cast<int>(found->n), mm = static_cast<int>(found->m);
    const int cc = static_cast<int>(found->channels), k = static_cast<int>(found->filters);
    ASSERT_LE(ifmap_banks(m, l, n, cc, e) + psum_banks(m, l, n, mm, e), m.banks);
    ASSERT_LE(k * cc * c.kernel_rows * c.kernel_columns, m.filter_buffer_words);
    test::RowStationaryTwin twin(m, c);
    std::int64_t tail = 0, compute = 0;
    for (int image = 0; image < c.images; image += n) {
      for (int row = 0; row < c.rows; row += e) {
        for (int group = 0; group < c.filters; group += mm) {
          const int filters = std::min(mm, c.filters - group);
          for (int channel = 0; channel < c.channels; channel += cc) {
            for (int filter = 0; filter < filters; filter += k) {
              const test::PartOfConvolution part{
                  image,          std::min(n, c.images - image), channel, std::min(cc, c.channels - channel),
                  group + filter, std::min(k, filters - filter), row,     std::min(e, c.rows - row)};
              RowStationaryPass pass{part.images, part.channels, part.filters, l.rows, l.columns, channel > 0};
              pass.rows.out = part.rows;
              const PassTimes times = time_pass(m, pass, tail);
              tail = times.tail;
              ASSERT_TRUE(twin.run(part, times.sets));
              ASSERT_EQ(times.cycles(), twin.clocks());
              ASSERT_EQ(times.compute, twin.multiplied());
              ASSERT_GE(times.wait, 0);
              compute += times.compute;
              ++passes;
              waiting += times.wait > 0 ? 1 : 0;
              several += times.sets.r > 1 && times.sets.t > 1 ? 1 : 0;
            }
          }
        }
      }
    }
    ASSERT_FALSE(twin.starved());
    ASSERT_EQ(twin.macs(), l.macs());
    ASSERT_LE(l.macs(), compute * m.pes());
    ASSERT_EQ(twin.psums(), c.result());
    folded += e > m.columns ? 1 : 0;
    ++layers;
  }
  EXPECT_GT(passes, 8000);
  EXPECT_GT(folded, 200);
  EXPECT_GT(waiting, 1000);
  EXPECT_GT(several, 200);
  RecordProperty("equal", layers);  // for docs/validation.md
}

TEST(RowStationaryMachine, FoldsAndReplicatesPeSets) {
  const RowStationaryMachine m;
  EXPECT_EQ(pe_sets(m, 11, 7), 2);   // side by side
  EXPECT_EQ(pe_sets(m, 5, 27), 1);   // in two segments
  EXPECT_EQ(pe_sets(m, 3, 13), 4);   // above each other
  EXPECT_EQ(pe_sets(m, 3, 7), 8);    // both
  EXPECT_EQ(pe_sets(m, 11, 15), 0);  // too wide for the one band there is
  EXPECT_EQ(pe_sets(m, 13, 1), 0);
  EXPECT_EQ(widest_set(m, 5), 28);
}

}  // namespace
}  // namespace subvolt::mapping
