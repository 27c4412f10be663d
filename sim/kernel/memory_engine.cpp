#include "sim/kernel/memory_engine.h"

#include <algorithm>

#include "sim/config/error.h"

namespace subvolt::kernel {
namespace {

Picoseconds advance_to_next(MemoryEngine& engine, Picoseconds now) {
  const Picoseconds visible = engine.visible_time();
  if (visible == MemoryEngine::kNever) throw Error(ErrorKind::kInternal, "a memory never answers an access");
  const Picoseconds next = std::max(now, visible);
  engine.advance(next);
  return next;
}

}  // namespace

Picoseconds MemoryEngine::serve(const MemoryAccess& access, Picoseconds now) {
  advance(now);
  while (!offer(access, now)) now = advance_to_next(*this, now);
  return data_end(now);
}

Picoseconds MemoryEngine::data_end(Picoseconds now) {
  MemoryCompletion completion;
  while (!take_completion(kNever, completion)) now = advance_to_next(*this, now);
  return std::max(completion.at, now);
}

}  // namespace subvolt::kernel
