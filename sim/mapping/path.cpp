#include "sim/mapping/path.h"

#include <algorithm>

namespace subvolt::mapping {
namespace {

// What a burst takes in a stage that is not the slowest adds to the way of the first one. It depends on the burst; of
// most it is this long (a line of eight words).
constexpr double kUsualBurst = 64.0;

bool hides(const Lane::Stage& slow, const Lane::Stage& fast) {
  return slow.per_burst >= fast.per_burst && slow.per_byte >= fast.per_byte;
}

}  // namespace

Lane::Lane(std::vector<Stage> stages, Stage memory, double latency) : memory_(memory), latency_(latency) {
  for (const Stage& stage : stages) {
    if (std::any_of(stages_.begin(), stages_.end(), [&](const Stage& other) { return hides(other, stage); })) continue;
    stages_.erase(std::remove_if(stages_.begin(), stages_.end(), [&](const Stage& other) { return hides(stage, other); }),
                  stages_.end());
    stages_.push_back(stage);
  }
}

Lane lane_through(const std::vector<Passage>& passages, const std::vector<double>& cycles, int outstanding) {
  std::vector<Lane::Stage> stages{{1.0, 0.0}};  // a request per cycle
  Lane::Stage all, memory;
  double latency = 1.0, held = 0.0;
  for (std::size_t i = 0; i < passages.size(); ++i) {
    const Passage& p = passages[i];
    const Lane::Stage stage{p.per_burst * cycles[i], p.per_byte * cycles[i]};
    stages.push_back(stage);
    if (p.memory) memory = {memory.per_burst + stage.per_burst, memory.per_byte + stage.per_byte};
    all = {all.per_burst + stage.per_burst, all.per_byte + stage.per_byte};
    latency += p.latency * cycles[i];
    held = std::max(held, stage.cycles({static_cast<std::int64_t>(kUsualBurst), 1, 0}));
  }
  // So many bursts at most in the time that one takes.
  const double share = 1.0 / outstanding;
  stages.push_back({(latency + all.per_burst) * share, all.per_byte * share});
  const double passage = all.cycles({static_cast<std::int64_t>(kUsualBurst), 1, 0});
  return Lane(std::move(stages), memory, latency + passage - held);
}

}  // namespace subvolt::mapping
