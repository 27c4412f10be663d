// Is the graph that comes out the one that was written: edges, ends, storage over time, overrides?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/network/reader.h"
#include "tests/support/source_tree.h"
#include "tests/unit/network_text.h"

namespace subvolt::test {
namespace {

using network::Network;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(NetworkGraph, LayersFollowEachOtherUnlessTold) {
  const Network n =
      network_of("{name: image, shape: 4x4x2}",
                 {"name: a, op: conv2d, kernel: 1, channels: 2", "name: b, op: activation, activation: relu",
                  "name: c, op: activation, activation: tanh, input: a", "name: d, op: add, inputs: [image, c]"});
  EXPECT_THAT(n.inputs, ElementsAre(0));
  EXPECT_THAT(n.layers[0].inputs, ElementsAre(0));
  EXPECT_THAT(n.layers[1].inputs, ElementsAre(1));
  EXPECT_THAT(n.layers[2].inputs, ElementsAre(1));
  EXPECT_THAT(n.layers[3].inputs, ElementsAre(0, 3));
  EXPECT_THAT(n.outputs, ElementsAre(2, 4));  // nothing reads b and d
  EXPECT_EQ(n.tensor(0).name, "image");
  EXPECT_EQ(n.output_of(n.layers[3]).name, "d");
  EXPECT_EQ(n.layers[2].location.text(), "net:10:7");
}

TEST(NetworkGraph, PeakIsTheWorstMoment) {
  // input 64 B; a 128, b 32; at b, a and b are alive while the input is gone.
  const Network chain = network_of(
      "{shape: 4x4x4}", {"name: a, op: conv2d, kernel: 1, channels: 8", "name: b, op: conv2d, kernel: 1, channels: 2"});
  EXPECT_EQ(chain.peak_activation_bytes(), Bytes(64 + 128));
  // The shortcut keeps the input alive until the add.
  const Network residual = network_of(
      "{shape: 4x4x4}", {"name: a, op: conv2d, kernel: 1, channels: 8", "name: b, op: conv2d, kernel: 1, channels: 4",
                         "name: c, op: add, inputs: [input, b]"});
  EXPECT_EQ(residual.peak_activation_bytes(), Bytes(64 + 128 + 64));
}

TEST(NetworkGraph, ViewsShareTheBytesOfTheirInput) {
  const Network n = network_of("{shape: 4x4x4}", {"name: flat, op: reshape", "name: back, op: reshape, shape: 8x8x1",
                                                  "name: fc, op: fully_connected, channels: 3"});
  EXPECT_EQ(n.output_of(n.layers[0]).shape.text(), "64");
  EXPECT_EQ(n.output_of(n.layers[1]).shape.text(), "8x8x1");
  EXPECT_EQ(n.layers[0].element_operations, 0);
  EXPECT_EQ(n.peak_activation_bytes(), Bytes(64 + 3));
  // A view that outlives the tensor it looks at keeps the bytes alive.
  const Network late = network_of(
      "{shape: 4x4x4}", {"name: view, op: reshape", "name: a, op: fully_connected, channels: 100",
                         "name: b, op: fully_connected, channels: 64", "name: c, op: add, inputs: [view, b]"});
  EXPECT_EQ(late.peak_activation_bytes(), Bytes(64 + 100 + 64));
}

TEST(NetworkGraph, OverridesReachLayers) {
  const std::string text = network_text("{shape: 8x8x3}", {"name: a, op: conv2d, kernel: 3, channels: 4"});
  const Network n = network_from(text, {config::Override::parse("network.layers[0].stride=2"),
                                        config::Override::parse("network.input.shape=16x16x1")});
  EXPECT_EQ(n.output_of(n.layers[0]).shape.text(), "8x8x4");
  EXPECT_NE(n.sha256, network_from(text).sha256);
  try {
    network_from(text, {config::Override::parse("network.layers[0].stride=0")});
    FAIL() << "a stride of 0 was accepted";
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), HasSubstr("--set"));
    EXPECT_THAT(e.what(), HasSubstr("network.layers[0].stride"));
  }
}

TEST(NetworkGraph, ReadersAreFoundByFileType) {
  const auto& readers = network::readers();
  ASSERT_FALSE(readers.empty());
  EXPECT_TRUE(std::any_of(readers.begin(), readers.end(), [](const auto& r) { return r.extension == ".yaml"; }));
  EXPECT_THROW(network::register_reader({".yaml", "again", {}}), Error);
  try {
    network::read_network(test::source_file("CMakeLists.txt"));
    FAIL() << "read a text file";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kConfiguration);
    EXPECT_THAT(e.what(), HasSubstr("no network reader for file type \".txt\""));
    EXPECT_THAT(e.what(), HasSubstr(".yaml (layer list)"));
  }
  try {
    network::read_network("kws_ds_cn");
    FAIL() << "read a network that is not there";
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kConfiguration);
    EXPECT_THAT(e.what(), HasSubstr("kws_ds_cnn"));
  }
}

}  // namespace
}  // namespace subvolt::test
