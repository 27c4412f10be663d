// Does the closed form of a machine with weight memories keep the clocks of one that moves numbers clock by clock, and
// does that machine convolve?
#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "sim/mapping/near_memory/near_memory_machine.h"
#include "tests/support/near_memory_twin.h"

namespace subvolt {
namespace {

using mapping::NearMemoryLayer;
using mapping::NearMemoryMachine;
using test::TwinLayer;
using Kind = TwinLayer::Kind;

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  int operator()(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<unsigned>(high - low + 1));
  }
  bool one_in(int n) { return (*this)(1, n) == 1; }

 private:
  std::mt19937 random_;
};

std::vector<int> some_processors(Dice& dice) {
  std::vector<int> all;
  const int first = dice(0, 40), n = dice(1, 20);
  for (int p = first; p < first + n; ++p) {
    if (p == first || !dice.one_in(6)) all.push_back(p);
  }
  return all;
}

TwinLayer some_layer(Dice& dice) {
  TwinLayer l;
  l.kind = static_cast<Kind>(dice(0, 4));
  const bool line = dice.one_in(4), window = l.kind == Kind::kConvolution || l.kind == Kind::kDepthwise;
  l.processors = some_processors(dice);
  l.outputs = some_processors(dice);
  l.channels = dice.one_in(2) ? dice(1, 12) : dice(1, 40);
  l.out_channels = dice(1, 24);
  if (l.kind == Kind::kDepthwise || l.kind == Kind::kPass) {
    l.out_channels = l.channels;
    if (dice.one_in(2)) l.outputs = l.processors;
  }
  l.operands = dice.one_in(3) ? dice(2, 4) : 1;
  if (dice.one_in(3)) {
    l.pool = line ? 1 : dice(1, 3);
    l.pool_step = dice(1, 3);
    l.pool_first = !dice.one_in(3);
  }
  if (window) {
    l.kernel_height = line ? dice(1, 9) : dice.one_in(2) ? 3 : 1;
    l.kernel_width = line ? 1 : l.kernel_height;
    l.pad_height = dice(0, std::min(2, l.kernel_height - 1));
    l.pad_width = dice(0, std::min(2, l.kernel_width - 1));
  } else if (l.kind == Kind::kTransposed) {
    l.kernel_height = l.kernel_width = 3;
    l.pad_height = l.pad_width = 1;
  }
  const int least = (l.kernel_height - 1) * std::max(l.pool_step, 1) + std::max(l.pool, 1);
  l.height = least + dice(0, 5);
  l.width = line && l.kind != Kind::kTransposed ? std::max(l.pool, 1) : least + dice(0, 5);
  l.data.resize(static_cast<std::size_t>(l.operands));
  for (auto& operand : l.data) {
    for (int i = 0; i < l.height * l.width * l.channels; ++i) operand.push_back(dice(-99, 99));
  }
  const int side_h = l.pool ? (l.height - l.pool) / l.pool_step + 1 : l.height;
  const int side_w = l.pool ? (l.width - l.pool) / l.pool_step + 1 : l.width;
  const int taps = l.kind == Kind::kFlatten ? side_h * side_w : l.kernel_height * l.kernel_width;
  const int inputs = l.kind == Kind::kDepthwise ? 1 : l.channels;
  if (l.kind != Kind::kPass) {
    for (int i = 0; i < l.out_channels * taps * inputs; ++i) l.weights.push_back(dice(-99, 99));
  }
  return l;
}

NearMemoryLayer layer_of(const TwinLayer& t) {
  using To = NearMemoryLayer::Kind;
  NearMemoryLayer l;
  l.kind = t.kind == Kind::kDepthwise ? To::kDepthwise
           : t.kind == Kind::kFlatten ? To::kFlatten
           : t.kind == Kind::kPass    ? To::kPass
                                      : To::kConvolution;
  l.zeros = t.kind == Kind::kTransposed ? 4 : 1;
  const int apart = t.kind == Kind::kTransposed ? 2 : 1;
  l.height = apart * (t.pool ? (t.height - t.pool) / t.pool_step + 1 : t.height);
  l.width = apart * (t.pool ? (t.width - t.pool) / t.pool_step + 1 : t.width);
  l.channels = t.channels;
  l.out_channels = t.out_channels;
  l.kernel_height = t.kernel_height;
  l.kernel_width = t.kernel_width;
  l.pad_height = t.pad_height;
  l.pad_width = t.pad_width;
  const bool flat = l.kind == To::kFlatten;
  l.out_height = flat ? 1 : l.height + 2 * l.pad_height - l.kernel_height + 1;
  l.out_width = flat ? 1 : l.width + 2 * l.pad_width - l.kernel_width + 1;
  l.pooled = t.pool > 0;
  l.pool_taps = std::max(1, t.pool * t.pool);
  l.operands = t.operands;
  l.pool_first = t.pool_first;
  l.processors = l.outputs = {0};
  for (const int p : t.processors) l.processors.bits |= std::uint64_t{1} << p;
  for (const int p : t.outputs) l.outputs.bits |= std::uint64_t{1} << p;
  l.steps = steps_of(l);
  return l;
}

std::string text_of(const TwinLayer& l) {
  std::ostringstream out;
  out << "kind " << static_cast<int>(l.kind) << ", " << l.height << "x" << l.width << "x" << l.channels << " -> "
      << l.out_channels << ", kernel " << l.kernel_height << "x" << l.kernel_width << ", padding " << l.pad_height
      << ", pool " << l.pool << "/" << l.pool_step << ", operands " << l.operands << (l.pool_first ? "" : ", sum first")
      << ", processors " << l.processors.size() << ", outputs " << l.outputs.size();
  return out.str();
}

TEST(NearMemoryClocks, EqualTheTwinAndTheTwinConvolves) {
  const NearMemoryMachine machine;
  for (unsigned seed = 0; seed < 4000; ++seed) {
    Dice dice(seed);
    const TwinLayer twin = some_layer(dice);
    const NearMemoryLayer layer = layer_of(twin);
    const test::TwinRun run = run_twin(twin);
    const mapping::NearMemoryClocks clocks = clocks_of(machine, layer);
    const mapping::NearMemoryCounts counts = counts_of(machine, layer);
    ASSERT_EQ(clocks.read, run.read_clocks) << seed << ": " << text_of(twin);
    ASSERT_EQ(clocks.write, run.write_clocks) << seed << ": " << text_of(twin);
    ASSERT_EQ(layer.positions(), run.positions) << seed << ": " << text_of(twin);
    ASSERT_EQ(counts.words_first, run.data_words) << seed << ": " << text_of(twin);
    // The clock more of a row of single sums reads no weights in the twin.
    const std::int64_t late = layer.steps == 1 && layer.passes() == 1 ? run.write_clocks - run.positions : 0;
    const bool multiplies = layer.kind == NearMemoryLayer::Kind::kConvolution;
    ASSERT_EQ(counts.kernel_words, run.kernel_words + (multiplies ? late * layer.processors.count() : 0))
        << seed << ": " << text_of(twin);
    ASSERT_EQ(run.output, plain_result(twin)) << seed << ": " << text_of(twin);
  }
}

// Rows of the chip's networks and the cycles of the vendor's estimate (analogdevicesinc/ai8x-synthesis,
// izer/latency.py, for networks/*.yaml as measured in application note AN7664; depthwise as fitted to the chip).
TEST(NearMemoryClocks, AreThoseOfTheChipsNetworks) {
  const NearMemoryMachine machine;
  NearMemoryLayer l;  // mnist, layer 1
  l.height = l.width = 14;
  l.channels = l.out_channels = 60;
  l.out_height = l.out_width = 16;
  l.pooled = true;
  l.pool_taps = 4;
  l.kernel_height = l.kernel_width = 3;
  l.pad_height = l.pad_width = 2;
  l.processors = l.outputs = network::UnitSet::range(4, 60);
  l.steps = steps_of(l);
  EXPECT_EQ(clocks_of(machine, l).read, 1304);
  EXPECT_EQ(clocks_of(machine, l).write, 15360);
  EXPECT_EQ(clocks_of(machine, l).stalled, 2842);  // 256 x 11.1
  EXPECT_EQ(kernel_words(l), 60);

  l = {};  // cifar-100-mobilenet-v2-0.75, layer 59: depthwise in 12 passes
  l.kind = NearMemoryLayer::Kind::kDepthwise;
  l.height = l.width = l.out_height = l.out_width = 4;
  l.channels = l.out_channels = 720;
  l.kernel_height = l.kernel_width = 3;
  l.pad_height = l.pad_width = 1;
  l.processors = l.outputs = network::UnitSet::range(0, 60);
  l.steps = steps_of(l);
  EXPECT_EQ(clocks_of(machine, l).read, 884);
  EXPECT_EQ(clocks_of(machine, l).write, 768);
  EXPECT_EQ(kernel_words(l), 12);

  l = {};  // cifar-100-residual, layer 12: the sum of two is pooled
  l.height = l.width = l.out_height = l.out_width = 4;
  l.channels = 48;
  l.out_channels = 96;
  l.operands = 2;
  l.pooled = true;
  l.pool_taps = 4;
  l.pool_first = false;
  l.kernel_height = l.kernel_width = 3;
  l.pad_height = l.pad_width = 1;
  l.processors = l.outputs = network::UnitSet::range(0, 48);
  l.steps = steps_of(l);
  EXPECT_EQ(clocks_of(machine, l).read, 204);
  EXPECT_EQ(clocks_of(machine, l).write, 1536);
  EXPECT_EQ(kernel_words(l), 96);

  l = {};  // cifar-100-residual, layer 6: a copy of 20 channels on two quadrants
  l.kind = NearMemoryLayer::Kind::kPass;
  l.height = l.out_height = 256;
  l.channels = l.out_channels = 20;
  l.processors = l.outputs = network::UnitSet::range(20, 20);
  l.steps = steps_of(l);
  EXPECT_EQ(clocks_of(machine, l).read, 512);
  EXPECT_EQ(clocks_of(machine, l).write, 768);

  l = {};  // mnist, layer 4: flattened
  l.kind = NearMemoryLayer::Kind::kFlatten;
  l.height = 16;
  l.channels = 12;
  l.out_channels = 10;
  l.processors = network::UnitSet::range(0, 12);
  l.outputs = network::UnitSet::range(0, 10);
  l.steps = steps_of(l);
  EXPECT_EQ(clocks_of(machine, l).read, 32);
  EXPECT_EQ(clocks_of(machine, l).write, 160);
  EXPECT_EQ(kernel_words(l), 18);
  l.streaming = true;  // half as long again
  EXPECT_EQ(clocks_of(machine, l).all() - clocks_of(machine, l).stalled, 288);
}

}  // namespace
}  // namespace subvolt
