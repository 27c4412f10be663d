// SVDF layers on the NPU: every MAC once, every weight used, the newest step stored before the history is read, every
// output written once, and no buffer too full?
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/support/mapping_hardware.h"
#include "tests/support/program_walk.h"

namespace subvolt {
namespace {

using mapping::Address;

network::Network network_of(std::int64_t batch, std::int64_t features, std::int64_t units, std::int64_t memory,
                            std::int64_t rank) {
  network::LayerSpec layer = test::layer_spec("svdf", network::Operator("svdf"));
  layer.units = units;
  layer.memory = memory;
  layer.rank = rank;
  return test::network_of({batch, features}, {layer});
}

std::map<Address, int> bytes_of(const std::vector<mapping::Block>& blocks) {
  std::map<Address, int> all;
  for (const mapping::Block& block : blocks) {
    test::for_each_run(block, [&](Address begin, std::int64_t bytes) {
      for (std::int64_t i = 0; i < bytes; ++i) ++all[begin + static_cast<Address>(i)];
    });
  }
  return all;
}

void expect_exactly(const std::map<Address, int>& touched, Address base, std::int64_t bytes, const char* what) {
  std::int64_t inside = 0;
  for (const auto& [address, times] : touched) {
    if (address < base || address >= base + static_cast<Address>(bytes)) continue;
    ++inside;
    EXPECT_EQ(times, 1) << what;
  }
  EXPECT_EQ(inside, bytes) << what;
}

TEST(MappingSvdf, DoesItsWork) {
  for (const std::int64_t kibibytes : {1, 64}) {
    for (const std::int64_t rank : {1, 2, 4}) {
      for (const std::int64_t batch : {1, 3}) {
        SCOPED_TRACE("rank " + std::to_string(rank) + ", batch " + std::to_string(batch) + ", " +
                     std::to_string(kibibytes) + " KiB");
        const network::Network net = network_of(batch, 40, 64, 10, rank);
        const test::MapperHardware hardware = test::mapping_hardware(kibibytes);
        const mapping::Plan plan = make_plan(net, hardware, mapping::Objective::kEnergy);
        const mapping::LayerProgram& program = plan.program.layers[0];
        ASSERT_EQ(program.runs, mapping::LayerProgram::Runs::kOnAccelerator);
        const mapping::LayerMapping& m = plan.mappings[0];
        const test::Moved moved = test::moved_by(program);
        EXPECT_EQ(moved.macs, net.layers[0].macs);
        EXPECT_EQ(moved.macs, batch * 64 * (40 + 10));
        EXPECT_EQ(moved.input, m.input_bytes);
        EXPECT_EQ(moved.weights, m.weight_bytes);
        EXPECT_EQ(moved.weights, 64 * (40 + 10)) << "once for all sequences";
        EXPECT_EQ(moved.biases, 4 * 64 / rank);
        EXPECT_EQ(moved.output, m.output_bytes);
        EXPECT_EQ(moved.output, batch * (64 + 64 / rank)) << "a step of history, and the outputs";
        EXPECT_EQ(moved.array_cycles, m.array_cycles.value());

        const Address history = plan.placement.states[0].address;
        const std::int64_t of_batch = 64 * 10, all = batch * of_batch;
        std::vector<mapping::Block> read, written, constants;
        std::set<Address> stored;
        for (const mapping::Command& c : program.commands) {
          if (const auto* store = std::get_if<mapping::Store>(&c.what)) {
            written.push_back(store->to);
            for (std::int64_t i = 0; i < store->to.bytes(); ++i)
              stored.insert(store->to.base + static_cast<Address>(i));
          }
          const auto* load = std::get_if<mapping::Load>(&c.what);
          if (!load) continue;
          (load->operand == mapping::Operand::kInput ? read : constants).push_back(load->from);
          if (load->from.base < history || load->from.base >= history + static_cast<Address>(all)) continue;
          EXPECT_FALSE(c.after.empty());
          for (std::int64_t i = 0; i < load->from.row_bytes; ++i) {
            EXPECT_EQ(stored.count(load->from.base + static_cast<Address>(i)), 1U) << "read before it is stored";
          }
        }
        expect_exactly(bytes_of(read), history, all, "the history, read");
        expect_exactly(bytes_of(written), plan.placement.activations[1].address, batch * 64 / rank, "outputs");
        for (std::int64_t b = 0; b < batch; ++b) {
          expect_exactly(bytes_of(written), history + static_cast<Address>(b * of_batch), 64, "the newest step");
        }
        expect_exactly(bytes_of(constants), plan.placement.parameters[0].address, 64 * 50 + 4 * 64 / rank, "constants");
      }
    }
  }
}

TEST(MappingSvdf, WhatTheNpuLacksIsTheHosts) {
  network::NetworkSpec spec;
  spec.name = "test";
  spec.source = "made for a test";
  spec.inputs.emplace_back();
  spec.inputs.back().shape = {1, 16};
  network::LayerSpec layer = test::layer_spec("svdf", network::Operator("svdf"));
  layer.units = 8;
  layer.memory = 4;
  network::Constant time;
  time.role = network::Role::kRecurrent;
  time.type = network::ElementType::kInt16;
  layer.constants = {time};
  spec.layers = {layer};
  const network::Network net = network::build_network(spec);
  test::MapperHardware hardware = test::mapping_hardware();
  hardware.host.operators = {{"svdf", 1.0}};
  const mapping::Plan plan = make_plan(net, hardware, mapping::Objective::kEnergy);
  EXPECT_EQ(plan.program.layers[0].runs, mapping::LayerProgram::Runs::kOnHost);
  EXPECT_EQ(plan.mappings[0].why_host.find("npu computes int8 and the filter over time is int16"), 0U);
}

}  // namespace
}  // namespace subvolt
