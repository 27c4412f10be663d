#include "sim/kernel/memory_stream.h"

#include <algorithm>

namespace subvolt::kernel {
namespace {

// A short burst and a long one of on-chip interconnects (a cache line; AXI's 16 beats of 16 B), and enough of them to
// meet some rows. Refreshes come once in some ten microseconds and take a few percent.
constexpr std::int64_t kShort = 32, kLong = 256;
constexpr std::int64_t kShorts = 64, kLongs = 96;
constexpr std::int64_t kWarm = 8;         // accesses before the stream is steady
constexpr std::int64_t kOutstanding = 8;  // that a DMA has under way

struct Times {
  double first_ps = 0.0, period_ps = 0.0;
};

enum class Mix { kReads, kWrites, kInTurns };

Times drive(MemoryEngine& engine, Mix mix, std::int64_t bytes, std::int64_t accesses) {
  std::int64_t now = 0, offered = 0, done = 0, warm_ps = 0, last_ps = 0;
  Times times;
  engine.advance(now);
  while (done < accesses) {
    while (offered < accesses && offered - done < kOutstanding) {
      const bool write = mix == Mix::kWrites || (mix == Mix::kInTurns && offered % 2 == 1);
      // What is written lies elsewhere.
      const std::int64_t capacity = engine.capacity().value();
      const std::int64_t at = mix == Mix::kInTurns ? offered / 2 * bytes + (write ? capacity / 2 : 0) : offered * bytes;
      const std::int64_t address = at / bytes % std::max<std::int64_t>(1, capacity / bytes) * bytes;
      if (!engine.offer({static_cast<std::uint32_t>(offered), write, address, bytes}, now)) break;
      ++offered;
    }
    now = std::max(now, engine.next_ps());
    if (now == MemoryEngine::kNever) break;
    engine.advance(now);
    for (MemoryCompletion completion; engine.take_completion(now, completion);) {
      last_ps = completion.at_ps;
      if (++done == 1) times.first_ps = static_cast<double>(last_ps);
      if (done == kWarm) warm_ps = last_ps;
    }
  }
  times.period_ps =
      static_cast<double>(last_ps - warm_ps) / static_cast<double>(std::max<std::int64_t>(1, done - kWarm));
  return times;
}

}  // namespace

MemoryStream measure_stream(const MakeMemoryEngine& make, bool write, bool writable) {
  const Mix mix = write ? Mix::kWrites : Mix::kReads;
  const std::unique_ptr<MemoryEngine> engine = make();
  const double refreshes = 1.0 / (1.0 - engine->share_of_itself());
  Times small = drive(*engine, mix, kShort, kShorts), large = drive(*make(), mix, kLong, kLongs);
  MemoryStream stream;
  if (writable) {
    const double other = drive(*make(), write ? Mix::kReads : Mix::kWrites, kLong, kLongs).period_ps;
    const double pair = 2.0 * drive(*make(), Mix::kInTurns, kLong, kLongs).period_ps;
    // Controllers with queues go from one to the other less often than that: estimate, every other time.
    stream.turn_ps = 0.5 * std::max(0.0, pair - other - large.period_ps) * refreshes;
  }
  small.period_ps *= refreshes;
  large.period_ps *= refreshes;
  stream.per_byte_ps = std::max(0.0, (large.period_ps - small.period_ps) / static_cast<double>(kLong - kShort));
  stream.per_access_ps = std::max(0.0, small.period_ps - stream.per_byte_ps * static_cast<double>(kShort));
  stream.latency_ps = std::max(0.0, small.first_ps - small.period_ps);
  return stream;
}

}  // namespace subvolt::kernel
