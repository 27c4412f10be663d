#include "sim/network/layer.h"

#include "sim/network/network_spec.h"

namespace subvolt::network {

std::string to_text(Operator op) { return config::FieldType<Operator>::text(op); }
std::string to_text(Activation activation) { return config::FieldType<Activation>::text(activation); }

Bytes Layer::weight_bytes() const { return Bytes(ceil_div(weight_elements * bits(weight_type), 8)); }
Bytes Layer::bias_bytes() const { return Bytes(ceil_div(bias_elements * bits(ElementType::kInt32), 8)); }
Bytes Layer::parameter_bytes() const { return weight_bytes() + bias_bytes(); }

bool has_macs(Operator op) {
  return op == Operator::kConv2d || op == Operator::kDepthwiseConv2d || op == Operator::kFullyConnected;
}

bool is_view(Operator op) { return op == Operator::kReshape; }

}  // namespace subvolt::network
