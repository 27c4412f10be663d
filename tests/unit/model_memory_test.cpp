// Does reading a model leave its weights where they are? Is what is left out found again?
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <optional>

#include "sim/config/byte_source.h"
#include "sim/network/onnx/bytes/skeleton.h"
#include "sim/network/reader.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tflite_file.h"
#include "tests/unit/onnx_model.h"

namespace subvolt::test {
namespace {

using network::Network;
using network::from_onnx::kLeastLeftOut;

std::optional<std::string> skeleton_of(const std::string& model) {
  return network::from_onnx::skeleton_of(
      config::ByteSource(reinterpret_cast<const std::uint8_t*>(model.data()), model.size()));
}

// What reading a file adds to the highest memory of a process of its own, in MiB; -1 when it fails.
long added_by_reading(const std::string& file) {
  const pid_t child = fork();
  if (child == 0) {
    const auto peak = [] {
      std::ifstream status("/proc/self/status");
      std::string word;
      long kib = 0;
      while (status >> word) {
        if (word == "VmHWM:") status >> kib;
      }
      return kib;
    };
    std::ofstream("/proc/self/clear_refs") << 5;  // the peak of the parent is none of its own
    const long before = peak();
    try {
      network::read_network(file);
    } catch (const std::exception&) {
      _exit(255);
    }
    _exit(static_cast<int>(std::min(254l, (peak() - before) / 1024)));
  }
  int status = 0;
  waitpid(child, &status, 0);
  return !WIFEXITED(status) || WEXITSTATUS(status) == 255 ? -1 : WEXITSTATUS(status);
}

constexpr std::int64_t kSide = 4096;  // 64 MiB of weights
constexpr std::size_t kWeightBytes = sizeof(float) * kSide * kSide;

OnnxModel large_gemm() {
  OnnxModel m;
  m.input("x", {1, kSide}).output("y");
  m.node("Gemm", {"x", "w"}, {"y"});
  return m;
}

TEST(ModelMemory, OnnxWeightsInTheFileAreNotHeld) {
  const TemporaryFolder folder;
  std::string file;
  {
    OnnxModel m = large_gemm();
    m.shapeless("w", {kSide, kSide}).mutable_raw_data()->assign(kWeightBytes, '\0');
    file = folder.write("m.onnx", m.text());
  }
  const long added = added_by_reading(file);
  EXPECT_GE(added, 0);
  EXPECT_LT(added, 16);
  EXPECT_EQ(network::read_network(file).layers.at(0).constants.at(0).zeros, kSide * kSide);
}

TEST(ModelMemory, OnnxWeightsBesideTheFileAreNotHeld) {
  const TemporaryFolder folder;
  OnnxModel m = large_gemm();
  auto& w = m.shapeless("w", {kSide, kSide});
  w.set_data_location(onnx::TensorProto::EXTERNAL);
  w.add_external_data()->set_key("location");
  w.mutable_external_data(0)->set_value("w.bin");
  const std::string file = folder.write("m.onnx", m.text());
  const std::string weights = folder.write("w.bin", "");
  ASSERT_EQ(truncate(weights.c_str(), kWeightBytes), 0);
  const long added = added_by_reading(file);
  EXPECT_GE(added, 0);
  EXPECT_LT(added, 16);
}

TEST(ModelMemory, TfliteWeightsAreNotHeld) {
  const TemporaryFolder folder;
  std::string file;
  {
    TfliteFile model;
    const int x = model.tensor("x", {1, kSide});
    const int w =
        model.constant("w", {4 * kSide, kSide}, format::TensorType::INT8, std::vector<std::uint8_t>(kWeightBytes, 0));
    const int y = model.tensor("y", {1, 4 * kSide});
    model.inputs({x});
    model.op(format::BuiltinOperator::FULLY_CONNECTED, {x, w}, {y});
    const std::vector<std::uint8_t> bytes = model.bytes();
    file = folder.write("m.tflite", std::string(bytes.begin(), bytes.end()));
  }
  const long added = added_by_reading(file);
  EXPECT_GE(added, 0);
  EXPECT_LT(added, 16);
  EXPECT_EQ(network::read_network(file).layers.at(0).constants.at(0).zeros, 4 * kSide * kSide);
}

// Each field that elements can be in, long enough to be left out, counted as a short one would be.
TEST(ModelMemory, ElementsOfEveryFieldAreFound) {
  constexpr int kElements = 3000;
  const auto zeros = [&](int type, const std::function<void(onnx::TensorProto&, int)>& add) {
    OnnxModel m(14);
    m.input("x", {kElements}, type).output("y");
    auto& a = m.shapeless("a", {kElements}, type);
    for (int i = 0; i < kElements; ++i) add(a, i % 3 == 0 ? 0 : -i);
    m.node("Mul", {"x", "a"}, {"y"});
    EXPECT_LT(skeleton_of(m.text())->size(), kLeastLeftOut);
    return m.read().layers.at(0).constants.at(0).zeros;
  };
  using T = onnx::TensorProto;
  EXPECT_EQ(zeros(T::FLOAT, [](T& t, int v) { t.add_float_data(static_cast<float>(v)); }), kElements / 3);
  EXPECT_EQ(zeros(T::DOUBLE, [](T& t, int v) { t.add_double_data(v); }), kElements / 3);
  EXPECT_EQ(zeros(T::INT64, [](T& t, int v) { t.add_int64_data(v); }), kElements / 3);
  EXPECT_EQ(zeros(T::INT32, [](T& t, int v) { t.add_int32_data(v); }), kElements / 3);
  EXPECT_EQ(zeros(T::UINT32, [](T& t, int v) { t.add_uint64_data(static_cast<std::uint64_t>(-v)); }), kElements / 3);
  EXPECT_EQ(zeros(T::INT16,
                  [](T& t, int v) {
                    const auto narrow = static_cast<std::int16_t>(v);
                    t.mutable_raw_data()->append(reinterpret_cast<const char*>(&narrow), sizeof narrow);
                  }),
            kElements / 3);
}

// Long constants that are computed with are decoded from the file: a Gather from a table of sizes.
TEST(ModelMemory, ValuesThatAreNeededAreRead) {
  OnnxModel m;
  m.input("x", {6, 10}).output("y");
  Sizes table(1000, 7);
  table[998] = 4;
  table[999] = 15;
  m.integers("table", {1000}, table).integers("places", {2}, {998, 999});
  m.node("Gather", {"table", "places"}, {"sizes"});
  m.node("Reshape", {"x", "sizes"}, {"y"});
  EXPECT_EQ(m.read().tensors.back().shape.text(), "4x15");
}

// In graphs inside of operators, and behind an attribute.
TEST(ModelMemory, TensorsOfAttributesAreLeftOutToo) {
  OnnxModel m;
  m.input("x", {2000}).output("y");
  auto* attribute = m.node("Constant", {}, {"c"}).add_attribute();
  attribute->set_name("value");
  attribute->set_type(onnx::AttributeProto::TENSOR);
  OnnxModel::tensor(*attribute->mutable_t(), "c", {2000}, onnx::TensorProto::FLOAT)
      .mutable_raw_data()
      ->assign(8000, '\0');
  m.node("Add", {"x", "c"}, {"y"});
  EXPECT_LT(skeleton_of(m.text())->size(), kLeastLeftOut);
  EXPECT_EQ(m.read().layers.at(0).constants.at(0).zeros, 2000);
}

// Elements in several pieces, which protobuf allows, stay in the message.
TEST(ModelMemory, ElementsInPiecesAreOne) {
  OnnxModel m;
  m.input("x", {2000}).output("y");
  m.shapeless("a", {2000});
  m.node("Add", {"x", "a"}, {"y"});
  const auto halves = [&] {
    onnx::TensorProto half;
    for (int i = 0; i < 1000; ++i) half.add_float_data(static_cast<float>(i % 2));
    return half.SerializeAsString();
  }();
  onnx::GraphProto graph = m.graph();
  const std::string tensor = graph.initializer(0).SerializeAsString() + halves + halves;
  graph.clear_initializer();
  m.graph().clear_initializer();
  std::string text = m.text();
  // An initializer of its own in a second part of the graph, which is merged with the first.
  const auto length = [](std::size_t n) { return std::string{char((n & 127) | 128), char(n >> 7)}; };
  const std::string part = "\x2a" + length(tensor.size()) + tensor;
  text += "\x3a" + length(part.size()) + part;
  EXPECT_GT(skeleton_of(text)->size(), tensor.size());
  const Network n = network::read_onnx(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), "m.onnx");
  EXPECT_EQ(n.layers.at(0).constants.at(0).zeros, 1000);
}

TEST(ModelMemory, AFileThatIsCutOffIsSaidToBe) {
  OnnxModel m;
  m.input("x", {2000}).output("y");
  m.shapeless("a", {2000}).mutable_raw_data()->assign(8000, '\1');
  m.node("Add", {"x", "a"}, {"y"});
  const std::string whole = m.text();
  for (const std::size_t size : {whole.size() - 1, whole.size() / 2, std::size_t{40}}) {
    EXPECT_EQ(skeleton_of(whole.substr(0, size)), std::nullopt);
  }
}

// The file is read piece by piece, later than it was opened.
TEST(ModelMemory, AFileThatBecomesShorterIsAnError) {
  const TemporaryFolder folder;
  const std::string file = folder.write("bytes", std::string(1000, 'x'));
  const config::ByteSource bytes(file);
  ASSERT_EQ(truncate(file.c_str(), 10), 0);
  char held[100];
  bytes.copy(0, 10, held);
  try {
    bytes.copy(0, sizeof held, held);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kConfiguration);
    EXPECT_THAT(e.what(), testing::HasSubstr("became shorter while it was read"));
  }
}

}  // namespace
}  // namespace subvolt::test
