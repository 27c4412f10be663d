#include "sim/mapping/npu/chain_layer.h"

#include <algorithm>

#include "sim/mapping/npu/buffer_occupancy.h"
#include "sim/mapping/program/footprint.h"

namespace subvolt::mapping {
namespace {

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

class Chain {
 public:
  Chain(const LayerProgram& before, const NpuCapabilities& npu)
      : occupied_(before.commands),
        before_(footprint_of(before)),
        capacity_{npu.input_buffer.value(), npu.weight_buffer.value(), npu.output_buffer.value()} {
    for (const Command& command : before.commands) {
      ++commands_[index(command.engine())];
      if (const auto* load = std::get_if<Load>(&command.what)) loads_.add(hull_of(load->from));
      if (const auto* store = std::get_if<Store>(&command.what)) stores_.add(hull_of(store->to));
    }
    loads_.build();
    stores_.build();
  }

  void link(LayerProgram& layer) {
    const bool array = std::any_of(layer.commands.begin(), layer.commands.end(),
                                   [](const Command& c) { return c.engine() == Engine::kCompute; });
    std::int64_t taken[kBuffers] = {};
    // Rows of two tensors may lie between each other: then neither waits.
    const Footprint own = footprint_of(layer);
    const bool reads_stored = meet(own.reads, before_.writes);
    const bool writes_loaded = meet(own.writes, before_.reads);
    const bool writes_stored = meet(own.writes, before_.writes);
    for (Command& command : layer.commands) {
      command.after_previous = {};
      if (const auto* load = std::get_if<Load>(&command.what)) {
        if (reads_stored) wait(command, Engine::kStore, stores_.up_to(hull_of(load->from)));
        take(command, load->buffer, array ? load->from.bytes() : capacity_[2], taken);
      } else if (const auto* compute = std::get_if<Compute>(&command.what)) {
        if (takes_room(*compute)) take(command, Buffer::kOutput, sum_bytes(*compute), taken);
      } else if (const auto* store = std::get_if<Store>(&command.what)) {
        const AddressRange to = hull_of(store->to);
        if (writes_loaded) wait(command, Engine::kLoad, loads_.up_to(to));
        if (writes_stored) wait(command, Engine::kStore, stores_.up_to(to));
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
    const bool output = buffer == Buffer::kOutput;
    const std::int64_t room = capacity_[b] - taken[b];
    if (output && !occupied_.array()) return let_go(command, buffer);
    const Engine engine = output ? Engine::kStore : Engine::kCompute;
    const std::int32_t done = occupied_.of(buffer).done_for(room);
    if (done >= commands_[index(engine)] && done > 0) return let_go(command, buffer);
    wait(command, engine, done);
  }

  // Until the layer before has done all that it does with the buffer.
  void let_go(Command& command, Buffer buffer) {
    const auto all = [&](Engine engine) { wait(command, engine, commands_[index(engine)]); };
    all(Engine::kLoad);
    all(Engine::kCompute);
    if (buffer != Buffer::kInput) all(Engine::kVector);
    if (buffer == Buffer::kOutput) all(Engine::kStore);
  }

  Occupancies occupied_;
  Footprint before_;
  std::int64_t capacity_[kBuffers];
  std::array<std::int32_t, kEngines> commands_{};  // by engine
  RangeIndex loads_, stores_;
};

// Of the loads at the very begin of a layer.
void constants_first(std::vector<Command>& commands) {
  const auto end = std::find_if(commands.begin(), commands.end(),
                                [](const Command& c) { return c.engine() != Engine::kLoad || !c.after.empty(); });
  const auto leading = static_cast<std::size_t>(end - commands.begin());
  std::vector<std::int32_t> order;
  for (const bool constant : {true, false}) {
    for (std::size_t c = 0; c < leading; ++c) {
      if ((std::get<Load>(commands[c].what).operand != Operand::kInput) == constant)
        order.push_back(static_cast<std::int32_t>(c));
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
