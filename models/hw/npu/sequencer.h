// The command sequencer: issues a layer's commands to the engines and keeps their dependency tokens.
//
// Parameters: see SequencerConfig.
//
// Timing (cycles of its clock). begin() at a layer's doorbell; the first edge at which the power domain is ON
// is e. Command i is issued at edge e + (i + 1) x issue, whatever the engines do: their queues hold a layer.
// A command starts at the first edge at which
//   it was issued, its engine is free, every command in its `after` is done, and it is the first of its
//   engine's commands that has not started (each engine keeps program order).
// When all are done, at the edge of the last one, the listener's on_layer_done() is called.
//
// Waiting. While the array does not compute, NpuStatus names one reason: what the next compute command waits
// for, followed back from token to token to an engine that works (load, vector, store); `control` when at the
// end of that chain stands a command that is not issued yet or waits for power. Without a compute command
// ahead, the chain begins at the oldest unfinished command.
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

namespace subvolt::hw {

struct SequencerConfig {
  Cycles issue{4};
  static const config::Schema<SequencerConfig>& schema();
};

enum class Stall { kLoad, kVector, kStore, kControl };
inline constexpr int kStalls = 4;

struct NpuStatus {
  bool running = false;                        // between doorbell and interrupt
  std::array<bool, mapping::kEngines> busy{};  // by mapping::Engine
  Stall stall = Stall::kControl;               // when running and the array is not busy
};

// When a command worked; for tests and traces.
struct CommandSpan {
  std::int32_t layer = 0;
  std::int32_t command = 0;
  mapping::Engine engine = mapping::Engine::kLoad;
  std::int64_t begin_ps = 0;
  std::int64_t end_ps = 0;
};

class SequencerListener {
 public:
  virtual ~SequencerListener() = default;
  virtual void on_status(const NpuStatus& status) = 0;  // it is so from now on
  virtual void on_layer_done() = 0;
};

class Sequencer : public kernel::Component, private EngineListener {
 public:
  using Units = std::array<EngineUnit*, mapping::kEngines>;  // by mapping::Engine
  Sequencer(sc_core::sc_module_name name, const SequencerConfig& config, kernel::Environment& environment, Units units,
            SequencerListener& listener);
  static std::vector<power::EventDeclaration> events();

  bool running() const { return running_; }
  // `commands` must stay as they are until the layer is done. Not while running.
  void begin(std::int32_t layer, const std::vector<mapping::Command>& commands);
  void observe(std::function<void(const CommandSpan&)> observer) { observer_ = std::move(observer); }

 private:
  enum class State : std::uint8_t { kWaiting, kStarted, kRunning, kDone };  // started: waits for power
  struct Queue {
    std::vector<std::int32_t> commands;
    std::size_t next = 0;       // first that has not started
    std::int64_t look_ps = -1;  // the agenda has an entry for its issue
    std::int32_t running = 0;
  };
  enum class Due { kFirst, kLook };

  void on_begin(std::int32_t command) override;
  void on_free(mapping::Engine engine) override;
  void on_done(std::int32_t command) override;

  void step();  // process
  void first_edge();
  void dispatch();
  bool may_start(mapping::Engine engine, Queue& queue);
  bool ready(std::int32_t command) const;
  std::int64_t issue_ps(std::int32_t command) const;
  void report();
  Stall stall() const;
  void finish();

  Queue& queue(mapping::Engine engine) { return queues_[static_cast<std::size_t>(engine)]; }
  const Queue& queue(mapping::Engine engine) const { return queues_[static_cast<std::size_t>(engine)]; }
  const mapping::Command& command(std::int32_t c) const { return (*commands_)[static_cast<std::size_t>(c)]; }
  State state(std::int32_t c) const { return states_[static_cast<std::size_t>(c)]; }

  SequencerConfig config_;
  Units units_;
  SequencerListener& listener_;
  std::function<void(const CommandSpan&)> observer_;
  kernel::Agenda<Due> agenda_;

  bool running_ = false;
  std::int32_t layer_ = -1;
  const std::vector<mapping::Command>* commands_ = nullptr;
  std::int64_t first_edge_ = -1;  // -1: not reached
  std::array<Queue, mapping::kEngines> queues_;
  std::vector<State> states_;
  std::vector<std::int64_t> begin_ps_;
  std::int32_t oldest_ = 0;  // all before it are done
};

}  // namespace subvolt::hw
