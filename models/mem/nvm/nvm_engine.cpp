#include "models/mem/nvm/nvm_engine.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/kernel/clock_misfit.h"
#include "sim/units/text.h"

namespace subvolt::mem {
namespace {

Hertz clock_of(const NvmDeviceConfig& device, Hertz hz) {
  const Hertz fastest = hertz(device.max_clock.value);
  if (hz > fastest) {
    throw kernel::ClockMisfit(device.technology + " runs at up to " + brief(device.max_clock.value) + ", not at " +
                                  brief(Frequency::from_si(static_cast<double>(hz.value()))),
                              kernel::ClockMisfit::Bound::kFastest, fastest);
  }
  return hz == Hertz() ? fastest : hz;
}

}  // namespace

NvmEngine::NvmEngine(const NvmDeviceConfig& device, const NvmSettings& settings, Hertz frequency)
    : grid_(clock_of(device, frequency)),
      settings_(settings),
      capacity_(device.capacity.value.value()),
      word_(device.word.value.value()),
      free_(static_cast<std::size_t>(device.banks.value), 0) {
  const auto delays = [&](const NvmDeviceConfig::Access& access) {
    const std::int64_t latency = std::max<std::int64_t>(access.latency.in_clocks(grid_.frequency()), 1);
    return Delays{latency,
                  access.interval ? std::max<std::int64_t>(access.interval->in_clocks(grid_.frequency()), 1) : latency};
  };
  read_ = delays(device.read);
  write_ = delays(device.write);
  if (device.power_down) {
    can_power_down_ = true;
    entry_ = clocks_of(device.power_down->entry.value, grid_.frequency());
    exit_ = clocks_of(device.power_down->exit.value, grid_.frequency());
  }
  if (settings.power_down_after) {
    if (!can_power_down_) throw Error(ErrorKind::kConfiguration, device.technology + " has no power_down");
    after_ = std::max<std::int64_t>(clocks_of(*settings.power_down_after, grid_.frequency()), 1);
  }
  using power::Cause;
  const auto declare = [this](Event event, power::EventDeclaration declaration) {
    events_.push_back(std::move(declaration));
    event_at_.push_back(event);
  };
  declare(kReadWord, {"read_word", "nvm.read_word", Cause::kSwitching, "One word read.", {}});
  declare(kWriteWord, {"write_word", "nvm.write_word", Cause::kSwitching, "One word written.", {}});
  declare(kStandby,
          {"standby", "nvm.standby", Cause::kBackground, "Picoseconds powered.", {}, power::EventRole::kNone, 0, 1});
  if (can_power_down_) {
    declare(kPowerDown, {"power_down",
                         "nvm.power_down",
                         Cause::kBackground,
                         "Picoseconds without supply.",
                         {},
                         power::EventRole::kNone,
                         0,
                         1});
  }
  declare(kConflicts, {"conflict_cycles", "", Cause::kSwitching, "Clocks that words waited for busy banks.", {}});
}

std::int64_t NvmEngine::trace_address(std::int64_t bank, std::int64_t row, std::int64_t burst) const {
  return ((row * 8 + bank) * 1024 + burst * access_bytes()) % capacity_ / access_bytes() * access_bytes();
}

bool NvmEngine::offer(const kernel::MemoryAccess& access, Picoseconds now_time) {
  while (!inside_.empty() && inside_.front() <= now_time) inside_.pop_front();
  if (inside_.size() + asleep_.size() >= static_cast<std::size_t>(settings_.queue)) return false;
  const std::int64_t edge = grid_.after(now_time);
  if (phase_ == Phase::kUp) {
    schedule(access, edge);
    return true;
  }
  asleep_.push_back(access);
  if (phase_ != Phase::kWaking) wake_at_ = std::min(wake_at_, edge);
  return true;
}

void NvmEngine::schedule(const kernel::MemoryAccess& access, std::int64_t from) {
  const Delays& d = access.write ? write_ : read_;
  const auto banks = static_cast<std::int64_t>(free_.size());
  const std::int64_t first = access.address / word_;
  const std::int64_t last = (access.address + access.bytes - 1) / word_;
  std::int64_t end = 0;
  for (std::int64_t w = first; w <= last; ++w) {
    std::int64_t& free = free_[static_cast<std::size_t>(w % banks)];
    const std::int64_t begin = std::max(from, free);
    // A word behind others of its own access in the bank does not wait for a conflict.
    if (w - first < banks) count(kConflicts, begin - from, access.task);
    tell(access.write ? "WRITE" : "READ", begin, static_cast<int>(w % banks), w / banks);
    free = begin + d.interval;
    end = std::max(end, begin + d.latency);
    idle_since_ = std::max({idle_since_, free, end});
  }
  count(access.write ? kWriteWord : kReadWord, last - first + 1, access.task);
  const kernel::MemoryCompletion completion{access.id, grid_.time(end)};
  // Completions in order of time; of equal ones, in order of arrival.
  const auto later = [](Picoseconds at, const kernel::MemoryCompletion& c) { return at < c.at; };
  known_.insert(std::upper_bound(known_.begin(), known_.end(), completion.at, later), completion);
  inside_.insert(std::upper_bound(inside_.begin(), inside_.end(), completion.at), completion.at);
}

std::int64_t NvmEngine::next_edge() const {
  switch (phase_) {
    case Phase::kUp: {
      std::int64_t edge = after_ < 0 ? kNoEdge : idle_since_ + after_;
      if (requested_) edge = std::min(edge, std::max(idle_since_ + 1, requested_at_));
      return edge;
    }
    case Phase::kDown:
      return wake_at_;
    case Phase::kEntering:
    case Phase::kWaking:
      return phase_end_;
  }
  return kNoEdge;
}

void NvmEngine::happen(std::int64_t edge) {
  switch (phase_) {
    case Phase::kUp:
      tell("POWER_DOWN", edge, -1, -1);
      phase_ = Phase::kEntering;
      phase_end_ = edge + entry_;
      wake_at_ = kNoEdge;
      return;
    case Phase::kEntering:
      account(grid_.time(edge));
      phase_ = Phase::kDown;
      if (wake_at_ != kNoEdge) wake_at_ = std::max(wake_at_, edge + 1);
      return;
    case Phase::kDown:
      account(grid_.time(edge));
      tell("WAKE", edge, -1, -1);
      phase_ = Phase::kWaking;
      phase_end_ = edge + exit_;
      wake_at_ = kNoEdge;
      return;
    case Phase::kWaking:
      phase_ = Phase::kUp;
      idle_since_ = edge;
      for (const kernel::MemoryAccess& access : asleep_) schedule(access, edge);
      asleep_.clear();
      return;
  }
}

void NvmEngine::count(Event event, std::int64_t n, int task) {
  if (task == power::kNobody) {
    counts_[event] += n;
  } else {
    owned_.add(task, event, kEvents, n);
  }
}

void NvmEngine::account(Picoseconds ps) {
  counts_[phase_ == Phase::kDown ? kPowerDown : kStandby] += (ps - accounted_).value();
  accounted_ = ps;
}

void NvmEngine::advance(Picoseconds now_time) {
  for (std::int64_t edge = next_edge(); edge != kNoEdge && grid_.time(edge) <= now_time; edge = next_edge()) {
    happen(edge);
  }
  account(now_time);
}

Picoseconds NvmEngine::next_time() const {
  const std::int64_t edge = next_edge();
  const Picoseconds own = edge == kNoEdge ? kNever : grid_.time(edge);
  const auto end = std::upper_bound(inside_.begin(), inside_.end(), accounted_);
  return end == inside_.end() ? own : std::min(own, *end);
}

Picoseconds NvmEngine::visible_time() const { return asleep_.empty() && inside_.empty() ? kNever : next_time(); }

bool NvmEngine::take_completion(Picoseconds until, kernel::MemoryCompletion& completion) {
  if (known_.empty() || known_.front().at > until) return false;
  completion = known_.front();
  known_.pop_front();
  return true;
}

void NvmEngine::take_owned(const Taken& taken) {
  owned_.take([&](int task, std::size_t event, std::int64_t n) {
    const auto at = std::find(event_at_.begin(), event_at_.end(), static_cast<Event>(event));
    taken(task, static_cast<std::size_t>(at - event_at_.begin()), n);
  });
  owned_.forget([](int) { return true; });
}

std::int64_t NvmEngine::take(std::size_t event) { return std::exchange(counts_[event_at_[event]], 0); }

void NvmEngine::request_state(power::PowerState state, Picoseconds now_time) {
  const bool down = state == power::PowerState::kRetention || state == power::PowerState::kOff;
  if (down && can_power_down_) {
    if (!requested_) requested_at_ = grid_.after(now_time);
    requested_ = true;
  } else if (state == power::PowerState::kOn) {
    requested_ = false;
    if (phase_ == Phase::kDown || phase_ == Phase::kEntering) wake_at_ = std::min(wake_at_, grid_.after(now_time));
  }
}

void NvmEngine::state(kernel::StateKey& key) const {
  const std::int64_t now = grid_.before(accounted_);
  const auto ahead = [&](std::int64_t edge) { key.add_ahead(edge, now); };
  key.at_work_if(!asleep_.empty() || !known_.empty() || (!inside_.empty() && inside_.back() > accounted_));
  key.add(grid_.phase(accounted_));
  for (const std::int64_t free : free_) ahead(free);
  key.add(static_cast<std::int64_t>(phase_));
  ahead(phase_end_);
  ahead(idle_since_ + std::max<std::int64_t>(after_, 1));
  key.add(requested_);
  ahead(requested_at_);
  ahead(wake_at_);
}

void NvmEngine::tell(const char* name, std::int64_t edge, int bank, std::int64_t row) const {
  if (listener_) listener_({grid_.time(edge), name, bank, row});
}

}  // namespace subvolt::mem
