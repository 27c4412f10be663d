// The ways of a DMA's bursts to its memories and back, burst by burst: when the interconnect takes one, and when it is
// answered, with those before it on the same way.
//
// A burst holds each stage of its way (path.h) for a time of its own size and place: beats of a bus, words in the banks
// of a memory. Stages with a clock begin at its edges. Where answers of several memories meet, a burst's answer takes
// the first gap from its coming on that is long enough.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/mapping/capabilities.h"
#include "sim/mapping/program/burst_cutter.h"

namespace subvolt::mapping {

// The first edge of the accelerator's clock from a moment on, in its cycles; arithmetic with ratios of clocks may be a
// little off.
inline std::int64_t edge_from(double at) {
  const auto edge = static_cast<std::int64_t>(at);
  return edge + (static_cast<double>(edge) + 1e-6 < at ? 1 : 0);
}

class BurstWays {
 public:
  // The memories outlive it.
  explicit BurstWays(const std::vector<MemoryRegion>& memories);

  // In cycles of the accelerator. `accepted`: the next request can be offered.
  struct Times {
    double accepted = 0.0, answered = 0.0;
  };
  // A burst that is sent at `now`, no earlier than the last one.
  Times send(const BurstCutter::Burst& burst, bool write, double now);

 private:
  // Times when edges of a clock are taken.
  struct Bookings {
    std::vector<std::pair<std::int64_t, std::int64_t>> taken;  // [begin, end), in order
    std::int64_t take(std::int64_t from, std::int64_t edges, std::int64_t now);
  };
  // Where bursts ended, as long as their rows are open: by the bytes of rows that were opened until then.
  struct Rows {
    struct Stream {
      std::int64_t end, opened;
    };
    std::vector<Stream> streams;
    std::int64_t opened = 0, last_end = 0;
    // What went the other way between has taken the other banks (estimate).
    void keep_newest() {
      if (streams.size() > 1) streams.erase(streams.begin(), streams.end() - 1);
    }
  };
  struct Resource {
    std::size_t id = 0;
    std::vector<std::int64_t> free_edges;  // of its banks, or of it
    bool in_step = true;                   // all banks are free at the first one's edge
    double free_at = 0.0;                  // without a clock
    bool wrote = false;
    Rows rows[2];  // of reads, of writes
    Bookings bookings;
  };
  struct Hop {
    const Lane::Stage* stage = nullptr;
    std::size_t resource = 0;
    std::int64_t edges = 0;           // of each burst,
    std::int64_t edges_per_beat = 0;  // and of each granule
    std::int64_t granule = 1;
    std::int64_t stripe_words = 1;
    double per_edge = 0.0;  // 1 / cycle
  };
  struct Memory {
    Address base = 0, size = 0;
    std::vector<Hop> read, write;
  };

  std::vector<Hop> way(const Lane& lane);
  std::size_t resource(const Lane::Stage& stage);
  const Memory& memory_of(Address address) const;
  static double jump(const Jumps& jumps, Rows& rows, std::int64_t into, std::int64_t bytes);
  std::int64_t serve_banks(const Hop& hop, Resource& banks, std::int64_t into, std::int64_t bytes, std::int64_t edge);

  std::vector<Memory> memories_;
  std::vector<Resource> resources_;
};

}  // namespace subvolt::mapping
