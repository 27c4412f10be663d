#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

std::string to_text(Buffer buffer) {
  switch (buffer) {
    case Buffer::kInput:
      return "input_buffer";
    case Buffer::kWeight:
      return "weight_buffer";
    case Buffer::kOutput:
      return "output_buffer";
  }
  return "";
}

std::string to_text(Operand operand) {
  switch (operand) {
    case Operand::kInput:
      return "input";
    case Operand::kWeight:
      return "weights";
    case Operand::kBias:
      return "biases";
    case Operand::kOutput:
      return "output";
  }
  return "";
}

std::string to_text(Engine engine) {
  switch (engine) {
    case Engine::kLoad:
      return "load";
    case Engine::kCompute:
      return "compute";
    case Engine::kVector:
      return "vector";
    case Engine::kStore:
      return "store";
  }
  return "";
}

}  // namespace subvolt::mapping

namespace subvolt::config {

const std::vector<std::pair<mapping::Barrier, std::string>>& EnumNames<mapping::Barrier>::names() {
  static const std::vector<std::pair<mapping::Barrier, std::string>> all{
      {mapping::Barrier::kSoc, "soc"}, {mapping::Barrier::kAccelerator, "accelerator"}};
  return all;
}

}  // namespace subvolt::config
