#include "sim/mapping/lifetime_allocator.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace subvolt::mapping {
namespace {

bool meet(const Lifetime& a, int first, int last) { return a.first <= last && first <= a.last; }

struct Span {
  std::int64_t begin, end;
};

// What is taken beside a tensor that lives from `first` to `last`, by offset.
std::vector<Span> taken(const std::vector<Lifetime>& tensors, const std::vector<std::int64_t>& offsets, int first,
                        int last) {
  std::vector<Span> spans;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (offsets[i] < 0 || !meet(tensors[i], first, last)) continue;
    spans.push_back({offsets[i], offsets[i] + tensors[i].bytes});
  }
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
  return spans;
}

// Lowest or highest offset with room, or -1.
std::int64_t fit(const std::vector<Span>& spans, std::int64_t bytes, std::int64_t capacity, bool from_top) {
  std::int64_t end = 0;
  std::int64_t found = -1;
  const auto consider = [&](std::int64_t gap_begin, std::int64_t gap_end) {
    if (gap_end - gap_begin < bytes) return;
    if (from_top) found = gap_end - bytes;
    if (!from_top && found < 0) found = gap_begin;
  };
  for (const Span& s : spans) {
    consider(end, s.begin);
    end = std::max(end, s.end);
  }
  consider(end, capacity);
  return found;
}

// Places tensors in the given order; ends alternate between bottom and top when told, so that a chain of layers,
// each reading one end and writing the other, never fragments the memory.
std::optional<std::vector<std::int64_t>> place(const std::vector<Lifetime>& tensors,
                                               const std::vector<std::size_t>& order, std::int64_t capacity,
                                               bool alternate) {
  std::vector<std::int64_t> offsets(tensors.size(), -1);
  bool from_top = false;
  for (const std::size_t i : order) {
    const auto spans = taken(tensors, offsets, tensors[i].first, tensors[i].last);
    offsets[i] = fit(spans, tensors[i].bytes, capacity, from_top);
    if (offsets[i] < 0) return std::nullopt;
    if (alternate) from_top = !from_top;
  }
  return offsets;
}

// A set of tensors alive at one moment and the best choice that led there.
struct State {
  std::int64_t bytes = 0;  // of the tensors alive
  double worth = 0;        // of all chosen so far
  std::vector<std::size_t> chosen;
};

}  // namespace

std::vector<std::size_t> choose_residents(const std::vector<Lifetime>& tensors, std::int64_t capacity, double more_than,
                                          std::int64_t* effort) {
  std::vector<std::size_t> order(tensors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return tensors[a].first < tensors[b].first; });

  double to_come = 0;  // worth of the tensors not looked at yet
  for (const Lifetime& t : tensors) to_come += t.worth;
  std::map<std::vector<std::size_t>, State> states;
  states[{}] = {};
  for (const std::size_t i : order) {
    const Lifetime& tensor = tensors[i];
    to_come -= tensor.worth;
    if (effort) *effort += static_cast<std::int64_t>(states.size());
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
      s.chosen.push_back(i);
      reach(alive, s);
    }
    while (next.size() > kMostStates) {
      next.erase(std::min_element(next.begin(), next.end(),
                                  [](const auto& a, const auto& b) { return a.second.worth < b.second.worth; }));
    }
    states = std::move(next);
    if (states.empty()) return {};
  }
  const auto best = std::max_element(states.begin(), states.end(),
                                     [](const auto& a, const auto& b) { return a.second.worth < b.second.worth; });
  std::vector<std::size_t> chosen = best->second.chosen;
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

std::int64_t peak_bytes(const std::vector<Lifetime>& tensors) {
  std::int64_t most = 0;
  for (const Lifetime& moment : tensors) {  // a peak begins with a tensor
    std::int64_t bytes = 0;
    for (const Lifetime& t : tensors) bytes += meet(t, moment.first, moment.first) ? t.bytes : 0;
    most = std::max(most, bytes);
  }
  return most;
}

std::optional<std::vector<std::int64_t>> assign_offsets(const std::vector<Lifetime>& tensors, std::int64_t capacity) {
  std::vector<std::size_t> by_size(tensors.size());
  std::iota(by_size.begin(), by_size.end(), std::size_t{0});
  std::vector<std::size_t> by_time = by_size;
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](std::size_t a, std::size_t b) { return tensors[a].bytes > tensors[b].bytes; });
  std::stable_sort(by_time.begin(), by_time.end(),
                   [&](std::size_t a, std::size_t b) { return tensors[a].first < tensors[b].first; });
  for (const auto& [order, alternate] : {std::pair{&by_size, false}, {&by_time, true}, {&by_time, false}}) {
    if (auto offsets = place(tensors, *order, capacity, alternate)) return offsets;
  }
  return std::nullopt;
}

std::int64_t largest_gap(const std::vector<Lifetime>& tensors, const std::vector<std::int64_t>& offsets,
                         std::int64_t capacity, int first, int last) {
  std::int64_t largest = 0;
  std::int64_t end = 0;
  for (const Span& s : taken(tensors, offsets, first, last)) {
    largest = std::max(largest, s.begin - end);
    end = std::max(end, s.end);
  }
  return std::max(largest, capacity - end);
}

}  // namespace subvolt::mapping
