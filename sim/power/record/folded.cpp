#include "sim/power/record/folded.h"

#include <map>
#include <tuple>
#include <utility>

namespace subvolt::power {
namespace {

class EpochSum {
 public:
  void add(const Epoch& epoch) {
    time_ps_ += epoch.end_ps - epoch.begin_ps;
    pieces_ += epoch.pieces;
    for (const EventCount& e : epoch.events) events_[e.event] += e.count;
    for (const OwnedCount& o : epoch.others) others_[{o.task, o.event}] += o.count;
    clock_cycles_.resize(epoch.clock_cycles.size(), 0);
    for (std::size_t c = 0; c < clock_cycles_.size(); ++c) clock_cycles_[c] += epoch.clock_cycles[c];
    for (const Epoch::Transition& t : epoch.transitions) transitions_[{t.domain, t.from, t.to}] += t.times;
    for (const Epoch::PointChange& c : epoch.point_changes) changes_[{c.from, c.to}] += c.times;
  }
  // From `begin_ps` on; task, operating point, where it settles from and states are the caller's.
  Epoch epoch(std::int64_t begin_ps) const {
    Epoch out;
    out.begin_ps = begin_ps;
    out.end_ps = begin_ps + time_ps_;
    out.pieces = pieces_;
    for (const auto& [event, count] : events_) out.events.push_back({event, count});
    for (const auto& [of, count] : others_) out.others.push_back({of.first, of.second, count});
    out.clock_cycles = clock_cycles_;
    for (const auto& [way, times] : transitions_) {
      out.transitions.push_back({std::get<0>(way), std::get<1>(way), std::get<2>(way), times});
    }
    for (const auto& [way, times] : changes_) out.point_changes.push_back({way.first, way.second, times});
    return out;
  }

 private:
  std::int64_t time_ps_ = 0, pieces_ = 0;
  std::map<std::int32_t, std::int64_t> events_;
  std::map<std::pair<std::int32_t, std::int32_t>, std::int64_t> others_;
  std::vector<std::int64_t> clock_cycles_;
  std::map<std::tuple<std::int32_t, PowerState, PowerState>, std::int64_t> transitions_;
  std::map<std::pair<std::int32_t, std::int32_t>, std::int64_t> changes_;
};

}  // namespace

void fold(ActivityRecord& record) {
  using Key = std::tuple<std::int32_t, std::int32_t, std::int32_t, std::vector<PowerState>>;
  std::map<Key, EpochSum> sums;
  for (const Epoch& epoch : record.epochs) {
    sums[{epoch.task, epoch.operating_point, epoch.settling_from, epoch.states}].add(epoch);
  }
  record.epochs.clear();
  record.timeline = false;
  std::int64_t now_ps = 0;
  for (const auto& [key, sum] : sums) {
    Epoch epoch = sum.epoch(now_ps);
    std::tie(epoch.task, epoch.operating_point, epoch.settling_from, epoch.states) = key;
    now_ps = epoch.end_ps;
    record.epochs.push_back(std::move(epoch));
  }
}

}  // namespace subvolt::power
