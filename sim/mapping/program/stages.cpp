#include "sim/mapping/program/stages.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>

namespace subvolt::mapping {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kMostPermuted = 6;

// The best cut for one order of accelerators. best[s][l]: the slowest of the first s accelerators, some of which may
// have no layers, when they take the first l.
class Cut {
 public:
  Cut(const std::vector<std::vector<std::int64_t>>& cycles, const std::vector<int>& order)
      : cycles_(cycles), order_(order), layers_(cycles.front().size()) {
    best_.assign(order.size() + 1, std::vector<std::int64_t>(layers_ + 1, kNever));
    from_.assign(order.size() + 1, std::vector<std::size_t>(layers_ + 1, 0));
    best_[0][0] = 0;
    for (std::size_t s = 1; s <= order.size(); ++s) {
      for (std::size_t end = 0; end <= layers_; ++end) extend(s, end);
    }
  }
  std::int64_t slowest() const { return best_.back().back(); }
  Stages stages() const {
    Stages stages;
    stages.slowest = slowest();
    stages.stage.assign(layers_, 0);
    std::size_t end = layers_;
    std::vector<std::pair<int, std::size_t>> pieces;  // accelerator and first layer, from the last one on
    for (std::size_t s = order_.size(); s > 0; --s) {
      const std::size_t begin = from_[s][end];
      if (begin < end) pieces.emplace_back(order_[s - 1], begin);
      end = begin;
    }
    std::reverse(pieces.begin(), pieces.end());
    for (std::size_t p = 0; p < pieces.size(); ++p) {
      stages.accelerators.push_back(pieces[p].first);
      const auto begin = static_cast<std::ptrdiff_t>(pieces[p].second);
      std::fill(stages.stage.begin() + begin, stages.stage.end(), static_cast<int>(p));
    }
    return stages;
  }

 private:
  void extend(std::size_t s, std::size_t end) {
    const std::vector<std::int64_t>& own = cycles_[static_cast<std::size_t>(order_[s - 1])];
    std::int64_t sum = 0;
    for (std::size_t begin = end + 1; begin-- > 0;) {
      if (begin < end) {
        if (own[begin] == kCannot) return;
        sum += own[begin];
      }
      if (best_[s - 1][begin] == kNever) continue;
      const std::int64_t slowest = std::max(best_[s - 1][begin], sum);
      if (slowest >= best_[s][end]) continue;
      best_[s][end] = slowest;
      from_[s][end] = begin;
    }
  }

  const std::vector<std::vector<std::int64_t>>& cycles_;
  const std::vector<int>& order_;
  std::size_t layers_;
  std::vector<std::vector<std::int64_t>> best_;
  std::vector<std::vector<std::size_t>> from_;
};

}  // namespace

Stages best_stages(const std::vector<std::vector<std::int64_t>>& cycles) {
  Stages best;
  std::vector<int> order(cycles.size());
  std::iota(order.begin(), order.end(), 0);
  do {
    const Cut cut(cycles, order);
    if (cut.slowest() == kNever) continue;
    Stages stages = cut.stages();
    const bool better = best.stage.empty() || stages.slowest < best.slowest ||
                        (stages.slowest == best.slowest && stages.accelerators.size() < best.accelerators.size());
    if (better) best = std::move(stages);
  } while (order.size() <= kMostPermuted && std::next_permutation(order.begin(), order.end()));
  return best;
}

}  // namespace subvolt::mapping
