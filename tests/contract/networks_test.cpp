// Does every shipped network keep what all other rooms rely on?
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "sim/config/library.h"
#include "sim/network/reader.h"
#include "tests/support/test_name.h"

namespace subvolt::network {
namespace {

class ShippedNetwork : public testing::TestWithParam<std::string> {
 protected:
  const Network network_ = read_network(GetParam());
};

TEST_P(ShippedNetwork, SaysWhatItIsAndWhereItComesFrom) {
  EXPECT_EQ(network_.name, GetParam());
  EXPECT_GE(network_.source.size(), 10u) << "a source that can be looked up";
  EXPECT_EQ(network_.sha256.size(), 64u);
}

// Scale and bias per channel: parameters of a layer without MACs.
bool normalises(const Layer& layer) { return layer.constant(Role::kScale) != nullptr; }

TEST_P(ShippedNetwork, HasWork) {
  EXPECT_FALSE(network_.layers.empty());
  EXPECT_GT(network_.macs(), 0);
  EXPECT_GT(network_.parameters(), 0);
  for (const Layer& layer : network_.layers) {
    const Form form = layer.op->form;
    const bool array = form == Form::kArray, recurrent = form == Form::kRecurrent;
    EXPECT_EQ(has_macs(layer), array || recurrent) << layer.name;
    // Both operands of a product of matrices are activations.
    EXPECT_EQ(layer.weight_elements() > 0, (has_macs(layer) && layer.inputs.size() == 1) || normalises(layer))
        << layer.name;
    if (form != Form::kGeneral) {
      EXPECT_EQ(layer.element_operations > 0, recurrent || form == Form::kVector) << layer.name;
    }
    EXPECT_GT(layer.location.line, 0) << layer.name;
  }
}

TEST_P(ShippedNetwork, HasProducersBeforeConsumers) {
  std::set<TensorId> there(network_.inputs.begin(), network_.inputs.end());
  for (const Layer& layer : network_.layers) {
    for (TensorId id : layer.inputs) EXPECT_EQ(there.count(id), 1u) << layer.name;
    EXPECT_FALSE(layer.outputs.empty()) << layer.name;
    for (TensorId id : layer.outputs) EXPECT_TRUE(there.insert(id).second) << layer.name << ": made twice";
  }
  EXPECT_EQ(there.size(), network_.tensors.size()) << "a tensor without producer";
  for (TensorId id : network_.outputs) EXPECT_EQ(there.count(id), 1u);
}

TEST_P(ShippedNetwork, EndsWithItsLastLayer) {
  EXPECT_FALSE(network_.inputs.empty());
  ASSERT_FALSE(network_.outputs.empty());
  EXPECT_EQ(network_.outputs.back(), network_.layers.back().outputs.at(0));
}

TEST_P(ShippedNetwork, HasUniqueNames) {
  std::set<std::string> names;
  for (const Tensor& tensor : network_.tensors) EXPECT_TRUE(names.insert(tensor.name).second) << tensor.name;
}

TEST_P(ShippedNetwork, NeedsAtLeastItsLargestLayerAndAtMostAllTensors) {
  Bytes all(0), largest(0);
  for (const Tensor& tensor : network_.tensors) all += tensor.bytes();
  for (const Layer& layer : network_.layers) {
    Bytes bytes(0);
    for (TensorId id : layer.outputs) bytes += is_view(layer) ? Bytes(0) : network_.tensor(id).bytes();
    for (TensorId id : std::set<TensorId>(layer.inputs.begin(), layer.inputs.end()))
      bytes += network_.tensor(id).bytes();
    largest = std::max(largest, bytes);
  }
  EXPECT_GE(network_.peak_activation_bytes(), largest);
  EXPECT_LE(network_.peak_activation_bytes(), all);
}

TEST_P(ShippedNetwork, HasWindowsThatStayWithinThePaddedInput) {
  for (const Layer& layer : network_.layers) {
    const bool transposed = layer.op.is("transposed_conv2d");  // its windows slide over what it makes
    const Image& in = transposed ? layer.out : layer.in;
    const Image& out = transposed ? layer.in : layer.out;
    const Window& w = layer.window;
    if (!layer.attributes.kernel) continue;
    EXPECT_GE(std::min({w.pad_top, w.pad_bottom, w.pad_left, w.pad_right}), 0) << layer.name;
    EXPECT_LE((out.height - 1) * w.stride_height + w.extent_height(), in.height + w.pad_top + w.pad_bottom)
        << layer.name;
    EXPECT_LE((out.width - 1) * w.stride_width + w.extent_width(), in.width + w.pad_left + w.pad_right) << layer.name;
  }
}

TEST_P(ShippedNetwork, ReadsTheSameTwice) {
  const Network again = read_network(GetParam());
  EXPECT_EQ(again.sha256, network_.sha256);
  EXPECT_EQ(again.macs(), network_.macs());
  EXPECT_EQ(again.layers.size(), network_.layers.size());
}

INSTANTIATE_TEST_SUITE_P(All, ShippedNetwork, testing::ValuesIn(config::shipped("network")), test::test_name);

}  // namespace
}  // namespace subvolt::network
