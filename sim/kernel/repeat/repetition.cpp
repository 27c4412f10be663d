#include "sim/kernel/repeat/repetition.h"

#include <utility>

#include "sim/kernel/operating_points.h"

namespace subvolt::kernel {
namespace {

// Rests that are remembered, each with all that was recorded since: periods of more jobs are not found.
constexpr std::size_t kMostRests = 256;

}  // namespace

Picoseconds Repetition::skipped_time() const { return environment_.recorder().skipped().total_time(); }

StateKey Repetition::key() const {
  StateKey key;
  const OperatingPoints* const points = environment_.operating_points();
  key.add(points ? points->now() : 0);
  for (const ClockDomain* clock : environment_.clock_domains()) {
    key.add(clock->frequency());
    key.add(clock->phase(time_now()));
  }
  for (const PowerDomain* domain : environment_.power_domains()) domain->state(key);
  for (const Component* component : environment_.recorder().components()) component->add_to(key);
  environment_.recorder().state(key);
  return key;
}

std::int64_t Repetition::times(const Rest& since, std::size_t next, Picoseconds period,
                               const std::vector<Arrival>& arrivals) {
  const std::size_t jobs = next - since.job;
  std::size_t same = 0;
  while (next + same < arrivals.size() && arrivals[next + same].work == arrivals[since.job + same].work &&
         arrivals[next + same].release_time - arrivals[since.job + same].release_time == period) {
    ++same;
  }
  auto whole = static_cast<std::int64_t>(same / jobs);
  // Nothing else arrives in the last one, and a job comes behind it: the end of a run is simulated.
  const auto behind = [&](std::int64_t periods) { return next + static_cast<std::size_t>(periods) * jobs; };
  const auto alone = [&](std::int64_t periods) {
    return behind(periods) < arrivals.size() &&
           arrivals[behind(periods)].release_time >= since.recorded_time + (periods + 1) * period;
  };
  while (whole > 0 && !alone(whole)) --whole;
  return whole;
}

std::size_t Repetition::at_rest(std::size_t next, const std::vector<Arrival>& arrivals) {
  ActivityRecorder& recorder = environment_.recorder();
  if (when_ == When::kNever || (when_ == When::kWhenFolded && !recorder.folds())) return next;
  recorder.catch_up();
  StateKey now = key();
  if (!now.known()) when_ = When::kNever;
  if (!now.known() || !now.at_rest()) return next;
  Rest rest{next, time_now(), time_now() + skipped_time(), now.numbers(), recorder.sleeps()};

  std::size_t best = 0;
  Picoseconds most;
  std::int64_t most_times = 0;
  for (std::size_t r = rests_.size(); r-- > 0;) {
    if (rests_[r].key != rest.key || rests_[r].job == next) continue;
    if (!rest.sleeps.as(rests_[r].sleeps, rests_[r].recorded_time, rest.recorded_time)) continue;
    const Picoseconds period = rest.recorded_time - rests_[r].recorded_time;
    const std::int64_t n = times(rests_[r], next, period, arrivals);
    if (n * period <= most) continue;
    best = r;
    most = n * period;
    most_times = n;
  }
  if (most_times > 0) {
    const std::size_t jobs = next - rests_[best].job;
    repeat(best, next, most_times);
    rest.job = next + jobs * static_cast<std::size_t>(most_times);
    rest.recorded_time = time_now() + skipped_time();
    rest.sleeps = recorder.sleeps();
  }
  const std::size_t go_on = rest.job;
  remember(std::move(rest));
  return go_on;
}

void Repetition::remember(Rest rest) {
  environment_.recorder().begin_part();
  rests_.push_back(std::move(rest));
  if (rests_.size() <= kMostRests) return;
  rests_.pop_front();
  environment_.recorder().join_oldest_parts();
}

// The rests between are forgotten: what is recorded from one of them on is not what follows from it any more.
void Repetition::repeat(std::size_t since, std::size_t next, std::int64_t times) {
  const Rest& from = rests_[since];
  environment_.recorder().repeat(since + 1, from.simulated_time, times, {from.job, next}, from.sleeps);
  rests_.resize(since + 1);
}

}  // namespace subvolt::kernel
