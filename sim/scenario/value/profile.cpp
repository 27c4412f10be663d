#include "sim/scenario/value/profile.h"

#include <algorithm>

namespace subvolt::scenario {
namespace {

// Neighbours of one value are one step.
std::vector<Profile::Step> merged(std::vector<Profile::Step> steps) {
  std::vector<Profile::Step> kept;
  for (const Profile::Step& step : steps) {
    if (kept.empty() || kept.back().second != step.second) kept.push_back(step);
  }
  return kept;
}

}  // namespace

Profile Profile::weekly(std::vector<Step> steps, Nanoseconds begin) {
  Profile profile;
  profile.steps_ = merged(std::move(steps));
  profile.period_ = kWeek;
  profile.offset_ = begin;
  return profile;
}

Profile Profile::series(std::vector<Step> steps, Nanoseconds period) {
  Profile profile;
  profile.steps_ = merged(std::move(steps));
  profile.period_ = period;
  return profile;
}

std::size_t Profile::index(Nanoseconds t) const {
  if (steps_.size() == 1) return 0;
  const auto behind = std::upper_bound(steps_.begin(), steps_.end(), phase(t),
                                       [](Nanoseconds at, const Step& step) { return at < step.first; });
  return static_cast<std::size_t>(behind - steps_.begin()) - 1;
}

Nanoseconds Profile::next_change(Nanoseconds t) const {
  if (steps_.size() == 1) return kNever;
  const std::size_t i = index(t) + 1;
  const Nanoseconds in = phase(t);
  if (i < steps_.size()) return t + (steps_[i].first - in);
  if (period_ == 0) return kNever;
  // The first step goes on with the last one where both have one value.
  const Nanoseconds wrap = t + (period_ - in);
  return steps_.back().second != steps_.front().second ? wrap : wrap + steps_[1].first;
}

double Profile::mean(Nanoseconds from, Nanoseconds to) const {
  if (steps_.size() == 1 || to <= from) return at(from);
  double sum = 0.0;
  // Whole periods are alike.
  Nanoseconds rest = to;
  if (period_ > 0 && to - from > period_) {
    const Nanoseconds whole = (to - from) / period_;
    sum += static_cast<double>(whole) * mean(from, from + period_) * static_cast<double>(period_);
    rest = to - whole * period_;
  }
  for (Nanoseconds t = from; t < rest;) {
    const Nanoseconds next = std::min(next_change(t), rest);
    sum += at(t) * static_cast<double>(next - t);
    t = next;
  }
  return sum / static_cast<double>(to - from);
}

double Profile::highest() const {
  double most = steps_.front().second;
  for (const Step& step : steps_) most = std::max(most, step.second);
  return most;
}

Profile Profile::scaled(double factor) const {
  Profile profile = *this;
  for (Step& step : profile.steps_) step.second *= factor;
  return profile;
}

}  // namespace subvolt::scenario
