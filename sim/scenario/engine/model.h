// A scenario with its names resolved: what both engines work on. SI units throughout, in bare numbers: nothing but the
// engines sees them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/engine/accounts.h"
#include "sim/scenario/engine/network_costs.h"
#include "sim/scenario/scenario.h"

namespace subvolt::scenario {

// Where power is drawn. Rail 0 is the source itself; each other one comes behind the one that feeds it.
struct Rail {
  std::string name;
  int feeder = -1;
  const Converter* converter = nullptr;
  double voltage_V = 0.0;  // at which its devices draw currents
};

struct ModelState {
  std::string name;
  Drawn draw;
};

// How currents are drawn from a rail: as power at its voltage, or as they are where they come straight from the source
// and no voltage is said.
struct Tap {
  double voltage_V = 0.0;
  bool keeps_current = false;
  Drawn drawn(const Draw& draw) const;
  void take(const Amount& amount, double& energy_J, double& charge_C) const;
};

struct ModelDevice {
  std::string name;
  int rail = 0;
  Tap tap;
  std::vector<ModelState> states;
  int initial = -1;  // -1: off
  Nanoseconds startup = 0;
  std::string order;
  const IdlePolicy* policy = nullptr;  // null: it stays in its initial state
  IdleOptions idle;                    // states of rest, by power, falling
  std::vector<int> rest_states;        // their indices into `states`
  bool has_trace = false;
  Profile trace;               // W or A
  bool trace_current = false;  // A, straight at the source
  double trace_factor = 1.0;   // its unit to W
  bool is_worked_on = false;   // some stage has it for itself
  bool simulated = false;      // it is the scenario's design
  Drawn rest() const { return initial < 0 ? Drawn{} : states[static_cast<std::size_t>(initial)].draw; }
};

// A part of a run: a state of the stage's device, or a draw beside it, for some time; or an amount at once.
struct Piece {
  int state = -1;  // of the device; -1: as it rests
  Nanoseconds time = 0;
  Drawn extra;                            // beside the state, while it lasts
  double energy_J = 0.0, charge_C = 0.0;  // at once, at its begin
  Cause cause = Cause::kWork;
  bool loads = false;  // only where its device has not the weights of the stage's network
};

struct Holding {
  int device = 0, state = 0;
};

struct ModelStage {
  std::string name;
  const Stage* said = nullptr;
  int source = 0;   // that it goes back to
  int parent = -1;  // stage before; -1: the source itself
  std::vector<int> children;
  int device = -1;                        // that it has for itself
  int rail = 0;                           // of extra draws
  std::vector<Piece> pieces;              // of one run
  Nanoseconds run_time = 0, spacing = 0;  // of a run; from one to the next
  std::int64_t runs = 1, batch = 1;
  double wake_J = 0.0;
  double frequency_Hz = 0.0, race_pays_above_W = 0.0;  // of work that is told in cycles
  std::vector<Holding> holds;
  Nanoseconds hold_time = -1;  // -1: the length of what arrived; -2: the work
  bool pass_per_run = false;
  int label = -1;  // bit that decides; -1: none
  double pass_if = 1.0, pass_if_not = 1.0;
  Nanoseconds deadline = -1;
  int network = -1;  // of the design's
  Nanoseconds start_to_end() const { return (runs - 1) * spacing + run_time; }
};

struct ModelSource {
  std::string name;
  const Arrivals* arrivals = nullptr;
  Profile rate;                                // 1/s
  std::vector<std::pair<int, double>> labels;  // bit, prevalence
  std::vector<int> stages;                     // of it, parents before children
  Nanoseconds length = 0;
};

struct Model {
  Scenario scenario;  // owns what is pointed to
  Nanoseconds duration = 0;
  std::vector<Rail> rails;
  std::vector<ModelDevice> devices;
  std::vector<ModelSource> sources;
  std::vector<ModelStage> stages;
  std::vector<std::string> labels;
  double source_V = 0.0;              // at which charge straight from the source is counted as energy
  Profile harvest;                    // W at the harvester
  double temperature_K = 293.15;      // mean over the duration
  std::optional<DesignCosts> design;  // of stages that run networks
  Accounts accounts;                  // of all that there is to account for, at zero
  // Indices into the accounts.
  std::vector<int> rest_account, trace_account, transition_account;  // by device
  int account(int stage, int device, int rail, Cause cause);
};

// Throws Error(kConfiguration), every mistake located in `section`, the tree that the scenario was read from.
// `networks` may be null where no stage runs one.
Model resolve(Scenario scenario, const config::Node& section, NetworkCosts* networks);

}  // namespace subvolt::scenario
