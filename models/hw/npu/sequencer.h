// The command sequencer: issues a layer's commands to the engines and keeps their dependency tokens.
//
// Parameters: see SequencerConfig.
//
// Timing (cycles of its clock). begin() at a layer's doorbell; the first edge at which the power domain is ON
// is e. Command i is issued at edge e + (i + 1) x issue, whatever the engines do: their queues hold two layers.
// A command starts at the first edge at which
//   it was issued, its engine is free, every command in its `after` is done, and it is the first of its
//   engine's commands that has not started (each engine keeps program order).
// When all are done, at the edge of the last one, the listener's on_layer_done() is called.
//
// A second layer may begin while the first one works. Its commands are issued behind those of the first; where it
// follows that layer (mapping::LayerProgram::follows) one starts when, besides, as many commands of the first are done
// as its `after_previous` says, else when the first is done. Its turn comes when the first is done, or when it begins
// to compute: what it has loaded until then was loaded ahead.
//
// Waiting. While the array does not compute, NpuStatus names one reason: what the next compute command waits
// for, followed back from token to token to an engine that works (load, vector, store); `control` when at the
// end of that chain stands a command that is not issued yet, `power` when one that waits for its domain to wake, as
// the layer itself does before its first edge. Without a compute command ahead, the chain begins at the oldest
// unfinished command.
//
// Event: command (price sequencer.command).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "models/hw/npu/engine_unit.h"
#include "sim/config/schema.h"
#include "sim/kernel/agenda.h"
#include "sim/kernel/component.h"
#include "sim/mapping/accelerator.h"
#include "sim/units/picoseconds.h"

namespace subvolt::hw {

struct SequencerConfig {
  Cycles issue{4};
  static const config::Schema<SequencerConfig>& schema();
};

enum class Stall { kLoad, kVector, kStore, kControl, kPower };
inline constexpr int kStalls = 5;

struct NpuStatus {
  bool running = false;                            // between doorbell and interrupt
  std::array<bool, mapping::kEngines> busy{};      // by mapping::Engine,
  std::array<int, mapping::kEngines> busy_task{};  // and for whom
  Stall stall = Stall::kControl;                   // when running and the array is not busy,
  int stalled_task = power::kNobody;               // and whose turn it is
  int passed_task = power::kNobody;                // is not done yet while the array works for the next layer
};

// When a command worked; for tests and traces.
struct CommandSpan {
  std::int32_t layer = 0;
  std::int32_t command = 0;
  mapping::Engine engine = mapping::Engine::kLoad;
  Picoseconds begin{};
  Picoseconds end{};
};

class SequencerListener {
 public:
  virtual ~SequencerListener() = default;
  virtual void on_status(const NpuStatus& status) = 0;  // it is so from now on
  virtual void on_turn(int task) = 0;
  virtual void on_layer_done(int task) = 0;
};

class Sequencer : public kernel::Component, private EngineListener {
 public:
  using Units = std::array<EngineUnit*, mapping::kEngines>;  // by mapping::Engine
  Sequencer(sc_core::sc_module_name name, const SequencerConfig& config, kernel::Environment& environment, Units units,
            SequencerListener& listener);
  static std::vector<power::EventDeclaration> events();

  // Which frame is the next layer's is a matter of names.
  void state(kernel::StateKey& key) const override { key.at_work_if(layers_ > 0); }

  void keep_spans(power::SpanLog& log) override;  // and each command, on its engine's track

  static constexpr int kLayers = mapping::kLayersAtATime;
  bool full() const { return layers_ == kLayers; }
  // On behalf of `task`. `program` must stay as it is until the layer is done. Not when full.
  void begin(std::int32_t layer, const mapping::LayerProgram& program, int task);
  void observe(std::function<void(const CommandSpan&)> observer) { observer_ = std::move(observer); }

 private:
  enum class State : std::uint8_t { kWaiting, kStarted, kRunning, kDone };  // started: waits for power
  struct Queue {
    std::vector<std::int32_t> commands;
    std::size_t next = 0;  // first that has not started
    std::size_t done = 0;  // all before it are done
    Picoseconds look{-1};  // the agenda has an entry for its issue
    std::int32_t running = 0;
    bool started() const { return next == commands.size(); }
  };
  // A layer at work.
  struct Frame {
    std::int32_t layer = -1;
    int task = power::kNobody;
    const std::vector<mapping::Command>* commands = nullptr;
    std::int32_t follows = -1;
    std::int64_t first_edge = -1;  // -1: not reached
    std::array<Queue, mapping::kEngines> queues;
    std::vector<State> states;
    std::vector<Picoseconds> begin;
    std::int32_t oldest = 0;  // all before it are done
    bool has_turn = false;
    State state(std::int32_t c) const { return states[static_cast<std::size_t>(c)]; }
    const mapping::Command& command(std::int32_t c) const { return (*commands)[static_cast<std::size_t>(c)]; }
    Queue& queue(mapping::Engine engine) { return queues[static_cast<std::size_t>(engine)]; }
    const Queue& queue(mapping::Engine engine) const { return queues[static_cast<std::size_t>(engine)]; }
    void reset(std::int32_t of_layer, const mapping::LayerProgram& program, int for_task);
  };
  // Engines know a command by its frame and its index there.
  struct Ticket {
    int frame;
    std::int32_t command;
    explicit Ticket(std::int32_t number) : frame(number % kLayers), command(number / kLayers) {}
    static std::int32_t number(int frame, std::int32_t command) { return command * kLayers + frame; }
  };
  struct Due {
    bool first;  // edge of the frame; else somebody's issue
    int frame;
  };

  void on_begin(std::int32_t ticket) override;
  void on_free(mapping::Engine engine) override;
  void on_done(std::int32_t ticket) override;

  void step();  // process
  void first_edge(Frame& frame);
  void dispatch();
  bool may_start(Frame& frame, mapping::Engine engine);
  bool ready(const Frame& frame, std::int32_t command) const;
  Picoseconds issue_time(const Frame& frame, std::int32_t command) const;
  void give_turn(Frame& frame);
  void report();
  Stall stall() const;
  void finish();

  int second() const { return (first_ + 1) % kLayers; }
  bool is_second(const Frame& frame) const { return layers_ == 2 && &frame == &frames_[second()]; }
  // Of a second layer, whose commands may run beside those of the first.
  bool chained(const Frame& frame) const { return frame.follows >= 0 && frame.follows == frames_[first_].layer; }

  SequencerConfig config_;
  Units units_;
  SequencerListener& listener_;
  std::function<void(const CommandSpan&)> observer_;
  std::array<int, mapping::kEngines> span_tracks_{};  // of engines, if somebody wants spans
  kernel::Agenda<Due> agenda_;

  Frame frames_[kLayers];
  int first_ = 0;   // the older layer's
  int layers_ = 0;  // at work
};

}  // namespace subvolt::hw
