#include "sim/mapping/memory_assignment.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "sim/mapping/memory_packer.h"

namespace subvolt::mapping {
namespace {

// Stands for the cost of a byte that has no place: above what any memory costs.
constexpr double kNowhere = 1e9;
constexpr std::size_t kMostPermuted = 3;
constexpr std::size_t kMostSelected = 4;
constexpr int kMostRounds = 8;

Lifetime life_of(const StoredData& data) {
  Lifetime life;
  life.bytes = data.bytes;
  life.first = data.first;
  life.last = data.last;
  life.always = data.weights;
  return life;
}

std::vector<Lifetime> lives_of(const std::vector<StoredData>& data, const std::vector<std::size_t>& which) {
  std::vector<Lifetime> lives;
  for (const std::size_t i : which) lives.push_back(life_of(data[i]));
  return lives;
}

// Orders in which the memories are filled, their own first: all, as far as there are few.
std::vector<std::vector<std::size_t>> sequences(const std::vector<std::size_t>& memories) {
  std::vector<std::size_t> indices(memories.size());
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  std::vector<std::vector<std::size_t>> all;
  do {
    all.emplace_back();
    for (const std::size_t i : indices) all.back().push_back(memories[i]);
  } while (memories.size() <= kMostPermuted && std::next_permutation(indices.begin(), indices.end()));
  return all;
}

// Every choice of some of the memories, not of all, as far as there are few.
std::vector<std::vector<bool>> selections(std::size_t memories) {
  std::vector<std::vector<bool>> all;
  if (memories > kMostSelected) return all;
  for (unsigned set = (1U << memories) - 1; set-- > 1;) {
    all.emplace_back();
    for (std::size_t m = 0; m < memories; ++m) all.back().push_back(set >> m & 1U);
  }
  return all;
}

class Assigner {
 public:
  Assigner(const std::vector<StoredData>& data, const std::vector<MemoryRegion>& memories,
           const std::vector<int>& pinned)
      : data_(data), memories_(memories), pinned_(pinned) {}

  Assignment run() {
    best_cost_ = std::numeric_limits<double>::infinity();
    select(std::vector<bool>(memories_.size(), true));
    double bound = 0.0;
    for (std::size_t i = 0; i < data_.size(); ++i) bound += least_cost(i);
    fill_in_every_order(bound);
    if (scarce_.size() < 2) return best_;  // nothing better
    for (const std::vector<bool>& selected : selections(memories_.size())) {
      if (best_cost_ <= bound) break;
      select(selected);
      fill_in_every_order(bound);
    }
    return best_;
  }

 private:
  bool may_be(std::size_t i, std::size_t m) const {
    if (pinned_[i] >= 0) return static_cast<std::size_t>(pinned_[i]) == m;
    return selected_[m] && may_hold(memories_[m], data_[i]);
  }
  double cost(std::size_t i, std::size_t m) const { return placement_cost(data_[i], memories_[m]); }
  double nowhere(std::size_t i) const { return kNowhere * static_cast<double>(data_[i].bytes); }

  double least_cost(std::size_t i) const {
    double least = nowhere(i);
    for (std::size_t m = 0; m < memories_.size(); ++m) least = may_be(i, m) ? std::min(least, cost(i, m)) : least;
    return least;
  }

  double whole_cost(const Assignment& a) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < data_.size(); ++i) {
      sum += a.memory[i] < 0 ? nowhere(i) : cost(i, static_cast<std::size_t>(a.memory[i]));
    }
    return sum;
  }

  // Uses these memories, and no other but for data that are pinned there.
  void select(const std::vector<bool>& selected) {
    selected_ = selected;
    scarce_.clear();
    ample_layout_.assign(memories_.size(), {});
    base_.assign(data_.size(), -1);
    for (std::size_t m = 0; m < memories_.size(); ++m) {
      if (!selected[m]) continue;
      std::vector<std::size_t> all;
      for (std::size_t i = 0; i < data_.size(); ++i) {
        const bool writes_there = data_[i].weights || memories_[m].writable;
        if (writes_there && (pinned_[i] < 0 || pinned_[i] == static_cast<int>(m))) all.push_back(i);
      }
      const auto offsets = lay_out(data_, all, memories_[m]);
      if (!offsets) {
        scarce_.push_back(m);
        continue;
      }
      ample_layout_[m].assign(data_.size(), 0);
      for (std::size_t k = 0; k < all.size(); ++k) {
        const std::size_t i = all[k];
        ample_layout_[m][i] = (*offsets)[k];
        int& base = base_[i];
        if (base < 0 || cost(i, m) < cost(i, static_cast<std::size_t>(base))) base = static_cast<int>(m);
      }
    }
    std::stable_sort(scarce_.begin(), scarce_.end(), [&](std::size_t a, std::size_t b) {
      return memories_[a].read_cost_per_byte + memories_[a].write_cost_per_byte <
             memories_[b].read_cost_per_byte + memories_[b].write_cost_per_byte;
    });
  }

  void fill_in_every_order(double bound) {
    for (const auto& sequence : sequences(scarce_)) {
      for (const bool marginal : {false, true}) {
        if (marginal && sequence.size() < 2) continue;
        Assignment assignment = fill(sequence, marginal);
        if (scarce_.size() > 1) improve(assignment);
        const double cost = whole_cost(assignment);
        if (cost >= best_cost_) continue;
        best_cost_ = cost;
        best_ = finished(assignment);
        if (best_cost_ <= bound) return;
      }
    }
  }

  // What the data cost when this memory does not take them: with `marginal` the memories behind it in the
  // sequence are expected to, else only an ample one.
  double otherwise(std::size_t i, const std::vector<std::size_t>& sequence, std::size_t position, bool marginal) const {
    double least = base_[i] < 0 ? nowhere(i) : cost(i, static_cast<std::size_t>(base_[i]));
    for (std::size_t s = position + 1; marginal && s < sequence.size(); ++s) {
      if (may_be(i, sequence[s])) least = std::min(least, cost(i, sequence[s]));
    }
    return least;
  }

  // Gives memory `m` the best of what may move there and of what is pinned there. `cost_elsewhere` is what data
  // cost that it does not take.
  template <class MayMove, class CostElsewhere>
  void pack(std::size_t m, Assignment& a, MayMove may_move, CostElsewhere cost_elsewhere) const {
    std::vector<std::size_t> candidates;
    std::vector<Lifetime> lives;
    for (std::size_t i = 0; i < data_.size(); ++i) {
      const bool pinned_here = pinned_[i] == static_cast<int>(m);
      if (!pinned_here && (pinned_[i] >= 0 || !may_be(i, m) || !may_move(i))) continue;
      candidates.push_back(i);
      lives.push_back(life_of(data_[i]));
      lives.back().pinned = pinned_here;
      lives.back().worth = pinned_here ? 0.0 : cost_elsewhere(i) - cost(i, m);
    }
    const auto packing = pack_memory(lives, usable_bytes(memories_[m]));
    if (!packing) return;
    for (const std::size_t i : candidates) {
      if (a.memory[i] == static_cast<int>(m) && pinned_[i] < 0) a.memory[i] = base_[i];
    }
    for (std::size_t k = 0; k < packing->chosen.size(); ++k) {
      a.memory[candidates[packing->chosen[k]]] = static_cast<int>(m);
      a.offset[candidates[packing->chosen[k]]] = packing->offsets[k];
    }
  }

  Assignment fill(const std::vector<std::size_t>& sequence, bool marginal) const {
    Assignment a;
    a.memory = pinned_;
    a.offset.assign(data_.size(), 0);
    for (std::size_t position = 0; position < sequence.size(); ++position) {
      pack(
          sequence[position], a, [&](std::size_t i) { return a.memory[i] < 0; },
          [&](std::size_t i) { return otherwise(i, sequence, position, marginal); });
    }
    for (std::size_t i = 0; i < data_.size(); ++i) a.memory[i] = a.memory[i] < 0 ? base_[i] : a.memory[i];
    return a;
  }

  // Packs each scarce memory anew, given what the others hold, as long as that saves something.
  void improve(Assignment& a) const {
    for (int round = 0; round < kMostRounds; ++round) {
      const double before = whole_cost(a);
      for (const std::size_t m : scarce_) {
        Assignment next = a;
        pack(
            m, next, [](std::size_t) { return true; },
            [&](std::size_t i) {
              const int now = a.memory[i] == static_cast<int>(m) ? base_[i] : a.memory[i];
              return now < 0 ? nowhere(i) : cost(i, static_cast<std::size_t>(now));
            });
        if (whole_cost(next) < whole_cost(a)) a = std::move(next);
      }
      if (whole_cost(a) >= before) return;
    }
  }

  // Offsets in memories that the sequence did not fill: pinned data in a scarce one, what is left in an ample one.
  Assignment finished(Assignment a) const {
    for (std::size_t m = 0; m < memories_.size(); ++m) {
      std::vector<std::size_t> here;
      for (std::size_t i = 0; i < data_.size(); ++i) {
        if (a.memory[i] == static_cast<int>(m)) here.push_back(i);
      }
      const bool scarce = std::count(scarce_.begin(), scarce_.end(), m) > 0;
      const bool all_pinned = std::all_of(here.begin(), here.end(), [&](std::size_t i) { return pinned_[i] >= 0; });
      if (scarce && !all_pinned) continue;  // packed
      const auto offsets = lay_out(data_, here, memories_[m]);
      for (std::size_t k = 0; k < here.size(); ++k) {
        // First fit may stumble over a part where it managed the whole.
        if (offsets) a.offset[here[k]] = (*offsets)[k];
        if (!offsets && !ample_layout_[m].empty()) a.offset[here[k]] = ample_layout_[m][here[k]];
      }
    }
    for (std::size_t i = 0; i < data_.size(); ++i) {
      if (a.memory[i] >= 0) a.cost += cost(i, static_cast<std::size_t>(a.memory[i]));
    }
    return a;
  }

  const std::vector<StoredData>& data_;
  const std::vector<MemoryRegion>& memories_;
  const std::vector<int>& pinned_;
  std::vector<bool> selected_;                           // by memory: the automatic placement uses it
  std::vector<std::size_t> scarce_;                      // cheapest first
  std::vector<std::vector<std::int64_t>> ample_layout_;  // by memory and data: offsets when it holds everything
  std::vector<int> base_;                                // by data: the cheapest ample memory, or -1
  Assignment best_;
  double best_cost_ = 0.0;
};

}  // namespace

double placement_cost(const StoredData& data, const MemoryRegion& memory) {
  return static_cast<double>(data.read_bytes) * memory.read_cost_per_byte +
         static_cast<double>(data.write_bytes) * memory.write_cost_per_byte;
}

std::int64_t usable_bytes(const MemoryRegion& memory) { return memory.size.value() / kAlignment * kAlignment; }

bool may_hold(const MemoryRegion& memory, const StoredData& data) {
  return (data.weights || memory.writable) && data.bytes <= usable_bytes(memory);
}

std::optional<std::vector<std::int64_t>> lay_out(const std::vector<StoredData>& data,
                                                 const std::vector<std::size_t>& which, const MemoryRegion& memory) {
  return stack(lives_of(data, which), usable_bytes(memory));
}

Assignment assign_memories(const std::vector<StoredData>& data, const std::vector<MemoryRegion>& memories,
                           const std::vector<int>& pinned) {
  return Assigner(data, memories, pinned).run();
}

}  // namespace subvolt::mapping
