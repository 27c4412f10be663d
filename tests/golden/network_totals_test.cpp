// Do the shipped networks have the published totals and, layer by layer, the shapes and counts of the originals?
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "sim/network/reader.h"
#include "tests/support/source_tree.h"

namespace subvolt::network {
namespace {

// MACs and parameters; exact counts of the models that networks/*.csv name. Published roundings: MobileNetV1 569 M
// and 4.2 M (arXiv 1704.04861, table 8), MobileNetV2 300 M and 3.4 M (arXiv 1801.04381, table 4).
struct Totals {
  const char* network;
  std::int64_t macs, parameters, parameter_bytes;
  std::int64_t peak_bytes;  // inputs and outputs of the largest layer: no shortcut outlives it in these networks
};

std::ostream& operator<<(std::ostream& out, const Totals& totals) { return out << totals.network; }

const Totals kTotals[] = {
    {"mobilenet_v1_1.0_224", 568740352, 4221032, 4256864, 1204224},
    {"mobilenet_v2_1.0_224", 300774272, 3487816, 3541984, 1505280},
    {"kws_ds_cnn", 2656768, 22604, 24368, 16000},
    {"vww_mobilenet_v1_0.25_96", 7489664, 210850, 219064, 55296},
    {"resnet8", 12501632, 77706, 78744, 49152},
    {"ad_autoencoder", 264192, 265864, 270880, 768},
};

class GoldenNetwork : public testing::TestWithParam<Totals> {
 protected:
  const Network network_ = read_network(GetParam().network);
};

TEST_P(GoldenNetwork, HasThePublishedTotals) {
  EXPECT_EQ(network_.macs(), GetParam().macs);
  EXPECT_EQ(network_.parameters(), GetParam().parameters);
  EXPECT_EQ(network_.parameter_bytes(), Bytes(GetParam().parameter_bytes));
  EXPECT_EQ(network_.peak_activation_bytes(), Bytes(GetParam().peak_bytes));
}

TEST_P(GoldenNetwork, HasOneInputAndOneOutput) {
  EXPECT_EQ(network_.inputs.size(), 1u);
  EXPECT_EQ(network_.outputs.size(), 1u) << "a layer that should read another's output does not";
}

std::string sizes(std::int64_t height, std::int64_t width) {
  return std::to_string(height) + "x" + std::to_string(width);
}

// As the originals have it: a vector is 1x1xC.
std::string pixels(const Shape& shape) {
  return sizes(shape.height(), shape.width()) + "x" + std::to_string(shape.channels());
}

// A line as in networks/*.csv.
std::string row(const Network& network, const Layer& layer) {
  std::int64_t input_bytes = 0;
  for (TensorId id : layer.inputs) input_bytes += network.tensor(id).bytes().value();
  std::ostringstream out;
  out << to_text(layer.op) << ',' << pixels(network.input_of(layer).shape) << ','
      << pixels(network.output_of(layer).shape) << ',' << sizes(layer.window.kernel_height, layer.window.kernel_width)
      << ',' << sizes(layer.window.stride_height, layer.window.stride_width) << ',' << to_text(layer.activation())
      << ',' << layer.macs << ',' << layer.parameters() << ',' << layer.parameter_bytes().value() << ',' << input_bytes
      << ',' << network.output_of(layer).bytes().value() << ',' << layer.element_operations;
  return out.str();
}

TEST_P(GoldenNetwork, HasTheLayersOfTheOriginal) {
  std::ifstream file(test::source_file(std::string("tests/golden/networks/") + GetParam().network + ".csv"));
  std::vector<std::string> rows;
  for (std::string line; std::getline(file, line);) rows.push_back(line);
  ASSERT_GT(rows.size(), 2u) << "no table";  // a comment with the source, the header, the layers
  ASSERT_EQ(network_.layers.size(), rows.size() - 2);
  for (std::size_t i = 0; i < network_.layers.size(); ++i) {
    EXPECT_EQ(row(network_, network_.layers[i]), rows[i + 2]) << network_.layers[i].name;
  }
}

std::string test_name(const testing::TestParamInfo<Totals>& info) {
  std::string name = info.param.network;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, GoldenNetwork, testing::ValuesIn(kTotals), test_name);

}  // namespace
}  // namespace subvolt::network
