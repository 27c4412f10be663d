// Who runs each operator, and with what names, amounts and memory on the host?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/mapping/layer/host_layer.h"
#include "sim/mapping/layer/who_runs.h"
#include "sim/mapping/place/stored_data.h"
#include "tests/support/mapping_hardware.h"

namespace subvolt::mapping {
namespace {

using network::ElementType;
using network::LayerSpec;
using network::Operator;
using network::Shape;
using test::layer_spec;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

test::MapperHardware hardware() {
  test::MapperHardware h = test::mapping_hardware();
  h.host.operators = {{"conv2d", 2.5},    {"conv2d.fp32", 6.0}, {"activation", 6.0},      {"clip", 5.0},
                      {"lstm", 2.4},      {"gate", 9.0},        {"gather", 8.0},          {"concat", 2.0},
                      {"transpose", 7.0}, {"dequantize", 5.0},  {"assign_variable", 2.0}, {"read_variable", 2.0},
                      {"identity", 2.0}};
  return h;
}

network::InputSpec input(const std::string& name, const Shape& shape, ElementType type = ElementType::kInt8) {
  network::InputSpec spec;
  spec.name = name;
  spec.shape = shape;
  spec.type = type;
  return spec;
}

network::Network build(std::vector<network::InputSpec> inputs, std::vector<LayerSpec> layers) {
  network::NetworkSpec spec;
  spec.name = "test";
  spec.source = "made for a test";
  spec.inputs = std::move(inputs);
  spec.layers = std::move(layers);
  return network::build_network(spec);
}

// The part of the NPU that runs it.
NpuUnit unit_of(const network::Network& net, std::size_t layer = 0) {
  NpuUnit unit = NpuUnit::kArray;
  EXPECT_EQ(npu_obstacle(net, layer, hardware().npu, unit), "");
  return unit;
}

Runner run_by(const network::Network& net, std::size_t layer = 0) { return who_runs(net, layer, hardware()); }

LayerSpec convolution_of(ElementType type) {
  LayerSpec conv = test::convolution("c", {3, 3}, {1, 1}, 8);
  conv.weight_type = conv.bias_type = type;
  return conv;
}

TEST(MappingRunners, RealNumbersAreTheHostsUnderTheNameOfTheirType) {
  LayerSpec conv = convolution_of(ElementType::kFp32);
  conv.activation = network::Activation::kSwish;
  const network::Network net = build({input("x", {6, 6, 4}, ElementType::kFp32)}, {conv});
  const Runner runner = run_by(net);
  EXPECT_EQ(runner.runs, Runner::Runs::kOnHost);
  EXPECT_EQ(runner.why, "npu computes int8 and the input is fp32: --quantize int8 takes it as int8");
  EXPECT_EQ(runner.host, "conv2d.fp32");
  EXPECT_THAT(runner.host_also, ElementsAre("activation"));
  const std::vector<HostTask> tasks = host_tasks(net, 0);
  ASSERT_EQ(tasks.size(), 2U);
  EXPECT_EQ(tasks[0].work.operations, 6 * 6 * 8 * 9 * 4);
  EXPECT_EQ(tasks[0].work.results, 6 * 6 * 8);
  EXPECT_EQ(tasks[0].work.rows, 6);
  EXPECT_EQ(tasks[1].work.operations, 6 * 6 * 8);
  EXPECT_EQ(tasks[1].work.results, 0);
  const Plan plan = make_plan(net, hardware(), Objective::kEnergy);
  EXPECT_EQ(plan.program.layers[0].host.op, "conv2d.fp32");
  EXPECT_THAT(plan.program.layers[0].host.also, ElementsAre(std::pair<std::string, std::int64_t>("activation", 288)));
  EXPECT_EQ(plan.mappings[0].weight_bytes, 4 * 9 * 4 * 8);
  EXPECT_EQ(plan.mappings[0].bias_bytes, 4 * 8);
  EXPECT_EQ(plan.mappings[0].input_bytes, 4 * 6 * 6 * 4);
}

TEST(MappingRunners, AClampCostsNothingBesideAndLessAlone) {
  LayerSpec conv = convolution_of(ElementType::kFp32);
  conv.activation = network::Activation::kRelu6;
  LayerSpec relu = layer_spec("r", Operator("activation"));
  relu.activation = network::Activation::kRelu;
  const network::Network net = build({input("x", {6, 6, 4}, ElementType::kFp32)}, {conv, relu});
  EXPECT_EQ(host_tasks(net, 0).size(), 1U);
  EXPECT_EQ(run_by(net, 1).host, "clip");
}

TEST(MappingRunners, ARecurrentCellHasGatesBesideItsMacs) {
  LayerSpec lstm = layer_spec("l", Operator("lstm"));
  lstm.units = 5;
  lstm.weight_type = lstm.bias_type = ElementType::kFp32;
  const network::Network net = build({input("x", {7, 3}, ElementType::kFp32)}, {lstm});
  EXPECT_THAT(run_by(net).host_also, ElementsAre("gate"));
  const std::vector<HostTask> tasks = host_tasks(net, 0);
  EXPECT_EQ(tasks[0].work.operations, 7 * 4 * 5 * (3 + 5));
  EXPECT_EQ(tasks[1].work.operations, 7 * 5 * 9);
}

TEST(MappingRunners, AMissingPartOfTheWorkRefusesTheLayer) {
  LayerSpec lstm = layer_spec("l", Operator("lstm"));
  lstm.units = 5;
  Hardware h = hardware();
  h.host.operators = {{"lstm", 2.4}};
  const Runner runner = who_runs(build({input("x", {7, 3}, ElementType::kFp32)}, {lstm}), 0, h);
  EXPECT_EQ(runner.runs, Runner::Runs::kRefused);
  EXPECT_THAT(runner.why, HasSubstr("host cpu does not list gate"));
}

TEST(MappingRunners, AGatherReadsWhatItPicks) {
  LayerSpec gather = layer_spec("g", Operator("gather"));
  gather.constants.emplace_back();
  gather.constants[0].shape = {1000, 16};
  gather.constants[0].role = network::Role::kWeights;
  gather.constants[0].type = ElementType::kFp32;
  const network::Network net = build({input("ids", {4}, ElementType::kInt32)}, {gather});
  const Plan plan = make_plan(net, hardware(), Objective::kEnergy);
  const HostWork& work = plan.program.layers[0].host;
  ASSERT_EQ(work.reads.size(), 2U);
  EXPECT_EQ(work.reads[0].bytes(), 16);
  EXPECT_EQ(work.reads[1].bytes(), 4 * 64);
  EXPECT_EQ(work.writes.at(0).bytes(), 4 * 64);
}

TEST(MappingRunners, MovesOfBytesAreTheDmas) {
  LayerSpec concat = layer_spec("c", Operator("concat"));
  concat.inputs = {"a", "b"};
  concat.axes = {2};
  EXPECT_EQ(unit_of(build({input("a", {3, 3, 4}), input("b", {3, 3, 8})}, {concat})), NpuUnit::kDma);
  const Runner wide =
      run_by(build({input("a", {3, 3, 4}, ElementType::kInt16), input("b", {3, 3, 8}, ElementType::kInt16)}, {concat}));
  EXPECT_EQ(wide.runs, Runner::Runs::kOnHost);
  EXPECT_EQ(wide.why, "npu moves elements of 8 bits and these are int16");
}

// [handle, value] and [handle], as TFLite has them.
network::Network streaming(bool read_after_assign) {
  LayerSpec handle = layer_spec("handle", Operator("variable"));
  handle.state = "past";
  LayerSpec read = layer_spec("read", Operator("read_variable"));
  read.inputs = {"handle"};
  read.state = "past";
  read.shape = Shape{4, 8};
  read.type = ElementType::kInt8;
  LayerSpec join = layer_spec("join", Operator("concat"));
  join.inputs = {"read", "x"};
  join.axes = {0};
  LayerSpec part = layer_spec("part", Operator("slice"));
  part.axes = {0};
  part.begin = {1};
  part.end = {5};
  LayerSpec assign = layer_spec("assign", Operator("assign_variable"));
  assign.inputs = {"handle", "part"};
  assign.state = "past";
  LayerSpec last = test::fully_connected("fc", 4);
  last.inputs = {read_after_assign ? "read" : "join"};
  return build({input("x", {1, 8})}, {handle, read, join, part, assign, last});
}

TEST(MappingRunners, AVariableIsOccupiedMemoryAndItsReadAView) {
  const network::Network net = streaming(false);
  EXPECT_EQ(run_by(net, 0).runs, Runner::Runs::kNowhere);
  EXPECT_EQ(run_by(net, 1).runs, Runner::Runs::kNowhere);
  EXPECT_EQ(unit_of(net, 4), NpuUnit::kDma);
  const Plan plan = make_plan(net, hardware(), Objective::kEnergy);
  EXPECT_EQ(plan.placement.activations[static_cast<std::size_t>(net.layers[1].outputs[0])].address,
            plan.placement.states[4].address);
  bool found = false;
  for (const StoredData& data : stored_data(net)) {
    if (!data.state) continue;
    found = true;
    EXPECT_EQ(data.first, 0);
    EXPECT_EQ(data.last, 6);
    EXPECT_EQ(data.bytes, 64);
    EXPECT_EQ(data.read_bytes, 32);   // by the concat, as the view
    EXPECT_EQ(data.write_bytes, 32);  // by the assignment
  }
  EXPECT_TRUE(found);
  const auto& store = std::get<Store>(plan.program.layers[4].commands.back().what);
  EXPECT_EQ(store.to.base, plan.placement.states[4].address);
  EXPECT_EQ(store.to.bytes(), 32);
}

TEST(MappingRunners, AValueThatOutlivesItsVariableIsCopied) {
  const network::Network net = streaming(true);
  EXPECT_EQ(unit_of(net, 1), NpuUnit::kDma);
  EXPECT_EQ(run_by(net, 1).runs, Runner::Runs::kOnAccelerator);
  const Plan plan = make_plan(net, hardware(), Objective::kEnergy);
  EXPECT_NE(plan.placement.activations[static_cast<std::size_t>(net.layers[1].outputs[0])].address,
            plan.placement.states[1].address);
  EXPECT_EQ(plan.mappings[1].input_bytes, 32);
}

TEST(MappingRunners, ASharedConstantIsStoredOnce) {
  LayerSpec first = test::convolution("first", {1, 1}, {1, 1}, 8);
  first.constants.emplace_back();
  first.constants[0].role = network::Role::kWeights;
  first.constants[0].name = "w";
  LayerSpec second = first;
  second.name = "second";
  second.constants[0].shared = true;
  const network::Network net = build({input("x", {4, 4, 8})}, {first, second});
  std::int64_t weights = 0, read = 0;
  for (const StoredData& data : stored_data(net)) {
    if (data.weights) weights += data.bytes;
    if (data.weights) read += data.read_bytes;
  }
  EXPECT_EQ(weights, 128 + 64);  // 64 weights and 8 biases of 4 B, in granules of 64; the second has biases alone
  EXPECT_EQ(read, 2 * (64 + 32));
  const Plan plan = make_plan(net, hardware(), Objective::kEnergy);
  EXPECT_EQ(plan.placement.constants[0][0].address, plan.placement.constants[1][0].address);
  EXPECT_NE(plan.placement.constants[0][1].address, plan.placement.constants[1][1].address);
}

TEST(MappingRunners, ALayerWithoutInputsWorksOnItsConstant) {
  LayerSpec dequantize = layer_spec("w", Operator("dequantize"));
  dequantize.no_inputs = true;
  dequantize.constants.emplace_back();
  dequantize.constants[0].shape = {8, 16};
  dequantize.constants[0].type = ElementType::kFp16;
  LayerSpec fc = test::fully_connected("fc", 8);
  fc.inputs = {"x", "w"};
  fc.bias = false;
  Hardware h = hardware();
  h.host.operators.emplace_back("fully_connected", 2.4);
  const network::Network net = build({input("x", {16}, ElementType::kFp32)}, {dequantize, fc});
  const Plan plan = make_plan(net, h, Objective::kEnergy);
  const HostWork& work = plan.program.layers[0].host;
  ASSERT_EQ(work.reads.size(), 1U);
  EXPECT_EQ(work.reads[0].bytes(), 2 * 8 * 16);
  EXPECT_EQ(work.writes.at(0).bytes(), 4 * 8 * 16);
}

TEST(MappingRunners, WhyTheVectorUnitDoesNot) {
  const auto why = [](LayerSpec spec, std::vector<network::InputSpec> inputs) {
    for (const network::InputSpec& i : inputs) spec.inputs.push_back(i.name);
    return run_by(build(std::move(inputs), {std::move(spec)})).why;
  };
  LayerSpec softmax = layer_spec("s", Operator("softmax"));
  softmax.axes = {0};
  EXPECT_THAT(why(softmax, {input("a", {3, 4, 5})}), HasSubstr("npu works on vectors along the last dimension"));
  LayerSpec mean = layer_spec("m", Operator("mean"));
  mean.axes = {2};
  EXPECT_THAT(why(mean, {input("a", {3, 4, 5})}), HasSubstr("not over channels"));
  EXPECT_THAT(why(layer_spec("sum", Operator("add")), {input("a", {2, 3, 4, 5}), input("b", {1, 3, 4, 5})}),
              HasSubstr("npu stretches operands along lines, columns or channels"));
  EXPECT_THAT(why(layer_spec("d", Operator("div")), {input("a", {4}), input("b", {4})}), HasSubstr("no way to run it"));
}

}  // namespace
}  // namespace subvolt::mapping
