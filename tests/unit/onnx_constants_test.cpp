// Are constants of ONNX files counted once, as stored, with their zeros, and is arithmetic on shapes computed?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"
#include "tests/unit/onnx_model.h"

namespace subvolt::test {
namespace {

using network::Constant;
using network::ElementType;
using network::Network;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(OnnxConstants, QuantisedWeightsAreStoredAsIntegers) {
  OnnxModel m;
  m.input("x", {1, 2}).output("y");
  m.reals("s", {}, {0.5F}).bytes("z", {}, {3}).reals("ws", {2}, {0.25F, 1.0F}).bytes("wz", {2}, {0, 7});
  m.bytes("w", {2, 2}, {0, 7, 7, 7});  // by output: zeros 1 and 2
  m.node("QuantizeLinear", {"x", "s", "z"}, {"q"});
  m.node("DequantizeLinear", {"q", "s", "z"}, {"d"});
  with(m.node("DequantizeLinear", {"w", "ws", "wz"}, {"wd"}), "axis", 0);
  with(m.node("Gemm", {"d", "wd"}, {"y"}), "transB", 1);
  const Network n = m.read();
  EXPECT_THAT(layers_of(n), ElementsAre("quantize:1x2", "dequantize:1x2", "fully_connected:1x2"));
  const network::Tensor& q = n.output_of(n.layers[0]);
  EXPECT_EQ(q.type, ElementType::kInt8);
  ASSERT_TRUE(q.quantization);
  EXPECT_EQ(q.quantization->scale, 0.5);
  EXPECT_EQ(q.quantization->zero_point, 3);
  const Constant& w = n.layers[2].constants.at(0);
  EXPECT_EQ(w.type, ElementType::kInt8);
  EXPECT_EQ(w.bytes().value(), 4);
  EXPECT_EQ(w.name, "w");
  EXPECT_EQ(w.zeros, 3);
  ASSERT_TRUE(w.quantization);
  EXPECT_EQ(w.quantization->scales, 2);
  EXPECT_EQ(w.quantization->scale, 0.25);
  EXPECT_EQ(w.quantization->scale_max, 1.0);
  EXPECT_EQ(n.output_of(n.layers[2]).type, ElementType::kFp32);
}

// As ONNX Runtime quantises a class token that is put in front of a sequence.
TEST(OnnxConstants, AQuantisedConstantJoinsRealNumbers) {
  for (const bool expanded : {false, true}) {
    OnnxModel m;
    m.input("x", {1, 4, 2}).output("y");
    m.reals("s", {}, {0.5F}).bytes("z", {}, {0}).bytes("token", {1, 1, 2}, {1, 2}).integers("sizes", {3}, {1, 1, 2});
    m.node("QuantizeLinear", {"x", "s", "z"}, {"q"});
    m.node("DequantizeLinear", {"q", "s", "z"}, {"d"});
    m.node("DequantizeLinear", {"token", "s", "z"}, {"t"});
    if (expanded) m.node("Expand", {"t", "sizes"}, {"te"});
    with(m.node("Concat", {expanded ? "te" : "t", "d"}, {"y"}), "axis", 1);
    const Network n = m.read();
    ASSERT_THAT(layers_of(n), ElementsAre("quantize:1x4x2", "dequantize:1x4x2", "concat:1x5x2"));
    EXPECT_EQ(n.output_of(n.layers[2]).type, ElementType::kFp32);
    EXPECT_EQ(n.layers[2].constants.at(0).type, ElementType::kInt8) << "as it is stored";
  }
}

TEST(OnnxConstants, ZerosOfEveryKindOfField) {
  const float floats[] = {0.0F, -0.0F, 1.5F, 0.0F};
  const std::uint16_t halves[] = {0x0000, 0x8000, 0x3c00, 0x0001};  // 0, -0, 1, the smallest
  struct Case {
    int type;
    std::string raw;
    std::int64_t zeros;
  };
  const Case cases[] = {
      {onnx::TensorProto::FLOAT, std::string(reinterpret_cast<const char*>(floats), sizeof floats), 3},
      {onnx::TensorProto::FLOAT16, std::string(reinterpret_cast<const char*>(halves), sizeof halves), 2},
      {onnx::TensorProto::BFLOAT16, std::string(reinterpret_cast<const char*>(halves), sizeof halves), 2},
  };
  for (const Case& c : cases) {
    OnnxModel m;
    m.input("x", {4}, c.type).output("y");
    m.shapeless("a", {4}, c.type).set_raw_data(c.raw);
    m.node("Add", {"x", "a"}, {"y"});
    EXPECT_EQ(m.read().layers[0].constants.at(0).zeros, c.zeros) << c.type;
  }
}

TEST(OnnxConstants, ATensorHasTheBytesOfItsShape) {
  OnnxModel m;
  m.input("x", {4}).output("y");
  m.shapeless("a", {4}).set_raw_data(std::string(12, '\0'));
  m.node("Add", {"x", "a"}, {"y"});
  EXPECT_THAT(m.error(), HasSubstr("operator 0, Add: tensor \"a\": expected 16 bytes for 4 FLOAT, got 12"));
}

TEST(OnnxConstants, OneOfTwoUsersHasIt) {
  OnnxModel m;
  m.input("x", {1, 8}).output("y");
  m.shapeless("w", {8, 8});
  m.node("MatMul", {"x", "w"}, {"h"});
  m.node("MatMul", {"h", "w"}, {"y"});
  const Network n = m.read();
  EXPECT_FALSE(n.layers[0].constants.at(0).shared);
  EXPECT_TRUE(n.layers[1].constants.at(0).shared);
  EXPECT_EQ(n.parameters(), 64);
}

TEST(OnnxConstants, RearrangedOnesKeepNameAndZeros) {
  OnnxModel m;
  m.input("x", {1, 2}).output("y");
  m.reals("w", {3, 2}, {0, 1, 2, 0, 4, 0});
  m.node("Transpose", {"w"}, {"t"});
  m.node("MatMul", {"x", "t"}, {"y"});
  const Network n = m.read();
  EXPECT_THAT(layers_of(n), ElementsAre("fully_connected:1x3"));
  EXPECT_EQ(n.layers[0].constants.at(0).name, "w");
  EXPECT_EQ(n.layers[0].constants.at(0).zeros, 3);
}

TEST(OnnxConstants, CutOutOnesAreMeasured) {
  OnnxModel m;
  m.input("x", {1, 2}).output("y");
  m.reals("w", {3, 2}, {0, 1, 2, 0, 4, 0}).integers("from", {1}, {1}).integers("to", {1}, {3});
  m.node("Slice", {"w", "from", "to"}, {"part"});
  with(m.node("Gemm", {"x", "part"}, {"y"}), "transB", 1);
  const Network n = m.read();
  EXPECT_EQ(n.layers[0].constants.at(0).zeros, 2);
  EXPECT_EQ(n.parameters(), 4);
}

TEST(OnnxConstants, TensorsOfOneValueTellNothing) {
  OnnxModel m;
  m.input("x", {1, 2}).output("y");
  m.integers("shape", {2}, {2, 3});
  m.node("ConstantOfShape", {"shape"}, {"w"});
  m.node("MatMul", {"x", "w"}, {"y"});
  const Network n = m.read();
  EXPECT_EQ(n.layers[0].constants.at(0).zeros, std::nullopt);
  EXPECT_EQ(n.parameters(), 6);
}

// batch, channels x pixels, from the sizes of the input, as exporters write a flatten.
TEST(OnnxConstants, ArithmeticOnShapes) {
  OnnxModel m;
  m.input("x", {2, 4, 3, 5}).output("y");
  m.integers("0", {1}, {0}).integers("1", {}, {1}).integers("begin", {1}, {2}).integers("end", {1}, {INT64_MAX});
  m.integers("axis", {1}, {0});
  m.node("Shape", {"x"}, {"s"});
  m.node("Gather", {"s", "0"}, {"batch"});
  m.node("Gather", {"s", "1"}, {"channels"});
  m.node("Slice", {"s", "begin", "end"}, {"pixels"});
  m.node("ReduceProd", {"pixels"}, {"area"});
  m.node("Unsqueeze", {"channels", "axis"}, {"c1"});
  m.node("Mul", {"c1", "area"}, {"rest"});
  with(m.node("Concat", {"batch", "rest"}, {"shape"}), "axis", 0);
  m.node("Reshape", {"x", "shape"}, {"y"});
  const Network n = m.read();
  EXPECT_THAT(layers_of(n), ElementsAre("reshape:2x60"));
  EXPECT_EQ(n.parameters(), 0);
}

TEST(OnnxConstants, AShapeThatDependsOnDataIsRefused) {
  OnnxModel m;
  m.input("x", {2, 4}).input("shape", {1}, onnx::TensorProto::INT64).output("y");
  m.node("Reshape", {"x", "shape"}, {"y"});
  EXPECT_THAT(m.error(), HasSubstr("operator 0, Reshape: the shape of its output \"y\" is not known before a run"));
}

TEST(OnnxConstants, DivisionByZeroIsAnError) {
  OnnxModel m;
  m.input("x", {2, 4}).output("y");
  m.integers("a", {1}, {8}).integers("b", {1}, {0});
  m.node("Div", {"a", "b"}, {"shape"});
  m.node("Reshape", {"x", "shape"}, {"y"});
  EXPECT_THAT(m.error(), HasSubstr("operator 0, Div: division by zero"));
}

class ExternalData : public testing::Test {
 protected:
  ExternalData() {
    m_.input("x", {4}).output("y");
    auto& a = m_.shapeless("a", {4});
    a.set_data_location(onnx::TensorProto::EXTERNAL);
    m_.node("Add", {"x", "a"}, {"y"});
  }

  void entry(const std::string& key, const std::string& value) {
    auto* entry = m_.graph().mutable_initializer(0)->add_external_data();
    entry->set_key(key);
    entry->set_value(value);
  }
  void write(const std::string& name, const std::string& bytes) const { folder_.write(name, bytes); }
  Network read() const { return network::read_network(folder_.write("m.onnx", m_.text())); }
  std::string error() const {
    try {
      read();
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  }

  TemporaryFolder folder_;
  OnnxModel m_;
};

TEST_F(ExternalData, AbsentOnesLeaveTheShape) {
  entry("location", "nowhere.bin");
  const Network n = read();
  EXPECT_EQ(n.parameters(), 4);
  EXPECT_EQ(n.layers[0].constants.at(0).zeros, std::nullopt);
}

TEST_F(ExternalData, ArePartOfAFileBesideTheModel) {
  entry("location", "weights.bin");
  entry("offset", "8");
  entry("length", "16");
  write("weights.bin", std::string(8, 'x') + std::string(12, '\0') + std::string(4, 'x'));
  EXPECT_EQ(read().layers[0].constants.at(0).zeros, 3);
}

TEST_F(ExternalData, MustBeThereInFull) {
  entry("location", "weights.bin");
  write("weights.bin", std::string(15, '\0'));
  EXPECT_THAT(error(), HasSubstr("expected 16 bytes for 4 FLOAT, got 15"));
  entry("length", "16");
  EXPECT_THAT(error(), HasSubstr("end behind the 15 bytes"));
}

TEST_F(ExternalData, DoNotLeaveTheFolder) {
  for (const char* location : {"../secret", "/etc/passwd", "a/../../b"}) {
    m_.graph().mutable_initializer(0)->clear_external_data();
    entry("location", location);
    EXPECT_THAT(error(), HasSubstr("expected external data in a file beside the model")) << location;
  }
}

}  // namespace
}  // namespace subvolt::test
