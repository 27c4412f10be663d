// Commands of a layer as they are emitted, and the slots of the buffers that they pass through.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

using CommandIndex = std::int32_t;
inline constexpr CommandIndex kNoCommand = -1;

class CommandList {
 public:
  // Absent and repeated commands in `after` are dropped.
  CommandIndex add(std::variant<Load, Compute, Vector, Store> what, std::vector<CommandIndex> after);
  // Nothing is loaded from an empty block: kNoCommand.
  CommandIndex load(Operand operand, Buffer buffer, const Block& block, CommandIndex after, std::int64_t beside = 0);
  std::vector<Command> take() { return std::move(commands_); }

 private:
  std::vector<Command> commands_;
};

// `more` behind `commands`, beginning when the last of those is done: both use the same slots.
void append(std::vector<Command>& commands, std::vector<Command> more);

// The slots of one kind of data in a buffer. What is loaded next may overwrite a slot when the last command
// that used the slot's data is done.
class Slots {
 public:
  explicit Slots(int count) : last_use_(static_cast<std::size_t>(count), kNoCommand) {}
  void next() { at_ = (at_ + 1) % last_use_.size(); }  // to the slot of the next generation
  void back(int slots) {
    at_ = (at_ + last_use_.size() - static_cast<std::size_t>(slots) % last_use_.size()) % last_use_.size();
  }
  CommandIndex free_after() const { return last_use_[at_]; }
  void used_by(CommandIndex command) { last_use_[at_] = command; }

 private:
  std::vector<CommandIndex> last_use_;
  std::size_t at_ = 0;
};

}  // namespace subvolt::mapping
