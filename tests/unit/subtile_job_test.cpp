// Does the closed form of a sub-tile engine's job keep the times and counts of a machine that moves numbers clock by
// clock, and does that machine convolve?
#include "sim/mapping/subtile/subtile_job.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

#include "tests/support/subtile_twin.h"

namespace subvolt {
namespace {

using mapping::SubtileActivity;
using mapping::SubtileJob;
using mapping::SubtileMachine;
using mapping::SubtileMode;
using test::SubtileWork;

class SubtileDraw {
 public:
  explicit SubtileDraw(unsigned seed) : random_(seed) {}
  int operator()(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<unsigned>(high - low + 1));
  }
  bool one_in(int n) { return (*this)(1, n) == 1; }

 private:
  std::mt19937 random_;
};

SubtileMachine draw_machine(SubtileDraw& draw) {
  SubtileMachine m;
  if (draw.one_in(4)) return m;
  m.inputs = 8 * draw(1, 2);
  m.kernels = draw(1, 12);
  m.scale_bytes = draw(1, 4);
  m.kernel_shifts = draw.one_in(2);
  m.start = draw(0, 5);
  m.load_latency = draw(0, 9);
  m.offset = draw(0, 9);
  m.multiply_latency = draw(0, 9);
  m.index = draw(0, 3);
  m.scale_latency = draw(0, 12);
  m.bias_latency = draw(0, 12);
  m.output_latency = draw(0, 6);
  return m;
}

SubtileWork draw_work(SubtileDraw& draw) {
  SubtileWork w;
  test::Convolution& c = w.dense;
  w.bits = draw.one_in(3) ? 8 : draw(2, 8);
  const int mode = draw(0, 3);
  w.linear = mode == 2;
  w.depthwise = mode == 3;
  c.width = w.linear ? 1 : draw(1, 9);
  c.height = w.linear ? 1 : draw(1, 9);
  c.inputs = w.linear ? draw(4, 600) : draw(w.depthwise ? 2 : 1, 40);
  c.kernels = w.depthwise ? c.inputs : draw(1, 20);
  c.rows = mode == 0 || w.depthwise ? draw(1, 3) : 1;
  c.columns = mode == 0 || w.depthwise ? draw(1, 3) : 1;
  c.stride_y = c.stride_x = w.linear ? 1 : draw(1, 2);
  c.pad_top = draw(0, c.rows - 1);
  c.pad_left = draw(0, c.columns - 1);
  c.out_height = std::max(1, (c.height + 2 * c.pad_top - c.rows) / c.stride_y + 1);
  c.out_width = std::max(1, (c.width + 2 * c.pad_left - c.columns) / c.stride_x + 1);
  const int half = 1 << (w.bits - 1);
  for (int i = 0; i < c.width * c.height * c.inputs; ++i) c.input.push_back(static_cast<std::int8_t>(draw(-128, 127)));
  const int weights = c.kernels * c.rows * c.columns * (w.depthwise ? 1 : c.inputs);
  for (int i = 0; i < weights; ++i) c.weights.push_back(static_cast<std::int8_t>(draw(-half, half - 1)));
  if (draw.one_in(2)) {
    for (int k = 0; k < c.kernels; ++k) w.biases.push_back(draw(-100000, 100000));
  }
  return w;
}

// As a command has it.
mapping::Tile tile_of(const SubtileWork& w) {
  static const network::ElementType types[] = {network::ElementType::kInt2, network::ElementType::kInt3,
                                               network::ElementType::kInt4, network::ElementType::kInt5,
                                               network::ElementType::kInt6, network::ElementType::kInt7,
                                               network::ElementType::kInt8};
  const test::Convolution& c = w.dense;
  mapping::Tile tile;
  tile.rows = {c.out_height, c.rows, c.stride_y, 1};
  tile.columns = {c.out_width, c.columns, c.stride_x, 1};
  tile.channels = w.depthwise ? 1 : c.kernels;
  tile.inputs = w.depthwise ? 1 : c.inputs;
  tile.groups = w.depthwise ? c.inputs : 1;
  tile.accumulate = !w.biases.empty();
  tile.weight = {types[w.bits - 2]};
  if (w.linear) {
    tile.columns.kernel = c.inputs;
    tile.inputs = 1;
  }
  return tile;
}

TEST(SubtileJob, KeepsTheTimesOfItsTwinOn4000Layers) {
  SubtileDraw draw(20261130);
  int equal = 0;
  std::array<int, 4> modes{};
  int halved = 0;
  for (int i = 0; i < 4000 && !testing::Test::HasFailure(); ++i) {
    const SubtileMachine m = draw_machine(draw);
    const SubtileWork w = draw_work(draw);
    SCOPED_TRACE("layer " + std::to_string(i));
    const SubtileJob job = mapping::subtile_job(tile_of(w));
    const SubtileActivity a = mapping::subtile_activity(m, job);
    ++modes[static_cast<std::size_t>(job.mode)];
    halved += job.halved ? 1 : 0;

    test::SubtileTwin twin(m, w);
    std::int64_t now = 0;
    while (!twin.done() && now < a.cycles() + 1000) {
      twin.tick();
      ++now;
    }
    ASSERT_TRUE(twin.done());
    EXPECT_EQ(a.cycles(), now);
    EXPECT_EQ(twin.cycles(), (std::array<std::int64_t, 8>{a.start, a.input, a.offset, a.multiply, a.latency, a.index,
                                                          a.scale, a.output}));
    EXPECT_EQ(a.reads, twin.reads());
    EXPECT_EQ(a.writes, twin.writes());
    EXPECT_EQ(a.input_bytes, twin.input_bytes());
    EXPECT_EQ(a.weight_bytes, twin.weight_bytes());
    EXPECT_EQ(a.scale_bytes, twin.scale_bytes());
    EXPECT_EQ(a.output_bytes, twin.output_bytes());
    EXPECT_EQ(twin.results(), w.result());
    EXPECT_EQ(twin.times_written(), std::vector<int>(w.result().size(), 1));
    EXPECT_EQ(a.macs, static_cast<std::int64_t>(w.result().size()) * w.dense.rows * w.dense.columns *
                          (w.depthwise ? 1 : w.dense.inputs));
    ++equal;
  }
  for (const int n : modes) EXPECT_GT(n, 400);
  EXPECT_GT(halved, 400);
  RecordProperty("equal", equal);  // for docs/validation.md
}

// Accesses of layers on the RTL of NE16 (columns reads and writes; origin in tests/validation/data/README.md).
TEST(SubtileJob, ReadsAndWritesAsOftenAsTheRtl) {
  struct Row {
    const char* name;
    SubtileMode mode;
    int side_y, side_x, inputs, kernels;
    std::int64_t reads, writes, cycles;
  };
  const Row rows[] = {{"3x3_6x6x64_32", SubtileMode::kWindow, 6, 6, 64, 32, 4500, 36, 4935},
                      {"dw_25x5x64_64", SubtileMode::kDepthwise, 25, 5, 64, 64, 11088, 648, 15411},
                      {"dw_48x48x8_8", SubtileMode::kDepthwise, 48, 48, 8, 8, 23040, 2304, 35843},
                      {"pw_10x10x24_100", SubtileMode::kPoint, 10, 10, 24, 100, 4416, 576, 9171},
                      {"pw_8x8x40_48", SubtileMode::kPoint, 8, 8, 40, 48, 1800, 162, 3567}};
  for (const Row& row : rows) {
    SubtileJob job;
    job.mode = row.mode;
    job.rows = row.side_y;
    job.columns = row.side_x;
    job.window = row.mode == SubtileMode::kPoint ? 1 : 9;
    job.inputs = row.inputs;
    job.kernels = row.kernels;
    const SubtileActivity a = mapping::subtile_activity({}, job);
    EXPECT_EQ(a.reads, row.reads) << row.name;
    EXPECT_EQ(a.writes, row.writes) << row.name;
    EXPECT_EQ(a.cycles() + 1, row.cycles) << row.name << ": a cycle is the trigger's";
  }
}

TEST(SubtileJob, NarrowerWeightsTakeLessTimeButForSinglePixels) {
  SubtileJob job;
  job.rows = job.columns = 6;
  job.inputs = 32;
  job.kernels = 32;
  const auto cycles = [&](SubtileMode mode, std::int64_t bits) {
    job.mode = mode;
    job.bits = bits;
    return mapping::subtile_activity({}, job).cycles();
  };
  for (std::int64_t bits = 3; bits <= 8; ++bits) {
    // 4 places, 2 blocks, 32 kernels; depthwise 2 of 16 kernels instead.
    EXPECT_EQ(cycles(SubtileMode::kWindow, bits) - cycles(SubtileMode::kWindow, bits - 1), 4 * 2 * 32);
    EXPECT_EQ(cycles(SubtileMode::kDepthwise, bits) - cycles(SubtileMode::kDepthwise, bits - 1), 4 * 2 * 16);
    EXPECT_EQ(cycles(SubtileMode::kPoint, bits), cycles(SubtileMode::kPoint, bits - 1));
  }
}

}  // namespace
}  // namespace subvolt
