#include "sim/mapping/place/memory_assignment.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/mapping/place/assignment_search.h"
#include "sim/mapping/place/memory_packer.h"
#include "sim/mapping/place/placement_prices.h"

namespace subvolt::mapping {
namespace {

// Stands for the cost of a byte that has no place: above what any memory costs.
constexpr double kNowhere = 1e9;
constexpr std::size_t kMostPermuted = 3;
constexpr std::size_t kMostSelected = 4;
constexpr int kMostRounds = 8;
constexpr std::size_t kMostSearched = 60;  // data, by branch and bound
constexpr int kRounds = 600;               // of prices
constexpr double kFine = 0.01;             // above the bound: near enough not to search on

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

// Who takes what a memory that is being filled does not: only an ample memory; one behind it in the sequence, too; any
// other one, for its price of room besides.
enum class Behind { kNobody, kOthers, kPriced };

class Assigner {
 public:
  Assigner(const std::vector<StoredData>& data, const std::vector<MemoryRegion>& memories,
           const std::vector<int>& pinned)
      : data_(data), memories_(memories), pinned_(pinned) {}

  Assignment run() {
    best_cost_ = std::numeric_limits<double>::infinity();
    effort_.most = kMostPlacementSteps / 3 * 2;  // what comes after has parts of its own
    const std::vector<bool> all(memories_.size(), true);
    select(all);
    bound_ = 0.0;
    for (std::size_t i = 0; i < data_.size(); ++i) bound_ += least_cost(i);
    fill_in_every_order();
    if (scarce_.size() > 1) {
      for (const std::vector<bool>& selected : selections(memories_.size())) {
        if (best_cost_ <= bound_ || effort_.spent()) break;
        select(selected);
        fill_in_every_order();
      }
      select(all);
      search_by_price();
    }
    best_.lower_bound = std::min(bound_, best_.cost);
    best_.steps = effort_.steps;
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

  // All data that may be in a memory.
  std::vector<std::size_t> all_for(std::size_t m) const {
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < data_.size(); ++i) {
      const bool writes_there = data_[i].weights || memories_[m].writable;
      if (writes_there && (pinned_[i] < 0 || pinned_[i] == static_cast<int>(m))) all.push_back(i);
    }
    return all;
  }

  // Uses these memories, and no other but for data that are pinned there.
  void select(const std::vector<bool>& selected) {
    selected_ = selected;
    scarce_.clear();
    ample_layout_.assign(memories_.size(), {});
    base_.assign(data_.size(), -1);
    whole_layout_.resize(memories_.size());
    for (std::size_t m = 0; m < memories_.size(); ++m) {
      if (!selected[m]) continue;
      const std::vector<std::size_t> all = all_for(m);
      if (!layouts_known_) whole_layout_[m] = lay_out(data_, all, memories_[m], &effort_);
      const auto& offsets = whole_layout_[m];
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
    layouts_known_ = true;  // the first selection is of all
    std::stable_sort(scarce_.begin(), scarce_.end(), [&](std::size_t a, std::size_t b) {
      return memories_[a].read_cost_per_byte + memories_[a].write_cost_per_byte <
             memories_[b].read_cost_per_byte + memories_[b].write_cost_per_byte;
    });
  }

  void fill_in_every_order() {
    for (const auto& sequence : sequences(scarce_)) {
      for (const Behind behind : {Behind::kNobody, Behind::kOthers}) {
        if (behind == Behind::kOthers && sequence.size() < 2) continue;
        if (effort_.spent() && std::isfinite(best_cost_)) return;
        if (consider(fill(sequence, behind))) return;
      }
    }
  }

  // Keeps it if it is better; says whether nothing can be.
  bool consider(Assignment assignment) {
    if (scarce_.size() > 1) improve(assignment);
    const double cost = whole_cost(assignment);
    if (cost < best_cost_) {
      best_cost_ = cost;
      best_ = finished(assignment);
    }
    return best_cost_ <= bound_;
  }

  // Stores of the prices: the memories, then nowhere.
  void make_prices() {
    std::vector<Span> lives;
    for (const StoredData& d : data_) lives.push_back({d.first, d.last});
    const Moments moments = moments_that_matter(lives);
    moments_ = moments.count;
    capacities_.clear();
    priced_data_.clear();
    for (std::size_t m = 0; m < memories_.size(); ++m) {
      const bool scarce = std::count(scarce_.begin(), scarce_.end(), m) > 0;
      capacities_.push_back(scarce ? usable_bytes(memories_[m]) : -1);
    }
    capacities_.push_back(-1);
    for (std::size_t i = 0; i < data_.size(); ++i) {
      priced_data_.push_back({data_[i].bytes, moments.spans[i], {}});
      for (std::size_t m = 0; m < memories_.size(); ++m) {
        priced_data_[i].costs.push_back(may_be(i, m) ? cost(i, m) : std::numeric_limits<double>::infinity());
      }
      priced_data_[i].costs.push_back(nowhere(i));
    }
    prices_.emplace(priced_data_, moments_, capacities_);
    Effort own{0, kMostPlacementSteps / 6};
    prices_->improve(best_cost_, kRounds, own);
    effort_.add(own.steps);
    bound_ = std::max(bound_, prices_->bound());
  }

  bool is_fine() const { return best_cost_ <= bound_ * (1 + kFine); }

  void search_by_price() {
    if (best_cost_ <= bound_) return;
    make_prices();
    if (is_fine()) return;
    for (const auto& sequence : sequences(scarce_)) {
      if (effort_.spent()) break;
      if (consider(fill(sequence, Behind::kPriced))) return;
    }
    if (is_fine() || data_.size() > kMostSearched) return;
    Effort own{0, kMostPlacementSteps / 6};
    const auto found = [&](const std::vector<std::size_t>& stores, double) {
      Assignment a;
      a.offset.assign(data_.size(), 0);
      for (const std::size_t s : stores) a.memory.push_back(s < memories_.size() ? static_cast<int>(s) : -1);
      if (!lay_out_scarce(a, own)) return false;
      best_cost_ = whole_cost(a);
      best_ = finished(a);
      return true;
    };
    const bool complete = AssignmentSearch{priced_data_, moments_, capacities_, *prices_, found}.run(best_cost_, own);
    effort_.add(own.steps);
    if (complete && !fragmented_) bound_ = best_cost_;
  }

  bool lay_out_scarce(Assignment& a, Effort& effort) {
    for (const std::size_t m : scarce_) {
      std::vector<std::size_t> here;
      for (std::size_t i = 0; i < data_.size(); ++i) {
        if (a.memory[i] == static_cast<int>(m)) here.push_back(i);
      }
      const auto offsets = lay_out(data_, here, memories_[m], &effort);
      fragmented_ = fragmented_ || !offsets;
      if (!offsets) return false;
      for (std::size_t k = 0; k < here.size(); ++k) a.offset[here[k]] = (*offsets)[k];
    }
    return true;
  }

  // What the data cost when this memory does not take them.
  double otherwise(std::size_t i, const std::vector<std::size_t>& sequence, std::size_t position, Behind behind) const {
    double least = base_[i] < 0 ? nowhere(i) : cost(i, static_cast<std::size_t>(base_[i]));
    for (std::size_t s = position + 1; behind == Behind::kOthers && s < sequence.size(); ++s) {
      if (may_be(i, sequence[s])) least = std::min(least, cost(i, sequence[s]));
    }
    for (std::size_t s = 0; behind == Behind::kPriced && s < sequence.size(); ++s) {
      if (s != position) least = std::min(least, prices_->priced(i, sequence[s]));
    }
    return least;
  }

  // Gives memory `m` the best of what may move there and of what is pinned there. `cost_elsewhere` is what data
  // cost that it does not take.
  template <class MayMove, class CostElsewhere>
  void pack(std::size_t m, Assignment& a, MayMove may_move, CostElsewhere cost_elsewhere) {
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
    // Of several memories, each gets a part of what is left.
    const std::int64_t parts = scarce_.size() == 1 ? 1 : 3 * static_cast<std::int64_t>(scarce_.size());
    Effort own{0, std::max<std::int64_t>(0, effort_.most - effort_.steps) / parts};
    const auto packing = pack_memory(lives, usable_bytes(memories_[m]), own);
    effort_.add(own.steps);
    if (!packing) return;
    const bool all = std::all_of(selected_.begin(), selected_.end(), [](bool s) { return s; });
    if (all && scarce_.size() == 1) {
      double without = 0.0;
      for (std::size_t i = 0; i < data_.size(); ++i) {
        const bool pinned = pinned_[i] >= 0;
        without += pinned         ? cost(i, static_cast<std::size_t>(pinned_[i]))
                   : base_[i] < 0 ? nowhere(i)
                                  : cost(i, static_cast<std::size_t>(base_[i]));
      }
      bound_ = std::max(bound_, without - packing->bound);
    }
    for (const std::size_t i : candidates) {
      if (a.memory[i] == static_cast<int>(m) && pinned_[i] < 0) a.memory[i] = base_[i];
    }
    for (std::size_t k = 0; k < packing->chosen.size(); ++k) {
      a.memory[candidates[packing->chosen[k]]] = static_cast<int>(m);
      a.offset[candidates[packing->chosen[k]]] = packing->offsets[k];
    }
  }

  Assignment fill(const std::vector<std::size_t>& sequence, Behind behind) {
    Assignment a;
    a.memory = pinned_;
    a.offset.assign(data_.size(), 0);
    for (std::size_t position = 0; position < sequence.size(); ++position) {
      pack(
          sequence[position], a, [&](std::size_t i) { return a.memory[i] < 0; },
          [&](std::size_t i) { return otherwise(i, sequence, position, behind); });
    }
    for (std::size_t i = 0; i < data_.size(); ++i) a.memory[i] = a.memory[i] < 0 ? base_[i] : a.memory[i];
    return a;
  }

  // Packs each scarce memory anew, given what the others hold, as long as that saves something.
  void improve(Assignment& a) {
    for (int round = 0; round < kMostRounds && !effort_.spent(); ++round) {
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
  std::vector<std::optional<std::vector<std::int64_t>>> whole_layout_;  // by memory: of all that may be there
  Assignment best_;
  double best_cost_ = 0.0;
  double bound_ = 0.0;
  bool layouts_known_ = false;
  bool fragmented_ = false;  // a placement was left because its data found no offsets
  int moments_ = 0;
  std::vector<PlacementPrices::Datum> priced_data_;
  std::vector<std::int64_t> capacities_;
  std::optional<PlacementPrices> prices_;
  Effort effort_;
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
                                                 const std::vector<std::size_t>& which, const MemoryRegion& memory,
                                                 Effort* effort) {
  return stack(lives_of(data, which), usable_bytes(memory), effort);
}

Assignment assign_memories(const std::vector<StoredData>& data, const std::vector<MemoryRegion>& memories,
                           const std::vector<int>& pinned) {
  return Assigner(data, memories, pinned).run();
}

}  // namespace subvolt::mapping
