// Does the closed form of a cluster's tile keep the times and counts of cores that load, multiply and store number by
// number, whichever way they share it, and do those cores convolve?
#include "sim/mapping/vector_dsp/vector_dsp_tile.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/vector_dsp_twin.h"

namespace subvolt::mapping {
namespace {

using network::ElementType;
using test::DspWork;

class DspDraw {
 public:
  explicit DspDraw(unsigned seed) : random_(seed) {}
  std::int64_t operator()(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<unsigned>(high - low + 1));
  }
  bool one_in(int n) { return (*this)(1, n) == 1; }

 private:
  std::mt19937 random_;
};

VectorDspMachine draw_dsp(DspDraw& draw) {
  VectorDspMachine m;
  m.lanes = {{ElementType::kInt8, 4}, {ElementType::kInt16, 2}, {ElementType::kFp32, 1}};
  if (draw.one_in(4)) return m;  // PULP's
  m.cores = draw(1, 9);
  m.word = std::int64_t{1} << draw(0, 4);
  m.lanes = {{ElementType::kInt8, draw(1, 16)}, {ElementType::kInt16, draw(1, 8)}, {ElementType::kFp32, draw(1, 4)}};
  m.pixels = draw(1, 4);
  m.kernels = draw(1, 4);
  m.dual = draw.one_in(2);
  m.start = draw(0, 30);
  m.block = draw(0, 12);
  m.result = draw(0, 20);
  m.gather = draw(0, 3);
  return m;
}

DspWork draw_dsp_work(DspDraw& draw) {
  DspWork w;
  const ElementType types[] = {ElementType::kInt8, ElementType::kInt16, ElementType::kFp32};
  w.tile.input = w.tile.weight = {types[draw(0, 2)]};
  if (w.tile.input.type == ElementType::kInt16 && draw.one_in(2)) w.tile.weight = kInt8;
  const int kind = static_cast<int>(draw(0, 3));  // dense, depthwise, grouped, fully connected
  const bool line = kind == 3;
  const auto axis = [&] { return TileAxis{draw(1, 5), draw(1, 3), draw(1, 2), draw(1, 2)}; };
  if (!line) {
    w.tile.rows = axis();
    w.tile.columns = axis();
  }
  w.tile.groups = kind == 1 ? draw(1, 20) : kind == 2 ? draw(2, 5) : 1;
  w.tile.inputs = kind == 1 ? 1 : draw(1, line ? 90 : 12);
  w.tile.channels = kind == 1 ? draw(1, 2) : draw(1, line ? 40 : 14);
  const std::int64_t image = w.tile.rows.in() * w.tile.columns.in() * w.tile.groups * w.tile.inputs;
  for (std::int64_t i = 0; i < image; ++i) w.input.push_back(static_cast<int>(draw(-128, 127)));
  const std::int64_t weights = w.tile.groups * w.tile.channels * w.reduction();
  for (std::int64_t i = 0; i < weights; ++i) w.weights.push_back(static_cast<int>(draw(-128, 127)));
  return w;
}

TEST(VectorDspTile, KeepsTheTimesOfItsTwinOn4000Tiles) {
  int equal = 0;
  for (unsigned n = 0; n < 4000; ++n) {
    DspDraw draw(n);
    const VectorDspMachine machine = draw_dsp(draw);
    const DspWork work = draw_dsp_work(draw);
    const DspSplit split = static_cast<DspSplit>(draw(0, 2));
    const std::int64_t extra = draw.one_in(3) ? draw(1, 9) : 0;
    test::VectorDspTwin twin(machine, work, split, extra);
    twin.run();
    const VectorDspActivity closed = vector_dsp_activity(machine, work.tile, split, extra);
    ASSERT_EQ(twin.counted.cycles, closed.cycles) << n;
    ASSERT_EQ(twin.counted.core_cycles, closed.core_cycles) << n;
    ASSERT_EQ(twin.counted, closed) << n;
    ASSERT_TRUE(twin.written_once()) << n;
    ASSERT_EQ(twin.results(), work.result()) << n;
    equal += twin.counted == closed ? 1 : 0;
  }
  EXPECT_EQ(equal, 4000);
  RecordProperty("equal", equal);
}

TEST(VectorDspTile, IsSharedInTheFastestWay) {
  DspDraw draw(1);
  for (int n = 0; n < 500; ++n) {
    const VectorDspMachine machine = draw_dsp(draw);
    const DspWork work = draw_dsp_work(draw);
    const VectorDspActivity best = vector_dsp_activity(machine, work.tile);
    bool found = false;
    for (const DspSplit split : {DspSplit::kPixels, DspSplit::kKernels, DspSplit::kGroups}) {
      const VectorDspActivity a = vector_dsp_activity(machine, work.tile, split);
      EXPECT_LE(best.cycles, a.cycles);
      found = found || a == best;
      EXPECT_LE(a.core_cycles, machine.cores * a.cycles);
      EXPECT_LE(a.macs, a.products * machine.lanes_of(dsp_type(work.tile.input, work.tile.weight)));
    }
    EXPECT_TRUE(found);
  }
}

// 15.5 MACs of int8 a cycle on eight cores, the figure that `result` was fitted to (arXiv:1908.11263).
TEST(VectorDspTile, IsAsFastAsPulpNn) {
  VectorDspMachine machine;
  machine.lanes = {{ElementType::kInt8, 4}};
  Tile tile;
  tile.rows = tile.columns = {16, 3, 1, 1};
  tile.inputs = 32;
  tile.channels = 64;
  const VectorDspActivity a = vector_dsp_activity(machine, tile);
  EXPECT_NEAR(static_cast<double>(a.macs) / static_cast<double>(a.cycles), 15.5, 0.15);
}

}  // namespace
}  // namespace subvolt::mapping
