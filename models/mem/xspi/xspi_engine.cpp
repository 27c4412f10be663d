#include "models/mem/xspi/xspi_engine.h"

#include <algorithm>
#include <utility>

namespace subvolt::mem {
namespace {
// Before any transaction: far enough back to constrain nothing.
constexpr std::int64_t kLongAgo = -(std::int64_t{1} << 50);
}  // namespace

XspiEngine::XspiEngine(const XspiDeviceConfig& device, const XspiSettings& settings, Hertz frequency)
    : timing_(device, settings, frequency),
      settings_(settings),
      grid_(timing_.frequency),
      refresh_(timing_.refresh_interval, timing_.refresh_duration),
      low_(kLongAgo),
      high_(kLongAgo) {
  using power::Cause;
  declare(kCommand, {"command", "xspi.command", Cause::kIo, "One transaction: command and address.", {}});
  declare(kReadByte, {"read_byte", "xspi.read_byte", Cause::kIo, "One byte read over the data pins.", {}});
  declare(kWriteByte, {"write_byte", "xspi.write_byte", Cause::kIo, "One byte written over the data pins.", {}});
  declare(kActive, {"active", "xspi.active", Cause::kSwitching, "Picoseconds with chip select low.", {}});
  declare(kStandby, {"standby", "xspi.standby", Cause::kBackground, "Picoseconds ready, chip select high.", {}});
  if (timing_.flash) {
    // Goes on after the access that caused it has been answered, whatever becomes of the SoC meanwhile.
    declare(kProgram, {"program", "xspi.program", Cause::kBackground, "Picoseconds programming a page.", {}});
    declare(kErase, {"erase", "xspi.erase", Cause::kBackground, "Picoseconds erasing a sector.", {}});
  }
  if (timing_.half_sleep.available) {
    declare(kHalfSleep, {"half_sleep", "xspi.half_sleep", Cause::kBackground, "Picoseconds in half sleep.", {}});
  }
  if (timing_.deep_power_down.available) {
    declare(kDeepPowerDown,
            {"deep_power_down", "xspi.deep_power_down", Cause::kBackground, "Picoseconds in deep power-down.", {}});
  }
  declare(kContinued, {"continued", "", Cause::kSwitching, "Accesses that went on with a transaction.", {}});
  if (timing_.refreshes) {
    declare(kCollisions, {"refresh_collisions", "", Cause::kSwitching, "Transactions that met a refresh.", {}});
  }
  if (timing_.flash) {
    declare(kPages, {"pages_programmed", "", Cause::kSwitching, "Pages programmed.", {}});
    declare(kSectors, {"sectors_erased", "", Cause::kSwitching, "Sectors erased.", {}});
  }
}

void XspiEngine::declare(Event event, power::EventDeclaration declaration) {
  if (declaration.cause == power::Cause::kBackground) declaration.most_per_ps = 1;  // a time in a state
  events_.push_back(std::move(declaration));
  event_at_.push_back(event);
}

std::int64_t XspiEngine::trace_address(std::int64_t bank, std::int64_t row, std::int64_t burst) const {
  // Rows of 1 KiB, eight "banks" side by side, over and over the memory.
  return ((row * 8 + bank) * 1024 + burst * access_bytes()) % timing_.capacity / access_bytes() * access_bytes();
}

bool XspiEngine::offer(const kernel::MemoryAccess& access, Picoseconds now_time) {
  if (static_cast<int>(queue_.size()) >= settings_.queue) return false;
  queue_.push_back(
      {access.id, access.write, access.address, access.address + access.bytes, grid_.after(now_time), access.task});
  return true;
}

void XspiEngine::advance(Picoseconds now_time) {
  for (std::int64_t edge = next_edge(); edge != kNoEdge && grid_.time(edge) <= now_time; edge = next_edge()) {
    happen(edge);
  }
  account(now_time);
}

Picoseconds XspiEngine::next_time() const {
  const std::int64_t edge = next_edge();
  return edge == kNoEdge ? kNever : grid_.time(edge);
}

bool XspiEngine::take_completion(Picoseconds until, kernel::MemoryCompletion& completion) {
  if (known_.empty() || known_.front().at > until) return false;
  completion = known_.front();
  known_.pop_front();
  return true;
}

void XspiEngine::count(Event event, std::int64_t n, int task) {
  if (task == power::kNobody) {
    counts_[event] += n;
  } else {
    owned_.add(task, event, kEvents, n);
  }
}

void XspiEngine::take_owned(const Taken& taken) {
  owned_.take([&](int task, std::size_t event, std::int64_t n) {
    const auto at = std::find(event_at_.begin(), event_at_.end(), static_cast<Event>(event));
    taken(task, static_cast<std::size_t>(at - event_at_.begin()), n);
  });
  owned_.forget([](int) { return true; });
}

std::int64_t XspiEngine::take(std::size_t event) { return std::exchange(counts_[event_at_[event]], 0); }

void XspiEngine::account(Picoseconds ps) {
  counts_[state_] += (ps - accounted_).value();
  accounted_ = ps;
}

void XspiEngine::become(Event state, std::int64_t edge) {
  account(grid_.time(edge));
  state_ = state;
}

void XspiEngine::tell(const char* name, std::int64_t edge, std::int64_t address) const {
  if (listener_) listener_({grid_.time(edge), name, -1, address < 0 ? -1 : address / 1024});
}

void XspiEngine::request_state(power::PowerState state, Picoseconds now_time) {
  const Event before = requested_;
  const bool half = timing_.half_sleep.available, deep = timing_.deep_power_down.available;
  requested_ = kStandby;
  if (state == power::PowerState::kRetention) {
    requested_ = half ? kHalfSleep : deep && timing_.flash ? kDeepPowerDown : kStandby;
  } else if (state == power::PowerState::kOff) {
    requested_ = deep ? kDeepPowerDown : half ? kHalfSleep : kStandby;
  }
  if (requested_ != before) requested_at_ = grid_.after(now_time);
  const bool asleep = phase_ == Phase::kAsleep || phase_ == Phase::kEntering;
  const bool wakes = requested_ != kStandby ? requested_ != sleep_mode_ : state == power::PowerState::kOn;
  wake_at_ = asleep && wakes ? grid_.after(now_time) : kNoEdge;
}

void XspiEngine::state(kernel::StateKey& key) const {
  const Picoseconds now_time = accounted_;
  const std::int64_t now = grid_.before(now_time);
  const auto ahead = [&](std::int64_t edge) { key.add_ahead(edge, now); };
  key.at_work_if(!queue_.empty() || !known_.empty() || phase_ == Phase::kTransfer);
  key.add(grid_.phase(now_time));
  key.add(static_cast<std::int64_t>(phase_));
  key.add(state_);
  ahead(phase_end_);
  ahead(idle_since_ + 1);
  for (const Event candidate : {kHalfSleep, kDeepPowerDown}) {
    if (mode(candidate).after >= 0) ahead(idle_since_ + std::max<std::int64_t>(mode(candidate).after, 1));
  }
  ahead(high_ + timing_.high);
  ahead(low_ + timing_.cycle);
  ahead(high_ + timing_.recovery);
  key.add(writing_);
  key.add(erasing_);
  key.add(sleep_mode_);
  key.add(requested_);
  ahead(requested_at_);
  ahead(wake_at_);
  if (timing_.refreshes) refresh_.state(key, high_ < 0 ? Picoseconds() : grid_.time(high_), now_time);
  for (const std::int64_t page : programmed_) key.add(page);
}

// When an idle device goes to sleep, and into what.
std::int64_t XspiEngine::sleep_edge(Event& mode) const {
  std::int64_t edge = kNoEdge;
  if (requested_ != kStandby) {
    mode = requested_;
    edge = std::max(idle_since_ + 1, requested_at_);
  }
  for (const Event candidate : {kHalfSleep, kDeepPowerDown}) {
    const std::int64_t after = this->mode(candidate).after;
    // A state of no clocks at all would not be one: at the earliest an edge after the transaction.
    if (after >= 0 && idle_since_ + std::max<std::int64_t>(after, 1) < edge) {
      mode = candidate;
      edge = idle_since_ + std::max<std::int64_t>(after, 1);
    }
  }
  return edge;
}

std::int64_t XspiEngine::earliest_start() const {
  const std::int64_t to_row = timing_.setup + timing_.direction(queue_.front().write).command;
  return std::max({queue_.front().arrival, idle_since_, high_ + timing_.high, low_ + timing_.cycle,
                   high_ + timing_.recovery - to_row});
}

std::int64_t XspiEngine::next_edge() const {
  switch (phase_) {
    case Phase::kIdle: {
      if (!queue_.empty()) return earliest_start();
      Event mode = kStandby;
      return sleep_edge(mode);
    }
    case Phase::kAsleep:
      return std::min(queue_.empty() ? kNoEdge : std::max(queue_.front().arrival, phase_end_ + 1), wake_at_);
    case Phase::kTransfer:
    case Phase::kBusy:
    case Phase::kEntering:
    case Phase::kWaking:
      return phase_end_;
  }
  return kNoEdge;
}

void XspiEngine::happen(std::int64_t edge) {
  switch (phase_) {
    case Phase::kIdle:
      if (!queue_.empty()) return begin(edge);
      sleep_edge(sleep_mode_);
      tell(sleep_mode_ == kHalfSleep ? "HALF_SLEEP" : "DEEP_POWER_DOWN", edge, -1);
      phase_ = Phase::kEntering;
      phase_end_ = edge + mode(sleep_mode_).entry;
      return;
    case Phase::kTransfer:
      return end_transfer(edge);
    case Phase::kEntering:
      become(sleep_mode_, edge);
      phase_ = Phase::kAsleep;
      // A wish to wake that came during the entry holds until it is over.
      if (wake_at_ != kNoEdge) wake_at_ = edge + 1;
      return;
    case Phase::kAsleep:
      become(kStandby, edge);
      tell("WAKE", edge, -1);
      phase_ = Phase::kWaking;
      phase_end_ = edge + mode(sleep_mode_).exit;
      wake_at_ = kNoEdge;
      return;
    case Phase::kBusy:
    case Phase::kWaking:
      become(kStandby, edge);
      phase_ = Phase::kIdle;
      idle_since_ = edge;
      return;
  }
}

}  // namespace subvolt::mem
