#include "sim/report/views/tracks.h"

#include <algorithm>

#include "sim/report/views/state_tracks.h"

namespace subvolt::report {
namespace {

constexpr double kPercent = 100.0;

void add(Tracks& tracks, TrackGroup group) {
  if (!group.states.empty() || !group.curves.empty()) tracks.groups.push_back(std::move(group));
}

// A value of each epoch, told where it changes.
template <class Value>
CurvePoints by_epoch(const TracedRun& run, const Value& value_of) {
  CurvePoints points;
  for (const power::Epoch& epoch : run.record.epochs) {
    const double value = value_of(epoch);
    if (points.empty() || points.back().value != value) points.push_back({epoch.begin, value});
  }
  return points;
}

const power::OperatingPoint& point_of(const TracedRun& run, const power::Epoch& epoch) {
  return run.points[static_cast<std::size_t>(epoch.operating_point)];
}

// Clocks that go from one frequency to another stand still meanwhile.
CurvePoints clock_curve(const TracedRun& run, const std::vector<Hertz>& by_point) {
  return by_epoch(run, [&](const power::Epoch& epoch) {
    const Hertz now = by_point[static_cast<std::size_t>(epoch.operating_point)];
    const bool stands =
        epoch.settling_from != power::kSettled && by_point[static_cast<std::size_t>(epoch.settling_from)] != now;
    return stands ? 0.0 : as_frequency(now).si();
  });
}

class Builder {
 public:
  Builder(const TracedRun& run, Picoseconds step, Picoseconds tick) : run_(run), step_(step) {
    const Picoseconds total = run.record.total_time;
    tracks_.end = tick * ((total + tick - Picoseconds(1)) / tick);
    tracks_.title = run.record.network + " on " + run.record.soc;
  }

  Tracks all() {
    for (TrackGroup& group : state_tracks(run_.record, run_.spans)) add(tracks_, std::move(group));
    powers();
    conditions();
    work();
    return std::move(tracks_);
  }

 private:
  using Column = power::CauseTrace::Column;

  template <class Wanted>
  void add_power(TrackGroup& group, const std::string& name, const Wanted& wanted) {
    const auto& columns = run_.power.columns;
    if (std::none_of(columns.begin(), columns.end(), wanted)) return;
    group.curves.push_back({name, "W", power_curve(run_.power, step_, tracks_.end, wanted)});
  }

  // The power domain of a column; none: a regulator's loss, or of the chip as a whole.
  std::string domain_of(const Column& column) const {
    for (const power::ComponentDeclaration& c : run_.record.components) {
      if (c.name == column.component) return c.power_domain;
    }
    const auto& domains = run_.record.power_domains;
    const bool switches = std::find(domains.begin(), domains.end(), column.component) != domains.end();
    return switches ? column.component : std::string();
  }

  void powers() {
    TrackGroup total{kPowerGroup, {}, {}}, domains{kDomainPowerGroup, {}, {}}, parts{kComponentPowerGroup, {}, {}},
        rails{kRailPowerGroup, {}, {}};
    add_power(total, "total", [](const Column&) { return true; });
    for (const std::string& domain : run_.record.power_domains) {
      add_power(domains, domain, [&](const Column& c) { return domain_of(c) == domain; });
    }
    add_power(domains, "others", [&](const Column& c) { return domain_of(c).empty(); });
    std::vector<std::string> told;
    for (const Column& column : run_.power.columns) {
      const std::string& name = column.component;
      if (std::find(told.begin(), told.end(), name) != told.end()) continue;
      told.push_back(name);
      add_power(parts, name, [&](const Column& c) { return c.component == name; });
    }
    for (const power::VoltageDomain& rail : run_.intent.voltage_domains) {
      add_power(rails, rail.name, [&](const Column& c) { return c.rail == rail.name; });
    }
    add_power(rails, "others", [&](const Column& c) { return c.rail.empty(); });
    for (TrackGroup* group : {&total, &domains, &parts, &rails}) add(tracks_, std::move(*group));
  }

  void conditions() {
    TrackGroup voltages{"voltage", {}, {}}, clocks{"clock", {}, {}}, heat{"temperature", {}, {}};
    for (const power::VoltageDomain& rail : run_.intent.voltage_domains) {
      voltages.curves.push_back({rail.name, "V", voltage_curve(run_, rail.name)});
    }
    for (const auto& [name, frequencies] : run_.record.clock_domains) {
      clocks.curves.push_back({name, "Hz", clock_curve(run_, frequencies)});
    }
    heat.curves.push_back({"chip", "C", by_epoch(run_, [this](const power::Epoch& epoch) {
                             return point_of(run_, epoch).temperature.celsius();
                           })});
    for (TrackGroup* group : {&voltages, &clocks, &heat}) add(tracks_, std::move(*group));
  }

  // How long of each window parts are at work, and what their ports carry.
  void work() {
    TrackGroup occupancy{"occupancy", {}, {}}, bandwidth{"bandwidth", {}, {}}, inside{"transactions under way", {}, {}};
    for (const power::SpanTrack& track : run_.spans.tracks) {
      if (track.kind == power::SpanKind::kPort) {
        Windows bytes(step_, tracks_.end), lasting(step_, tracks_.end);
        for (const power::Span& span : track.spans) {
          const auto moved = static_cast<double>(std::max<std::int64_t>(span.number, 0));
          if (span.end <= span.begin) {  // answered at once
            const Picoseconds at = std::min(span.begin, tracks_.end - Picoseconds(1));
            bytes.add(at, at + Picoseconds(1), moved);
            continue;
          }
          bytes.add(span.begin, span.end, moved);
          lasting.add(span.begin, span.end, in_seconds(span.end - span.begin));
        }
        bandwidth.curves.push_back({track.owner, "B/s", bytes.take()});
        inside.curves.push_back({track.owner, "", lasting.take()});
      }
      if (track.kind == power::SpanKind::kComponent) {
        Windows busy(step_, tracks_.end);
        for (const power::Span& span : track.spans) {
          if (span.end > span.begin) busy.add(span.begin, span.end, kPercent * at_work(track.owner, span));
        }
        occupancy.curves.push_back({track.owner, "%", busy.take()});
      }
    }
    for (TrackGroup* group : {&occupancy, &bandwidth, &inside}) add(tracks_, std::move(*group));
  }

  // In seconds. Of work that is told by edges of its clock: as long as they take.
  double at_work(const std::string& owner, const power::Span& span) const {
    const double lasts = in_seconds(span.end - span.begin);
    if (span.number == power::kNoNumber) return lasts;
    for (const power::ComponentDeclaration& c : run_.record.components) {
      if (c.name != owner) continue;
      for (const auto& [clock, frequencies] : run_.record.clock_domains) {
        if (clock != c.clock_domain) continue;
        const auto& epochs = run_.record.epochs;
        const auto later = std::upper_bound(epochs.begin(), epochs.end(), span.begin,
                                            [](Picoseconds at, const power::Epoch& e) { return at < e.end; });
        const auto point = later == epochs.end() ? 0 : later->operating_point;
        return std::min(
            lasts, static_cast<double>(span.number) / as_frequency(frequencies[static_cast<std::size_t>(point)]).si());
      }
    }
    return lasts;
  }

  const TracedRun& run_;
  Picoseconds step_;
  Tracks tracks_;
};

}  // namespace

CurvePoints voltage_curve(const TracedRun& run, const std::string& rail) {
  return by_epoch(run, [&](const power::Epoch& epoch) { return point_of(run, epoch).voltage(rail).si(); });
}

Tracks tracks_of(const TracedRun& run, Picoseconds step, Picoseconds tick) { return Builder(run, step, tick).all(); }

}  // namespace subvolt::report
