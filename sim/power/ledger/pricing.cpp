#include "sim/power/ledger/pricing.h"

#include <algorithm>

#include "sim/power/intent/point_change.h"
#include "sim/power/ledger/supply_loss.h"
#include "sim/power/price/current_prices.h"
#include "sim/units/picoseconds.h"

namespace subvolt::power {

Pricing::Pricing(const ActivityRecord& record, const PowerIntent& intent, const std::vector<OperatingPoint>& points,
                 const PriceSources& sources, bool by_task)
    : record_(record),
      intent_(intent),
      points_(points),
      plan_(make_account_plan(record, intent, points, sources)),
      wakes_(record, intent, points, sources),
      loads_(intent, points),
      slots_(by_task ? record.tasks.size() + 1 : 0),
      counts_(plan_.accounts.size() * slots_, 0) {
  for (const ComponentDeclaration& c : record.components) {
    const auto found = std::find(record.power_domains.begin(), record.power_domains.end(), c.power_domain);
    domains_.push_back(static_cast<std::size_t>(found - record.power_domains.begin()));
    for (const EventDeclaration& event : c.events) {
      lasts_.push_back(lasts(event));
      owners_.push_back(domains_.size() - 1);
    }
  }
  for (const OperatingPoint& point : points) {
    losses_.emplace_back();
    for (std::size_t r = 0; r < intent.voltage_domains.size(); ++r) {
      losses_.back().push_back(loads_.holds(r) ? 0.0 : loss_share(intent.voltage_domains[r], point));
    }
    losses_.back().push_back(0.0);  // of what was measured before them
  }
}

void Pricing::take_all() {
  for (const Epoch& epoch : record_.epochs) take(epoch);
}

const LoadLosses& Pricing::settled_losses() {
  if (!loads_settled_) loads_.settle();
  loads_settled_ = true;
  return loads_;
}

PlannedCounts Pricing::counts(bool by_state) {
  if (by_state && loads_.any()) by_state_ = std::make_unique<PlannedCounts>();
  std::vector<std::int64_t> all, between_jobs;
  for (std::vector<std::int64_t>* sums : {&between_jobs, &all}) {
    for (const Epoch& epoch : record_.epochs) {
      if (is_between_jobs(epoch) == (sums == &between_jobs)) take(epoch);
    }
    sums->assign(plan_.accounts.size(), 0);
    for (std::size_t i = 0; i < counts_.size(); ++i) (*sums)[i / slots_] += counts_[i];
  }
  PlannedCounts counts;
  if (by_state_) counts = std::move(*by_state_);
  counts.all = std::move(all);
  counts.between_jobs = std::move(between_jobs);
  return counts;
}

CauseTrace Pricing::by_cause(const LoadLosses& settled, TraceGrain grain) {
  if (!record_.timeline || record_.epochs.empty()) return {};
  causes_ = std::make_unique<CauseRows>(record_, intent_, plan_, losses_, settled, grain);
  take_all();
  return causes_->take();
}

Metered Pricing::metered() {
  settled_losses();
  for (std::size_t i = 0; i < trace_parts_.size(); ++i) {
    TraceSegment& segment = metered_.trace[i];
    segment.energy = loads_.energy({segment.energy, std::move(trace_parts_[i])});
  }
  metered_.idle_energy = loads_.energy(idle_);
  for (auto& [change, transition] : transitions_) {
    transition.first.energy = loads_.energy(transition.second);
    metered_.transitions.push_back(transition.first);
  }
  return std::move(metered_);
}

Picoseconds Pricing::reach() const {
  Picoseconds reach{0};
  for (const Picoseconds lasts : lasts_) reach = std::max(reach, lasts);
  for (const OperatingPoint& from : points_) {
    for (const OperatingPoint& to : points_) reach = std::max(reach, picoseconds(change_time(intent_, from, to)));
  }
  return reach;
}

void Pricing::take(const Epoch& epoch) {
  Draft energy;
  if (slots_ == 0) wakes_.add(&epoch, 1, plan_);  // of a meter, which does not know what is to come
  if (const ChipMode* idle = intent_.idle_mode()) {
    const Voltage v = points_[static_cast<std::size_t>(epoch.operating_point)].voltage(intent_.chip_modes->rail);
    const double lasts = static_cast<double>((epoch.end - epoch.begin).value());
    idle_mode_ += lasts * (PowersByVoltage::power(idle->powers, v) * kPicosecond);
  }
  if (loads_.any()) loads_.begin(epoch, slot_of(epoch.task));
  if (by_state_) by_state_->add_time(loads_.alike(), epoch);
  lasting_begun_ = Draft();
  if (epoch.settling_from == kSettled) {
    energy = take(epoch, epoch.operating_point, [](std::size_t) { return true; });
  } else {
    const auto from = static_cast<std::size_t>(epoch.settling_from),
               to = static_cast<std::size_t>(epoch.operating_point);
    const auto falls = [&](std::size_t c) { return falling(c, from, to); };
    energy = take(epoch, epoch.settling_from, falls);
    energy += take(epoch, epoch.operating_point, [&](std::size_t c) { return !falls(c); });
  }
  if (loads_.any()) energy.parts.push_back(loads_.time_of(epoch));
  Draft begun = energy;
  begun += lasting_begun_;
  if (epoch.settling_from != kSettled) {
    PointTransition& transition = transition_of(epoch.settling_from, epoch.operating_point);
    transition.time += static_cast<double>((epoch.end - epoch.begin).value()) * kPicosecond;
    transitions_.at({epoch.settling_from, epoch.operating_point}).second += begun;
  }
  // What lasts counts whole where it began: a record without timeline does not tell what came behind.
  if (epoch.task == kNobody && epoch.settling_from == kSettled) {
    metered_.idle += static_cast<double>((epoch.end - epoch.begin).value()) * kPicosecond;
    idle_ += begun;
  }
  for (const Epoch::PointChange& change : epoch.point_changes) take(epoch, change);
  energy += lasting_until(epoch.end);
  if (causes_) causes_->epoch_over(epoch.begin, epoch.end, loads_.alike());
  if (!record_.timeline) return;
  metered_.trace.push_back({epoch.begin, epoch.end, energy.sure});
  if (loads_.any()) trace_parts_.push_back(std::move(energy.parts));
}

// A rail on its way is taken as fully up: components of one that falls are counted at the point that is left.
bool Pricing::falling(std::size_t c, std::size_t from, std::size_t to) const {
  const PowerDomain& domain = *intent_.find_power_domain(record_.components[c].power_domain);
  return points_[to].voltage(domain.supply) < points_[from].voltage(domain.supply);
}

PointTransition& Pricing::transition_of(std::int32_t from, std::int32_t to) {
  PointTransition& transition = transitions_[{from, to}].first;
  transition.from = from;
  transition.to = to;
  return transition;
}

// The rails' charge, drawn while they settle.
void Pricing::take(const Epoch& epoch, const Epoch::PointChange& change) {
  rail_energy_.assign(intent_.voltage_domains.size() + 1, Energy());
  slot_ = slot_of(kNobody);
  const OperatingPoint& from = points_[static_cast<std::size_t>(change.from)];
  const OperatingPoint& to = points_[static_cast<std::size_t>(change.to)];
  const Picoseconds settled = epoch.begin + picoseconds(change_time(intent_, from, to));
  const Picoseconds end = std::min(std::max(settled, epoch.begin + Picoseconds(1)), record_.total_time);
  count_lasting(plan_.changes.at({change.from, change.to}), change.times, epoch.begin, end);
  const Draft energy = with_losses(rail_energy_, static_cast<std::size_t>(change.to));
  add_lasting(epoch.begin, end, energy);
  transition_of(change.from, change.to).times += change.times;
  transitions_.at({change.from, change.to}).second += energy;
}

// What the epoch's counts of some components draw, but for what lasts, at an operating point.
template <class Of>
Draft Pricing::take(const Epoch& epoch, std::int32_t point, const Of& of) {
  const auto p = static_cast<std::size_t>(point);
  const PointAccounts& at = plan_.points[p];
  slot_ = slot_of(epoch.task);
  rail_energy_.assign(intent_.voltage_domains.size() + 1, Energy());
  for (const EventCount& e : epoch.events) {
    if (of(owners_[static_cast<std::size_t>(e.event)])) take(epoch, p, e.event, e.count);
  }
  for (const OwnedCount& o : epoch.others) {
    slot_ = slot_of(o.task);
    if (of(owners_[static_cast<std::size_t>(o.event)])) take(epoch, p, o.event, o.count);
  }
  slot_ = slot_of(epoch.task);
  for (std::size_t c = 0; c < record_.components.size(); ++c) {
    if (!of(c)) continue;
    count(at.clock[c], epoch.clock_cycles[c]);
    count(at.states[c][static_cast<std::size_t>(epoch.states[domains_[c]])], (epoch.end - epoch.begin).value());
    for (const Epoch::Transition& t : epoch.transitions) {
      if (t.wakes() && static_cast<std::size_t>(t.domain) == domains_[c]) take(t, c, at);
    }
  }
  if (point == epoch.operating_point) count(at.always, (epoch.end - epoch.begin).value());
  return with_losses(rail_energy_, p);
}

void Pricing::take(const Epoch::Transition& wake, std::size_t component, const PointAccounts& at) {
  if (wake.slept == kSleepNotTold || at.wake[component].empty()) return count(at.wake[component], wake.times);
  count(at.wake_after.at({component, wake.from, wake.slept}), wake.times);
}

void Pricing::take(const Epoch& epoch, std::size_t p, std::int32_t event_id, std::int64_t n) {
  const PointAccounts& at = plan_.points[p];
  const auto event = static_cast<std::size_t>(event_id);
  if (lasts_[event] == Picoseconds()) return count(at.events[event], n);
  // When in the epoch they began is not known: evenly, and the last one lasts beyond its end.
  lasting_rails_.assign(rail_energy_.size(), Energy());
  lasting_rails_.swap(rail_energy_);
  const Picoseconds end = std::min(epoch.end + lasts_[event], record_.total_time);
  count_lasting(at.events[event], n, epoch.begin, end);
  lasting_rails_.swap(rail_energy_);
  const Draft energy = with_losses(lasting_rails_, p);
  lasting_begun_ += energy;
  add_lasting(epoch.begin, end, energy);
}

Draft Pricing::with_losses(const std::vector<Energy>& rails, std::size_t p) const {
  Draft energy;
  for (std::size_t r = 0; r < rails.size(); ++r) {
    if (loads_.holds(r)) {
      if (rails[r] > Energy()) {
        energy.parts.push_back({loads_.alike(), static_cast<std::int32_t>(r), rails[r].si()});
      }
      continue;
    }
    energy.sure += rails[r];
    energy.sure += rails[r] * losses_[p][r];
  }
  return energy;
}

void Pricing::add_lasting(Picoseconds begin, Picoseconds end, const Draft& energy) {
  lasting_.add(begin, end, energy.sure);
  for (const Draft::Part& part : energy.parts) {
    lasting_parts_[{part.alike, part.rail}].add(begin, end, Energy::from_si(part.amount));
  }
}

Draft Pricing::lasting_until(std::int64_t ps) {
  Draft energy{lasting_.until(ps), {}};
  for (auto at = lasting_parts_.begin(); at != lasting_parts_.end();) {
    energy.parts.push_back({at->first.first, at->first.second, at->second.until(ps).si()});
    at = at->second.empty() ? lasting_parts_.erase(at) : std::next(at);
  }
  return energy;
}

void Pricing::count(const std::vector<AccountIndex>& accounts, std::int64_t n) {
  for (const AccountIndex index : accounts) {
    const auto a = static_cast<std::size_t>(index);
    if (slots_ > 0) counts_[a * slots_ + slot_] += n;
    const Energy energy = priced(n, plan_.accounts[a]);
    rail_energy_[plan_.rails[a]] += energy;
    if (loads_.holds(plan_.rails[a])) loads_.delivered(plan_.rails[a], slot_, energy);
    if (by_state_) by_state_->add(loads_.alike(), index, n);
    if (causes_) causes_->drawn(a, energy, loads_.alike());
  }
}

// The same of what is drawn over a time of its own.
void Pricing::count_lasting(const std::vector<AccountIndex>& accounts, std::int64_t n, Picoseconds begin,
                            Picoseconds end) {
  if (causes_) causes_->over(std::pair(begin, end));
  count(accounts, n);
  if (causes_) causes_->over(std::nullopt);
}

}  // namespace subvolt::power
