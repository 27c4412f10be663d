// Kinds of memory devices by name, for whoever wants one alone: a memory document says `kind: dram`, and the kind,
// which registers itself from its own source file, makes the engine.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/kernel/memory_engine.h"
#include "sim/units/hertz.h"

namespace subvolt::kernel {

struct MemoryKind {
  std::string kind;  // "dram"
  std::string summary;
  const config::SchemaBase* device = nullptr;    // of the document's `device:`
  const config::SchemaBase* settings = nullptr;  // how a SoC uses it: queues, policies, mapping of addresses
  // `frequency` 0: as fast as the device goes. Throws Error(kConfiguration).
  std::function<std::unique_ptr<MemoryEngine>(const config::Node& device, const config::Node& settings,
                                              Hertz frequency)>
      create;
};

bool register_memory_kind(MemoryKind kind);
std::vector<const MemoryKind*> memory_kinds();  // sorted by name
const MemoryKind* find_memory_kind(const std::string& kind);

}  // namespace subvolt::kernel
