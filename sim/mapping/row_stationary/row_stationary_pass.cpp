#include "sim/mapping/row_stationary/row_stationary_pass.h"

#include <vector>

namespace subvolt::mapping {

std::int64_t pe_sets(const RowStationaryMachine& machine, std::int64_t kernel_rows, std::int64_t out_rows) {
  const std::int64_t above = machine.rows / kernel_rows;
  if (out_rows <= machine.columns) return above * (machine.columns / out_rows);
  return above / ceil_div(out_rows, machine.columns);
}

std::optional<PeSets> arrange(const RowStationaryMachine& machine, const RowStationaryPass& pass) {
  const std::int64_t taps = pass.columns.kernel;
  const std::int64_t sets = pe_sets(machine, pass.rows.kernel, pass.rows.out);
  std::optional<PeSets> best;
  for (std::int64_t q = 1; q <= std::min(pass.channels, machine.ifmap_words / taps); ++q) {
    const std::int64_t r = ceil_div(pass.channels, q);
    if (r > sets || ceil_div(pass.channels, r) != q) continue;
    const std::int64_t p = ceil_div(pass.filters, std::min(sets / r, pass.filters));
    if (p > machine.psum_words || p * q * taps > machine.filter_words) continue;
    const PeSets found{p, q, r, ceil_div(pass.filters, p)};
    if (!best || p * q < best->p * best->q || (p * q == best->p * best->q && r * found.t < best->r * best->t)) {
      best = found;
    }
  }
  return best;
}

PassTimes time_pass(const RowStationaryMachine& machine, const RowStationaryPass& pass, std::int64_t tail) {
  PassTimes times;
  times.sets = arrange(machine, pass).value();
  const std::int64_t column = pass.rows.in() * pass.channels;
  const std::int64_t extent = (pass.columns.kernel - 1) * pass.columns.dilation + 1;
  const std::int64_t first = ceil_div(extent * column, machine.ifmap_rate);
  const std::int64_t next = ceil_div(pass.columns.stride * column, machine.ifmap_rate);
  const std::int64_t move = ceil_div(pass.rows.out * pass.filters, machine.psum_rate);
  const std::int64_t work = pass.columns.kernel * times.sets.q * times.sets.p;
  times.reload = ceil_div(pass.filter_words(), machine.filter_rate);
  const std::int64_t windows = pass.windows();
  std::vector<std::int64_t> starts(static_cast<std::size_t>(machine.ifmap_ahead), 0);  // a ring
  std::int64_t there = 0, sums = 0, start = 0, end = times.reload, out = tail;
  for (std::int64_t w = 0; w < windows; ++w) {
    std::int64_t& before = starts[static_cast<std::size_t>(w % machine.ifmap_ahead)];
    there = std::max(there, before) + (w % pass.columns.out == 0 ? first : next);
    start = std::max(end, there);
    if (pass.accumulate) {
      sums = std::max(sums, w == 0 ? 0 : starts[static_cast<std::size_t>((w - 1) % machine.ifmap_ahead)]) + move;
      start = std::max(start, sums);
    }
    before = start;
    end = std::max(start + work, out);
    out = end + move;
  }
  times.compute = windows * work;
  times.wait = end - times.reload - times.compute;
  times.tail = move;
  return times;
}

const PassTimes& PassTimer::time(const RowStationaryPass& pass, std::int64_t tail) {
  const auto key = std::make_pair(pass.key(), tail);
  const auto known = known_.find(key);
  if (known != known_.end()) return known->second;
  return known_.emplace(key, time_pass(machine_, pass, tail)).first->second;
}

}  // namespace subvolt::mapping
