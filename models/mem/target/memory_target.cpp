#include "models/mem/target/memory_target.h"

#include <algorithm>

#include "sim/kernel/clock_misfit.h"

namespace subvolt::mem {

std::unique_ptr<kernel::MemoryEngine> engine_for(const std::string& name, const config::Node& device,
                                                 kernel::Environment& environment, const MakeEngine& make,
                                                 Hertz frequency) {
  if (frequency > Hertz()) return make(frequency);
  kernel::ClockDomain& clock = environment.clock_domain_of(name);
  clock.fix(name);
  config::Diagnostics diagnostics;
  try {
    return make(clock.frequency());
  } catch (const kernel::ClockMisfit& e) {
    throw Error(ErrorKind::kConfiguration, clock.where() + name + ", " + device.value() + ": " + e.advice());
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::kConfiguration) throw;
    diagnostics.error(device, e.what());
  }
  diagnostics.throw_if_any();
  return nullptr;  // not reached: there was one
}

std::vector<power::EventDeclaration> MemoryTarget::events(const kernel::MemoryEngine& engine) {
  std::vector<power::EventDeclaration> all = engine.events();
  all.push_back({"read_B",
                 "",
                 power::Cause::kSwitching,
                 "Bytes that read requests asked for.",
                 {},
                 power::EventRole::kReadBytes});
  all.push_back({"write_B",
                 "",
                 power::Cause::kSwitching,
                 "Bytes that write requests brought.",
                 {},
                 power::EventRole::kWriteBytes});
  return all;
}

MemoryTarget::MemoryTarget(sc_core::sc_module_name name, kernel::Environment& environment, MemoryTargetTraits traits,
                           MakeEngine make)
    : MemoryTarget(name, environment, std::move(traits), make, make(Hertz())) {}

MemoryTarget::MemoryTarget(sc_core::sc_module_name name, kernel::Environment& environment, MemoryTargetTraits traits,
                           MakeEngine make, std::unique_ptr<kernel::MemoryEngine> engine)
    : Component(name, environment, {traits.kind, traits.price_book, traits.inventory, events(*engine)}),
      traits_(std::move(traits)),
      make_(std::move(make)),
      engine_(std::move(engine)),
      engine_events_(engine_->events().size()),
      controller_("controller", traits_.controller_kind, traits_.controller_price, traits_.controller_inventory,
                  traits_.controller, environment),
      port_("port", [this](kernel::Payload& payload) { arrive(payload); }),
      contents_(traits_.fill),
      agenda_([this] { work(); }),
      engine_timer_([this] { work(); }) {
  port_.set_direct(this);
  port_.on_debug([this](kernel::Payload& payload) { return debug(payload); });
  power_domain().on_state([this](power::PowerState state) { state_changed(state); });
}

// Streams beside each other that are taken to find their rows open, where there are as many banks: those of a
// dot-product engine's two operands do. Estimate: with more the mapper believed in rows that other rows of a tile had
// closed.
constexpr std::int64_t kStreams = 2;

std::vector<mapping::Passage> MemoryTarget::passages(bool write, const mapping::PointRates& at) const {
  const auto latency =
      static_cast<double>((traits_.controller.request_latency + traits_.controller.response_latency).value());
  mapping::Passage controller, memory, answer;
  controller.component = answer.component = controller_.instance();
  controller.per_burst = 1.0;
  controller.latency = latency + 1.0;
  controller.edge = mapping::Edge::kFrom;
  controller.then = static_cast<double>(traits_.controller.request_latency.value()) - 1.0;
  answer.resource = controller_.instance() + ".answers";
  answer.edge = mapping::Edge::kFrom;
  answer.then = static_cast<double>(traits_.controller.response_latency.value());
  memory.component = instance();
  if (traits_.bytes_per_cycle) {
    memory.component = "";
    memory.per_byte = 1.0 / *traits_.bytes_per_cycle;
    memory.resource = instance();
    return {controller, memory, answer};
  }
  // At the clock that is mapped for, if the device has one so fast, else at its own.
  const Hertz asked{static_cast<std::int64_t>(at.hz(instance()) + 0.5)};
  auto known = measured_.find(asked);
  if (known == measured_.end()) {
    Hertz frequency = asked;
    try {
      make_(frequency);
    } catch (const Error&) {
      frequency = engine_->frequency();
    }
    const auto streams = kernel::measure_streams([&] { return make_(frequency); }, traits_.writable);
    known = measured_.emplace(asked, std::pair(frequency, streams)).first;
  }
  const auto& [frequency, streams] = known->second;
  const kernel::MemoryStream& stream = write ? streams.write : streams.read;
  const double clocks = static_cast<double>(frequency.value()) * 1e-12;  // per picosecond
  memory.per_burst = stream.per_access_ps * clocks;
  memory.per_byte = stream.per_byte_ps * clocks;
  memory.latency = memory.then = stream.latency_ps * clocks;
  memory.turn = stream.turn_ps * clocks;
  memory.jumps = {kernel::MemoryStream::kShort,
                  kernel::MemoryStream::kLong,
                  kernel::MemoryStream::kFar,
                  stream.near_ps * clocks,
                  stream.far_short_ps * clocks,
                  stream.far_long_ps * clocks,
                  std::clamp<std::int64_t>(engine_->geometry().banks, 1, kStreams)};
  if (!write) memory.word = engine_->access_bytes();
  return {controller, memory, answer};
}

void MemoryTarget::settle() {
  engine_->advance(kernel::time_now());
  engine_->take_owned([this](int task, std::size_t e, std::int64_t n) { count_for(task, static_cast<int>(e), n); });
  for (std::size_t e = 0; e < engine_events_; ++e) {
    if (const std::int64_t n = engine_->take(e)) count(static_cast<int>(e), n);
  }
}

// A row is open from the command that opens it to the one that closes it.
void MemoryTarget::keep_spans(power::SpanLog& log) {
  Component::keep_spans(log);
  const auto banks = static_cast<int>(engine_->geometry().banks);
  if (banks == 0) return;
  std::vector<int> tracks;
  for (int bank = 0; bank < banks; ++bank) {
    tracks.push_back(log.add_track(instance() + ".bank" + std::to_string(bank), power::SpanKind::kMemoryBank, {"row"}));
  }
  using RowChange = kernel::MemoryEngine::RowChange;
  engine_->on_command([&log, tracks](const kernel::MemoryEngine::Command& command) {
    if (command.row_change == RowChange::kOpens) {
      log.begin(tracks[static_cast<std::size_t>(command.bank)], command.at, 0, command.row);
    } else if (command.row_change == RowChange::kCloses && command.bank >= 0) {
      log.end(tracks[static_cast<std::size_t>(command.bank)], command.at);
    } else if (command.row_change == RowChange::kCloses) {
      for (const int track : tracks) log.end(track, command.at);
    }
  });
}

// Contents are data, which nothing here depends on.
void MemoryTarget::state(kernel::StateKey& key) const {
  key.at_work_if(inside_ > 0 || in_engine_ > 0 || !waiting_.empty() || !queued_.empty());
  engine_->state(key);
}

void MemoryTarget::arrive(kernel::Payload& payload) {
  if (waiting_.empty() && inside_ < controller_.queue()) {
    start(payload);
  } else {
    waiting_.push_back(&payload);
  }
}

bool MemoryTarget::check(kernel::Payload& payload) const {
  const auto size = static_cast<std::uint64_t>(engine_->capacity().value());
  const std::uint64_t length = payload.get_data_length();
  payload.set_dmi_allowed(false);
  if (payload.get_address() >= size || length > size - payload.get_address()) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return false;
  }
  if (payload.get_streaming_width() < length) {
    payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    return false;
  }
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  return length > 0 && (payload.is_read() || payload.is_write());
}

void MemoryTarget::start(kernel::Payload& payload) {
  ++inside_;
  if (!join_work()) begin_work();
  // The edges of the memory's own clock are the engine's matter: only its power holds the controller up.
  const std::int64_t enter = controller_.enter(power_domain().wake());
  if (check(payload)) {
    contents_.access(payload);
    count_for(kernel::task_of(payload), static_cast<int>(engine_events_) + (payload.is_read() ? 0 : 1),
              static_cast<std::int64_t>(payload.get_data_length()));
    agenda_.add(controller_.command_time(enter), {Todo::kOffer, &payload, 0});
  } else {
    answer(payload, controller_.command_time(enter));
  }
  port_.accept(payload);
}

void MemoryTarget::work() {
  for (Todo todo; agenda_.take_due(todo);) {
    if (todo.what == Todo::kAnswer) {
      finish(*todo.payload);
      continue;
    }
    std::uint32_t id = static_cast<std::uint32_t>(taken_.size());
    if (free_ids_.empty()) {
      taken_.push_back(nullptr);
    } else {
      id = free_ids_.back();
      free_ids_.pop_back();
    }
    queued_.push_back({id, todo.payload});
  }
  if (!queued_.empty() || in_engine_ > 0) drive();
}

void MemoryTarget::drive() {
  const Picoseconds now = kernel::time_now();
  engine_->advance(now);
  collect();
  while (!queued_.empty() && offer_first()) {
  }
  collect();
  if (queued_.empty() && in_engine_ == 0) return;  // nothing pending: the engine may sleep for as long as it likes
  const Picoseconds visible = engine_->visible_time();
  if (visible == kernel::MemoryEngine::kNever) return;
  const Picoseconds at = std::max(visible, now);
  if (engine_timer_.at() < at) engine_timer_.cancel();  // an earlier wish, for sooner than is now needed
  engine_timer_.at(at);
}

bool MemoryTarget::offer_first() {
  const Pending& first = queued_.front();
  const kernel::Payload& payload = *first.payload;
  const kernel::MemoryAccess access{first.id, payload.is_write(), static_cast<std::int64_t>(payload.get_address()),
                                    static_cast<std::int64_t>(payload.get_data_length()), kernel::task_of(payload)};
  if (!engine_->offer(access, kernel::time_now())) return false;
  taken_[first.id] = first.payload;
  ++in_engine_;
  queued_.pop_front();
  return true;
}

void MemoryTarget::collect() {
  kernel::MemoryCompletion completion;
  // Also those that are known ahead: their answers are put down now, which saves waking up for them.
  while (in_engine_ > 0 && engine_->take_completion(kernel::MemoryEngine::kNever, completion)) {
    kernel::Payload* payload = taken_[completion.id];
    taken_[completion.id] = nullptr;
    free_ids_.push_back(completion.id);
    --in_engine_;
    answer(*payload, std::max(completion.at, kernel::time_now()));
  }
}

void MemoryTarget::answer(kernel::Payload& payload, Picoseconds data_end) {
  agenda_.add(controller_.answer_time(data_end), {Todo::kAnswer, &payload, 0});
}

void MemoryTarget::finish(kernel::Payload& payload) {
  --inside_;
  controller_.leave(kernel::task_of(payload));
  end_work();
  port_.respond(payload);
  while (!waiting_.empty() && inside_ < controller_.queue()) {
    kernel::Payload& next = *waiting_.front();
    waiting_.pop_front();
    start(next);
  }
}

bool MemoryTarget::begin_direct(std::uint64_t address, std::uint64_t bytes, Picoseconds gap) {
  const auto size = static_cast<std::uint64_t>(engine_->capacity().value());
  if (address >= size || bytes > size - address || inside_ > 0 || !begin_direct_work(gap)) return false;
  if (controller_.begin_direct(gap)) return true;
  end_direct_work();
  return false;
}

void MemoryTarget::end_direct() {
  controller_.end_direct();
  end_direct_work();
}

// start(), drive() and finish() for an access that finds nobody inside.
Picoseconds MemoryTarget::direct(const kernel::DirectAccess& access, Picoseconds at) {
  count_for(access.task, static_cast<int>(engine_events_) + (access.write ? 1 : 0), access.bytes);
  const Picoseconds enter_time = controller_.edge_from(at);
  const kernel::MemoryAccess offered{0, access.write, static_cast<std::int64_t>(access.address), access.bytes,
                                     access.task};
  const Picoseconds answer_time =
      controller_.answer_time(engine_->serve(offered, controller_.command_time(enter_time)));
  const auto edges = [&](const kernel::ClockDomain& of) { return of.edges_before(answer_time) - of.edges_before(at); };
  last_ = {edges(clock()), edges(controller_.clock())};
  controller_.serve_directly(1, last_.controller, access.task);
  work_directly(last_.own);
  return answer_time;
}

std::int64_t MemoryTarget::repeat(const kernel::DirectAccess& next, Picoseconds since, Picoseconds period,
                                  std::int64_t most) {
  for (const Picoseconds ps : {since, period}) {
    if (!clock().keeps_step(ps) || !controller_.clock().keeps_step(ps)) return 0;
  }
  const kernel::MemoryAccess access{0, next.write, static_cast<std::int64_t>(next.address), next.bytes, next.task};
  const std::int64_t times = engine_->repeat(access, since, period, most);
  if (times == 0) return 0;
  count_for(next.task, static_cast<int>(engine_events_) + (next.write ? 1 : 0), times * next.bytes);
  if (since == period) steady_ = last_;
  controller_.serve_directly(times, steady_.controller, next.task);
  work_directly(times * steady_.own);
  return times;
}

void MemoryTarget::state_changed(power::PowerState state) {
  const bool told =
      state == power::PowerState::kRetention || state == power::PowerState::kOff || state == power::PowerState::kOn;
  if (!told) return;
  const Picoseconds now = kernel::time_now();
  engine_->advance(now);
  engine_->request_state(state, now);
  if (state == power::PowerState::kOff && !traits_.non_volatile) contents_.forget();
}

unsigned MemoryTarget::debug(kernel::Payload& payload) {
  const auto size = static_cast<std::uint64_t>(engine_->capacity().value());
  const std::uint64_t address = payload.get_address();
  unsigned char* const data = payload.get_data_ptr();
  if (!data || address >= size) return 0;
  const std::uint64_t bytes = std::min<std::uint64_t>(payload.get_data_length(), size - address);
  if (payload.is_read()) contents_.read(address, data, bytes);
  if (payload.is_write()) contents_.write(address, data, bytes);
  return payload.is_read() || payload.is_write() ? static_cast<unsigned>(bytes) : 0;
}

}  // namespace subvolt::mem
