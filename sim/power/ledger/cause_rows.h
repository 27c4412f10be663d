// The columns of a CauseTrace while epochs are priced. Internal.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "sim/power/ledger/account_plan.h"
#include "sim/power/ledger/cause_trace.h"
#include "sim/power/ledger/lasting.h"
#include "sim/power/ledger/load_losses.h"

namespace subvolt::power {

class CauseRows {
 public:
  // `losses`: by operating point and rail, 1 / efficiency - 1; `loads`: settled, of the rails that it holds.
  CauseRows(const ActivityRecord& record, const PowerIntent& intent, const AccountPlan& plan,
            const std::vector<std::vector<double>>& losses, const LoadLosses& loads, TraceGrain grain);
  // What is drawn from now on is drawn evenly over this time, or without one over the epoch.
  void over(std::optional<std::pair<Picoseconds, Picoseconds>> time) { time_ = time; }
  // `alike`: LoadLosses::alike() of the epoch.
  void drawn(std::size_t account, Energy energy, std::int32_t alike);
  void epoch_over(Picoseconds begin, Picoseconds end, std::int32_t alike);
  CauseTrace take();

 private:
  struct Column {
    CauseTrace::Column told;
    std::int32_t order;  // of its component
    TraceRows rows;
    Energy in_epoch;
    LastingEnergy lasting;
    bool used = false;
  };
  std::size_t column_of(const std::string& component, Cause cause, const std::string& rail, std::int32_t order);
  void draw(std::size_t column, Energy energy);

  const AccountPlan& plan_;
  const std::vector<std::vector<double>>& losses_;
  const LoadLosses& loads_;
  TraceGrain grain_;
  TraceRows all_;
  std::vector<TraceSegment> epochs_;
  std::vector<Column> columns_;
  std::vector<std::size_t> column_of_account_, column_of_rail_;
  std::optional<std::pair<Picoseconds, Picoseconds>> time_;
};

}  // namespace subvolt::power
