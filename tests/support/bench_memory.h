// A memory for tests of the bench: one access after the other, each a fixed number of clocks, and a short queue. So
// every figure of a replay can be told by hand. It can be made to break the rules of kernel::MemoryEngine.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "sim/kernel/memory_engine.h"
#include "sim/units/hertz.h"
#include "sim/units/picoseconds.h"

namespace subvolt::test {

struct BenchMemoryRules {
  Hertz frequency{1'000'000'000};
  std::int64_t read_clocks = 10;
  std::int64_t write_clocks = 4;
  std::size_t room = 3;  // accesses that wait or are under way
  std::int64_t peak_bytes_per_s = 0;
  enum class Fault { kNone, kLoses, kDuplicates, kNeverRoom, kForgetsTime, kAnswersTwiceAsFast } fault = Fault::kNone;
};

// Events: read, write (switching), io_read (io), row_hits, row_misses (statistics), active, idle (background). 4 banks
// of 16 rows of 8 bursts of 32 B; a hit is an access to the row of the access before.
class BenchMemory : public kernel::MemoryEngine {
 public:
  explicit BenchMemory(BenchMemoryRules rules = {});
  static std::vector<power::EventDeclaration> declarations();

  Bytes capacity() const override { return Bytes(4 * 16 * 8 * 32); }
  Hertz frequency() const override { return rules_.frequency; }
  std::int64_t access_bytes() const override { return 32; }
  std::int64_t peak_bytes_per_s() const override { return rules_.peak_bytes_per_s; }
  std::int64_t trace_address(std::int64_t bank, std::int64_t row, std::int64_t burst) const override;
  bool offer(const kernel::MemoryAccess& access, Picoseconds now) override;
  void advance(Picoseconds now) override;
  Picoseconds next_time() const override;
  Picoseconds visible_time() const override { return next_time(); }
  bool take_completion(Picoseconds until, kernel::MemoryCompletion& completion) override;
  const std::vector<power::EventDeclaration>& events() const override { return events_; }
  std::int64_t take(std::size_t event) override;
  void on_command(std::function<void(const Command&)> observer) override { observer_ = std::move(observer); }

 private:
  struct Work {
    kernel::MemoryAccess access;
    Picoseconds begin;
    Picoseconds end;
  };
  std::int64_t edge(std::int64_t cycle) const;
  std::int64_t cycle_after(Picoseconds ps) const;

  BenchMemoryRules rules_;
  std::vector<power::EventDeclaration> events_ = declarations();
  std::vector<std::int64_t> counts_;
  std::deque<Work> works_;
  std::deque<kernel::MemoryCompletion> done_;
  std::function<void(const Command&)> observer_;
  std::int64_t free_cycle_ = 0;  // when the access before ends
  Picoseconds settled_{};
  std::int64_t row_ = -1;
};

}  // namespace subvolt::test
