#include "sim/mapping/program/command_list.h"

#include <algorithm>

namespace subvolt::mapping {

CommandIndex CommandList::add(std::variant<Load, Compute, Vector, Store> what, std::vector<CommandIndex> after) {
  std::sort(after.begin(), after.end());
  after.erase(std::unique(after.begin(), after.end()), after.end());
  if (!after.empty() && after.front() == kNoCommand) after.erase(after.begin());
  commands_.push_back({std::move(what), std::move(after)});
  return static_cast<CommandIndex>(commands_.size() - 1);
}

CommandIndex CommandList::load(Operand operand, Buffer buffer, const Block& block, CommandIndex after,
                               std::int64_t beside) {
  return block.bytes() == 0 ? kNoCommand : add(Load{operand, buffer, block, beside}, {after});
}

void append(std::vector<Command>& commands, std::vector<Command> more) {
  const auto shift = static_cast<CommandIndex>(commands.size());
  for (Command& command : more) {
    for (CommandIndex& before : command.after) before += shift;
    if (command.after.empty() && shift > 0) command.after.push_back(shift - 1);
    commands.push_back(std::move(command));
  }
}

}  // namespace subvolt::mapping
