// Does the row-stationary accelerator move its transfers beside and between its passes as its header says, move all
// bytes once and account for every cycle and multiplication?
#include "models/hw/row_stationary/row_stationary.h"

#include <gtest/gtest.h>

#include <random>

#include "models/mem/simple_memory/simple_memory.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt::hw {
namespace {

using mapping::Block;
using mapping::PassTimes;
using mapping::RowStationaryPass;

constexpr const char* kArray =
    "{buffer: {size: 100 KiB, banks: 25, word: 8 B}, filter_buffer: {size: 8 KiB, banks: 2, word: 8 B}, "
    "zero_gating: true}";
constexpr std::int64_t kMemoryLatency = 20;

// Ifmaps, then passes on them, and in the end the ofmaps.
struct Residence {
  std::int64_t ifmap_bytes = 0;
  std::vector<RowStationaryPass> passes;
  std::int64_t ofmap_bytes = 0;  // 0: more channels follow
};

Block run_of(std::int64_t bytes) { return {0, bytes, 1, bytes, 1, bytes}; }

mapping::LayerProgram program_of(const std::string& name, const std::vector<Residence>& residences) {
  mapping::LayerProgram layer;
  layer.name = name;
  for (const Residence& residence : residences) {
    layer.commands.push_back(
        {mapping::Load{mapping::Operand::kInput, mapping::Buffer::kInput, run_of(residence.ifmap_bytes)}, {}});
    for (const RowStationaryPass& pass : residence.passes) {
      layer.commands.push_back(
          {mapping::Load{mapping::Operand::kWeight, mapping::Buffer::kWeight, run_of(2 * pass.filter_words())}, {}});
      mapping::Compute compute;
      compute.tile = mapping::pass_tile(pass);
      if (name == "half") compute.machine = std::make_shared<mapping::RowStationaryZeros>(0.5);
      layer.commands.push_back({compute, {}});
    }
    if (residence.ofmap_bytes > 0) layer.commands.push_back({mapping::Store{run_of(residence.ofmap_bytes)}, {}});
  }
  return layer;
}

std::vector<Residence> draw_residences(std::mt19937& random) {
  const auto draw = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  std::vector<Residence> all;
  const int n = draw(1, 4);
  for (int i = 0; i < n; ++i) {
    Residence residence;
    residence.ifmap_bytes = 2 * draw(1, 2000);
    const int passes = draw(1, 4);
    for (int p = 0; p < passes; ++p) {
      RowStationaryPass pass;
      pass.images = draw(1, 2);
      pass.channels = draw(1, 6);
      pass.filters = draw(1, 40);
      pass.rows = {draw(1, 14), 3, 1, 1};
      pass.columns = {draw(1, 14), 3, 1, 1};
      pass.accumulate = draw(0, 1) == 1;
      residence.passes.push_back(pass);
    }
    residence.ofmap_bytes = draw(0, 1) == 1 || i + 1 == n ? 2 * draw(1, 2000) : 0;
    all.push_back(residence);
  }
  return all;
}

// The same from what the header says, without events.
class ByHand {
 public:
  std::int64_t layer(const std::vector<Residence>& residences) {
    std::vector<RowStationaryPass> passes;
    for (const Residence& residence : residences) {
      passes.insert(passes.end(), residence.passes.begin(), residence.passes.end());
    }
    std::int64_t now = 0, filters = read(0, 2 * passes.front().filter_words()), over = 0, tail = 0;
    std::size_t next = 1;
    for (const Residence& residence : residences) {
      now = read(now, residence.ifmap_bytes);
      for (const RowStationaryPass& pass : residence.passes) {
        now = std::max(now, filters);
        const PassTimes times = mapping::time_pass(machine_, pass, std::max<std::int64_t>(0, over + tail - now));
        if (next < passes.size()) filters = read(now + times.reload, 2 * passes[next++].filter_words());
        now = over = now + times.cycles();
        tail = times.tail;
      }
      if (residence.ofmap_bytes > 0) {
        now = write(std::max(now, over + tail), residence.ofmap_bytes);
        tail = 0;
      }
    }
    return now;
  }

 private:
  // In bursts of 256 B, each of which holds the link for its beats of 8 B.
  std::int64_t move(std::int64_t at, std::int64_t bytes, std::int64_t& last_begin, std::int64_t& last_beats) {
    link_ = std::max(link_, at);
    for (; bytes > 0; bytes -= 256) {
      last_begin = link_;
      last_beats = (std::min<std::int64_t>(bytes, 256) + 7) / 8;
      link_ += last_beats;
    }
    return link_;
  }
  std::int64_t read(std::int64_t at, std::int64_t bytes) {
    std::int64_t begin = 0, beats = 0;
    const std::int64_t passed = move(at, bytes, begin, beats);
    return std::max(passed, begin + beats - 1 + kMemoryLatency);
  }
  std::int64_t write(std::int64_t at, std::int64_t bytes) {
    std::int64_t begin = 0, beats = 0;
    return move(at, bytes, begin, beats);
  }
  mapping::RowStationaryMachine machine_;
  std::int64_t link_ = 0;
};

class RowStationaryRinger : public sc_core::sc_module {
 public:
  RowStationaryRinger(sc_core::sc_module_name name, int layers)
      : sc_module(name),
        port("port", [](kernel::Payload& payload) { payload.release(); }),
        layers_(layers),
        timer_([this] { ring(); }) {
    irq.on_raised([this] {
      irq.take();
      done.push_back(kernel::time_now());
      if (next_ < layers_) timer_.at(kernel::time_now() + 3 * test::kCycle);
    });
    timer_.at(test::kCycle);
  }
  kernel::InitiatorPort port;
  kernel::InterruptIn irq;
  std::vector<Picoseconds> rung, done;

 private:
  void ring() {
    kernel::Payload& payload = pool_.acquire(tlm::TLM_WRITE_COMMAND, 0, 4, next_);
    for (int byte = 0; byte < 4; ++byte) number_[byte] = static_cast<unsigned char>(next_ >> (8 * byte));
    payload.set_data_ptr(number_);
    rung.push_back(kernel::time_now());
    ++next_;
    port.send(payload);
  }
  int layers_, next_ = 0;
  unsigned char number_[4] = {};
  kernel::PayloadPool pool_;
  kernel::Timer timer_;
};

TEST(RowStationary, MovesTransfersBesideAndBetweenItsPasses) {
  test::in_child([] {
    std::mt19937 random(5);
    std::vector<std::vector<Residence>> layers;
    for (int l = 0; l < 120; ++l) layers.push_back(draw_residences(random));
    test::TestEnvironment environment;
    mapping::Program program;
    std::int64_t read = 0, written = 0, macs = 0, cycles = 0, halved = 0, psums = 0;
    std::vector<std::int64_t> expected;
    for (std::size_t l = 0; l < layers.size(); ++l) {
      environment.recorder().add_task(0, static_cast<int>(l));
      program.layers.push_back(program_of(l % 2 == 0 ? "half" : "dense", layers[l]));
      std::int64_t of_layer = 0;
      for (const Residence& residence : layers[l]) {
        read += residence.ifmap_bytes;
        written += residence.ofmap_bytes;
        for (const RowStationaryPass& pass : residence.passes) {
          read += 2 * pass.filter_words();
          of_layer += pass.macs();
          psums += pass.psums() * (pass.accumulate ? 2 : 1);
        }
      }
      macs += of_layer;
      if (l % 2 == 0) halved += of_layer / 2;
      expected.push_back(ByHand().layer(layers[l]));
      cycles += expected.back();
    }
    RowStationary array("npu", RowStationaryConfig::schema().read(test::yaml(kArray)), environment);
    mem::SimpleMemory memory("memory", mem::SimpleMemoryConfig::schema().read(test::yaml("{size: 1 MiB, latency: 20}")),
                             environment);
    RowStationaryRinger ringer("ringer", static_cast<int>(layers.size()));
    array.load_program(&program);
    ringer.port.bind(dynamic_cast<kernel::TargetPort&>(*array.target_side("control")));
    dynamic_cast<kernel::InterruptOut&>(*array.initiator_side("irq")).bind(ringer.irq);
    dynamic_cast<kernel::InitiatorPort&>(*array.initiator_side("dma"))
        .bind(dynamic_cast<kernel::TargetPort&>(*memory.target_side("")));
    sc_core::sc_start();
    ASSERT_EQ(ringer.done.size(), layers.size());
    for (std::size_t l = 0; l < layers.size(); ++l) {
      EXPECT_EQ(ringer.done[l] - ringer.rung[l], expected[l] * test::kCycle) << "layer " << l;
    }
    const power::ActivityRecord record = environment.finish();
    EXPECT_EQ(test::events(record, "npu.link.read_B"), read);
    EXPECT_EQ(test::events(record, "memory.read_B"), read);
    EXPECT_EQ(test::events(record, "npu.link.write_B"), written);
    EXPECT_EQ(test::events(record, "memory.write_B"), written);
    EXPECT_EQ(test::events(record, "npu.noc.psum_words"), psums);
    const std::int64_t gated = test::events(record, "npu.array.gated_macs");
    EXPECT_EQ(gated, halved);
    EXPECT_EQ(test::events(record, "npu.array.mac_int16") + gated, macs);
    EXPECT_EQ(test::events(record, "npu.array.idle_macs") + macs, 168 * test::events(record, "npu.compute_cycles"));
    EXPECT_EQ(test::events(record, "npu.accelerator_cycles"), cycles);
    std::int64_t sum = 0;
    for (const char* fact : {"compute_cycles", "weight_cycles", "stall_control_cycles", "stall_load_cycles",
                             "stall_store_cycles", "drain_cycles", "stall_power_cycles"}) {
      const std::int64_t n = test::events(record, std::string("npu.") + fact);
      EXPECT_TRUE(n > 0 || std::string(fact) == "stall_power_cycles") << fact;
      sum += n;
    }
    EXPECT_EQ(sum, cycles);
  });
}

}  // namespace
}  // namespace subvolt::hw
