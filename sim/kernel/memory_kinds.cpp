#include "sim/kernel/memory_kinds.h"

#include "sim/config/registry.h"

namespace subvolt::kernel {
namespace {
config::Registry<MemoryKind>& kinds() {
  static config::Registry<MemoryKind> all("memory kind");
  return all;
}
}  // namespace

bool register_memory_kind(MemoryKind kind) {
  const std::string name = kind.kind;
  return kinds().add(name, std::move(kind));
}
std::vector<const MemoryKind*> memory_kinds() { return kinds().all(); }
const MemoryKind* find_memory_kind(const std::string& kind) { return kinds().find(kind); }

}  // namespace subvolt::kernel
