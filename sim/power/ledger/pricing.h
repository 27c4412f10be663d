// Counts of accounts by task, and energy by epoch: what price(), the meter and traces share. Internal.
#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "sim/power/ledger/account_plan.h"
#include "sim/power/ledger/cause_rows.h"
#include "sim/power/ledger/lasting.h"
#include "sim/power/ledger/load_losses.h"
#include "sim/power/ledger/wake_plan.h"

namespace subvolt::power {

class Pricing {
 public:
  Pricing(const ActivityRecord& record, const PowerIntent& intent, const std::vector<OperatingPoint>& points,
          const PriceSources& sources, bool by_task = true);

  // An epoch after the one before it.
  void take(const Epoch& epoch);
  void take_all();
  // After the last one; once.
  Ledger run(const Metered* metered);
  Metered metered();
  CauseTrace by_cause(const LoadLosses& settled, TraceGrain grain);
  const LoadLosses& settled_losses();
  PlannedCounts counts(bool by_state);
  // No energy of an epoch is drawn later than so much after its end.
  Picoseconds reach() const;

 private:
  struct Delivered {
    Energy total;
    std::vector<Energy> by_slot;
  };

  static std::size_t slot_of(std::int32_t task) { return task < 0 ? 0 : static_cast<std::size_t>(task) + 1; }
  bool falling(std::size_t c, std::size_t from, std::size_t to) const;
  PointTransition& transition_of(std::int32_t from, std::int32_t to);
  void take(const Epoch& epoch, const Epoch::PointChange& change);
  void take(const Epoch::Transition& wake, std::size_t component, const PointAccounts& at);
  template <class Of>
  Draft take(const Epoch& epoch, std::int32_t point, const Of& of);
  void take(const Epoch& epoch, std::size_t p, std::int32_t event_id, std::int64_t n);
  Draft with_losses(const std::vector<Energy>& rails, std::size_t p) const;
  void add_lasting(Picoseconds begin, Picoseconds end, const Draft& energy);
  Draft lasting_until(std::int64_t ps);
  void count(const std::vector<AccountIndex>& accounts, std::int64_t n);
  void count_lasting(const std::vector<AccountIndex>& accounts, std::int64_t n, Picoseconds begin, Picoseconds end);

  // Lines of the ledger: ledger_lines.cpp.
  void settle(const std::vector<std::size_t>& line);
  void add_losses();
  void add_loss(std::size_t p, std::size_t r, const Delivered& delivered);
  void add_load_losses();
  std::string point_suffix(std::size_t p) const;

  const ActivityRecord& record_;
  const PowerIntent& intent_;
  const std::vector<OperatingPoint>& points_;
  AccountPlan plan_;
  WakePlan wakes_;
  LoadLosses loads_;
  bool loads_settled_ = false;
  std::size_t slots_;                        // tasks, and slot 0 for what is nobody's
  std::vector<std::int64_t> counts_;         // by planned account and slot
  std::vector<std::size_t> domains_;         // by component: its power domain in the record
  std::vector<std::vector<double>> losses_;  // by operating point and rail: 1 / efficiency - 1; 0 of what loads_ holds
  std::size_t slot_ = 0;                     // of the epoch in hand
  std::vector<Energy> rail_energy_;          // of the epoch in hand
  std::vector<Picoseconds> lasts_;           // by event: how long it draws what it costs
  std::vector<std::size_t> owners_;          // by event: its component
  std::vector<Energy> lasting_rails_;        // of the event in hand, if it lasts
  Energy idle_mode_;                         // of the chip, had it been idle all the time
  Draft lasting_begun_;                      // of the epoch in hand: of all that lasts
  LastingEnergy lasting_;                    // delivered to epochs while it lasts
  std::map<std::pair<std::int32_t, std::int32_t>, LastingEnergy> lasting_parts_;  // of drafts
  std::unique_ptr<CauseRows> causes_;                                             // if somebody wants them
  std::unique_ptr<PlannedCounts> by_state_;                                       // likewise
  std::vector<std::size_t> planned_;  // by account of the ledger, losses apart: its place in the plan, or the first one
  Ledger ledger_;
  Metered metered_;
  std::vector<std::vector<Draft::Part>> trace_parts_;  // by segment of the trace
  Draft idle_;
  std::map<std::pair<std::int32_t, std::int32_t>, std::pair<PointTransition, Draft>> transitions_;  // by from and to
};

}  // namespace subvolt::power
