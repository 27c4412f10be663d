#include "sim/mapping/block_engine/block_timeline.h"

#include <algorithm>
#include <cmath>

#include "sim/mapping/place/cost_model.h"

namespace subvolt::mapping {
namespace {

constexpr std::size_t kTwice = 2;  // inputs, sums, results and slices of weights are there twice

// A way to memory, one transfer after the other.
class Way {
 public:
  Way(const Lane& lane, std::int64_t burst, std::int64_t port, double free)
      : lane_(lane), burst_(burst), port_(static_cast<double>(port)), free_(free) {}
  // When what is asked for at `at` is there.
  double moved(const Block& block, double at) {
    const Transfer t = transfer(block, Bytes(burst_));
    free_ = std::max(at, free_) + std::max(lane_.exact_cycles(t), static_cast<double>(t.bytes) / port_);
    return free_ + lane_.latency(t);
  }

 private:
  const Lane& lane_;
  std::int64_t burst_;
  double port_, free_;
};

}  // namespace

std::int64_t block_timeline(const std::vector<Command>& commands, const BlockLanes& lanes, std::int64_t slack) {
  const auto before = -static_cast<double>(slack);
  Way reads(lanes.input, lanes.burst, lanes.port, 0.0), writes(lanes.output, lanes.burst, lanes.port, 0.0);
  Way weights(lanes.weights, lanes.weight_burst, lanes.port, before);
  std::vector<double> multiplied, scaled, stored, freed;  // by block; freed: by piece of weights, its last use
  double inputs = 0.0, piece = before, end = 0.0;
  const auto ago = [](const std::vector<double>& all, double otherwise) {
    return all.size() < kTwice ? otherwise : all[all.size() - kTwice];
  };
  for (const Command& command : commands) {
    if (const auto* load = std::get_if<Load>(&command.what)) {
      if (load->operand == Operand::kInput) {
        inputs = reads.moved(load->from, ago(multiplied, 0.0));
      } else {
        const double ahead = load->buffer == Buffer::kWeight ? before : 0.0;
        piece = weights.moved(load->from, ago(freed, ahead));
        freed.push_back(piece);
      }
    } else if (const auto* compute = std::get_if<Compute>(&command.what)) {
      const auto& step = static_cast<const BlockStep&>(*compute->machine);
      double at = std::max(inputs, ago(scaled, 0.0));
      if (step.multiply > 0) {
        at = std::max({at, piece, multiplied.empty() ? 0.0 : multiplied.back()});
        at += static_cast<double>(std::max(step.multiply, step.interval));
      }
      multiplied.push_back(at);
      if (!freed.empty()) freed.back() = at;
      at = std::max({at, scaled.empty() ? 0.0 : scaled.back(), ago(stored, 0.0)});
      scaled.push_back(at + static_cast<double>(std::max(step.output, step.interval)));
      stored.push_back(scaled.back());
    } else {
      stored.back() = writes.moved(std::get<Store>(command.what).to, scaled.back());
      end = std::max(end, stored.back());
    }
  }
  return static_cast<std::int64_t>(std::ceil(end));
}

}  // namespace subvolt::mapping
