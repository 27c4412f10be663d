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

void Background::integrate(std::int64_t until_ps) {
  while (now_ps_ < until_ps) {
    const bool active = now_ps_ < active_until_ps_;
    const std::int64_t end_ps = active ? std::min(until_ps, active_until_ps_) : until_ps;
    const State now = active ? State::kActiveStandby : state();
    time_of(now) += end_ps - now_ps_;
    if (watching_) stays_.push_back({now_ps_, end_ps, now});
    now_ps_ = end_ps;
  }
}

void Background::set_point(std::int64_t at_ps, std::size_t point) {
  integrate(at_ps);
  point_ = point;
  if (standby_ps_.size() < point) standby_ps_.resize(point);
}

std::int64_t Background::take(State state, std::size_t point) {
  const auto i = static_cast<std::size_t>(state);
  if (point > standby_ps_.size()) return 0;
  std::int64_t& time = point > 0 ? standby_ps_[point - 1][i] : time_ps_[i];
  const std::int64_t taken = time;
  time = 0;
  return taken;
}

}  // namespace subvolt::mem::dram
