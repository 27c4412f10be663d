#include "sim/scenario/engine/power_flow.h"

#include <algorithm>

namespace subvolt::scenario {
namespace {
constexpr std::size_t kMostLevels = 256;  // different loads that are told apart
}  // namespace

PowerFlow::PowerFlow(const Model& model) : model_(model), tree_(model), source_(model) {
  devices_.resize(model.devices.size());
  extras_.resize(model.rails.size());
  sums_.input_J.resize(model.rails.size());
  sums_.delivered_J.resize(model.rails.size());
  tells_loads_ = model.scenario.supply.battery && !model.scenario.supply.battery->is_linear();
}

// From scratch, so that a watt that came and went leaves no rounding behind beside microwatts.
void PowerFlow::refresh() {
  rail_W_.assign(model_.rails.size(), 0.0);
  current_A_ = 0.0;
  for (std::size_t i = 0; i < devices_.size(); ++i) {
    rail_W_[static_cast<std::size_t>(model_.devices[i].rail)] += devices_[i].power_W;
    current_A_ += devices_[i].current_A;
  }
  for (std::size_t r = 0; r < extras_.size(); ++r) {
    if (extras_[r].count == 0) continue;
    rail_W_[r] += extras_[r].sum.power_W;
    current_A_ += extras_[r].sum.current_A;
  }
  load_ = tree_.at_source(rail_W_, current_A_, input_W_, delivered_W_);
  if (off_) load_ = {};
  const double watts = load_.power.si() + load_.current.si() * model_.source_V;
  if (watts > peak_W_) {
    peak_W_ = watts;
    heaviest_ = load_;
  }
  dirty_ = false;
}

const Load& PowerFlow::load() {
  if (dirty_) refresh();
  return load_;
}

void PowerFlow::remember(const Load& load, double t) {
  const auto same = std::find_if(levels_.begin(), levels_.end(), [&](const Level& l) { return l.load == load; });
  if (same != levels_.end()) {
    same->seconds += t;
    if (same != levels_.begin() && same->seconds > std::prev(same)->seconds) std::iter_swap(same, std::prev(same));
  } else if (levels_.size() < kMostLevels) {
    levels_.push_back({load, t});
  } else {  // with the last one: their mean
    Level& last = levels_.back();
    const double sum = last.seconds + t;
    last.load = (last.seconds / sum) * last.load + (t / sum) * load;
    last.seconds = sum;
  }
}

bool PowerFlow::advance(Nanoseconds now) {
  if (now <= last_) return empty_at_ == kNever;
  const double span = seconds(now - last_);
  const Load& load = this->load();
  const double lasted = source_.run(load, harvest_W_, span);
  if (!off_) sums_.on_s += lasted;
  for (std::size_t r = 1; r < sums_.input_J.size(); ++r) {
    sums_.input_J[r] += input_W_[r] * lasted;
    sums_.delivered_J[r] += delivered_W_[r] * lasted;
  }
  if (tells_loads_) {
    remember(load, lasted);
  } else {
    mean_W_ += load.power.si() * lasted;
    mean_A_ += load.current.si() * lasted;
    spanned_ += lasted;
  }
  if (source_.is_empty()) {
    empty_at_ = last_ + nanoseconds(Time::from_si(lasted));
    last_ = now;
    return false;
  }
  last_ = now;
  return true;
}

void PowerFlow::set_device(int device, const Drawn& draw) {
  devices_[static_cast<std::size_t>(device)] = draw;
  dirty_ = true;
  ++version_;
}

void PowerFlow::add_extra(int rail, const Drawn& draw) {
  Extra& extra = extras_[static_cast<std::size_t>(rail)];
  extra.sum += draw;
  ++extra.count;
  dirty_ = true;
  ++version_;
}

void PowerFlow::remove_extra(int rail, const Drawn& draw) {
  Extra& extra = extras_[static_cast<std::size_t>(rail)];
  extra.sum = extra.sum - draw;
  if (--extra.count == 0) extra.sum = {};
  dirty_ = true;
  ++version_;
}

void PowerFlow::take(int rail, double energy_J, double charge_C) {
  if (dirty_) refresh();
  // As if drawn for a second beside what is drawn now.
  std::vector<double> rail_W = rail_W_, input, delivered;
  rail_W[static_cast<std::size_t>(rail)] += energy_J;
  const Load with = tree_.at_source(rail_W, current_A_ + charge_C, input, delivered);
  for (std::size_t r = 1; r < input.size(); ++r) {
    sums_.input_J[r] += input[r] - input_W_[r];
    sums_.delivered_J[r] += delivered[r] - delivered_W_[r];
  }
  const double joules = with.power.si() - load_.power.si(), coulombs = with.current.si() - load_.current.si();
  taken_J_ += joules;
  taken_C_ += coulombs;
  source_.take(joules, coulombs);
  ++version_;
}

void PowerFlow::switch_off() {
  off_ = true;
  for (Drawn& device : devices_) device = {};
  for (Extra& extra : extras_) extra = {};
  dirty_ = true;
  ++version_;
}

LoadMix PowerFlow::mix() const {
  if (!tells_loads_) {
    const double all = std::max(spanned_.value(), 1e-9);
    return {{{Power::from_si((mean_W_.value() + taken_J_) / all), Current::from_si((mean_A_.value() + taken_C_) / all)},
             1.0}};
  }
  double all = 0.0;
  for (const Level& level : levels_) all += level.seconds;
  LoadMix mix;
  if (all <= 0.0) return mix;
  const Load spread{Power::from_si(taken_J_ / all), Current::from_si(taken_C_ / all)};
  for (const Level& level : levels_) mix.push_back({level.load + spread, level.seconds / all});
  return mix;
}

}  // namespace subvolt::scenario
