#include "sim/mapping/follow/followed_link.h"

#include <algorithm>

namespace subvolt::mapping {

void FollowedLink::start(const Block& block, bool write) {
  transfers_.push_back({BurstCutter(block, machine_.burst), write, 0.0});
  if (sending_ + 1 == transfers_.size() && transfers_.back().bursts.done()) ++sending_;
}

double FollowedLink::next_send(double now) const {
  if (sending_ == transfers_.size()) return kNever;
  double at = std::max(now, free_);
  const auto most = static_cast<std::size_t>(machine_.outstanding);
  if (unanswered_.size() >= most) at = std::max(at, unanswered_[unanswered_.size() - most]);
  return static_cast<double>(edge_from(at / machine_.cycle)) * machine_.cycle;
}

double FollowedLink::next(double now) const {
  if (transfers_.empty()) return kNever;
  const double sent = next_send(now);
  return sending_ == 0 ? sent : std::min(sent, std::max(now, transfers_.front().done));
}

int FollowedLink::step(double now) {
  int done = 0;
  for (; sending_ > 0 && transfers_.front().done <= now; --sending_, ++done) transfers_.pop_front();
  unanswered_.erase(unanswered_.begin(), std::upper_bound(unanswered_.begin(), unanswered_.end(), now));
  if (next_send(now) > now) return done;
  Transfer& transfer = transfers_[sending_];
  const BurstCutter::Burst burst = transfer.bursts.next();
  const double answered = ways_.send(burst, transfer.write, now).answered;
  unanswered_.insert(std::upper_bound(unanswered_.begin(), unanswered_.end(), answered), answered);
  free_ = now + static_cast<double>(ceil_div(burst.bytes, machine_.width)) * machine_.cycle;
  transfer.done = std::max({transfer.done, answered, free_});
  while (sending_ < transfers_.size() && transfers_[sending_].bursts.done()) ++sending_;
  return done;
}

}  // namespace subvolt::mapping
