#include "sim/mapping/npu/buffer_occupancy.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace subvolt::mapping {

void Occupancy::add(std::int64_t bytes, std::int32_t from, std::int32_t until) {
  until = std::max(until, from + 1);
  const auto size = static_cast<std::size_t>(until) + 1;
  if (held_.size() < size) held_.resize(size);
  held_[static_cast<std::size_t>(from)] += bytes;
  held_[static_cast<std::size_t>(until)] -= bytes;
}

void Occupancy::build() {
  std::int64_t held = 0;
  for (std::int64_t& h : held_) h = held += h;
  for (std::size_t i = held_.size(); i-- > 1;) held_[i - 1] = std::max(held_[i - 1], held_[i]);
}

std::int32_t Occupancy::done_for(std::int64_t bytes) const {
  return static_cast<std::int32_t>(std::lower_bound(held_.begin(), held_.end(), bytes, std::greater<>()) -
                                   held_.begin());
}

std::int64_t sum_bytes(const Compute& compute) {
  const Tile& tile = compute.tile;
  return tile.sum.bytes(tile.rows.out * tile.columns.out * tile.groups * tile.channels);
}

Occupancies::Occupancies(const std::vector<Command>& commands) {
  std::array<std::int32_t, kEngines> counted{};
  for (const Command& command : commands) {
    number_.push_back(++counted[index(command.engine())]);
    array_ = array_ || command.engine() == Engine::kCompute;
  }
  if (array_) fill(commands);
  for (Occupancy& o : each_) o.build();
}

void Occupancies::fill(const std::vector<Command>& commands) {
  const std::vector<std::int32_t> last = last_users(commands);
  struct Sums {
    std::int64_t bytes;
    std::int32_t from, until;  // stores
  };
  std::vector<Sums> tiles;
  std::size_t stored = 0;
  for (std::size_t c = 0; c < commands.size(); ++c) {
    if (const auto* load = std::get_if<Load>(&commands[c].what)) {
      std::int32_t from = 0;
      for (const std::int32_t a : commands[c].after) from = std::max(from, compute_at(commands, a));
      each_[static_cast<std::size_t>(load->buffer)].add(load->from.bytes() + load->beside, from, last[c]);
    } else if (const auto* compute = std::get_if<Compute>(&commands[c].what)) {
      if (!takes_room(*compute)) continue;
      std::int32_t from = 0;
      for (const std::int32_t a : commands[c].after) {
        const auto before = static_cast<std::size_t>(a);
        if (commands[before].engine() == Engine::kStore) from = std::max(from, number_[before]);
      }
      tiles.push_back({sum_bytes(*compute), from, 0});
    } else if (std::holds_alternative<Store>(commands[c].what) && stored < tiles.size()) {
      tiles[stored++].until = number_[c];
    }
  }
  for (const Sums& s : tiles) each_[static_cast<std::size_t>(Buffer::kOutput)].add(s.bytes, s.from, s.until);
}

// How many computes are done when command `c` is.
std::int32_t Occupancies::compute_at(const std::vector<Command>& commands, std::int32_t c) const {
  for (; c >= 0; --c) {
    const auto at = static_cast<std::size_t>(c);
    if (commands[at].engine() == Engine::kCompute) return number_[at];
  }
  return 0;
}

// By load: the last compute that uses it. Of each kind of data, a load that waits for a command overwrites the oldest,
// which that was the last to use; what nobody overwrites stays to the end, and so do biases, which are few and no
// compute's.
std::vector<std::int32_t> Occupancies::last_users(const std::vector<Command>& commands) const {
  const auto computes = static_cast<std::int32_t>(
      std::count_if(commands.begin(), commands.end(), [](const Command& c) { return c.engine() == Engine::kCompute; }));
  std::vector<std::int32_t> last(commands.size(), computes);
  struct Kind {
    std::vector<std::size_t> loads;
    std::size_t overwritten = 0;
  };
  std::map<std::pair<Buffer, Operand>, Kind> kinds;
  for (std::size_t c = 0; c < commands.size(); ++c) {
    const auto* load = std::get_if<Load>(&commands[c].what);
    if (!load || load->operand == Operand::kBias) continue;
    Kind& kind = kinds[{load->buffer, load->operand}];
    if (!commands[c].after.empty() && kind.overwritten < kind.loads.size()) {
      std::int32_t until = 0;
      for (const std::int32_t a : commands[c].after) until = std::max(until, compute_at(commands, a));
      last[kind.loads[kind.overwritten++]] = until;
    }
    kind.loads.push_back(c);
  }
  return last;
}

}  // namespace subvolt::mapping
