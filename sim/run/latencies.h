// How long requests took, in clocks: mean, largest and exact percentiles of millions of numbers.
#pragma once

#include <cstdint>
#include <vector>

namespace subvolt::run {

class Latencies {
 public:
  void add(std::int64_t cycles) {
    ++count_;
    sum_ += cycles;
    if (cycles > max_) max_ = cycles;
    if (cycles >= kCounted) {
      long_ones_.push_back(cycles);
      return;
    }
    const auto at = static_cast<std::size_t>(cycles);
    if (at >= times_.size()) times_.resize(at + 1);
    ++times_[at];
  }

  std::int64_t count() const { return count_; }
  std::int64_t max() const { return max_; }
  double mean() const { return count_ > 0 ? static_cast<double>(sum_) / static_cast<double>(count_) : 0.0; }
  // Nearest rank: the smallest latency that at least `percent` of the requests did not exceed. 0 without requests.
  std::int64_t percentile(int percent) const;

 private:
  static constexpr std::int64_t kCounted = 1 << 16;  // latencies below it are counted, those above are kept
  std::vector<std::int64_t> times_;                  // by latency
  std::vector<std::int64_t> long_ones_;
  std::int64_t count_ = 0;
  std::int64_t sum_ = 0;
  std::int64_t max_ = 0;
};

}  // namespace subvolt::run
