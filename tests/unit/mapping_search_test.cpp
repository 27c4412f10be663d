// Is what the search believes true: its bound below every estimate, its stays no longer than the buffers allow,
// and its traffic that of the program?
#include <gtest/gtest.h>

#include "sim/mapping/layer/mac_lowering.h"
#include "sim/mapping/place/placement.h"
#include "sim/mapping/tile/mac_search.h"
#include "sim/mapping/tile/mac_search_key.h"
#include "tests/support/mapping_hardware.h"
#include "tests/support/program_walk.h"

namespace subvolt::mapping {
namespace {

using test::convolution;
using test::depthwise;
using test::mapping_hardware;
using test::network_of;

struct Case {
  const char* name;
  network::Network net;
};

std::vector<Case> cases() {
  auto grouped = convolution("grouped", {3, 3}, {1, 1}, 96);
  grouped.groups = 2;
  std::vector<Case> all;
  all.push_back({"pointwise", network_of({14, 14, 96}, {convolution("c", {1, 1}, {1, 1}, 80)})});
  all.push_back({"convolution", network_of({20, 18, 24}, {convolution("c", {3, 5}, {2, 1}, 40)})});
  all.push_back({"depthwise", network_of({21, 20, 48}, {depthwise("c", {3, 3}, {1, 1}, 2)})});
  all.push_back({"grouped", network_of({10, 10, 64}, {grouped})});
  all.push_back({"fully_connected", network_of({4, 4, 50}, {test::fully_connected("c", 300)})});
  return all;
}

// Every candidate of a layer that fits, with both buffer modes and loop orders.
template <class Visit>
void for_each_fitting(const MacLayer& layer, const NpuCapabilities& npu, const Visit& visit) {
  for (const PixelTiling& pixels : pixel_tilings(layer.rows, layer.columns)) {
    for (const std::int64_t channels : channel_sizes(layer, npu.styles.front()->granularity())) {
      for (const std::int64_t reduction : reduction_sizes(layer, channels, npu.styles.front()->granularity())) {
        for (const LoopOrder order : {LoopOrder::kWeightsOuter, LoopOrder::kPixelsOuter}) {
          for (const bool twice : {true, false}) {
            FittedTiling f;
            f.tiling = {{pixels.rows.size, pixels.columns.size, channels, reduction}, order, twice};
            f.extent = tile_extent(layer, f.tiling.size, pixels.rows, pixels.columns);
            f.pixels = &pixels;
            Shortage shortage;
            const auto r = residency(layer, f.tiling, f.extent, npu, shortage);
            if (!r) {
              EXPECT_GT(shortage.required, shortage.available);
              continue;
            }
            f.residency = *r;
            visit(f);
          }
        }
      }
    }
  }
}

TEST(MappingSearch, EveryTilingCostsAtLeastItsBoundAndMovesWhatItSays) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    const test::MapperHardware hardware = mapping_hardware(4);
    config::Diagnostics diagnostics;
    const Placement placement = place_tensors(c.net, hardware.memories, diagnostics);
    const MacLayer layer = mac_layer(c.net, 0, placement, hardware.memories);
    const MacEstimator estimator(layer, hardware.npu);
    int seen = 0;
    for_each_fitting(layer, hardware.npu, [&](const FittedTiling& f) {
      const MacTraffic traffic = estimator.traffic(f);
      const Figures bound = estimator.bound(traffic);
      for (const auto& style : hardware.npu.styles) {
        const MacEstimate e = estimator.estimate(f, traffic, *style);
        EXPECT_LE(bound.off_chip_bytes, e.figures.off_chip_bytes);
        EXPECT_LE(bound.cycles, e.figures.cycles);
        EXPECT_LE(bound.cost, e.figures.cost);
      }
      if (++seen % 7 != 0) return;  // programs of a sample
      LayerProgram program;
      const ArrayStyle& style = *hardware.npu.styles.front();
      program.commands = lower_mac_layer(layer, f.tiling, f.residency, style);
      const test::Moved moved = test::moved_by(program);
      EXPECT_EQ(moved.input, traffic.input_bytes);
      EXPECT_EQ(moved.weights, traffic.weight_bytes);
      EXPECT_EQ(moved.biases, traffic.bias_bytes);
      EXPECT_EQ(moved.output, traffic.output_bytes);
      EXPECT_EQ(moved.macs, layer.macs);
      EXPECT_EQ(moved.array_cycles, estimator.estimate(f, traffic, style).array_cycles);
      // A tile whose lines are all there already loads nothing.
      const auto commands = static_cast<std::int64_t>(program.commands.size());
      EXPECT_LE(commands, traffic.commands);
      if (!f.residency.lines_stay) {
        EXPECT_EQ(commands, traffic.commands);
      }
    });
    EXPECT_GT(seen, 20);
  }
}

TEST(MappingSearch, TheChoiceIsTheBestOfAllTilings) {
  for (const Case& c : cases()) {
    const test::MapperHardware hardware = mapping_hardware(4);
    config::Diagnostics diagnostics;
    const Placement placement = place_tensors(c.net, hardware.memories, diagnostics);
    const MacLayer layer = mac_layer(c.net, 0, placement, hardware.memories);
    const MacEstimator estimator(layer, hardware.npu);
    for (const Objective objective : {Objective::kEnergy, Objective::kLatency, Objective::kEdp}) {
      SCOPED_TRACE(std::string(c.name) + " for " + config::FieldType<Objective>::text(objective));
      Shortage shortage;
      const auto choices = search_mac_layer(layer, hardware.npu, {objective}, Reach::kNear, shortage).choices;
      ASSERT_FALSE(choices.empty());
      const Score best = score(objective, choices.front().estimate.figures);
      for_each_fitting(layer, hardware.npu, [&](const FittedTiling& f) {
        // Smaller reductions than the largest that fits are not candidates.
        for (const std::int64_t larger :
             reduction_sizes(layer, f.tiling.size.channels, hardware.npu.styles.front()->granularity())) {
          FittedTiling g = f;
          g.tiling.size.reduction = larger;
          g.extent = tile_extent(layer, g.tiling.size, f.pixels->rows, f.pixels->columns);
          Shortage s;
          if (larger > f.tiling.size.reduction && residency(layer, g.tiling, g.extent, hardware.npu, s)) return;
        }
        for (const auto& style : hardware.npu.styles) {
          EXPECT_LE(best, score(objective, estimator.estimate(f, estimator.traffic(f), *style).figures));
        }
      });
    }
  }
}

// Only where the buffers do not hold it is the layer cut, and then as by any other style of the same figures.
TEST(MappingSearch, WholeLayersAreOneTileWhereTheyFit) {
  for (const Case& c : cases()) {
    for (const std::int64_t kibibytes : {2, 4096}) {
      SCOPED_TRACE(std::string(c.name) + ", " + std::to_string(kibibytes) + " KiB");
      test::MapperHardware hardware = mapping_hardware(kibibytes);
      hardware.npu.styles = {test::array_style("weight_stationary", {16, 16, false, true}),
                             test::array_style("input_stationary", {16, 16, false, true})};
      config::Diagnostics diagnostics;
      const Placement placement = place_tensors(c.net, hardware.memories, diagnostics);
      const MacLayer layer = mac_layer(c.net, 0, placement, hardware.memories);
      const MacEstimator estimator(layer, hardware.npu);
      Shortage shortage;
      const auto choices = search_mac_layer(layer, hardware.npu, {Objective::kLatency}, Reach::kNear, shortage).choices;
      ASSERT_FALSE(choices.empty());
      const MacChoice* const choice = &choices.front();
      const TileSizes& size = choice->tiling.size;
      const bool whole = size.rows == layer.rows.out && size.columns == layer.columns.out &&
                         size.channels == layer.output_channels() && size.reduction == layer.inputs_per_group;
      EXPECT_EQ(whole, kibibytes > 2);
      if (whole) continue;
      const Score best = score(Objective::kLatency, choice->estimate.figures);
      for_each_fitting(layer, hardware.npu, [&](const FittedTiling& f) {
        if (f.tiling.size.reduction != size.reduction) return;  // smaller ones than fit are no candidates
        for (const auto& style : hardware.npu.styles) {
          EXPECT_LE(best, score(Objective::kLatency, estimator.estimate(f, estimator.traffic(f), *style).figures));
        }
      });
    }
  }
}

// A field that the key forgets would let two different layers share a tiling.
TEST(MappingSearch, LayersAreSearchedOnceThatDifferInNothingButTheirPlace) {
  const test::MapperHardware hardware = mapping_hardware(4);
  const network::Network net = network_of({14, 14, 96}, {convolution("c", {1, 1}, {1, 1}, 80)});
  config::Diagnostics diagnostics;
  const Placement placement = place_tensors(net, hardware.memories, diagnostics);
  const MacLayer layer = mac_layer(net, 0, placement, hardware.memories);
  const MacSearchKey key(layer, Objective::kEnergy);
  MacLayer moved = layer;
  for (OperandPlace* place : {&moved.input, &moved.weights, &moved.biases, &moved.output}) place->address += 4096;
  moved.repetitions.resize(3);
  EXPECT_TRUE(key == MacSearchKey(moved, Objective::kEnergy));
  EXPECT_FALSE(key == MacSearchKey(layer, Objective::kLatency));

  std::vector<MemoryRegion> others(4, *layer.input.memory);
  others[0].read_cost_per_byte += 1.0;
  others[1].write_cost_per_byte += 1.0;
  others[2].path = test::path_of(5.0, 2);
  others[3].off_chip = !others[3].off_chip;
  std::vector<MacLayer> different;
  const auto with = [&](const auto& change) { change(different.emplace_back(layer)); };
  for (OperandPlace MacLayer::*place : {&MacLayer::input, &MacLayer::weights, &MacLayer::output}) {
    with([&](MacLayer& m) { (m.*place).format = kInt32; });
    for (const MemoryRegion& other : others) with([&](MacLayer& m) { (m.*place).memory = &other; });
  }
  const MemoryRegion twin = *layer.output.memory;  // as good, but elsewhere
  with([&](MacLayer& m) { (m.input.memory == m.output.memory ? m.input : m.weights).memory = &twin; });
  for (Axis MacLayer::*axis : {&MacLayer::rows, &MacLayer::columns}) {
    for (std::int64_t Axis::*size :
         {&Axis::in, &Axis::out, &Axis::kernel, &Axis::stride, &Axis::dilation, &Axis::pad}) {
      with([&](MacLayer& m) { ++(m.*axis.*size); });
    }
    for (bool Axis::*flag : {&Axis::sparse, &Axis::resized}) with([&](MacLayer& m) { (m.*axis.*flag) ^= true; });
  }
  for (std::int64_t MacLayer::*size :
       {&MacLayer::taps, &MacLayer::groups, &MacLayer::inputs_per_group, &MacLayer::outputs_per_group, &MacLayer::macs,
        &MacLayer::input_pitch, &MacLayer::output_pitch}) {
    with([&](MacLayer& m) { ++(m.*size); });
  }
  for (bool MacLayer::*flag : {&MacLayer::bias, &MacLayer::lookup}) with([&](MacLayer& m) { (m.*flag) ^= true; });
  with([](MacLayer& m) { ++m.matrix.pitch; });
  with([](MacLayer& m) { m.matrix.transposed = true; });
  with([](MacLayer& m) { m.biases.format = kInt8; });
  with([](MacLayer& m) { m.sums = kInt8; });
  for (std::size_t i = 0; i < different.size(); ++i) {
    EXPECT_FALSE(key == MacSearchKey(different[i], Objective::kEnergy)) << "the change at " << i;
  }
}

// 1x1 convolution, 16 -> 16 channels over 8x8 pixels: 256 weights, 64 B of biases, 1,024 B in and out.
TEST(MappingSearch, WhatFitsIsLoadedOnce) {
  const network::Network net = network_of({8, 8, 16}, {convolution("c", {1, 1}, {1, 1}, 16)});
  const Plan plan = make_plan(net, mapping_hardware(), Objective::kEnergy);
  const LayerMapping& m = plan.mappings[0];
  EXPECT_EQ(m.input_bytes, 1024);
  EXPECT_EQ(m.weight_bytes, 256);
  EXPECT_EQ(m.bias_bytes, 64);
  EXPECT_EQ(m.output_bytes, 1024);
}

// 64 -> 64 channels over 16x16 pixels, all operands in one off-chip memory. The weight buffer holds 16 channels
// of weights and biases (1,088 B), the input buffer a quarter of the image (4 KiB) and not two: weights stay by
// channel tile and the input is read four times, or the image stays by quarters and the weights are read four
// times, which is less (16 KiB x 4 + 4 KiB against 16 KiB + 4 KiB x 4).
TEST(MappingSearch, TheCheaperOperandIsTheOneThatIsReloaded) {
  const network::Network net = network_of({16, 16, 64}, {convolution("c", {1, 1}, {1, 1}, 64)});
  test::MapperHardware hardware = mapping_hardware(Bytes(4096), Bytes(1088), Bytes(64 * 1024));
  hardware.memories.erase(hardware.memories.begin());
  const Plan plan = make_plan(net, hardware, Objective::kEnergy);
  const LayerMapping& m = plan.mappings[0];
  EXPECT_EQ(m.order, LoopOrder::kPixelsOuter);
  EXPECT_EQ(m.input_bytes, 16 * 16 * 64);
  EXPECT_EQ(m.weight_bytes, 4 * 64 * 64);
  EXPECT_EQ(m.bias_bytes, 4 * 4 * 64);
  EXPECT_FALSE(m.double_buffered);
}

}  // namespace
}  // namespace subvolt::mapping
