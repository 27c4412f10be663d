// Everything that components know to happen at some time, in one queue, which a single SystemC process works off.
//
// A component has a Timer for what it does next of its own accord (for several things: agenda.h). What is due at the
// same time happens in the order in which it was asked for; all of it, and what it asks for at that time, comes before
// SystemC's next delta cycle.
//
// In step with SystemC, as every simulation is that begins with sc_start(), the queue's process waits for the next
// time, so that foreign modules find everything where SystemC's own events would have put it. Ahead of SystemC
// (simulate.h) it goes on to the next time by itself, which saves SystemC's work for each.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <systemc>
#include <vector>

#include "sim/kernel/sim_time.h"

namespace subvolt::kernel {

class StateKey;

constexpr Picoseconds kNever = Picoseconds::max();

class Timer {
 public:
  // Among what is due at the same time: in its turn, or after all that has turns.
  enum class Order { kInTurn, kLast };
  explicit Timer(std::function<void()> what, Order order = Order::kInTurn) : what_(std::move(what)), order_(order) {}
  ~Timer() { cancel(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // At `ps`, now or later, unless it is to happen sooner already.
  void at(Picoseconds ps) {
    if (at_ > ps) sooner(ps);
  }
  void cancel();
  // When it is to happen; kNever: it is not.
  Picoseconds at() const { return at_; }

 private:
  friend class Timeline;
  void sooner(Picoseconds ps);
  std::function<void()> what_;
  Order order_;
  Picoseconds at_ = kNever;
};

class Timeline {
 public:
  // There is one simulation per process.
  static Timeline& get();

  void add(Timer& timer, Picoseconds ps);
  void remove(Timer& timer);

  // When the next thing happens that anybody has asked for, in SystemC too; now: there is something left to do at this
  // time. kNever: nothing will happen any more.
  Picoseconds next_time() const;

  // SystemC's processes run before anything else happens here.
  void let_processes_run() { pausing_ = true; }
  // Ahead of SystemC no later time than this is begun.
  void end_at(Picoseconds ps) { end_ = ps; }
  void stop() { stopped_ = true; }
  // What is to happen, but for what `without` does.
  void state(StateKey& key, const Timer& without) const;
  // Its one process.
  const sc_core::sc_object* process() const { return process_; }

 private:
  struct Entry {
    Picoseconds at;
    Timer* timer;
  };
  Timeline();
  void work();  // process
  void wake();  // for the first entry

  std::vector<Entry> entries_;  // few, the first one last
  Picoseconds end_ = kNever;
  bool working_ = false;
  bool pausing_ = true;  // SystemC's processes begin first
  bool stopped_ = false;
  sc_core::sc_event event_;
  const sc_core::sc_object* process_ = nullptr;
};

}  // namespace subvolt::kernel
