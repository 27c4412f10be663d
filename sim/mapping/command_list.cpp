#include "sim/mapping/command_list.h"

#include <algorithm>

namespace subvolt::mapping {

CommandIndex CommandList::add(std::variant<Load, Compute, Vector, Store> what, std::vector<CommandIndex> after) {
  std::sort(after.begin(), after.end());
  after.erase(std::unique(after.begin(), after.end()), after.end());
  if (!after.empty() && after.front() == kNoCommand) after.erase(after.begin());
  commands_.push_back({std::move(what), std::move(after)});
  return static_cast<CommandIndex>(commands_.size() - 1);
}

CommandIndex CommandList::load(Operand operand, Buffer buffer, const Block& block, CommandIndex after) {
  return block.bytes() == 0 ? kNoCommand : add(Load{operand, buffer, block}, {after});
}

}  // namespace subvolt::mapping
