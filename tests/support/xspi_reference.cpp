#include "tests/support/xspi_reference.h"

#include <algorithm>

namespace subvolt::test {
namespace {

class Bus {
 public:
  Bus(const mem::XspiTiming& t, const std::vector<MemoryRequest>& requests, bool continue_bursts)
      : t_(t), requests_(requests), continue_bursts_(continue_bursts), due_(t.refresh_interval) {
    result_.done.assign(requests.size(), -1);
    if (!requests.empty()) at_ = requests.front().address;
  }

  XspiReference run() {
    for (clock_ = 0; current_ < requests_.size(); ++clock_) {
      if (low_ && overhead_ == 0 && bits_ <= 0) data_end();
      if (current_ == requests_.size()) break;
      if (!low_ && may_start()) start();
      if (!low_) continue;
      if (overhead_ > 0) {
        --overhead_;
      } else {
        bits_ -= t_.bits_per_clock;
      }
    }
    return result_;
  }

 private:
  Picoseconds time(std::int64_t clock) const {
    return static_cast<std::int64_t>(static_cast<long double>(clock) * 1e12L /
                                     static_cast<long double>(t_.frequency.value()));
  }
  const MemoryRequest& now() const { return requests_[current_]; }
  const mem::XspiTiming::Direction& direction() const { return now().write ? t_.write : t_.read; }

  bool may_start() const {
    if (time(clock_) <= now().at) return false;  // arrived strictly before this edge
    if (ever_ && clock_ - high_since_ < t_.high) return false;
    if (ever_ && clock_ - low_since_ < t_.cycle) return false;
    return !ever_ || clock_ + t_.setup + direction().command - high_since_ >= t_.recovery;
  }

  bool meets_refresh() {
    for (;;) {
      const Picoseconds begin = std::max({due_, ever_ ? time(high_since_) : Picoseconds(), refresh_end_});
      if (begin >= time(clock_)) break;
      refresh_end_ = begin + t_.refresh_duration;
      due_ += t_.refresh_interval;
    }
    return time(clock_) < refresh_end_;
  }

  void start() {
    const bool met = t_.refreshes && meets_refresh();
    result_.collisions += met ? 1 : 0;
    ++result_.transactions;
    low_ = true;
    low_since_ = clock_;
    first_ = at_;
    overhead_ = t_.setup + direction().command + direction().latency;
    if (t_.refreshes && (met || t_.fixed_latency)) overhead_ += direction().collision;
    take_bytes(clock_ + overhead_);
  }

  // As many bytes of the current request as may go in this transaction, a byte at a time. False: none.
  bool take_bytes(std::int64_t from) {
    const std::int64_t begin = at_, request_end = now().address + now().bytes;
    const std::int64_t page = direction().page;
    while (at_ < request_end) {
      if (page > 0 && at_ % page == 0 && at_ != first_) break;
      const std::int64_t granule_end = at_ / t_.granule * t_.granule + t_.granule;
      const std::int64_t padded = granule_end - begin / t_.granule * t_.granule;
      const std::int64_t clocks = (8 * padded + t_.bits_per_clock - 1) / t_.bits_per_clock;
      if (t_.low_max > 0 && from + clocks > low_since_ + t_.low_max) break;
      if (t_.longest_burst > 0 && at_ >= burst_end()) break;
      ++at_;
    }
    if (at_ == begin) return false;
    const std::int64_t padded = t_.up(at_) - t_.down(begin);
    bits_ = 8 * padded;
    result_.bytes += padded;
    return true;
  }
  std::int64_t burst_end() const {
    const std::int64_t whole = (first_ + t_.longest_burst) / t_.granule * t_.granule;
    return std::max(whole, first_ / t_.granule * t_.granule + t_.granule);
  }

  void data_end() {
    const bool done = at_ == now().address + now().bytes;
    if (done) {
      result_.done[current_++] = time(clock_);
      if (current_ < requests_.size()) {
        const std::int64_t from = std::exchange(at_, now().address);
        const bool same = now().write == requests_[current_ - 1].write && at_ == from && at_ % t_.granule == 0;
        const bool page_over = direction().page > 0 && at_ % direction().page == 0;
        if (continue_bursts_ && same && !page_over && time(clock_ - 1) >= 0 && arrived() && take_bytes(clock_)) {
          ++result_.continued;
          return;
        }
      }
    }
    low_ = false;
    ever_ = true;
    high_since_ = clock_;
    result_.active += time(clock_) - time(low_since_);
  }
  bool arrived() const { return time(clock_) > now().at; }

  mem::XspiTiming t_;
  const std::vector<MemoryRequest>& requests_;
  bool continue_bursts_;
  XspiReference result_;
  std::size_t current_ = 0;
  std::int64_t at_ = 0;     // next byte of the current request
  std::int64_t first_ = 0;  // of the transaction
  std::int64_t clock_ = 0, overhead_ = 0, bits_ = 0;
  bool low_ = false, ever_ = false;
  std::int64_t low_since_ = 0, high_since_ = 0;
  Picoseconds due_, refresh_end_{};
};

}  // namespace

XspiReference clock_by_clock(const mem::XspiTiming& timing, const std::vector<MemoryRequest>& requests,
                             bool continue_bursts) {
  return Bus(timing, requests, continue_bursts).run();
}

}  // namespace subvolt::test
