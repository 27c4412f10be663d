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
  const std::int64_t now = now_ps();
  key.at_work_if(direct_edges_ != 0);
  key.add(open_work_);
  key.add_ahead(busy_until_ps_);
  for (const Interval& interval : busy_) {
    if (interval.end_ps <= now) continue;
    key.add_ahead(interval.begin_ps);
    key.add_ahead(interval.end_ps);
  }
  state(key);
}

std::int64_t Component::take_clock_cycles(std::int64_t from_ps, std::int64_t to_ps) {
  // The recorder closes an epoch before a state changes, so this is the state of the whole epoch. A clock runs
  // only in ON; while a domain wakes its clock is still held.
  const bool running = power_domain_.state() == power::PowerState::kOn;
  if (power::SpanLog* const log = recorder_.spans(); log && running) tell_work(*log, from_ps, to_ps);
  std::int64_t edges = 0;
  for (const Interval& i : busy_) {
    const std::int64_t begin = std::max(i.begin_ps, from_ps);
    const std::int64_t end = std::min(i.end_ps, to_ps);
    if (begin < end) edges += clock_.edges_before(end) - clock_.edges_before(begin);
  }
  busy_.erase(std::remove_if(busy_.begin(), busy_.end(), [to_ps](const Interval& i) { return i.end_ps <= to_ps; }),
              busy_.end());
  edges += direct_edges_;
  direct_edges_ = 0;
  if (!power_domain_.settings().gate_idle_units) edges = clock_.edges_before(to_ps) - clock_.edges_before(from_ps);
  return running ? edges : 0;
}

void Component::keep_spans(power::SpanLog& log) {
  span_track_ = log.add_track(instance_, power::SpanKind::kComponent, {"busy", "accesses"});
  for (sc_core::sc_object* const child : get_child_objects()) {
    if (auto* const port = dynamic_cast<InitiatorPort*>(child)) port->keep_spans(log);
  }
}

// As its clock runs: what ends later goes on in the next epoch.
void Component::tell_work(power::SpanLog& log, std::int64_t from_ps, std::int64_t to_ps) const {
  for (const Interval& i : busy_) {
    const std::int64_t begin = std::max(i.begin_ps, from_ps);
    const std::int64_t end = std::min(i.end_ps, to_ps);
    if (begin < end) log.add(span_track_, {begin, end, kBusy});
  }
  if (direct_edges_ > 0) log.add(span_track_, {from_ps, to_ps, kAccesses, power::kNobody, direct_edges_});
}

void Component::busy(std::int64_t begin_ps, std::int64_t end_ps) {
  if (end_ps <= begin_ps) return;
  power_domain_.work_until(end_ps);
  busy_until_ps_ = std::max(busy_until_ps_, end_ps);
  if (!busy_.empty() && begin_ps <= busy_.back().end_ps) {
    busy_.back().end_ps = std::max(busy_.back().end_ps, end_ps);
    return;
  }
  busy_.push_back({begin_ps, end_ps});
}

std::int64_t Component::ready_at() { return clock_.edge_after(power_domain_.wake(), Cycles(0)); }

std::int64_t Component::begin_work() {
  const std::int64_t ready = clock_.edge_after(power_domain_.hold(), Cycles(0));
  if (open_work_++ == 0) {
    // Open-ended busy time: closed by end_work().
    constexpr std::int64_t kForever = INT64_MAX;
    if (!busy_.empty() && ready <= busy_.back().end_ps) {
      busy_.back().end_ps = kForever;
    } else {
      busy_.push_back({ready, kForever});
    }
  }
  return ready;
}

bool Component::begin_direct_work(std::int64_t gap_ps) {
  if (open_work_ > 0 || power_domain_.state() != power::PowerState::kOn || power_domain_.patience_ps() <= gap_ps) {
    return false;
  }
  power_domain_.hold();
  return true;
}

void Component::end_work() {
  power_domain_.release();
  if (--open_work_ == 0) busy_.back().end_ps = std::max({busy_.back().begin_ps, now_ps(), busy_until_ps_});
}

}  // namespace subvolt::kernel
