#include "models/mem/dram_background.h"

#include <algorithm>

namespace subvolt::mem {

void DramBackground::open(std::int64_t at_ps, int banks) { add({at_ps, banks, false, DramPower::kUp, 0}); }
void DramBackground::power(std::int64_t at_ps, DramPower power) { add({at_ps, 0, true, power, 0}); }
void DramBackground::refresh(std::int64_t begin_ps, std::int64_t end_ps) {
  add({begin_ps, 1, false, DramPower::kUp, 1});
  open(end_ps, -1);
}

void DramBackground::add(Change change) {
  if (next_ == changes_.size()) {
    changes_.clear();
    next_ = 0;
  }
  // Nearly in order already: most changes go to the end.
  const auto at = std::upper_bound(changes_.begin() + static_cast<std::ptrdiff_t>(next_), changes_.end(), change,
                                   [](const Change& a, const Change& b) { return a.at_ps < b.at_ps; });
  changes_.insert(at, change);
}

DramState DramBackground::state() const {
  switch (power_) {
    case DramPower::kUp:
      return open_ > 0 ? DramState::kActiveStandby : DramState::kPrechargeStandby;
    case DramPower::kDown:
      return DramState::kPrechargePowerDown;
    case DramPower::kSelfRefresh:
      return DramState::kSelfRefresh;
  }
  return DramState::kPrechargeStandby;
}

void DramBackground::integrate(std::int64_t until_ps) {
  for (; next_ < changes_.size() && changes_[next_].at_ps <= until_ps; ++next_) {
    const Change& change = changes_[next_];
    time_[static_cast<std::size_t>(state())] += change.at_ps - now_ps_;
    now_ps_ = change.at_ps;
    open_ += change.open;
    refreshes_ += change.refreshes;
    if (change.has_power) power_ = change.power;
  }
  time_[static_cast<std::size_t>(state())] += until_ps - now_ps_;
  now_ps_ = until_ps;
  // The past is not needed any more; dropped in large pieces, for speed.
  constexpr std::size_t kLongEnough = 1024;
  if (next_ > kLongEnough) {
    changes_.erase(changes_.begin(), changes_.begin() + static_cast<std::ptrdiff_t>(next_));
    next_ = 0;
  }
}

std::int64_t DramBackground::take(DramState state) {
  std::int64_t& time = time_[static_cast<std::size_t>(state)];
  const std::int64_t taken = time;
  time = 0;
  return taken;
}

std::int64_t DramBackground::take_refreshes() {
  const std::int64_t taken = refreshes_;
  refreshes_ = 0;
  return taken;
}

}  // namespace subvolt::mem
