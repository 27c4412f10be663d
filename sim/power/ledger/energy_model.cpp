#include "sim/power/ledger/energy_model.h"

#include <deque>
#include <limits>

#include "sim/power/ledger/meter.h"
#include "sim/power/ledger/price_inputs.h"
#include "sim/power/ledger/pricing.h"

namespace subvolt::power {

Ledger price(const ActivityRecord& record, const PowerIntent& intent, const std::vector<OperatingPoint>& points,
             const PriceSources& sources, const Metered* metered) {
  check_inputs(record, intent, points, sources);
  return Pricing(record, intent, points, sources).run(metered);
}

PlannedCounts planned_counts(const ActivityRecord& record, const PowerIntent& intent,
                             const std::vector<OperatingPoint>& points, const PriceSources& sources) {
  return Pricing(record, intent, points, sources).counts(true);
}

CauseTrace trace_by_cause(const ActivityRecord& record, const PowerIntent& intent,
                          const std::vector<OperatingPoint>& points, const PriceSources& sources, TraceGrain grain) {
  check_inputs(record, intent, points, sources);
  // Once to know the loads, once to know when.
  Pricing loads(record, intent, points, sources, false);
  const SupplyTree tree(intent);
  if (!tree.rails.empty()) loads.take_all();
  return Pricing(record, intent, points, sources, false).by_cause(loads.settled_losses(), grain);
}

class Meter::State {
 public:
  State(const ActivityRecord& head, const PowerIntent& intent, const std::vector<OperatingPoint>& points,
        const PriceSources& sources)
      : head_(with_all_changes(head)), pricing_(head_, intent, points, sources, false), reach_(pricing_.reach()) {
    head_.total_time = std::numeric_limits<std::int64_t>::max();
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
