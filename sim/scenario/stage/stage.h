// What is done with what arrives: stages one behind another, as cascades are built. Each takes what its source or the
// stage before lets through, works on it, and lets some of it pass.
//
//   vad: {after: listen, work: {given: {time: 100 ms, energy: 22 uJ}}, pass: {rate: 0.40}}
//   kws: {after: vad, every: 32 ms, runs: 94, wake: 2 uJ, work: {given: {time: 0.6 ms, energy: 6 uJ}}, pass: {rate:
//   0.01}}
//
// Energies are above what the device draws at rest. A stage that works on a device has it for itself (`on`, `work:
// device` and `frames`): others wait, in the device's order. States that are only held are shared: a device that two
// events hold draws once, in the state of the highest draw.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/scenario/value/clock.h"
#include "sim/scenario/value/draw.h"
#include "sim/units/counts.h"

namespace subvolt::scenario {

struct GivenWork {
  Time time;
  std::optional<Energy> energy;
  std::optional<Power> power;    // for that time
  std::optional<Charge> charge;  // at the rail's voltage
  static const config::Schema<GivenWork>& schema();
};

struct Work {
  std::optional<GivenWork> given;
  std::string device;  // that does an event, is in a state for some time, or sends a payload
  std::string event, state;
  Time time;
  Bytes payload;   // of the application
  std::string of;  // application (when empty) or phy: whether headers are in it
  Bytes packet;    // a larger payload goes in packets of so many bytes each, of which the last is filled up
  std::optional<Bytes> header;   // of each packet; the protocol's own when absent
  std::optional<double> cycles;  // at a speed that the device's policy chooses
  std::string network;           // on the design; simulated in cycles
  static const config::Schema<Work>& schema();
};

struct Pass {
  std::optional<double> rate;
  std::string label;
  std::optional<double> tpr, fpr;
  std::optional<double> prevalence;  // of a label of the stage's own
  std::string confidence;            // a CSV of scores: score, count and, if it has it, label (1 or 0)
  std::optional<double> threshold;
  std::string per;  // run, or anything else: what started the stage, once
  // Read from `confidence`: shares of scores at or above the threshold.
  std::optional<double> above, above_true, above_false, share_true;
  static const config::Schema<Pass>& schema();
};

struct Stage {
  std::string after;                     // a source or a stage
  std::string on;                        // device that works; no queue when absent
  std::string state;                     // of that device meanwhile
  config::NamedList<std::string> holds;  // states of devices
  std::string hold_for;                  // a source, whose length; a time; the work when absent
  std::optional<std::int64_t> frames;    // of the held sensor
  std::optional<Frequency> rate;         // of frames
  std::string filter;                    // in words
  std::optional<Time> every;
  std::int64_t runs = 1;
  Energy wake;
  std::string rail;  // from which given work is drawn
  std::optional<Work> work;
  std::optional<Pass> pass;
  std::int64_t batch = 1;
  std::optional<Time> deadline;  // from the event to the end of this stage
  std::int64_t priority = 0;
  std::int64_t layers = 1;  // between which work of higher priority goes first
  std::string drop;         // where the device is busy: none (it waits), newest (this one goes), oldest (waiting)
  std::optional<std::int64_t> queue;  // places to wait
  // Whether work that finds its device busy may be lost.
  bool is_lossy() const { return queue || (!drop.empty() && drop != "none"); }
  Time pre_roll;  // of what came before the event that it needs
  static const config::Schema<Stage>& schema();
};

}  // namespace subvolt::scenario
