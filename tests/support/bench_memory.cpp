#include "tests/support/bench_memory.h"

#include <algorithm>
#include <utility>

#include "sim/config/error.h"

namespace subvolt::test {
namespace {
enum Event { kArrayRead, kArrayWrite, kIoRead, kRowHits, kRowMisses, kActive, kIdle };
constexpr Picoseconds kSecond_ps{1'000'000'000'000};
constexpr std::int64_t kRowBytes = 8 * 32;
}  // namespace

std::vector<power::EventDeclaration> BenchMemory::declarations() {
  using power::Cause;
  return {{"read", "bench.read", Cause::kSwitching, "a burst", {}},
          {"write", "bench.write", Cause::kSwitching, "a burst", {}},
          {"io_read", "bench.io_read", Cause::kIo, "a burst on the pins", {}},
          {"row_hits", "", Cause::kSwitching, "a statistic", {}},
          {"row_misses", "", Cause::kSwitching, "a statistic", {}},
          {"active", "bench.active", Cause::kBackground, "a picosecond", {}},
          {"idle", "bench.idle", Cause::kBackground, "a picosecond", {}}};
}

BenchMemory::BenchMemory(BenchMemoryRules rules) : rules_(rules), counts_(events_.size()) {}

std::int64_t BenchMemory::edge(std::int64_t cycle) const {
  return static_cast<std::int64_t>(static_cast<long double>(cycle) * kSecond_ps /
                                   static_cast<long double>(rules_.frequency));
}

std::int64_t BenchMemory::cycle_after(Picoseconds ps) const {
  std::int64_t cycle = ps / (kSecond_ps / rules_.frequency.value());
  while (cycle > 0 && edge(cycle) > ps) --cycle;
  while (edge(cycle) <= ps) ++cycle;
  return cycle;
}

std::int64_t BenchMemory::trace_address(std::int64_t bank, std::int64_t row, std::int64_t burst) const {
  if (bank > 3) throw Error(ErrorKind::kConfiguration, "expected a bank from 0 to 3, got " + std::to_string(bank));
  return ((row * 4 + bank) * 8 + burst) * 32;
}

bool BenchMemory::offer(const kernel::MemoryAccess& access, Picoseconds now) {
  if (works_.size() >= rules_.room || rules_.fault == BenchMemoryRules::Fault::kNeverRoom) return false;
  const std::int64_t begin = std::max(cycle_after(now), free_cycle_);
  free_cycle_ = begin + (access.write ? rules_.write_clocks : rules_.read_clocks);
  works_.push_back({access, edge(begin), edge(free_cycle_)});
  return true;
}

void BenchMemory::advance(Picoseconds now) {
  while (!works_.empty() && works_.front().end <= now) {
    const Work work = works_.front();
    works_.pop_front();
    const std::int64_t row = work.access.address / kRowBytes;
    if (observer_) {
      observer_({work.begin, work.access.write ? "WR" : "RD", static_cast<int>(row % 4), row / 4});
    }
    ++counts_[work.access.write ? kArrayWrite : kArrayRead];
    if (!work.access.write) ++counts_[kIoRead];
    ++counts_[row == row_ ? kRowHits : kRowMisses];
    row_ = row;
    counts_[kActive] += work.end - work.begin;
    counts_[kIdle] += work.begin - settled_;
    settled_ = work.end;
    const bool faster = rules_.fault == BenchMemoryRules::Fault::kAnswersTwiceAsFast;
    const kernel::MemoryCompletion done{work.access.id, faster ? work.end / 2 : work.end};
    if (rules_.fault != BenchMemoryRules::Fault::kLoses) done_.push_back(done);
    if (rules_.fault == BenchMemoryRules::Fault::kDuplicates) done_.push_back(done);
  }
  if (works_.empty() && settled_ < now) {
    if (rules_.fault != BenchMemoryRules::Fault::kForgetsTime) counts_[kIdle] += now - settled_;
    settled_ = now;
  }
}

Picoseconds BenchMemory::next_time() const { return works_.empty() ? kNever : works_.front().end; }

bool BenchMemory::take_completion(Picoseconds until, kernel::MemoryCompletion& completion) {
  if (done_.empty() || done_.front().at > until) return false;
  completion = done_.front();
  done_.pop_front();
  return true;
}

std::int64_t BenchMemory::take(std::size_t event) { return std::exchange(counts_[event], 0); }

}  // namespace subvolt::test
