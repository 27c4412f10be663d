#include "sim/mapping/npu/chain_layer.h"

#include <algorithm>
#include <map>

#include "sim/mapping/program/footprint.h"

namespace subvolt::mapping {
namespace {

constexpr std::size_t kBuffers = 3;
constexpr std::size_t index(Engine engine) { return static_cast<std::size_t>(engine); }

// Spans of a layer's loads or stores in their order, for asking which is the last that meets another one.
class RangeIndex {
 public:
  void add(const AddressRange& span) { levels_[0].push_back(span); }
  void build() {
    while (levels_.back().size() > 1) {
      const std::vector<AddressRange>& below = levels_.back();
      std::vector<AddressRange> level((below.size() + 1) / 2);
      for (std::size_t i = 0; i < below.size(); ++i) cover(level[i / 2], below[i]);
      levels_.push_back(std::move(level));
    }
  }
  // How many must be done so that none that meets it is left: the number of the last one, counted from 1; 0: none.
  std::int32_t up_to(const AddressRange& span) const {
    return levels_[0].empty() ? 0 : last(levels_.size() - 1, 0, span);
  }

 private:
  static void cover(AddressRange& all, const AddressRange& span) {
    if (span.begin == span.end) return;
    all = all.begin == all.end ? span : AddressRange{std::min(all.begin, span.begin), std::max(all.end, span.end)};
  }
  std::int32_t last(std::size_t level, std::size_t i, const AddressRange& span) const {
    if (i >= levels_[level].size() || !levels_[level][i].meets(span)) return 0;
    if (level == 0) return static_cast<std::int32_t>(i) + 1;
    const std::int32_t right = last(level - 1, 2 * i + 1, span);
    return right > 0 ? right : last(level - 1, 2 * i, span);
  }
  std::vector<std::vector<AddressRange>> levels_{1};  // pairs of the level below
};

const Load* load_of(const Command& command) { return std::get_if<Load>(&command.what); }

// Later steps of a reduction add to the sums of the first.
bool takes_room(const Compute& compute) { return !compute.tile.accumulate; }

// What a layer may hold of each buffer at most.
class Occupancy {
 public:
  explicit Occupancy(const std::vector<Command>& commands) {
    struct Loads {
      std::int64_t fresh = 0, fresh_bytes = 0, most = 0;
      bool overwrite = false;
    };
    std::map<std::pair<Buffer, Operand>, Loads> loads;
    std::int64_t tiles = 0, most_sums = 0;
    bool array = false;
    for (const Command& command : commands) {
      if (const Load* load = load_of(command)) {
        Loads& of = loads[{load->buffer, load->operand}];
        const std::int64_t bytes = load->from.bytes();
        of.most = std::max(of.most, bytes);
        // One that waits for a command overwrites what that was the last to use.
        if (!command.after.empty()) {
          of.overwrite = true;
        } else {
          ++of.fresh;
          of.fresh_bytes += bytes;
        }
      } else if (const auto* compute = std::get_if<Compute>(&command.what)) {
        array = true;
        if (!takes_room(*compute)) continue;
        ++tiles;
        most_sums = std::max(most_sums, sums(*compute));
      }
    }
    for (const auto& [where, of] : loads) {
      bytes_[static_cast<std::size_t>(where.first)] += of.overwrite ? of.fresh * of.most : of.fresh_bytes;
    }
    // Two tiles at a time; what only passes through the vector unit may need more than it loads.
    constexpr std::int64_t kAll = INT64_MAX / 2;
    bytes_[static_cast<std::size_t>(Buffer::kOutput)] += array ? std::min<std::int64_t>(tiles, 2) * most_sums : kAll;
  }
  static std::int64_t sums(const Compute& compute) {
    const Tile& tile = compute.tile;
    return tile.sum.bytes(tile.rows.out * tile.columns.out * tile.groups * tile.channels);
  }
  std::int64_t of(Buffer buffer) const { return bytes_[static_cast<std::size_t>(buffer)]; }

 private:
  std::int64_t bytes_[kBuffers] = {};
};

class Chain {
 public:
  Chain(const LayerProgram& before, const NpuCapabilities& npu)
      : occupied_(before.commands),
        capacity_{npu.input_buffer.value(), npu.weight_buffer.value(), npu.output_buffer.value()} {
    for (const Command& command : before.commands) {
      ++commands_[index(command.engine())];
      if (const Load* load = load_of(command)) loads_.add(range_of(load->from));
      if (const auto* store = std::get_if<Store>(&command.what)) stores_.add(range_of(store->to));
    }
    loads_.build();
    stores_.build();
  }

  void link(LayerProgram& layer) {
    const bool array = std::any_of(layer.commands.begin(), layer.commands.end(),
                                   [](const Command& c) { return c.engine() == Engine::kCompute; });
    std::int64_t taken[kBuffers] = {};
    for (Command& command : layer.commands) {
      command.after_previous = {};
      if (const Load* load = load_of(command)) {
        wait(command, Engine::kStore, stores_.up_to(range_of(load->from)));
        take(command, load->buffer, array ? load->from.bytes() : capacity_[2], taken);
      } else if (const auto* compute = std::get_if<Compute>(&command.what)) {
        if (takes_room(*compute)) take(command, Buffer::kOutput, Occupancy::sums(*compute), taken);
      } else if (const auto* store = std::get_if<Store>(&command.what)) {
        const AddressRange to = range_of(store->to);
        wait(command, Engine::kLoad, loads_.up_to(to));
        wait(command, Engine::kStore, stores_.up_to(to));
      } else if (!array) {
        let_go(command, Buffer::kOutput);
      }
    }
  }

 private:
  static void wait(Command& command, Engine engine, std::int32_t commands) {
    std::int32_t& until = command.after_previous[index(engine)];
    until = std::max(until, commands);
  }

  // What the layer takes of a buffer piles up: what it lets go of again in the meantime is not looked at.
  void take(Command& command, Buffer buffer, std::int64_t bytes, std::int64_t* taken) {
    const auto b = static_cast<std::size_t>(buffer);
    taken[b] = std::min(taken[b] + bytes, INT64_MAX / 4);
    if (taken[b] + occupied_.of(buffer) > capacity_[b]) let_go(command, buffer);
  }

  // Until the layer before has done all that it does with the buffer.
  void let_go(Command& command, Buffer buffer) {
    const auto all = [&](Engine engine) { wait(command, engine, commands_[index(engine)]); };
    all(Engine::kLoad);
    all(Engine::kCompute);
    if (buffer != Buffer::kInput) all(Engine::kVector);
    if (buffer == Buffer::kOutput) all(Engine::kStore);
  }

  Occupancy occupied_;
  std::int64_t capacity_[kBuffers];
  std::array<std::int32_t, kEngines> commands_{};  // by engine
  RangeIndex loads_, stores_;
};

// Of the loads at the very begin of a layer.
void constants_first(std::vector<Command>& commands) {
  const auto end =
      std::find_if(commands.begin(), commands.end(), [](const Command& c) { return !load_of(c) || !c.after.empty(); });
  const auto leading = static_cast<std::size_t>(end - commands.begin());
  std::vector<std::int32_t> order;
  for (const bool constant : {true, false}) {
    for (std::size_t c = 0; c < leading; ++c) {
      if ((load_of(commands[c])->operand != Operand::kInput) == constant) order.push_back(static_cast<std::int32_t>(c));
    }
  }
  std::vector<std::int32_t> now_at(leading);
  std::vector<Command> sorted;
  for (std::size_t i = 0; i < leading; ++i) {
    now_at[static_cast<std::size_t>(order[i])] = static_cast<std::int32_t>(i);
    sorted.push_back(commands[static_cast<std::size_t>(order[i])]);
  }
  std::move(sorted.begin(), sorted.end(), commands.begin());
  for (Command& command : commands) {
    for (std::int32_t& a : command.after) {
      if (a < static_cast<std::int32_t>(leading)) a = now_at[static_cast<std::size_t>(a)];
    }
  }
}

}  // namespace

void chain_layer(const LayerProgram* before, LayerProgram& layer, const NpuCapabilities& npu) {
  constants_first(layer.commands);
  if (before) Chain(*before, npu).link(layer);
}

}  // namespace subvolt::mapping
