#include "sim/network/tensor.h"

namespace subvolt::network {

const config::Schema<Quantization>& Quantization::schema() {
  static const auto s =
      config::Schema<Quantization>("quantization", "real = scale (stored - zero_point).")
          .optional("scale", &Quantization::scale, "The scale; the smallest where there are several.")
          .optional("scale_max", &Quantization::scale_max, "The largest where there are several.")
          .optional("zero_point", &Quantization::zero_point, "Stored value of zero.")
          .optional("scales", &Quantization::scales, "Number of scales, one per slice along axis.", config::at_least(1))
          .optional("axis", &Quantization::axis, "Dimension of the slices.");
  return s;
}

const config::Schema<Constant>& Constant::schema() {
  static const auto s =
      config::Schema<Constant>("constant", "Data of a layer that the network brings along.")
          .optional("name", &Constant::name, "Name in the file it came from.")
          .optional("role", &Constant::role, "What it is to the operator.")
          .optional("shape", &Constant::shape, "Sizes; where the operator knows them they must agree.")
          .optional("type", &Constant::type, "Element type; weights and biases have weight_type and bias_type.")
          .optional("quantization", &Constant::quantization, "Scale and zero point.")
          .optional("zeros", &Constant::zeros, "Elements equal to the zero point, measured.")
          .optional("shared", &Constant::shared, "An earlier layer has it: counted and stored there.");
  return s;
}

}  // namespace subvolt::network

namespace subvolt::config {

const std::vector<std::pair<network::Role, std::string>>& EnumNames<network::Role>::names() {
  using network::Role;
  static const std::vector<std::pair<Role, std::string>> all = {
      {Role::kWeights, "weights"},   {Role::kRecurrent, "recurrent"}, {Role::kProjection, "projection"},
      {Role::kPeephole, "peephole"}, {Role::kBias, "bias"},           {Role::kScale, "scale"},
      {Role::kOperand, "operand"},
  };
  return all;
}

}  // namespace subvolt::config
