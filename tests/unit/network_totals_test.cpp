// Are a network's totals what its layers add up to, counted as the project counts?
#include <gtest/gtest.h>

#include "network_text.h"
#include "sim/network/live_bytes.h"
#include "sim/report/tables/network_table.h"

namespace subvolt {
namespace {

using network::Network;
using report::Json;

// 16 -> a -> (b -> c) + a -> d
const Network& diamond() {
  static const Network network = test::network_of(
      "{shape: 1x1x16}",
      {"name: a, op: conv2d, kernel: 1, channels: 100",
       "name: b, op: conv2d, kernel: 1, channels: 20, constants: [{role: weights, zeros: 500}]",
       "name: c, op: conv2d, kernel: 1, channels: 100", "name: d, op: add, inputs: [a, c]", "name: r, op: reshape"});
  return network;
}

TEST(SeparateActivationPeak, CountsWhatWaitsForALaterReader) {
  const network::ActivationPeak peak = network::separate_activation_peak(diamond());
  EXPECT_EQ(peak.bytes, Bytes(300)) << "a, c and d";
  EXPECT_EQ(peak.layer, 3u);
}

TEST(SeparateActivationPeak, AViewHasBytesOfItsOwn) {
  const Network network = test::network_of("{shape: 4x4x8}", {"name: r, op: reshape", "name: s, op: softmax"});
  EXPECT_EQ(network::separate_activation_peak(network).bytes, Bytes(256));
  const Network view = test::network_of("{shape: 4x4x8}", {"name: r, op: reshape"});
  EXPECT_EQ(network::separate_activation_peak(view).bytes, Bytes(256));
  EXPECT_EQ(view.peak_activation_bytes(), Bytes(128));
}

TEST(SeparateActivationPeak, ResultsWaitUntilTheEndAndInputsFromTheBeginning) {
  const std::string text =
      "schema: network/1\nnetwork:\n  name: n\n  inputs:\n    - {name: x, shape: 10}\n    - {name: y, shape: 1000}\n"
      "  layers:\n    - {name: a, op: fully_connected, input: x, channels: 7}\n"
      "    - {name: b, op: fully_connected, input: y, channels: 5}\n";
  const network::ActivationPeak peak = network::separate_activation_peak(test::network_from(text));
  EXPECT_EQ(peak.bytes, Bytes(1017)) << "y waits while a is computed";
  EXPECT_EQ(peak.layer, 0u);
}

TEST(NetworkJson, TotalsAreTheSumsOfItsLayers) {
  const Json json = report::network_json(diamond());
  const char* const kSums[] = {"macs", "params", "param_bytes", "element_operations", "weights", "weights_with_values"};
  for (const char* key : kSums) {
    std::int64_t sum = 0;
    for (const Json& layer : json.at("layers")) sum += layer.at(key).get<std::int64_t>();
    EXPECT_EQ(json.at(key).get<std::int64_t>(), sum) << key;
  }
  EXPECT_EQ(json.at("macs"), 16 * 100 + 100 * 20 + 20 * 100);
  EXPECT_EQ(json.at("operators"), Json({{"add", 1}, {"conv2d", 3}, {"reshape", 1}}));
  EXPECT_EQ(json.at("param_bytes_by_type").at("int32"), 4 * 220);
}

TEST(NetworkJson, SparsityIsThatOfWeightsWithValues) {
  const Json json = report::network_json(diamond());
  EXPECT_TRUE(json.at("layers").at(0).at("zeros").is_null());
  EXPECT_EQ(json.at("layers").at(1).at("zeros"), 500);
  EXPECT_EQ(json.at("weights_with_values"), 2000);
  EXPECT_DOUBLE_EQ(json.at("sparsity").get<double>(), 0.25);
  const Json unknown =
      report::network_json(test::network_of("{shape: 4}", {"name: f, op: fully_connected, channels: 2"}));
  EXPECT_TRUE(unknown.at("sparsity").is_null()) << "unknown is not zero";
}

TEST(NetworkJson, OperandsAreListedWithShapesAndBytes) {
  const Json add = report::network_json(diamond()).at("layers").at(3);
  EXPECT_EQ(add.at("inputs"), Json({"a", "c"}));
  EXPECT_EQ(add.at("input_shapes"), Json::parse("[[1,1,100],[1,1,100]]"));
  EXPECT_EQ(add.at("in_bytes"), 200);
  EXPECT_EQ(add.at("out_bytes"), 100);
  EXPECT_EQ(add.at("weight_type"), Json());
}

TEST(NetworkTable, FitsATerminalHoweverLongNamesAre) {
  const std::string name(300, 'n');
  const Network network =
      test::network_of("{shape: 32x32x16}", {"name: " + name + "tail, op: conv2d, kernel: 3, channels: 16"});
  const Json json = report::network_json(network);
  const std::string table = report::network_table(json, false) + report::network_totals(json);
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 79u) << line;
  EXPECT_NE(table.find("nnntail"), std::string::npos) << "the tail tells layers apart";
  EXPECT_NE(report::network_table(json, true).find("param B"), std::string::npos);
}

TEST(NetworkTable, NamesCannotCommandTheTerminal) {
  network::NetworkSpec spec;
  spec.name = "n\x1B[2J";
  spec.inputs = {network::InputSpec{}};
  spec.inputs[0].shape = {4};
  network::LayerSpec layer;
  layer.name = "l\n\x1B[31m";
  layer.op = network::Operator("softmax");
  layer.source_op = "\x07";
  spec.layers = {layer};
  const Json json = report::network_json(network::build_network(spec));
  const std::string text = report::network_table(json, true) + report::network_totals(json);
  EXPECT_EQ(text.find('\x1B'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_NO_THROW(report::to_text(json)) << "JSON takes UTF-8 only";
}

}  // namespace
}  // namespace subvolt
