// Priced energy: every joule as count x unit energy x scale, and where it was spent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/power/ledger/trace.h"
#include "sim/power/price/price_book.h"
#include "sim/power/record/activity_record.h"

namespace subvolt::power {

// One line of explanation. energy = count x unit_energy x scale, exactly as multiplied.
struct Account {
  std::string name;             // "npu.array.mac_int8", "npu.array.leakage.ON", "VDD_NPU.supply_loss"
  std::int32_t component = -1;  // index into the record's components; -1: a power domain's switches or a regulator
  std::string component_name;
  std::string event;  // what is counted: "mac_int8", "leakage", "supply_loss"
  Cause cause = Cause::kSwitching;
  std::string voltage_domain;
  std::int64_t count = 0;  // events, clock edges, or picoseconds of residency
  std::string count_unit;  // "events", "cycles", "ps", "run"
  Energy unit_energy;      // at the reference point
  double scale = 1.0;      // voltage and temperature
  Energy energy;
  std::string formula;        // how the unit energy came about, in words and numbers
  std::string scale_formula;  // "(0.5 V / 0.9 V)^2"
  std::string source;
  config::Quality quality = config::Quality::kEstimated;
  std::optional<config::FittedNumber> fitted;
  std::string phase;  // of the chip's use to which it belongs (FittedEnergy::phases); empty: none
};

// The share of an account that falls on one task. A regulator's loss has no counts to share, only energy.
struct Posting {
  std::int32_t account = 0;
  std::int32_t task = kNobody;  // index into the record's tasks
  std::int64_t count = 0;
  Energy energy;
};

// From one operating point to another, all times together.
struct PointTransition {
  std::int32_t from = 0, to = 0;  // indices into the record's operating points
  std::int64_t times = 0;
  Time time;      // until rails, clocks and whoever asked for it are ready
  Energy energy;  // of all that began meanwhile, and of the rails' charge, regulators' losses included
};

// What a ledger has from the order of epochs, where that is known.
struct Metered {
  std::vector<TraceSegment> trace;
  Time idle;
  Energy idle_energy;
  std::vector<PointTransition> transitions;
};

struct Ledger {
  std::vector<Account> accounts;             // by component, cause, name
  std::vector<Posting> postings;             // by account, task
  std::vector<TraceSegment> trace;           // by epoch; empty, as are the rows, for a record without timeline
  std::vector<TraceSegment> rows;            // for people: of one length, as the intent's trace_window says
  Power peak;                                // of the rows, over such a window; none without them
  std::vector<PointTransition> transitions;  // by from, to
  Time idle;                                 // with no task at work and no such transition under way
  Energy idle_energy;                        // of all that began in that time
  Energy total;                              // sum of the accounts, in order
  double estimated_share = 0.0;              // of the energy whose quality is "estimated"
  double fitted_share = 0.0;                 // and "fitted"
  std::optional<Energy> idle_mode;           // what the chip draws in that time in its mode `idle`, where one is stated
  std::vector<bool> covered;                 // by component: the chip's own energies stand for it; empty: of none
};

// Impossible things as sentences: parts that do not add up to 1e-12, a powered domain without leakage,
// negative energies, a trace whose integral is not the ledger, a peak below the average.
std::vector<std::string> violations(const Ledger& ledger, const ActivityRecord& record);

}  // namespace subvolt::power
