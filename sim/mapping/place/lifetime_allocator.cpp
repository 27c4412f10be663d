#include "sim/mapping/place/lifetime_allocator.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace subvolt::mapping {
namespace {

// A set of tensors alive at one moment and the best choice that led there.
struct State {
  std::int64_t bytes = 0;  // of the tensors alive
  double worth = 0;        // of all chosen so far
  std::ptrdiff_t choice = -1;
};

// What a state has chosen, as a chain.
struct Link {
  std::size_t tensor;
  std::ptrdiff_t before;
};

}  // namespace

std::optional<std::vector<std::size_t>> choose_residents(const std::vector<Lifetime>& tensors, std::int64_t capacity,
                                                         double more_than, Effort& effort) {
  std::vector<std::size_t> order(tensors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return tensors[a].first < tensors[b].first; });

  double to_come = 0;  // worth of the tensors not looked at yet
  for (const Lifetime& t : tensors) to_come += t.worth;
  std::vector<Link> links;
  std::map<std::vector<std::size_t>, State> states;
  states[{}] = {};
  for (const std::size_t i : order) {
    const Lifetime& tensor = tensors[i];
    to_come -= tensor.worth;
    effort.add(static_cast<std::int64_t>(states.size()) * kStepsPerSet);
    if (states.size() > kMostStates || effort.spent()) return std::nullopt;
    std::map<std::vector<std::size_t>, State> next;
    const auto reach = [&](const std::vector<std::size_t>& alive, const State& state) {
      // Rounding of the sums must not drop the one that is just worth it.
      if ((state.worth + to_come) * (1 + 1e-9) <= more_than) return;
      const auto [at, fresh] = next.emplace(alive, state);
      if (!fresh && at->second.worth < state.worth) at->second = state;
    };
    for (const auto& [before, state] : states) {
      std::vector<std::size_t> alive;
      State s = state;
      for (const std::size_t a : before) {
        if (tensors[a].last >= tensor.first) {
          alive.push_back(a);
        } else {
          s.bytes -= tensors[a].bytes;
        }
      }
      if (!tensor.pinned) reach(alive, s);
      if (s.bytes + tensor.bytes > capacity) continue;
      alive.push_back(i);
      s.bytes += tensor.bytes;
      s.worth += tensor.worth;
      s.choice = static_cast<std::ptrdiff_t>(links.size());
      links.push_back({i, state.choice});
      reach(alive, s);
    }
    states = std::move(next);
    if (states.empty()) return std::vector<std::size_t>{};
  }
  const auto best = std::max_element(states.begin(), states.end(),
                                     [](const auto& a, const auto& b) { return a.second.worth < b.second.worth; });
  std::vector<std::size_t> chosen;
  for (std::ptrdiff_t link = best->second.choice; link >= 0; link = links[static_cast<std::size_t>(link)].before) {
    chosen.push_back(links[static_cast<std::size_t>(link)].tensor);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace subvolt::mapping
