#include "sim/mapping/block_engine/weight_stream.h"

#include <algorithm>
#include <cmath>

#include "sim/units/counts.h"

namespace subvolt::mapping {
namespace {

using M = BlockEngineMachine;

constexpr std::int64_t kScaleBytes = 10, kAligned = 16;

std::int64_t rounded_down(double n, std::int64_t grain) { return static_cast<std::int64_t>(n) / grain * grain; }
std::int64_t rounded_up(double n, std::int64_t grain) {
  return ceil_div(static_cast<std::int64_t>(std::ceil(n)), grain) * grain;
}

class Slicing {
 public:
  Slicing(const M& m, const BlockWork& work, const BlockChoice& choice, const WeightSource& source, std::int64_t slack)
      : m_(m), work_(work), choice_(choice), source_(source), slack_(slack), channels_(work.out.channels) {}

  WeightPlan run() {
    WeightPlan plan;
    plan.compute = plan.cycles = plan.slack = compute(channels_);
    if (!work_.has_weights() || !source_.buffered) return plan;
    const std::int64_t whole = source_.cycles(bytes(channels_));
    plan.slices = slices(whole);
    if (plan.slices.empty()) return plan;
    const std::int64_t one = source_.cycles(plan.slices.front().bytes);
    if (plan.slices.size() == 1) {
      plan.cycles = plan.compute + std::max<std::int64_t>(whole - slack_, 0);
      return plan;
    }
    plan.slack = compute(plan.slices.back().channels);
    plan.cycles = std::max(whole - slack_ + plan.slack, plan.compute + std::max<std::int64_t>(one - slack_, 0));
    return plan;
  }

 private:
  std::int64_t bytes(std::int64_t channels) const { return stream_bytes(work_, choice_, channels, source_.ratio); }
  std::int64_t compute(std::int64_t channels) const {
    return block_times(m_, some_channels(work_, channels), choice_).all;
  }

  std::vector<WeightSlice> slices(std::int64_t whole) const {
    const auto all = static_cast<double>(channels_), stream = static_cast<double>(bytes(channels_));
    const std::int64_t half = source_.buffer / 2;
    const double in_time = std::min(1.0, static_cast<double>(slack_) / static_cast<double>(whole));
    const double ahead = std::min(in_time * stream, static_cast<double>(half));
    if (ahead >= stream) return cut(channels_, channels_);
    std::int64_t first = std::max(M::kBrick, rounded_down(all * ahead / stream, M::kBrick));
    const std::int64_t block = choice_.out.channels;
    const double under = static_cast<double>(compute(std::min(first, channels_))) / static_cast<double>(whole);
    std::int64_t others = rounded_up(all * under, block);
    if (static_cast<double>(others) / all * stream > static_cast<double>(half)) {
      others = static_cast<std::int64_t>(static_cast<double>(half) / stream * all);
    }
    while (true) {
      others = std::max(M::kBrick, rounded_down(static_cast<double>(others), others > block ? block : M::kBrick));
      std::vector<WeightSlice> found = cut(first, others);
      if (room(found) <= source_.buffer) return found;
      if (first == M::kBrick && others == M::kBrick) return {};
      if (others > first || first == M::kBrick) {
        others = rounded_up(static_cast<double>(others) / 2.0, M::kBrick);
      } else {
        first = rounded_up(static_cast<double>(first) / 2.0, M::kBrick);
      }
    }
  }

  std::vector<WeightSlice> cut(std::int64_t first, std::int64_t others) const {
    std::vector<WeightSlice> all;
    for (std::int64_t at = 0; at < channels_;) {
      const std::int64_t n = std::min(channels_ - at, at == 0 ? first : others);
      all.push_back({at, n, bytes(n)});
      at += n;
    }
    return all;
  }

  // Of two that follow each other; alone, of one in each half.
  static std::int64_t room(const std::vector<WeightSlice>& slices) {
    std::int64_t most = 0;
    for (const WeightSlice& s : slices) most = std::max(most, s.bytes);
    return 2 * most;
  }

  const M& m_;
  const BlockWork& work_;
  const BlockChoice& choice_;
  const WeightSource& source_;
  std::int64_t slack_, channels_;
};

}  // namespace

std::int64_t stream_bytes(const BlockWork& work, const BlockChoice& choice, std::int64_t channels, double ratio) {
  const bool fours = work.operation == BlockOperation::kDepthwise ||
                     (work.operation == BlockOperation::kConvolution && choice.part_kernel);
  std::int64_t taps = 0;
  for (const BlockSize& k : sub_kernels(work)) {
    const std::int64_t n = k.rows * k.columns;
    taps += fours ? ceil_div(n, M::kStep) * M::kStep : n;
  }
  const std::int64_t weights = channels * taps * (work.by_channel() ? 1 : work.in.channels);
  const auto coded = static_cast<std::int64_t>(std::ceil(static_cast<double>(weights) * ratio));
  return ceil_div(coded + kScaleBytes * channels, kAligned) * kAligned;
}

BlockWork some_channels(BlockWork work, std::int64_t channels) {
  work.out.channels = channels;
  if (work.by_channel()) work.in.channels = channels;
  return work;
}

WeightPlan plan_weights(const M& machine, const BlockWork& work, const BlockChoice& choice, const WeightSource& source,
                        std::int64_t slack) {
  return Slicing(machine, work, choice, source, slack).run();
}

}  // namespace subvolt::mapping
