#include "sim/run/dvfs/player.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "sim/power/record/folded.h"
#include "sim/power/technology/sram_access.h"
#include "sim/run/child.h"
#include "sim/run/simulation.h"
#include "sim/soc/sram_macros.h"

namespace subvolt::run {
namespace {

// The same vector for all clocks that differ by one factor.
std::vector<std::int64_t> ratio_of(const std::vector<std::int64_t>& hertz) {
  std::int64_t common = 0;
  for (const std::int64_t f : hertz) common = std::gcd(common, f);
  std::vector<std::int64_t> ratio;
  for (const std::int64_t f : hertz) ratio.push_back(common == 0 ? f : f / common);
  return ratio;
}

// All that is counted in events and cycles.
std::vector<std::int64_t> cycles_and_events(const power::ActivityRecord& record) {
  std::size_t events = 0;
  for (const power::ComponentDeclaration& c : record.components) events += c.events.size();
  std::vector<std::int64_t> sums(record.components.size() + events, 0);
  const auto add = [&](std::int32_t event, std::int64_t count) {
    sums[record.components.size() + static_cast<std::size_t>(event)] += count;
  };
  for (const power::Epoch& epoch : record.epochs) {
    for (std::size_t c = 0; c < epoch.clock_cycles.size(); ++c) sums[c] += epoch.clock_cycles[c];
    for (const power::EventCount& e : epoch.events) add(e.event, e.count);
    for (const power::OwnedCount& e : epoch.others) add(e.event, e.count);
  }
  // Times in a state are counted in picoseconds, which stretch.
  std::size_t at = record.components.size();
  for (const power::ComponentDeclaration& c : record.components) {
    for (const power::EventDeclaration& e : c.events) {
      if (e.most_per_ps > 0) sums[at] = 0;
      ++at;
    }
  }
  sums.push_back(record.total_cycles);
  return sums;
}

}  // namespace

struct Player::Played {
  power::ActivityRecord record;
  std::unique_ptr<power::PriceSources> sources;
  std::unique_ptr<power::Repricing> repricing;
  double stretch = 1.0;  // of time, where it stands for slower clocks than it was simulated at
  const Played* of = nullptr;
};

Player::Player(const DesignPoint& point) : point_(point), intent_(point.intent) {}
Player::~Player() = default;

bool Player::has_scenario() const { return point_.jobs.size() != 1; }

void Player::set_conditions(power::Corner corner, Temperature temperature) {
  intent_.corner = corner;
  intent_.temperature = temperature;
}

power::OperatingPoint Player::resolve(const std::string& text) const {
  return power::resolve_operating_point(intent_, point_.technology, text, soc::sram_macros(point_.structure));
}

const std::vector<power::ComponentDeclaration>& Player::components() const {
  return known_.begin()->second->record.components;
}

Player::Key Player::key_of(const power::OperatingPoint& point) const {
  Key key;
  for (const auto& [clock, f] : point.frequencies) key.first.push_back(static_cast<std::int64_t>(f.si() + 0.5));
  for (const power::SramAccess& access : point.sram) key.second.push_back(access.macro.cycles);
  return key;
}

power::ActivityRecord Player::simulated(const std::vector<power::OperatingPoint>& points,
                                        const std::vector<std::int32_t>& layers, Pattern pattern, int jobs) {
  ++simulations_;
  const std::string text = in_child([&](const OnProgress&) {
    DesignPoint played = point_;
    played.operating_points = points;
    for (std::vector<std::int32_t>& of_stream : played.point_of_layer) {
      for (std::size_t l = 0; l < of_stream.size(); ++l) of_stream[l] = layers.empty() ? 0 : layers[l];
    }
    if (pattern.period_ps > 0) {
      scenario::Stream& stream = played.scenario.streams.front().second;
      stream.every = Time::from_si(in_seconds(pattern.period_ps));
      stream.count = jobs;
      played.scenario.duration = Time::from_si(in_seconds(jobs * pattern.period_ps));
      played.jobs = scenario::jobs_of(played.scenario);
    }
    power::ActivityRecord record = simulate(played).record;
    if (record.timeline) power::fold(record);  // sums are all that prices need, and are soon told
    return power::to_json(record);
  });
  return power::activity_record_from_json(text, "simulation");
}

const Player::Played& Player::played(const power::OperatingPoint& point, Pattern pattern, int jobs) {
  std::unique_ptr<Played>& known = known_[{{pattern, jobs}, key_of(point)}];
  if (known) return *known;
  auto fresh = std::make_unique<Played>();
  try {
    fresh->record = simulated({point}, {}, pattern, jobs);
  } catch (...) {
    known_.erase({{pattern, jobs}, key_of(point)});
    throw;
  }
  fresh->sources =
      std::make_unique<power::PriceSources>(power::price_sources(fresh->record.components, point_.technology));
  fresh->repricing = std::make_unique<power::Repricing>(fresh->record, intent_, point, *fresh->sources);
  known = std::move(fresh);
  return *known;
}

void Player::prepare(const std::vector<power::OperatingPoint>& points, Pattern pattern) {
  if (pattern.period_ps > 0) return;  // a period does not stretch with clocks
  std::map<std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>>, std::vector<const power::OperatingPoint*>>
      alike;
  for (const power::OperatingPoint& point : points) {
    const Key key = key_of(point);
    alike[{ratio_of(key.first), key.second}].push_back(&point);
  }
  for (auto& [ratio, all] : alike) {
    const auto slower = [](const power::OperatingPoint* a, const power::OperatingPoint* b) {
      return a->frequencies.front().second < b->frequencies.front().second;
    };
    std::stable_sort(all.begin(), all.end(), slower);
    if (all.size() < 3 || key_of(*all.front()) == key_of(*all.back())) continue;
    const Played& slowest = played(*all.front(), pattern, 1);
    const Played& fastest = played(*all.back(), pattern, 1);
    if (cycles_and_events(slowest.record) != cycles_and_events(fastest.record)) continue;
    for (const power::OperatingPoint* point : all) {
      std::unique_ptr<Played>& known = known_[{{pattern, 1}, key_of(*point)}];
      if (known) continue;
      known = std::make_unique<Played>();
      known->of = fastest.of ? fastest.of : &fastest;
      known->stretch = all.back()->frequencies.front().second / point->frequencies.front().second;
    }
  }
}

Outcome Player::at(const power::OperatingPoint& point, Pattern pattern) {
  Outcome work;
  const auto priced = [&](int jobs) {
    const Played& played = this->played(point, pattern, jobs);
    const Played& simulated = played.of ? *played.of : played;
    const power::JobActivity& last = simulated.record.jobs.back();
    const std::int64_t latency_ps = pattern.period_ps > 0 ? last.end_ps - last.released_ps : simulated.record.total_ps;
    for (const power::JobActivity& job : simulated.record.jobs) {
      work.met = work.met && (pattern.period_ps == 0 || job.end_ps - job.released_ps <= pattern.period_ps);
    }
    work.latency = Time::from_si(in_seconds(latency_ps) * played.stretch);
    ++pricings_;
    return simulated.repricing->parts(point, played.stretch);
  };
  if (pattern.period_ps == 0) {
    work.energy = priced(1);
    return work;
  }
  const power::EnergyParts one = priced(1);
  work.energy = priced(2);
  work.energy -= one;
  return work;
}

Outcome Player::layers_at(const std::vector<power::OperatingPoint>& points, const std::vector<std::int32_t>& layers,
                       Pattern pattern) {
  Outcome work;
  for (const int jobs : {1, 2}) {
    const power::ActivityRecord record = simulated(points, layers, pattern, jobs);
    const power::Ledger ledger = price_record(record, point_.intent, point_.technology, points);
    const power::JobActivity& last = record.jobs.back();
    work.latency = Time::from_si(in_seconds(last.end_ps - last.released_ps));
    for (const power::JobActivity& job : record.jobs) {
      work.met = work.met && job.end_ps - job.released_ps <= pattern.period_ps;
    }
    work.energy.total = ledger.total - work.energy.total;
    work.energy.between = ledger.idle_energy - work.energy.between;
    work.energy.between_time = ledger.idle - work.energy.between_time;
  }
  return work;
}

std::vector<LayerCost> Player::layer_costs(const power::OperatingPoint& point) {
  const Played& played = this->played(point, Pattern(), 1);
  const power::ActivityRecord& record = played.of ? played.of->record : played.record;
  // What was made a layer of its own for the accelerators' sake runs behind the layer that it was in, at its point.
  std::vector<std::size_t> of_design;
  for (const power::LayerActivity& layer : record.layers) {
    const std::size_t next = of_design.empty() ? 0 : of_design.back() + 1;
    const std::vector<network::Layer>& layers = point_.network.layers;
    const bool its_own = of_design.empty() || (next < layers.size() && layers[next].name == layer.name);
    of_design.push_back(its_own ? next : of_design.back());
  }
  std::vector<LayerCost> costs(point_.network.layers.size());
  for (std::size_t l = 0; l < record.layers.size(); ++l) {
    costs[of_design[l]].time += Time::from_si(in_seconds(record.layers[l].time_ps) * played.stretch);
  }
  const power::Ledger ledger = price_record(record, point_.intent, point_.technology, {point});
  for (const power::Posting& posting : ledger.postings) {
    if (posting.task == power::kNobody) continue;
    const power::Task& task = record.tasks[static_cast<std::size_t>(posting.task)];
    costs[of_design[static_cast<std::size_t>(task.layer)]].energy += posting.energy;
  }
  return costs;
}

}  // namespace subvolt::run
