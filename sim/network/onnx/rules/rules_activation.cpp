// Activations.
#include <cmath>
#include <map>
#include <optional>

#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/translation.h"

namespace subvolt::network::from_onnx {
namespace {

const std::map<std::string, Activation>& activations() {
  static const std::map<std::string, Activation> all = {
      {"Relu", Activation::kRelu},
      {"LeakyRelu", Activation::kLeakyRelu},
      {"Sigmoid", Activation::kSigmoid},
      {"HardSigmoid", Activation::kHardSigmoid},
      {"Tanh", Activation::kTanh},
      {"HardSwish", Activation::kHardSwish},
      {"Elu", Activation::kElu},
      {"Selu", Activation::kSelu},
      {"Celu", Activation::kElu},
      {"Softplus", Activation::kSoftplus},
      {"Softsign", Activation::kSoftsign},
      {"Mish", Activation::kMish},
      {"Gelu", Activation::kGelu},
      {"Swish", Activation::kSwish},
      {"com.microsoft.Gelu", Activation::kGelu},
      {"com.microsoft.FastGelu", Activation::kGelu},
      {"com.microsoft.QuickGelu", Activation::kSwish},
      {"com.microsoft.QLinearSigmoid", Activation::kSigmoid},
      {"com.microsoft.QLinearLeakyRelu", Activation::kLeakyRelu},
  };
  return all;
}

void activation(Translation& t) {
  const Node& node = t.node();
  t.op("activation");
  t.layer().activation = activations().at((node.domain().empty() ? "" : node.domain() + ".") + node.op());
  t.take(0);
  // x, its scale and zero point, the result's scale and zero point
  if (node.op().rfind("QLinear", 0) == 0) t.layer().quantization = t.quantization(3, 4);
}

// A bound of a clip: an attribute before opset 11, an operand since; infinite when left out.
std::optional<double> bound(const Translation& t, const std::string& attribute, std::size_t input, double otherwise) {
  if (t.node().opset() < 11) return t.node().real(attribute, otherwise);
  if (!t.has(input)) return otherwise;
  const Contents* contents = t.node().contents(input);
  if (!contents || size_of(*contents) != 1) return std::nullopt;
  return t.node().reals_of(input, "bounds").front();
}

void clip(Translation& t) {
  // Bounds as large as the type are none.
  constexpr double kNone = 3.0e38;
  const auto least = bound(t, "min", 1, -HUGE_VAL);
  const auto most = bound(t, "max", 2, HUGE_VAL);
  t.op("activation");
  t.take(0);
  if (least == 0.0 && most == 6.0) {
    t.layer().activation = Activation::kRelu6;
  } else if (least == 0.0 && most && *most >= kNone) {
    t.layer().activation = Activation::kRelu;
  } else if (least == -1.0 && most == 1.0) {
    t.layer().activation = Activation::kReluN1To1;
  } else {
    t.op("clip");
    for (const std::size_t i : {1, 2}) {
      if (t.has(i) && !t.is_constant(i)) t.take(i);
    }
  }
}

// Slopes per channel; before opset 7 they belong to dimension 1 without saying so.
void prelu(Translation& t) {
  t.op("prelu");
  t.take(0);
  const Shape& slopes = t.shape(1);
  const std::size_t rank = t.shape(0).rank();
  if (t.node().opset() < 7 && slopes.rank() == 1 && rank > 2 && slopes[0] > 1) {
    Shape padded = slopes;
    while (padded.rank() + 1 < rank) padded.sizes().push_back(1);
    return t.take_as(1, padded);
  }
  t.take(1);
}

bool register_activation_rules() {
  std::vector<std::pair<std::string, Rule>> rules = {{"Clip", clip}, {"PRelu", prelu}};
  for (const auto& entry : activations()) rules.emplace_back(entry.first, activation);
  return register_rules(std::move(rules));
}

const bool rules_activation_registered = register_activation_rules();

}  // namespace
}  // namespace subvolt::network::from_onnx
