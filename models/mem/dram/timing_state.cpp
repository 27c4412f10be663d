#include "models/mem/dram/timing_state.h"

#include <algorithm>
#include <limits>

namespace subvolt::mem::dram {
namespace {
constexpr std::int64_t kLongAgo = std::numeric_limits<std::int64_t>::min() / 2;
}

TimingState::TimingState(const TimingTable& table, int banks, int bank_groups)
    : table_(&table),
      bank_groups_(bank_groups),
      groups_(static_cast<std::size_t>(bank_groups)),
      banks_(static_cast<std::size_t>(banks)) {
  restart(table, 0);
}

void TimingState::restart(const TimingTable& table, std::int64_t at) {
  table_ = &table;
  rank_.fill(at);
  for (Earliest& e : groups_) e.fill(at);
  for (Earliest& e : banks_) e.fill(at);
  windows_.clear();
  counted_ = 0;
  for (const TimingTable::Window& w : table.windows) {
    counted_ |= w.from;
    windows_.push_back({std::vector<std::int64_t>(static_cast<std::size_t>(w.count), kLongAgo), 0});
  }
}

void TimingState::append_bounds(std::int64_t now, std::vector<std::int64_t>& out) const {
  const auto append = [&](std::int64_t bound) { out.push_back(std::max<std::int64_t>(bound - now, 0)); };
  for (const std::int64_t bound : rank_) append(bound);
  for (const Earliest& group : groups_) std::for_each(group.begin(), group.end(), append);
  for (const Earliest& bank : banks_) std::for_each(bank.begin(), bank.end(), append);
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    const Window& window = windows_[i];
    for (std::size_t k = 0; k < window.last.size(); ++k) {
      append(window.last[(window.next + k) % window.last.size()] + table_->windows[i].ticks);
    }
  }
}

void TimingState::shift(std::int64_t now, std::int64_t by) {
  const auto move = [&](std::int64_t& bound) {
    if (bound > now) bound += by;
  };
  std::for_each(rank_.begin(), rank_.end(), move);
  for (Earliest& group : groups_) std::for_each(group.begin(), group.end(), move);
  for (Earliest& bank : banks_) std::for_each(bank.begin(), bank.end(), move);
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    for (std::int64_t& last : windows_[i].last) {
      if (last + table_->windows[i].ticks > now) last += by;
    }
  }
}

void TimingState::issue(Command c, int bank, std::int64_t at) {
  std::int64_t* const scopes[] = {banks_[static_cast<std::size_t>(bank)].data(),
                                  groups_[static_cast<std::size_t>(bank % bank_groups_)].data(), rank_.data()};
  static_assert(static_cast<int>(Level::kBank) == 0 && static_cast<int>(Level::kRank) == 2, "by Level");
  for (const TimingTable::Distance& d : table_->after[static_cast<std::size_t>(c)]) {
    std::int64_t& first = scopes[static_cast<std::size_t>(d.level)][static_cast<std::size_t>(d.to)];
    first = std::max(first, at + d.ticks);
  }
  if (!counted(c)) return;
  const std::uint32_t bit = std::uint32_t{1} << index(c);
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    const TimingTable::Window& rule = table_->windows[i];
    if ((rule.from & bit) == 0) continue;
    Window& window = windows_[i];
    window.last[window.next] = at + table_->length[static_cast<std::size_t>(c)];
    window.next = (window.next + 1) % window.last.size();
    const std::int64_t first = window.last[window.next] + rule.ticks;
    for (int to = 0; to < kCommands; ++to) {
      if ((rule.to & (std::uint32_t{1} << to)) == 0) continue;
      const auto i_to = static_cast<std::size_t>(to);
      rank_[i_to] = std::max(rank_[i_to], first - table_->length[i_to]);
    }
  }
}

}  // namespace subvolt::mem::dram
