// What a recorder keeps for repetition: sums apart from rest to rest.
#include <utility>

#include "sim/kernel/activity_recorder.h"

namespace subvolt::kernel {

void ActivityRecorder::state(StateKey& key) const {
  key.at_work_if(!running_.empty() || !spreads_.empty() || settling_from_ != power::kSettled);
  for (std::size_t e = 0; e < counts_.size(); ++e) {
    key.at_work_if(owned_.sum(e) != 0);
    if (counts_[e] == 0) continue;
    key.add(static_cast<std::int64_t>(e));
    key.add(counts_[e]);
  }
  for (const power::Epoch::Transition& t : transitions_) {
    for (const std::int64_t n : {static_cast<std::int64_t>(t.domain), static_cast<std::int64_t>(t.from),
                                 static_cast<std::int64_t>(t.to), t.times, t.slept.value()}) {
      key.add(n);
    }
  }
  key.at_work_if(!point_changes_.empty());
  Timeline::get().state(key, next_look_);
}

void ActivityRecorder::fold_all() {
  for (const power::Epoch& epoch : std::exchange(epochs_, {})) {
    if (on_fold_) on_fold_(epoch);
    parts_.back().sums.add(epoch);
  }
}

void ActivityRecorder::begin_part() {
  fold_all();
  parts_.push_back({{}, tasks_.size()});
}

void ActivityRecorder::join_oldest_parts() {
  // Into the old ones, which are as many as the run is long.
  parts_[0].sums.add(parts_[1].sums, 1);
  parts_[1].sums = std::move(parts_[0].sums);
  parts_[1].first_task = parts_[0].first_task;
  parts_.pop_front();
}

void ActivityRecorder::repeat(std::size_t first_part, Picoseconds from, std::int64_t times, Jobs jobs,
                              const Sleeps& sleeps) {
  fold_all();
  power::FoldedEpochs sums;
  for (std::size_t p = first_part; p < parts_.size(); ++p) sums.add(parts_[p].sums, 1 + times);
  parts_.resize(first_part + 1);
  parts_.back().sums = std::move(sums);
  for (std::size_t t = parts_.back().first_task; t < tasks_.size(); ++t) tasks_[t].times *= 1 + times;

  const Picoseconds period = skipped_.skip(from, time_now(), times);
  sleeps_.skip(sleeps, times * period);
  const std::size_t count = jobs.end - jobs.first;
  jobs_.resize(jobs.end + static_cast<std::size_t>(times) * count);
  for (std::size_t j = jobs.end; j < jobs_.size(); ++j) {
    const Span& before = jobs_[j - count];
    jobs_[j] = {before.begin + period, before.end + period,
                before.like == power::kNotLike ? static_cast<std::int32_t>(j - count) : before.like};
  }
}

}  // namespace subvolt::kernel
