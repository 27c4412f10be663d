// Do the systolic dataflows take as many cycles as SCALE-Sim says, layer by layer?
//
// Source: compute cycles ("Total Cycles" without stalls) printed by SCALE-Sim v3 (scalesim-project/SCALE-Sim) for
// MobileNetV1 1.0-224 and the MLPerf Tiny keyword-spotting DS-CNN, square arrays of 16 and 32, ideal memory;
// layers of equal shape appear once. Model: A. Samajdar et al., "A Systematic Methodology for Characterizing
// Scalability of DNN Accelerators using SCALE-Sim", ISPASS 2020. With scale_sim our arrays are the tool's, and a tile
// takes what it prints and one cycle more for each of its groups. The same through the whole simulator, and input
// stationary: scale_sim_layers_test.py. Without scale_sim and overlap_folds agreement is exact, too, where the test
// adds what the definitions differ in:
//   all                 the tool numbers cycles from 0 and prints the last number: one less than the count, for
//                       each product that it is given (a depthwise layer, channel by channel, is `channels` of them)
//   output-stationary   the tool stops when the last product is in its PE. Our tile is done when the last fold has
//                       drained into the output buffer: R cycles more per tile. The drains between folds hide in
//                       the fill of the next in both.
//   weight-stationary   depthwise: the tool takes channel after channel. Ours holds min(R / taps, C, channels) of
//                       them block-diagonally; that is one at a time for 3 x 3 taps on 16 rows, three on 32.
// With overlap_folds both of ours are faster than the tool: folds follow each other at max(P, R) or max(K, R)
// cycles, and only the last one pays for its skew (and drain). The contract tests hold that against the
// clock-by-clock reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/support/array_styles.h"

namespace subvolt::mapping {
namespace {

// Printed cycles of one way to run a layer.
struct Printed {
  std::int64_t ws_16, os_16, ws_32, os_32;
};

struct Dense {
  const char* name;
  std::int64_t height, width;  // of the output
  std::int64_t kernel_height, kernel_width, channels, filters;
  Printed printed;
};

constexpr Dense kDense[] = {
    {"mobilenet_v1.conv1", 112, 112, 3, 3, 3, 32, {50359, 89375, 12637, 34887}},
    {"mobilenet_v1.pw1", 112, 112, 1, 1, 32, 64, {100719, 194431, 25275, 73695}},
    {"mobilenet_v1.pw2", 56, 56, 1, 1, 64, 128, {101823, 147391, 25839, 49391}},
    {"mobilenet_v1.pw3", 56, 56, 1, 1, 128, 128, {203647, 247743, 51679, 74479}},
    {"mobilenet_v1.pw4", 28, 28, 1, 1, 128, 256, {106239, 123871, 28095, 37999}},
    {"mobilenet_v1.pw5", 28, 28, 1, 1, 256, 256, {212479, 224223, 56191, 63599}},
    {"mobilenet_v1.pw6", 14, 14, 1, 1, 256, 512, {123903, 118975, 37119, 35615}},
    {"mobilenet_v1.pw7", 14, 14, 1, 1, 512, 512, {247807, 225471, 74239, 64287}},
    {"mobilenet_v1.pw12", 7, 7, 1, 1, 512, 1024, {194559, 138751, 73215, 36735}},
    {"mobilenet_v1.pw13", 7, 7, 1, 1, 1024, 1024, {389119, 269823, 146431, 69503}},
    {"mobilenet_v1.fc", 1, 1, 1, 1, 1024, 1000, {189503, 66401, 97279, 34751}},
    {"ds_cnn.conv1", 25, 5, 10, 4, 1, 64, {2051, 2239, 875, 815}},
    {"ds_cnn.pw1", 25, 5, 1, 1, 64, 64, {2735, 3007, 875, 1007}},
    {"ds_cnn.fc", 1, 1, 1, 1, 64, 12, {187, 93, 189, 125}},
};

struct Depthwise {
  const char* name;
  std::int64_t height, width, kernel_height, kernel_width, channels;
  Printed collapsed;    // all channels as one reduction into one filter: not a depthwise layer, but a shape
  Printed per_channel;  // one product per channel
};

constexpr Depthwise kDepthwise[] = {
    {"mobilenet_v1.dw1", 112, 112, 3, 3, 32, {226619, 249311, 113741, 137199}, {402848, 978400, 404384, 890592}},
    {"mobilenet_v1.dw2", 56, 56, 3, 3, 64, {114551, 118775, 58139, 62523}, {203584, 489152, 206656, 445248}},
    {"mobilenet_v1.dw3", 56, 56, 3, 3, 128, {229103, 231671, 116279, 118971}, {407168, 978304, 413312, 890496}},
    {"mobilenet_v1.dw4", 28, 28, 3, 3, 128, {59759, 57917, 31607, 30349}, {106112, 244480, 112256, 227072}},
    {"mobilenet_v1.dw5", 28, 28, 3, 3, 256, {119519, 114365, 63215, 59149}, {212224, 488960, 224512, 454144}},
    {"mobilenet_v1.dw6", 14, 14, 3, 3, 256, {34847, 30341, 20879, 16561}, {61696, 129536, 73984, 126976}},
    {"mobilenet_v1.dw7", 14, 14, 3, 3, 512, {69695, 60293, 41759, 32689}, {123392, 259072, 147968, 253952}},
    {"mobilenet_v1.dw12", 7, 7, 3, 3, 512, {27359, 18551, 20591, 9339}, {48128, 79360, 72704, 72192}},
    {"mobilenet_v1.dw13", 7, 7, 3, 3, 1024, {54719, 36983, 41183, 18555}, {96256, 158720, 145408, 144384}},
    {"ds_cnn.dw1", 25, 5, 3, 3, 64, {6155, 4847, 3941, 2551}, {10880, 19904, 13952, 18112}},
};

struct Column {
  const char* style;
  std::int64_t side;
  std::int64_t Printed::*printed;
  std::int64_t drain() const { return style == std::string("output_stationary") ? side : 0; }
  std::int64_t cycles(const TileWork& work, bool scale_sim = false) const {
    return test::array_style(style, {side, side, false, scale_sim})->timing(Tile::of(work)).cycles.value();
  }
};

const Column kColumns[] = {{"weight_stationary", 16, &Printed::ws_16},
                           {"output_stationary", 16, &Printed::os_16},
                           {"weight_stationary", 32, &Printed::ws_32},
                           {"output_stationary", 32, &Printed::os_32}};

TEST(ScaleSimCycles, DenseLayersAgree) {
  for (const Dense& layer : kDense) {
    const TileWork work{layer.height * layer.width, layer.kernel_height * layer.kernel_width * layer.channels,
                        layer.filters, 1, false};
    for (const Column& column : kColumns) {
      EXPECT_EQ(column.cycles(work), layer.printed.*column.printed + 1 + column.drain())
          << layer.name << ' ' << column.style << ' ' << column.side;
    }
  }
}

TEST(ScaleSimCycles, CollapsedDepthwiseShapesAgree) {
  for (const Depthwise& layer : kDepthwise) {
    const TileWork work{layer.height * layer.width, layer.kernel_height * layer.kernel_width * layer.channels, 1, 1,
                        false};
    for (const Column& column : kColumns) {
      EXPECT_EQ(column.cycles(work), layer.collapsed.*column.printed + 1 + column.drain())
          << layer.name << ' ' << column.style << ' ' << column.side;
    }
  }
}

TEST(ScaleSimCycles, DepthwiseLayersChannelByChannelAgree) {
  for (const Depthwise& layer : kDepthwise) {
    const std::int64_t taps = layer.kernel_height * layer.kernel_width;
    const TileWork work{layer.height * layer.width, taps, 1, layer.channels, false};
    for (const Column& column : kColumns) {
      const std::int64_t printed = layer.per_channel.*column.printed;
      ASSERT_EQ(printed % layer.channels, 0);
      const std::int64_t per_channel = printed / layer.channels + 1;
      const std::int64_t at_once =
          column.style == std::string("weight_stationary") ? std::min(column.side / taps, layer.channels) : 1;
      EXPECT_EQ(column.cycles(work), ceil_div(layer.channels, at_once) * per_channel + column.drain())
          << layer.name << ' ' << column.style << ' ' << column.side;
    }
  }
}

TEST(ScaleSimCycles, ItsOwnArrayAgreesInEveryForm) {
  int equal = 0;
  const auto expect = [&](const Column& column, const TileWork& work, std::int64_t printed, const char* name) {
    EXPECT_EQ(column.cycles(work, true), printed + work.groups) << name << ' ' << column.style << ' ' << column.side;
    equal += column.cycles(work, true) == printed + work.groups ? 1 : 0;
  };
  for (const Column& column : kColumns) {
    for (const Dense& l : kDense) {
      const std::int64_t reduction = l.kernel_height * l.kernel_width * l.channels;
      expect(column, {l.height * l.width, reduction, l.filters, 1, false}, l.printed.*column.printed, l.name);
    }
    for (const Depthwise& l : kDepthwise) {
      const std::int64_t taps = l.kernel_height * l.kernel_width, pixels = l.height * l.width;
      expect(column, {pixels, taps * l.channels, 1, 1, false}, l.collapsed.*column.printed, l.name);
      expect(column, {pixels, taps, 1, l.channels, false}, l.per_channel.*column.printed, l.name);
    }
  }
  EXPECT_EQ(equal, 4 * (14 + 2 * 10));
}

// What the tool's own tests expect of M = 256, N = 128, K = 256 on 32 x 32 (test/general/golden_trace_user_{is,os,ws}/
// COMPUTE_REPORT.csv): total cycles less stall cycles.
TEST(ScaleSimCycles, TheToolsOwnGoldensAgree) {
  const TileWork work{256, 256, 128, 1, false};
  EXPECT_EQ((Column{"input_stationary", 32, nullptr}.cycles(work, true)), 19984 - 5777 + 1);
  EXPECT_EQ((Column{"output_stationary", 32, nullptr}.cycles(work, true)), 52447 - 42272 + 1);
  EXPECT_EQ((Column{"weight_stationary", 32, nullptr}.cycles(work, true)), 52447 - 41248 + 1);
}

// The two figures that can be checked with a pencil: 2 x 4 folds of 2 x 16 + 16 + 12544 - 2 cycles, and
// 784 x 4 folds of 32 + 16 + 16 - 2 cycles.
TEST(ScaleSimCycles, FirstPointwiseLayerByHand) {
  const TileWork pw1{112 * 112, 32, 64, 1, false};
  EXPECT_EQ(kColumns[0].cycles(pw1), 8 * 12590);
  EXPECT_EQ(kColumns[1].cycles(pw1), 3136 * 62 + 16);
}

}  // namespace
}  // namespace subvolt::mapping
