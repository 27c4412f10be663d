#include "models/hw/bus/channel.h"

#include <algorithm>

namespace subvolt::hw {
namespace {
constexpr int kAnyOutput = -1;
}

int Channel::add_input() {
  inputs_.emplace_back();
  return static_cast<int>(inputs_.size()) - 1;
}

int Channel::add_output() {
  outputs_.emplace_back();
  return static_cast<int>(outputs_.size()) - 1;
}

void Channel::offer(int input, int output, std::int64_t ready_edge, std::int64_t beats) {
  Input& in = inputs_[static_cast<std::size_t>(input)];
  in.offering = true;
  ++offers_;
  last_offer_ = input;
  in.output = output;
  in.ready_edge = ready_edge;
  in.beats = beats;
}

std::optional<Channel::Grant> Channel::choose(std::int64_t edge) {
  if (topology_ == Topology::kShared) return choose(edge, kAnyOutput, shared_last_input_);
  for (std::size_t o = 0; o < outputs_.size(); ++o) {
    if (auto granted = choose(edge, static_cast<int>(o), outputs_[o].last_input)) return granted;
  }
  return std::nullopt;
}

std::optional<Channel::Grant> Channel::choose(std::int64_t edge, int output, int& last_input) {
  const int n = static_cast<int>(inputs_.size());
  int index = arbitration_ == Arbitration::kRoundRobin ? last_input : n - 1;
  for (int i = 0; i < n; ++i) {
    if (++index >= n) index = 0;
    Input& input = inputs_[static_cast<std::size_t>(index)];
    if (!input.offering || (output != kAnyOutput && input.output != output) || possible_edge(input) > edge) continue;
    last_input = index;
    return take(index, edge);
  }
  return std::nullopt;
}

Channel::Grant Channel::take(int index, std::int64_t edge) {
  Input& input = inputs_[static_cast<std::size_t>(index)];
  input.offering = false;
  --offers_;
  input.free_edge = edge + input.beats;
  outputs_[static_cast<std::size_t>(input.output)].free_edge = edge + input.beats;
  shared_free_edge_ = edge + input.beats;
  return {index, input.output, input.beats, edge - input.ready_edge};
}

// Whatever the arbitration, it is the one.
std::optional<Channel::Grant> Channel::grant_alone(std::int64_t edge) {
  const Input& input = inputs_[static_cast<std::size_t>(last_offer_)];
  if (possible_edge(input) > edge) return std::nullopt;
  const bool shared = topology_ == Topology::kShared;
  (shared ? shared_last_input_ : outputs_[static_cast<std::size_t>(input.output)].last_input) = last_offer_;
  return take(last_offer_, edge);
}

void Channel::state(kernel::StateKey& key, std::int64_t now) const {
  for (const Input& input : inputs_) {
    key.at_work_if(input.offering);
    key.add_ahead(input.free_edge, now);
  }
  for (const Output& output : outputs_) {
    key.add_ahead(output.open_edge, now);
    key.add_ahead(output.free_edge, now);
    key.add(output.last_input);
  }
  key.add_ahead(shared_free_edge_, now);
  key.add(shared_last_input_);
}

std::int64_t Channel::next_edge() const {
  std::int64_t next = kNever;
  if (offers_ == 0) return next;
  if (one_offers()) return possible_edge(inputs_[static_cast<std::size_t>(last_offer_)]);
  for (const Input& input : inputs_) {
    if (input.offering) next = std::min(next, possible_edge(input));
  }
  return next;
}

}  // namespace subvolt::hw
