#include "sim/report/views/windows.h"

#include <algorithm>

namespace subvolt::report {

void Windows::add(Picoseconds begin, Picoseconds end, double amount) {
  if (amount == 0.0) return;
  const std::int64_t first = begin / step_, last = (end - Picoseconds(1)) / step_;
  if (first == last) return parts_.push_back({first, amount});
  const double per_ps = amount / static_cast<double>((end - begin).value());
  parts_.push_back({first, per_ps * static_cast<double>((step_ * (first + 1) - begin).value())});
  parts_.push_back({last, per_ps * static_cast<double>((end - step_ * last).value())});
  if (last == first + 1) return;
  const double per_window = per_ps * static_cast<double>(step_.value());
  rises_.push_back({first + 1, 1, per_window});
  rises_.push_back({last, -1, -per_window});
}

CurvePoints Windows::take() {
  CurvePoints points;
  if (end_ <= Picoseconds()) return points;
  const auto by_window = [](const auto& a, const auto& b) { return a.window < b.window; };
  std::stable_sort(parts_.begin(), parts_.end(), by_window);
  // What ends goes first, so that nothing is left of it where nothing else goes on.
  std::sort(rises_.begin(), rises_.end(), [](const Rise& a, const Rise& b) {
    return a.window != b.window ? a.window < b.window : a.spans < b.spans;
  });
  const auto tell = [&](std::int64_t window, double amount) {
    const Picoseconds at = step_ * window;
    const double value = amount / in_seconds(std::min(step_, end_ - at));
    if (points.empty() || points.back().value != value) points.push_back({at, value});
  };
  if ((parts_.empty() || parts_.front().window > 0) && (rises_.empty() || rises_.front().window > 0)) tell(0, 0.0);
  std::size_t p = 0, r = 0;
  int spans = 0;
  double level = 0.0;
  while (p < parts_.size() || r < rises_.size()) {
    std::int64_t window = p < parts_.size() ? parts_[p].window : rises_[r].window;
    if (r < rises_.size()) window = std::min(window, rises_[r].window);
    for (; r < rises_.size() && rises_[r].window == window; ++r) {
      spans += rises_[r].spans;
      level = spans == 0 ? 0.0 : level + rises_[r].amount;
    }
    double amount = level;
    const bool own = p < parts_.size() && parts_[p].window == window;
    for (; p < parts_.size() && parts_[p].window == window; ++p) amount += parts_[p].amount;
    tell(window, amount);
    const bool more =
        (p < parts_.size() && parts_[p].window == window + 1) || (r < rises_.size() && rises_[r].window == window + 1);
    if (own && !more && step_ * (window + 1) < end_) tell(window + 1, level);
  }
  parts_.clear();
  rises_.clear();
  return points;
}

}  // namespace subvolt::report
