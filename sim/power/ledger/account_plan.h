// Which accounts a record can have at which operating point, before anything is counted. Internal.
#pragma once

#include <array>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/power/ledger/energy_model.h"
#include "sim/power/price/site.h"

namespace subvolt::power {

using AccountIndex = std::int32_t;

// Accounts that activity at one operating point goes to.
struct PointAccounts {
  std::vector<std::vector<AccountIndex>> events;  // by event: one per rail; none for statistics
  std::vector<std::vector<AccountIndex>> clock;   // by component: one, or none
  std::vector<std::array<std::vector<AccountIndex>, kPowerStates>> states;  // by component and state
  std::vector<std::vector<AccountIndex>> wake;  // by component: one per rail, or none; of sleeps of unknown length
  // The same by component, the state that is left and the length of the sleep (WakePlan).
  std::map<std::tuple<std::size_t, PowerState, Picoseconds>, std::vector<AccountIndex>> wake_after;
  std::vector<AccountIndex> always;  // the chip's mode idle, in picoseconds; none where nothing comes on top of it
};

struct AccountPlan {
  std::vector<Account> accounts;   // count and energy still zero
  std::vector<std::size_t> rails;  // by account: its index in the intent's voltage domains; behind them: measured
                                   // before the regulators, which lose nothing more
  std::vector<std::size_t> account_points;  // by account: its operating point
  std::vector<PointAccounts> points;        // by operating point
  // Of each change that the record has, from and to: an account per rail that takes energy for it. A change belongs to
  // the point that it leads to.
  std::map<std::pair<std::int32_t, std::int32_t>, std::vector<AccountIndex>> changes;

  AccountIndex add(Account account, std::size_t point, std::size_t rail) {
    rails.push_back(rail);
    account_points.push_back(point);
    accounts.push_back(std::move(account));
    return static_cast<AccountIndex>(accounts.size()) - 1;
  }
};

// No task at work, and no change of the operating point under way: what ledgers call idle.
inline bool is_between_jobs(const Epoch& epoch) { return epoch.task == kNobody && epoch.settling_from == kSettled; }

// How often each account of the plan counted, whosever: in all epochs of the record, and in those between jobs. Where
// losses depend on load, also by the time that the SoC spends alike (load_losses.h), with an epoch that has what it has
// in common and its time.
struct PlannedCounts {
  struct Alike {
    Epoch epoch;
    std::map<AccountIndex, std::int64_t> counts;
  };
  std::vector<std::int64_t> all, between_jobs;
  std::vector<Alike> alike;
  void add_time(std::int32_t which, const Epoch& epoch);
  void add(std::int32_t which, AccountIndex account, std::int64_t n) {
    alike[static_cast<std::size_t>(which)].counts[account] += n;
  }
};
PlannedCounts planned_counts(const ActivityRecord& record, const PowerIntent& intent,
                             const std::vector<OperatingPoint>& points, const PriceSources& sources);

// Where a component of the record stands at one of the points. Throws Error(kConfiguration) where the intent does not
// have its domain.
Site site_of(const ActivityRecord& record, const PowerIntent& intent, const std::vector<OperatingPoint>& points,
             std::size_t component, std::size_t point);

// Throws Error(kConfiguration) as power::price does.
AccountPlan make_account_plan(const ActivityRecord& record, const PowerIntent& intent,
                              const std::vector<OperatingPoint>& points, const PriceSources& sources);

}  // namespace subvolt::power
