#include "sim/mapping/tile/mac_search.h"

#include <algorithm>
#include <string>
#include <utility>

namespace subvolt::mapping {
namespace {

// Breakpoints of `size` rounded up to multiples of `unit`, none below min(size, unit).
std::vector<std::int64_t> rounded_breakpoints(std::int64_t size, std::int64_t unit) {
  std::vector<std::int64_t> sizes;
  for (const std::int64_t s : breakpoints(size, false)) {
    const std::int64_t rounded = std::min(size, ceil_div(s, unit) * unit);
    if (sizes.empty() || rounded < sizes.back()) sizes.push_back(rounded);
  }
  return sizes;
}

class Search {
 public:
  Search(const MacLayer& layer, const NpuCapabilities& npu, Objective objective)
      : layer_(layer), npu_(npu), objective_(objective), estimator_(layer, npu) {}

  std::optional<MacChoice> run(Shortage& shortage) {
    const auto pixels = pixel_tilings(layer_.rows, layer_.columns);
    for (const Granularity& grain : granularities()) {
      styles_.clear();
      for (const auto& style : npu_.styles) {
        if (style->granularity() == grain) styles_.push_back(style.get());
      }
      grain_ = grain;
      try_tiles(pixels);
    }
    if (best_) best_->candidates = candidates_;
    shortage = shortage_;
    if (shortage.required == 0) shortage.obstacle = obstacle_;
    return best_;
  }

 private:
  struct Channels {
    std::int64_t size;
    std::vector<std::int64_t> reductions;
  };
  // What figures depend on, of tiles of the same pixels and channels. Where the other loop order keeps the same
  // operands it has the same figures, and of equals the first stays the best.
  struct Judged {
    std::int64_t reduction = 0;
    bool inputs_stay = false, weights_stay = false, biases_stay = false;
    std::int64_t able = 0;  // styles that can run it
    Judged() = default;
    explicit Judged(const FittedTiling& f)
        : reduction(f.tiling.size.reduction),
          inputs_stay(f.residency.inputs_stay),
          weights_stay(f.residency.weights != WeightsStay::kTile),
          biases_stay(mapping::biases_stay(f.tiling, f.residency)) {}
    bool operator==(const Judged& other) const {
      return reduction == other.reduction && inputs_stay == other.inputs_stay && weights_stay == other.weights_stay &&
             biases_stay == other.biases_stay;
    }
  };

  // In order of the styles, each once.
  std::vector<Granularity> granularities() const {
    std::vector<Granularity> all;
    for (const auto& style : npu_.styles) {
      const Granularity grain = style->granularity();
      if (std::find(all.begin(), all.end(), grain) == all.end()) all.push_back(grain);
    }
    return all;
  }

  void try_tiles(const std::vector<PixelTiling>& pixels) {
    std::vector<Channels> channels;
    for (const std::int64_t size : channel_sizes(layer_, grain_)) {
      channels.push_back({size, reduction_sizes(layer_, size, grain_)});
    }
    for (const bool double_buffered : {true, false}) {
      std::vector<Judged> judged(pixels.size() * channels.size());
      for (const LoopOrder order : {LoopOrder::kWeightsOuter, LoopOrder::kPixelsOuter}) {
        auto of_tile = judged.begin();
        for (const PixelTiling& p : pixels) {
          for (const Channels& c : channels) try_tile(p, c, order, double_buffered, *of_tile++);
        }
      }
    }
  }

  // The largest reduction that fits and that a style can run.
  void try_tile(const PixelTiling& pixels, const Channels& channels, LoopOrder order, bool double_buffered,
                Judged& judged) {
    for (const std::int64_t reduction : channels.reductions) {
      FittedTiling f;
      f.tiling = {{pixels.rows.size, pixels.columns.size, channels.size, reduction}, order, double_buffered};
      f.extent = tile_extent(layer_, f.tiling.size, pixels.rows, pixels.columns);
      f.pixels = &pixels;
      Shortage shortage;
      const auto r = residency(layer_, f.tiling, f.extent, npu_, shortage);
      if (r) f.residency = *r;
      const MacTraffic traffic = estimator_.traffic(f);
      const bool reasonable = traffic.commands <= kMostCommands;
      if (r && !reasonable) return;
      if (r && judge(f, traffic, judged)) return;
      if (r) continue;
      const bool closer = shortage_.required == 0 || shortage.factor() < shortage_.factor();
      if (reasonable && closer) shortage_ = shortage;
    }
  }

  // False when no style can run it.
  bool judge(const FittedTiling& f, const MacTraffic& traffic, Judged& judged) {
    if (judged == Judged(f)) {
      candidates_ += judged.able;
      return judged.able > 0;
    }
    able_.clear();
    for (const ArrayStyle* style : styles_) {
      std::string why = estimator_.obstacle(f, *style);
      if (why.empty()) {
        able_.push_back(style);
      } else if (obstacle_.empty()) {
        obstacle_ = std::move(why);
      }
    }
    judged = Judged(f);
    judged.able = static_cast<std::int64_t>(able_.size());
    candidates_ += judged.able;
    if (best_ && score(objective_, estimator_.bound(traffic)) > best_score_) return !able_.empty();
    for (const ArrayStyle* style : able_) {
      const MacEstimate e = estimator_.estimate(f, traffic, *style);
      const Score s = score(objective_, e.figures);
      if (best_ && !(s < best_score_)) continue;
      best_score_ = s;
      best_ = MacChoice{f.tiling, f.residency, style, traffic, e, 0};
    }
    return !able_.empty();
  }

  const MacLayer& layer_;
  const NpuCapabilities& npu_;
  Objective objective_;
  MacEstimator estimator_;
  std::vector<const ArrayStyle*> styles_;  // of one granularity
  Granularity grain_;
  std::vector<const ArrayStyle*> able_;
  std::string obstacle_;  // the first that a style had
  std::optional<MacChoice> best_;
  Score best_score_{};
  Shortage shortage_;
  std::int64_t candidates_ = 0;
};

}  // namespace

std::vector<PixelTiling> pixel_tilings(const Axis& rows, const Axis& columns) {
  std::vector<PixelTiling> tilings;
  const AxisTiling whole_lines(columns, columns.out);
  for (const std::int64_t size : breakpoints(rows.out, true)) tilings.push_back({{rows, size}, whole_lines});
  const auto coarse = breakpoints(rows.out, false);
  for (const std::int64_t width : breakpoints(columns.out, false)) {
    if (width == columns.out) continue;
    const AxisTiling parts(columns, width);
    for (const std::int64_t size : coarse) tilings.push_back({{rows, size}, parts});
  }
  return tilings;
}

std::vector<std::int64_t> channel_sizes(const MacLayer& layer, const Granularity& grain) {
  const std::int64_t per_group = layer.outputs_per_group;
  if (layer.groups == 1) return rounded_breakpoints(per_group, grain.channels);
  std::vector<std::int64_t> sizes;
  for (const std::int64_t groups : rounded_breakpoints(layer.groups, ceil_div(grain.channels, per_group))) {
    sizes.push_back(groups * per_group);
  }
  for (const std::int64_t part : rounded_breakpoints(per_group, grain.channels)) {
    if (part < per_group) sizes.push_back(part);
  }
  return sizes;
}

std::vector<std::int64_t> reduction_sizes(const MacLayer& layer, std::int64_t tile_channels, const Granularity& grain) {
  const bool several_groups = tile_channels > layer.outputs_per_group;  // they need their whole reduction
  if (several_groups) return {layer.inputs_per_group};
  return rounded_breakpoints(layer.inputs_per_group, ceil_div(grain.reduction, layer.taps));
}

std::optional<MacChoice> search_mac_layer(const MacLayer& layer, const NpuCapabilities& npu, Objective objective,
                                          Shortage& shortage) {
  return Search(layer, npu, objective).run(shortage);
}

}  // namespace subvolt::mapping
