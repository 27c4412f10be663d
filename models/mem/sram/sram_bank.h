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

namespace subvolt::mem {

enum class BankState { kActive, kClockGated, kRetention, kOff };
inline constexpr int kBankStates = 4;

// Times and clock edges of one or several banks.
struct BankResidency {
  std::array<std::int64_t, kBankStates> ps{};
  std::int64_t clock_edges = 0;
};

// What surrounds a bank for a while.
struct BankSurroundings {
  power::PowerState domain = power::PowerState::kOn;
  bool gate_idle = true;
  std::int64_t retention_after_ps = -1;  // -1: never
  const kernel::ClockDomain* clock = nullptr;
};

class SramBank {
 public:
  void switch_off() { off_ = true; }
  void hold_data() { off_ = false; }  // before the simulation begins
  bool off() const { return off_ && active_until_ps_ == 0; }

  // Down by itself at `ps`, not before the last access ends.
  bool retained(std::int64_t ps, std::int64_t retention_after_ps) const;
  bool idle(std::int64_t ps) const { return ps >= active_until_ps_; }

  // Adds the time since the last call, all of it in the same surroundings.
  void settle(std::int64_t now_ps, const BankSurroundings& around, BankResidency& residency);
  // After settle(): it works from `begin_ps`, not before the settled time, to `end_ps`.
  void work(std::int64_t begin_ps, std::int64_t end_ps);

  // It takes no access before that edge: it wakes until then.
  void wake_until(std::int64_t edge) { ready_edge_ = edge; }

  // All that its future depends on at `now_ps`, up to which it is settled, and at the clock's `edge`.
  void state(kernel::StateKey& key, std::int64_t now_ps, std::int64_t edge, std::int64_t retention_after_ps) const;

  // Edge at which its accesses from `first_edge` on end: `n` on one port, or on whichever of the two is free.
  std::int64_t serve(int port, std::int64_t n, std::int64_t first_edge);
  std::int64_t serve_any(std::int64_t n, std::int64_t first_edge);

 private:
  void add(std::int64_t from_ps, std::int64_t to_ps, BankState own, const BankSurroundings& around,
           BankResidency& residency) const;
  void add_idle(std::int64_t from_ps, std::int64_t to_ps, std::int64_t since_ps, const BankSurroundings& around,
                BankResidency& residency) const;

  std::array<std::int64_t, 2> free_edge_{};  // by port: clock edge at which its next access may begin
  std::int64_t ready_edge_ = 0;
  std::int64_t settled_ps_ = 0;
  std::int64_t idle_since_ps_ = 0;  // up to active_from
  std::int64_t active_from_ps_ = 0;
  std::int64_t active_until_ps_ = 0;
  bool off_ = false;  // up to active_from
};

}  // namespace subvolt::mem
