#include "sim/mapping/block_engine/block_program.h"

#include <variant>

namespace subvolt::mapping {

BlockProgram::BlockProgram(const std::vector<Command>& commands, int for_task) : task(for_task) {
  for (const Command& command : commands) {
    if (const auto* load = std::get_if<Load>(&command.what)) {
      if (load->operand == mapping::Operand::kInput) {
        inputs.push_back(&load->from);
      } else {
        pieces.push_back({load, 0});
      }
    } else if (const auto* compute = std::get_if<Compute>(&command.what)) {
      Step step;
      step.compute = compute;
      step.times = static_cast<const BlockStep*>(compute->machine.get());
      step.pieces = pieces.size();
      step.inputs = inputs.size();
      steps.push_back(step);
      if (!pieces.empty()) pieces.back().steps = steps.size();
    } else {
      stores.push_back(&std::get<Store>(command.what).to);
      steps.back().stores = stores.size();
    }
  }
}

}  // namespace subvolt::mapping
