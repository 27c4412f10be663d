// Which gaps the work of a device leaves: a closed form where there is one, else those of a run of its arrivals.
#include <algorithm>
#include <cmath>

#include "sim/scenario/engine/coverage.h"
#include "sim/scenario/engine/phase.h"

namespace subvolt::scenario {
namespace {

constexpr std::size_t kArrivalsTried = 20'000;

// One source that brings work to the device.
struct Bringer {
  int source = 0;
  double rate = 0.0, any = 0.0, seconds = 0.0;  // seconds of one arrival that brings some
};

// Gaps between pieces of work of several sources, each of its mean length, as they come in the first arrivals.
std::vector<double> tried_gaps(const Model& model, const std::vector<Bringer>& bringers) {
  struct Next {
    std::unique_ptr<ArrivalStream> stream;
    Arrival arrival;
    Random random;
    bool there;
  };
  std::vector<Next> next;
  for (const Bringer& b : bringers) {
    const ModelSource& source = model.sources[static_cast<std::size_t>(b.source)];
    const auto key = static_cast<std::uint64_t>(b.source);
    next.push_back({source.arrivals->stream(model.scenario.start, Random(1, key)), {}, Random(2, key), false});
    next.back().there = next.back().stream->next(next.back().arrival);
  }
  std::vector<double> gaps;
  Nanoseconds free = 0;
  for (std::size_t n = 0; n < kArrivalsTried; ++n) {
    std::size_t first = next.size();
    for (std::size_t i = 0; i < next.size(); ++i) {
      if (next[i].there && (first == next.size() || next[i].arrival.time < next[first].arrival.time)) first = i;
    }
    if (first == next.size()) break;
    Next& one = next[first];
    const Nanoseconds at = one.arrival.time;
    if (at > model.duration) break;
    const auto work = nanoseconds(Time::from_si(bringers[first].seconds));
    if (one.random.chance(bringers[first].any)) {
      if (at > free) gaps.push_back(seconds(at - free));
      free = std::max(at, free) + work;
    }
    one.there = one.stream->next(one.arrival);
    if (!one.there) {
      one.there = one.stream->completed(std::max(at, free), one.arrival);
    }
  }
  return gaps;
}

}  // namespace

PhaseSolver::Comings PhaseSolver::comings(const std::vector<double>& rates, int device, double busy) {
  std::vector<Bringer> all;
  for (std::size_t s = 0; s < model_.sources.size(); ++s) {
    DeviceDemand d = demand(static_cast<int>(s), device);
    const double held = covered_s(model_, reach_, static_cast<int>(s), device, 0.0);
    if (held > 0.0) {
      for (const int stage : model_.sources[s].stages) {
        const ModelStage& m = model_.stages[static_cast<std::size_t>(stage)];
        const bool holds =
            std::any_of(m.holds.begin(), m.holds.end(), [&](const Holding& h) { return h.device == device; });
        if (holds) d.any = std::max(d.any, std::min(1.0, reach_[static_cast<std::size_t>(stage)].activations));
      }
      d.seconds += held;
    }
    if (rates[s] <= 0.0 || d.any <= 0.0) continue;
    all.push_back({static_cast<int>(s), rates[s], d.any, d.seconds / d.any});
  }
  Comings come;
  const double whole = seconds(model_.duration);
  if (all.empty()) {
    come.gaps = fixed_gaps(whole);
    come.per_second = 1.0 / whole;
    return come;
  }
  const auto arrivals = [&](const Bringer& b) -> const Arrivals& {
    return *model_.sources[static_cast<std::size_t>(b.source)].arrivals;
  };
  const bool memoryless =
      std::all_of(all.begin(), all.end(), [&](const Bringer& b) { return arrivals(b).memoryless(); });
  if (memoryless) {
    for (const Bringer& b : all) come.per_second += b.rate * b.any;
    come.gaps = exponential_gaps(1.0 / come.per_second);
    come.memoryless = true;
    return come;
  }
  come.known =
      std::all_of(all.begin(), all.end(), [&](const Bringer& b) { return arrivals(b).regular() && b.any >= 1.0; });
  if (all.size() == 1 && all.front().any >= 1.0) {
    const Bringer& one = all.front();
    const Gaps between = arrivals(one).gaps(one.rate);
    come.gaps = shortened(between, one.seconds);
    come.per_second = one.rate * between->longer_than(one.seconds);
    if (come.per_second > 0.0) return come;
    come.gaps = fixed_gaps(0.0);
    come.per_second = one.rate;
    return come;
  }
  std::vector<double> gaps = tried_gaps(model_, all);
  approximations_.insert("gaps of " + model_.devices[static_cast<std::size_t>(device)].name +
                         ": those that a run of its first arrivals leaves");
  if (gaps.empty()) gaps.push_back(whole);
  come.gaps = sampled_gaps(std::move(gaps));
  come.per_second = std::max(1e-12, 1.0 - busy) / come.gaps->mean();
  return come;
}

}  // namespace subvolt::scenario
