#include "sim/mapping/dot_product/dot_product_run.h"

#include <algorithm>
#include <cmath>

#include "sim/mapping/dot_product/dot_product_input.h"

namespace subvolt::mapping {

namespace {
constexpr std::int64_t kNotYet = std::numeric_limits<std::int64_t>::max() / 4;
}  // namespace

DotProductRun::DotProductRun(const DotProductMachine& machine, const DotProductLayer& layer)
    : machine_(machine),
      layer_(layer),
      data_beats_(layer.input_beats(machine)),
      weight_beats_(layer.weight_beats(machine)),
      group_count_(layer.groups(machine)),
      blocks_(layer.blocks(machine)),
      room_(layer.weight_banks * machine.bank_entries),
      row_(layer.row_beats(machine)),
      // Of the input's request generator: a burst a cycle, and one cycle more at the end of a row of a plane.
      row_time_(ceil_div(row_, DotProductMachine::kWeightBurst) + 1),
      time_(machine.weight_start - 1),
      taken_(static_cast<std::size_t>(machine.reads_in_flight)),
      credit_(static_cast<std::size_t>(machine.accumulators), kLongAgo) {
  input_taken_.reserve(static_cast<std::size_t>(data_beats_));
  ready_.reserve(static_cast<std::size_t>(group_count_));
  release_.reserve(static_cast<std::size_t>(group_count_));
}

// Weights up to this beat have room, or will have before the burst that they come in is there.
std::int64_t DotProductRun::weight_limit(std::int64_t freed) const {
  constexpr std::int64_t kBurst = DotProductMachine::kWeightBurst;
  return ((room_ + machine_.weight_fifo + freed - kBurst) / kBurst + 1) * kBurst;
}

std::int64_t DotProductRun::input_at(std::int64_t beat) const { return machine_.input_start + beat / row_ * row_time_; }

// Weights that have left the buffer by `t`; `released` of the groups have.
std::int64_t DotProductRun::freed(std::int64_t t, std::size_t& released) const {
  while (released < release_.size() && release_[released] <= t) ++released;
  return released == 0 ? 0 : layer_.group_end(machine_, static_cast<std::int64_t>(released) - 1);
}

// Not before `t`, and not more in flight than may be. False: an answer that nobody knows yet decides.
bool DotProductRun::window(std::int64_t beat, std::int64_t& t) const {
  const std::int64_t before = beat - machine_.reads_in_flight;
  if (before < 0) return true;
  if (before >= answered_) return false;
  t = std::max(t, taken_[static_cast<std::size_t>(before) % taken_.size()] + 1);
  return true;
}

const DotProductRun::Request& DotProductRun::next() {
  if (!known_) next_ = work_out_next();
  known_ = true;
  return next_;
}

DotProductRun::Request DotProductRun::work_out_next() const {
  Request request;
  std::int64_t t = time_ + 1;
  if (all_sent() || !window(sent_, t)) return request;
  const bool weights_left = weights_sent_ < weight_beats_, data_left = data_sent_ < data_beats_;
  const std::int64_t input_time = data_left ? input_at(data_sent_) : kNotYet;
  std::size_t released = released_;
  while (true) {
    const std::int64_t limit = std::min(weight_limit(freed(t, released)), weight_beats_);
    const bool weights = weights_left && weights_sent_ < limit;
    const bool data = input_time <= t;
    // Weights may be wanted again at a release; one that nobody knows yet follows an answer that is still to come.
    const std::int64_t release = released < release_.size() ? release_[released] : kNotYet;
    if (weights || data) {
      request.weights = weights && (weights_turn_ || !data);
      request.first = request.weights ? weights_sent_ : data_sent_;
      request.at = t;
      request.beats = 1;
      if (weights && data) return request;
      std::int64_t most = weights ? limit - weights_sent_ : row_ == 1 ? 1 : data_beats_ - data_sent_;
      std::int64_t other = weights        ? input_time
                           : weights_left ? std::min(release, t + machine_.release_latency)
                                          : kNotYet;
      most = std::min({most, other - t, machine_.burst_beats});
      whole_ ? extend_whole(request, most) : extend(request, most);
      return request;
    }
    const std::int64_t then = std::min(weights_left ? release : kNotYet, input_time);
    if (then == kNotYet) return request;
    t = then;
  }
}

// Of a whole one as many as there is room for: beats are taken in order, so the last one's room comes last.
void DotProductRun::extend_whole(Request& request, std::int64_t most) const {
  const std::int64_t room = answered_ + machine_.reads_in_flight - sent_;
  request.step = 0;
  request.open = room < most;
  request.beats = std::max<std::int64_t>(std::min(most, room), 1);
  window(sent_ + request.beats - 1, request.at);
}

// As many beats as go out at equal distances, in `most` cycles at most.
void DotProductRun::extend(Request& request, std::int64_t most) const {
  std::int64_t t = request.at;
  while (request.beats * request.step < most) {
    std::int64_t then = t + 1;
    if (!window(sent_ + request.beats, then)) return;
    const std::int64_t step = then - t;
    if (request.beats == 1) {
      if (step >= most) return;
      request.step = step;
    } else if (step != request.step) {
      return;
    }
    t = then;
    ++request.beats;
  }
}

void DotProductRun::sent(const Request& request) {
  known_ = false;
  time_ = request.at + (request.beats - 1) * request.step;
  (request.weights ? weights_sent_ : data_sent_) += request.beats;
  weights_turn_ = !request.weights;
  sent_ += request.beats;
  freed(time_, released_);
  if (order_at_ == order_.size()) {
    order_.clear();
    order_at_ = 0;
  }
  order_.push_back({request.weights, request.beats});
}

void DotProductRun::answered(std::int64_t beats, const std::int64_t* at) {
  take_answers(beats, [at](std::int64_t j) { return at[j]; });
}

void DotProductRun::answered_at_once(std::int64_t beats, std::int64_t at) {
  take_answers(beats, [at](std::int64_t) { return at; });
}

template <class At>
void DotProductRun::take_answers(std::int64_t beats, At at) {
  known_ = false;
  const auto all = static_cast<std::int64_t>(ready_.size());
  std::int64_t group_end = all < group_count_ ? layer_.group_end(machine_, all) : kNotYet;
  auto place = static_cast<std::size_t>(answered_) % taken_.size();
  answered_ += beats;
  for (std::int64_t j = 0; j < beats;) {
    Sent& from = order_[order_at_];
    const std::int64_t end = j + std::min(from.beats, beats - j);
    from.beats -= end - j;
    if (from.beats == 0) ++order_at_;
    for (; j < end; ++j) {
      last_taken_ = std::max(at(j), last_taken_ + 1);
      taken_[place] = last_taken_;
      if (++place == taken_.size()) place = 0;
      if (!from.weights) {
        input_taken_.push_back(last_taken_);
        continue;
      }
      ++weights_taken_;
      while (weights_taken_ >= group_end) {
        ready_.push_back(last_taken_);
        const auto next = static_cast<std::int64_t>(ready_.size());
        group_end = next < group_count_ ? layer_.group_end(machine_, next) : kNotYet;
      }
    }
    (from.weights ? last_weight_ : last_data_) = last_taken_;
  }
  if (complete_ == kLongAgo && static_cast<std::int64_t>(input_taken_.size()) == data_beats_) {
    complete_ = placed_at(input_taken_, row_, layer_.row_planes(machine_), machine_.input_latency);
  }
  while (complete_ != kLongAgo && computed_ < static_cast<std::int64_t>(ready_.size())) compute(computed_++);
}

void DotProductRun::compute(std::int64_t group) {
  Group g;
  g.group = group;
  g.data = std::max(ready_[static_cast<std::size_t>(group)], complete_);
  const std::int64_t over = layer_.group_end(machine_, group) - room_;
  if (over > 0) {
    // Its end waited in front of the buffer until the first group left that makes room for it.
    std::int64_t h = 0;
    while (layer_.group_end(machine_, h) < over) ++h;
    g.data = std::max(g.data, release_[static_cast<std::size_t>(h)]);
  }
  const std::int64_t least = machine_.kernels;
  std::int64_t move = std::max(issue_, g.data);  // the next block's weights begin to move to the array
  std::int64_t moved = move;
  std::int64_t start = std::max(free_, move + std::max<std::int64_t>(layer_.group_kernels(machine_, group), 2));
  g.start = start;
  for (std::int64_t first = 0; first < layer_.positions;) {
    const std::int64_t n = machine_.stripe(layer_.positions - first);
    const std::int64_t block = std::max(n, least);
    if (blocks_ > 1) move = start + (blocks_ - 2) * block;
    std::int64_t last = start + (blocks_ - 1) * block;
    const std::size_t nth = (credit_at_ + static_cast<std::size_t>(n) - 1) % credit_.size();
    g.waited += std::max<std::int64_t>(0, credit_[nth] - last);
    last = std::max(last, credit_[nth]);
    if (first == 0 && blocks_ == 1) g.start = last;
    // The output stage takes the first beat when it can, and the others as fast as it goes.
    output_ = std::max(last + machine_.array_latency, output_ + machine_.output_interval);
    if (first_output_ == kLongAgo) first_output_ = output_ + machine_.output_latency;
    for (std::int64_t j = 0; j < n; ++j) {
      if (j > 0) output_ += machine_.output_interval;
      credit_[credit_at_] = output_ + machine_.output_interval;
      credit_at_ = credit_at_ + 1 == credit_.size() ? 0 : credit_at_ + 1;
    }
    last_output_ = output_ + machine_.output_latency;
    stripes_.push_back({group, first, n, last_output_});
    moved = move;
    move = issue_ = last;
    start = free_ = last + block;
    first += n;
  }
  g.end = free_;
  groups_.push_back(g);
  release_.push_back(moved + machine_.release_latency);
}

DotProductRun run_dot_product(const DotProductMachine& machine, const DotProductLayer& layer,
                              const BeatMemory& memory) {
  DotProductRun run(machine, layer);
  std::vector<std::int64_t> answers(static_cast<std::size_t>(machine.burst_beats));
  double free = 0.0;
  while (!run.all_sent()) {
    const DotProductRun::Request request = run.next();
    const BeatMemory::Request& of = memory.of(request.weights, request.beats);
    for (std::int64_t j = 0; j < request.beats; ++j) {
      const double asked = static_cast<double>(request.at + j * request.step);
      const double accepted = std::max(asked, free);
      free = accepted + of.cycles_per_beat;
      answers[static_cast<std::size_t>(j)] = static_cast<std::int64_t>(std::ceil(accepted)) + of.latency;
    }
    run.sent(request);
    run.answered(request.beats, answers.data());
  }
  return run;
}

}  // namespace subvolt::mapping
