#include "sim/power/ledger/energy_model.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <map>

#include "sim/power/intent/point_change.h"
#include "sim/power/ledger/account_plan.h"
#include "sim/power/ledger/cause_rows.h"
#include "sim/power/ledger/lasting.h"
#include "sim/power/ledger/ledger_order.h"
#include "sim/power/ledger/meter.h"
#include "sim/power/ledger/price_inputs.h"
#include "sim/power/ledger/supply_loss.h"
#include "sim/power/price/current_prices.h"
#include "sim/power/wording.h"

namespace subvolt::power {
namespace {

// The one place where a count becomes energy, so that accounts, postings and trace multiply alike.
Energy priced(std::int64_t count, const Account& account) {
  return static_cast<double>(count) * account.unit_energy * account.scale;
}

}  // namespace

// Counts of accounts by task, and energy by epoch.
class Pricing {
 public:
  Pricing(const ActivityRecord& record, const PowerIntent& intent, const std::vector<OperatingPoint>& points,
          const PriceSources& sources, bool by_task = true)
      : record_(record),
        intent_(intent),
        points_(points),
        plan_(make_account_plan(record, intent, points, sources)),
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
      for (const VoltageDomain& rail : intent.voltage_domains) {
        losses_.back().push_back(loss_share(rail, point.voltage(rail.name)));
      }
      losses_.back().push_back(0.0);  // of what was measured before them
    }
  }

  Ledger run(const Metered* metered) {
    for (const Epoch& epoch : record_.epochs) take(epoch);
    Metered own = this->metered();
    const Metered& in_time = metered ? *metered : own;
    ledger_.trace = in_time.trace;
    ledger_.idle = in_time.idle;
    ledger_.idle_energy = in_time.idle_energy;
    ledger_.transitions = in_time.transitions;
    for (std::size_t a = 0; a < plan_.accounts.size(); ++a) settle(a);
    add_losses();
    sort_accounts(ledger_);
    ledger_.rows = rows_of(ledger_.trace, intent_.trace_window);
    ledger_.peak = peak_power(ledger_.rows, intent_.trace_window);
    double estimated = 0.0, fitted = 0.0;
    for (const Account& account : ledger_.accounts) {
      ledger_.total += account.energy;
      if (account.quality == config::Quality::kEstimated) estimated += account.energy.si();
      if (account.quality == config::Quality::kFitted) fitted += account.energy.si();
    }
    if (ledger_.total > Energy()) {
      ledger_.estimated_share = std::min(1.0, estimated / ledger_.total.si());
      ledger_.fitted_share = std::min(1.0, fitted / ledger_.total.si());
    }
    if (intent_.idle_mode()) ledger_.idle_mode = idle_mode_;
    for (const ComponentDeclaration& c : record_.components) ledger_.covered.push_back(intent_.covers(c.name));
    return std::move(ledger_);
  }

  std::vector<std::int64_t> all_counts() {
    for (const Epoch& epoch : record_.epochs) take(epoch);
    std::vector<std::int64_t> sums(plan_.accounts.size(), 0);
    for (std::size_t a = 0; a < sums.size(); ++a) {
      for (std::size_t s = 0; s < slots_; ++s) sums[a] += counts_[a * slots_ + s];
    }
    return sums;
  }

  CauseTrace by_cause() {
    if (!record_.timeline || record_.epochs.empty()) return {};
    causes_ = std::make_unique<CauseRows>(record_, intent_, plan_, losses_);
    for (const Epoch& epoch : record_.epochs) take(epoch);
    return causes_->take();
  }

  Metered metered() {
    for (const auto& [change, transition] : transitions_) metered_.transitions.push_back(transition);
    return std::move(metered_);
  }
  // No energy of an epoch is drawn later than so much after its end.
  Picoseconds reach() const {
    Picoseconds reach;
    for (const Picoseconds lasts : lasts_) reach = std::max(reach, lasts);
    for (const OperatingPoint& from : points_) {
      for (const OperatingPoint& to : points_) reach = std::max(reach, picoseconds(change_time(intent_, from, to)));
    }
    return reach;
  }
  void take(const Epoch& epoch) {
    Energy energy;
    if (const ChipMode* idle = intent_.idle_mode()) {
      const Voltage v = points_[static_cast<std::size_t>(epoch.operating_point)].voltage(intent_.chip_modes->rail);
      const double lasts = static_cast<double>((epoch.end - epoch.begin).value());
      idle_mode_ += lasts * (PowersByVoltage::power(idle->powers, v) * kPicosecond);
    }
    lasting_begun_ = Energy();
    if (epoch.settling_from == kSettled) {
      energy = take(epoch, epoch.operating_point, [](std::size_t) { return true; });
    } else {
      const auto from = static_cast<std::size_t>(epoch.settling_from),
                 to = static_cast<std::size_t>(epoch.operating_point);
      const auto falls = [&](std::size_t c) { return falling(c, from, to); };
      energy = take(epoch, epoch.settling_from, falls);
      energy += take(epoch, epoch.operating_point, [&](std::size_t c) { return !falls(c); });
      PointTransition& transition = transition_of(epoch.settling_from, epoch.operating_point);
      transition.time += static_cast<double>((epoch.end - epoch.begin).value()) * kPicosecond;
      transition.energy += energy + lasting_begun_;
    }
    // What lasts counts whole where it began: a record without timeline does not tell what came behind.
    if (epoch.task == kNobody && epoch.settling_from == kSettled) {
      metered_.idle += static_cast<double>((epoch.end - epoch.begin).value()) * kPicosecond;
      metered_.idle_energy += energy + lasting_begun_;
    }
    for (const Epoch::PointChange& change : epoch.point_changes) take(epoch, change);
    energy += lasting_.until(epoch.end);
    if (causes_) causes_->epoch_over(epoch.begin, epoch.end);
    if (record_.timeline) metered_.trace.push_back({epoch.begin, epoch.end, energy});
  }

 private:
  struct Delivered {
    Energy total;
    std::vector<Energy> by_slot;
  };

  static std::size_t slot_of(std::int32_t task) { return task < 0 ? 0 : static_cast<std::size_t>(task) + 1; }

  // A rail on its way is taken as fully up: components of one that falls are counted at the point that is left.
  bool falling(std::size_t c, std::size_t from, std::size_t to) const {
    const PowerDomain& domain = *intent_.find_power_domain(record_.components[c].power_domain);
    return points_[to].voltage(domain.supply) < points_[from].voltage(domain.supply);
  }

  PointTransition& transition_of(std::int32_t from, std::int32_t to) {
    PointTransition& transition = transitions_[{from, to}];
    transition.from = from;
    transition.to = to;
    return transition;
  }

  // The rails' charge, drawn while they settle.
  void take(const Epoch& epoch, const Epoch::PointChange& change) {
    rail_energy_.assign(intent_.voltage_domains.size() + 1, Energy());
    slot_ = slot_of(kNobody);
    const OperatingPoint& from = points_[static_cast<std::size_t>(change.from)];
    const OperatingPoint& to = points_[static_cast<std::size_t>(change.to)];
    const Picoseconds settled = epoch.begin + picoseconds(change_time(intent_, from, to));
    const Picoseconds end = std::min(std::max(settled, epoch.begin + Picoseconds(1)), record_.total_time);
    count_lasting(plan_.changes.at({change.from, change.to}), change.times, epoch.begin, end);
    const Energy energy = with_losses(rail_energy_, static_cast<std::size_t>(change.to));
    lasting_.add(epoch.begin, end, energy);
    PointTransition& transition = transition_of(change.from, change.to);
    transition.times += change.times;
    transition.energy += energy;
  }

  // What the epoch's counts of some components draw, but for what lasts, at an operating point.
  template <class Of>
  Energy take(const Epoch& epoch, std::int32_t point, const Of& of) {
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
        const bool wakes = (t.from == PowerState::kOff || t.from == PowerState::kRetention) &&
                           (t.to == PowerState::kWaking || t.to == PowerState::kOn);
        if (wakes && static_cast<std::size_t>(t.domain) == domains_[c]) count(at.wake[c], t.times);
      }
    }
    if (point == epoch.operating_point) count(at.always, (epoch.end - epoch.begin).value());
    return with_losses(rail_energy_, p);
  }

  void take(const Epoch& epoch, std::size_t p, std::int32_t event_id, std::int64_t n) {
    const PointAccounts& at = plan_.points[p];
    const auto event = static_cast<std::size_t>(event_id);
    if (lasts_[event] == Picoseconds()) return count(at.events[event], n);
    // When in the epoch they began is not known: evenly, and the last one lasts beyond its end.
    lasting_rails_.assign(rail_energy_.size(), Energy());
    lasting_rails_.swap(rail_energy_);
    const Picoseconds end = std::min(epoch.end + lasts_[event], record_.total_time);
    count_lasting(at.events[event], n, epoch.begin, end);
    lasting_rails_.swap(rail_energy_);
    const Energy energy = with_losses(lasting_rails_, p);
    lasting_begun_ += energy;
    lasting_.add(epoch.begin, end, energy);
  }

  Energy with_losses(const std::vector<Energy>& rails, std::size_t p) const {
    Energy energy;
    for (std::size_t r = 0; r < rails.size(); ++r) {
      energy += rails[r];
      energy += rails[r] * losses_[p][r];
    }
    return energy;
  }

  void count(const std::vector<AccountIndex>& accounts, std::int64_t n) {
    for (const AccountIndex index : accounts) {
      const auto a = static_cast<std::size_t>(index);
      if (slots_ > 0) counts_[a * slots_ + slot_] += n;
      const Energy energy = priced(n, plan_.accounts[a]);
      rail_energy_[plan_.rails[a]] += energy;
      if (causes_) causes_->drawn(a, energy);
    }
  }
  // The same of what is drawn over a time of its own.
  void count_lasting(const std::vector<AccountIndex>& accounts, std::int64_t n, Picoseconds begin, Picoseconds end) {
    if (causes_) causes_->over(std::pair(begin, end));
    count(accounts, n);
    if (causes_) causes_->over(std::nullopt);
  }

  // Turns the counts of an account into its line and its postings; an account that never counted gets none.
  void settle(std::size_t a) {
    Account account = plan_.accounts[a];
    const auto index = static_cast<std::int32_t>(ledger_.accounts.size());
    for (std::size_t s = 0; s < slots_; ++s) {
      const std::int64_t n = counts_[a * slots_ + s];
      if (n == 0) continue;
      account.count += n;
      ledger_.postings.push_back({index, static_cast<std::int32_t>(s) - 1, n, priced(n, account)});
    }
    if (account.count == 0) return;
    account.energy = priced(account.count, account);
    ledger_.accounts.push_back(std::move(account));
    planned_.push_back(a);
  }

  // What the regulators lose on the way to their rails.
  void add_losses() {
    const std::size_t delivering = ledger_.accounts.size();
    const std::vector<Posting> delivered_postings = ledger_.postings;
    for (std::size_t p = 0; p < points_.size(); ++p) {
      std::vector<Delivered> delivered(intent_.voltage_domains.size() + 1, {Energy(), std::vector<Energy>(slots_)});
      const auto at_point = [&](std::size_t a) { return plan_.account_points[planned_[a]] == p; };
      for (std::size_t a = 0; a < delivering; ++a) {
        if (at_point(a)) delivered[plan_.rails[planned_[a]]].total += ledger_.accounts[a].energy;
      }
      for (const Posting& posting : delivered_postings) {
        const auto a = static_cast<std::size_t>(posting.account);
        if (!at_point(a)) continue;
        delivered[plan_.rails[planned_[a]]].by_slot[static_cast<std::size_t>(posting.task + 1)] += posting.energy;
      }
      for (std::size_t r = 0; r < intent_.voltage_domains.size(); ++r) add_loss(p, r, delivered[r]);
    }
  }

  void add_loss(std::size_t p, std::size_t r, const Delivered& delivered) {
    const VoltageDomain& rail = intent_.voltage_domains[r];
    if (!(delivered.total > Energy()) || losses_[p][r] == 0.0) return;
    Account account = supply_loss(rail, points_[p].voltage(rail.name), delivered.total);
    if (points_.size() > 1) account.name += "@" + record_.operating_points[p];
    account.energy = priced(1, account);
    const auto index = static_cast<std::int32_t>(ledger_.accounts.size());
    ledger_.accounts.push_back(std::move(account));
    for (std::size_t s = 0; s < slots_; ++s) {
      if (!(delivered.by_slot[s] > Energy())) continue;
      ledger_.postings.push_back({index, static_cast<std::int32_t>(s) - 1, 0, delivered.by_slot[s] * losses_[p][r]});
    }
  }

  const ActivityRecord& record_;
  const PowerIntent& intent_;
  const std::vector<OperatingPoint>& points_;
  AccountPlan plan_;
  std::size_t slots_;                        // tasks, and slot 0 for what is nobody's
  std::vector<std::int64_t> counts_;         // by planned account and slot
  std::vector<std::size_t> domains_;         // by component: its power domain in the record
  std::vector<std::vector<double>> losses_;  // by operating point and rail: 1 / efficiency - 1
  std::size_t slot_ = 0;                     // of the epoch in hand
  std::vector<Energy> rail_energy_;          // of the epoch in hand
  std::vector<Picoseconds> lasts_;           // by event: how long it draws what it costs
  std::vector<std::size_t> owners_;          // by event: its component
  std::vector<Energy> lasting_rails_;        // of the event in hand, if it lasts
  Energy idle_mode_;                         // of the chip, had it been idle all the time
  Energy lasting_begun_;                     // of the epoch in hand: of all that lasts
  LastingEnergy lasting_;                    // delivered to epochs while it lasts
  std::unique_ptr<CauseRows> causes_;        // if somebody wants them
  std::vector<std::size_t> planned_;         // by account of the ledger, losses apart: its place in the plan
  Ledger ledger_;
  Metered metered_;
  std::map<std::pair<std::int32_t, std::int32_t>, PointTransition> transitions_;  // by from and to
};

Ledger price(const ActivityRecord& record, const PowerIntent& intent, const std::vector<OperatingPoint>& points,
             const PriceSources& sources, const Metered* metered) {
  check_inputs(record, intent, points, sources);
  return Pricing(record, intent, points, sources).run(metered);
}

std::vector<std::int64_t> planned_counts(const ActivityRecord& record, const PowerIntent& intent,
                                         const std::vector<OperatingPoint>& points, const PriceSources& sources) {
  return Pricing(record, intent, points, sources).all_counts();
}

CauseTrace trace_by_cause(const ActivityRecord& record, const PowerIntent& intent,
                          const std::vector<OperatingPoint>& points, const PriceSources& sources) {
  check_inputs(record, intent, points, sources);
  return Pricing(record, intent, points, sources, false).by_cause();
}

class Meter::State {
 public:
  State(const ActivityRecord& head, const PowerIntent& intent, const std::vector<OperatingPoint>& points,
        const PriceSources& sources)
      : head_(with_all_changes(head)), pricing_(head_, intent, points, sources, false), reach_(pricing_.reach()) {
    head_.total_time = Picoseconds::max();
  }
  void take(const Epoch& epoch) {
    waiting_.push_back(epoch);
    while (waiting_.front().end + reach_ < epoch.begin) take_first();
  }
  Metered finish(Picoseconds total_time) {
    head_.total_time = total_time;
    while (!waiting_.empty()) take_first();
    return pricing_.metered();
  }

 private:
  static ActivityRecord with_all_changes(ActivityRecord head) {
    head.epochs.assign(1, Epoch());
    const auto points = static_cast<std::int32_t>(head.operating_points.size());
    for (std::int32_t from = 0; from < points; ++from) {
      for (std::int32_t to = 0; to < points; ++to) {
        if (from != to) head.epochs.front().point_changes.push_back({from, to, 0});
      }
    }
    return head;
  }
  void take_first() {
    pricing_.take(waiting_.front());
    waiting_.pop_front();
  }

  ActivityRecord head_;
  Pricing pricing_;
  Picoseconds reach_;
  std::deque<Epoch> waiting_;  // those whose energy may be cut off by the end of the run, which is not known yet
};

Meter::Meter(const ActivityRecord& head, const PowerIntent& intent, const std::vector<OperatingPoint>& points,
             const PriceSources& sources)
    : state_(std::make_unique<State>(head, intent, points, sources)) {}
Meter::~Meter() = default;
void Meter::take(const Epoch& epoch) { state_->take(epoch); }
Metered Meter::finish(Picoseconds total_time) { return state_->finish(total_time); }

}  // namespace subvolt::power
