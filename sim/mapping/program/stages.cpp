#include "sim/mapping/program/stages.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <queue>
#include <set>
#include <tuple>
#include <utility>

namespace subvolt::mapping {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kMostPermuted = 6;

}  // namespace

// Cuts grow from the last layer to the first. What the rest can be at best is known, so the most promising one is
// always the next to grow, and the first that is whole is the best.
class Cuts::Search {
 public:
  explicit Search(std::vector<std::vector<std::int64_t>> cycles)
      : cycles_(std::move(cycles)), layers_(cycles_.front().size()) {
    std::vector<int> order(cycles_.size());
    std::iota(order.begin(), order.end(), 0);
    do {
      orders_.push_back({order, best_of(order)});
      grow({orders_.size() - 1, order.size(), layers_, 0, {}});
    } while (order.size() <= kMostPermuted && std::next_permutation(order.begin(), order.end()));
  }

  std::optional<Stages> next() {
    while (!growing_.empty()) {
      const Part part = growing_.top().part;
      growing_.pop();
      if (part.left > 0) {
        extend(part);
        continue;
      }
      // The same with accelerators that go without in another order is no other.
      Stages stages = whole(part);
      if (told_.emplace(stages.accelerators, stages.stage).second) return stages;
    }
    return std::nullopt;
  }

 private:
  using Pieces = std::vector<std::pair<int, std::size_t>>;  // accelerator and first layer, from the last piece on
  struct Order {
    std::vector<int> accelerators;
    // [s][l]: the slowest of the first s accelerators, some of which may have no layers, when they take the first l.
    std::vector<std::vector<std::int64_t>> best;
  };
  struct Part {
    std::size_t order;
    std::size_t left, end;  // accelerators without layers yet, and the layers for them
    std::int64_t slowest;   // of those that have
    Pieces pieces;
  };
  struct Growing {
    Part part;
    std::int64_t at_best;
    std::size_t number;  // the older one first
  };
  struct Later {
    bool operator()(const Growing& a, const Growing& b) const {
      return std::tuple(a.at_best, a.part.pieces.size(), a.part.order, a.number) >
             std::tuple(b.at_best, b.part.pieces.size(), b.part.order, b.number);
    }
  };

  // what(begin, cycles of layers [begin, end)) for each stretch that the accelerator can run, the shortest first.
  template <class What>
  void for_stretches(int accelerator, std::size_t end, What what) const {
    const std::vector<std::int64_t>& own = cycles_[static_cast<std::size_t>(accelerator)];
    std::int64_t sum = 0;
    what(end, sum);
    for (std::size_t begin = end; begin-- > 0;) {
      if (own[begin] == kCannot) return;
      sum += own[begin];
      what(begin, sum);
    }
  }

  std::vector<std::vector<std::int64_t>> best_of(const std::vector<int>& order) const {
    std::vector<std::vector<std::int64_t>> best(order.size() + 1, std::vector<std::int64_t>(layers_ + 1, kNever));
    best[0][0] = 0;
    for (std::size_t s = 1; s <= order.size(); ++s) {
      for (std::size_t end = 0; end <= layers_; ++end) {
        for_stretches(order[s - 1], end, [&](std::size_t begin, std::int64_t sum) {
          best[s][end] = std::min(best[s][end], std::max(best[s - 1][begin], sum));
        });
      }
    }
    return best;
  }

  void grow(Part part) {
    const std::int64_t rest = orders_[part.order].best[part.left][part.end];
    if (rest == kNever) return;
    const std::int64_t at_best = std::max(part.slowest, rest);
    growing_.push({std::move(part), at_best, number_++});
  }

  void extend(const Part& part) {
    const int accelerator = orders_[part.order].accelerators[part.left - 1];
    for_stretches(accelerator, part.end, [&](std::size_t begin, std::int64_t sum) {
      Part longer{part.order, part.left - 1, begin, std::max(part.slowest, sum), part.pieces};
      if (begin < part.end) longer.pieces.emplace_back(accelerator, begin);
      grow(std::move(longer));
    });
  }

  Stages whole(const Part& part) const {
    Stages stages;
    stages.slowest = part.slowest;
    stages.stage.assign(layers_, 0);
    for (auto piece = part.pieces.rbegin(); piece != part.pieces.rend(); ++piece) {
      const auto begin = static_cast<std::ptrdiff_t>(piece->second);
      std::fill(stages.stage.begin() + begin, stages.stage.end(), static_cast<int>(stages.accelerators.size()));
      stages.accelerators.push_back(piece->first);
    }
    return stages;
  }

  std::vector<std::vector<std::int64_t>> cycles_;
  std::size_t layers_;
  std::vector<Order> orders_;
  std::priority_queue<Growing, std::vector<Growing>, Later> growing_;
  std::size_t number_ = 0;
  std::set<std::pair<std::vector<int>, std::vector<int>>> told_;
};

Cuts::Cuts(std::vector<std::vector<std::int64_t>> cycles) : search_(std::make_unique<Search>(std::move(cycles))) {}
Cuts::~Cuts() = default;
std::optional<Stages> Cuts::next() { return search_->next(); }

}  // namespace subvolt::mapping
