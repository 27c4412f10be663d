#include "models/hw/npu/sequencer.h"

#include <algorithm>
#include <string>

namespace subvolt::hw {
namespace {

enum Event { kCommand };

power::Inventory inventory() {
  power::Inventory inventory;
  inventory.flip_flops = 1800;
  inventory.logic_gates = 6 * inventory.flip_flops + 7200;
  inventory.basis =
      "estimate: four queue heads of 256 bits, 64 dependency tokens, fetch and decode registers = 1800 flip-flops "
      "at 6 gates; 7200 gates of decoder and token comparison";
  return inventory;
}

}  // namespace

const config::Schema<SequencerConfig>& SequencerConfig::schema() {
  static const auto schema =
      config::Schema<SequencerConfig>("sequencer", "Issues the commands of a program to the NPU's engines.")
          .optional("issue", &SequencerConfig::issue, "Cycles to fetch, decode and issue one command.",
                    config::between(Cycles(1), Cycles(10000)));
  return schema;
}

std::vector<power::EventDeclaration> Sequencer::events() {
  return {{"command", "sequencer.command", power::Cause::kSwitching, "One command fetched, decoded and issued.", {}}};
}

Sequencer::Sequencer(sc_core::sc_module_name name, const SequencerConfig& config, kernel::Environment& environment,
                     Units units, SequencerListener& listener)
    : Component(name, environment, {"sequencer", "", inventory(), events()}),
      config_(config),
      units_(units),
      listener_(listener) {
  for (EngineUnit* unit : units_) unit->set_listener(this);
  sc_core::sc_spawn_options options;
  options.spawn_method();
  options.dont_initialize();
  options.set_sensitivity(&agenda_.event());
  sc_core::sc_spawn([this] { step(); }, "step", &options);
}

void Sequencer::begin(std::int32_t layer, const std::vector<mapping::Command>& commands) {
  running_ = true;
  layer_ = layer;
  commands_ = &commands;
  first_edge_ = -1;
  oldest_ = 0;
  states_.assign(commands.size(), State::kWaiting);
  begin_ps_.assign(commands.size(), 0);
  for (Queue& q : queues_) {
    q.commands.clear();
    q.next = 0;
    q.look_ps = -1;
    q.running = 0;
  }
  for (std::size_t c = 0; c < commands.size(); ++c) {
    queue(commands[c].engine()).commands.push_back(static_cast<std::int32_t>(c));
    for (const std::int32_t before : commands[c].after) {
      if (before >= 0 && before < static_cast<std::int32_t>(c)) continue;
      throw Error(ErrorKind::kInternal, instance() + ": command " + std::to_string(c) + " of layer " +
                                            std::to_string(layer) + " waits for command " + std::to_string(before) +
                                            ", which is not an earlier one");
    }
  }
  agenda_.add(begin_work(), Due::kFirst);
  report();
}

void Sequencer::step() {
  bool due = false;
  for (Due due_now; agenda_.take_due(due_now); due = true) {
    if (due_now == Due::kFirst) first_edge();
  }
  if (!due || !running_) return;
  dispatch();
  report();
}

void Sequencer::first_edge() {
  const std::int64_t now = kernel::now_ps();
  first_edge_ = clock().edges_before(now);
  const auto commands = static_cast<std::int64_t>(commands_->size());
  spread(kCommand, commands, now, clock().edge_ps(first_edge_ + commands * config_.issue.value()));
  if (commands == 0) finish();
}

std::int64_t Sequencer::issue_ps(std::int32_t c) const {
  return clock().edge_ps(first_edge_ + (c + 1) * config_.issue.value());
}

bool Sequencer::ready(std::int32_t c) const {
  const std::vector<std::int32_t>& after = command(c).after;
  return std::all_of(after.begin(), after.end(), [this](std::int32_t a) { return state(a) == State::kDone; });
}

bool Sequencer::may_start(mapping::Engine engine, Queue& q) {
  if (q.next == q.commands.size() || !units_[static_cast<std::size_t>(engine)]->free(engine)) return false;
  const std::int32_t c = q.commands[q.next];
  if (!ready(c)) return false;
  const std::int64_t issued = issue_ps(c);
  if (issued <= kernel::now_ps()) return true;
  if (q.look_ps != issued) agenda_.add(issued, Due::kLook);
  q.look_ps = issued;
  return false;
}

void Sequencer::dispatch() {
  if (first_edge_ < 0) return;
  for (int e = 0; e < mapping::kEngines; ++e) {
    const auto engine = static_cast<mapping::Engine>(e);
    Queue& q = queue(engine);
    while (may_start(engine, q)) {
      const std::int32_t c = q.commands[q.next++];
      states_[static_cast<std::size_t>(c)] = State::kStarted;
      units_[static_cast<std::size_t>(e)]->start(c, command(c));
    }
  }
}

void Sequencer::on_begin(std::int32_t c) {
  states_[static_cast<std::size_t>(c)] = State::kRunning;
  begin_ps_[static_cast<std::size_t>(c)] = kernel::now_ps();
  ++queue(command(c).engine()).running;
  report();
}

void Sequencer::on_free(mapping::Engine) {
  if (!running_) return;
  dispatch();
  report();
}

void Sequencer::on_done(std::int32_t c) {
  states_[static_cast<std::size_t>(c)] = State::kDone;
  const mapping::Engine engine = command(c).engine();
  --queue(engine).running;
  if (observer_) observer_({layer_, c, engine, begin_ps_[static_cast<std::size_t>(c)], kernel::now_ps()});
  const auto commands = static_cast<std::int32_t>(commands_->size());
  while (oldest_ < commands && state(oldest_) == State::kDone) ++oldest_;
  if (oldest_ == commands) return finish();
  dispatch();
  report();
}

void Sequencer::finish() {
  running_ = false;
  end_work();
  report();
  listener_.on_layer_done();
}

void Sequencer::report() {
  NpuStatus status;
  status.running = running_;
  for (std::size_t e = 0; e < status.busy.size(); ++e) status.busy[e] = queues_[e].running > 0;
  const bool computing = status.busy[static_cast<std::size_t>(mapping::Engine::kCompute)];
  if (running_ && !computing) status.stall = stall();
  listener_.on_status(status);
}

Stall Sequencer::stall() const {
  if (first_edge_ < 0) return Stall::kControl;
  const Queue& array = queue(mapping::Engine::kCompute);
  // A started compute command that does not run waits for power; it is the last started one.
  std::int32_t c = oldest_;
  if (array.next > 0 && state(array.commands[array.next - 1]) == State::kStarted) return Stall::kControl;
  if (array.next < array.commands.size()) c = array.commands[array.next];

  while (true) {
    const mapping::Engine engine = command(c).engine();
    if (state(c) == State::kStarted) return Stall::kControl;
    if (state(c) == State::kRunning) {
      return engine == mapping::Engine::kLoad    ? Stall::kLoad
             : engine == mapping::Engine::kStore ? Stall::kStore
                                                 : Stall::kVector;
    }
    const std::vector<std::int32_t>& after = command(c).after;
    const auto unmet =
        std::find_if(after.begin(), after.end(), [this](std::int32_t a) { return state(a) != State::kDone; });
    if (unmet != after.end()) {
      c = *unmet;
      continue;
    }
    // Its engine may be in the way, with the command before it. If not, it waits to be issued.
    const Queue& q = queue(engine);
    const auto at = std::lower_bound(q.commands.begin(), q.commands.end(), c);
    if (at == q.commands.begin() || state(*(at - 1)) == State::kDone) return Stall::kControl;
    c = *(at - 1);
  }
}

}  // namespace subvolt::hw
