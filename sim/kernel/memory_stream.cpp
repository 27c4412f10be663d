#include "sim/kernel/memory_stream.h"

#include <algorithm>

namespace subvolt::kernel {
namespace {

constexpr std::int64_t kShort = MemoryStream::kShort, kLong = MemoryStream::kLong;
// Enough to meet some rows. Refreshes come once in some ten microseconds and take a few percent.
constexpr std::int64_t kShorts = 64, kLongs = 96, kJumps = 40;
constexpr std::int64_t kWarm = 8;         // accesses before the stream is steady
constexpr std::int64_t kOutstanding = 8;  // that a DMA has under way

struct Times {
  double first_ps = 0.0, period_ps = 0.0;
};

enum class Mix { kReads, kWrites, kInTurns };

// `step`: from one access to the next.
Times drive(MemoryEngine& engine, Mix mix, std::int64_t bytes, std::int64_t accesses, std::int64_t step) {
  Picoseconds now, warm, last;
  std::int64_t offered = 0, done = 0;
  Times times;
  engine.advance(now);
  while (done < accesses) {
    while (offered < accesses && offered - done < kOutstanding) {
      const bool write = mix == Mix::kWrites || (mix == Mix::kInTurns && offered % 2 == 1);
      // What is written lies elsewhere.
      const std::int64_t capacity = engine.capacity().value();
      const std::int64_t at = mix == Mix::kInTurns ? offered / 2 * step + (write ? capacity / 2 : 0) : offered * step;
      const std::int64_t address = at / bytes % std::max<std::int64_t>(1, capacity / bytes) * bytes;
      if (!engine.offer({static_cast<std::uint32_t>(offered), write, address, bytes}, now)) break;
      ++offered;
    }
    now = std::max(now, engine.next_time());
    if (now == MemoryEngine::kNever) break;
    engine.advance(now);
    for (MemoryCompletion completion; engine.take_completion(now, completion);) {
      last = completion.at;
      if (++done == 1) times.first_ps = static_cast<double>(last.value());
      if (done == kWarm) warm = last;
    }
  }
  times.period_ps =
      static_cast<double>((last - warm).value()) / static_cast<double>(std::max<std::int64_t>(1, done - kWarm));
  return times;
}

class Measurement {
 public:
  explicit Measurement(const MakeMemoryEngine& make)
      : make_(make), refreshes_(1.0 / (1.0 - make()->share_of_itself())) {}

  MemoryStreams run(bool writable) const {
    const InLine reads = in_line(Mix::kReads);
    if (!writable) {
      const MemoryStream read = stream(Mix::kReads, reads);
      return {read, read};
    }
    const InLine writes = in_line(Mix::kWrites);
    MemoryStreams both{stream(Mix::kReads, reads), stream(Mix::kWrites, writes)};
    const double pair = 2.0 * times(Mix::kInTurns, kLong, kLong).period_ps;
    // Controllers with queues go from one to the other less often than that: estimate, every other time.
    both.read.turn_ps = both.write.turn_ps =
        0.5 * std::max(0.0, pair - reads.large.period_ps - writes.large.period_ps) * refreshes_;
    return both;
  }

 private:
  struct InLine {
    Times small, large;
  };

  Times times(Mix mix, std::int64_t bytes, std::int64_t step) const {
    return drive(*make_(), mix, bytes, step != bytes ? kJumps : bytes == kShort ? kShorts : kLongs, step);
  }
  InLine in_line(Mix mix) const { return {times(mix, kShort, kShort), times(mix, kLong, kLong)}; }

  MemoryStream stream(Mix mix, const InLine& line) const {
    const auto jump = [&](std::int64_t bytes, std::int64_t step, const Times& without) {
      return std::max(0.0, times(mix, bytes, step).period_ps - without.period_ps) * refreshes_;
    };
    const double small = line.small.period_ps * refreshes_, large = line.large.period_ps * refreshes_;
    MemoryStream s;
    s.near_ps = jump(kShort, 2 * kShort, line.small);
    s.far_short_ps = jump(kShort, MemoryStream::kFar, line.small);
    s.far_long_ps = jump(kLong, MemoryStream::kFar, line.large);
    s.per_byte_ps = std::max(0.0, (large - small) / static_cast<double>(kLong - kShort));
    s.per_access_ps = std::max(0.0, small - s.per_byte_ps * static_cast<double>(kShort));
    s.latency_ps = std::max(0.0, line.small.first_ps - small);
    return s;
  }

  const MakeMemoryEngine& make_;
  double refreshes_;  // of the time that they leave
};

}  // namespace

MemoryStreams measure_streams(const MakeMemoryEngine& make, bool writable) { return Measurement(make).run(writable); }

}  // namespace subvolt::kernel
