#include "sim/mapping/tile/mac_search.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "sim/mapping/tile/finalists.h"

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
  Search(const MacLayer& layer, const NpuCapabilities& npu, const std::vector<Objective>& objectives, Reach reach)
      : layer_(layer),
        npu_(npu),
        estimator_(layer, npu),
        tiles_(layer, npu),
        reach_(reach),
        finalists_(objectives, reach) {}

  Found<MacChoice> run(Shortage& shortage) {
    const auto pixels = pixel_tilings(layer_.rows, layer_.columns);  // candidates point to them
    const std::vector<PixelTiling> undivided{pixels.front()};
    for (const auto& [grain, whole] : wishes()) {
      styles_.clear();
      for (const auto& style : npu_.styles) {
        if (wish(*style) == Wish{grain, whole}) styles_.push_back({style.get(), estimator_.runs_all(*style)});
      }
      grain_ = grain;
      queue_.clear();
      if (whole) try_tiles(undivided, {{channel_sizes(layer_, grain_).front(), {layer_.inputs_per_group}}});
      if (queue_.empty()) try_tiles(pixels, all_channels());
      choose();
    }
    // Buffers too small for what fills an array that multiplies whole channels: tiles that leave some of it idle.
    if (finalists_.empty() && grain_.inputs > 1) {
      grain_ = {1, 1, 1};
      queue_.clear();
      try_tiles(pixels, all_channels());
      choose();
    }
    shortage = shortage_;
    if (shortage.required == 0) shortage.obstacle = obstacle_;
    Found<MacChoice> found;
    found.choices = finalists_.take(found.of_first);
    for (MacChoice& choice : found.choices) choice.candidates = candidates_;
    return found;
  }

 private:
  struct Channels {
    std::int64_t size;
    std::vector<std::int64_t> reductions;
  };
  struct Style {
    const ArrayStyle* style;
    bool runs_all;
  };
  using Wish = std::pair<Granularity, bool>;  // what a style wants of tilings; true: the whole layer as one tile
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  static constexpr int kReductions = 16;
  // Tilings that move and compute the same: of the same tiles, which keep the same operands. The other loop order then
  // has the same figures, and of equals the first stays the best; the other buffering differs in the pipeline only.
  struct Candidate {
    struct Buffered {
      std::size_t found = kNone;  // how many were found before
      Tiling tiling;
      Residency residency;
    };
    FittedTiling fitted;
    MacTraffic traffic;
    bool weights_stay, biases_stay;
    std::size_t first_able, end_able;  // styles that can run it, in able_
    std::array<Buffered, 2> buffered;  // once, twice
    std::size_t before;                // candidate of the same pixels and channels; kNone: the first
    Figures bound;
    bool judged = false;
    explicit Candidate(const FittedTiling& f)
        : fitted(f),
          weights_stay(mapping::weights_stay(f.extent.pixel_tiles, f.residency)),
          biases_stay(mapping::biases_stay(f.tiling, f.extent.pixel_tiles, f.residency)) {}
    bool same(const FittedTiling& f) const {
      return fitted.tiling.size.reduction == f.tiling.size.reduction &&
             fitted.residency.inputs_stay == f.residency.inputs_stay &&
             fitted.residency.lines_stay == f.residency.lines_stay &&
             weights_stay == mapping::weights_stay(f.extent.pixel_tiles, f.residency) &&
             biases_stay == mapping::biases_stay(f.tiling, f.extent.pixel_tiles, f.residency);
    }
    std::size_t able() const { return end_able - first_able; }
  };
  // Taken in the order of their bounds: the best come first, and most of the rest need no estimate.
  struct Place {
    double bound;
    std::size_t candidate;
    bool operator<(const Place& other) const { return other.bound < bound; }  // heaps give the greatest first
  };

  static Wish wish(const ArrayStyle& style) { return {style.granularity(), style.whole_layers()}; }
  // In order of the styles, each once.
  std::vector<Wish> wishes() const {
    std::vector<Wish> all;
    for (const auto& style : npu_.styles) {
      if (std::find(all.begin(), all.end(), wish(*style)) == all.end()) all.push_back(wish(*style));
    }
    return all;
  }

  std::vector<Channels> all_channels() const {
    std::vector<Channels> channels;
    std::vector<std::int64_t> sizes = channel_sizes(layer_, grain_);
    // Weights of which not two tiles fit that fill the array.
    const std::int64_t weights = layer_.weights.format.bytes(layer_.taps * grain_.inputs * grain_.channels);
    if (layer_.groups == 1 && 2 * weights > npu_.weight_buffer.value()) {
      for (std::int64_t size = sizes.back(); size > 1;) sizes.push_back(size = ceil_div(size, 2));
    }
    for (const std::int64_t size : sizes) channels.push_back({size, reduction_sizes(layer_, size, grain_)});
    return channels;
  }

  void try_tiles(const std::vector<PixelTiling>& pixels, const std::vector<Channels>& channels) {
    std::vector<std::size_t> last(pixels.size() * channels.size(), kNone);
    for (const bool double_buffered : {true, false}) {
      for (const LoopOrder order : {LoopOrder::kWeightsOuter, LoopOrder::kPixelsOuter}) {
        auto of_tile = last.begin();
        for (const PixelTiling& p : pixels) {
          for (const Channels& c : channels) try_tile(p, c, order, double_buffered, *of_tile++);
        }
      }
    }
  }

  // The largest reduction that fits and that a style can run; of a search that reaches far the next ones, too, whose
  // first tile is there sooner.
  void try_tile(const PixelTiling& pixels, const Channels& channels, LoopOrder order, bool double_buffered,
                std::size_t& last) {
    int wanted = reach_ == Reach::kFar ? kReductions : 1;
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
      if (r && keep(f, traffic, last) && --wanted == 0) return;
      if (r) continue;
      const bool closer = shortage_.required == 0 || shortage.factor() < shortage_.factor();
      if (reasonable && closer) shortage_ = shortage;
    }
  }

  // False when no style can run it. `last`: the last candidate of the same pixels and channels.
  bool keep(const FittedTiling& f, const MacTraffic& traffic, std::size_t& last) {
    std::size_t at = last;
    while (at != kNone && !all_[at].same(f)) at = all_[at].before;
    if (at == kNone) at = last = add(f, traffic, last);
    Candidate& c = all_[at];
    candidates_ += static_cast<std::int64_t>(c.able());
    Candidate::Buffered& buffered = c.buffered[f.tiling.double_buffered ? 1 : 0];
    if (buffered.found == kNone) buffered = {found_++, f.tiling, f.residency};
    return c.able() > 0;
  }

  std::size_t add(const FittedTiling& f, const MacTraffic& traffic, std::size_t before) {
    Candidate& c = all_.emplace_back(f);
    c.traffic = traffic;
    c.before = before;
    c.first_able = able_.size();
    for (const Style& s : styles_) {
      std::string why = s.runs_all ? "" : estimator_.obstacle(f, *s.style);
      if (why.empty()) {
        able_.push_back(s.style);
      } else if (obstacle_.empty()) {
        obstacle_ = std::move(why);
      }
    }
    c.end_able = able_.size();
    if (c.able() > 0) {
      c.bound = estimator_.bound(traffic);
      queue_.push_back({0.0, all_.size() - 1});
    }
    return all_.size() - 1;
  }

  void choose() {
    for (std::size_t o = 0; o < finalists_.objectives().size(); ++o) {
      for (Place& place : queue_) place.bound = score(finalists_.objectives()[o], all_[place.candidate].bound)[0];
      std::make_heap(queue_.begin(), queue_.end());
      auto end = queue_.end();
      for (; end != queue_.begin(); --end) {
        if (!finalists_.empty() && finalists_.limit(o)[0] < queue_.front().bound) break;
        std::pop_heap(queue_.begin(), end);
        estimate(all_[(end - 1)->candidate]);
      }
      queue_.erase(end, queue_.end());  // these are judged
    }
  }

  void estimate(Candidate& c) {
    if (c.judged) return;
    c.judged = true;
    tiles_.take(c.fitted, c.traffic);
    const auto hopeless = [&] { return !finalists_.empty() && finalists_.beat(tiles_.at_least()); };
    if (hopeless()) return;
    for (std::size_t a = c.first_able; a < c.end_able; ++a) {
      tiles_.run_on(*able_[a]);
      if (hopeless()) continue;
      for (const Candidate::Buffered& b : c.buffered) {
        if (b.found == kNone) continue;
        const MacEstimate e = tiles_.estimate(b.tiling.double_buffered, b.residency.output_slots);
        finalists_.offer({b.tiling, b.residency, able_[a], c.traffic, e, 0}, e.figures, {b.found, a});
      }
    }
  }

  const MacLayer& layer_;
  const NpuCapabilities& npu_;
  MacEstimator estimator_;
  MacTiles tiles_;
  std::vector<Style> styles_;  // of one granularity
  Granularity grain_;
  Reach reach_;
  std::vector<Candidate> all_;
  std::size_t found_ = 0;
  std::vector<const ArrayStyle*> able_;                                     // to run them
  std::vector<Place> queue_;                                                // of one granularity
  std::string obstacle_;                                                    // the first that a style had
  AllFinalists<MacChoice, std::pair<std::size_t, std::size_t>> finalists_;  // when found, and style
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
  std::vector<std::int64_t> sizes =
      rounded_breakpoints(layer.inputs_per_group, std::max(grain.inputs, ceil_div(grain.reduction, layer.taps)));
  // Where buffers are too small for these: what leaves some of the array idle.
  while (sizes.back() > 1) sizes.push_back(ceil_div(sizes.back(), 2));
  return sizes;
}

Found<MacChoice> search_mac_layer(const MacLayer& layer, const NpuCapabilities& npu,
                                  const std::vector<Objective>& objectives, Reach reach, Shortage& shortage) {
  return Search(layer, npu, objectives, reach).run(shortage);
}

}  // namespace subvolt::mapping
