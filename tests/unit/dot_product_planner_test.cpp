// Is a layer that a dot-product engine plans computed whole and once, in hardware layers that fit, from bytes that it
// has?
#include "sim/mapping/dot_product/dot_product_planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "sim/mapping/dot_product/dot_product_follow.h"
#include "sim/mapping/place/placement.h"
#include "tests/support/mapping_hardware.h"

namespace subvolt::mapping {
namespace {

using ::testing::HasSubstr;

struct DotProductHardware {
  Hardware hardware;
  std::shared_ptr<DotProductPlanner> planner;
};

DotProductHardware dot_product_hardware(const DotProductMachine& machine, bool dense = false) {
  MemoryRegion memory;
  memory.instance = "memory";
  memory.base = 0x8000'0000;
  memory.size = Bytes(1 << 28);
  DotProductHardware h;
  h.planner = std::make_shared<DotProductPlanner>("npu", machine, dense);
  h.hardware.accelerators = {h.planner};
  h.hardware.host.instance = "cpu";
  h.hardware.memories = {memory};
  return h;
}

DotProductMachine small_machine(std::int64_t banks, std::int64_t entries) {
  DotProductMachine m;
  m.banks = banks;
  m.bank_entries = entries;
  return m;
}

void expect_within(const Block& block, Address begin, std::int64_t bytes, const char* what) {
  if (block.row_bytes == 0) return;
  const std::int64_t last =
      (block.planes - 1) * block.plane_stride + (block.rows - 1) * block.row_stride + block.row_bytes;
  EXPECT_GE(block.base, begin) << what;
  EXPECT_LE(block.base + static_cast<Address>(last), begin + static_cast<Address>(bytes)) << what;
}

// All that a plan of the only layer of `net` must keep.
void expect_whole(const network::Network& net, const DotProductMachine& m, const Plan& plan) {
  const network::Layer& layer = net.layers[0];
  const auto at = [&](network::TensorId t) { return plan.placement.activations[static_cast<std::size_t>(t)].address; };
  const Address in = at(layer.inputs[0]), out = at(layer.outputs[0]), weights = plan.placement.constants[0][0].address;
  const std::int64_t in_bytes = layer.in.elements(), out_bytes = layer.out.elements();
  std::int64_t macs = 0, read = 0, weights_read = 0;
  std::multiset<Address> written;
  for (const DotProductStart& start : starts_of(plan.program.layers[0].commands, m)) {
    const DotProductLayer& l = start.layer;
    EXPECT_LE(l.data_banks(m) + l.weight_banks, m.banks);
    EXPECT_LE(l.data_banks(m), m.data_banks.value_or(m.banks));
    EXPECT_LE(l.weight_banks, m.weight_banks.value_or(m.banks));
    EXPECT_EQ(start.input.bytes() + start.input_rest.bytes(), l.width * l.height * l.inputs);
    expect_within(start.input, in, in_bytes, "input");
    expect_within(start.input_rest, in, in_bytes, "input");
    expect_within(start.weights, weights, layer.weight_bytes().value(), "weights");
    macs += start.macs();
    read += start.input.bytes() + start.input_rest.bytes();
    for (std::int64_t beat = 0; beat < l.input_beats(m);) beat += start.input_run(m, beat, 7).beats;
    for (std::int64_t beat = 0; beat < l.weight_beats(m);) {
      const BeatRun run = start.weight_run(m, beat, 5);
      EXPECT_GE(run.address, weights);
      EXPECT_LE(run.address + static_cast<Address>(run.bytes),
                weights + static_cast<Address>(layer.weight_bytes().value()));
      weights_read += run.bytes;
      beat += run.beats;
    }
    for (std::int64_t g = 0; g < l.groups(m); ++g) {
      for (std::int64_t p = 0; p < l.positions; p += 5) {
        for (const BeatRun& run : start.output_runs(g, p, std::min<std::int64_t>(5, l.positions - p))) {
          for (std::int64_t b = 0; b < run.bytes; ++b) written.insert(run.address + static_cast<Address>(b));
        }
      }
    }
  }
  EXPECT_EQ(macs, layer.macs);
  EXPECT_EQ(plan.mappings[0].input_bytes, read);
  EXPECT_EQ(plan.mappings[0].weight_bytes, weights_read);
  EXPECT_EQ(plan.mappings[0].output_bytes, out_bytes);
  EXPECT_EQ(static_cast<std::int64_t>(written.size()), out_bytes) << "every byte is written once";
  EXPECT_EQ(static_cast<std::int64_t>(std::set<Address>(written.begin(), written.end()).size()), out_bytes);
  EXPECT_EQ(*written.begin(), out);
  EXPECT_EQ(*written.rbegin(), out + static_cast<Address>(out_bytes) - 1);
}

TEST(DotProductPlanner, ComputesEveryLayerWholeAndOnce) {
  std::mt19937 random(5);
  const auto draw = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  int planned = 0, cut = 0;
  for (int i = 0; i < 400; ++i) {
    const int kernel = draw(1, 3), channels = draw(1, 40);
    network::LayerSpec spec = draw(1, 3) == 1
                                  ? test::depthwise("layer", {kernel, kernel}, {draw(1, 2), draw(1, 2)}, draw(1, 2))
                                  : test::convolution("layer", {kernel, kernel}, {draw(1, 2), draw(1, 2)}, draw(1, 40));
    const bool line = kernel == 1 && draw(1, 2) == 1;
    const network::Network net = test::network_of({line ? 1 : draw(kernel, 24), draw(kernel, 48), channels}, {spec});
    DotProductMachine m = small_machine(draw(2, 12), 16 << draw(0, 4));
    if (draw(1, 4) == 1) m.weight_banks = draw(1, static_cast<int>(m.banks) - 1);
    if (draw(1, 4) == 1) m.data_banks = draw(1, static_cast<int>(m.banks) - 1);
    SCOPED_TRACE("layer " + std::to_string(i));
    try {
      const DotProductHardware h = dot_product_hardware(m, draw(1, 4) == 1);
      const Plan plan = make_plan(net, h.hardware, Objective::kLatency);
      expect_whole(net, m, plan);
      ++planned;
      cut += starts_of(plan.program.layers[0].commands, m).size() > 1 ? 1 : 0;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("of npu.buffer"));
    }
  }
  EXPECT_GT(planned, 200);
  EXPECT_GT(cut, 100);
}

std::size_t hardware_layers(const network::Network& net, const DotProductMachine& m, bool dense) {
  const DotProductHardware h = dot_product_hardware(m, dense);
  const Plan plan = make_plan(net, h.hardware, Objective::kLatency);
  expect_whole(net, m, plan);
  return starts_of(plan.program.layers[0].commands, m).size();
}

TEST(DotProductPlanner, GroupsGoInBlocksOfWholePlanes) {
  const DotProductMachine m;
  const network::Network depthwise = test::network_of({8, 8, 20}, {test::depthwise("dw", {3, 3}, {1, 1})});
  EXPECT_EQ(hardware_layers(depthwise, m, false), 3U) << "8, 8 and 4 channels";
  EXPECT_EQ(hardware_layers(depthwise, m, true), 1U);
  network::LayerSpec grouped = test::convolution("grouped", {3, 3}, {1, 1}, 64);
  grouped.groups = 4;
  EXPECT_EQ(hardware_layers(test::network_of({8, 8, 32}, {grouped}), m, false), 4U) << "a group of 8 channels each";
  EXPECT_EQ(hardware_layers(test::network_of({8, 8, 48}, {grouped}), m, false), 2U) << "twice 12 channels are planes";
  network::LayerSpec odd = test::convolution("odd", {3, 3}, {1, 1}, 63);
  odd.groups = 3;
  EXPECT_EQ(hardware_layers(test::network_of({8, 8, 24}, {odd}), m, false), 1U) << "21 kernels are none";
}

// An engine with more kernels at a time does no more work than before.
TEST(DotProductPlanner, BlocksFillThePlanesOfAWiderEngine) {
  DotProductMachine wide;
  wide.kernels = 16;
  const network::Network depthwise = test::network_of({8, 8, 64}, {test::depthwise("dw", {3, 3}, {1, 1})});
  EXPECT_EQ(hardware_layers(depthwise, wide, false), 4U) << "16 channels each";
  const auto cycles = [&](const DotProductMachine& m) {
    return make_plan(depthwise, dot_product_hardware(m).hardware, Objective::kLatency).mappings[0].estimated_cycles;
  };
  EXPECT_LE(cycles(wide), cycles({}));
  // Of few pixels a dense convolution is sooner done than several hardware layers.
  const network::Network small = test::network_of({1, 1, 32}, {test::depthwise("dw", {1, 1}, {1, 1})});
  EXPECT_EQ(hardware_layers(small, wide, false), 1U);
}

TEST(DotProductPlanner, KernelsThatDoNotFitAreComputedInSmallerGroups) {
  const network::Network net = test::network_of({1, 1, 1024}, {test::fully_connected("fc", 20)});
  // 128 beats of input and, for 2 kernels, 256 of weights.
  EXPECT_EQ(hardware_layers(net, small_machine(3, 128), false), 10U);
}

TEST(DotProductPlanner, RowsAreCutEvenlyAndReadTheirHalo) {
  const DotProductMachine m = small_machine(3, 64);
  const network::Network net = test::network_of({12, 8, 8}, {test::convolution("conv", {3, 3}, {1, 1}, 1)});
  const DotProductHardware h = dot_product_hardware(m);
  const Plan plan = make_plan(net, h.hardware, Objective::kLatency);
  expect_whole(net, m, plan);
  const std::vector<DotProductStart> starts = starts_of(plan.program.layers[0].commands, m);
  ASSERT_EQ(starts.size(), 1U);
  const DotProductMachine smaller = small_machine(2, 64);
  const DotProductHardware tight = dot_product_hardware(smaller);
  const Plan cut = make_plan(net, tight.hardware, Objective::kLatency);
  expect_whole(net, smaller, cut);
  std::vector<std::int64_t> rows;
  for (const DotProductStart& start : starts_of(cut.program.layers[0].commands, smaller)) {
    rows.push_back(start.layer.height);
  }
  EXPECT_EQ(rows, (std::vector<std::int64_t>{7, 7})) << "6 rows of outputs each, and one more beside them";
}

// The planner's estimate is that of the memory behind the way.
TEST(DotProductPlanner, EstimatesWithTheLatencyAndRateOfTheWay) {
  const DotProductMachine m;
  const network::Network net = test::network_of({16, 16, 32}, {test::convolution("conv", {1, 1}, {1, 1}, 32)});
  DotProductHardware h = dot_product_hardware(m);
  Passage memory{"memory", 0.0, 2.0 / 8.0, 128.0, "", 8};
  memory.by_beats = true;
  h.hardware.memories[0].path.read = lane_through({memory}, {1.0}, 256);
  const Plan plan = make_plan(net, h.hardware, Objective::kLatency);
  const DotProductLayer layer = starts_of(plan.program.layers[0].commands, m).front().layer;
  EXPECT_EQ(plan.mappings[0].estimated_cycles.value(), run_dot_product(m, layer, {2.0, 128}).end());
}

// Whole requests are followed, each to its own memory, and so are the writes.
TEST(DotProductPlanner, EstimatesOperandsOfTwoMemoriesBesideEachOther) {
  const DotProductMachine m;
  const auto way = [](const std::string& memory) {
    Passage passage{memory, 0.0, 1.0 / 4.0, 20.0, ""};
    passage.then = 20.0;
    return lane_through({passage}, {1.0}, 256);
  };
  DotProductStart start;
  start.layer.width = start.layer.height = 16;
  start.layer.inputs = 8;
  start.layer.kernels = 32;
  start.layer.taps = 9;
  start.layer.positions = 196;
  start.layer.weight_banks = weight_banks_for(m, start.layer);
  start.input.base = 0x1000'0000;
  start.input.row_bytes = 16 * 8;
  start.input.rows = 16;
  start.input.row_stride = 16 * 8;
  start.weights.row_bytes = start.layer.weight_bytes();
  start.output.base = 0x1000'8000;
  start.output.row_bytes = 196 * 8;
  start.output.planes = 4;
  start.output.plane_stride = 196 * 8;
  const auto cycles = [&](const std::string& of_weights, double writes) {
    MemoryRegion first, second;
    first.base = start.input.base;
    second.base = start.weights.base = 0x8000'0000;
    first.size = second.size = Bytes(1 << 20);
    first.path = {way("first"), lane_through({{"writes", writes, 0.0, 0.0, ""}}, {1.0}, 256)};
    second.path.read = way(of_weights);
    return follow_dot_product(m, start, BurstWays({first, second}));
  };
  const std::int64_t one_memory = cycles("first", 1.0), two = cycles("second", 1.0);
  // A cycle for four bytes of what comes besides the input before the array may begin.
  EXPECT_LT(two, one_memory);
  EXPECT_GE(one_memory - two, 16 * 16 * 8 / 4 / 2);
  EXPECT_GT(cycles("second", 500.0), two + 400) << "the last write is answered that much later";
}

TEST(DotProductPlanner, NamesWhatItDoesNotRun) {
  const DotProductHardware h = dot_product_hardware({});
  const network::Network net = test::network_of(
      {4, 4, 8}, {test::fully_connected("fc", 10), test::layer_spec("softmax", network::Operator("softmax"))});
  EXPECT_EQ(h.planner->obstacle(net, 0), "");
  EXPECT_EQ(h.planner->obstacle(net, 1), "npu runs convolutions and fully connected layers only");
}

}  // namespace
}  // namespace subvolt::mapping
