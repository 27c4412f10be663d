// One direction of a bus: inputs that offer transfers, outputs that take them, an arbiter between them.
//
// Time is counted in clock edges. An input offers one transfer at a time; a transfer that is granted at edge e
// occupies its lanes in [e, e + beats):
//   shared     one lane for everything
//   crossbar   one lane per input and one per output: transfers between different pairs go on at once
// Among the inputs whose offer is ready, whose lanes are free and whose output is open, the arbiter grants
//   round_robin      the next one after the input granted last (crossbar: by this output)
//   fixed_priority   the one that was added first; the others may starve
//
// Plain code without SystemC. Violated preconditions (two offers of one input) are bugs of the caller.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "sim/kernel/repeat/state_key.h"

namespace subvolt::hw {

enum class Topology { kShared, kCrossbar };
enum class Arbitration { kRoundRobin, kFixedPriority };

class Channel {
 public:
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  Channel(Topology topology, Arbitration arbitration) : topology_(topology), arbitration_(arbitration) {}
  int add_input();
  int add_output();

  // A transfer of `beats` >= 1 cycles that may be granted from `ready_edge` on.
  void offer(int input, int output, std::int64_t ready_edge, std::int64_t beats);
  // A closed output is granted nothing until it is opened again.
  void close(int output) { outputs_[static_cast<std::size_t>(output)].open_edge = kNever; }
  void open(int output, std::int64_t from_edge) { outputs_[static_cast<std::size_t>(output)].open_edge = from_edge; }

  struct Grant {
    int input = 0;
    int output = 0;
    std::int64_t beats = 0;
    std::int64_t waited = 0;  // cycles since the offer was ready
  };
  // The next transfer that begins at `edge`; call until there is none.
  std::optional<Grant> grant(std::int64_t edge) {
    if (offers_ == 0) return std::nullopt;
    return one_offers() ? grant_alone(edge) : choose(edge);
  }
  bool offered() const { return offers_ > 0; }
  // All that later grants depend on, at edge `now`.
  void state(kernel::StateKey& key, std::int64_t now) const;
  // The first edge at which some offer can be granted as things stand; kNever without one.
  std::int64_t next_edge() const;

 private:
  struct Input {
    bool offering = false;
    int output = 0;
    std::int64_t ready_edge = 0;
    std::int64_t beats = 0;
    std::int64_t free_edge = 0;  // of its lane
  };
  struct Output {
    std::int64_t open_edge = 0;
    std::int64_t free_edge = 0;  // of its lane
    int last_input = -1;
  };
  std::int64_t possible_edge(const Input& input) const {  // at which its offer can be granted
    const Output& output = outputs_[static_cast<std::size_t>(input.output)];
    const std::int64_t lanes =
        topology_ == Topology::kShared ? shared_free_edge_ : std::max(input.free_edge, output.free_edge);
    return std::max({input.ready_edge, output.open_edge, lanes});
  }
  // Whether it is the last one that has offered something, alone.
  bool one_offers() const { return offers_ == 1 && inputs_[static_cast<std::size_t>(last_offer_)].offering; }
  std::optional<Grant> grant_alone(std::int64_t edge);
  Grant take(int index, std::int64_t edge);
  std::optional<Grant> choose(std::int64_t edge);
  std::optional<Grant> choose(std::int64_t edge, int output, int& last_input);

  Topology topology_;
  Arbitration arbitration_;
  std::vector<Input> inputs_;
  std::vector<Output> outputs_;
  int offers_ = 0;      // inputs that offer something
  int last_offer_ = 0;  // input
  std::int64_t shared_free_edge_ = 0;
  int shared_last_input_ = -1;
};

}  // namespace subvolt::hw
