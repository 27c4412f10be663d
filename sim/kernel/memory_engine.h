// How a memory behaves in time, without SystemC: one set of rules that the TLM-2.0 target in a SoC and the bench of
// `subvolt memtrace` both drive, so that what the bench measures is what the SoC gets.
//
// Time goes forward only: the `now` of a call is never before that of an earlier one. An access that arrives at
// some time can influence only what happens later than that, so everything up to and including `now` is settled
// once advance(now) has returned.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "sim/kernel/repeat/state_key.h"
#include "sim/power/record/activity_record.h"
#include "sim/power/record/power_state.h"
#include "sim/units/counts.h"
#include "sim/units/hertz.h"
#include "sim/units/picoseconds.h"

namespace subvolt::kernel {

// All of it must lie inside the memory's capacity.
struct MemoryAccess {
  std::uint32_t id = 0;  // the caller's; comes back with the completion
  bool write = false;
  std::int64_t address = 0;   // bytes from the begin of the memory
  std::int64_t bytes = 0;     // > 0; the memory cuts it into what its interface moves at a time
  int task = power::kNobody;  // on whose behalf
};

// Reads: the last data have left the memory. Writes: the last data have been taken.
struct MemoryCompletion {
  std::uint32_t id = 0;
  Picoseconds at{};
};

class MemoryEngine {
 public:
  static constexpr Picoseconds kNever = Picoseconds::max();

  virtual ~MemoryEngine() = default;
  virtual Bytes capacity() const = 0;
  // Of the interface: what requests and total_cycles of a trace count.
  virtual Hertz frequency() const = 0;
  // What one access of a request trace moves: a burst.
  virtual std::int64_t access_bytes() const = 0;
  // Of the data pins, however they are used.
  virtual std::int64_t peak_bytes_per_s() const = 0;
  // Address of a trace's (bank, row, burst), which the reference traces use for every memory.
  virtual std::int64_t trace_address(std::int64_t bank, std::int64_t row, std::int64_t burst) const = 0;

  // Rows and banks, where it has them; 0 banks: it has not. `bursts`: accesses of a row. The low bits of a bank are its
  // group.
  struct Geometry {
    std::int64_t banks = 0, bank_groups = 1, rows = 0, bursts = 0;
  };
  virtual Geometry geometry() const { return {}; }

  // Takes an access that arrives now, or says no because it has no room. Call advance(now) before.
  virtual bool offer(const MemoryAccess& access, Picoseconds now) = 0;
  // Everything up to and including `now` happens.
  virtual void advance(Picoseconds now) = 0;
  // When something happens next of its own accord, such as a command or the end of a latency; room for another
  // access comes only with such a thing. kNever: nothing until the next access.
  virtual Picoseconds next_time() const = 0;
  // A bound, later than the last advance(): before it no completion falls due that is not known yet, and no room
  // appears for an access that was refused. For callers that would rather sleep than follow every step.
  virtual Picoseconds visible_time() const = 0;
  // Known completions in order of time; false: none at or before `until`.
  virtual bool take_completion(Picoseconds until, MemoryCompletion& completion) = 0;

  // An access for which nothing waits, from its arrival to the end of its data; returns when that is. Time goes on to
  // where that is known.
  virtual Picoseconds serve(const MemoryAccess& access, Picoseconds now);
  // DirectTarget::repeat(), for accesses that were served one by one.
  virtual std::int64_t repeat(const MemoryAccess& next, Picoseconds since, Picoseconds period, std::int64_t most) {
    return static_cast<void>(next), static_cast<void>(since), static_cast<void>(period), static_cast<void>(most), 0;
  }

  // What it counts: events and residencies (picoseconds; their price has the form of a power). Constant.
  virtual const std::vector<power::EventDeclaration>& events() const = 0;
  // Whether the event is the time in one of the states that follow each other: all of these sum to the time.
  virtual bool is_residency(std::size_t event) const {
    return !events()[event].price.empty() && events()[event].cause == power::Cause::kBackground;
  }
  // Counted on behalf of tasks since the last call, up to the last advance(); `event` is a position in events().
  using Taken = std::function<void(int task, std::size_t event, std::int64_t n)>;
  virtual void take_owned(const Taken&) {}
  // The same of what is nobody's: all but what accesses with a task have caused.
  virtual std::int64_t take(std::size_t event) = 0;

  // What the power manager asks for: RETENTION is self-refresh or its like, OFF deep power-down without contents, ON
  // wakes. A memory without such a mode ignores the request. An access wakes it by itself.
  virtual void request_state(power::PowerState, Picoseconds) {}
  // Runs the interface on another of its set-points once it is idle: index into set_points(). Frequencies in hertz.
  virtual std::vector<Hertz> set_points() const { return {frequency()}; }
  virtual void request_set_point(std::size_t, Picoseconds) {}
  // Of its time, what it is not there for anybody: refreshes.
  virtual double share_of_itself() const { return 0.0; }
  // Time for which data pins have been in use so far.
  virtual Picoseconds busy_time() const { return {}; }

  // All that its future depends on, after advance(); default: not known, and then no job is repeated in a SoC with it.
  virtual void state(StateKey& key) const { key.not_known(); }

  // For tests, the bench and views: each command at its time, in order. `row` -1 and `bank` -1: none or all.
  enum class RowChange { kNone, kOpens, kCloses };
  struct Command {
    Picoseconds at{};
    const char* name = "";  // "ACT", "RD", "REFab"
    int bank = -1;
    std::int64_t row = -1;
    RowChange row_change = RowChange::kNone;  // of its bank, or of all
  };
  virtual void on_command(std::function<void(const Command&)>) {}
  // For those who only count: how many commands of a name there have been more. A pause may be told as a whole.
  virtual void on_command_count(std::function<void(const char* name, std::int64_t more)> counter) {
    if (!counter) return on_command({});
    on_command([counter](const Command& command) { counter(command.name, 1); });
  }

 protected:
  // Time goes on until the end of the only access's data is known; returns it.
  Picoseconds data_end(Picoseconds now);
};

}  // namespace subvolt::kernel
