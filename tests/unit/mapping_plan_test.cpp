// Who runs which layer, and what does the planner say when nobody can?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/mapping/program/plan.h"
#include "tests/support/mapping_hardware.h"

namespace subvolt::mapping {
namespace {

using test::convolution;
using test::layer_spec;
using test::mapping_hardware;
using test::network_of;
using ::testing::HasSubstr;

std::string failure(const network::Network& net, const test::MapperHardware& hardware) {
  try {
    make_plan(net, hardware, Objective::kEnergy);
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kConfiguration);
    return e.what();
  }
  return "no error";
}

void remove(test::MapperHardware& hardware, VectorOperator op) {
  auto& all = hardware.npu.vector_operators;
  all.erase(std::remove(all.begin(), all.end(), op), all.end());
}

network::Network with_softmax() {
  return network_of({4, 4, 8}, {test::fully_connected("fc", 10), layer_spec("softmax", network::Operator("softmax"))});
}

TEST(MappingPlan, TheHostRunsWhatTheVectorUnitLacks) {
  const network::Network net = with_softmax();
  test::MapperHardware hardware = mapping_hardware();
  remove(hardware, VectorOperator::kSoftmax);
  hardware.host.operators = {{"softmax", 40.0}};
  const Plan plan = make_plan(net, hardware, Objective::kEnergy);
  EXPECT_EQ(plan.program.layers[0].runs, LayerProgram::Runs::kOnAccelerator);
  const LayerProgram& host = plan.program.layers[1];
  EXPECT_EQ(host.runs, LayerProgram::Runs::kOnHost);
  EXPECT_TRUE(host.commands.empty());
  EXPECT_EQ(host.host.op, "softmax");
  EXPECT_EQ(host.host.element_operations, net.layers[1].element_operations);
  ASSERT_EQ(host.host.reads.size(), 1U);
  EXPECT_EQ(host.host.reads[0].base, plan.placement.activations[1].address);
  EXPECT_EQ(host.host.reads[0].bytes(), 10);
  ASSERT_EQ(host.host.writes.size(), 1U);
  EXPECT_EQ(host.host.writes[0].base, plan.placement.activations[2].address);
  EXPECT_EQ(plan.mappings[1].input_bytes, 10);
  EXPECT_EQ(plan.mappings[1].output_bytes, 10);
}

TEST(MappingPlan, AnOperatorThatNobodyRunsIsNamed) {
  test::MapperHardware hardware = mapping_hardware();
  remove(hardware, VectorOperator::kSoftmax);
  EXPECT_EQ(failure(with_softmax(), hardware),
            "layer softmax: nothing runs softmax: npu.vector lacks the operator softmax, and host cpu does not list "
            "it: give it a cost there, such as 10 cycles per operation: --set soc.cpu.operators.softmax=10");
  remove(hardware, VectorOperator::kRequantize);
  const std::string both = failure(with_softmax(), hardware);
  EXPECT_THAT(both, HasSubstr("layer fc: nothing runs fully_connected: npu.vector lacks the operator requantize"));
  EXPECT_THAT(both, HasSubstr("layer softmax"));
}

TEST(MappingPlan, OtherElementTypesAreNotComputedAsInt8) {
  auto conv = convolution("wide", {1, 1}, {1, 1}, 8);
  conv.weight_type = network::ElementType::kInt16;
  EXPECT_THAT(failure(network_of({4, 4, 8}, {conv}), mapping_hardware()),
              HasSubstr("npu computes int8 and the weights is int16"));
}

TEST(MappingPlan, ViewsTakeNoCommandsAndNoMemory) {
  const network::Network net =
      network_of({4, 4, 8}, {convolution("c", {1, 1}, {1, 1}, 8), layer_spec("flat", network::Operator("reshape")),
                             test::fully_connected("fc", 4)});
  const Plan plan = make_plan(net, mapping_hardware(), Objective::kLatency);
  EXPECT_EQ(plan.program.layers[1].runs, LayerProgram::Runs::kNowhere);
  EXPECT_TRUE(plan.program.layers[1].commands.empty());
  EXPECT_EQ(plan.placement.activations[1].address, plan.placement.activations[2].address);
  EXPECT_EQ(plan.mappings[1].input_bytes, 0);
}

// 1x1 convolution over 64 channels on a 16x16 array: the smallest tile is one pixel, 16 reduction and 16 output
// channels: 16 B of input, 256 B of weights with 64 B of biases, 64 B of partial sums.
TEST(MappingPlan, TooSmallABufferIsNamedWithOperandAndBytes) {
  network::LayerSpec whole = convolution("c", {3, 3}, {1, 1}, 64);
  whole.padding.mode = network::Padding::Mode::kValid;
  const network::Network net = network_of({3, 3, 64}, {whole});
  const Bytes large(65536);
  // One input channel and one output channel at once, if it must be.
  EXPECT_EQ(failure(net, mapping_hardware(Bytes(8), large, large)),
            "layer c: the smallest tile needs 9 B of npu.input_buffer for its input, available 8 B; enlarge "
            "npu.input_buffer");
  EXPECT_EQ(failure(net, mapping_hardware(large, Bytes(12), large)),
            "layer c: the smallest tile needs 13 B of npu.weight_buffer for its weights, available 12 B; enlarge "
            "npu.weight_buffer");
  EXPECT_EQ(failure(net, mapping_hardware(large, large, Bytes(63))),
            "layer c: the smallest tile needs 64 B of npu.output_buffer for its output, available 63 B; enlarge "
            "npu.output_buffer");
  EXPECT_EQ(failure(net, mapping_hardware(Bytes(9), Bytes(13), Bytes(64))), "no error");
}

// Softmax needs all channels of a pixel, operands and results: 2 x 1,000 B.
TEST(MappingPlan, AVectorLayerThatDoesNotFitIsNamed) {
  const network::Network net = network_of({1, 1, 1000}, {layer_spec("softmax", network::Operator("softmax"))});
  const Bytes large(65536);
  EXPECT_THAT(failure(net, mapping_hardware(large, large, Bytes(1999))),
              HasSubstr("needs 2,000 B of npu.output_buffer for its input, available 1,999 B"));
  EXPECT_EQ(failure(net, mapping_hardware(large, large, Bytes(2000))), "no error");
}

TEST(MappingPlan, BuffersThatWouldNeedEndlessProgramsAreRefused) {
  const network::Network net = network_of({224, 224, 64}, {convolution("c", {3, 3}, {1, 1}, 512)});
  EXPECT_THAT(failure(net, mapping_hardware(Bytes(64), Bytes(512), Bytes(64))),
              HasSubstr("layer c: the smallest tile"));
}

TEST(MappingPlan, AResidualAdditionLoadsBothOperands) {
  auto add = layer_spec("sum", network::Operator("add"));
  add.inputs = {"input", "c"};
  const network::Network net = network_of({8, 8, 16}, {convolution("c", {3, 3}, {1, 1}, 16), add});
  const Plan plan = make_plan(net, mapping_hardware(), Objective::kEnergy);
  EXPECT_EQ(plan.mappings[1].input_bytes, 2 * 8 * 8 * 16);
  EXPECT_EQ(plan.mappings[1].output_bytes, 8 * 8 * 16);
}

TEST(MappingPlan, NamesOfTheMapping) {
  EXPECT_EQ(to_text(LoopOrder::kWeightsOuter), "weights_outer");
  EXPECT_EQ(to_text(LoopOrder::kPixelsOuter), "pixels_outer");
  EXPECT_EQ(to_text(Buffer::kWeight), "weight_buffer");
  EXPECT_EQ(to_text(Operand::kBias), "biases");
  EXPECT_EQ(to_text(Engine::kVector), "vector");
  EXPECT_EQ(config::FieldType<Objective>::text(Objective::kEdp), "edp");
}

}  // namespace
}  // namespace subvolt::mapping
