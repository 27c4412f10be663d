// A hardware layer of a dot-product engine in time: what its read port asks for, and from the answers when it computes
// and writes. The planner answers from what it knows of the way to the memory, the simulated component with the
// answers of the memory itself.
//
// Times are cycles from the start. It is a recurrence over beats and stripes; a clock-by-clock machine of the tests
// moves the same data register by register (tests/support/dot_product_twin.h).
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/mapping/dot_product/dot_product_machine.h"

namespace subvolt::mapping {

class DotProductRun {
 public:
  static constexpr std::int64_t kLongAgo = std::numeric_limits<std::int64_t>::min() / 4;

  // Beats of one operand that follow each other: the first is asked for at `at`, the others every `step` cycles.
  struct Request {
    bool weights = false;
    std::int64_t first = 0;  // beat
    std::int64_t beats = 0;  // 0: there is none before another answer, if at all
    std::int64_t at = 0, step = 1;
    bool open = false;  // of a whole one: another answer may make it longer
  };
  // A kernel group at work.
  struct Group {
    std::int64_t group = 0;
    std::int64_t data = 0;    // when weights and input are there
    std::int64_t start = 0;   // of its first block
    std::int64_t end = 0;     // the array is free for the next
    std::int64_t waited = 0;  // cycles in which the array waited for room in the accumulators
  };
  // Output beats of one group that are next to each other.
  struct Stripe {
    std::int64_t group = 0;
    std::int64_t first = 0, positions = 0;
    std::int64_t at = 0;  // when the last of them leaves
  };

  DotProductRun(const DotProductMachine& machine, const DotProductLayer& layer);

  // Whether a request is answered as a whole, and so goes out when there is room for all of it. False: beat by beat.
  void whole_requests(bool whole) {
    if (whole != whole_) known_ = false;
    whole_ = whole;
  }
  // What is asked for next, as far as answers tell until now; with more of them it may be earlier than was said, so it
  // is asked again at that time.
  const Request& next();
  // It goes out, with fewer beats if the sender likes.
  void sent(const Request& request);
  // The next `beats` of those that were sent, in their order, reach the machine at `at[0], at[1], ...`: from the one
  // with which it is known when, so that nothing was asked for meanwhile that needs it.
  void answered(std::int64_t beats, const std::int64_t* at);
  void answered_at_once(std::int64_t beats, std::int64_t at);

  // What follows from the answers, to be taken by the caller.
  std::vector<Group>& groups() { return groups_; }
  std::vector<Stripe>& stripes() { return stripes_; }

  bool all_sent() const { return data_sent_ == data_beats_ && weights_sent_ == weight_beats_; }
  bool all_answered() const { return all_sent() && answered_ == sent_; }
  bool done() const { return computed_ == group_count_ && all_answered(); }
  std::int64_t in_flight() const { return sent_ - answered_; }
  std::int64_t first_output() const { return first_output_; }
  std::int64_t end() const { return last_output_; }  // of what is known: the last beat written
  std::int64_t input_complete() const { return complete_; }
  std::int64_t weights_taken_at() const { return last_weight_; }
  std::int64_t data_taken_at() const { return last_data_; }

 private:
  std::int64_t weight_limit(std::int64_t freed) const;
  std::int64_t input_at(std::int64_t beat) const;
  std::int64_t freed(std::int64_t t, std::size_t& released) const;
  template <class At>
  void take_answers(std::int64_t beats, At at);
  bool window(std::int64_t beat, std::int64_t& t) const;
  Request work_out_next() const;
  void extend(Request& request, std::int64_t most) const;
  void extend_whole(Request& request, std::int64_t most) const;
  void compute(std::int64_t group);

  DotProductMachine machine_;
  DotProductLayer layer_;
  std::int64_t data_beats_, weight_beats_, group_count_, blocks_, room_, row_, row_time_;

  // Read port.
  Request next_;
  bool known_ = false;  // next_, until something is sent or answered
  bool whole_ = false;
  std::int64_t time_;  // of the last grant
  bool weights_turn_ = true;
  std::int64_t data_sent_ = 0, weights_sent_ = 0, sent_ = 0, answered_ = 0;
  std::vector<std::int64_t> taken_;  // ring of the beats in flight and behind
  struct Sent {
    bool weights;
    std::int64_t beats;
  };
  std::vector<Sent> order_;  // of what was sent
  std::size_t order_at_ = 0;
  std::int64_t weights_taken_ = 0, last_taken_ = kLongAgo, last_weight_ = 0, last_data_ = 0;
  std::vector<std::int64_t> input_taken_;
  std::int64_t complete_ = kLongAgo;

  // Groups.
  std::vector<std::int64_t> ready_;    // by group: when its weights are there
  std::vector<std::int64_t> release_;  // by group: when the reader has its room again
  std::size_t released_ = 0;           // groups, at time_
  std::int64_t computed_ = 0;
  std::int64_t issue_ = kLongAgo, free_ = kLongAgo, output_ = kLongAgo;
  std::vector<std::int64_t> credit_;  // ring
  std::size_t credit_at_ = 0;
  std::int64_t first_output_ = kLongAgo, last_output_ = 0;
  std::vector<Group> groups_;
  std::vector<Stripe> stripes_;
};

// A memory, or one for each operand behind one port, that answers one request after the other: as the planner knows it.
struct BeatMemory {
  // Of a request: cycles until the next one's first beat, for each beat of it, and of a beat by itself.
  struct Request {
    double cycles_per_beat = 1.0;
    std::int64_t latency = 0;
    friend bool operator<(const Request& a, const Request& b) {
      return a.cycles_per_beat != b.cycles_per_beat ? a.cycles_per_beat < b.cycles_per_beat : a.latency < b.latency;
    }
  };
  // By beats of the request, from 1 on; the last holds for all that are longer.
  std::vector<Request> input, weights;
  BeatMemory() = default;
  BeatMemory(double cycles_per_beat, std::int64_t latency)
      : input{{cycles_per_beat, latency}}, weights{{cycles_per_beat, latency}} {}
  const Request& of(bool of_weights, std::int64_t beats) const {
    const std::vector<Request>& all = of_weights ? weights : input;
    return all[std::min(static_cast<std::size_t>(beats), all.size()) - 1];
  }
};
// A run with it, to its end.
DotProductRun run_dot_product(const DotProductMachine& machine, const DotProductLayer& layer, const BeatMemory& memory);

}  // namespace subvolt::mapping
