#include "tests/support/bench_memory.h"

#include <algorithm>
#include <utility>

#include "sim/config/error.h"

namespace subvolt::test {
namespace {
enum Event { kArrayRead, kArrayWrite, kIoRead, kRowHits, kRowMisses, kActive, kIdle };
constexpr std::int64_t kSecond_ps = 1'000'000'000'000;
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
                                   static_cast<long double>(rules_.clock_hz));
}

std::int64_t BenchMemory::cycle_after(std::int64_t ps) const {
  std::int64_t cycle = ps / (kSecond_ps / rules_.clock_hz);
  while (cycle > 0 && edge(cycle) > ps) --cycle;
  while (edge(cycle) <= ps) ++cycle;
  return cycle;
}

std::int64_t BenchMemory::trace_address(std::int64_t bank, std::int64_t row, std::int64_t burst) const {
  if (bank > 3) throw Error(ErrorKind::kConfiguration, "expected a bank from 0 to 3, got " + std::to_string(bank));
  return ((row * 4 + bank) * 8 + burst) * 32;
}

bool BenchMemory::offer(const kernel::MemoryAccess& access, std::int64_t now_ps) {
  if (works_.size() >= rules_.room || rules_.fault == BenchMemoryRules::Fault::kNeverRoom) return false;
  const std::int64_t begin = std::max(cycle_after(now_ps), free_cycle_);
  free_cycle_ = begin + (access.write ? rules_.write_clocks : rules_.read_clocks);
  works_.push_back({access, edge(begin), edge(free_cycle_)});
  return true;
}

void BenchMemory::advance(std::int64_t now_ps) {
  while (!works_.empty() && works_.front().end_ps <= now_ps) {
    const Work work = works_.front();
    works_.pop_front();
    const std::int64_t row = work.access.address / kRowBytes;
    if (observer_) {
      observer_({work.begin_ps, work.access.write ? "WR" : "RD", static_cast<int>(row % 4), row / 4});
    }
    ++counts_[work.access.write ? kArrayWrite : kArrayRead];
    if (!work.access.write) ++counts_[kIoRead];
    ++counts_[row == row_ ? kRowHits : kRowMisses];
    row_ = row;
    counts_[kActive] += work.end_ps - work.begin_ps;
    counts_[kIdle] += work.begin_ps - settled_ps_;
    settled_ps_ = work.end_ps;
    const bool faster = rules_.fault == BenchMemoryRules::Fault::kAnswersTwiceAsFast;
    const kernel::MemoryCompletion done{work.access.id, faster ? work.end_ps / 2 : work.end_ps};
    if (rules_.fault != BenchMemoryRules::Fault::kLoses) done_.push_back(done);
    if (rules_.fault == BenchMemoryRules::Fault::kDuplicates) done_.push_back(done);
  }
  if (works_.empty() && settled_ps_ < now_ps) {
    if (rules_.fault != BenchMemoryRules::Fault::kForgetsTime) counts_[kIdle] += now_ps - settled_ps_;
    settled_ps_ = now_ps;
  }
}

std::int64_t BenchMemory::next_ps() const { return works_.empty() ? kNever : works_.front().end_ps; }

bool BenchMemory::take_completion(std::int64_t until_ps, kernel::MemoryCompletion& completion) {
  if (done_.empty() || done_.front().at_ps > until_ps) return false;
  completion = done_.front();
  done_.pop_front();
  return true;
}

std::int64_t BenchMemory::take(std::size_t event) { return std::exchange(counts_[event], 0); }

}  // namespace subvolt::test
