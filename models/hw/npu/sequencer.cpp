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

// What spans of the load engine are called; those of others have one name, their engine's.
std::vector<std::string> operand_names() {
  using mapping::Operand;
  std::vector<std::string> names;
  for (const Operand o : {Operand::kInput, Operand::kWeight, Operand::kBias, Operand::kOutput}) {
    names.push_back("load " + to_text(o));
  }
  return names;
}

int span_name(const mapping::Command& command) {
  const auto* const load = std::get_if<mapping::Load>(&command.what);
  return load ? static_cast<int>(load->operand) : 0;
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
  return {{"command",
           "sequencer.command",
           power::Cause::kSwitching,
           "One command fetched, decoded and issued.",
           {},
           power::EventRole::kNone,
           1}};
}

Sequencer::Sequencer(sc_core::sc_module_name name, const SequencerConfig& config, kernel::Environment& environment,
                     Units units, SequencerListener& listener)
    : Component(name, environment, {"sequencer", "", inventory(), events()}),
      config_(config),
      units_(units),
      listener_(listener),
      agenda_([this] { step(); }) {
  for (EngineUnit* unit : units_) unit->set_listener(this);
}

void Sequencer::Frame::reset(std::int32_t of_layer, const mapping::LayerProgram& program, int for_task) {
  layer = of_layer;
  task = for_task;
  commands = &program.commands;
  follows = program.follows;
  first_edge = -1;
  oldest = 0;
  has_turn = false;
  states.assign(commands->size(), State::kWaiting);
  begin.assign(commands->size(), 0);
  for (Queue& q : queues) {
    q.commands.clear();
    q.next = q.done = 0;
    q.look = -1;
    q.running = 0;
  }
  for (std::size_t c = 0; c < commands->size(); ++c) {
    queue((*commands)[c].engine()).commands.push_back(static_cast<std::int32_t>(c));
  }
}

void Sequencer::begin(std::int32_t layer, const mapping::LayerProgram& program, int task) {
  for (std::size_t c = 0; c < program.commands.size(); ++c) {
    for (const std::int32_t before : program.commands[c].after) {
      if (before >= 0 && before < static_cast<std::int32_t>(c)) continue;
      throw Error(ErrorKind::kInternal, instance() + ": command " + std::to_string(c) + " of layer " +
                                            std::to_string(layer) + " waits for command " + std::to_string(before) +
                                            ", which is not an earlier one");
    }
  }
  const int number = layers_ == 0 ? first_ : second();
  ++layers_;
  frames_[number].reset(layer, program, task);
  if (layers_ == 1) give_turn(frames_[number]);
  agenda_.add(begin_work(), {true, number});
  report();
}

void Sequencer::keep_spans(power::SpanLog& log) {
  Component::keep_spans(log);
  for (int e = 0; e < mapping::kEngines; ++e) {
    const auto engine = static_cast<mapping::Engine>(e);
    std::vector<std::string> names{to_text(engine)};
    if (engine == mapping::Engine::kLoad) names = operand_names();
    span_tracks_[static_cast<std::size_t>(e)] =
        log.add_track(instance() + "." + to_text(engine), power::SpanKind::kEngine, std::move(names));
  }
}

void Sequencer::give_turn(Frame& frame) {
  if (frame.has_turn) return;
  frame.has_turn = true;
  listener_.on_turn(frame.task);
}

void Sequencer::step() {
  bool due = false;
  for (Due due_now; agenda_.take_due(due_now); due = true) {
    if (due_now.first) first_edge(frames_[due_now.frame]);
  }
  if (!due || layers_ == 0) return;
  dispatch();
  report();
}

void Sequencer::first_edge(Frame& frame) {
  const std::int64_t issue = config_.issue.value();
  frame.first_edge = clock().edges_before(kernel::time_now());
  if (is_second(frame)) {
    const Frame& before = frames_[first_];
    const auto commands = static_cast<std::int64_t>(before.commands->size());
    frame.first_edge = std::max(frame.first_edge, before.first_edge + commands * issue);
  }
  const auto commands = static_cast<std::int64_t>(frame.commands->size());
  spread(kCommand, commands, clock().edge_time(frame.first_edge),
         clock().edge_time(frame.first_edge + commands * issue), frame.task);
  if (frame.commands->empty() && !is_second(frame)) finish();
}

Picoseconds Sequencer::issue_time(const Frame& frame, std::int32_t c) const {
  return clock().edge_time(frame.first_edge + (c + 1) * config_.issue.value());
}

bool Sequencer::ready(const Frame& frame, std::int32_t c) const {
  const mapping::Command& command = frame.command(c);
  const auto done = [&frame](std::int32_t a) { return frame.state(a) == State::kDone; };
  if (!std::all_of(command.after.begin(), command.after.end(), done)) return false;
  if (!is_second(frame)) return true;
  const Frame& before = frames_[first_];
  for (std::size_t e = 0; e < before.queues.size(); ++e) {
    if (static_cast<std::int32_t>(before.queues[e].done) < command.after_previous[e]) return false;
  }
  return true;
}

bool Sequencer::may_start(Frame& frame, mapping::Engine engine) {
  Queue& q = frame.queue(engine);
  if (q.started() || !units_[static_cast<std::size_t>(engine)]->free(engine)) return false;
  const std::int32_t c = q.commands[q.next];
  if (!ready(frame, c)) return false;
  const Picoseconds issued = issue_time(frame, c);
  if (issued <= kernel::time_now()) return true;
  if (q.look != issued) agenda_.add(issued, {false, 0});
  q.look = issued;
  return false;
}

void Sequencer::dispatch() {
  for (int e = 0; e < mapping::kEngines; ++e) {
    const auto engine = static_cast<mapping::Engine>(e);
    for (int number : {first_, second()}) {
      Frame& frame = frames_[number];
      if (frame.first_edge < 0 || (number != first_ && (!is_second(frame) || !chained(frame)))) break;
      Queue& q = frame.queue(engine);
      while (may_start(frame, engine)) {
        const std::int32_t c = q.commands[q.next++];
        frame.states[static_cast<std::size_t>(c)] = State::kStarted;
        units_[static_cast<std::size_t>(e)]->start(Ticket::number(number, c), frame.command(c), frame.task);
      }
      if (!q.started()) break;  // each engine keeps the order of the layers, too
    }
  }
}

void Sequencer::on_begin(std::int32_t number) {
  const Ticket ticket(number);
  Frame& frame = frames_[ticket.frame];
  const std::int32_t c = ticket.command;
  frame.states[static_cast<std::size_t>(c)] = State::kRunning;
  frame.begin[static_cast<std::size_t>(c)] = kernel::time_now();
  const mapping::Engine engine = frame.command(c).engine();
  ++frame.queue(engine).running;
  if (engine != mapping::Engine::kLoad) give_turn(frame);
  report();
}

void Sequencer::on_free(mapping::Engine) {
  if (layers_ == 0) return;
  dispatch();
  report();
}

void Sequencer::on_done(std::int32_t number) {
  const Ticket ticket(number);
  Frame& frame = frames_[ticket.frame];
  const std::int32_t c = ticket.command;
  frame.states[static_cast<std::size_t>(c)] = State::kDone;
  const mapping::Engine engine = frame.command(c).engine();
  Queue& q = frame.queue(engine);
  --q.running;
  while (q.done < q.next && frame.state(q.commands[q.done]) == State::kDone) ++q.done;
  if (observer_) {
    observer_({frame.layer, c, engine, frame.begin[static_cast<std::size_t>(c)], kernel::time_now()});
  }
  if (power::SpanLog* const log = recorder().spans()) {
    log->add(
        span_tracks_[static_cast<std::size_t>(engine)],
        {frame.begin[static_cast<std::size_t>(c)], kernel::time_now(), span_name(frame.command(c)), frame.task, c});
  }
  const auto commands = static_cast<std::int32_t>(frame.commands->size());
  while (frame.oldest < commands && frame.state(frame.oldest) == State::kDone) ++frame.oldest;
  if (frame.oldest == commands && !is_second(frame)) return finish();
  dispatch();
  report();
}

// Of the older layer. The other one may be done as well: it was shorter, or had nothing to do.
void Sequencer::finish() {
  while (layers_ > 0) {
    Frame& frame = frames_[first_];
    if (frame.first_edge < 0 || frame.oldest < static_cast<std::int32_t>(frame.commands->size())) break;
    first_ = second();
    --layers_;
    end_work();
    report();
    listener_.on_layer_done(frame.task);
    if (layers_ > 0) give_turn(frames_[first_]);
  }
  if (layers_ == 0) return;
  dispatch();
  report();
}

void Sequencer::report() {
  NpuStatus status;
  status.running = layers_ > 0;
  for (std::size_t e = 0; e < status.busy.size(); ++e) {
    for (int i = layers_ - 1; i >= 0; --i) {  // of two that work the older one counts
      const Frame& frame = frames_[i == 0 ? first_ : second()];
      if (frame.queues[e].running == 0) continue;
      status.busy[e] = true;
      status.busy_task[e] = frame.task;
    }
  }
  const bool computing = status.busy[static_cast<std::size_t>(mapping::Engine::kCompute)];
  if (status.running && !computing) {
    status.stall = stall();
    status.stalled_task = frames_[layers_ == 2 && frames_[second()].has_turn ? second() : first_].task;
  }
  if (layers_ == 2 && frames_[second()].queue(mapping::Engine::kCompute).running > 0) {
    status.passed_task = frames_[first_].task;
  }
  listener_.on_status(status);
}

Stall Sequencer::stall() const {
  const Frame* frame = &frames_[first_];
  const bool over = frame->oldest == static_cast<std::int32_t>(frame->commands->size());
  if (frame->first_edge < 0) return Stall::kPower;
  if (over) return Stall::kControl;
  const Frame* const next = layers_ == 2 ? &frames_[second()] : nullptr;
  // A started compute command that does not run waits for power; it is the last started one.
  const auto starting = [](const Frame& of) {
    const Queue& array = of.queue(mapping::Engine::kCompute);
    return array.next > 0 && of.state(array.commands[array.next - 1]) == State::kStarted;
  };
  if (starting(*frame) || (next && starting(*next))) return Stall::kPower;
  std::int32_t c = frame->oldest;
  if (const Queue& array = frame->queue(mapping::Engine::kCompute); !array.started()) {
    c = array.commands[array.next];
  } else if (next && next->first_edge >= 0 && chained(*next) && !next->queue(mapping::Engine::kCompute).started()) {
    frame = next;
    c = next->queue(mapping::Engine::kCompute).commands[next->queue(mapping::Engine::kCompute).next];
  }

  while (true) {
    const mapping::Engine engine = frame->command(c).engine();
    if (frame->state(c) == State::kStarted) return Stall::kPower;
    if (frame->state(c) == State::kRunning) {
      return engine == mapping::Engine::kLoad    ? Stall::kLoad
             : engine == mapping::Engine::kStore ? Stall::kStore
                                                 : Stall::kVector;
    }
    const mapping::Command& command = frame->command(c);
    const auto unmet = std::find_if(command.after.begin(), command.after.end(),
                                    [&](std::int32_t a) { return frame->state(a) != State::kDone; });
    if (unmet != command.after.end()) {
      c = *unmet;
      continue;
    }
    if (frame == next) {
      const Frame& before = frames_[first_];
      std::size_t e = 0;
      while (e < before.queues.size() &&
             static_cast<std::int32_t>(before.queues[e].done) >= command.after_previous[e]) {
        ++e;
      }
      if (e < before.queues.size()) {
        frame = &before;
        c = before.queues[e].commands[before.queues[e].done];
        continue;
      }
    }
    // Its engine may be in the way, with the command before it. If not, it waits to be issued.
    const Queue& q = frame->queue(engine);
    const auto at = std::lower_bound(q.commands.begin(), q.commands.end(), c);
    if (at != q.commands.begin()) {
      if (frame->state(*(at - 1)) == State::kDone) return Stall::kControl;
      c = *(at - 1);
      continue;
    }
    const Queue& before = frames_[first_].queue(engine);
    if (frame != next || before.done == before.commands.size()) return Stall::kControl;
    frame = &frames_[first_];
    c = before.commands.back();
    if (frame->state(c) == State::kDone) return Stall::kControl;
  }
}

}  // namespace subvolt::hw
