#include "sim/mapping/program/moved_bytes.h"

#include <variant>

#include "sim/config/error.h"

namespace subvolt::mapping {
namespace {

std::size_t memory_of(const Block& block, const std::vector<MemoryRegion>& memories) {
  for (std::size_t m = 0; m < memories.size(); ++m) {
    const MemoryRegion& memory = memories[m];
    if (block.base >= memory.base && block.base - memory.base < static_cast<Address>(memory.size.value())) return m;
  }
  throw Error(ErrorKind::kInvariant, "the program moves a block that lies in no memory");
}

}  // namespace

std::vector<MovedBytes> moved_bytes(const LayerProgram& program, const std::vector<MemoryRegion>& memories) {
  std::vector<MovedBytes> moved(memories.size());
  const auto read = [&](const Block& block) { moved[memory_of(block, memories)].read += block.bytes(); };
  const auto write = [&](const Block& block) { moved[memory_of(block, memories)].write += block.bytes(); };
  for (const Command& command : program.commands) {
    if (const auto* load = std::get_if<Load>(&command.what)) read(load->from);
    if (const auto* store = std::get_if<Store>(&command.what)) write(store->to);
  }
  for (const Block& block : program.host.reads) read(block);
  for (const Block& block : program.host.writes) write(block);
  return moved;
}

}  // namespace subvolt::mapping
