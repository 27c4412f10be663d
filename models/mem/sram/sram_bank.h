// One bank of an SRAM in time: when its ports are free, in which power state it is, and for how long it was in each.
// No events and no timers: a bank's state is a closed form of its last access, and residency is caught up on demand.
//
//   own state at t      ACTIVE       from the begin of an access to its data (waking included)
//                       CLK_GATED    otherwise,
//                       RETENTION    from `retention_after` after its last access on, if there is such a time
//                       OFF          until the first access, if nothing lives in it
//   in its domain       ON, WAKING, SLEEPING, CLK_GATED: the own state; without leaf clock gates an idle bank's clock
//                       runs as long as the domain is ON, and it counts as ACTIVE
//                       RETENTION: at least RETENTION; OFF: OFF
#pragma once

#include <array>
#include <cstdint>

#include "sim/kernel/clock_domain.h"
#include "sim/kernel/repeat/state_key.h"
#include "sim/power/record/power_state.h"
#include "sim/units/picoseconds.h"

namespace subvolt::mem {

enum class BankState { kActive, kClockGated, kRetention, kOff };
inline constexpr int kBankStates = 4;

// Times and clock edges of one or several banks.
struct BankResidency {
  std::array<Picoseconds, kBankStates> ps{};
  std::int64_t clock_edges = 0;
};

// What surrounds a bank for a while.
struct BankSurroundings {
  power::PowerState domain = power::PowerState::kOn;
  bool gate_idle = true;
  Picoseconds retention_after{-1};  // -1: never
  const kernel::ClockDomain* clock = nullptr;
};

class SramBank {
 public:
  void switch_off() { off_ = true; }
  void hold_data() { off_ = false; }  // before the simulation begins
  bool off() const { return off_ && active_until_ == Picoseconds(); }

  // Down by itself at `ps`, not before the last access ends.
  bool retained(Picoseconds ps, Picoseconds retention_after) const;
  bool idle(Picoseconds ps) const { return ps >= active_until_; }

  // Adds the time since the last call, all of it in the same surroundings.
  void settle(Picoseconds now, const BankSurroundings& around, BankResidency& residency);
  // After settle(): it works from `begin`, not before the settled time, to `end`.
  void work(Picoseconds begin, Picoseconds end);

  // It takes no access before that edge: it wakes until then.
  void wake_until(std::int64_t edge) { ready_edge_ = edge; }

  // All that its future depends on at `now`, up to which it is settled, and at the clock's `edge`.
  void state(kernel::StateKey& key, Picoseconds now, std::int64_t edge, Picoseconds retention_after) const;

  // Edge at which its accesses from `first_edge` on end: `n` on one port, or on whichever of the two is free.
  std::int64_t serve(int port, std::int64_t n, std::int64_t first_edge);
  std::int64_t serve_any(std::int64_t n, std::int64_t first_edge);

 private:
  void add(Picoseconds from, Picoseconds to, BankState own, const BankSurroundings& around,
           BankResidency& residency) const;
  void add_idle(Picoseconds from, Picoseconds to, Picoseconds since, const BankSurroundings& around,
                BankResidency& residency) const;

  std::array<std::int64_t, 2> free_edge_{};  // by port: clock edge at which its next access may begin
  std::int64_t ready_edge_ = 0;
  Picoseconds settled_{};
  Picoseconds idle_since_{};  // up to active_from
  Picoseconds active_from_{};
  Picoseconds active_until_{};
  bool off_ = false;  // up to active_from
};

}  // namespace subvolt::mem
