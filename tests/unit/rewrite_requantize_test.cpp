// Does a requantisation per channel become that of the convolution before it, and only there where it may?
#include <gtest/gtest.h>

#include "tests/unit/rewritten.h"

namespace subvolt::test {
namespace {

const std::string kInt32Conv = "name: conv, op: conv2d, kernel: 3, channels: 8, type: int32";
const std::string kRequantize =
    "name: rq, op: requantize, type: int8, constants: [{role: operand, shape: 8, type: int32}, "
    "{role: operand, shape: 8, type: int32}]";

TEST(RewriteRequantize, IsTheConvolutionsOwnOnIntegers) {
  const auto n = network_of("{shape: 1x4x4x3}", {kInt32Conv, kRequantize});
  const auto r = rewrite::rewrite(n, only({"requantize"}));
  EXPECT_EQ(lines_of(r.network), (Lines{"rq: conv2d(input) 1x4x4x8 int8"}));
  EXPECT_EQ(r.network.macs(), n.macs());
  EXPECT_EQ(fates_of(r), (Lines{"conv kept", "rq fused into conv by requantize"}));
}

TEST(RewriteRequantize, StaysInFloatingPointAndForMoreBits) {
  const std::string floats = "name: conv, op: conv2d, kernel: 3, channels: 8, weight_type: fp32, bias_type: fp32";
  const auto real = network_of_floats("1x4x4x3", {floats, "name: rq, op: requantize"});
  EXPECT_EQ(rewritten_by({"requantize"}, real).size(), 2u);
  const auto wide = network_of("{shape: 1x4x4x3}", {kInt32Conv, "name: rq, op: requantize, type: int16"});
  EXPECT_EQ(rewritten_by({"requantize"}, wide).size(), 2u);
}

TEST(RewriteRequantize, StaysWhenSomebodyElseReadsTheSums) {
  const auto n = network_of("{shape: 1x4x4x3}", {kInt32Conv, kRequantize, "name: neg, op: neg, input: conv"});
  EXPECT_EQ(rewritten_by({"requantize"}, n).size(), 3u);
}

}  // namespace
}  // namespace subvolt::test
