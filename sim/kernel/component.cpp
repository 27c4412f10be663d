#include "sim/kernel/component.h"

#include <algorithm>

#include "sim/kernel/ports.h"

namespace subvolt::kernel {
namespace {
enum Work { kBusy, kAccesses };
}  // namespace

Component::Component(sc_core::sc_module_name name, Environment& environment, Traits traits)
    : sc_module(name),
      environment_(environment),
      recorder_(environment.recorder()),
      instance_(sc_object::name()),
      clock_(environment.clock_domain_of(instance_)),
      power_domain_(environment.power_domain_of(instance_)) {
  power::ComponentDeclaration declaration;
  declaration.name = instance_;
  declaration.kind = std::move(traits.kind);
  declaration.power_domain = power_domain_.settings().name;
  declaration.clock_domain = clock_.name();
  declaration.price_book = std::move(traits.price_book);
  declaration.inventory = std::move(traits.inventory);
  declaration.events = std::move(traits.events);
  first_event_ = recorder_.first_event(recorder_.add_component(this, std::move(declaration)));
}

void Component::add_to(StateKey& key) const {
  const Picoseconds now = time_now();
  key.at_work_if(direct_edges_ != 0);
  key.add(open_work_);
  key.add_ahead(busy_until_);
  for (const Interval& interval : busy_) {
    if (interval.end <= now) continue;
    key.add_ahead(interval.begin);
    key.add_ahead(interval.end);
  }
  state(key);
}

std::int64_t Component::take_clock_cycles(Picoseconds from, Picoseconds to) {
  // The recorder closes an epoch before a state changes, so this is the state of the whole epoch. A clock runs
  // only in ON; while a domain wakes its clock is still held.
  const bool running = power_domain_.state() == power::PowerState::kOn;
  if (power::SpanLog* const log = recorder_.spans(); log && running) tell_work(*log, from, to);
  std::int64_t edges = 0;
  for (const Interval& i : busy_) {
    const Picoseconds begin = std::max(i.begin, from);
    const Picoseconds end = std::min(i.end, to);
    if (begin < end) edges += clock_.edges_before(end) - clock_.edges_before(begin);
  }
  busy_.erase(std::remove_if(busy_.begin(), busy_.end(), [to](const Interval& i) { return i.end <= to; }), busy_.end());
  edges += direct_edges_;
  direct_edges_ = 0;
  if (!power_domain_.settings().gate_idle_units) edges = clock_.edges_before(to) - clock_.edges_before(from);
  return running ? edges : 0;
}

void Component::keep_spans(power::SpanLog& log) {
  span_track_ = log.add_track(instance_, power::SpanKind::kComponent, {"busy", "accesses"});
  for (sc_core::sc_object* const child : get_child_objects()) {
    if (auto* const port = dynamic_cast<InitiatorPort*>(child)) port->keep_spans(log);
  }
}

// As its clock runs: what ends later goes on in the next epoch.
void Component::tell_work(power::SpanLog& log, Picoseconds from, Picoseconds to) const {
  for (const Interval& i : busy_) {
    const Picoseconds begin = std::max(i.begin, from);
    const Picoseconds end = std::min(i.end, to);
    if (begin < end) log.add(span_track_, {begin, end, kBusy});
  }
  if (direct_edges_ > 0) log.add(span_track_, {from, to, kAccesses, power::kNobody, direct_edges_});
}

void Component::busy(Picoseconds begin_time, Picoseconds end_time) {
  if (end_time <= begin_time) return;
  power_domain_.work_until(end_time);
  busy_until_ = std::max(busy_until_, end_time);
  if (!busy_.empty() && begin_time <= busy_.back().end) {
    busy_.back().end = std::max(busy_.back().end, end_time);
    return;
  }
  busy_.push_back({begin_time, end_time});
}

Picoseconds Component::ready_at() { return clock_.edge_after(power_domain_.wake(), Cycles(0)); }

Picoseconds Component::begin_work() {
  const Picoseconds ready = clock_.edge_after(power_domain_.hold(), Cycles(0));
  if (open_work_++ == 0) {
    // Open-ended busy time: closed by end_work().
    constexpr Picoseconds kForever = Picoseconds::max();
    if (!busy_.empty() && ready <= busy_.back().end) {
      busy_.back().end = kForever;
    } else {
      busy_.push_back({ready, kForever});
    }
  }
  return ready;
}

bool Component::begin_direct_work(Picoseconds gap) {
  if (open_work_ > 0 || power_domain_.state() != power::PowerState::kOn || power_domain_.patience() <= gap) {
    return false;
  }
  power_domain_.hold();
  return true;
}

void Component::end_work() {
  power_domain_.release();
  if (--open_work_ == 0) busy_.back().end = std::max({busy_.back().begin, time_now(), busy_until_});
}

}  // namespace subvolt::kernel
