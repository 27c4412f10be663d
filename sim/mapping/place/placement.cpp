#include "sim/mapping/place/placement.h"

#include <algorithm>
#include <map>

#include "sim/mapping/place/capacity_report.h"
#include "sim/mapping/place/joint_storage.h"
#include "sim/mapping/place/memory_assignment.h"
#include "sim/mapping/place/memory_layout.h"
#include "sim/mapping/place/ways_out.h"

namespace subvolt::mapping {
namespace {

class Placer {
 public:
  // Of `data`, which is all or a stage's, with what the rules want of each.
  Placer(const network::Network& network, const std::vector<MemoryRegion>& memories, config::Diagnostics& diagnostics,
         std::vector<StoredData> data)
      : network_(network),
        memories_(memories),
        diagnostics_(diagnostics),
        data_(std::move(data)),
        pinned_(data_.size(), -1),
        offset_(data_.size(), 0),
        residents_(memories.size()) {}

  void run(const std::vector<Demand>& wanted, Placement& placement) {
    const auto left = pin(wanted);
    for (const auto& [demand, data] : left) complain(*demand, data, wanted);
    if (!left.empty()) return;
    const Assignment found = assign_memories(data_, memories_, pinned_);
    report_shortage(network_, data_, memories_, pinned_, found, diagnostics_);
    add(found, placement);
  }

  // Once everything is in it: views and parts, and constants that share their place.
  static void complete(const network::Network& network, Placement& p) {
    const std::vector<StorageOf> storage = storages(network, p.joins);
    const std::vector<Placement::Place> owners = p.activations;
    for (std::size_t t = 0; t < storage.size(); ++t) {
      Placement::Place& place = p.activations[t] = owners[storage[t].owner];
      place.address += static_cast<Address>(storage[t].offset);
      place.pitch = storage[t].pitch;
    }
    for (const std::vector<StoredConstant>& layer : stored_constants(network)) {
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

 private:
  using Left = std::vector<std::pair<const Demand*, std::vector<std::size_t>>>;  // by rule: data without room

  Left pin(const std::vector<Demand>& wanted) {
    Left left;
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
    return left;
  }

  // Whether all find their places, these data in these memories.
  bool fits(const std::vector<StoredData>& data, const std::vector<MemoryRegion>& memories,
            const std::vector<Demand>& wanted) const {
    Placer other(network_, memories, diagnostics_, data);
    if (!other.pin(wanted).empty()) return false;
    const Assignment found = assign_memories(data, memories, other.pinned_);
    return std::none_of(found.memory.begin(), found.memory.end(), [](int m) { return m < 0; });
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

  void complain(const Demand& demand, const std::vector<std::size_t>& left, const std::vector<Demand>& wanted) {
    const PlacementRule& rule = *demand.rule;
    const auto [memory, available] = roomiest(left.front(), demand.memories);
    std::int64_t all = 0;
    for (const std::size_t i : left) all += data_[i].bytes;
    const StoredData& first = data_[left.front()];
    std::string others;
    if (left.size() > 1) {
      others = " (with " + std::to_string(left.size() - 1) + " more that find no room " + grouped(all) + " B)";
    }
    Shortfall shortfall{network_,
                        data_,
                        memories_,
                        demand.memories,
                        [&](const auto& data, const auto& memories) { return fits(data, memories, wanted); },
                        {}};
    if (std::string wider = another_memory(rule, wanted); !wider.empty()) shortfall.ways.push_back(std::move(wider));
    diagnostics_.error(rule.memories.front(), first.names.front() + " needs " + grouped(first.bytes) + " B" + others +
                                                  ", available " + grouped(available) + " B in " +
                                                  memories_[memory].instance + fixed_size(memories_[memory]) + ": " +
                                                  ways_out(shortfall));
  }

  // What the rule has to say so that everything fits: one more memory.
  std::string another_memory(const PlacementRule& rule, const std::vector<Demand>& wanted) const {
    for (std::size_t m = 0; m < memories_.size(); ++m) {
      std::vector<Demand> more = wanted;
      std::string list;
      bool known = false;
      for (const config::Node& node : rule.memories) {
        list += node.value() + ", ";
        known = known || node.value() == memories_[m].instance;
      }
      if (known) continue;
      for (std::size_t i = 0; i < more.size(); ++i) {
        if (more[i].rule == &rule && may_hold(memories_[m], data_[i])) more[i].memories.push_back(m);
      }
      if (!fits(data_, memories_, more)) continue;
      if (rule.in.layer() == config::Node::kOverride) return "add " + memories_[m].instance + " to the rule's `in`";
      return "--set '" + rule.in.path() + "=[" + list + memories_[m].instance + "]'";
    }
    return "";
  }

  void add(const Assignment& found, Placement& p) const {
    p.cost += found.cost;
    p.lower_bound += found.lower_bound;
    p.activations.resize(network_.tensors.size());
    p.parameters.resize(network_.layers.size());
    p.states.resize(network_.layers.size());
    std::map<std::string, Placement::Place> states;
    for (std::size_t i = 0; i < data_.size(); ++i) {
      const StoredData& d = data_[i];
      if (found.memory[i] < 0) continue;
      const MemoryRegion& memory = memories_[static_cast<std::size_t>(found.memory[i])];
      const Placement::Place place{found.memory[i], memory.base + static_cast<Address>(found.offset[i]), 0};
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
  }

  const network::Network& network_;
  const std::vector<MemoryRegion>& memories_;
  config::Diagnostics& diagnostics_;
  std::vector<StoredData> data_;
  std::vector<int> pinned_;                          // by data: the memory that a rule decided on, or -1
  std::vector<std::int64_t> offset_;                 // by data, where it has a place
  std::vector<std::vector<std::size_t>> residents_;  // by memory
};

// The layer whose stage decides where the data live.
std::size_t home_of(const StoredData& data) {
  return data.weights || data.state ? data.index : static_cast<std::size_t>(data.input ? data.last : data.first);
}

// What crosses into another stage is there all the time: the next inference's may come while this one's is still read.
void live_through(StoredData& data, const network::Network& network, const std::vector<int>& stages) {
  if (data.weights || data.state) return;
  const auto last = std::min(static_cast<std::size_t>(data.last), network.layers.size() - 1);
  if (stages[home_of(data)] == stages[last]) return;
  data.first = 0;
  data.last = static_cast<int>(network.layers.size());
}

// Each stage in a part of every memory, as large as its share of all bytes moved.
void place_stages(const network::Network& network, const std::vector<MemoryRegion>& memories,
                  config::Diagnostics& diagnostics, std::vector<StoredData> data, const std::vector<Demand>& wanted,
                  const std::vector<int>& stages, Placement& placement) {
  const int count = *std::max_element(stages.begin(), stages.end()) + 1;
  std::vector<double> moved(static_cast<std::size_t>(count), 1.0);
  double all = count;
  for (const StoredData& d : data) {
    const auto bytes = static_cast<double>(d.read_bytes + d.write_bytes);
    moved[static_cast<std::size_t>(stages[home_of(d)])] += bytes;
    all += bytes;
  }
  std::vector<MemoryRegion> left = memories;
  for (int s = 0; s < count; ++s) {
    std::vector<StoredData> own;
    std::vector<Demand> own_wanted;
    for (std::size_t i = 0; i < data.size(); ++i) {
      if (stages[home_of(data[i])] != s) continue;
      own.push_back(data[i]);
      live_through(own.back(), network, stages);
      own_wanted.push_back(wanted[i]);
    }
    std::vector<MemoryRegion> share = left;
    for (std::size_t m = 0; m < memories.size(); ++m) {
      const auto bytes = static_cast<std::int64_t>(static_cast<double>(memories[m].size.value()) *
                                                   moved[static_cast<std::size_t>(s)] / all);
      if (s + 1 < count) share[m].size = Bytes(std::min(bytes / kAlignment * kAlignment, left[m].size.value()));
      left[m].base += static_cast<Address>(share[m].size.value());
      left[m].size = left[m].size - share[m].size;
    }
    Placer(network, share, diagnostics, std::move(own)).run(own_wanted, placement);
  }
}

}  // namespace

Placement place_tensors(const network::Network& network, const std::vector<MemoryRegion>& memories,
                        config::Diagnostics& diagnostics, const std::vector<PlacementRule>& rules,
                        std::vector<int> stages, Joins joins) {
  const std::size_t before = diagnostics.errors().size();
  std::vector<StoredData> data = stored_data(network, joins);
  const std::vector<Demand> wanted = demands(rules, data, memories, diagnostics);
  Placement placement;
  placement.joins = std::move(joins);
  if (diagnostics.errors().size() != before) return placement;
  if (stages.empty()) {
    Placer(network, memories, diagnostics, std::move(data)).run(wanted, placement);
  } else {
    place_stages(network, memories, diagnostics, std::move(data), wanted, stages, placement);
  }
  if (diagnostics.errors().size() != before) return placement;
  Placer::complete(network, placement);
  placement.stages = std::move(stages);
  return placement;
}

std::vector<std::size_t> rule_of_tensors(const network::Network& network, const std::vector<MemoryRegion>& memories,
                                         const std::vector<PlacementRule>& rules) {
  std::vector<std::size_t> of(network.tensors.size(), rules.size());
  if (rules.empty()) return of;
  config::Diagnostics unheard;
  const std::vector<StoredData> data = stored_data(network);
  const std::vector<Demand> wanted = demands(rules, data, memories, unheard);
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (data[i].weights || data[i].state || !wanted[i].rule) continue;
    of[data[i].index] = static_cast<std::size_t>(wanted[i].rule - rules.data());
  }
  return of;
}

std::vector<MemoryUse> memory_use(const network::Network& network, const Placement& placement,
                                  const std::vector<MemoryRegion>& memories) {
  std::vector<MemoryUse> use(memories.size());
  const std::size_t stages =
      placement.stages.empty()
          ? 1
          : static_cast<std::size_t>(*std::max_element(placement.stages.begin(), placement.stages.end())) + 1;
  std::vector<std::vector<std::vector<Lifetime>>> lives(memories.size(), std::vector<std::vector<Lifetime>>(stages));
  for (const StoredData& d : stored_data(network, placement.joins)) {
    const Placement::Place& place = d.weights ? placement.parameters[d.index]
                                    : d.state ? placement.states[d.index]
                                              : placement.activations[d.index];
    if (place.memory < 0) continue;
    const auto m = static_cast<std::size_t>(place.memory);
    if (d.weights) use[m].weights += d.bytes;
    const std::size_t stage = placement.stages.empty() ? 0 : static_cast<std::size_t>(placement.stages[home_of(d)]);
    if (!d.weights) lives[m][stage].push_back({d.bytes, d.first, d.last});
    use[m].extent = std::max(use[m].extent, static_cast<std::int64_t>(place.address - memories[m].base) + d.bytes);
  }
  for (std::size_t m = 0; m < memories.size(); ++m) {
    for (const std::vector<Lifetime>& of_stage : lives[m]) use[m].activations += peak_bytes(of_stage);
  }
  return use;
}

}  // namespace subvolt::mapping
