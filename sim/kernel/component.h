// Base of everything that is built into a SoC: a SystemC module that counts its events and knows its clock
// and power domain, but neither volts nor joules.
#pragma once

#include <cstdint>
#include <string>
#include <systemc>
#include <vector>

#include "sim/config/node.h"
#include "sim/kernel/activity_recorder.h"
#include "sim/kernel/clock_domain.h"
#include "sim/kernel/power_domain.h"
#include "sim/units/picoseconds.h"
#include "sim/units/temperature.h"

namespace subvolt::kernel {

class OperatingPoints;
class Repetition;

enum class Fidelity { kBurst, kCycle };

// What surrounds the components of one SoC. Lookups are by instance name ("npu.array") and never fail: the
// SoC has checked that every component has its domains, or reports those that have none after construction.
class Environment {
 public:
  virtual ~Environment() = default;
  virtual ClockDomain& clock_domain_of(const std::string& component) = 0;
  virtual PowerDomain& power_domain_of(const std::string& component) = 0;
  // All of them, for a PowerController that takes control of them.
  virtual std::vector<PowerDomain*> power_domains() { return {}; }
  virtual std::vector<ClockDomain*> clock_domains() { return {}; }
  // Of everything, as the power intent says: decides how often a DRAM must be refreshed.
  virtual Temperature temperature() const { return Temperature::from_celsius(25.0); }
  // Those that the run changes between; nullptr: it has one.
  virtual OperatingPoints* operating_points() { return nullptr; }
  // Where equal work is not simulated again; nullptr: all is.
  virtual Repetition* repetition() { return nullptr; }
  // Cycles of an access to SRAM whose configuration does not say, at the operating point in force.
  virtual Cycles access_cycles(const std::string& /*component*/) const { return Cycles(1); }
  virtual ActivityRecorder& recorder() = 0;
  virtual Fidelity fidelity() const = 0;
  // A document of the library that a component's configuration names, such as a memory device.
  virtual config::Node document(const std::string& kind, const config::Node& name) = 0;
};

// What a component tells about itself once, at construction.
struct Traits {
  std::string kind;
  std::string price_book;  // a device's own; empty: the technology's
  power::Inventory inventory;
  std::vector<power::EventDeclaration> events;
};

class Component : public sc_core::sc_module {
 public:
  const std::string& instance() const { return instance_; }
  ClockDomain& clock() const { return clock_; }
  PowerDomain& power_domain() const { return power_domain_; }

  // Until when it works, as far as it said so; Picoseconds::max(): nobody knows.
  Picoseconds works_until() const { return open_work_ > 0 ? Picoseconds::max() : busy_until_; }
  // For the recorder: brings counts that are kept lazily up to date before an epoch closes.
  virtual void settle() {}
  // All that its future depends on; default: not known, and then no job is repeated in a SoC that has it.
  virtual void state(StateKey& key) const { key.not_known(); }
  void add_to(StateKey& key) const;  // the same, with what it has of this class
  // Tells the log from now on: when it works, and each transaction of its ports. Those that have more to tell, such as
  // commands, add tracks of their own.
  virtual void keep_spans(power::SpanLog& log);
  // Clock edges delivered in [from, to): all of them, or those of busy time when idle units are gated.
  std::int64_t take_clock_cycles(Picoseconds from, Picoseconds to);

 protected:
  Component(sc_core::sc_module_name name, Environment& environment, Traits traits);

  // Events by their position in Traits::events.
  void count(int event, std::int64_t n = 1) { recorder_.count(first_event_ + event, n); }
  void count_for(int task, int event, std::int64_t n = 1) { recorder_.count(first_event_ + event, n, task); }
  void spread(int event, std::int64_t n, Picoseconds begin, Picoseconds end, int task = power::kNobody) {
    recorder_.spread(first_event_ + event, n, begin, end, task);
  }
  // This component works from `begin` (not before now) until `end`: its clock runs, its domain stays up.
  // The domain must be ON at `begin`: see ready_at().
  void busy(Picoseconds begin, Picoseconds end);
  // When work may begin: the first clock edge at which the power domain is ON, waking it if need be.
  Picoseconds ready_at();
  // Work of unknown length; several may overlap. Returns ready_at() at its beginning.
  Picoseconds begin_work();
  // Begins work of unknown length beside some that goes on with power, where there is any; it may begin at the next
  // edge.
  bool join_work() {
    if (open_work_ == 0 || !power_domain_.hold_on()) return false;
    ++open_work_;
    return true;
  }
  void end_work();

  // On a direct path (direct_path.h): `edges` of its clock of work, which the caller has seen to be its own alone; its
  // domain is held.
  void work_directly(std::int64_t edges) { direct_edges_ += edges; }
  // Holds the power domain if it is ON and would not go down in an idle time of `gap`; false: it may not be held.
  bool begin_direct_work(Picoseconds gap);
  void end_direct_work() { power_domain_.release(); }

  Environment& environment() const { return environment_; }
  ActivityRecorder& recorder() const { return recorder_; }

 private:
  void tell_work(power::SpanLog& log, Picoseconds from, Picoseconds to) const;

  Environment& environment_;
  ActivityRecorder& recorder_;
  std::string instance_;
  ClockDomain& clock_;
  PowerDomain& power_domain_;
  EventId first_event_ = 0;
  // Busy time not yet turned into clock edges: disjoint, in order.
  struct Interval {
    Picoseconds begin, end;
  };
  std::vector<Interval> busy_;
  Picoseconds busy_until_{};  // the latest end that busy() was told
  int open_work_ = 0;
  int span_track_ = -1;
  std::int64_t direct_edges_ = 0;  // of work_directly(), in this epoch
};

}  // namespace subvolt::kernel
