#include "sim/mapping/place/assignment_search.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace subvolt::mapping {
namespace {

constexpr double kRounding = 1e-12;

class Search {
 public:
  Search(const AssignmentSearch& problem, double known_cost, Effort& effort)
      : problem_(problem),
        known_(known_cost),
        effort_(effort),
        chosen_(problem.data.size(), 0),
        order_(chosen_.size()) {
    used_.assign(problem.capacities.size() * static_cast<std::size_t>(problem.moments), 0);
    for (std::size_t i = 0; i < chosen_.size(); ++i) options_.push_back(options_of(i));
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    // What would lose most elsewhere is decided first.
    std::stable_sort(order_.begin(), order_.end(),
                     [this](std::size_t a, std::size_t b) { return second(a) > second(b); });
  }

  bool run() {
    visit(0, 0.0, 0.0);
    return !effort_.spent();
  }

 private:
  struct Option {
    std::size_t store;
    double loss;  // over the cheapest one at the prices
  };

  std::vector<Option> options_of(std::size_t i) const {
    std::vector<Option> options;
    for (std::size_t s = 0; s < problem_.capacities.size(); ++s) {
      const double cost = problem_.prices.priced(i, s);
      if (std::isfinite(cost)) options.push_back({s, cost});
    }
    std::stable_sort(options.begin(), options.end(), [](const Option& a, const Option& b) { return a.loss < b.loss; });
    for (std::size_t o = options.size(); o-- > 0;) options[o].loss -= options[0].loss;
    return options;
  }

  double second(std::size_t i) const { return options_[i].size() < 2 ? INFINITY : options_[i][1].loss; }

  bool enter(std::size_t i, std::size_t store) {
    if (problem_.capacities[store] < 0) return true;
    const auto& d = problem_.data[i];
    const auto begin = used_.begin() + static_cast<std::ptrdiff_t>(store) * problem_.moments;
    if (*std::max_element(begin + d.life.first, begin + d.life.last + 1) + d.bytes > problem_.capacities[store]) {
      return false;
    }
    std::for_each(begin + d.life.first, begin + d.life.last + 1, [&](std::int64_t& bytes) { bytes += d.bytes; });
    return true;
  }

  void leave(std::size_t i, std::size_t store) {
    if (problem_.capacities[store] < 0) return;
    const auto& d = problem_.data[i];
    const auto begin = used_.begin() + static_cast<std::ptrdiff_t>(store) * problem_.moments;
    std::for_each(begin + d.life.first, begin + d.life.last + 1, [&](std::int64_t& bytes) { bytes -= d.bytes; });
  }

  void visit(std::size_t depth, double lost, double cost) {
    if (problem_.prices.bound() + lost >= known_ * (1 - kRounding)) return;
    if (depth == order_.size()) {
      if (cost < known_ && problem_.found(chosen_, cost)) known_ = cost;
      return;
    }
    const std::size_t i = order_[depth];
    const auto& d = problem_.data[i];
    for (const Option& option : options_[i]) {
      effort_.add(2 + 2 * (d.life.last - d.life.first));
      if (effort_.spent()) return;
      if (!enter(i, option.store)) continue;
      chosen_[i] = option.store;
      visit(depth + 1, lost + option.loss, cost + d.costs[option.store]);
      leave(i, option.store);
    }
  }

  const AssignmentSearch& problem_;
  double known_;
  Effort& effort_;
  std::vector<std::size_t> chosen_, order_;
  std::vector<std::vector<Option>> options_;
  std::vector<std::int64_t> used_;
};

}  // namespace

bool AssignmentSearch::run(double known_cost, Effort& effort) const { return Search(*this, known_cost, effort).run(); }

}  // namespace subvolt::mapping
