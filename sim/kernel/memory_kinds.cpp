#include "sim/kernel/memory_kinds.h"

#include "sim/kernel/registry.h"

namespace subvolt::kernel {
namespace {
std::vector<MemoryKind>& kinds() {
  static std::vector<MemoryKind> all;
  return all;
}
}  // namespace

bool register_memory_kind(MemoryKind kind) {
  return insert_by_name(kinds(), std::move(kind), [](const MemoryKind& k) { return k.kind; });
}
const std::vector<MemoryKind>& memory_kinds() { return kinds(); }
const MemoryKind* find_memory_kind(const std::string& kind) {
  for (const MemoryKind& k : kinds()) {
    if (k.kind == kind) return &k;
  }
  return nullptr;
}

}  // namespace subvolt::kernel
