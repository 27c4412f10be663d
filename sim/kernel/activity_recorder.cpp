#include "sim/kernel/activity_recorder.h"

#include <algorithm>
#include <utility>

#include "sim/kernel/component.h"
#include "sim/kernel/simulate.h"

namespace subvolt::kernel {
namespace {
__extension__ typedef __int128 Wide;
constexpr Picoseconds kNotBegun{-1};
}  // namespace

ActivityRecorder::ActivityRecorder(sc_core::sc_module_name name, Picoseconds window)
    : sc_module(name), next_look_([this] { look(); }) {
  if (window == Picoseconds()) return;
  every(window, [this] {
    close_epoch();
    return true;
  });
}

int ActivityRecorder::add_component(Component* component, power::ComponentDeclaration declaration) {
  components_.push_back(component);
  first_event_.push_back(static_cast<EventId>(counts_.size()));
  counts_.resize(counts_.size() + declaration.events.size(), 0);
  finished_.resize(counts_.size(), 0);
  pending_.resize(counts_.size(), 0);
  declarations_.push_back(std::move(declaration));
  return static_cast<int>(components_.size()) - 1;
}

int ActivityRecorder::add_power_domain(std::string name) {
  domains_.push_back(std::move(name));
  states_.push_back(power::PowerState::kOn);
  sleeps_.add_domain();
  return static_cast<int>(domains_.size()) - 1;
}

void ActivityRecorder::spread(EventId event, std::int64_t n, Picoseconds begin, Picoseconds end, int task) {
  if (n == 0) return;
  if (end <= begin) {
    counts_of(task)[static_cast<std::size_t>(event)] += n;
    return;
  }
  spreads_.push_back({event, task, n, begin, end, 0});
  pending_[static_cast<std::size_t>(event)] += n;
}

void ActivityRecorder::begin_job(int job) {
  const auto number = static_cast<std::size_t>(job);
  if (number >= jobs_.size()) jobs_.resize(number + 1);
  if (jobs_[number].begin < Picoseconds()) jobs_[number] = {recorded_time(), recorded_time(), power::kNotLike};
}

void ActivityRecorder::end_job(int job) { jobs_[static_cast<std::size_t>(job)].end = recorded_time(); }

int ActivityRecorder::begin_task(int job, int layer) {
  const int task = add_task(job, layer);
  begin(task);
  return task;
}

int ActivityRecorder::add_task(int job, int layer) {
  tasks_.push_back({job, layer, kNotBegun, kNotBegun, 1});
  if (on_task_) on_task_(tasks_.back());
  return static_cast<int>(tasks_.size()) - 1;
}

void ActivityRecorder::begin(int number) {
  power::Task& task = tasks_[static_cast<std::size_t>(number)];
  if (task.begin != kNotBegun) return;
  close_epoch();
  task.begin = task.end = recorded_time();
  running_.push_back(number);
}

void ActivityRecorder::end_task(int task) {
  close_epoch();
  tasks_[static_cast<std::size_t>(task)].end = recorded_time();
  running_.erase(std::remove(running_.begin(), running_.end(), task), running_.end());
}

void ActivityRecorder::set_power_state(int domain, power::PowerState from, power::PowerState to) {
  close_epoch();
  states_[static_cast<std::size_t>(domain)] = to;
  if (spans_) spans_->begin(state_tracks_[static_cast<std::size_t>(domain)], recorded_time(), static_cast<int>(to));
  const Picoseconds slept = sleeps_.change(domain, from, to, recorded_time());
  for (auto& t : transitions_) {
    if (t.domain == domain && t.from == from && t.to == to && t.slept == slept) {
      ++t.times;
      return;
    }
  }
  transitions_.push_back({domain, from, to, 1, slept});
}

void ActivityRecorder::begin_point_change(int from, int to) {
  close_epoch();
  point_ = to;
  settling_from_ = from;
  for (power::Epoch::PointChange& change : point_changes_) {
    if (change.from != from || change.to != to) continue;
    ++change.times;
    return;
  }
  point_changes_.push_back({from, to, 1});
}

void ActivityRecorder::end_point_change() {
  close_epoch();
  // What happened in this instant, such as the wake-up of whoever asked for the change, is still part of it.
  if (!epochs_.empty() && epochs_.back().settling_from != power::kSettled) append_last_instant();
  settling_from_ = power::kSettled;
}

std::int64_t ActivityRecorder::total(EventId event) const {
  const auto e = static_cast<std::size_t>(event);
  return finished_[e] + counts_[e] + pending_[e] + owned_.sum(e);
}

void ActivityRecorder::close_epoch() {
  const Picoseconds now = time_now();
  for (Component* c : components_) c->settle();
  if (now == epoch_begin_) return;  // counts of this instant belong to the epoch that begins here

  for (Spread& s : spreads_) {
    // floor of the elapsed share, so that the last epoch gets exactly what is left; most are over, and owe all
    const Picoseconds reached = std::clamp(now, s.begin, s.end);
    const std::int64_t due = reached == s.end
                                 ? s.count
                                 : static_cast<std::int64_t>(static_cast<Wide>(s.count) * (reached - s.begin).value() /
                                                             (s.end - s.begin).value());
    counts_of(s.task)[static_cast<std::size_t>(s.event)] += due - s.delivered;
    pending_[static_cast<std::size_t>(s.event)] -= due - s.delivered;
    s.delivered = due;
  }
  spreads_.erase(std::remove_if(spreads_.begin(), spreads_.end(), [now](const Spread& s) { return s.end <= now; }),
                 spreads_.end());

  power::Epoch epoch;
  epoch.begin = epoch_begin_;
  epoch.end = now;
  if (!running_.empty()) epoch.task = running_.size() == 1 ? running_.front() : power::kSeveral;
  epoch.operating_point = point_;
  epoch.settling_from = settling_from_;
  take_counts(epoch);
  epoch.states = states_;
  epoch.transitions = std::move(transitions_);
  transitions_.clear();
  epoch.point_changes = std::exchange(point_changes_, {});
  epoch.clock_cycles.reserve(components_.size());
  for (Component* c : components_) epoch.clock_cycles.push_back(c->take_clock_cycles(epoch_begin_, now));
  keep(std::move(epoch));
  epoch_begin_ = now;
}

void ActivityRecorder::keep(power::Epoch epoch) {
  epochs_.push_back(std::move(epoch));
  folds_ = folds_ || epochs_.size() > fold_beyond_;
  if (folds_) {
    power::Epoch last = std::move(epochs_.back());
    epochs_.pop_back();
    fold_all();
    epochs_.push_back(std::move(last));
  }
  if (full()) stop_simulation();
}

// What tasks counted goes with the epoch's own if it is theirs alone.
void ActivityRecorder::take_counts(power::Epoch& epoch) {
  owned_.take([&](int task, std::size_t e, std::int64_t n) {
    if (task == epoch.task) {
      counts_[e] += n;
    } else {
      epoch.others.push_back({task, static_cast<EventId>(e), n});
      finished_[e] += n;
    }
  });
  owned_.forget([this](int task) { return std::find(running_.begin(), running_.end(), task) == running_.end(); });
  for (std::size_t e = 0; e < counts_.size(); ++e) {
    if (counts_[e] == 0) continue;
    epoch.events.push_back({static_cast<EventId>(e), counts_[e]});
    finished_[e] += std::exchange(counts_[e], 0);
  }
}

void ActivityRecorder::every(Picoseconds period, std::function<bool()> what) {
  looks_.push_back({period, time_now() + period, std::move(what)});
  next_look_.at(looks_.back().next_time);
}

void ActivityRecorder::look() {
  const Picoseconds now = time_now();
  std::vector<std::pair<Look*, bool>> steady;
  for (auto look = looks_.rbegin(); look != looks_.rend(); ++look) {  // the recorder's own is the last
    if (look->next_time == now) steady.emplace_back(&*look, look->what());
  }
  // Nothing else is going to happen: a simulation that is stuck must run out of events, not on for ever.
  const bool settled = std::all_of(steady.begin(), steady.end(), [](const auto& look) { return look.second; });
  const Picoseconds next_time = Timeline::get().next_time();
  if (settled && next_time == kNever) return;
  const Picoseconds quiet = next_time - now;
  for (const auto& [look, stays] : steady) {
    look->next_time = now + (stays ? std::max<std::int64_t>(quiet / look->period, 1) : 1) * look->period;
  }
  for (const Look& look : looks_) next_look_.at(look.next_time);
}

void ActivityRecorder::keep_spans() {
  spans_ = std::make_unique<power::SpanLog>();
  std::vector<std::string> states;
  for (int s = 0; s < power::kPowerStates; ++s) states.emplace_back(power::to_text(static_cast<power::PowerState>(s)));
  for (std::size_t d = 0; d < domains_.size(); ++d) {
    state_tracks_.push_back(spans_->add_track(domains_[d], power::SpanKind::kPowerDomain, states));
    spans_->begin(state_tracks_[d], recorded_time(), static_cast<int>(states_[d]));
  }
  for (Component* component : components_) component->keep_spans(*spans_);
}

power::SpanRecord ActivityRecorder::take_spans() { return spans_->finish(recorded_time()); }

// What was counted in this instant, after the last epoch had closed at it, belongs to that epoch.
void ActivityRecorder::append_last_instant() {
  if (epochs_.empty()) return;
  power::Epoch& last = epochs_.back();
  for (const power::EventCount& e : std::exchange(last.events, {})) count(e.event, e.count);
  for (const power::OwnedCount& o : std::exchange(last.others, {})) count(o.event, o.count, o.task);
  take_counts(last);
  const auto append = [](auto& list, auto& more) {
    list.insert(list.end(), more.begin(), more.end());
    more.clear();
  };
  append(last.transitions, transitions_);
  append(last.point_changes, point_changes_);
}

void ActivityRecorder::finish(power::ActivityRecord& record) {
  close_epoch();
  append_last_instant();
  record.power_domains = domains_;
  record.components = declarations_;
  record.tasks = std::move(tasks_);
  if (record.jobs.size() < jobs_.size()) record.jobs.resize(jobs_.size());
  for (std::size_t j = 0; j < jobs_.size(); ++j) {
    if (jobs_[j].begin < Picoseconds()) continue;
    record.jobs[j].begin = jobs_[j].begin;
    record.jobs[j].end = jobs_[j].end;
    record.jobs[j].like = jobs_[j].like;
  }
  if (folds_) {
    fold_all();
    for (std::size_t p = 1; p < parts_.size(); ++p) parts_.front().sums.add(parts_[p].sums, 1);
    epochs_ = parts_.front().sums.epochs();
  }
  record.timeline = !folds_;
  record.epochs = std::move(epochs_);
  record.total_time = epoch_begin_ + skipped_.total_time();
}

}  // namespace subvolt::kernel
