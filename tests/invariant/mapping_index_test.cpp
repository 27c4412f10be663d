// Gathers and places of the largest on the NPU: are all bytes moved that have to be, and every result written once?
#include <gtest/gtest.h>

#include "tests/support/byte_identity.h"
#include "tests/support/mapping_hardware.h"

namespace subvolt {
namespace {

using network::LayerSpec;

network::Network embedding(std::int64_t words, std::int64_t rows, network::ElementType index) {
  network::NetworkSpec spec;
  spec.name = "test";
  spec.source = "made for a test";
  spec.inputs.emplace_back();
  spec.inputs.back().name = "ids";
  spec.inputs.back().shape = {1, words};
  spec.inputs.back().type = index;
  LayerSpec gather = test::layer_spec("embed", network::Operator("gather"));
  gather.inputs = {"ids"};
  gather.axes = {0};
  network::Constant table;
  table.role = network::Role::kWeights;
  table.shape = {rows, 24};
  gather.constants = {table};
  spec.layers = {gather, test::fully_connected("end", 4)};
  return network::build_network(spec);
}

TEST(MappingIndex, RowsOfATableAreMovedOneByOne) {
  for (const std::int64_t buffer : {64, 65536}) {
    for (const std::int64_t words : {1, 7, 40, 100}) {
      for (const auto index : {network::ElementType::kInt32, network::ElementType::kInt64}) {
        const network::Network net = embedding(words, 40, index);
        const auto hardware = test::mapping_hardware(Bytes(65536), Bytes(65536), Bytes(buffer));
        const mapping::Plan plan = make_plan(net, hardware, mapping::Objective::kEnergy);
        ASSERT_EQ(plan.program.layers[0].runs, mapping::LayerProgram::Runs::kOnAccelerator);
        test::ByteIdentity(net, plan).run();
        const test::Moved moved = test::moved_by(plan.program.layers[0]);
        EXPECT_EQ(moved.input, net.tensor(net.inputs[0]).bytes().value()) << "the indices";
        EXPECT_EQ(moved.weights, words * 24) << "a row for each";
        EXPECT_EQ(moved.output, words * 24);
        EXPECT_EQ(plan.mappings[0].input_bytes, moved.input);
        EXPECT_EQ(plan.mappings[0].weight_bytes, moved.weights);
        EXPECT_EQ(plan.mappings[0].output_bytes, moved.output);
        // Rows are asked for when their indices are there.
        const auto& commands = plan.program.layers[0].commands;
        bool waits = false;
        for (const mapping::Command& c : commands) {
          const auto* load = std::get_if<mapping::Load>(&c.what);
          if (load && load->operand == mapping::Operand::kWeight) waits = waits || !c.after.empty();
        }
        EXPECT_TRUE(waits);
        const mapping::Placement::Place& table = plan.placement.constants[0][0];
        for (const mapping::Command& c : commands) {
          const auto* load = std::get_if<mapping::Load>(&c.what);
          if (!load || load->operand != mapping::Operand::kWeight) continue;
          test::for_each_run(load->from, [&](mapping::Address begin, std::int64_t bytes) {
            EXPECT_GE(begin, table.address);
            EXPECT_LE(begin + static_cast<mapping::Address>(bytes), table.address + 40 * 24);
          });
        }
      }
    }
  }
}

TEST(MappingIndex, PlacesOfTheLargest) {
  for (const std::int64_t axis : {0, 1, 2}) {
    for (const char* op : {"arg_max", "arg_min"}) {
      LayerSpec best = test::layer_spec("best", network::Operator(op));
      best.axes = {axis};
      const network::Network net = test::network_of({6, 10, 17}, {test::convolution("a", {1, 1}, {1, 1}, 17), best});
      const mapping::Plan plan = make_plan(net, test::mapping_hardware(1), mapping::Objective::kEnergy);
      ASSERT_EQ(plan.program.layers[1].runs, mapping::LayerProgram::Runs::kOnAccelerator) << op << " " << axis;
      std::int64_t compared = 0;
      for (const mapping::Command& c : plan.program.layers[1].commands) {
        if (const auto* v = std::get_if<mapping::Vector>(&c.what)) compared += v->work.outputs * v->work.taps;
      }
      EXPECT_EQ(compared, net.layers[1].element_operations);
      const test::Moved moved = test::moved_by(plan.program.layers[1]);
      EXPECT_EQ(moved.input, 6 * 10 * 17);
      EXPECT_EQ(moved.output, 4 * 6 * 10 * 17 / (axis == 0 ? 6 : axis == 1 ? 10 : 17));
      EXPECT_EQ(moved.output, plan.mappings[1].output_bytes);
    }
  }
}

}  // namespace
}  // namespace subvolt
