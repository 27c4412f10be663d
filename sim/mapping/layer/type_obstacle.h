// Why a datapath of eight bits cannot take an operand, and what a user can do about it.
#pragma once

#include <string>

#include "sim/network/int8_type.h"

namespace subvolt::mapping {

// "computes int8 and the input is fp32: --quantize int8 takes it as int8"; without a remedy for what stays as it is
// when a network is taken as quantised.
inline std::string computes_int8(const std::string& operand, network::ElementType type) {
  const std::string remedy = network::as_int8(type) ? ": --quantize int8 takes it as int8" : "";
  return "computes int8 and the " + operand + " is " + to_text(type) + remedy;
}

// Of biases, which such a network has in int32.
inline std::string adds_int32(network::ElementType type) {
  const std::string remedy =
      network::is_float(type) || type == network::ElementType::kInt64 ? ": --quantize int8 takes them as int32" : "";
  return "adds int32 biases and these are " + to_text(type) + remedy;
}

}  // namespace subvolt::mapping
