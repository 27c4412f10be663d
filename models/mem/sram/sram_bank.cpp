#include "models/mem/sram/sram_bank.h"

#include <algorithm>

#include "sim/units/counts.h"

namespace subvolt::mem {

using power::PowerState;

bool SramBank::retained(Picoseconds ps, Picoseconds retention_after) const {
  return retention_after >= Picoseconds() && ps >= active_until_ + retention_after;
}

void SramBank::state(kernel::StateKey& key, Picoseconds now, std::int64_t edge, Picoseconds retention_after) const {
  for (const std::int64_t free : free_edge_) key.add_ahead(free, edge);
  key.add_ahead(ready_edge_, edge);
  key.add(off());
  key.at_work_if(active_until_ > now);
  // One that works at this very time goes on without a gap.
  key.add(active_until_ == now);
  key.add(retention_after < Picoseconds() ? Picoseconds()
                                          : std::max(active_until_ + retention_after - now, Picoseconds()));
}

void SramBank::add(Picoseconds from, Picoseconds to, BankState own, const BankSurroundings& around,
                   BankResidency& residency) const {
  if (to <= from) return;
  BankState state = own;
  bool clocked = own == BankState::kActive;
  if (own == BankState::kClockGated && !around.gate_idle && around.domain == PowerState::kOn) {
    state = BankState::kActive;
    clocked = true;
  }
  if (around.domain == PowerState::kRetention) state = std::max(state, BankState::kRetention);
  if (around.domain == PowerState::kOff) state = BankState::kOff;
  residency.ps[static_cast<std::size_t>(state)] += to - from;
  if (clocked && around.domain == PowerState::kOn) {
    residency.clock_edges += around.clock->edges_before(to) - around.clock->edges_before(from);
  }
}

void SramBank::add_idle(Picoseconds from, Picoseconds to, Picoseconds since, const BankSurroundings& around,
                        BankResidency& residency) const {
  if (to <= from) return;
  const Picoseconds down =
      around.retention_after < Picoseconds() ? to : std::clamp(since + around.retention_after, from, to);
  add(from, down, BankState::kClockGated, around, residency);
  add(down, to, BankState::kRetention, around, residency);
}

void SramBank::settle(Picoseconds now, const BankSurroundings& around, BankResidency& residency) {
  const Picoseconds from = settled_;
  if (now <= from) return;
  settled_ = now;
  // Until its next work, during it, and after it.
  const Picoseconds begin = std::clamp(active_from_, from, now);
  const Picoseconds end = std::clamp(active_until_, begin, now);
  if (!off_ && around.gate_idle && around.retention_after < Picoseconds() && around.domain == PowerState::kOn) {
    // As below, of which most accesses need no more than this.
    const Picoseconds active = end - begin;
    residency.ps[static_cast<std::size_t>(BankState::kClockGated)] += now - from - active;
    if (active == Picoseconds()) return;
    residency.ps[static_cast<std::size_t>(BankState::kActive)] += active;
    residency.clock_edges += around.clock->edges_before(end) - around.clock->edges_before(begin);
    return;
  }
  if (off_) {
    // A bank without work ahead has active_until 0, and stays off.
    const Picoseconds woken = active_until_ == Picoseconds() ? now : begin;
    add(from, woken, BankState::kOff, around, residency);
    if (active_until_ == Picoseconds()) return;
    if (active_from_ < now) off_ = false;
  } else {
    add_idle(from, begin, idle_since_, around, residency);
  }
  add(begin, end, BankState::kActive, around, residency);
  add_idle(end, now, active_until_, around, residency);
}

void SramBank::work(Picoseconds begin, Picoseconds end) {
  if (active_until_ > settled_ || (active_until_ == begin && active_until_ > Picoseconds())) {
    active_until_ = std::max(active_until_, end);  // goes on without a gap
    return;
  }
  idle_since_ = active_until_;
  active_from_ = begin;
  active_until_ = end;
}

std::int64_t SramBank::serve(int port, std::int64_t n, std::int64_t first_edge) {
  std::int64_t& free = free_edge_[static_cast<std::size_t>(port)];
  free = std::max({free, first_edge, ready_edge_}) + n;
  return free;
}

std::int64_t SramBank::serve_any(std::int64_t n, std::int64_t first_edge) {
  auto& [a, b] = free_edge_;
  std::int64_t& sooner = a <= b ? a : b;
  std::int64_t& later = a <= b ? b : a;
  sooner = std::max({sooner, first_edge, ready_edge_});
  later = std::max({later, first_edge, ready_edge_});
  if (n <= later - sooner) return sooner += n;  // the other port is busy all the while
  const std::int64_t together = n - (later - sooner);
  sooner = later + ceil_div(together, 2);
  later += together / 2;
  return sooner;
}

}  // namespace subvolt::mem
