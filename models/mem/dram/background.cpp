#include "models/mem/dram/background.h"

#include <algorithm>

namespace subvolt::mem::dram {

State Background::state() const {
  switch (mode_) {
    case Mode::kUp:
      break;
    case Mode::kPowerDown:
      return open_banks_ > 0 ? State::kActivePowerDown : State::kPrechargePowerDown;
    case Mode::kSelfRefresh:
      return State::kSelfRefresh;
    case Mode::kDeepPowerDown:
      return State::kDeepPowerDown;
  }
  return open_banks_ > 0 ? State::kActiveStandby : State::kPrechargeStandby;
}

void Background::integrate(Picoseconds until) {
  while (now_ < until) {
    const bool active = now_ < active_until_;
    const Picoseconds end = active ? std::min(until, active_until_) : until;
    const State now = active ? State::kActiveStandby : state();
    time_of(now) += end - now_;
    if (watching_) stays_.push_back({now_, end, now});
    now_ = end;
  }
}

void Background::set_point(Picoseconds at, std::size_t point) {
  integrate(at);
  point_ = point;
  if (standby_.size() < point) standby_.resize(point);
}

std::int64_t Background::take(State state, std::size_t point) {
  const auto i = static_cast<std::size_t>(state);
  if (point > standby_.size()) return 0;
  Picoseconds& time = point > 0 ? standby_[point - 1][i] : time_[i];
  const std::int64_t taken = time.value();
  time = Picoseconds();
  return taken;
}

}  // namespace subvolt::mem::dram
