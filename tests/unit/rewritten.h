// Networks of a few lines, rewritten by some passes alone, and what came of them in lines to compare.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "sim/rewrite/pass.h"
#include "sim/rewrite/rewrite.h"
#include "tests/unit/network_text.h"

namespace subvolt::test {

using Lines = std::vector<std::string>;

// Those passes and the ones that are always on.
inline rewrite::Options only(const Lines& names) {
  rewrite::Options options;
  options.with = names;
  for (const rewrite::Pass* pass : rewrite::passes()) {
    if (!pass->needed && std::count(names.begin(), names.end(), pass->name) == 0) options.without.push_back(pass->name);
  }
  return options;
}

// "relu: conv2d(input) 1x4x4x8 relu": output tensor, operator, what it reads, shape; type unless fp32; activation.
inline Lines lines_of(const network::Network& n) {
  Lines lines;
  for (const network::Layer& layer : n.layers) {
    std::string line;
    for (const network::TensorId id : layer.outputs) line += (line.empty() ? "" : " ") + n.tensor(id).name;
    line += ": " + to_text(layer.op) + "(";
    for (std::size_t i = 0; i < layer.inputs.size(); ++i) line += (i == 0 ? "" : " ") + n.input_of(layer, i).name;
    line += ")";
    if (!layer.outputs.empty()) {
      const network::Tensor& out = n.output_of(layer);
      line += " " + out.shape.text();
      if (out.type != network::ElementType::kFp32) line += " " + to_text(out.type);
    }
    if (layer.activation() != network::Activation::kNone) line += " " + to_text(layer.activation());
    lines.push_back(line);
  }
  return lines;
}

// Floating point unless `input` says otherwise, such as {shape: 4x4x3, type: int8}.
inline network::Network network_of_floats(const std::string& shape, const Lines& layers) {
  return network_of("{shape: " + shape + ", type: fp32}", layers);
}

// A convolution in floating point for such a network.
inline const std::string kFloatConv =
    "name: conv, op: conv2d, kernel: 3, channels: 8, weight_type: fp32, bias_type: fp32";

// As if the network were quantised (--quantize int8).
inline rewrite::Rewritten quantised(const network::Network& network) {
  rewrite::Options options;
  options.quantize = rewrite::Quantize::kInt8;
  return rewrite::rewrite(network, options);
}

inline Lines rewritten_by(const Lines& passes, const network::Network& network) {
  return lines_of(rewrite::rewrite(network, only(passes)).network);
}

// "conv kept", "bn fused into conv by batch_norm", "gone removed by dead_code".
inline Lines fates_of(const rewrite::Rewritten& rewritten) {
  Lines lines;
  for (const rewrite::Fate& fate : rewritten.fates) {
    std::string line = fate.layer + " " + to_text(fate.kind);
    if (!fate.into.empty()) line += " into " + fate.into;
    if (!fate.pass.empty()) line += " by " + fate.pass;
    lines.push_back(line);
  }
  return lines;
}

}  // namespace subvolt::test
