// The command schedule of one DRAM channel: pure arithmetic in picoseconds, no SystemC.
//
// Open page. Bursts are served in order of arrival: their column commands in order, one burst at a time on the
// data bus, their activates in order; but a burst's precharge and activate go out as soon as it has arrived
// and its bank and the tRRD/tFAW windows allow, while earlier bursts still transfer. Each burst:
//   row hit       column at max(arrival, tRCD after the activate, direction and bus constraints)
//   row miss      activate first;  row conflict: precharge, activate
// All constraints: dram_timing.h. Not modelled: contention for command pins (LPDDR4: 4 clocks per activate and
// column command, 2 per precharge, against 8 clocks of data per burst) and masked writes (tCCDMW).
//
// Refresh of all banks starts at every multiple of tREFI, fixed on the time axis. A burst whose bank could not
// be precharged by then waits, with all its commands, until the refresh is over; rows are closed afterwards.
// Fixed windows keep a faster memory from ever being delayed by its own earlier work.
//
// Low power. From its arrival a request keeps the device from being quiet, for burst_allowance (dram_timing.h) times
// its bursts. After `power_down_after` of quiet, all banks are precharged as soon as their bursts are done; tRPab later
// clock enable goes down until the next request, but for refreshes (it is up tXP before them). A refresh in the
// meantime stops this time-out for tRFCab: requests may be waiting for its end. So power-down is always that of
// closed banks, and what it costs does not depend on how far off the next refresh is. After `self_refresh_after` of
// quiet, the device refreshes itself.
//
// What a request finds depends on arrivals alone, not on the clock. One that comes after the time-out finds its row
// closed, and its commands wait for tCKE + tXP from its arrival; one that comes after that of self-refresh, for
// tXP + tRPab + tSR + tXSR (an entry cannot be broken off; both cover the worst case). That holds even if earlier
// bursts took so long that they are still under way: their rows are closed after them. Counted from the last data
// instead, the time-out would close rows of a fast memory that a slower one still has open for the next request, and
// the fast one would answer later.
//
// What the idle device does by itself is worked out when somebody asks: no timers.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "models/mem/dram_background.h"
#include "models/mem/dram_timing.h"

namespace subvolt::mem {

struct DramCommand {
  enum class Kind {
    kActivate,
    kRead,
    kWrite,
    kPrecharge,
    kPrechargeAll,
    kRefresh,
    kPowerDownEntry,
    kPowerDownExit,
    kSelfRefreshEntry,
    kSelfRefreshExit
  };
  Kind kind = Kind::kActivate;
  int bank = -1;          // -1: all
  std::int64_t row = -1;  // of activates
  std::int64_t at_ps = 0;
};

enum class DramRowOutcome { kHit, kMiss, kConflict };

struct DramBurst {
  DramRowOutcome outcome = DramRowOutcome::kHit;
  std::int64_t begin_ps = 0;  // first command
  std::int64_t data_begin_ps = 0, data_end_ps = 0;
};

class DramChannel {
 public:
  struct Settings {
    int banks = 8;
    std::int64_t power_down_after_ps = 0;
    std::int64_t self_refresh_after_ps = 0;
  };
  DramChannel(const DramTiming& timing, const Settings& settings);

  // Every command, in the order in which they are worked out: for tests and waveforms.
  void on_command(std::function<void(const DramCommand&)> listener) { on_command_ = std::move(listener); }

  // A request arrives; the commands of its bursts may go out from `earliest_ps` on. Arrivals must not go back.
  void arrive(std::int64_t at_ps, std::int64_t earliest_ps);
  // The next burst of the request that has arrived last.
  DramBurst schedule(bool write, int bank, std::int64_t row);

  // Works out everything before `now_ps`.
  void settle(std::int64_t now_ps);
  std::int64_t take_residency(DramState state) { return background_.take(state); }
  std::int64_t take_refreshes() { return background_.take_refreshes(); }
  const DramTiming& timing() const { return timing_; }

 private:
  struct Bank {
    std::int64_t row = -1;         // -1: closed
    std::int64_t activate_ps = 0;  // earliest
    std::int64_t column_ps = 0;
    std::int64_t precharge_ps = 0;
  };
  struct Plan {
    DramRowOutcome outcome;
    std::int64_t precharge_ps, activate_ps, column_ps;
    std::int64_t closable_ps;  // earliest precharge afterwards
  };
  Plan plan(bool write, const Bank& bank, std::int64_t row) const;
  void commit(const Plan& plan, bool write, int bank, std::int64_t row);
  void stay_awake();
  std::int64_t closing_ps() const;       // when open rows are closed if nothing else comes
  std::int64_t deep_timeout_ps() const;  // of self-refresh
  void idle(std::int64_t until_ps);
  void refresh();
  void enter_power_down(std::int64_t at_ps);
  std::int64_t leave_power_down(std::int64_t at_ps);  // time of the exit
  void enter_self_refresh(std::int64_t at_ps);
  std::int64_t leave_self_refresh(std::int64_t at_ps);
  void close_all(std::int64_t at_ps);
  void issue(DramCommand::Kind kind, std::int64_t at_ps, int bank = -1, std::int64_t row = -1);

  DramTiming timing_;
  Settings settings_;
  std::vector<Bank> banks_;
  int open_ = 0;
  std::int64_t next_read_ps_ = 0, next_write_ps_ = 0, next_precharge_ps_ = 0;
  std::array<std::int64_t, 4> activates_;  // the last four, oldest at next_activate_
  std::size_t next_activate_ = 0;
  std::int64_t next_refresh_ps_;

  std::int64_t last_arrival_ps_ = 0;
  std::int64_t allowance_ps_ = 0;   // of the current request's bursts so far
  std::int64_t quiet_from_ps_ = 0;  // after the longest allowance of all requests
  std::int64_t timeout_ps_;         // of power-down
  std::int64_t rows_done_ps_ = 0;   // when the last of the open rows may be closed
  std::int64_t earliest_ps_ = 0;    // of commands of the current request
  std::int64_t idle_from_ps_ = 0;   // when clock enable may go down
  DramPower power_ = DramPower::kUp;
  std::int64_t power_since_ps_ = 0;
  DramBackground background_;
  std::function<void(const DramCommand&)> on_command_;
};

}  // namespace subvolt::mem
