// What a simulation leaves behind: integers, by component and epoch. No volts, no joules.
//
// The record carries everything that pricing needs besides the power intent and the technology: which
// components there are, in which domains, what they are made of, which events they counted. The same
// frequencies give the same record under every technology.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/field_type.h"
#include "sim/config/sourced/quality.h"
#include "sim/power/record/losses.h"
#include "sim/power/record/power_state.h"
#include "sim/power/record/slept.h"
#include "sim/units/hertz.h"
#include "sim/units/picoseconds.h"

namespace subvolt::power {

// 1.1: jobs and tasks. Records of 1.0 are of one job, and each of their layers is a task.
// 1.2: roles of events. Those of older records follow from the names that such events had.
// 1.3: several operating points; the barrier, accelerators, and which of them ran a layer. Older records are of runs at
// one point with one barrier for the whole SoC and one accelerator.
// 1.4: how much of an event there can be, of which older records say nothing; jobs that are like others, of which they
// have none.
// 1.5: cycles of a layer on its accelerator, and what the mapper took them for.
// 1.6: what these were lost to, and how soon the layer's bytes can pass. Older records do not tell.
// 1.7: how long a power domain had slept when it wakes. Older records do not tell.
inline constexpr const char* kRecordSchemaVersion = "1.7";

// No run lasts longer, 26 days, so that sums of its times and of its counts fit into 64 bits.
inline constexpr Picoseconds kLongestRecord{std::int64_t{1} << 61};

// Why energy was spent (design words; background, refresh and io are DRAM's own).
enum class Cause { kSwitching, kClockTree, kLeakage, kRetention, kTransition, kSupplyLoss, kBackground, kRefresh, kIo };
inline constexpr int kCauses = 9;
const char* to_text(Cause cause);  // "switching", "clock_tree", ...

// What an event is besides its price: layers and totals add up events by role, so that no name means anything.
enum class EventRole {
  kNone,
  kMac,        // one multiplication and accumulation of the network, in any format
  kReadBytes,  // bytes read, in the layer's traffic as "<component>.read"
  kWriteBytes,
  kIdleMac,  // a multiplier that has nothing to multiply while others do, for a cycle
};
inline constexpr int kEventRoles = 5;
const char* to_text(EventRole role);  // "none", "mac", "read_bytes", "write_bytes", "idle_mac"

// A kind of micro-event that a component counts and the unit energy it wants from a price book. An empty
// price says that the event is a statistic (bytes moved, cycles stalled): a fact without energy.
struct EventDeclaration {
  std::string name;   // "read": the account is "<component>.read"
  std::string price;  // key in the price book: "sram.read"
  Cause cause = Cause::kSwitching;
  std::string meaning;  // what one count is
  // Sizes on which the unit energy depends: {"capacity_B", 65536}, {"word_B", 16}.
  std::vector<std::pair<std::string, double>> attributes;
  EventRole role = EventRole::kNone;
  // What the hardware can do at most, by which edited records are found out: so many counts per edge of the component's
  // clock, or per picosecond of a time in a state; 0: not said.
  std::int64_t most_per_cycle = 0;
  std::int64_t most_per_ps = 0;
  Loss loss = {};  // of an accelerator: what its layers lose with each count (losses.h)
  const double* attribute(const std::string& wanted) const;  // null: it has no such size
};

// Events with what there can be of some of them, by name.
using EventLimits = std::vector<std::pair<std::string, std::int64_t>>;
std::vector<EventDeclaration> limited(std::vector<EventDeclaration> events, const EventLimits& most_per_cycle,
                                      const EventLimits& most_per_ps = {});

// What a component is made of: the base of its clock tree energy and leakage.
struct Inventory {
  std::int64_t logic_gates = 0;  // NAND2 equivalents, flip-flops included
  std::int64_t flip_flops = 0;   // clock pins
  std::int64_t sram_bits = 0;
  std::string basis;  // where the numbers come from, for explain
  config::Quality quality = config::Quality::kEstimated;
};

struct ComponentDeclaration {
  std::string name;  // "npu.array"
  std::string kind;  // "mac_array"
  std::string power_domain;
  std::string clock_domain;
  std::string price_book;  // a memory device's own book ("lpddr4_3200"); empty: the technology's
  Inventory inventory;
  std::vector<EventDeclaration> events;
};

// A layer of a job on its runner: on whose behalf events happen.
struct Task {
  std::int32_t job = 0;    // index into jobs
  std::int32_t layer = 0;  // index into layers
  Picoseconds begin{};
  Picoseconds end{};
  std::int64_t times = 1;  // for its job and those that are like it; all that epochs have of it is of all of them
};
inline constexpr std::int32_t kNobody = -1;   // no task
inline constexpr std::int32_t kSeveral = -2;  // of an epoch: more than one at work
inline constexpr std::int32_t kSettled = -1;  // of an epoch: no change of the operating point is under way
inline constexpr std::int32_t kNotLike = -1;  // of a job: it was simulated

// One arrival of a stream's work: an inference, or as many as the batch of its network.
struct JobActivity {
  std::string stream;
  std::int64_t number = 0;  // within its stream, from 0
  std::int64_t inferences = 1;
  Picoseconds released{};
  Picoseconds deadline{-1};  // absolute; -1: none
  Picoseconds begin{};       // of its first task, or of the change to that task's operating point
  Picoseconds end{};         // of its last one
  // The job of which it is a repetition, all of it as long after as it was released: it has no tasks of its own. Only
  // in a record without timeline.
  std::int32_t like = kNotLike;
  bool met_deadline() const { return deadline < Picoseconds() || end <= deadline; }
};

// Event ids number all declared events through: component 0's events first.
struct EventCount {
  std::int32_t event = 0;
  std::int64_t count = 0;
  friend bool operator==(const EventCount& a, const EventCount& b) { return a.event == b.event && a.count == b.count; }
};

// An event on behalf of a task that is not the epoch's.
struct OwnedCount {
  std::int32_t task = kNobody;
  std::int32_t event = 0;
  std::int64_t count = 0;
  friend bool operator==(const OwnedCount& a, const OwnedCount& b) {
    return a.task == b.task && a.event == b.event && a.count == b.count;
  }
};

// A span of time with one operating point, one power state per domain and the same tasks at work.
//
// Costs of time (leakage, clock edges, a DRAM's background) are nobody's doing: they belong to the task at work if it
// is the only one, and to nobody if there are none or several, for no key by which to share them would be true.
struct Epoch {
  Picoseconds begin{};
  Picoseconds end{};
  std::int32_t task = kNobody;       // index into tasks: the only one at work; kNobody, kSeveral
  std::int32_t operating_point = 0;  // index into operating_points
  // While rails and clocks settle at it, the one that they come from: clocks that change stand still; kSettled.
  std::int32_t settling_from = kSettled;
  std::int64_t pieces = 1;         // of the run: more in a record without timeline
  std::vector<PowerState> states;  // by power domain
  std::vector<EventCount> events;  // of that task, or of nobody; ascending event id, counts > 0
  std::vector<OwnedCount> others;  // of other tasks; ascending task and event, counts > 0
  // Clock edges each component's clock tree delivered, by component: all cycles of the epoch when its clock
  // ran, busy cycles only when its clock is gated while it idles.
  std::vector<std::int64_t> clock_cycles;
  // Transitions of power domains that began in this epoch: (domain, from, to, slept) -> times.
  struct Transition {
    std::int32_t domain = 0;
    PowerState from = PowerState::kOn;
    PowerState to = PowerState::kOn;
    std::int64_t times = 0;
    // From OFF or RETENTION to power: since the rails were cut, rounded (slept.h). All others: kSleepNotTold.
    Picoseconds slept = kSleepNotTold;
    bool wakes() const {
      return (from == PowerState::kOff || from == PowerState::kRetention) &&
             (to == PowerState::kWaking || to == PowerState::kOn);
    }
  };
  std::vector<Transition> transitions;
  // Changes between operating points that began in this epoch.
  struct PointChange {
    std::int32_t from = 0;
    std::int32_t to = 0;
    std::int64_t times = 0;
  };
  std::vector<PointChange> point_changes;  // each pair once
};

// In how many cycles of its accelerator a layer's bytes can pass, however they are cut and ordered, at the clocks at
// which its first job ran it.
struct TransferBound {
  std::string memory;  // of this one's bytes; empty: of all together
  bool off_chip = false;
  std::int64_t cycles = 0;
  std::string at;  // what is held that long: "dram", "bus.responses"
};

// Timing facts of a layer that need no price, over all jobs that ran it.
struct LayerActivity {
  std::string name;
  std::string network;  // empty where the run has one only
  std::string op;
  bool on_host = false;
  std::string runner;  // instance that ran it, "npu"; empty: nobody, or not known
  std::int64_t macs = 0;
  std::int64_t jobs = 1;  // that ran it
  Picoseconds begin{};    // of the first job's
  Picoseconds end{};      // of the last job's
  Picoseconds time{};     // from begin to end, summed over the jobs
  std::int64_t cycles =
      0;  // of its accelerator's clock in that time; of the host's layers, of the first one's, or the host's
  std::int64_t array_cycles = 0;                   // cycles in which the array computed
  std::optional<std::int64_t> accelerator_cycles;  // from start to last result on the accelerator, where it counts them
  std::optional<std::int64_t> estimated_cycles;    // what the mapper takes these for
  std::optional<std::int64_t> pipeline_cycles;     // of its own pipeline by itself, where the accelerator tells them
  LostCycles lost_cycles;                          // of accelerator_cycles: what a full array would not have taken
  std::int32_t first_point = 0;                    // operating point at which its first job ran it
  std::int64_t tensor_B = 0;                   // of its tensors that have a place in a memory, each once for each job
  std::vector<TransferBound> transfer_bounds;  // of each memory that it uses, then of all; none: not known
  std::string mapping;                         // "weight_stationary 56x112x64x32 weights_outer", for people
  std::vector<std::pair<std::string, std::string>> memory;  // "input", "input_2", "parameters", "output" -> "sram"
  std::vector<std::pair<std::string, std::int64_t>> busy_cycles;  // per engine: load, compute, vector, store, host
  std::vector<std::pair<std::string, std::int64_t>>
      stall_cycles;  // why the array waited: load, store, vector, host, control
  std::vector<std::pair<std::string, std::int64_t>> traffic_B;  // "dram.read", "dram.write", "sram.read", ...
};

struct AcceleratorActivity {
  std::string name;  // its component's
  std::int64_t peak_macs_per_cycle = 0;
  std::int64_t cycles = 0;  // of its clock, in the run
};

struct ActivityRecord {
  // The design point, without its electrical side.
  std::string soc;
  std::string power_intent;  // whose domains these are
  std::string network;
  std::string objective;
  std::string fidelity;                                     // "burst" or "cycle"
  std::int64_t batch = 1;                                   // inferences in a job
  std::string barrier = "soc";                              // or "accelerator": layers may overlap
  std::string quantize = "none";                            // "int8": the network was taken as if it were quantised
  std::vector<std::pair<std::string, std::string>> sha256;  // structure, network

  std::vector<std::string> power_domains;
  std::vector<std::string> operating_points;  // names, voltages live in the power intent
  // Frequency of each clock domain per operating point, as integer hertz.
  std::vector<std::pair<std::string, std::vector<Hertz>>> clock_domains;
  std::vector<ComponentDeclaration> components;
  std::vector<LayerActivity> layers;
  std::vector<AcceleratorActivity> accelerators;
  std::vector<JobActivity> jobs;  // in order of release
  std::vector<Task> tasks;        // in the order in which the host began them
  std::vector<Epoch> epochs;      // gapless, in time order
  bool timeline = true;           // false: epochs are sums, one behind the other in no order of time (folded.h)

  Picoseconds total_time{};
  std::int64_t total_cycles = 0;         // of the accelerator's clock; of several, the fastest one; of none, the host's
  std::int64_t macs = 0;                 // executed by the arrays
  std::int64_t peak_macs_per_cycle = 0;  // of all together

  std::int64_t inferences() const;  // of all jobs
  // Of the one that ran the layer, or of all where that is not known.
  std::int64_t peak_macs_per_cycle_of(const LayerActivity& layer) const;
};

// JSON, one canonical form; read throws Error(kConfiguration) with the JSON pointer of what is wrong.
std::string to_json(const ActivityRecord& record);
ActivityRecord activity_record_from_json(const std::string& text, const std::string& file);

// Impossible things as sentences; empty when all is well: gaps between epochs, negative counts, clock edges
// beyond the epoch's time, work in a domain that is off, utilisation above one.
std::vector<std::string> violations(const ActivityRecord& record);

}  // namespace subvolt::power
