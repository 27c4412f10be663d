#include "sim/network/attributes.h"

namespace subvolt::network {

std::string to_text(Activation activation) { return config::FieldType<Activation>::text(activation); }

bool is_clamp(Activation activation) {
  return activation == Activation::kNone || activation == Activation::kRelu || activation == Activation::kRelu6 ||
         activation == Activation::kReluN1To1;
}

}  // namespace subvolt::network

namespace subvolt::config {

const std::vector<std::pair<network::Activation, std::string>>& EnumNames<network::Activation>::names() {
  using network::Activation;
  static const std::vector<std::pair<Activation, std::string>> all = {
      {Activation::kNone, "none"},
      {Activation::kRelu, "relu"},
      {Activation::kRelu6, "relu6"},
      {Activation::kReluN1To1, "relu_n1_to_1"},
      {Activation::kLeakyRelu, "leaky_relu"},
      {Activation::kSigmoid, "sigmoid"},
      {Activation::kHardSigmoid, "hard_sigmoid"},
      {Activation::kTanh, "tanh"},
      {Activation::kSwish, "swish"},
      {Activation::kHardSwish, "hard_swish"},
      {Activation::kGelu, "gelu"},
      {Activation::kElu, "elu"},
      {Activation::kSelu, "selu"},
      {Activation::kMish, "mish"},
      {Activation::kSoftplus, "softplus"},
      {Activation::kSoftsign, "softsign"},
  };
  return all;
}

}  // namespace subvolt::config
