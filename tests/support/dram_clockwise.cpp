#include "tests/support/dram_clockwise.h"

#include <algorithm>

namespace subvolt::test {

std::vector<DramEvent> ClockwiseScheduler::run(const std::vector<PlacedBurst>& bursts) {
  refresh_due_ = sheet_.ticks(sheet_.interval);
  std::size_t next = 0;
  for (std::int64_t tick = 0; next < bursts.size() || !waiting_.empty(); ++tick) {
    for (; next < bursts.size() && bursts[next].tick < tick; ++next) waiting_.push_back({bursts[next]});
    clock(tick);
  }
  return out_;
}

bool ClockwiseScheduler::blocked(std::size_t i) const {
  const PlacedBurst& b = waiting_[i];
  return std::any_of(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(i), [&](const PlacedBurst& o) {
    return o.bank == b.bank && o.row == b.row && o.column == b.column && o.write != b.write;
  });
}

bool ClockwiseScheduler::writes_now() const {
  int writes = 0, free_reads = 0, free_writes = 0;
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    writes += waiting_[i].write;
    if (!blocked(i)) ++(waiting_[i].write ? free_writes : free_reads);
  }
  const bool enough = writing_ ? writes > groups_.low : writes >= groups_.high;
  return free_writes > 0 && (free_reads == 0 || enough);
}

ClockwiseScheduler::Candidate ClockwiseScheduler::candidate(int bank, bool write) const {
  const std::int64_t open = rows_[static_cast<std::size_t>(bank)];
  Candidate c;
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    const PlacedBurst& b = waiting_[i];
    if (b.bank != bank || b.write != write || blocked(i)) continue;
    if (b.row == open) return {dram_command(write ? "WR" : "RD"), bank, i, true};
    if (c.command < 0) c = {dram_command(open >= 0 ? "PRE" : "ACT"), bank, i, false};
  }
  if (c.command != dram_command("PRE")) return c;
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    const Waiting& b = waiting_[i];
    if (b.bank == bank && b.opened) return {dram_command(b.write ? "WR" : "RD"), bank, i, true};
  }
  return c;
}

void ClockwiseScheduler::clock(std::int64_t tick) {
  if (tick >= refresh_due_) return refresh(tick);
  const bool write = writes_now();
  Candidate best;
  for (int bank = 0; bank < sheet_.banks; ++bank) {
    const Candidate c = candidate(bank, write);
    if (c.command < 0 || !may(c.command, bank, tick)) continue;
    const bool better =
        best.command < 0 || (c.column && !best.column) || (c.column == best.column && c.burst < best.burst);
    if (better) best = c;
  }
  if (best.command < 0) return;
  writing_ = write;
  issue(best.command, best.bank, waiting_[best.burst].row, tick);
  if (best.command == dram_command("ACT")) waiting_[best.burst].opened = true;
  if (best.column) waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(best.burst));
}

void ClockwiseScheduler::refresh(std::int64_t tick) {
  const bool open = std::any_of(rows_.begin(), rows_.end(), [](std::int64_t row) { return row >= 0; });
  const int command = dram_command(open ? "PREA" : "REFab");
  if (!may(command, -1, tick)) return;
  issue(command, -1, -1, tick);
  for (Waiting& b : waiting_) b.opened = false;
  if (!open) refresh_due_ += sheet_.ticks(sheet_.interval);
}

void ClockwiseScheduler::issue(int command, int bank, std::int64_t row, std::int64_t tick) {
  const bool activate = command == dram_command("ACT");
  timing_.note(command, bank, tick);
  bus_free_ = tick + sheet_.length_of(command);
  out_.push_back({sheet_.time(tick), command, bank, activate ? row : -1});
  if (activate) rows_[static_cast<std::size_t>(bank)] = row;
  if (command == dram_command("PRE")) rows_[static_cast<std::size_t>(bank)] = -1;
  if (command == dram_command("PREA")) std::fill(rows_.begin(), rows_.end(), -1);
}

}  // namespace subvolt::test
