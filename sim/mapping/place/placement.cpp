#include "sim/mapping/place/placement.h"

#include <algorithm>
#include <map>

#include "sim/mapping/place/capacity_report.h"
#include "sim/mapping/place/memory_assignment.h"
#include "sim/mapping/place/memory_layout.h"

namespace subvolt::mapping {
namespace {

class Placer {
 public:
  Placer(const network::Network& network, const std::vector<MemoryRegion>& memories, config::Diagnostics& diagnostics,
         const std::vector<int>& moments)
      : network_(network),
        memories_(memories),
        diagnostics_(diagnostics),
        data_(stored_data(network, moments)),
        pinned_(data_.size(), -1),
        offset_(data_.size(), 0),
        residents_(memories.size()) {}

  Placement run(const std::vector<PlacementRule>& rules) {
    const std::size_t before = diagnostics_.errors().size();
    const std::vector<Demand> wanted = demands(rules, data_, memories_, diagnostics_);
    if (diagnostics_.errors().size() == before) pin(wanted);
    if (diagnostics_.errors().size() != before) return {};
    const Assignment found = assign_memories(data_, memories_, pinned_);
    report_shortage(data_, memories_, pinned_, found, diagnostics_);
    return placement(found);
  }

 private:
  void pin(const std::vector<Demand>& wanted) {
    std::vector<std::pair<const Demand*, std::vector<std::size_t>>> left;  // by rule: data without room
    for (std::size_t i = 0; i < data_.size(); ++i) {
      if (!wanted[i].rule) continue;
      for (const std::size_t m : wanted[i].memories) {
        residents_[m].push_back(i);
        if (const auto offsets = lay_out(data_, residents_[m], memories_[m])) {
          for (std::size_t k = 0; k < offsets->size(); ++k) offset_[residents_[m][k]] = (*offsets)[k];
          pinned_[i] = static_cast<int>(m);
          break;
        }
        residents_[m].pop_back();
      }
      if (pinned_[i] >= 0) continue;
      const auto known =
          std::find_if(left.begin(), left.end(), [&](const auto& l) { return l.first->rule == wanted[i].rule; });
      if (known == left.end()) {
        left.push_back({&wanted[i], {i}});
      } else {
        known->second.push_back(i);
      }
    }
    for (const auto& [demand, data] : left) complain(*demand->rule, demand->memories, data);
  }

  // Bytes in one piece that a memory has for the data beside what is placed in it.
  std::int64_t room_for(std::size_t i, std::size_t m) const {
    std::vector<Lifetime> lives;
    std::vector<std::int64_t> at;
    for (const std::size_t k : residents_[m]) {
      lives.push_back({data_[k].bytes, data_[k].first, data_[k].last});
      at.push_back(offset_[k]);
    }
    return largest_gap(lives, at, usable_bytes(memories_[m]), data_[i].first, data_[i].last);
  }

  std::pair<std::size_t, std::int64_t> roomiest(std::size_t i, const std::vector<std::size_t>& among) const {
    std::pair<std::size_t, std::int64_t> best{among.empty() ? 0 : among.front(), 0};
    for (const std::size_t m : among) {
      const std::int64_t room = room_for(i, m);
      if (room > best.second) best = {m, room};
    }
    return best;
  }

  void complain(const PlacementRule& rule, const std::vector<std::size_t>& among,
                const std::vector<std::size_t>& left) {
    const auto [memory, available] = roomiest(left.front(), among);
    std::int64_t all = 0;
    for (const std::size_t i : left) all += data_[i].bytes;
    const StoredData& first = data_[left.front()];
    std::string others;
    if (left.size() > 1) {
      others = " (with " + std::to_string(left.size() - 1) + " more that find no room " + grouped(all) + " B)";
    }
    diagnostics_.error(rule.memories.front(), first.names.front() + " needs " + grouped(first.bytes) + " B" + others +
                                                  ", available " + grouped(available) + " B in " +
                                                  memories_[memory].instance +
                                                  ": enlarge it, add another memory to the list, or place less there");
  }

  Placement placement(const Assignment& found) const {
    Placement p;
    p.cost = found.cost;
    p.lower_bound = found.lower_bound;
    p.activations.resize(network_.tensors.size());
    p.parameters.resize(network_.layers.size());
    p.states.resize(network_.layers.size());
    std::map<std::string, Placement::Place> states;
    for (std::size_t i = 0; i < data_.size(); ++i) {
      const StoredData& d = data_[i];
      if (found.memory[i] < 0) continue;
      const MemoryRegion& memory = memories_[static_cast<std::size_t>(found.memory[i])];
      const Placement::Place place{found.memory[i], memory.base + static_cast<Address>(found.offset[i])};
      if (d.state) {
        states[d.names.front()] = place;
      } else {
        (d.weights ? p.parameters : p.activations)[d.index] = place;
      }
    }
    for (std::size_t l = 0; l < network_.layers.size(); ++l) {
      const network::Layer& layer = network_.layers[l];
      const auto found_state = states.find(state_name(network_, layer));
      if (found_state == states.end()) continue;
      p.states[l] = found_state->second;
      if (reads_in_place(network_, l)) p.activations[static_cast<std::size_t>(layer.outputs.at(0))] = p.states[l];
    }
    const std::vector<std::size_t> owner = storage_owners(network_);
    for (std::size_t t = 0; t < owner.size(); ++t) p.activations[t] = p.activations[owner[t]];
    place_constants(p);
    return p;
  }

  void place_constants(Placement& p) const {
    for (const std::vector<StoredConstant>& layer : stored_constants(network_)) {
      p.constants.emplace_back();
      for (const StoredConstant& constant : layer) {
        Placement::Place place = p.parameters[constant.layer];
        place.address += static_cast<Address>(constant.offset);
        p.constants.back().push_back(place);
      }
    }
    for (std::size_t l = 0; l < p.constants.size(); ++l) {
      if (!p.constants[l].empty()) p.parameters[l] = p.constants[l].front();
    }
  }

  const network::Network& network_;
  const std::vector<MemoryRegion>& memories_;
  config::Diagnostics& diagnostics_;
  std::vector<StoredData> data_;
  std::vector<int> pinned_;                          // by data: the memory that a rule decided on, or -1
  std::vector<std::int64_t> offset_;                 // by data, where it has a place
  std::vector<std::vector<std::size_t>> residents_;  // by memory
};

}  // namespace

Placement place_tensors(const network::Network& network, const std::vector<MemoryRegion>& memories,
                        config::Diagnostics& diagnostics, const std::vector<PlacementRule>& rules,
                        std::vector<int> moments) {
  Placement placement = Placer(network, memories, diagnostics, moments).run(rules);
  placement.moments = std::move(moments);
  return placement;
}

std::vector<MemoryUse> memory_use(const network::Network& network, const Placement& placement,
                                  const std::vector<MemoryRegion>& memories) {
  std::vector<MemoryUse> use(memories.size());
  std::vector<std::vector<Lifetime>> lives(memories.size());
  for (const StoredData& d : stored_data(network, placement.moments)) {
    const Placement::Place& place = d.weights ? placement.parameters[d.index]
                                    : d.state ? placement.states[d.index]
                                              : placement.activations[d.index];
    if (place.memory < 0) continue;
    const auto m = static_cast<std::size_t>(place.memory);
    if (d.weights) use[m].weights += d.bytes;
    if (!d.weights) lives[m].push_back({d.bytes, d.first, d.last});
    use[m].extent = std::max(use[m].extent, static_cast<std::int64_t>(place.address - memories[m].base) + d.bytes);
  }
  for (std::size_t m = 0; m < memories.size(); ++m) use[m].activations = peak_bytes(lives[m]);
  return use;
}

}  // namespace subvolt::mapping
