#include "sim/report/views/peaks.h"

#include <algorithm>
#include <map>

namespace subvolt::report {
namespace {

using Rows = std::vector<power::TraceSegment>;

// Energy from the begin of the run to a time.
class Cumulative {
 public:
  explicit Cumulative(const Rows& rows) : rows_(rows) {
    double sum = 0.0;
    for (const power::TraceSegment& row : rows) {
      before_.push_back(sum);
      sum += row.energy.si();
    }
  }
  double until(Picoseconds at) const {
    const std::size_t i = row_at(at);
    const power::TraceSegment& row = rows_[i];
    const double share = static_cast<double>((std::min(at, row.end) - row.begin).value()) /
                         static_cast<double>((row.end - row.begin).value());
    return before_[i] + row.energy.si() * share;
  }
  // The row in which a time lies, or the last one.
  std::size_t row_at(Picoseconds at) const {
    const auto after = std::upper_bound(rows_.begin(), rows_.end(), at,
                                        [](Picoseconds t, const power::TraceSegment& row) { return t < row.end; });
    return std::min(static_cast<std::size_t>(after - rows_.begin()), rows_.size() - 1);
  }

 private:
  const Rows& rows_;
  std::vector<double> before_;
};

// Less than that of the largest is rounding.
constexpr double kNothing = 1e-12;

std::vector<Contributor> ordered(std::vector<Contributor> all) {
  // Rails of one component and cause are one.
  std::vector<Contributor> merged;
  for (const Contributor& c : all) {
    const auto same = std::find_if(merged.begin(), merged.end(), [&](const Contributor& m) {
      return m.component == c.component && m.cause == c.cause;
    });
    if (same == merged.end()) {
      merged.push_back(c);
    } else {
      same->power += c.power;
    }
  }
  Power largest;
  for (const Contributor& c : merged) largest = std::max(largest, c.power);
  const auto is_nothing = [&](const Contributor& c) { return !(c.power > kNothing * largest); };
  merged.erase(std::remove_if(merged.begin(), merged.end(), is_nothing), merged.end());
  std::stable_sort(merged.begin(), merged.end(),
                   [](const Contributor& a, const Contributor& b) { return a.power > b.power; });
  return merged;
}

Power power_of(const power::CauseTrace& trace, std::size_t column, std::size_t row) {
  const power::TraceSegment& segment = trace.rows[row];
  return trace.columns[column].energies[row] / Time::from_si(in_seconds(segment.end - segment.begin));
}

class Finder {
 public:
  explicit Finder(const TracedRun& run) : run_(run), rows_(run.power.rows), energy_(rows_) {}

  // The highest window begins where an epoch begins or ends where one ends.
  void hottest(Picoseconds length, std::size_t most, std::vector<HotWindow>& windows) const {
    const Picoseconds first = rows_.front().begin, last = rows_.back().end;
    if (last - first < length) return;
    std::vector<std::pair<double, Picoseconds>> begins;
    for (const power::TraceSegment& row : rows_) {
      for (const Picoseconds begin : {row.begin, row.end - length}) {
        if (begin >= first && begin + length <= last) {
          begins.emplace_back(energy_.until(begin + length) - energy_.until(begin), begin);
        }
      }
    }
    std::sort(begins.begin(), begins.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    const std::size_t before = windows.size();
    for (const auto& [joules, begin] : begins) {
      if (windows.size() - before == most) break;
      const Picoseconds at = begin;
      const bool apart =
          std::all_of(windows.begin() + static_cast<std::ptrdiff_t>(before), windows.end(),
                      [&](const HotWindow& w) { return at + length <= w.begin || w.begin + length <= at; });
      if (apart) windows.push_back(window(begin, length, joules));
    }
  }

  std::vector<WakeUp> wakes() const {
    std::map<std::pair<std::string, power::PowerState>, WakeUp> largest;
    for (const power::SpanTrack& track : run_.spans.tracks) {
      if (track.kind != power::SpanKind::kPowerDomain) continue;
      for (std::size_t s = 0; s + 1 < track.spans.size(); ++s) {
        const std::optional<WakeUp> wake = wake_after(track, s);
        if (!wake) continue;
        auto [there, added] = largest.try_emplace({wake->domain, wake->from}, *wake);
        if (added) continue;
        const std::int64_t times = there->second.times + 1;
        const double charge = std::max(there->second.charge_C, wake->charge_C);
        if (wake->step > there->second.step) there->second = *wake;
        there->second.times = times;
        there->second.charge_C = charge;
      }
    }
    std::vector<WakeUp> wakes;
    for (auto& [key, wake] : largest) {
      if (wake.charge_C > 0.0 && wake.time > Picoseconds()) {
        wake.inrush = Current::from_si(wake.charge_C / in_seconds(wake.time));
      }
      wakes.push_back(std::move(wake));
    }
    std::stable_sort(wakes.begin(), wakes.end(), [](const WakeUp& a, const WakeUp& b) { return a.step > b.step; });
    return wakes;
  }

 private:
  HotWindow window(Picoseconds begin, Picoseconds length, double joules) const {
    HotWindow hot{length, begin, Energy::from_si(joules) / Time::from_si(in_seconds(length)), {}, {}, {}};
    const Picoseconds end = begin + length;
    std::vector<Contributor> all;
    for (const power::CauseTrace::Column& column : run_.power.columns) {
      all.push_back({column.component, column.cause, Power()});
    }
    for (std::size_t r = energy_.row_at(begin); r < rows_.size() && rows_[r].begin < end; ++r) {
      const power::TraceSegment& row = rows_[r];
      hot.epoch = std::max(hot.epoch, row.end - row.begin);
      const Picoseconds inside = std::min(end, row.end) - std::max(begin, row.begin);
      const double share = static_cast<double>(inside.value()) / static_cast<double>(length.value());
      for (std::size_t c = 0; c < all.size(); ++c) all[c].power += share * power_of(run_.power, c, r);
    }
    hot.contributors = ordered(std::move(all));
    for (const power::Task& task : run_.record.tasks) {
      if (task.begin >= end || task.end <= begin) continue;
      const std::string& name = run_.record.layers[static_cast<std::size_t>(task.layer)].name;
      if (std::find(hot.layers.begin(), hot.layers.end(), name) == hot.layers.end()) hot.layers.push_back(name);
    }
    return hot;
  }

  std::optional<WakeUp> wake_after(const power::SpanTrack& track, std::size_t s) const {
    const auto state_of = [&](std::size_t i) { return static_cast<power::PowerState>(track.spans[i].what); };
    const power::PowerState from = state_of(s);
    using State = power::PowerState;
    if (from != State::kOff && from != State::kRetention && from != State::kClkGated) return {};
    std::size_t on = s + 1;
    if (state_of(on) == State::kWaking && on + 1 < track.spans.size()) ++on;
    if (state_of(on) != State::kOn) return {};
    const power::PowerDomain* domain = run_.intent.find_power_domain(track.owner);
    if (!domain) return {};
    WakeUp wake;
    wake.domain = track.owner;
    wake.rail = domain->supply;
    wake.from = from;
    wake.at = track.spans[s].end;
    wake.time = track.spans[on].begin - wake.at;
    const Picoseconds on_at = track.spans[on].begin;
    const std::size_t after = energy_.row_at(on_at), first = energy_.row_at(wake.at);
    if (first == 0) return {};
    const auto point = static_cast<std::size_t>(run_.record.epochs[after].operating_point);
    const Voltage voltage = run_.points[point].voltage(wake.rail);
    if (!(voltage > Voltage())) return {};
    Power step, drawn;
    for (std::size_t c = 0; c < run_.power.columns.size(); ++c) {
      const power::CauseTrace::Column& column = run_.power.columns[c];
      if (column.rail != wake.rail) continue;
      if (column.cause == power::Cause::kTransition) {
        // Drawn once, as a charge, not as a current that goes on.
        const bool own = column.component == track.owner || in_domain(column.component, track.owner);
        if (own) wake.charge_C += (column.energies[first] / voltage).si();
        continue;
      }
      const Power later = mean(c, on_at, on_at + power::kShortestRow);
      const Power more = later - mean(c, wake.at - power::kShortestRow, wake.at);
      step += more;
      drawn += later;
      wake.contributors.push_back({column.component, column.cause, more});
    }
    wake.step = step / voltage;
    wake.after = drawn / voltage;
    wake.contributors = ordered(std::move(wake.contributors));
    return wake;
  }

  // Of a column over a time, as far as that is within the run.
  Power mean(std::size_t column, Picoseconds begin, Picoseconds end) const {
    begin = std::max(begin, rows_.front().begin);
    end = std::min(end, rows_.back().end);
    Energy sum;
    for (std::size_t r = energy_.row_at(begin); r < rows_.size() && rows_[r].begin < end; ++r) {
      const Picoseconds inside = std::min(end, rows_[r].end) - std::max(begin, rows_[r].begin);
      sum += power_of(run_.power, column, r) * Time::from_si(in_seconds(inside));
    }
    return sum / Time::from_si(in_seconds(end - begin));
  }

  bool in_domain(const std::string& component, const std::string& domain) const {
    const auto& all = run_.record.components;
    return std::any_of(all.begin(), all.end(), [&](const power::ComponentDeclaration& c) {
      return c.name == component && c.power_domain == domain;
    });
  }

  const TracedRun& run_;
  const Rows& rows_;
  Cumulative energy_;
};

}  // namespace

Peaks peaks_of(const TracedRun& run, const std::vector<Picoseconds>& lengths, std::size_t windows_of_each) {
  Peaks peaks;
  if (run.power.rows.empty()) return peaks;
  const Finder finder(run);
  for (const Picoseconds length : lengths) finder.hottest(length, windows_of_each, peaks.windows);
  peaks.wakes = finder.wakes();
  return peaks;
}

}  // namespace subvolt::report
