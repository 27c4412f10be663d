#include "models/mem/sram/sram_bank.h"

#include <algorithm>

#include "sim/units/counts.h"

namespace subvolt::mem {

using power::PowerState;

bool SramBank::retained(std::int64_t ps, std::int64_t retention_after_ps) const {
  return retention_after_ps >= 0 && ps >= active_until_ps_ + retention_after_ps;
}

void SramBank::state(kernel::StateKey& key, std::int64_t now_ps, std::int64_t edge,
                     std::int64_t retention_after_ps) const {
  for (const std::int64_t free : free_edge_) key.add_ahead(free, edge);
  key.add_ahead(ready_edge_, edge);
  key.add(off());
  key.at_work_if(active_until_ps_ > now_ps);
  // One that works at this very time goes on without a gap.
  key.add(active_until_ps_ == now_ps);
  key.add(retention_after_ps < 0 ? 0 : std::max<std::int64_t>(active_until_ps_ + retention_after_ps - now_ps, 0));
}

void SramBank::add(std::int64_t from_ps, std::int64_t to_ps, BankState own, const BankSurroundings& around,
                   BankResidency& residency) const {
  if (to_ps <= from_ps) return;
  BankState state = own;
  bool clocked = own == BankState::kActive;
  if (own == BankState::kClockGated && !around.gate_idle && around.domain == PowerState::kOn) {
    state = BankState::kActive;
    clocked = true;
  }
  if (around.domain == PowerState::kRetention) state = std::max(state, BankState::kRetention);
  if (around.domain == PowerState::kOff) state = BankState::kOff;
  residency.ps[static_cast<std::size_t>(state)] += to_ps - from_ps;
  if (clocked && around.domain == PowerState::kOn) {
    residency.clock_edges += around.clock->edges_before(to_ps) - around.clock->edges_before(from_ps);
  }
}

void SramBank::add_idle(std::int64_t from_ps, std::int64_t to_ps, std::int64_t since_ps, const BankSurroundings& around,
                        BankResidency& residency) const {
  if (to_ps <= from_ps) return;
  const std::int64_t down_ps =
      around.retention_after_ps < 0 ? to_ps : std::clamp(since_ps + around.retention_after_ps, from_ps, to_ps);
  add(from_ps, down_ps, BankState::kClockGated, around, residency);
  add(down_ps, to_ps, BankState::kRetention, around, residency);
}

void SramBank::settle(std::int64_t now_ps, const BankSurroundings& around, BankResidency& residency) {
  const std::int64_t from_ps = settled_ps_;
  if (now_ps <= from_ps) return;
  settled_ps_ = now_ps;
  // Until its next work, during it, and after it.
  const std::int64_t begin_ps = std::clamp(active_from_ps_, from_ps, now_ps);
  const std::int64_t end_ps = std::clamp(active_until_ps_, begin_ps, now_ps);
  if (!off_ && around.gate_idle && around.retention_after_ps < 0 && around.domain == PowerState::kOn) {
    // As below, of which most accesses need no more than this.
    const std::int64_t active_ps = end_ps - begin_ps;
    residency.ps[static_cast<std::size_t>(BankState::kClockGated)] += now_ps - from_ps - active_ps;
    if (active_ps == 0) return;
    residency.ps[static_cast<std::size_t>(BankState::kActive)] += active_ps;
    residency.clock_edges += around.clock->edges_before(end_ps) - around.clock->edges_before(begin_ps);
    return;
  }
  if (off_) {
    // A bank without work ahead has active_until 0, and stays off.
    const std::int64_t woken_ps = active_until_ps_ == 0 ? now_ps : begin_ps;
    add(from_ps, woken_ps, BankState::kOff, around, residency);
    if (active_until_ps_ == 0) return;
    if (active_from_ps_ < now_ps) off_ = false;
  } else {
    add_idle(from_ps, begin_ps, idle_since_ps_, around, residency);
  }
  add(begin_ps, end_ps, BankState::kActive, around, residency);
  add_idle(end_ps, now_ps, active_until_ps_, around, residency);
}

void SramBank::work(std::int64_t begin_ps, std::int64_t end_ps) {
  if (active_until_ps_ > settled_ps_ || (active_until_ps_ == begin_ps && active_until_ps_ > 0)) {
    active_until_ps_ = std::max(active_until_ps_, end_ps);  // goes on without a gap
    return;
  }
  idle_since_ps_ = active_until_ps_;
  active_from_ps_ = begin_ps;
  active_until_ps_ = end_ps;
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
