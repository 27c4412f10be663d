// Networks of one layer, told in a line: what an operator makes of its operands.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/unit/network_text.h"

namespace subvolt::test {

// `inputs`: "4x4x3", "4x4x3 int32"; they are called a, b, c. The layer reads all of them unless it says otherwise.
inline std::string operator_text(const std::vector<std::string>& inputs, const std::string& layer,
                                 const std::string& layout = "channels_last") {
  std::string text = "schema: network/1\nnetwork:\n  name: test\n  layout: " + layout + "\n  inputs:\n";
  std::string names;
  char name = 'a';
  for (const std::string& input : inputs) {
    const std::size_t space = input.find(' ');
    text += "    - {name: " + std::string(1, name) + ", shape: " + input.substr(0, space) +
            (space == input.npos ? "" : ", type: " + input.substr(space + 1)) + "}\n";
    names += (names.empty() ? "" : ", ") + std::string(1, name++);
  }
  std::string last;
  if (inputs.empty()) {  // a network has an input and uses it
    text += "    - {name: idle, shape: 1}\n";
    last = "    - {name: last, op: identity, input: idle}\n";
  }
  const bool says = layer.find("inputs:") != layer.npos;
  return text + "  layers:\n    - {name: y, op: " + layer + (says ? "" : ", inputs: [" + names + "]") + "}\n" + last;
}

inline std::string numbers(const std::vector<std::int64_t>& list) {
  std::string text;
  for (const std::int64_t n : list) text += (text.empty() ? "" : ",") + std::to_string(n);
  return text;
}

inline std::string outputs_of(const network::Network& n) {
  std::string text;
  for (const network::TensorId id : n.layers.front().outputs) {
    text += (text.empty() ? "" : " + ") + n.tensor(id).shape.text() + " " + to_text(n.tensor(id).type);
  }
  return text;
}

// "4x4x8 int8, 1152 macs, 5 ops, weights 8x3x3x3 int8, bias 8 int32"; zeros are left away.
inline std::string summary(const network::Network& n) {
  const network::Layer& layer = n.layers.front();
  std::string text = outputs_of(n);
  if (layer.macs > 0) text += ", " + std::to_string(layer.macs) + " macs";
  if (layer.element_operations > 0) text += ", " + std::to_string(layer.element_operations) + " ops";
  for (const network::Constant& c : layer.constants) {
    text += ", " + config::FieldType<network::Role>::text(c.role) + " " + c.shape.text() + " " + to_text(c.type);
  }
  return text;
}

// All that a definition works out.
inline std::string everything(const network::Network& n) {
  const network::Layer& l = n.layers.front();
  const network::Attributes& a = l.attributes;
  const network::Window& w = l.window;
  std::string text = summary(n) + "; axes " + numbers(a.axes) + "; order " + numbers(a.order) + "; slice " +
                     numbers(a.begin) + "/" + numbers(a.end) + "/" + numbers(a.step) + "; sizes " + numbers(a.sizes) +
                     "; pad " + numbers(a.before) + "/" + numbers(a.after) + "; groups " + std::to_string(l.groups) +
                     "; window " +
                     numbers({w.kernel_height, w.kernel_width, w.stride_height, w.stride_width, w.dilation_height,
                              w.dilation_width, w.pad_top, w.pad_bottom, w.pad_left, w.pad_right}) +
                     "; images " +
                     numbers({l.in.images, l.in.height, l.in.width, l.in.channels, l.out.images, l.out.height,
                              l.out.width, l.out.channels}) +
                     "; bias " + (l.bias ? "yes" : "no") + "; shape " + (a.shape ? a.shape->text() : "none") +
                     "; type " + (a.type ? to_text(*a.type) : "none");
  for (const network::Constant& c : l.constants) {
    text += "; " + c.name + (c.zeros ? " zeros " + std::to_string(*c.zeros) : "") + (c.shared ? " shared" : "");
  }
  return text;
}

// What the layer becomes, or the mistakes, one per line.
inline std::string made_of(const std::vector<std::string>& inputs, const std::string& layer,
                           const std::string& layout = "channels_last") {
  try {
    const network::Network n = network_from(operator_text(inputs, layer, layout));
    // What a built network says of itself builds the same network: resolved attributes are resolved once and for all.
    const network::Network again = network::build_network(network::spec_of(n));
    if (everything(again) != everything(n)) return "not canonical:\n" + everything(n) + "\n" + everything(again);
    return summary(n);
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::kConfiguration) return std::string("another kind of error: ") + e.what();
    return e.what();
  }
}

struct OperatorCase {
  std::vector<std::string> inputs;
  std::string layer;
  std::string expected;  // the summary, or part of an error
  std::string layout = "channels_last";
};

inline std::string print_case(const OperatorCase& c) {
  std::string text;
  for (const std::string& input : c.inputs) text += input + " ";
  return text + "-> " + c.layer;
}

inline void expect_all(const std::vector<OperatorCase>& cases) {
  for (const OperatorCase& c : cases) EXPECT_EQ(made_of(c.inputs, c.layer, c.layout), c.expected) << print_case(c);
}

inline void expect_errors(const std::vector<OperatorCase>& cases) {
  for (const OperatorCase& c : cases) {
    EXPECT_THAT(made_of(c.inputs, c.layer, c.layout), testing::HasSubstr(c.expected)) << print_case(c);
  }
}

}  // namespace subvolt::test
