// A memory on a narrow bus, from command to command: accesses are served one after the other, in order of arrival.
//
// All of it happens at edges of the interface clock. With the numbers of XspiTiming, a transaction whose chip select
// falls at edge s
//   data begin  d = s + setup + command + latency (+ collision)        flash writes: + setup + enable + high before
//   data end    e = d + data clocks, whole granules; chip select rises
//   next one    s' >= e + high,  s' >= s + cycle,  s' + setup + command >= e + recovery
// An access arriving at time t begins at the first edge after t or later. It is cut where a page of its direction, the
// longest transaction or the longest burst ends. When its data end and the next access, of the same direction,
// goes on at the next address and waits already, the transaction goes on (continue_bursts) within those limits.
// A read is complete at its last e, a write, too: flash programs for `program` after each page, and reads and writes
// wait for it. Before programming a page that was programmed before, its sector is erased: write-enable and erase
// command, then `erase`; what else was in the sector is left to software.
//
// Idle, it goes into half sleep or, flash only, deep power-down after a set time or when the power manager asks
// (RETENTION: half sleep, or deep power-down of flash; OFF: deep power-down); an access or ON wakes it.
//
// Events (those that the device has): command, read_byte, write_byte (as moved, whole granules); residencies active,
// standby (entries and exits of modes count here), program, erase, half_sleep, deep_power_down, which sum to the time.
// Facts: continued, refresh_collisions, pages_programmed, sectors_erased.
#pragma once

#include <deque>
#include <functional>
#include <set>
#include <vector>

#include "models/mem/xspi/xspi_refresh.h"
#include "models/mem/xspi/xspi_timing.h"
#include "sim/kernel/memory_engine.h"
#include "sim/kernel/owned_counts.h"
#include "sim/units/edges.h"
#include "sim/units/hertz.h"
#include "sim/units/picoseconds.h"

namespace subvolt::mem {

class XspiEngine : public kernel::MemoryEngine {
 public:
  XspiEngine(const XspiDeviceConfig& device, const XspiSettings& settings, Hertz frequency);

  Bytes capacity() const override { return Bytes(timing_.capacity); }
  Hertz frequency() const override { return timing_.frequency; }
  std::int64_t access_bytes() const override { return 32; }  // a cache line: the usual wrapped burst
  std::int64_t peak_bytes_per_s() const override { return timing_.frequency.value() * timing_.bits_per_clock / 8; }
  std::int64_t trace_address(std::int64_t bank, std::int64_t row, std::int64_t burst) const override;
  bool offer(const kernel::MemoryAccess& access, Picoseconds now) override;
  void advance(Picoseconds now) override;
  Picoseconds next_time() const override;
  Picoseconds visible_time() const override { return queue_.empty() ? kNever : next_time(); }
  bool take_completion(Picoseconds until, kernel::MemoryCompletion& completion) override;
  const std::vector<power::EventDeclaration>& events() const override { return events_; }
  bool is_residency(std::size_t event) const override { return event_at_[event] <= kDeepPowerDown; }
  void take_owned(const Taken& taken) override;
  std::int64_t take(std::size_t event) override;
  void request_state(power::PowerState state, Picoseconds now) override;
  void state(kernel::StateKey& key) const override;
  void on_command(std::function<void(const Command&)> listener) override { listener_ = std::move(listener); }

  const XspiTiming& timing() const { return timing_; }

 private:
  // The first ones are residencies, in the order of their states.
  enum Event {
    kActive,
    kStandby,
    kProgram,
    kErase,
    kHalfSleep,
    kDeepPowerDown,
    kCommand,
    kReadByte,
    kWriteByte,
    kContinued,
    kCollisions,
    kPages,
    kSectors,
    kEvents
  };
  enum class Phase { kIdle, kTransfer, kBusy, kEntering, kAsleep, kWaking };
  struct Waiting {
    std::uint32_t id;
    bool write;
    std::int64_t address, end;  // of what is left of it
    std::int64_t arrival;       // edge from which it may begin
    int task;                   // on whose behalf
  };
  static constexpr std::int64_t kNoEdge = INT64_MAX;

  void declare(Event event, power::EventDeclaration declaration);
  std::int64_t next_edge() const;
  std::int64_t earliest_start() const;
  std::int64_t sleep_edge(Event& mode) const;
  void happen(std::int64_t edge);
  void begin(std::int64_t edge);
  void begin_erase(std::int64_t edge);
  // The front access's data, or as much as the limits allow, from `edge` on. False: nothing fits.
  bool transfer(std::int64_t edge);
  std::int64_t limit(const Waiting& access, std::int64_t edge) const;
  void end_transfer(std::int64_t edge);
  bool continues(std::int64_t edge);
  void become(Event state, std::int64_t edge);
  void count(Event event, std::int64_t n, int task);
  void account(Picoseconds ps);
  void tell(const char* name, std::int64_t edge, std::int64_t address) const;
  const XspiTiming::Sleep& mode(Event event) const {
    return event == kHalfSleep ? timing_.half_sleep : timing_.deep_power_down;
  }

  XspiTiming timing_;
  XspiSettings settings_;
  Edges grid_;
  XspiRefresher refresh_;
  std::vector<power::EventDeclaration> events_;
  std::vector<Event> event_at_;        // by position in events_
  std::int64_t counts_[kEvents] = {};  // that are nobody's
  kernel::OwnedCounts owned_;

  std::deque<Waiting> queue_;
  std::deque<kernel::MemoryCompletion> known_;
  Phase phase_ = Phase::kIdle;
  Event state_ = kStandby;
  Picoseconds accounted_{};
  std::int64_t phase_end_ = 0;   // edge: of a transfer, of busy time, of an entry or exit
  std::int64_t idle_since_ = 0;  // edge
  std::int64_t low_, high_;      // edges: chip select of the last transaction
  bool writing_ = false, erasing_ = false;
  std::int64_t first_address_ = 0, next_address_ = 0;  // of the transaction
  Event sleep_mode_ = kStandby;                        // being entered, or in it
  Event requested_ = kStandby;                         // by the power manager; kStandby: nothing
  std::int64_t requested_at_ = 0, wake_at_ = kNoEdge;
  std::set<std::int64_t> programmed_;  // pages since their last erase
  std::function<void(const Command&)> listener_;
};

}  // namespace subvolt::mem
