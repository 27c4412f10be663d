// Is a layer that a vector_dsp plans computed whole and once, in tiles or as a kernel, whatever its operator and type,
// and is what it cannot run refused by name?
#include "sim/mapping/vector_dsp/vector_dsp_planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "sim/mapping/processor/processor.h"
#include "sim/mapping/program/plan.h"
#include "sim/mapping/vector_dsp/dsp_kernel.h"
#include "sim/mapping/vector_dsp/vector_dsp_tile.h"
#include "tests/support/mapping_hardware.h"

namespace subvolt::mapping {
namespace {

using network::ElementType;
using ::testing::HasSubstr;
using ::testing::StartsWith;

VectorDspCapabilities dsp(std::int64_t l1, bool floats = false) {
  VectorDspCapabilities c;
  c.instance = "dsp";
  c.machine.lanes = {{ElementType::kInt8, 4}, {ElementType::kInt16, 2}};
  if (floats) c.machine.lanes.emplace_back(ElementType::kFp32, 1);
  c.kernels = Processor().costs();
  c.l1.size = Bytes(l1);
  return c;
}

Hardware dsp_hardware(const VectorDspCapabilities& c) {
  MemoryRegion memory;
  memory.instance = "memory";
  memory.base = 0x8000'0000;
  memory.size = Bytes(1 << 28);
  Hardware h;
  h.accelerators = {std::make_shared<VectorDspPlanner>(c)};
  h.host.instance = "cpu";
  h.host.operators = Processor().costs();
  h.memories = {memory};
  return h;
}

struct Seen {
  std::int64_t macs = 0, cycles = 0, loaded = 0, stored = 0;
  std::set<Address> written;
};

Seen seen(const VectorDspCapabilities& c, const std::vector<Command>& commands) {
  Seen s;
  for (const Command& command : commands) {
    if (const auto* compute = std::get_if<Compute>(&command.what)) {
      const auto& layer = static_cast<const VectorDspLayer&>(*compute->machine);
      s.macs += layer.kernel ? layer.macs : vector_dsp_activity(c.machine, compute->tile).macs;
      s.cycles += dsp_cycles(c.machine, *compute);
    } else if (const auto* load = std::get_if<Load>(&command.what)) {
      s.loaded += load->from.bytes();
    } else {
      const Block& to = std::get<Store>(command.what).to;
      s.stored += to.bytes();
      for (std::int64_t r = 0; r < to.rows * to.planes; ++r) {
        const std::int64_t run = r / to.rows * to.plane_stride + r % to.rows * to.row_stride;
        for (std::int64_t i = 0; i < to.row_bytes; ++i) s.written.insert(to.base + static_cast<Address>(run + i));
      }
    }
  }
  return s;
}

void expect_done_once(const network::Network& net, const VectorDspCapabilities& c, const Plan& plan) {
  const LayerProgram& program = plan.program.layers[0];
  ASSERT_EQ(program.runs, LayerProgram::Runs::kOnAccelerator);
  const LayerMapping& m = plan.mappings[0];
  const Seen s = seen(c, program.commands);
  EXPECT_EQ(s.macs, net.layers[0].macs);
  EXPECT_EQ(s.cycles, m.array_cycles.value());
  EXPECT_EQ(s.loaded, m.input_bytes + m.weight_bytes + m.bias_bytes);
  EXPECT_EQ(s.stored, m.output_bytes);
  EXPECT_EQ(s.stored, net.output_of(net.layers[0]).bytes().value()) << "every byte of the result is written once";
  EXPECT_EQ(static_cast<std::int64_t>(s.written.size()), s.stored);
}

TEST(VectorDspPlanner, ComputesConvolutionsInTilesWholeAndOnce) {
  std::mt19937 random(7);
  const auto draw = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  int cut = 0;
  for (int i = 0; i < 200; ++i) {
    SCOPED_TRACE("layer " + std::to_string(i));
    network::LayerSpec spec;
    int channels = draw(1, 50);
    switch (draw(0, 2)) {
      case 0:
        spec = test::depthwise("layer", {draw(1, 4), draw(1, 4)}, {draw(1, 2), draw(1, 2)});
        break;
      case 1:
        spec = test::convolution("layer", {draw(1, 3), draw(1, 3)}, {1, 1}, 3 * draw(1, 12));
        spec.groups = 3;
        channels = 3 * draw(1, 10);
        break;
      default:
        spec = test::convolution("layer", {draw(1, 5), draw(1, 5)}, {draw(1, 2), draw(1, 3)}, draw(1, 60));
    }
    const network::Network net = test::network_of({draw(5, 20), draw(5, 24), channels}, {spec});
    const VectorDspCapabilities c = dsp(2048 << draw(0, 6));
    const Plan plan = make_plan(net, dsp_hardware(c), static_cast<Objective>(draw(0, 2)));
    expect_done_once(net, c, plan);
    cut += plan.program.layers[0].commands.size() > 5 ? 1 : 0;
  }
  EXPECT_GT(cut, 80);
}

network::LayerSpec spec_of(const char* op) { return test::layer_spec("layer", network::Operator(op)); }

TEST(VectorDspPlanner, RunsOtherOperatorsAsKernelsPieceByPiece) {
  network::LayerSpec conv = test::convolution("layer", {3, 3}, {1, 1}, 700);
  network::LayerSpec transposed = spec_of("transposed_conv2d");
  transposed.kernel = network::Kernel{false, network::Extent{2, 2}};
  transposed.stride = network::Extent{2, 2};
  transposed.channels = 40;
  network::LayerSpec softmax = spec_of("softmax");
  network::LayerSpec relu = spec_of("activation");
  relu.activation = network::Activation::kSigmoid;
  for (const network::LayerSpec& spec : {softmax, relu, transposed}) {
    const network::Network net = test::network_of({20, 20, 64}, {spec});
    for (const std::int64_t l1 : {1024, 16384, 1 << 20}) {
      SCOPED_TRACE(network::to_text(spec.op) + " in " + std::to_string(l1));
      const VectorDspCapabilities c = dsp(l1);
      const Plan plan = make_plan(net, dsp_hardware(c), Objective::kLatency);
      EXPECT_THAT(plan.mappings[0].how, StartsWith("kernel " + network::to_text(spec.op)));
      expect_done_once(net, c, plan);
    }
  }
  // Of a layer with too small an L1 for a tile, too.
  const network::Network net = test::network_of({8, 8, 300}, {conv});
  const VectorDspCapabilities c = dsp(1024);
  const Plan plan = make_plan(net, dsp_hardware(c), Objective::kLatency);
  EXPECT_THAT(plan.mappings[0].how, StartsWith("kernel conv2d"));
  expect_done_once(net, c, plan);
}

TEST(VectorDspPlanner, WeightsThatDoNotFitComeAgainInEachStep) {
  network::LayerSpec lstm = spec_of("lstm");
  lstm.units = 64;
  const network::Network net = test::network_of({12, 32}, {lstm});
  const std::int64_t weights = net.layers[0].constant_bytes().value();
  const auto loaded = [&](std::int64_t l1) {
    const Plan plan = make_plan(net, dsp_hardware(dsp(l1)), Objective::kLatency);
    return plan.mappings[0].weight_bytes + plan.mappings[0].bias_bytes;
  };
  EXPECT_LT(loaded(1 << 20), 2 * weights);
  EXPECT_GE(loaded(16384), 12 * weights);
}

TEST(VectorDspPlanner, TypesAreThoseOfItsTable) {
  network::LayerSpec conv = test::convolution("layer", {3, 3}, {1, 1}, 8);
  conv.weight_type = conv.bias_type = ElementType::kFp32;
  const network::Network net = test::network_of({6, 6, 4}, {conv}, ElementType::kFp32);
  const Plan refused = make_plan(net, dsp_hardware(dsp(65536)), Objective::kLatency);
  EXPECT_EQ(refused.mappings[0].why_host, "dsp has no fp32 in its type table: --quantize int8 takes it as int8");
  const VectorDspCapabilities c = dsp(65536, true);
  const Plan plan = make_plan(net, dsp_hardware(c), Objective::kLatency);
  expect_done_once(net, c, plan);
  EXPECT_THAT(plan.mappings[0].how, StartsWith("tiles"));
}

TEST(VectorDspPlanner, RefusesOperatorsWithoutAKernel) {
  VectorDspCapabilities c = dsp(65536);
  c.kernels = {{"conv2d", 1.0}};
  const network::Network net = test::network_of({6, 6, 4}, {spec_of("softmax")});
  const Plan plan = make_plan(net, dsp_hardware(c), Objective::kLatency);
  EXPECT_EQ(plan.mappings[0].why_host, "dsp has no kernel for softmax");
}

}  // namespace
}  // namespace subvolt::mapping
