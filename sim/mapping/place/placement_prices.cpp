#include "sim/mapping/place/placement_prices.h"

#include <algorithm>
#include <limits>

namespace subvolt::mapping {
namespace {

// Of a step: how far it goes at first and at last, and after how many rounds without progress it is halved.
constexpr double kFirstStep = 1.0;
constexpr double kLastStep = 1e-4;
constexpr int kPatience = 20;
constexpr double kCloseEnough = 1e-6;

}  // namespace

PlacementPrices::PlacementPrices(std::vector<Datum> data, int moments, std::vector<std::int64_t> capacities)
    : data_(std::move(data)),
      moments_(moments),
      capacities_(std::move(capacities)),
      prices_(capacities_.size() * static_cast<std::size_t>(moments), 0.0),
      best_(prices_),
      sums_(capacities_.size() * (static_cast<std::size_t>(moments) + 1), 0.0),
      demand_(prices_.size(), 0),
      bound_(-std::numeric_limits<double>::infinity()) {
  bound_ = evaluate();
}

void PlacementPrices::sum_up(const std::vector<double>& prices) {
  for (std::size_t s = 0; s < capacities_.size(); ++s) {
    double* const sum = &sums_[s * (static_cast<std::size_t>(moments_) + 1)];
    for (int m = 0; m < moments_; ++m) sum[m + 1] = sum[m] + prices[at(s, m)];
  }
}

double PlacementPrices::priced(std::size_t datum, std::size_t store) const {
  const Datum& d = data_[datum];
  const double* const sum = &sums_[store * (static_cast<std::size_t>(moments_) + 1)];
  return d.costs[store] + static_cast<double>(d.bytes) * (sum[d.life.last + 1] - sum[d.life.first]);
}

// The bound at the prices, and what is asked for at them.
double PlacementPrices::evaluate() {
  sum_up(prices_);
  std::fill(demand_.begin(), demand_.end(), 0);
  double bound = 0.0;
  for (std::size_t i = 0; i < data_.size(); ++i) {
    std::size_t least = 0;
    double cost = priced(i, 0);
    for (std::size_t s = 1; s < capacities_.size(); ++s) {
      const double other = priced(i, s);
      if (other >= cost) continue;
      cost = other;
      least = s;
    }
    bound += cost;
    if (capacities_[least] < 0) continue;
    demand_[at(least, data_[i].life.first)] += data_[i].bytes;
    if (data_[i].life.last + 1 < moments_) demand_[at(least, data_[i].life.last + 1)] -= data_[i].bytes;
  }
  for (std::size_t s = 0; s < capacities_.size(); ++s) {
    std::int64_t alive = 0;
    for (int m = 0; m < moments_; ++m) {
      alive += demand_[at(s, m)];
      demand_[at(s, m)] = capacities_[s] < 0 ? 0 : alive - capacities_[s];
    }
    if (capacities_[s] < 0 || moments_ == 0) continue;
    bound -= static_cast<double>(capacities_[s]) * sums_[(s + 1) * (static_cast<std::size_t>(moments_) + 1) - 1];
  }
  return bound;
}

void PlacementPrices::improve(double known_cost, int rounds, Effort& effort) {
  double step = kFirstStep;
  int idle = 0;
  const auto work = static_cast<std::int64_t>((data_.size() + static_cast<std::size_t>(moments_)) * capacities_.size());
  prices_ = best_;
  double now = evaluate();
  for (int round = 0; round < rounds && step > kLastStep && !effort.spent(); ++round) {
    const double distance = known_cost - bound_;
    if (distance <= kCloseEnough * std::max(known_cost, -known_cost)) break;
    double length = 0.0;
    for (std::size_t p = 0; p < prices_.size(); ++p) {
      if (prices_[p] > 0 || demand_[p] > 0) length += static_cast<double>(demand_[p]) * static_cast<double>(demand_[p]);
    }
    if (length == 0.0) break;
    const double by = step * (known_cost - now) / length;
    for (std::size_t p = 0; p < prices_.size(); ++p) {
      prices_[p] = std::max(0.0, prices_[p] + by * static_cast<double>(demand_[p]));
    }
    now = evaluate();
    effort.add(1 + work);
    if (now > bound_) {
      idle = now > bound_ + 1e-4 * distance ? 0 : idle + 1;
      bound_ = now;
      best_ = prices_;
    } else {
      ++idle;
    }
    if (idle < kPatience) continue;
    idle = 0;
    step /= 2;
    prices_ = best_;
    now = evaluate();
  }
  sum_up(best_);
}

}  // namespace subvolt::mapping
