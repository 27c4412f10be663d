#include "sim/mapping/row_stationary/row_stationary_search.h"

#include <limits>
#include <vector>

namespace subvolt::mapping {
namespace {

// Sizes up to `most` of which one more would make no fewer steps over `all`, ascending.
std::vector<std::int64_t> step_sizes(std::int64_t all, std::int64_t most) {
  std::vector<std::int64_t> sizes;
  for (std::int64_t size = std::min(all, most); size >= 1;) {
    const std::int64_t steps = ceil_div(all, size);
    sizes.push_back(ceil_div(all, steps));  // the smallest with as many
    size = sizes.back() - 1;
  }
  return {sizes.rbegin(), sizes.rend()};
}

struct Weighed {
  RowStationaryMapping mapping;
  double cost = std::numeric_limits<double>::infinity(), cycles = 0.0;
};

class Search {
 public:
  Search(const RowStationaryMachine& machine, const RowStationaryLayer& layer, const RowStationaryWeights& weights)
      : machine_(machine), layer_(layer), weights_(weights) {}

  // As if all steps were full ones but the last, which has its share.
  Weighed weigh(const RowStationaryMapping& mapping, const RowStationaryPass& pass, const PeSets& sets) const {
    const auto of = [](std::int64_t n) { return static_cast<double>(n); };
    const RowStationaryLayer& l = layer_;
    const double strips = of(ceil_div(l.rows.out, mapping.e)), batches = of(ceil_div(l.images, mapping.n));
    const std::int64_t reads = ceil_div(l.filters, mapping.m), blocks = ceil_div(l.channels, mapping.channels);
    const std::int64_t steps = reads * ceil_div(mapping.m, mapping.filters);
    const double extent = of(l.rows.in() - (l.rows.out - 1) * l.rows.stride);
    const double rows = of(l.rows.in()) + (strips - 1) * std::max(0.0, extent - of(l.rows.stride));
    const double ifmaps = of(l.images * l.channels * l.columns.in()) * rows;
    const double outputs = of(l.images * l.filters * l.rows.out * l.columns.out);
    const double filters = of(l.filters * l.channels * l.rows.kernel * l.columns.kernel) * strips * batches;
    const double memory = filters * weights_.filters + ifmaps * of(reads) * weights_.input + outputs * weights_.output;
    const double buffer = outputs * of(2 * blocks - 1) + ifmaps * of(steps + reads);
    const double window =
        of(std::max({l.columns.kernel * sets.p * sets.q, ceil_div(mapping.e * pass.filters, machine_.psum_rate),
                     ceil_div(pass.ifmap_words(), machine_.ifmap_rate * pass.windows())}));
    Weighed weighed;
    weighed.mapping = mapping;
    weighed.cycles = of(l.groups) * (strips * of(blocks * steps) * of(l.images * l.columns.out) * window +
                                     filters / of(machine_.filter_rate));
    weighed.cost = of(l.groups) * (memory + buffer * kGlobalBufferWeight) + weighed.cycles * kCycleWeight;
    return weighed;
  }

  static bool better(const Weighed& a, const Weighed& b, Objective objective) {
    if (objective == Objective::kLatency && a.cycles != b.cycles) return a.cycles < b.cycles;
    const bool product = objective == Objective::kEdp;
    const double cost_a = product ? a.cost * a.cycles : a.cost, cost_b = product ? b.cost * b.cycles : b.cost;
    return cost_a != cost_b ? cost_a < cost_b : a.cycles < b.cycles;
  }

 private:
  const RowStationaryMachine& machine_;
  const RowStationaryLayer& layer_;
  const RowStationaryWeights& weights_;
};

}  // namespace

std::int64_t widest_set(const RowStationaryMachine& machine, std::int64_t kernel_rows) {
  return machine.columns * (machine.rows / kernel_rows);
}

std::int64_t ifmap_banks(const RowStationaryMachine& machine, const RowStationaryLayer& layer, std::int64_t images,
                         std::int64_t channels, std::int64_t rows) {
  TileAxis strip = layer.rows;
  strip.out = rows;
  return ceil_div(images * channels * strip.in() * layer.columns.in(), machine.bank_words);
}

std::int64_t psum_banks(const RowStationaryMachine& machine, const RowStationaryLayer& layer, std::int64_t images,
                        std::int64_t filters, std::int64_t rows) {
  return ceil_div(images * filters * rows * layer.columns.out, machine.bank_words);
}

SmallestStrip smallest_strip(const RowStationaryMachine& machine, const RowStationaryLayer& layer) {
  return {ifmap_banks(machine, layer, 1, 1, 1), psum_banks(machine, layer, 1, 1, 1)};
}

std::string misfit(const RowStationaryMachine& machine, const RowStationaryLayer& layer,
                   const RowStationaryMapping& mapping) {
  const auto over = [](const char* what, std::int64_t is, std::int64_t most) {
    return std::string(what) + " " + std::to_string(is) + ", at most " + std::to_string(most);
  };
  if (mapping.n > layer.images) return over("n", mapping.n, layer.images);
  if (mapping.m > layer.filters) return over("m", mapping.m, layer.filters);
  if (mapping.filters > mapping.m) return over("filters", mapping.filters, mapping.m);
  if (mapping.channels > layer.channels) return over("channels", mapping.channels, layer.channels);
  const std::int64_t widest = std::min(layer.rows.out, widest_set(machine, layer.rows.kernel));
  if (mapping.e > widest) return over("e", mapping.e, widest);
  RowStationaryPass pass{mapping.n, mapping.channels, mapping.filters, layer.rows, layer.columns, false};
  pass.rows.out = mapping.e;
  if (!arrange(machine, pass)) return "its PE sets have no place on the array or its words none in scratchpads";
  if (pass.filter_words() > machine.filter_buffer_words) {
    return over("words of filters of a pass", pass.filter_words(), machine.filter_buffer_words);
  }
  const std::int64_t banks = ifmap_banks(machine, layer, mapping.n, mapping.channels, mapping.e) +
                             psum_banks(machine, layer, mapping.n, mapping.m, mapping.e);
  return banks > machine.banks ? over("banks of the buffer", banks, machine.banks) : "";
}

std::optional<RowStationaryMapping> search_row_stationary(const RowStationaryMachine& machine,
                                                          const RowStationaryLayer& layer,
                                                          const RowStationaryWeights& weights, Objective objective,
                                                          std::int64_t& candidates) {
  const Search search(machine, layer, weights);
  std::optional<Weighed> best;
  candidates = 0;
  for (const std::int64_t e : step_sizes(layer.rows.out, widest_set(machine, layer.rows.kernel))) {
    const std::int64_t sets = pe_sets(machine, layer.rows.kernel, e);
    if (sets == 0) continue;
    for (const std::int64_t n : step_sizes(layer.images, layer.images)) {
      const std::int64_t most_channels = machine.ifmap_words / layer.columns.kernel * sets;
      for (const std::int64_t c : step_sizes(layer.channels, most_channels)) {
        const std::int64_t left = machine.banks - ifmap_banks(machine, layer, n, c, e);
        if (left < 1) break;
        const std::int64_t room = left * machine.bank_words / (n * e * layer.columns.out);  // filters with psums
        const std::int64_t taps = layer.rows.kernel * layer.columns.kernel;
        const std::int64_t most_filters = std::min(room, machine.filter_buffer_words / (c * taps));
        for (const std::int64_t k : step_sizes(layer.filters, most_filters)) {
          RowStationaryPass pass{n, c, k, layer.rows, layer.columns, false};
          pass.rows.out = e;
          const std::optional<PeSets> arranged = arrange(machine, pass);
          if (!arranged) continue;
          // As many steps of k as there is room for psums, evenly over the groups of m.
          const std::int64_t steps = ceil_div(layer.filters, k);
          const std::int64_t per_group = ceil_div(steps, ceil_div(steps, room / k));
          const RowStationaryMapping mapping{std::min(per_group * k, layer.filters), n, e, c, k};
          const Weighed weighed = search.weigh(mapping, pass, *arranged);
          ++candidates;
          if (!best || Search::better(weighed, *best, objective)) best = weighed;
        }
      }
    }
  }
  if (!best) return std::nullopt;
  return best->mapping;
}

}  // namespace subvolt::mapping
