// Does the closed form of a block engine's layers keep the times of a machine that moves numbers clock by clock, does
// that machine compute the layer, and are blocks, times and streams those of Ethos-U's compiler?
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

#include "sim/mapping/block_engine/block_times.h"
#include "sim/mapping/block_engine/weight_stream.h"
#include "tests/support/block_engine_twin.h"

namespace subvolt {
namespace {

using mapping::BlockChoice;
using mapping::BlockEngineMachine;
using mapping::BlockEngineModel;
using mapping::BlockOperation;
using mapping::BlockTimes;
using mapping::BlockWork;
using test::BlockNumbers;

constexpr std::array kModels = {BlockEngineModel::kU55x32,  BlockEngineModel::kU55x64,  BlockEngineModel::kU55x128,
                                BlockEngineModel::kU55x256, BlockEngineModel::kU65x256, BlockEngineModel::kU65x512};

class BlockDraw {
 public:
  explicit BlockDraw(unsigned seed) : random_(seed) {}
  std::int64_t operator()(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<unsigned>(high - low + 1));
  }
  bool one_in(int n) { return (*this)(1, n) == 1; }

 private:
  std::mt19937 random_;
};

BlockEngineMachine draw_block_machine(BlockDraw& draw) {
  BlockEngineMachine m = mapping::block_engine_machine(kModels[static_cast<std::size_t>(draw(0, 5))]);
  if (draw.one_in(3)) {
    m.read_latency = draw(0, 200);
    m.write_latency = draw(0, 100);
    m.hazard = draw(0, 5);
  }
  return m;
}

std::vector<std::int8_t> bytes(BlockDraw& draw, std::int64_t n) {
  std::vector<std::int8_t> all;
  for (std::int64_t i = 0; i < n; ++i) all.push_back(static_cast<std::int8_t>(draw(-128, 127)));
  return all;
}

BlockNumbers draw_numbers(BlockDraw& draw) {
  BlockNumbers n;
  BlockWork& w = n.work;
  w.operation = static_cast<BlockOperation>(draw(0, 6));
  w.linear_in = draw.one_in(3);
  w.linear_out = draw.one_in(3);
  w.clamped = draw.one_in(2);
  w.table = draw.one_in(4);
  w.biases = w.has_weights() && !draw.one_in(4);
  if (draw.one_in(4)) w.scale_latency = draw(1, 500);
  w.in = {draw(1, 12), draw(1, 12), draw.one_in(3) ? draw(1, 90) : draw(1, 20)};
  if (draw.one_in(4)) w.in.rows = 1;
  if (w.operation == BlockOperation::kVectorProduct) w.in.rows = w.in.columns = 1;
  w.out = w.in;
  if (!w.by_channel()) w.out.channels = draw(1, draw.one_in(3) ? 150 : 24);
  if (!w.element_wise() && w.operation != BlockOperation::kVectorProduct) {
    const std::int64_t most = draw.one_in(5) ? 11 : 3;
    w.kernel_rows = draw(1, std::min(most, w.in.rows + 2));
    w.kernel_columns = draw(1, std::min(most, w.in.columns + 2));
    const std::int64_t dilation = w.has_weights() && draw.one_in(5) ? 2 : 1;
    w.window_rows = (w.kernel_rows - 1) * dilation + 1;
    w.window_columns = (w.kernel_columns - 1) * dilation + 1;
    w.stride_rows = draw(1, 3);
    w.stride_columns = draw(1, 3);
    n.pad_top = draw(0, w.window_rows - 1);
    n.pad_left = draw(0, w.window_columns - 1);
    w.out.rows = std::max<std::int64_t>(1, (w.in.rows + 2 * n.pad_top - w.window_rows) / w.stride_rows + 1);
    w.out.columns =
        std::max<std::int64_t>(1, (w.in.columns + 2 * n.pad_left - w.window_columns) / w.stride_columns + 1);
  }
  n.input = bytes(draw, w.in.elements());
  if (w.element_wise()) n.other = bytes(draw, w.in.elements());
  if (w.has_weights()) n.weights = bytes(draw, w.out.channels * w.taps() * (w.by_channel() ? 1 : w.in.channels));
  return n;
}

TEST(BlockEngineTimes, KeepTheTimesOfTheirTwinOn4000Layers) {
  BlockDraw draw(20261130);
  int equal = 0, parts = 0, several = 0;
  std::array<int, 7> operations{};
  for (int i = 0; i < 4000 && !testing::Test::HasFailure(); ++i) {
    const BlockEngineMachine m = draw_block_machine(draw);
    const BlockNumbers numbers = draw_numbers(draw);
    SCOPED_TRACE("layer " + std::to_string(i));
    const auto choice = mapping::choose_block(m, numbers.work);
    ASSERT_TRUE(choice);
    const BlockTimes times = mapping::block_times(m, numbers.work, *choice);
    ++operations[static_cast<std::size_t>(numbers.work.operation)];
    parts += choice->part_kernel ? 1 : 0;
    several += times.blocks > 2 ? 1 : 0;

    test::BlockEngineTwin twin(m, numbers, *choice);
    std::int64_t now = 0;
    while (!twin.done() && now < times.all + 1000) {
      twin.tick();
      ++now;
    }
    ASSERT_TRUE(twin.done());
    EXPECT_EQ(times.all, now);
    EXPECT_EQ(twin.results(), numbers.result());
    EXPECT_EQ(twin.times_written(), std::vector<int>(twin.results().size(), 1));
    const std::int64_t products = numbers.work.has_weights() ? twin.products() : 0;
    EXPECT_EQ(numbers.work.products(), products);
    EXPECT_LE(numbers.work.products(), times.blocks * times.multiply * m.macs_per_cycle());
    ++equal;
  }
  for (const int n : operations) EXPECT_GT(n, 400);
  EXPECT_GT(parts, 400);
  EXPECT_GT(several, 400);
  RecordProperty("equal", equal);  // for docs/validation.md
}

BlockWork kws_convolution() {
  BlockWork w;
  w.in = {49, 5, 2};  // folded: two columns of ten as channels
  w.out = {25, 5, 64};
  w.kernel_rows = w.window_rows = 10;
  w.kernel_columns = w.window_columns = 3;
  w.stride_rows = 2;
  w.clamped = w.biases = w.linear_in = true;
  return w;
}

// Cycles of layers of the keyword-spotting network of MLPerf Tiny that Vela 3.10 prints, where no weights are waited
// for.
TEST(BlockEngineTimes, AreThoseOfVela) {
  BlockWork depthwise = kws_convolution();
  depthwise.operation = BlockOperation::kDepthwise;
  depthwise.linear_in = false;
  depthwise.in = depthwise.out;
  depthwise.kernel_rows = depthwise.kernel_columns = depthwise.window_rows = depthwise.window_columns = 3;
  depthwise.stride_rows = 1;
  BlockWork point = depthwise;
  point.operation = BlockOperation::kConvolution;
  point.kernel_rows = point.kernel_columns = point.window_rows = point.window_columns = 1;
  BlockWork pool = depthwise;
  pool.operation = BlockOperation::kAveragePool;
  pool.out = {1, 1, 64};
  pool.kernel_rows = pool.window_rows = 25;
  pool.kernel_columns = pool.window_columns = 5;
  pool.biases = pool.clamped = false;
  const struct {
    BlockEngineModel model;
    const BlockWork& work;
    std::int64_t cycles;
  } rows[] = {{BlockEngineModel::kU55x128, depthwise, 8624}, {BlockEngineModel::kU55x128, point, 5904},
              {BlockEngineModel::kU55x128, pool, 1356},      {BlockEngineModel::kU55x256, depthwise, 4592},
              {BlockEngineModel::kU55x256, point, 3680},     {BlockEngineModel::kU55x256, pool, 1372}};
  for (const auto& row : rows) {
    const BlockEngineMachine m = mapping::block_engine_machine(row.model);
    EXPECT_EQ(mapping::block_times(m, row.work, mapping::choose_block(m, row.work).value()).all, row.cycles);
  }
}

TEST(BlockEngineTimes, OfAMachineHaveRoomForItsProducts) {
  for (const BlockEngineModel model : kModels) {
    const BlockEngineMachine m = mapping::block_engine_machine(model);
    BlockWork w;
    w.in = w.out = {32, 32, 128};
    w.kernel_rows = w.kernel_columns = w.window_rows = w.window_columns = 3;
    w.biases = true;
    const BlockTimes t = mapping::block_times(m, w, mapping::choose_block(m, w).value());
    const double used = static_cast<double>(w.products()) / static_cast<double>(t.all * m.macs_per_cycle());
    EXPECT_GT(used, 0.9);
    EXPECT_LE(used, 1.0);
  }
}

// A byte a cycle behind 64 cycles.
mapping::WeightSource flash(std::int64_t buffer) {
  mapping::WeightSource source;
  source.ratio = 1.0;
  source.buffer = buffer;
  source.cycles = [](std::int64_t n) { return n + 64; };
  return source;
}

TEST(WeightStream, ComesInSlicesThatTheTimeBeforeAndTheBufferHaveRoomFor) {
  const BlockEngineMachine m = mapping::block_engine_machine(BlockEngineModel::kU55x256);
  const BlockWork w = kws_convolution();
  const BlockChoice choice = mapping::choose_block(m, w).value();
  EXPECT_TRUE(choice.part_kernel);
  // Of 64 channels 30 taps in fours, two input channels, and ten bytes each.
  EXPECT_EQ(mapping::stream_bytes(w, choice, 64, 1.0), 64 * (32 * 2 + 10));
  const auto plan = [&](std::int64_t slack, std::int64_t buffer) {
    return mapping::plan_weights(m, w, choice, flash(buffer), slack);
  };
  // Under a layer that is long enough all of it comes; behind none only the least, and the rest while that is computed.
  const mapping::WeightPlan hidden = plan(10000, 1 << 20), first = plan(0, 1 << 20);
  ASSERT_EQ(hidden.slices.size(), 1u);
  EXPECT_EQ(hidden.cycles, hidden.compute);
  ASSERT_EQ(first.slices.size(), 2u);
  EXPECT_EQ(first.slices[0].channels, 16);
  EXPECT_EQ(first.slices[1].channels, 48);
  const std::int64_t whole = 64 * 74 + 64, last = mapping::block_times(m, mapping::some_channels(w, 48), choice).all;
  EXPECT_EQ(first.cycles, std::max(whole + last, first.compute + 16 * 74 + 64));
  EXPECT_EQ(first.slack, last);
  // All channels, in order, whatever the buffer; and none of it where it has not room for two of sixteen channels.
  for (std::int64_t buffer = 2400; buffer < 12000; buffer += 100) {
    for (const std::int64_t slack : {0, 500, 1500, 3000, 10000}) {
      const mapping::WeightPlan p = plan(slack, buffer);
      ASSERT_FALSE(p.slices.empty());
      std::int64_t at = 0;
      for (const mapping::WeightSlice& s : p.slices) {
        EXPECT_EQ(s.first, at);
        EXPECT_LE(2 * s.bytes, buffer);
        at += s.channels;
      }
      EXPECT_EQ(at, 64);
      EXPECT_GE(p.cycles, p.compute);
    }
  }
  EXPECT_TRUE(plan(0, 2300).slices.empty());
}

}  // namespace
}  // namespace subvolt
