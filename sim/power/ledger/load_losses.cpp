#include "sim/power/ledger/load_losses.h"

#include <algorithm>

#include "sim/units/picoseconds.h"

namespace subvolt::power {

Draft& Draft::operator+=(const Draft& more) {
  sure += more.sure;
  for (const Part& part : more.parts) {
    const auto same = std::find_if(parts.begin(), parts.end(),
                                   [&](const Part& own) { return own.alike == part.alike && own.rail == part.rail; });
    if (same == parts.end()) {
      parts.push_back(part);
    } else {
      same->amount += part.amount;
    }
  }
  return *this;
}

LoadLosses::LoadLosses(const PowerIntent& intent, const std::vector<OperatingPoint>& points)
    : intent_(intent), points_(points), tree_(intent) {}

void LoadLosses::begin(const Epoch& epoch, std::size_t slot) {
  const auto [place, fresh] = keys_.try_emplace({epoch.task, epoch.operating_point, epoch.settling_from, epoch.states},
                                                static_cast<std::int32_t>(alike_.size()));
  current_ = place->second;
  if (fresh) {
    Alike alike;
    alike.point = static_cast<std::size_t>(epoch.operating_point);
    alike.from = epoch.settling_from;
    alike.slot = slot;
    alike.rails.resize(intent_.voltage_domains.size());
    alike_.push_back(std::move(alike));
  }
  alike_[static_cast<std::size_t>(current_)].time_ps += epoch.end_ps - epoch.begin_ps;
}

void LoadLosses::delivered(std::size_t rail, std::size_t slot, Energy energy) {
  alike_[static_cast<std::size_t>(current_)].rails[rail].by_slot[slot] += energy;
}

Draft::Part LoadLosses::time_of(const Epoch& epoch) const {
  return {current_, Draft::kTime, static_cast<double>(epoch.end_ps - epoch.begin_ps) * kPicosecond.si()};
}

void LoadLosses::settle() {
  for (Alike& alike : alike_) settle(alike);
}

void LoadLosses::settle(Alike& alike) const {
  const Time time = static_cast<double>(std::max<std::int64_t>(alike.time_ps, 1)) * kPicosecond;
  for (const std::size_t r : tree_.rails) {
    const VoltageDomain& rail = intent_.voltage_domains[r];
    // A rail on its way is taken as fully up.
    const OperatingPoint& to = points_[alike.point];
    const OperatingPoint& from = alike.from == kSettled ? to : points_[static_cast<std::size_t>(alike.from)];
    const OperatingPoint& at = from.voltage(rail.name) > to.voltage(rail.name) ? from : to;
    const Voltage out = at.voltage(rail.name), in = input_of(rail, at);
    Feed& feed = alike.rails[r];
    Energy delivered;
    for (const auto& [slot, energy] : feed.by_slot) delivered += energy;
    // As the account of it has it, which knows points only.
    feed.standing = rail.regulator.standing(to.voltage(rail.name), input_of(rail, to));
    if (delivered > Energy()) {
      const Power load = delivered / time;
      feed.share = rail.regulator.loss(load, out, in) / load;
    }
    if (tree_.feeders[r] == kNoRail) continue;
    auto& feeder = alike.rails[tree_.feeders[r]].by_slot;
    for (const auto& [slot, energy] : feed.by_slot) feeder[slot] += energy * (1.0 + feed.share);
    feeder[alike.slot] += feed.standing * time;
  }
  alike.standing = Power();
  for (auto r = tree_.rails.rbegin(); r != tree_.rails.rend(); ++r) {
    Feed& feed = alike.rails[*r];
    const double above = tree_.feeders[*r] == kNoRail ? 0.0 : alike.rails[tree_.feeders[*r]].factor;
    feed.factor = feed.share + (1.0 + feed.share) * above;
    alike.standing += feed.standing * (1.0 + above);
  }
}

Energy LoadLosses::energy(const Draft& draft) const {
  Energy all = draft.sure;
  for (const Draft::Part& part : draft.parts) {
    const Alike& alike = alike_[static_cast<std::size_t>(part.alike)];
    const double joules = part.rail == Draft::kTime
                              ? alike.standing.si() * part.amount
                              : part.amount * (1.0 + alike.rails[static_cast<std::size_t>(part.rail)].factor);
    all += Energy::from_si(joules);
  }
  return all;
}

std::vector<LoadLosses::Rail> LoadLosses::rails() const {
  std::map<std::pair<std::size_t, std::size_t>, Rail> all;  // by point and rail
  for (const Alike& alike : alike_) {
    for (const std::size_t r : tree_.rails) {
      const Feed& feed = alike.rails[r];
      Rail& rail = all[{alike.point, r}];
      rail.rail = r;
      rail.point = alike.point;
      rail.time_ps += alike.time_ps;
      rail.slots[alike.slot].time_ps += alike.time_ps;
      const VoltageDomain& domain = intent_.voltage_domains[r];
      const OperatingPoint& at = points_[alike.point];
      rail.standing = domain.regulator.standing(at.voltage(domain.name), input_of(domain, at));
      for (const auto& [slot, energy] : feed.by_slot) {
        const Energy lost = energy * feed.share;
        rail.delivered += energy;
        rail.lost += lost;
        rail.slots[slot].delivered += energy;
        rail.slots[slot].lost += lost;
      }
    }
  }
  std::vector<Rail> list;
  for (auto& [key, rail] : all) list.push_back(std::move(rail));
  return list;
}

}  // namespace subvolt::power
