// Is a layer that a sub-tile engine plans computed whole and once, on tiles that are in its L1 when they are needed and
// fit into it, and is what it cannot run refused by name?
#include "sim/mapping/subtile/subtile_planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "sim/mapping/subtile/subtile_job.h"
#include "tests/support/mapping_hardware.h"

namespace subvolt::mapping {
namespace {

using ::testing::HasSubstr;

SubtileCapabilities capabilities(std::int64_t l1, SubtileTensors tensors = SubtileTensors::kInMemory) {
  SubtileCapabilities c;
  c.instance = "npu";
  c.l1 = Bytes(l1);
  c.tensors = tensors;
  return c;
}

Hardware subtile_hardware(const SubtileCapabilities& c) {
  MemoryRegion memory;
  memory.instance = "memory";
  memory.base = 0x8000'0000;
  memory.size = Bytes(1 << 28);
  Hardware h;
  h.accelerators = {std::make_shared<SubtilePlanner>(c)};
  h.host.instance = "cpu";
  h.host.operators = {{"conv2d", 1.0}, {"depthwise_conv2d", 1.0}, {"fully_connected", 1.0}};
  h.memories = {memory};
  return h;
}

std::multiset<Address> addresses(const Block& b) {
  std::multiset<Address> all;
  for (std::int64_t p = 0; p < b.planes; ++p) {
    for (std::int64_t r = 0; r < b.rows; ++r) {
      for (std::int64_t i = 0; i < b.row_bytes; ++i) {
        all.insert(b.base + static_cast<Address>(p * b.plane_stride + r * b.row_stride + i));
      }
    }
  }
  return all;
}

// What the L1 holds at most while each job works: what is loaded before it ends and used no earlier, and results of
// which nobody knows that they are stored. Weights as the engine wants them.
std::int64_t most_held(const std::vector<Command>& commands) {
  struct Data {
    std::int64_t bytes = 0, free_after = -1, last_use = -1;
  };
  std::vector<Data> inputs, weights, outputs;
  std::map<std::int32_t, std::int64_t> job_number, store_number;
  std::vector<std::int64_t> stored_before;  // by job: stores that are done when it begins
  bool fresh_input = true;
  const auto token = [&](const Command& c) { return c.after.empty() ? -1 : job_number.at(c.after.back()); };
  for (std::int32_t c = 0; c < static_cast<std::int32_t>(commands.size()); ++c) {
    const Command& command = commands[static_cast<std::size_t>(c)];
    if (const auto* load = std::get_if<Load>(&command.what)) {
      if (load->operand == Operand::kInput) {
        // Windows of a tile come in several loads.
        if (fresh_input) inputs.push_back({0, token(command), -1});
        fresh_input = false;
        inputs.back().bytes += load->from.bytes();
      } else if (load->operand == Operand::kWeight) {
        weights.push_back({0, token(command), -1});
      }
    } else if (const auto* compute = std::get_if<Compute>(&command.what)) {
      const auto number = static_cast<std::int64_t>(outputs.size());
      job_number[c] = number;
      const SubtileOperands o = subtile_operands({}, subtile_job(compute->tile));
      if (!inputs.empty()) inputs.back().last_use = number;
      weights.back().last_use = number;
      weights.back().bytes = std::max(weights.back().bytes, o.weights + o.biases);
      outputs.push_back({o.output, -1, -1});
      std::int64_t stored = stored_before.empty() ? 0 : stored_before.back();
      for (const std::int32_t before : command.after) {
        if (store_number.count(before) > 0) stored = std::max(stored, store_number.at(before) + 1);
      }
      stored_before.push_back(stored);
      fresh_input = true;
    } else {
      const auto number = static_cast<std::int64_t>(store_number.size());
      store_number[c] = number;
    }
  }
  std::int64_t most = 0;
  for (std::int64_t job = 0; job < static_cast<std::int64_t>(outputs.size()); ++job) {
    std::int64_t held = 0;
    for (const auto* all : {&inputs, &weights}) {
      for (const Data& d : *all) held += d.free_after < job && d.last_use >= job ? d.bytes : 0;
    }
    for (std::int64_t k = stored_before[static_cast<std::size_t>(job)]; k <= job; ++k) {
      held += outputs[static_cast<std::size_t>(k)].bytes;
    }
    most = std::max(most, held);
  }
  return most;
}

void expect_whole(const network::Network& net, const SubtileCapabilities& c, const Plan& plan) {
  const network::Layer& layer = net.layers[0];
  const auto at = [&](network::TensorId t) { return plan.placement.activations[static_cast<std::size_t>(t)].address; };
  const std::vector<Command>& commands = plan.program.layers[0].commands;
  std::int64_t macs = 0, cycles = 0;
  std::multiset<Address> written;
  std::set<Address> read, weights;
  std::int64_t input_bytes = 0;
  for (const Command& command : commands) {
    if (const auto* compute = std::get_if<Compute>(&command.what)) {
      EXPECT_EQ(subtile_obstacle({}, compute->tile.columns.kernel > 3 ? Tile{} : compute->tile), "");
      const SubtileActivity a = subtile_activity({}, subtile_job(compute->tile));
      macs += a.macs;
      cycles += a.cycles();
    } else if (const auto* store = std::get_if<Store>(&command.what)) {
      for (const Address address : addresses(store->to)) written.insert(address);
    } else {
      const auto& load = std::get<Load>(command.what);
      for (const Address address : addresses(load.from)) {
        (load.operand == Operand::kInput ? read : weights).insert(address);
      }
      input_bytes += load.operand == Operand::kInput ? load.from.bytes() : 0;
    }
  }
  EXPECT_EQ(macs, layer.macs);
  EXPECT_EQ(plan.mappings[0].array_cycles.value(), cycles);
  EXPECT_EQ(plan.mappings[0].input_bytes, input_bytes);
  const std::int64_t out_bytes = layer.out.elements();
  EXPECT_EQ(static_cast<std::int64_t>(written.size()), out_bytes) << "every byte is written once";
  EXPECT_EQ(static_cast<std::int64_t>(std::set<Address>(written.begin(), written.end()).size()), out_bytes);
  EXPECT_EQ(*written.begin(), at(layer.outputs[0]));
  ASSERT_FALSE(read.empty());
  EXPECT_GE(*read.begin(), at(layer.inputs[0]));
  EXPECT_LT(*read.rbegin(), at(layer.inputs[0]) + static_cast<Address>(layer.in.elements()));
  EXPECT_EQ(static_cast<std::int64_t>(weights.size()),
            plan.mappings[0].weight_bytes > 0 ? static_cast<std::int64_t>(layer.constant_bytes().value()) : 0)
      << "all weights and biases";
  EXPECT_LE(most_held(commands), c.l1.value());
}

TEST(SubtilePlanner, ComputesEveryLayerWholeAndOnce) {
  std::mt19937 random(5);
  const auto draw = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  int planned = 0, cut = 0, gathered = 0;
  for (int i = 0; i < 400; ++i) {
    const int kernel = draw(1, 3) == 1 ? draw(4, 6) : draw(1, 3), stride = draw(1, 2);
    network::LayerSpec spec;
    int channels = draw(1, 70);
    switch (draw(0, 3)) {
      case 0:
        spec = test::depthwise("layer", {draw(1, 3), draw(1, 3)}, {stride, stride});
        break;
      case 1:
        spec = test::convolution("layer", {draw(1, 3), draw(1, 3)}, {stride, stride}, 3 * draw(1, 20));
        spec.groups = 3;
        channels = 3 * draw(1, 15);
        break;
      default:
        spec = test::convolution("layer", {kernel, kernel}, {stride, draw(1, 3)}, draw(1, 90));
    }
    const network::Network net = test::network_of({draw(6, 24), draw(6, 30), channels}, {spec});
    const SubtileCapabilities c = capabilities(1024 << draw(0, 7));
    SCOPED_TRACE("layer " + std::to_string(i));
    const Plan plan = make_plan(net, subtile_hardware(c), static_cast<Objective>(draw(0, 2)));
    if (plan.program.layers[0].runs == LayerProgram::Runs::kOnHost) {
      EXPECT_THAT(plan.mappings[0].why_host, HasSubstr("npu.l1 holds"));
      continue;
    }
    expect_whole(net, c, plan);
    ++planned;
    cut += plan.program.layers[0].commands.size() > 5 ? 1 : 0;
    gathered += plan.mappings[0].how.find("gathered") != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(planned, 250);
  EXPECT_GT(cut, 150);
  EXPECT_GT(gathered, 50);
}

Plan plan_of(const network::Network& net, const SubtileCapabilities& c) {
  return make_plan(net, subtile_hardware(c), Objective::kLatency);
}

std::string why_host(const network::Network& net, const SubtileCapabilities& c) {
  return plan_of(net, c).mappings[0].why_host;
}

TEST(SubtilePlanner, RefusesByNameWhatTheEngineCannotDo) {
  const SubtileCapabilities c = capabilities(1 << 17);
  const auto why = [&](network::LayerSpec spec) { return why_host(test::network_of({16, 16, 8}, {spec}), c); };
  EXPECT_EQ(why(test::depthwise("dw", {5, 5}, {1, 1})), "npu has no depthwise window of 5x5");
  EXPECT_EQ(why(test::depthwise("dw", {3, 3}, {1, 2})), "npu has strides of 1x1 and 2x2 and this one is 1x2");
  network::LayerSpec dilated = test::depthwise("dw", {3, 3}, {1, 1});
  dilated.dilation = network::Extent{2, 2};
  EXPECT_EQ(why(dilated), "npu has no dilated windows and this one's dilation is 2x2");
  network::LayerSpec wide = test::convolution("conv", {3, 3}, {1, 1}, 8);
  wide.weight_type = network::ElementType::kInt16;
  EXPECT_EQ(why(wide), "npu takes weights of 2 to 8 bits and these are int16");
  EXPECT_EQ(why(test::convolution("conv", {3, 3}, {1, 1}, 8)), "") << "it runs this one";
}

TEST(SubtilePlanner, WeightsHaveTheBitsOfTheNetwork) {
  for (const auto type : {network::ElementType::kInt2, network::ElementType::kInt5, network::ElementType::kInt8}) {
    network::LayerSpec spec = test::convolution("conv", {3, 3}, {1, 1}, 32);
    spec.weight_type = type;
    const network::Network net = test::network_of({6, 6, 16}, {spec});
    const Plan plan = plan_of(net, capabilities(1 << 17));
    const Format format{type};
    EXPECT_EQ(plan.mappings[0].weight_bytes, format.bytes(9 * 16 * 32));
    for (const Command& command : plan.program.layers[0].commands) {
      const auto* compute = std::get_if<Compute>(&command.what);
      if (compute) {
        EXPECT_EQ(subtile_job(compute->tile).bits, format.bits());
      }
    }
  }
}

TEST(SubtilePlanner, OfALayerInTheL1NothingIsMoved) {
  const network::Network net = test::network_of({6, 6, 64}, {test::convolution("conv", {3, 3}, {1, 1}, 32)});
  const Plan plan = plan_of(net, capabilities(1 << 17, SubtileTensors::kInL1));
  ASSERT_EQ(plan.program.layers[0].commands.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<Compute>(plan.program.layers[0].commands[0].what));
  EXPECT_EQ(plan.mappings[0].input_bytes + plan.mappings[0].weight_bytes + plan.mappings[0].output_bytes, 0);
  // 6 x 6 x 64 inputs, 18,432 weights, 32 scales, biases and 6 x 6 x 32 results.
  const std::int64_t bytes = 2304 + 18432 + 32 * 5 + 1152;
  EXPECT_EQ(why_host(net, capabilities(bytes, SubtileTensors::kInL1)), "");
  EXPECT_EQ(why_host(net, capabilities(bytes - 1, SubtileTensors::kInL1)),
            "npu.l1 holds 22,047 B and the layer needs 22,048 B");
  EXPECT_EQ(why_host(test::network_of({9, 9, 4}, {test::convolution("conv", {5, 5}, {1, 1}, 8)}),
                     capabilities(1 << 17, SubtileTensors::kInL1)),
            "npu has no window of 5x5")
      << "nobody gathers there";
}

}  // namespace
}  // namespace subvolt::mapping
