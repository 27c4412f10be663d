// In closed form: phases in which all rates are constant, each solved once, and their times added up.
#include <algorithm>
#include <cmath>
#include <map>

#include "sim/scenario/engine/engines.h"
#include "sim/scenario/engine/finish.h"
#include "sim/scenario/engine/phase.h"
#include "sim/scenario/engine/source_run.h"

namespace subvolt::scenario {
namespace {

constexpr std::size_t kMostPieces = 5'000'000;

// Seconds that what an arrival starts takes, one stage after the other.
double response_s(const Model& model, const std::vector<Reach>& reach, const ModelSource& source) {
  double sum = 0.0;
  for (const int s : source.stages) {
    const ModelStage& stage = model.stages[static_cast<std::size_t>(s)];
    const double startup =
        stage.device >= 0 ? seconds(model.devices[static_cast<std::size_t>(stage.device)].startup) : 0.0;
    sum += reach[static_cast<std::size_t>(s)].activations * (seconds(stage.start_to_end()) + startup);
  }
  return sum;
}

double rate_at(const Model& model, const std::vector<Reach>& reach, const ModelSource& source, Nanoseconds t) {
  if (const auto think = source.arrivals->think_time()) return 1.0 / (*think + response_s(model, reach, source));
  return source.rate.at(t);
}

class Expectation {
 public:
  explicit Expectation(Model& model)
      : model_(model), solver_(model, reach_of(model)), outcome_(begin_outcome(model, "expected")), source_(model) {}

  Outcome run() {
    outcome_.follows_events = false;
    solver_.refuse_overload();
    sums_.input_J.resize(model_.rails.size());
    sums_.delivered_J.resize(model_.rails.size());
    walk();
    fill();
    return std::move(outcome_);
  }

 private:
  // By the rates of sources and draws of traces.
  const Phase& phase(const std::vector<double>& key) {
    const auto known = phases_.find(key);
    if (known != phases_.end()) return known->second.phase;
    const std::vector<double> rates(key.begin(), key.begin() + static_cast<std::ptrdiff_t>(model_.sources.size()));
    const std::vector<double> draws(key.begin() + static_cast<std::ptrdiff_t>(model_.sources.size()), key.end());
    return phases_.emplace(key, Spent{solver_.solve(rates, draws), 0.0}).first->second.phase;
  }

  void walk() {
    double dark_s = 0.0, dark_J = 0.0;
    const auto end_dark = [&] {
      if (dark_s > 0.0 && !(dark_s <= outcome_.supply.longest_dark_s)) {
        outcome_.supply.longest_dark_s = dark_s;
        outcome_.supply.dark_J = dark_J;
      }
      dark_s = dark_J = 0.0;
    };
    std::size_t pieces = 0;
    std::vector<double> key(model_.sources.size() + model_.devices.size(), 0.0);
    for (Nanoseconds t = 0; t < model_.duration;) {
      if (++pieces > kMostPieces) {
        throw_configuration(model_.scenario.file + ": more than 5,000,000 changes of rates in " +
                            brief(*model_.scenario.duration) + ": shorten `duration`");
      }
      Nanoseconds next = std::min(model_.duration, model_.harvest.next_change(t));
      for (std::size_t s = 0; s < model_.sources.size(); ++s) {
        key[s] = rate_at(model_, solver_.reach(), model_.sources[s], t);
        next = std::min(next, model_.sources[s].rate.next_change(t));
      }
      for (std::size_t d = 0; d < model_.devices.size(); ++d) {
        if (!model_.devices[d].has_trace) continue;
        key[model_.sources.size() + d] = model_.devices[d].trace.at(t);
        next = std::min(next, model_.devices[d].trace.next_change(t));
      }
      const double span = seconds(next - t);
      const Phase& now = phase(key);
      phases_.at(key).seconds += span;
      for (std::size_t s = 0; s < model_.sources.size(); ++s) outcome_.sources[s].arrivals += key[s] * span;
      const double harvest = model_.harvest.at(t);
      if (model_.scenario.supply.harvest && harvest == 0.0) {
        dark_s += span;
        dark_J += (now.mean.power.si() + now.mean.current.si() * model_.source_V + harvester_W()) * span;
      } else {
        end_dark();
      }
      run_source(now, harvest, span);
      t = next;
    }
    end_dark();
  }

  double harvester_W() const {
    const auto& h = model_.scenario.supply.harvest;
    return h ? h->quiescent.si() * h->quiescent_at.value_or(Voltage::from_si(model_.source_V)).si() : 0.0;
  }

  // At the mean of what is drawn. Below its threshold, a capacitor feeds nothing until it is above the other one.
  void run_source(const Phase& now, double harvest, double span) {
    const Load nothing;
    while (span > 0.0) {
      const Load& load = off_ ? nothing : now.mean;
      double part = span;
      bool turns = false;
      if (source_.is_capacitor()) {
        const Capacitor& c = *model_.scenario.supply.capacitor;
        const double until =
            off_ ? (c.turn_on.si() > source_.voltage_V() ? source_.time_to(c.turn_on.si(), load, harvest) : 0.0)
                 : (source_.voltage_V() > c.turn_off.si() ? source_.time_to(c.turn_off.si(), load, harvest)
                                                          : falls(load, harvest));
        turns = until < span;
        if (turns) part = until;
      }
      // A battery's charge is drawn by the mean of all, at the end: here it would be empty at other loads.
      if (!source_.is_battery()) source_.run(load, harvest, part);
      if (off_) outcome_.supply.off_s += part;
      if (!off_ || !source_.is_capacitor()) {
        on_s_ += part;
      }
      span -= part;
      if (turns) off_ = !off_;
      if (turns && part == 0.0 && ++stuck_ > 1'000'000)
        throw_configuration(model_.scenario.file +
                            ": the capacitor turns what it feeds on and off again and again without end: set `turn_on` "
                            "above `turn_off`");
    }
  }
  // At its threshold already: at once, if it goes down.
  double falls(const Load& load, double harvest) const {
    return source_.time_to(0.0, load, harvest) < std::numeric_limits<double>::infinity() ? 0.0 : kLongest.si();
  }

  void fill() {
    Accounts accounts = model_.accounts;
    LoadMix mix;
    Load mean;
    Load heaviest;
    for (auto& [key, spent] : phases_) {
      const Phase& p = spent.phase;
      const double t = spent.seconds;
      for (std::size_t a = 0; a < p.account_W.size(); ++a) {
        accounts.add(static_cast<int>(a), {p.account_W[a], p.account_A[a]}, t);
      }
      for (std::size_t r = 0; r < model_.rails.size(); ++r) {
        sums_.input_J[r] += p.input_W[r] * t;
        sums_.delivered_J[r] += p.delivered_W[r] * t;
      }
      outcome_.peak_power_W = std::max(outcome_.peak_power_W, p.peak_W);
      for (std::size_t d = 0; d < p.devices.size(); ++d) add_device(p.devices[d], t, outcome_.devices[d]);
      mean += t / outcome_.duration_s * p.mean;
      for (const LoadShare& part : p.mix) {
        mix.push_back({part.load, part.share * t / outcome_.duration_s});
        if (heaviest.power + heaviest.current * Voltage::from_si(std::max(model_.source_V, 1.0)) <
            part.load.power + part.load.current * Voltage::from_si(std::max(model_.source_V, 1.0))) {
          heaviest = part.load;
        }
      }
    }
    add_stages();
    add_thresholds(model_, heaviest, outcome_.supply);
    const double off_s = outcome_.supply.off_s;
    if (source_.is_battery()) run_battery(mean, mix);
    source_.fill(outcome_.supply);
    outcome_.supply.off_s = off_s;
    if (off_s > 0.0) {
      outcome_.approximations.push_back(
          "the capacitor feeds nothing for some of the time; energies and stages are those of a supply that lasts");
    }
    // All that is drawn where the supply lasts.
    outcome_.supply.power_J = mean.power.si() * outcome_.duration_s;
    outcome_.supply.charge_C = mean.current.si() * outcome_.duration_s;
    // Of a capacitor that lasts, at the voltage that it has by then; of one that does not, at its maximum.
    const bool lasts = source_.is_capacitor() && off_s == 0.0;
    outcome_.source_current_A = source_.is_battery()    ? current_A_
                                : lasts                 ? outcome_.supply.drawn_C / outcome_.duration_s
                                : model_.source_V > 0.0 ? mean.current.si() + mean.power.si() / model_.source_V
                                                        : 0.0;
    sums_.on_s += outcome_.duration_s;
    finish(model_, accounts, sums_, outcome_);
    add_truth(model_, solver_.reach(), outcome_);
    for (const ModelStage& stage : model_.stages) {
      if (stage.device < 0 || !stage.said->is_lossy()) continue;
      outcome_.approximations.push_back(stage.name + ": nothing is dropped, all of it is worked on; --simulate drops");
    }
    for (const std::string& text : solver_.approximations()) outcome_.approximations.push_back(text);
  }

  void run_battery(const Load& mean, const LoadMix& mix) {
    const auto fresh = model_.scenario.supply.battery->full(Temperature::from_kelvin(model_.temperature_K));
    for (const LoadShare& part : mix) current_A_ += part.share * fresh->current(part.load).si();
    if (fresh->current(mean).si() * model_.source_V > 0.0 &&
        std::fabs(current_A_ / fresh->current(mean).si() - 1.0) < 1e-9) {
      current_A_ = fresh->current(mean).si();
    }
    outcome_.lifetime_s = source_.lifetime_s(mix);
    outcome_.lifetime_capped = outcome_.lifetime_s >= kLongest.si();
    source_.run(mean, 0.0, outcome_.duration_s);
  }

  static void add_device(const DevicePhase& p, double t, DeviceOutcome& device) {
    for (std::size_t s = 0; s < device.residency_s.size(); ++s) device.residency_s[s].second += p.residency[s] * t;
    device.gaps += p.gaps * t;
    device.idle_J += p.idle_W * t;
    device.oracle_J += p.oracle_W * t;
    device.above += p.above * t;
    device.below += p.below * t;
  }

  void add_stages() {
    for (std::size_t s = 0; s < model_.stages.size(); ++s) {
      const ModelStage& stage = model_.stages[s];
      const Reach& r = solver_.reach()[s];
      StageOutcome& one = outcome_.stages[s];
      const double arrivals = outcome_.sources[static_cast<std::size_t>(stage.source)].arrivals;
      one.activations = r.activations * arrivals;
      one.runs = one.activations * static_cast<double>(stage.runs);
      one.passes = r.passes * arrivals;
      one.latency.mean_s = latency_s(static_cast<int>(s));
      if (stage.device >= 0) one.worst_response_s = worst_response_s(stage);
    }
    for (std::size_t d = 0; d < model_.devices.size(); ++d) {
      const ModelDevice& device = model_.devices[d];
      if (device.policy)
        outcome_.devices[d].policy = model_.scenario.idle[policy_index(device.name)].second.policy.kind;
    }
  }
  std::size_t policy_index(const std::string& device) const {
    std::size_t i = 0;
    while (model_.scenario.idle[i].first != device) ++i;
    return i;
  }

  // Without waiting for others: one stage after the other.
  double latency_s(int s) const {
    double sum = 0.0;
    for (int at = s; at >= 0; at = model_.stages[static_cast<std::size_t>(at)].parent) {
      const ModelStage& stage = model_.stages[static_cast<std::size_t>(at)];
      sum += seconds(stage.start_to_end());
      if (stage.device >= 0) sum += seconds(model_.devices[static_cast<std::size_t>(stage.device)].startup);
    }
    return sum;
  }

  // Of work that is not interrupted, or between layers only (A. Burns and A. Wellings, "Real-time systems and
  // programming languages", 4th ed., 11.8): its own time and the longest piece of others that may have begun just
  // before; where its device goes by priority, those that go first, as often as they come meanwhile.
  double worst_response_s(const ModelStage& stage) const {
    const ModelDevice& device = model_.devices[static_cast<std::size_t>(stage.device)];
    const bool by_priority = device.order == "priority";
    const double own = seconds(stage.runs * stage.run_time + device.startup);
    double blocked = 0.0;
    for (const ModelStage& other : model_.stages) {
      if (&other == &stage || other.device != stage.device) continue;
      const bool first = by_priority && other.said->priority > stage.said->priority;
      const bool yields = by_priority && other.said->priority < stage.said->priority;
      const double whole = seconds(other.runs * other.run_time + device.startup);
      if (!first) blocked = std::max(blocked, yields ? whole / static_cast<double>(other.said->layers) : whole);
    }
    double waits = blocked;
    for (int round = 0; round < 1000; ++round) {
      double sum = blocked;
      for (const ModelStage& other : model_.stages) {
        if (&other == &stage || other.device != stage.device) continue;
        if (!by_priority || other.said->priority <= stage.said->priority) continue;
        const double rate = outcome_.sources[static_cast<std::size_t>(other.source)].arrivals / outcome_.duration_s;
        if (rate > 0.0) sum += std::ceil(waits * rate + 1e-12) * seconds(other.runs * other.run_time);
      }
      if (sum == waits) break;
      waits = sum;
    }
    return waits + own;
  }

  struct Spent {
    Phase phase;
    double seconds = 0.0;
  };
  Model& model_;
  PhaseSolver solver_;
  Outcome outcome_;
  SourceRun source_;
  RailSums sums_;
  std::map<std::vector<double>, Spent> phases_;
  double current_A_ = 0.0, on_s_ = 0.0;
  bool off_ = false;
  std::int64_t stuck_ = 0;
};

}  // namespace

Outcome expected(Model& model) { return Expectation(model).run(); }

}  // namespace subvolt::scenario
