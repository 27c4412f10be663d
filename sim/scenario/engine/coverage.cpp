#include "sim/scenario/engine/coverage.h"

#include <algorithm>

namespace subvolt::scenario {
namespace {

constexpr int kMostBranches = 14;  // stages that decide: 2^14 ways

struct Interval {
  double begin, end;
};

double measure(std::vector<Interval> all) {
  std::sort(all.begin(), all.end(), [](const Interval& a, const Interval& b) { return a.begin < b.begin; });
  double sum = 0.0, until = 0.0;
  for (const Interval& i : all) {
    sum += std::max(0.0, i.end - std::max(i.begin, until));
    until = std::max(until, i.end);
  }
  return sum;
}

class Ways {
 public:
  Ways(const Model& model, const std::vector<Reach>& reach, int source, int device, double draw)
      : model_(model), reach_(reach), source_(model.sources[static_cast<std::size_t>(source)]) {
    needed_.assign(model.stages.size(), false);
    held_.assign(model.stages.size(), 0.0);
    begins_.assign(model.stages.size(), 0.0);
    for (const int s : source_.stages) {
      const auto i = static_cast<std::size_t>(s);
      const ModelStage& stage = model.stages[i];
      if (stage.parent >= 0) {
        const auto p = static_cast<std::size_t>(stage.parent);
        begins_[i] = begins_[p] + seconds(model.stages[p].start_to_end());
      }
      for (const Holding& h : stage.holds) {
        const ModelDevice& d = model.devices[static_cast<std::size_t>(h.device)];
        if (h.device != device || d.states[static_cast<std::size_t>(h.state)].draw.size() < draw) continue;
        held_[i] = std::max(held_[i], hold_s(model, stage, h));
        ++holders_;
        for (int up = s; up >= 0; up = model.stages[static_cast<std::size_t>(up)].parent) {
          needed_[static_cast<std::size_t>(up)] = true;
        }
      }
    }
    for (const int s : source_.stages) {
      const ModelStage& stage = model.stages[static_cast<std::size_t>(s)];
      simple_ = simple_ && (!needed_[static_cast<std::size_t>(s)] || (stage.batch == 1 && !stage.pass_per_run));
      if (needed_[static_cast<std::size_t>(s)] && stage.pass_if < 1.0) ++deciding_;
    }
  }

  double mean() {
    if (holders_ == 0) return 0.0;
    if (holders_ == 1 || !simple_ || deciding_ > kMostBranches) {
      double sum = 0.0;
      for (const int s : source_.stages) {
        sum += reach_[static_cast<std::size_t>(s)].activations * held_[static_cast<std::size_t>(s)];
      }
      return sum;
    }
    double sum = 0.0;
    const std::size_t truths = std::size_t{1} << source_.labels.size();
    for (std::size_t truth = 0; truth < truths; ++truth) {
      double weight = 1.0;
      bits_ = 0;
      for (std::size_t l = 0; l < source_.labels.size(); ++l) {
        const bool is = (truth >> l & 1) != 0;
        weight *= is ? source_.labels[l].second : 1.0 - source_.labels[l].second;
        if (is) bits_ |= std::uint64_t{1} << source_.labels[l].first;
      }
      passed_.assign(model_.stages.size(), false);
      intervals_.clear();
      if (weight > 0.0) sum += weight * from(0);
    }
    return sum;
  }

 private:
  // Stages in order, each reached if the one before it passed.
  double from(std::size_t k) {
    if (k == source_.stages.size()) return measure(intervals_);
    const auto i = static_cast<std::size_t>(source_.stages[k]);
    const ModelStage& stage = model_.stages[i];
    const bool reached = stage.parent < 0 || passed_[static_cast<std::size_t>(stage.parent)];
    if (!needed_[i] || !reached) {
      passed_[i] = false;
      return from(k + 1);
    }
    const std::size_t before = intervals_.size();
    if (held_[i] > 0.0) intervals_.push_back({begins_[i], begins_[i] + held_[i]});
    const bool is = stage.label >= 0 && (bits_ >> stage.label & 1) != 0;
    const double pass = stage.label < 0 || is ? stage.pass_if : stage.pass_if_not;
    double mean = 0.0;
    for (const bool passes : {true, false}) {
      const double chance = passes ? pass : 1.0 - pass;
      if (chance <= 0.0) continue;
      passed_[i] = passes;
      mean += chance * from(k + 1);
    }
    intervals_.resize(before);
    return mean;
  }

  const Model& model_;
  const std::vector<Reach>& reach_;
  const ModelSource& source_;
  std::vector<bool> needed_, passed_;
  std::vector<double> held_, begins_;
  std::vector<Interval> intervals_;
  std::uint64_t bits_ = 0;
  int holders_ = 0, deciding_ = 0;
  bool simple_ = true;
};

}  // namespace

double hold_s(const Model& model, const ModelStage& stage, const Holding& holding) {
  const ModelDevice& device = model.devices[static_cast<std::size_t>(holding.device)];
  const Nanoseconds time = stage.hold_time == -1   ? model.sources[static_cast<std::size_t>(stage.source)].length
                           : stage.hold_time == -2 ? stage.start_to_end()
                                                   : stage.hold_time;
  return seconds(time + device.startup);
}

double covered_s(const Model& model, const std::vector<Reach>& reach, int source, int device, double draw) {
  return Ways(model, reach, source, device, draw).mean();
}

}  // namespace subvolt::scenario
