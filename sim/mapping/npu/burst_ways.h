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

class BurstWays {
 public:
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
  struct Resource {
    std::size_t id = 0;
    std::vector<std::int64_t> free_edges;  // of its banks, or of it
    bool in_step = true;                   // all banks are free at the first one's edge
    double free_at = 0.0;                  // without a clock
    bool wrote = false;
    std::int64_t ended_at[2] = {0, 0};  // where the last burst that read, and that wrote, ended
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
  std::int64_t serve_banks(const Hop& hop, Resource& banks, std::int64_t into, std::int64_t bytes, std::int64_t edge);

  std::vector<Memory> memories_;
  std::vector<Resource> resources_;
};

}  // namespace subvolt::mapping
