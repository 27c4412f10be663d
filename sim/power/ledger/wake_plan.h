// Accounts of recharging rails, by how long their power domain had slept. Internal.
//
// They are apart in the plan, for each length has a scale of its own, and one line per component in the ledger.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "sim/power/ledger/account_plan.h"
#include "sim/power/price/recharge.h"

namespace subvolt::power {

class WakePlan {
 public:
  // All must outlive this.
  WakePlan(const ActivityRecord& record, const PowerIntent& intent, const std::vector<OperatingPoint>& points,
           const PriceSources& sources)
      : record_(record), intent_(intent), points_(points), sources_(sources) {}
  // What these epochs need and the plan does not have, in one order whatever theirs.
  void add(const Epoch* epochs, std::size_t count, AccountPlan& plan);

 private:
  const CutRail& rail_of(std::size_t point, std::size_t domain, const std::string& supply);

  const ActivityRecord& record_;
  const PowerIntent& intent_;
  const std::vector<OperatingPoint>& points_;
  const PriceSources& sources_;
  std::map<std::pair<std::size_t, std::size_t>, std::vector<CutRail>> rails_;  // by point and power domain
};

}  // namespace subvolt::power
