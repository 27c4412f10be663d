// An embedded non-volatile macro: banks side by side, words interleaved over them, one access per bank at a time.
//
// In clocks of its interface, delays rounded up. An access arriving at time t is taken at the first edge a after t; it
// touches the words floor(address / word) ... floor((end - 1) / word), word w in bank w mod banks, each word at
//   s = max(a, free of its bank),  its data at s + latency,  free' = s + interval   (of reads or writes)
// in order of addresses, accesses in order of arrival. It is complete with the last of its words, and inside until
// then; `queue` accesses may be inside.
//
// Powered down (contents kept) after `power_down_after` of idleness or when the power manager asks for RETENTION or
// OFF; an access or ON wakes it.
//
// Events: read_word, write_word; residencies standby (powered, working or not; entries and exits count here),
// power_down. Facts: conflict_cycles (clocks by which words waited for busy banks).
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <vector>

#include "models/mem/nvm/nvm_config.h"
#include "sim/kernel/memory_engine.h"
#include "sim/kernel/owned_counts.h"
#include "sim/units/edges.h"
#include "sim/units/hertz.h"
#include "sim/units/picoseconds.h"

namespace subvolt::mem {

class NvmEngine : public kernel::MemoryEngine {
 public:
  // `frequency` 0: as fast as it goes. Throws Error(kConfiguration).
  NvmEngine(const NvmDeviceConfig& device, const NvmSettings& settings, Hertz frequency);

  Bytes capacity() const override { return Bytes(capacity_); }
  Hertz frequency() const override { return grid_.frequency(); }
  std::int64_t access_bytes() const override { return 32; }
  std::int64_t peak_bytes_per_s() const override {
    return static_cast<std::int64_t>(free_.size()) * word_ * frequency().value() /
           std::min(read_.interval, write_.interval);
  }
  std::int64_t trace_address(std::int64_t bank, std::int64_t row, std::int64_t burst) const override;
  bool offer(const kernel::MemoryAccess& access, Picoseconds now) override;
  void advance(Picoseconds now) override;
  Picoseconds next_time() const override;
  Picoseconds visible_time() const override;
  bool take_completion(Picoseconds until, kernel::MemoryCompletion& completion) override;
  const std::vector<power::EventDeclaration>& events() const override { return events_; }
  void take_owned(const Taken& taken) override;
  std::int64_t take(std::size_t event) override;
  void request_state(power::PowerState state, Picoseconds now) override;
  void state(kernel::StateKey& key) const override;
  void on_command(std::function<void(const Command&)> listener) override { listener_ = std::move(listener); }

 private:
  enum Event { kReadWord, kWriteWord, kConflicts, kStandby, kPowerDown, kEvents };
  enum class Phase { kUp, kEntering, kDown, kWaking };
  struct Delays {
    std::int64_t latency, interval;
  };
  static constexpr std::int64_t kNoEdge = INT64_MAX;

  void schedule(const kernel::MemoryAccess& access, std::int64_t from);
  std::int64_t next_edge() const;
  void happen(std::int64_t edge);
  void count(Event event, std::int64_t n, int task);
  void account(Picoseconds ps);
  void tell(const char* name, std::int64_t edge, int bank, std::int64_t row) const;

  Edges grid_;
  NvmSettings settings_;
  std::int64_t capacity_, word_;
  Delays read_, write_;
  bool can_power_down_ = false;
  std::int64_t entry_ = 0, exit_ = 0, after_ = -1;  // clocks
  std::vector<power::EventDeclaration> events_;
  std::vector<Event> event_at_;        // by position in events_
  std::int64_t counts_[kEvents] = {};  // that are nobody's
  kernel::OwnedCounts owned_;

  std::vector<std::int64_t> free_;           // by bank: edge
  std::deque<kernel::MemoryAccess> asleep_;  // arrived while it could not take them
  std::deque<kernel::MemoryCompletion> known_;
  std::deque<Picoseconds> inside_;  // ends of what is inside, in order of time
  Phase phase_ = Phase::kUp;
  Picoseconds accounted_{};
  std::int64_t phase_end_ = 0, idle_since_ = 0;  // edges
  bool requested_ = false;
  std::int64_t requested_at_ = 0, wake_at_ = kNoEdge;
  std::function<void(const Command&)> listener_;
};

}  // namespace subvolt::mem
