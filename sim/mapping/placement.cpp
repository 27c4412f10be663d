#include "sim/mapping/placement.h"

#include <algorithm>
#include <numeric>

#include "sim/mapping/lifetime_allocator.h"

namespace subvolt::mapping {
namespace {

using network::Layer;
using network::TensorId;

std::int64_t aligned(std::int64_t bytes) { return ceil_div(bytes, kAlignment) * kAlignment; }
std::size_t at(TensorId id) { return static_cast<std::size_t>(id); }

class Placer {
 public:
  Placer(const network::Network& network, const std::vector<MemoryRegion>& memories, config::Diagnostics& diagnostics)
      : network_(network), memories_(memories), diagnostics_(diagnostics), reserved_(memories.size(), 0) {
    on_chip_first_.resize(memories.size());
    std::iota(on_chip_first_.begin(), on_chip_first_.end(), std::size_t{0});
    std::stable_sort(on_chip_first_.begin(), on_chip_first_.end(), [&](std::size_t a, std::size_t b) {
      if (memories[a].off_chip != memories[b].off_chip) return memories[b].off_chip;
      return memories[a].cost_per_byte < memories[b].cost_per_byte;
    });
    placement_.activations.resize(network.tensors.size());
    placement_.parameters.resize(network.layers.size());
  }

  Placement run() {
    place_parameters();
    find_lifetimes();
    place_activations();
    for (std::size_t t = 0; t < owner_.size(); ++t) placement_.activations[t] = placement_.activations[owner_[t]];
    return placement_;
  }

 private:
  std::int64_t room(std::size_t memory) const {
    const std::int64_t size = memories_[memory].size.value();
    return size / kAlignment * kAlignment - reserved_[memory];
  }
  Address address(std::size_t memory, std::int64_t offset) const {
    return memories_[memory].base + static_cast<Address>(offset);
  }

  void complain(const Layer& layer, const std::string& operand, std::int64_t required, std::int64_t available,
                std::size_t memory) {
    const std::string where = memories_.empty() ? "" : " in " + memories_[memory].instance;
    const std::string remedy = memories_.empty() ? "connect a memory to the NPU's bus" : "enlarge it or add a memory";
    diagnostics_.error(layer.location, "",
                       "layer " + layer.name + ": " + operand + " needs " + grouped(required) + " B, available " +
                           grouped(available) + " B" + where + ": " + remedy);
  }

  // One after the other: they are needed in every inference.
  void place_parameters() {
    std::vector<std::size_t> order = on_chip_first_;
    std::stable_partition(order.begin(), order.end(), [&](std::size_t m) { return memories_[m].off_chip; });
    for (std::size_t l = 0; l < network_.layers.size(); ++l) {
      const Layer& layer = network_.layers[l];
      const std::int64_t bytes = aligned(layer.parameter_bytes().value());
      if (bytes == 0) continue;
      const auto found = std::find_if(order.begin(), order.end(), [&](std::size_t m) { return bytes <= room(m); });
      if (found != order.end()) {
        placement_.parameters[l] = {static_cast<int>(*found), address(*found, reserved_[*found])};
        reserved_[*found] += bytes;
        continue;
      }
      std::size_t roomiest = 0;
      for (std::size_t m = 0; m < memories_.size(); ++m) roomiest = room(m) > room(roomiest) ? m : roomiest;
      complain(layer, "parameters", bytes, memories_.empty() ? 0 : room(roomiest), roomiest);
    }
  }

  void find_lifetimes() {
    const int end = static_cast<int>(network_.layers.size());
    owner_.resize(network_.tensors.size());
    std::iota(owner_.begin(), owner_.end(), std::size_t{0});
    lives_.resize(network_.tensors.size());
    user_.resize(network_.tensors.size(), nullptr);
    for (std::size_t t = 0; t < lives_.size(); ++t) lives_[t].bytes = aligned(network_.tensors[t].bytes().value());
    for (int l = 0; l < end; ++l) {
      const Layer& layer = network_.layers[static_cast<std::size_t>(l)];
      for (const TensorId input : layer.inputs) {
        Lifetime& life = lives_[owner_[at(input)]];
        life.last = std::max(life.last, l);
        if (!is_view(layer.op)) life.worth += life.bytes;
        if (!user_[owner_[at(input)]]) user_[owner_[at(input)]] = &layer;
      }
      if (is_view(layer.op)) {
        owner_[at(layer.output)] = owner_[at(layer.inputs.at(0))];
        continue;
      }
      Lifetime& life = lives_[at(layer.output)];
      life.first = life.last = l;
      life.worth = life.bytes;
      user_[at(layer.output)] = &layer;
    }
    for (const TensorId output : network_.outputs) lives_[owner_[at(output)]].last = end;
  }

  void place_activations() {
    std::vector<std::size_t> left;
    for (std::size_t t = 0; t < owner_.size(); ++t) {
      if (owner_[t] == t) left.push_back(t);
    }
    std::vector<std::vector<std::size_t>> residents(memories_.size());
    std::vector<std::vector<std::int64_t>> offsets(memories_.size());
    for (const std::size_t m : on_chip_first_) {
      offsets[m] = fill(m, left, residents[m]);
      for (std::size_t i = 0; i < residents[m].size(); ++i) {
        placement_.activations[residents[m][i]] = {static_cast<int>(m), address(m, reserved_[m] + offsets[m][i])};
      }
      std::vector<std::size_t> rest;
      std::set_difference(left.begin(), left.end(), residents[m].begin(), residents[m].end(), std::back_inserter(rest));
      left = rest;
    }
    for (const std::size_t t : left) {
      std::int64_t available = 0;
      std::size_t roomiest = on_chip_first_.empty() ? 0 : on_chip_first_.back();
      for (std::size_t m = 0; m < memories_.size(); ++m) {
        const std::int64_t gap =
            largest_gap(lifetimes(residents[m]), offsets[m], room(m), lives_[t].first, lives_[t].last);
        if (gap <= available) continue;
        available = gap;
        roomiest = m;
      }
      if (!user_[t]) continue;
      const bool produced = at(user_[t]->output) == t;
      complain(*user_[t], produced ? "output" : "input", lives_[t].bytes, available, roomiest);
    }
  }

  std::vector<Lifetime> lifetimes(const std::vector<std::size_t>& tensors) const {
    std::vector<Lifetime> lives;
    for (const std::size_t t : tensors) lives.push_back(lives_[t]);
    return lives;
  }

  // Chooses from `left` what lives in memory `m`, with offsets. Where no first fit succeeds, the memory is
  // fragmented: choose for a smaller one.
  std::vector<std::int64_t> fill(std::size_t m, const std::vector<std::size_t>& left,
                                 std::vector<std::size_t>& residents) const {
    const std::vector<Lifetime> candidates = lifetimes(left);
    for (std::int64_t budget = room(m); budget > 0; budget -= std::max(kAlignment, room(m) / 32)) {
      residents.clear();
      for (const std::size_t i : choose_residents(candidates, budget)) residents.push_back(left[i]);
      if (auto offsets = assign_offsets(lifetimes(residents), room(m))) return *offsets;
    }
    residents.clear();
    return {};
  }

  const network::Network& network_;
  const std::vector<MemoryRegion>& memories_;
  config::Diagnostics& diagnostics_;
  std::vector<std::size_t> on_chip_first_;  // memories, cheapest first within each kind
  std::vector<std::int64_t> reserved_;      // bytes of parameters, by memory
  std::vector<std::size_t> owner_;          // tensor whose storage this one uses
  std::vector<Lifetime> lives_;
  std::vector<const Layer*> user_;  // producer, or first consumer of a graph input
  Placement placement_;
};

}  // namespace

Placement place_tensors(const network::Network& network, const std::vector<MemoryRegion>& memories,
                        config::Diagnostics& diagnostics) {
  return Placer(network, memories, diagnostics).run();
}

}  // namespace subvolt::mapping
