#include "sim/power/ledger/cause_rows.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "sim/units/picoseconds.h"

namespace subvolt::power {
namespace {
constexpr std::int32_t kLast = std::numeric_limits<std::int32_t>::max();  // behind all components
}  // namespace

CauseRows::CauseRows(const ActivityRecord& record, const PowerIntent& intent, const AccountPlan& plan,
                     const std::vector<std::vector<double>>& losses, const LoadLosses& loads, TraceGrain grain)
    : plan_(plan),
      losses_(losses),
      loads_(loads),
      grain_(grain),
      all_(record.epochs.front().begin, record.epochs.back().end, intent.trace_window) {
  for (const Account& a : plan.accounts) {
    const bool by_rail = grain == TraceGrain::kEpochs && a.cause != Cause::kSupplyLoss;
    const std::string rail = by_rail ? a.voltage_domain : "";
    column_of_account_.push_back(column_of(a.component_name, a.cause, rail, a.component < 0 ? kLast : a.component));
  }
  for (const VoltageDomain& rail : intent.voltage_domains) {
    column_of_rail_.push_back(column_of(rail.name, Cause::kSupplyLoss, "", kLast));
  }
}

std::size_t CauseRows::column_of(const std::string& component, Cause cause, const std::string& rail,
                                 std::int32_t order) {
  const auto found = std::find_if(columns_.begin(), columns_.end(), [&](const Column& c) {
    return c.told.component == component && c.told.cause == cause && c.told.rail == rail;
  });
  if (found != columns_.end()) return static_cast<std::size_t>(found - columns_.begin());
  columns_.push_back({{component, cause, rail, {}}, order, all_, {}, {}, false});
  return columns_.size() - 1;
}

void CauseRows::drawn(std::size_t account, Energy energy, std::int32_t alike) {
  const std::size_t rail = plan_.rails[account];
  draw(column_of_account_[account], energy);
  if (rail == column_of_rail_.size()) return;  // measured before the regulators: it has their losses in it
  if (loads_.holds(rail)) {
    return loads_.lost({alike, static_cast<std::int32_t>(rail), energy.si()},
                       [this](std::size_t r, Energy lost) { draw(column_of_rail_[r], lost); });
  }
  draw(column_of_rail_[rail], energy * losses_[plan_.account_points[account]][rail]);
}

void CauseRows::draw(std::size_t column, Energy energy) {
  if (!(energy > Energy())) return;
  columns_[column].used = true;
  if (time_) return columns_[column].lasting.add(time_->first, time_->second, energy);
  columns_[column].in_epoch += energy;
}

void CauseRows::epoch_over(Picoseconds begin, Picoseconds end, std::int32_t alike) {
  if (loads_.any()) {
    const double seconds = in_seconds(end - begin);
    loads_.lost({alike, Draft::kTime, seconds}, [this](std::size_t r, Energy lost) { draw(column_of_rail_[r], lost); });
  }
  Energy all;
  for (Column& column : columns_) {
    const Energy energy = column.in_epoch + column.lasting.until(end);
    column.in_epoch = Energy();
    all += energy;
    if (grain_ == TraceGrain::kEpochs) {
      if (column.used) {
        column.told.energies.resize(epochs_.size());  // of epochs before it drew anything
        column.told.energies.push_back(energy);
      }
    } else if (energy > Energy()) {
      column.rows.add({begin, end, energy});
    }
  }
  if (grain_ == TraceGrain::kEpochs) {
    epochs_.push_back({begin, end, all});
  } else {
    all_.add({begin, end, all});
  }
}

CauseTrace CauseRows::take() {
  columns_.erase(std::remove_if(columns_.begin(), columns_.end(), [](const Column& c) { return !c.used; }),
                 columns_.end());
  std::sort(columns_.begin(), columns_.end(), [](const Column& a, const Column& b) {
    return std::tie(a.order, a.told.component, a.told.cause, a.told.rail) <
           std::tie(b.order, b.told.component, b.told.cause, b.told.rail);
  });
  CauseTrace trace;
  const bool epochs = grain_ == TraceGrain::kEpochs;
  trace.rows = epochs ? std::move(epochs_) : all_.take();
  for (Column& column : columns_) {
    if (!epochs)
      for (const TraceSegment& row : column.rows.take()) column.told.energies.push_back(row.energy);
    trace.columns.push_back(std::move(column.told));
  }
  return trace;
}

}  // namespace subvolt::power
