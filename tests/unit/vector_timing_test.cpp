// Does the closed form of the vector unit equal its clock-by-clock simulation, and both what the header says?
#include "sim/mapping/tile/vector_timing.h"

#include <gtest/gtest.h>

#include <random>

namespace subvolt::mapping {
namespace {

VectorActivity activity(std::int64_t cycles, std::int64_t operations, std::int64_t read, std::int64_t written) {
  VectorActivity a;
  a.cycles = Cycles(cycles);
  a.lane_operations = operations;
  a.bytes_read = read;
  a.bytes_written = written;
  return a;
}

void expect_equal(const VectorActivity& a, const VectorActivity& b) {
  EXPECT_EQ(a.cycles.value(), b.cycles.value());
  EXPECT_EQ(a.lane_operations, b.lane_operations);
  EXPECT_EQ(a.bytes_read, b.bytes_read);
  EXPECT_EQ(a.bytes_written, b.bytes_written);
}

class VectorTiming : public testing::TestWithParam<std::pair<VectorOperator, std::string>> {
 protected:
  VectorOperator op() const { return GetParam().first; }
};

// Sizes around the lanes, where rounds begin and end, and odd ones; lanes that are no power of two.
TEST_P(VectorTiming, EqualsTheClockByClockReference) {
  std::mt19937_64 random(0x5eed0 + static_cast<std::uint64_t>(op()));
  const auto between = [&random](std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
  };
  for (int i = 0; i < 2000; ++i) {
    VectorGeometry geometry;
    geometry.lanes = between(1, i % 4 == 0 ? 64 : 9);
    geometry.pipeline_depth = between(1, 8);
    VectorWork work;
    work.op = op();
    work.outputs =
        i % 2 == 0 ? between(0, 200) : std::max<std::int64_t>(0, between(0, 3) * geometry.lanes + between(-1, 1));
    work.taps = between(1, i % 5 == 0 ? 49 : 9);
    work.vectors = between(1, 4);
    if (works_on_vectors(op())) work.outputs *= work.vectors;
    work.lookup = i % 3 == 0;
    if (i % 7 == 0) work.element = i % 2 == 0 ? kInt16 : Format{network::ElementType::kInt4};
    SCOPED_TRACE(to_text(work.op) + " outputs " + std::to_string(work.outputs) + " taps " + std::to_string(work.taps) +
                 " vectors " + std::to_string(work.vectors) + (work.lookup ? " lookup" : "") + " lanes " +
                 std::to_string(geometry.lanes) + " depth " + std::to_string(geometry.pipeline_depth));
    const VectorActivity closed_form = vector_timing(geometry, work);
    expect_equal(closed_form, vector_reference(geometry, work));
    EXPECT_LE(closed_form.lane_operations, closed_form.cycles.value() * geometry.lanes) << "utilisation above 1";
    const bool with_cell = op() == VectorOperator::kLstmCell || op() == VectorOperator::kPeepholeCell;
    const Format result = op() == VectorOperator::kArgMax ? kInt32 : work.element;
    EXPECT_EQ(closed_form.bytes_written, result.bytes(work.outputs) + (with_cell ? 2 * work.outputs : 0));
    if (HasFailure()) return;
  }
}

TEST_P(VectorTiming, NothingToDoTakesNoTime) {
  VectorWork work;
  work.op = op();
  expect_equal(vector_timing({}, work), VectorActivity{});
  expect_equal(vector_reference({}, work), VectorActivity{});
}

INSTANTIATE_TEST_SUITE_P(EveryOperator, VectorTiming, testing::ValuesIn(config::EnumNames<VectorOperator>::names()),
                         [](const auto& info) { return info.param.second; });

// Worked by hand on 16 lanes and 4 stages.
TEST(VectorTimingByHand, OneSlotPerOutput) {
  // 100 outputs: 7 rounds of 16 lanes, the last slot leaves 3 cycles after it entered.
  expect_equal(vector_timing({16, 4}, {VectorOperator::kRequantize, 100, 1}), activity(10, 100, 400, 100));
  expect_equal(vector_timing({16, 4}, {VectorOperator::kActivation, 100, 1}), activity(10, 100, 100, 100));
}

TEST(VectorTimingByHand, PipelineDepthIsFirstInToFirstOut) {
  expect_equal(vector_timing({16, 4}, {VectorOperator::kRequantize, 1, 1}), activity(4, 1, 4, 1));
}

TEST(VectorTimingByHand, SeveralSlotsPerOutput) {
  // MobileNetV1's global average pool: 1024 channels of 7 x 7 taps, 64 rounds of 50 slots.
  expect_equal(vector_timing({16, 4}, {VectorOperator::kAveragePool, 1024, 49}),
               activity(64 * 50 + 3, 1024 * 50, 1024 * 49, 1024));
  expect_equal(vector_timing({16, 4}, {VectorOperator::kMaxPool, 32, 4}), activity(2 * 4 + 3, 128, 128, 32));
  expect_equal(vector_timing({16, 4}, {VectorOperator::kAdd, 33, 1}), activity(3 * 3 + 3, 99, 66, 33));
}

TEST(VectorTimingByHand, PlacesOfTheLargest) {
  // 17 key points over 48 x 48 places: two rounds of as many comparisons, an int32 each.
  expect_equal(vector_timing({16, 4}, {VectorOperator::kArgMax, 17, 2304}),
               activity(2 * 2304 + 3, 17 * 2304, 17 * 2304, 68));
}

TEST(VectorTimingByHand, SoftmaxTakesThreePasses) {
  // 12 keywords: three passes of 1 + 3 cycles, two trees of 4 levels over 12 partials, one reciprocal.
  expect_equal(vector_timing({16, 4}, {VectorOperator::kSoftmax, 12, 1}),
               activity(3 * 4 + 2 * 4 + 4, 3 * 12 + 2 * 11 + 1, 36, 12));
}

TEST(VectorTimingByHand, VectorsFollowOneAnother) {
  // Attention scores: 3 rows of 40 columns, each three passes of 3 + 3 cycles, two trees of 4, a reciprocal of 4.
  VectorWork rows{VectorOperator::kSoftmax, 120, 1, 3};
  expect_equal(vector_timing({16, 4}, rows), activity(3 * (3 * 6 + 8 + 4), 3 * (3 * 40 + 2 * 15 + 1), 360, 120));
  // 64 channels: two passes of 4 rounds x 2 slots + 3, two trees of 4, three scalars of 4.
  rows = {VectorOperator::kLayerNorm, 128, 1, 2};
  expect_equal(vector_timing({16, 4}, rows), activity(2 * (2 * 11 + 8 + 12), 2 * (4 * 64 + 2 * 15 + 3), 256, 128));
  rows = {VectorOperator::kL2Norm, 64, 1, 1};
  expect_equal(vector_timing({16, 4}, rows), activity(2 * 7 + 4 + 4, 2 * 64 + 15 + 1, 128, 64));
}

TEST(VectorTimingByHand, CellsOfRecurrentLayers) {
  expect_equal(vector_timing({16, 4}, {VectorOperator::kLstmCell, 20, 1}), activity(2 * 16 + 3, 320, 360, 60));
  expect_equal(vector_timing({16, 4}, {VectorOperator::kPeepholeCell, 16, 1}), activity(22 + 3, 352, 288, 48));
  expect_equal(vector_timing({16, 4}, {VectorOperator::kGruCell, 16, 1}), activity(14 + 3, 224, 272, 16));
}

TEST(VectorTimingByHand, ATableBehindIsASlot) {
  VectorWork work{VectorOperator::kRequantize, 100, 1, 1, true};  // a sigmoid behind a convolution
  expect_equal(vector_timing({16, 4}, work), activity(7 * 2 + 3, 200, 400, 100));
}

TEST(VectorTimingByHand, OperandsOfSumsAndExtremes) {
  expect_equal(vector_timing({16, 4}, {VectorOperator::kAdd, 16, 3}), activity(4 + 3, 64, 48, 16));
  expect_equal(vector_timing({16, 4}, {VectorOperator::kMaximum, 16, 1}), activity(2 + 3, 32, 32, 16));
  expect_equal(vector_timing({16, 4}, {VectorOperator::kMultiply, 17, 1}), activity(2 * 3 + 3, 51, 34, 17));
  expect_equal(vector_timing({16, 4}, {VectorOperator::kResizeBilinear, 16, 1}), activity(5 + 3, 80, 64, 16));
}

TEST(VectorOperatorText, NamesAreUniqueAndReadBack) {
  const auto& names = config::EnumNames<VectorOperator>::names();
  EXPECT_EQ(names.size(), 18u);
  EXPECT_EQ(to_text(VectorOperator::kRequantize), "requantize");
  EXPECT_EQ(to_text(VectorOperator::kSoftmax), "softmax");
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(names[i].second, names[j].second);
  }
}

}  // namespace
}  // namespace subvolt::mapping
