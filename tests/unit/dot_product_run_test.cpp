// Does the recurrence of the dot-product engine keep the times of a machine that moves numbers clock by clock, and does
// that machine convolve?
#include "sim/mapping/dot_product/dot_product_run.h"

#include <gtest/gtest.h>

#include <ostream>
#include <random>

#include "tests/support/dot_product_twin.h"

namespace subvolt {
namespace {

using mapping::DotProductLayer;
using mapping::DotProductMachine;
using mapping::DotProductRun;
using test::Convolution;

class Draw {
 public:
  explicit Draw(unsigned seed) : random_(seed) {}
  int operator()(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<unsigned>(high - low + 1));
  }
  bool one_in(int n) { return (*this)(1, n) == 1; }

 private:
  std::mt19937 random_;
};

DotProductMachine draw_machine(Draw& draw) {
  DotProductMachine m;
  if (draw.one_in(2)) return m;
  m.channels = 1 << draw(1, 4);
  m.kernels = 1 << draw(1, 4);
  m.bank_entries = 16 << draw(0, 5);
  m.accumulators = 2 * m.kernels + (draw.one_in(2) ? draw(0, 20) : 0);
  m.reads_in_flight = draw.one_in(2) ? draw(1, 40) : 256;
  m.burst_beats = draw(1, 64);
  m.weight_start = draw(1, 40);
  m.input_start = draw(1, 40);
  m.input_latency = draw(1, 5);
  m.array_latency = draw(1, 50);
  m.output_interval = draw(1, 12);
  m.output_latency = draw(1, 50);
  m.release_latency = draw(1, 60);
  m.weight_alignment = m.channels * draw(1, 16);
  return m;
}

Convolution draw_convolution(Draw& draw) {
  Convolution c;
  const bool pixel = draw.one_in(5);
  c.width = pixel ? 1 : draw(1, 12);
  c.height = pixel ? 1 : draw(1, 8);
  c.inputs = draw.one_in(3) ? 8 * draw(1, 6) : draw(1, 50);
  c.kernels = draw.one_in(3) ? 8 * draw(1, 5) : draw(1, 40);
  c.rows = pixel ? 1 : draw(1, 3);
  c.columns = pixel ? 1 : draw(1, 3);
  c.pad_top = draw(0, c.rows - 1);
  c.pad_left = draw(0, c.columns - 1);
  c.stride_y = draw(1, 2);
  c.stride_x = draw(1, 2);
  c.out_height = std::max(1, (c.height + 2 * c.pad_top - c.rows) / c.stride_y + 1);
  c.out_width = std::max(1, (c.width + 2 * c.pad_left - c.columns) / c.stride_x + 1);
  const auto byte = [&] { return static_cast<std::int8_t>(draw(-128, 127)); };
  for (int i = 0; i < c.width * c.height * c.inputs; ++i) c.input.push_back(byte());
  for (int i = 0; i < c.kernels * c.inputs * c.rows * c.columns; ++i) c.weights.push_back(byte());
  return c;
}

// Banks that hold a group at least: often just that, often all weights.
int draw_banks(Draw& draw, const DotProductMachine& m, const DotProductLayer& layer) {
  std::int64_t largest = 0;
  for (std::int64_t g = 0; g < layer.groups(m); ++g) {
    largest = std::max(largest, layer.group_end(m, g) - (g > 0 ? layer.group_end(m, g - 1) : 0));
  }
  const auto least = static_cast<int>(ceil_div(largest, m.bank_entries));
  const auto most = static_cast<int>(ceil_div(layer.weight_beats(m), m.bank_entries));
  return draw.one_in(3) ? std::max(least, most) : least + (draw.one_in(2) ? draw(0, 2) : 0);
}

std::string text(const DotProductMachine& m, const Convolution& c, int banks, int latency, int rate) {
  std::string all;
  for (const std::int64_t n : {m.channels, m.kernels, m.bank_entries, m.accumulators, m.reads_in_flight, m.burst_beats,
                               m.weight_start, m.input_start, m.input_latency, m.array_latency, m.output_interval,
                               m.output_latency, m.release_latency, m.weight_alignment}) {
    all += std::to_string(n) + " ";
  }
  all += "| ";
  for (const int n :
       {c.width, c.height, c.inputs, c.kernels, c.rows, c.columns, c.out_width, c.out_height, banks, latency, rate}) {
    all += std::to_string(n) + " ";
  }
  return all;
}

TEST(DotProductRun, KeepsTheTimesOfItsTwinOn4000Layers) {
  Draw draw(20261130);
  std::int64_t held_back = 0;
  int equal = 0;
  for (int i = 0; i < 4000 && !testing::Test::HasFailure(); ++i) {
    const DotProductMachine m = draw_machine(draw);
    const Convolution c = draw_convolution(draw);
    const int banks = draw_banks(draw, m, c.layer(1));
    const int latency = draw.one_in(3) ? draw(1, 500) : draw(1, 60), rate = draw.one_in(2) ? 1 : draw(1, 5);
    SCOPED_TRACE("layer " + std::to_string(i) + ": " + text(m, c, banks, latency, rate));
    const DotProductLayer layer = c.layer(banks);
    DotProductRun run = mapping::run_dot_product(m, layer, {static_cast<double>(rate), latency});
    ASSERT_TRUE(run.done());
    held_back += layer.weight_beats(m) > banks * m.bank_entries + m.weight_fifo ? 1 : 0;

    test::DotProductTwin twin(m, c, banks, latency, rate);
    while (!twin.done() && twin.now() < run.end() + 1000) twin.tick();
    ASSERT_TRUE(twin.done());
    EXPECT_EQ(run.end(), twin.last_output());
    EXPECT_EQ(run.first_output(), twin.first_output());
    EXPECT_EQ(run.input_complete(), twin.input_complete());
    EXPECT_EQ(run.data_taken_at(), twin.last_input());
    std::vector<std::int64_t> starts;
    for (const DotProductRun::Group& group : run.groups()) starts.push_back(group.start);
    EXPECT_EQ(starts, twin.group_starts());
    EXPECT_EQ(twin.results(), c.result());
    ++equal;
  }
  EXPECT_GT(held_back, 400) << "layers whose weights do not fit as a whole";
  RecordProperty("equal", equal);  // for docs/validation.md
}

// Cutting requests shorter than may be changes nothing: nothing can come between their beats.
TEST(DotProductRun, HowLongRequestsAreIsNoMatterOfTime) {
  Draw draw(7);
  for (int i = 0; i < 500; ++i) {
    DotProductMachine m = draw_machine(draw);
    const Convolution c = draw_convolution(draw);
    const DotProductLayer layer = c.layer(draw_banks(draw, m, c.layer(1)));
    const mapping::BeatMemory memory{static_cast<double>(draw(1, 4)), draw(1, 200)};
    const std::int64_t end = mapping::run_dot_product(m, layer, memory).end();
    m.burst_beats = 1;
    EXPECT_EQ(mapping::run_dot_product(m, layer, memory).end(), end) << "layer " << i;
  }
}

TEST(DotProductMachine, CutsPositionsIntoStripes) {
  const DotProductMachine m;
  const auto stripes = [&](std::int64_t left) {
    std::vector<std::int64_t> all;
    for (; left > 0; left -= all.back()) all.push_back(m.stripe(left));
    return all;
  };
  EXPECT_EQ(stripes(25), (std::vector<std::int64_t>{8, 8, 9}));
  EXPECT_EQ(stripes(49), (std::vector<std::int64_t>{16, 16, 8, 9}));
  EXPECT_EQ(stripes(16), (std::vector<std::int64_t>{16}));
  EXPECT_EQ(stripes(1), (std::vector<std::int64_t>{1}));
}

}  // namespace
}  // namespace subvolt
