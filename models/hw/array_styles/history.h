// A delay line: what a sequencer said k cycles ago. The edges of a systolic array hear the sequencer at the
// corner one cycle later per row and per column.
#pragma once

#include <cstdint>
#include <vector>

namespace subvolt::hw {

template <class T>
class History {
 public:
  explicit History(std::int64_t depth) : ring_(static_cast<std::size_t>(depth)) {}
  void push(const T& now) {
    head_ = head_ == 0 ? ring_.size() - 1 : head_ - 1;
    ring_[head_] = now;
  }
  // `ago` < depth; a default T before the first push.
  const T& operator[](std::int64_t ago) const {
    std::size_t at = head_ + static_cast<std::size_t>(ago);
    if (at >= ring_.size()) at -= ring_.size();
    return ring_[at];
  }

 private:
  std::vector<T> ring_;
  std::size_t head_ = 0;
};

}  // namespace subvolt::hw
