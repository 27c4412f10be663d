// One channel of DRAM and its controller in time: kernel::MemoryEngine over a table of timing rows.
//
// Nothing ticks: after each command the next one is worked out, with the time at which it may begin, and the engine
// goes there; column commands that follow each other along a row are counted at once (engine_row.cpp), and the
// refreshes of a long pause without being played (engine_idle.cpp). A request that arrives in tick t is known from tick
// t + 1 on, as after an input register.
//
// Refresh. Falls due at every multiple of the interval. An idle device is refreshed at once; while requests wait, up to
// `postpone` refreshes are put off. One that is not put off any more comes first: no other command is begun, open rows
// are closed with one command, then the device is refreshed. Per bank: the banks take turns, and only the bank whose
// turn it is stands still. Self-refresh ends with a refresh of all banks (JESD79, JESD209: at least one extra refresh
// before the next self-refresh) and an interval that begins anew.
//
// Idle devices go to sleep as the settings say, or as the power manager asks: RETENTION is self-refresh (power-down
// where the device has none), OFF is deep power-down, if the device has it. A request, a refresh that falls due in
// power-down, or a deeper state wakes them; times to enter and leave are rows of the table.
//
// Set-points. A request for another clock closes the queue, lets it run empty, precharges all banks, waits until a
// refresh would be legal, and stands still for set_point_switch.
//
// Events: activate, precharge (one per bank that was open), read, write, io_read, io_write (bursts), refresh,
// refresh_bank; residencies in picoseconds: active_standby, precharge_standby, active_power_down,
// precharge_power_down, self_refresh, deep_power_down, and the standbys at each further set-point
// (active_standby@f800), which sum to the simulated time; termination_read, termination_write (bursts over terminated
// pins) where the settings have resistors. Facts without a price:
// row_hits, row_misses (bank was closed), row_conflicts (another row was open), precharge_commands, power_downs,
// self_refreshes, set_point_switches. Attributes of prices are the device's at its own clock, at which data sheets give
// currents: tRAS_ps, tRP_ps, burst_ps, tRFC_ps, pasr_fraction; clock_ratio is the clock over the device's own.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "models/mem/dram/address_map.h"
#include "models/mem/dram/background.h"
#include "models/mem/dram/completions.h"
#include "models/mem/dram/scheduler.h"
#include "models/mem/dram/tick_clock.h"
#include "sim/kernel/memory_engine.h"
#include "sim/kernel/owned_counts.h"
#include "sim/units/hertz.h"
#include "sim/units/picoseconds.h"

namespace subvolt::mem::dram {

class Engine final : public kernel::MemoryEngine {
 public:
  // `frequency` 0: the device's own. Throws Error(kConfiguration).
  Engine(DeviceConfig device, Settings settings, Hertz frequency);
  static std::vector<power::EventDeclaration> events_of(const DeviceConfig& device, const Settings& settings,
                                                        Hertz frequency);

  Bytes capacity() const override;
  Hertz frequency() const override { return clock_.frequency(); }
  std::int64_t access_bytes() const override { return device_.burst_bytes(); }
  std::int64_t peak_bytes_per_s() const override;
  double share_of_itself() const override;
  std::int64_t trace_address(std::int64_t bank, std::int64_t row, std::int64_t burst) const override;
  Geometry geometry() const override {
    const Organisation& o = device_.organisation;
    return {o.banks.value, o.bank_groups.value, o.rows.value, device_.page_bytes() / device_.burst_bytes()};
  }

  bool offer(const kernel::MemoryAccess& access, Picoseconds now) override;
  void advance(Picoseconds now) override;
  Picoseconds next_time() const override;
  Picoseconds visible_time() const override;
  bool take_completion(Picoseconds until, kernel::MemoryCompletion& completion) override {
    return completions_.take(until, completion);
  }

  Picoseconds serve(const kernel::MemoryAccess& access, Picoseconds now) override;
  std::int64_t repeat(const kernel::MemoryAccess& next, Picoseconds since, Picoseconds period,
                      std::int64_t most) override;

  const std::vector<power::EventDeclaration>& events() const override { return events_; }
  void take_owned(const Taken& taken) override {
    owned_.take(taken);
    owned_.forget([](int) { return true; });
  }
  std::int64_t take(std::size_t event) override;

  void request_state(power::PowerState state, Picoseconds now) override;
  void state(kernel::StateKey& key) const override;  // engine_state.cpp
  std::vector<Hertz> set_points() const override;
  void request_set_point(std::size_t point, Picoseconds now) override;
  Picoseconds busy_time() const override { return busy_time_; }
  void on_command(std::function<void(const Command&)> listener) override { listener_ = std::move(listener); }
  void on_command_count(std::function<void(const char*, std::int64_t)> counter) override {
    counter_ = std::move(counter);
  }

 private:
  using Cmd = dram::Command;
  // Something that the engine does by itself: a command, or the change of set-point.
  struct Step : Choice {
    bool switches = false;
  };

  void set_times();

  // engine_plan.cpp: what comes next.
  Step plan() const;
  Step plan_up(std::int64_t from) const;
  Step plan_power_down(std::int64_t from) const;
  Step plan_asleep(std::int64_t from) const;
  Step plan_idle(std::int64_t from) const;
  Step plan_sleep(std::int64_t from, Cmd entry, std::int64_t at, bool close_rows) const;
  Step plan_timeout(std::int64_t from) const;
  Step command(Cmd c, std::int64_t from, int bank = 0) const;
  Step plan_refresh(std::int64_t from) const;
  Step plan_bank_refresh(std::int64_t from) const;
  std::int64_t refresh_deadline() const;
  std::int64_t self_refresh_time(std::int64_t from) const;
  std::int64_t deep_power_down_time(std::int64_t from) const;
  std::int64_t power_down_time(std::int64_t from) const;
  bool has(Cmd c) const { return table_->has[static_cast<std::size_t>(c)]; }
  const Step& next() const;

  // engine_idle.cpp: pauses without their commands.
  struct Period {  // from a refresh of an idle device on
    std::int64_t begin = 0;
    std::vector<std::int64_t> state, counts;
    std::array<std::int64_t, kCommands> commands{};
  };
  bool ends_period(const Step& step) const;
  std::vector<std::int64_t> idle_state(std::int64_t& until) const;
  void count_idle(std::int64_t limit);
  void forget_period();
  void repeat(const Period& period, std::int64_t length, std::int64_t times);

  // engine_state.cpp: rests of whoever uses it.
  bool settled() const;

  // engine_row.cpp: column commands along a row.
  bool one_by_one() const { return static_cast<bool>(listener_); }
  void follow(const Step& first, std::int64_t limit);
  std::int64_t first_of_others(int bank_in_use) const;

  // engine_alone.cpp: accesses that come one by one.
  struct Alone {         // since an access that found nobody waiting
    bool plain = false;  // nothing but column commands to an open row, all of one kind
    Cmd command = Cmd::kRead;
    int bank = 0;
    std::int64_t row = -1;
    std::int64_t arrival = 0;           // tick
    std::vector<std::int64_t> offsets;  // of its commands, ticks after its arrival
    void begin(std::int64_t tick);
    // So many commands, the last of which is `step`; `hit`: the first found its row open.
    void add(const Step& step, std::int64_t row, bool hit, std::int32_t commands, std::int64_t distance);
    bool as(const Alone& other) const;
  };
  struct Steady {  // an access as those that were repeated: each `period` ticks after the one before
    Alone access;
    std::int64_t period = 0;
    std::int64_t settled = 0, bus_free = 0, data_end = 0, quiet_since = 0, last_use = 0;  // after its arrival
  };
  bool repeats(std::int64_t period) const;
  bool falls_into(std::int64_t arrival, std::int64_t period) const;
  void keep_as_steady(std::int64_t period);
  std::int64_t next_alarm(int bank_in_use) const;

  // engine_issue.cpp: what a command does.
  void perform(const Step& step);
  void issue_column(const Step& step);
  void columns_went(const Step& last, std::int32_t bursts, std::int64_t distance);
  void close(int bank, std::int64_t at, int task = power::kNobody);
  void close_all(std::int64_t at);
  void refreshed(const Step& step);
  void enter(Mode mode, const Step& step);
  void leave(const Step& step);
  void change_set_point(std::int64_t at);
  void count(std::size_t event, std::int64_t n = 1, int task = power::kNobody) {
    if (task == power::kNobody) {
      counts_[event] += n;
    } else {
      owned_.add(task, event, counts_.size(), n);
    }
  }

  DeviceConfig device_;
  Settings settings_;
  AddressMap map_;
  std::vector<TimingTable> tables_;  // by set-point
  std::size_t point_ = 0, wanted_point_ = 0;
  const TimingTable* table_;
  Hertz own_frequency_;
  TickClock clock_;
  TimingState timing_;
  std::vector<Bank> banks_;
  RequestQueue queue_;
  Scheduler scheduler_;
  Completions completions_;
  Background background_;
  std::vector<power::EventDeclaration> events_;
  std::vector<std::int64_t> counts_;  // that are nobody's
  kernel::OwnedCounts owned_;
  bool terminated_;
  std::function<void(const Command&)> listener_;
  std::function<void(const char*, std::int64_t)> counter_;
  std::array<std::int64_t, kCommands> commands_{};  // so far
  std::optional<Period> period_;                    // that may turn out to repeat
  Alone last_, before_;                             // accesses
  Steady steady_;

  std::int64_t page_timeout_ = 0, power_down_after_ = 0, self_refresh_after_ = 0, deep_power_down_after_ = 0;  // ticks
  std::int64_t now_ = 0;          // everything up to this tick has happened
  Picoseconds busy_time_{};       // of the data pins
  Picoseconds now_time_{};        // of the last advance()
  std::int64_t bus_free_ = 0;     // of the command bus
  std::int64_t data_end_ = 0;     // of the last burst
  std::int64_t quiet_since_ = 0;  // last arrival or end of data
  std::int64_t refresh_due_ = 0;  // of the oldest refresh that has not been done
  std::int64_t bank_refresh_due_ = 0;
  int refresh_bank_ = 0;  // whose turn it is; LPDDR3 devices count, too: from 0 after REFab and self-refresh
  int open_banks_ = 0;
  Mode mode_ = Mode::kUp;
  power::PowerState wanted_state_ = power::PowerState::kOn;
  bool asleep_on_request_ = false;
  bool extra_refresh_ = false;       // owed after self-refresh
  bool sleep_with_refresh_ = false;  // a refresh fell due in power-down, where the settings go on to self-refresh
  std::int64_t refused_ = 0;         // bursts of an access that waits for room
  Direction refused_direction_ = kReads;
  mutable bool planned_ = false;
  mutable Step step_;
};

}  // namespace subvolt::mem::dram
