// Does a block engine take the closed form's time where memory keeps up, does it account for every cycle,
// multiplication and byte, and do the weights of the next layer come under the one at work?
#include "models/hw/block_engine/block_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/mem/simple_memory/simple_memory.h"
#include "sim/mapping/block_engine/block_layer.h"
#include "tests/support/mapping_hardware.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt::hw {
namespace {

constexpr const char* kEngine = "{model: u55_128, weight_buffer: {size: 64 KiB, banks: 4, word: 8 B}}";

BlockEngineConfig block_engine_config() { return BlockEngineConfig::schema().read(test::yaml(kEngine)); }

// Rings for a layer as soon as there is room for it.
class BlockEngineRinger : public sc_core::sc_module {
 public:
  BlockEngineRinger(sc_core::sc_module_name name, int layers, int ahead)
      : sc_module(name),
        port("port", [](kernel::Payload& payload) { payload.release(); }),
        layers_(layers),
        ahead_(ahead),
        timer_([this] { ring(); }) {
    irq.on_raised([this] {
      irq.take();
      ++done;
      timer_.at(kernel::time_now() + 3 * test::kCycle);
    });
    timer_.at(test::kCycle);
  }
  kernel::InitiatorPort port;
  kernel::InterruptIn irq;
  int done = 0;

 private:
  void ring() {
    if (next_ >= layers_ || next_ - done >= ahead_) return;
    kernel::Payload& payload = pool_.acquire(tlm::TLM_WRITE_COMMAND, 0, 4, next_);
    for (int byte = 0; byte < 4; ++byte) number_[byte] = static_cast<unsigned char>(next_ >> (8 * byte));
    payload.set_data_ptr(number_);
    ++next_;
    port.send(payload);
    timer_.at(kernel::time_now() + 3 * test::kCycle);
  }
  int layers_, ahead_, next_ = 0;
  unsigned char number_[4] = {};
  kernel::PayloadPool pool_;
  kernel::Timer timer_;
};

network::Network small_network() {
  std::vector<network::LayerSpec> specs;
  specs.push_back(test::convolution("conv", {3, 3}, {1, 1}, 48));
  specs.push_back(test::depthwise("dw", {3, 3}, {1, 1}));
  specs.push_back(test::convolution("pw", {1, 1}, {1, 1}, 96));
  specs.push_back(test::convolution("last", {3, 3}, {1, 1}, 40));
  return test::network_of({20, 22, 32}, specs);
}

struct Simulated {
  power::ActivityRecord record;
  mapping::Plan plan;
};

// With memories that answer after `latency` cycles, a beat of the ports a cycle.
Simulated simulate_layers(const network::Network& net, int ahead, int latency, test::TestEnvironment& environment) {
  const BlockEngineConfig config = block_engine_config();
  BlockEngine engine("npu", config, environment);
  mapping::Hardware hardware;
  hardware.accelerators = {engine.accelerator()};
  mapping::MemoryRegion region;
  region.instance = "memory";
  region.size = Bytes(1 << 24);
  region.off_chip = true;
  region.path = test::path_of(8.0, 1);
  hardware.memories = {region};
  Simulated s{{}, mapping::make_plan(net, hardware, mapping::Objective::kLatency)};
  s.plan.program.accelerators.clear();
  const auto layers = static_cast<int>(net.layers.size());
  for (int l = 0; l < layers; ++l) environment.recorder().add_task(0, l);
  const auto memory =
      mem::SimpleMemoryConfig::schema().read(test::yaml("{size: 16 MiB, latency: " + std::to_string(latency) + "}"));
  mem::SimpleMemory reads("in", memory, environment), writes("out", memory, environment),
      weights("w", memory, environment);
  BlockEngineRinger ringer("ringer", layers, ahead);
  engine.load_program(&s.plan.program);
  ringer.port.bind(dynamic_cast<kernel::TargetPort&>(*engine.target_side("control")));
  dynamic_cast<kernel::InterruptOut&>(*engine.initiator_side("irq")).bind(ringer.irq);
  const auto bind = [&](const char* port, mem::SimpleMemory& to) {
    dynamic_cast<kernel::InitiatorPort&>(*engine.initiator_side(port))
        .bind(dynamic_cast<kernel::TargetPort&>(*to.target_side("")));
  };
  bind("reads", reads);
  bind("writes", writes);
  bind("weights", weights);
  sc_core::sc_start();
  EXPECT_EQ(ringer.done, layers);
  s.record = environment.finish();
  return s;
}

std::int64_t fact(const Simulated& s, const std::string& name) { return test::events(s.record, "npu." + name); }

void expect_all_accounted(const Simulated& s, const network::Network& net) {
  std::int64_t macs = 0, loaded = 0, weights = 0, stored = 0;
  for (std::size_t l = 0; l < net.layers.size(); ++l) {
    macs += net.layers[l].macs;
    loaded += s.plan.mappings[l].input_bytes;
    weights += s.plan.mappings[l].weight_bytes;
    stored += s.plan.mappings[l].output_bytes;
  }
  EXPECT_EQ(fact(s, "array.mac_int8"), macs);
  EXPECT_EQ(fact(s, "array.idle_macs") + macs, 128 * fact(s, "compute_cycles"));
  EXPECT_EQ(fact(s, "reads.read_B"), loaded);
  EXPECT_EQ(test::events(s.record, "in.read_B"), loaded);
  EXPECT_EQ(fact(s, "weights.read_B"), weights);
  EXPECT_EQ(fact(s, "weight_buffer.write_B"), weights);
  EXPECT_EQ(fact(s, "writes.write_B"), stored);
  EXPECT_EQ(fact(s, "output.output_operation"), stored);
  EXPECT_EQ(fact(s, "buffer.write_B"), loaded + stored);
  std::int64_t sum = 0;
  for (const char* name :
       {"compute_cycles", "stall_load_cycles", "weight_load_cycles", "stall_store_cycles", "stall_power_cycles"}) {
    sum += fact(s, name);
  }
  EXPECT_EQ(sum, fact(s, "accelerator_cycles"));
}

TEST(BlockEngine, TakesTheClosedFormsTimeWhereMemoryKeepsUp) {
  test::in_child([] {
    test::TestEnvironment environment;
    const network::Network net = small_network();
    const Simulated s = simulate_layers(net, 1, 1, environment);
    expect_all_accounted(s, net);
    // The same from the closed form, slice by slice: stages work side by side across slices, too.
    std::int64_t cycles = 0;
    for (std::size_t l = 0; l < net.layers.size(); ++l) {
      std::int64_t multiply = 0, last = 0;
      for (const mapping::Command& command : s.plan.program.layers[l].commands) {
        const auto* compute = std::get_if<mapping::Compute>(&command.what);
        if (!compute) continue;
        const auto& step = static_cast<const mapping::BlockStep&>(*compute->machine);
        ASSERT_GE(step.multiply, std::max(step.output, step.interval)) << "blocks that multiply for longest";
        multiply += step.multiply;
        last = std::max(step.output, step.interval);
      }
      cycles += multiply + last;
    }
    EXPECT_EQ(fact(s, "compute_cycles"), cycles);
    EXPECT_GT(fact(s, "weight_load_cycles"), 0) << "a layer's first weights come before its first block";
  });
}

TEST(BlockEngine, LoadsTheNextLayersWeightsUnderTheOneAtWork) {
  const auto waits = [](int ahead) {
    return test::simulate([ahead] {
      test::TestEnvironment environment;
      const network::Network net = small_network();
      const Simulated s = simulate_layers(net, ahead, 50, environment);
      expect_all_accounted(s, net);
      return std::vector<std::int64_t>{fact(s, "weight_load_cycles"), fact(s, "accelerator_cycles")};
    });
  };
  const std::vector<std::int64_t> alone = waits(1), ahead = waits(2);
  ASSERT_EQ(alone.size(), 2U);
  ASSERT_EQ(ahead.size(), 2U);
  EXPECT_LT(2 * ahead[0], alone[0]) << "those of the first layer are all that is waited for";
  EXPECT_LT(ahead[1], alone[1]);
}

TEST(BlockEngine, ItsPartsShareOneClock) {
  test::in_child([] {
    test::TestEnvironment environment;
    environment.set_clock("npu.decoder", Hertz(250'000'000));
    try {
      const BlockEngine npu("npu", block_engine_config(), environment);
      FAIL() << "it was built";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("the parts of a block_engine share one clock"));
    }
  });
}

}  // namespace
}  // namespace subvolt::hw
