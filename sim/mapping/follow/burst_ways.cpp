#include "sim/mapping/follow/burst_ways.h"

#include <algorithm>
#include <cmath>

namespace subvolt::mapping {
namespace {

// Of a cycle: what arithmetic with ratios of clocks may be off.
constexpr double kSame = 1e-6;

std::int64_t whole(double n) { return static_cast<std::int64_t>(n + 0.5); }

}  // namespace

BurstWays::BurstWays(const std::vector<MemoryRegion>& memories) {
  for (const MemoryRegion& m : memories) {
    memories_.push_back({m.base, static_cast<Address>(m.size.value()), way(m.path.read), way(m.path.write)});
  }
}

std::size_t BurstWays::resource(const Lane::Stage& stage) {
  std::size_t r = 0;
  while (r < resources_.size() && (resources_[r].id != stage.resource || stage.resource == 0)) ++r;
  if (r == resources_.size()) {
    resources_.emplace_back();
    resources_[r].id = stage.resource;
    resources_[r].free_edges.assign(static_cast<std::size_t>(std::max<std::int64_t>(1, stage.banks)), 0);
  }
  return r;
}

std::vector<BurstWays::Hop> BurstWays::way(const Lane& lane) {
  std::vector<Hop> way;
  for (const Lane::Stage& s : lane.stages()) {
    Hop hop;
    hop.stage = &s;
    hop.resource = resource(s);
    hop.per_edge = 1.0 / s.cycle;
    hop.edges = whole(s.per_burst * hop.per_edge);
    hop.granule = std::max<std::int64_t>(1, whole(s.granule));
    hop.edges_per_beat = whole(s.per_byte * s.granule * hop.per_edge);
    hop.stripe_words = std::max<std::int64_t>(1, s.stripe / s.word);
    way.push_back(hop);
  }
  return way;
}

const BurstWays::Memory& BurstWays::memory_of(Address address) const {
  for (const Memory& m : memories_) {
    if (address >= m.base && address - m.base < m.size) return m;
  }
  return memories_.front();
}

std::int64_t BurstWays::Bookings::take(std::int64_t from, std::int64_t edges, std::int64_t now) {
  constexpr std::size_t kMany = 32;
  if (taken.size() >= kMany) {
    const auto ahead = std::find_if(taken.begin(), taken.end(), [now](const auto& t) { return t.second > now; });
    taken.erase(taken.begin(), ahead);
  }
  std::size_t gap = taken.size();  // the one that it takes is before this booking
  while (gap > 0 && taken[gap - 1].second > from) --gap;
  std::int64_t begin = from;
  for (; gap < taken.size(); ++gap) {
    if (begin + edges <= taken[gap].first) break;
    begin = std::max(begin, taken[gap].second);
  }
  if (gap > 0 && taken[gap - 1].second == begin) {
    taken[gap - 1].second += edges;  // those without a gap are one
  } else {
    taken.insert(taken.begin() + static_cast<std::ptrdiff_t>(gap), {begin, begin + edges});
  }
  return begin;
}

// Words of the burst, bank by bank: each has its share of them one behind the other.
std::int64_t BurstWays::serve_banks(const Hop& hop, Resource& r, std::int64_t into, std::int64_t bytes,
                                    std::int64_t edge) {
  const std::int64_t word = hop.stage->word, ports = hop.stage->ports;
  const auto banks = static_cast<std::int64_t>(r.free_edges.size());
  const std::int64_t first = into / word, words = (into + bytes - 1) / word - first + 1;
  // Bursts of all banks' words keep them in step.
  if (r.in_step && hop.stripe_words == 1 && words % (banks * ports) == 0) {
    return r.free_edges[0] = std::max(r.free_edges[0], edge) + words / (banks * ports);
  }
  if (r.in_step) std::fill(r.free_edges.begin(), r.free_edges.end(), r.free_edges[0]);
  const bool idle = std::all_of(r.free_edges.begin(), r.free_edges.end(), [edge](std::int64_t f) { return f <= edge; });
  r.in_step = idle && hop.stripe_words == 1 && words % (banks * ports) == 0;
  std::int64_t end = edge;
  const auto serve = [&](std::int64_t bank, std::int64_t accesses) {
    std::int64_t& free = r.free_edges[static_cast<std::size_t>(bank)];
    free = std::max(free, edge) + (ports == 1 ? accesses : ceil_div(accesses, ports));
    end = std::max(end, free);
  };
  if (hop.stripe_words == 1) {
    std::int64_t share = words / banks, more = words % banks, bank = first % banks;
    for (std::int64_t i = 0; i < std::min(words, banks); ++i) {
      serve(bank, share + (i < more ? 1 : 0));
      if (++bank == banks) bank = 0;
    }
    return end;
  }
  for (std::int64_t w = first; w < first + words;) {
    const std::int64_t next = std::min((w / hop.stripe_words + 1) * hop.stripe_words, first + words);
    serve(w / hop.stripe_words % banks, next - w);
    w = next;
  }
  return end;
}

// Nothing where a burst ended in a row that is still open.
double BurstWays::jump(const Jumps& jumps, Rows& rows, std::int64_t into, std::int64_t bytes) {
  // Opening a row closes the one that was opened `open` rows before. A way of `far` bytes is certain to leave a row, so
  // a stream opens one in half of that.
  const std::int64_t row = std::max<std::int64_t>(1, jumps.far / 2);
  std::vector<Rows::Stream>& streams = rows.streams;
  const auto closed = [&](const Rows::Stream& s) { return rows.opened - s.opened >= jumps.open * row; };
  streams.erase(std::remove_if(streams.begin(), streams.end(), closed), streams.end());
  double cycles = 0.0;
  const auto from =
      std::find_if(streams.begin(), streams.end(), [into](const Rows::Stream& s) { return s.end == into; });
  if (from == streams.end()) {
    cycles = jumps.cycles(bytes, std::abs(into - rows.last_end));
    rows.opened += row;
  } else {
    streams.erase(from);
  }
  rows.opened += bytes;
  rows.last_end = into + bytes;
  streams.push_back({rows.last_end, rows.opened});
  return cycles;
}

BurstWays::Times BurstWays::send(const BurstCutter::Burst& burst, bool write, double now) {
  const Memory& memory = memory_of(burst.address);
  const auto into = static_cast<std::int64_t>(burst.address - memory.base);
  const std::vector<Hop>& hops = write ? memory.write : memory.read;
  Times times{now, now};
  double at = now;
  for (const Hop& hop : hops) {
    const Lane::Stage& s = *hop.stage;
    Resource& r = resources_[hop.resource];
    double begin = at;
    if (s.edge == Edge::kNone) {
      begin = std::max(at, r.free_at);
      double held = s.cycles(into, burst.bytes) + (r.wrote != write ? s.turn / 2.0 : 0.0);
      if (s.jumps.far > 0) {
        Rows& rows = r.rows[write ? 1 : 0];
        if (r.wrote != write) rows.keep_newest();
        held += jump(s.jumps, rows, into, burst.bytes);
      }
      r.wrote = write;
      r.free_at = begin + held;
      at = r.free_at + s.then;
    } else {
      const double edges = at * hop.per_edge;
      std::int64_t edge = static_cast<std::int64_t>(edges + kSame);
      if (s.edge == Edge::kBehind || static_cast<double>(edge) + kSame < edges) ++edge;
      std::int64_t end = edge;
      if (s.banks > 1 || s.word > 1) {
        end = serve_banks(hop, r, into, burst.bytes, edge);
      } else {
        const std::int64_t taken = hop.edges + hop.edges_per_beat * ceil_div(burst.bytes, hop.granule);
        if (s.back) {
          edge = r.bookings.take(edge, taken, static_cast<std::int64_t>(now * hop.per_edge));
        } else if (taken > 0) {
          edge = std::max(edge, r.free_edges[0]);
          r.free_edges[0] = edge + taken;
        }
        end = edge + taken;
      }
      begin = static_cast<double>(edge) * s.cycle;
      at = static_cast<double>(end) * s.cycle + s.then;
    }
    if (&hop == hops.data()) times.accepted = begin;
  }
  times.answered = at;
  return times;
}

}  // namespace subvolt::mapping
