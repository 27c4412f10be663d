#include "sim/kernel/memory_engine.h"

#include <algorithm>

#include "sim/config/error.h"

namespace subvolt::kernel {
namespace {

std::int64_t advance_to_next(MemoryEngine& engine, std::int64_t now_ps) {
  const std::int64_t visible = engine.visible_ps();
  if (visible == MemoryEngine::kNever) throw Error(ErrorKind::kInternal, "a memory never answers an access");
  const std::int64_t next = std::max(now_ps, visible);
  engine.advance(next);
  return next;
}

}  // namespace

std::int64_t MemoryEngine::serve(const MemoryAccess& access, std::int64_t now_ps) {
  advance(now_ps);
  while (!offer(access, now_ps)) now_ps = advance_to_next(*this, now_ps);
  return data_end(now_ps);
}

std::int64_t MemoryEngine::data_end(std::int64_t now_ps) {
  MemoryCompletion completion;
  while (!take_completion(kNever, completion)) now_ps = advance_to_next(*this, now_ps);
  return std::max(completion.at_ps, now_ps);
}

}  // namespace subvolt::kernel
