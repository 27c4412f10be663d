// Collects counts, clock edges and power states into epochs while the simulation runs.
//
// Whose doing an event is says whoever counts it: a task, or power::kNobody for costs of time, which fall to the task
// at work if it is the only one (power::Epoch).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "sim/kernel/clock_domain.h"
#include "sim/kernel/owned_counts.h"
#include "sim/kernel/repeat/skipped_time.h"
#include "sim/kernel/repeat/sleeps.h"
#include "sim/kernel/repeat/state_key.h"
#include "sim/kernel/timeline.h"
#include "sim/power/record/activity_record.h"
#include "sim/power/record/folded.h"
#include "sim/power/record/spans.h"
#include "sim/units/picoseconds.h"

namespace subvolt::kernel {

class Component;

using EventId = std::int32_t;

class ActivityRecorder : public sc_core::sc_module {
 public:
  // Epochs are cut at multiples of `window` (0: never) so that the power trace has that grain: at every one, but for
  // those between which nothing begins or ends. What is spread over such a time, or goes on in it by itself (refresh),
  // is told as one.
  ActivityRecorder(sc_core::sc_module_name name, Picoseconds window);

  // Windows and tasks of a run with a timeline: more would fill memory and disk, and nobody looks at them one by one.
  // The simulation stops when there are so many.
  static constexpr std::size_t kMostEpochs = 250'000;
  bool full() const { return epochs_.size() >= kMostEpochs; }
  // Once there are more epochs than that, they are summed up (power::FoldedEpochs) and no longer kept.
  void fold_beyond(std::size_t epochs) { fold_beyond_ = epochs; }
  bool folds() const { return folds_; }
  // Called for each epoch that is folded, in order of time.
  void on_fold(std::function<void(const power::Epoch&)> listener) { on_fold_ = std::move(listener); }

  // From now on, before anything is simulated, it is kept what everybody does when: components tell the log while there
  // is one (Component::keep_spans). Not together with repetition.
  void keep_spans();
  power::SpanLog* spans() const { return spans_.get(); }  // null: nobody wants them
  // After finish(). Once.
  power::SpanRecord take_spans();

  // Elaboration. Components and power domains number themselves in the order of construction.
  int add_component(Component* component, power::ComponentDeclaration declaration);  // component index
  EventId first_event(int component) const { return first_event_[static_cast<std::size_t>(component)]; }
  int add_power_domain(std::string name);
  const std::vector<power::ComponentDeclaration>& declarations() const { return declarations_; }
  const std::vector<std::string>& power_domains() const { return domains_; }
  const std::vector<Component*>& components() const { return components_; }

  // `n` events now.
  void count(EventId event, std::int64_t n) { counts_[static_cast<std::size_t>(event)] += n; }
  void count(EventId event, std::int64_t n, int task) { counts_of(task)[static_cast<std::size_t>(event)] += n; }
  // `n` events spread evenly over [begin, end): an epoch boundary in between splits them without losing one.
  void spread(EventId event, std::int64_t n, Picoseconds begin, Picoseconds end, int task = power::kNobody);

  // Times are now; indices are into the record's jobs and layers. To begin a job again does nothing.
  void begin_job(int job);
  void end_job(int job);
  int begin_task(int job, int layer);  // its index
  // The same in two steps, for a task on whose behalf something happens before its turn comes. To begin it again does
  // nothing.
  int add_task(int job, int layer);
  void begin(int task);
  void end_task(int task);
  // For whoever finds that all since the begin of some part comes again (repeat/repetition.h). Brings all up to date.
  void catch_up() { close_epoch(); }
  // What was counted at this very time, which no epoch has yet, and all that is to come.
  void state(StateKey& key) const;
  // From now on, all that is recorded is another part; after catch_up(), of a recorder that folds.
  void begin_part();
  void join_oldest_parts();
  struct Jobs {
    std::size_t first, end;
  };
  // All since the begin of a part, which was simulated `from` and in which these jobs ran, comes `times` more, and
  // its jobs with it. It becomes one part, which ends now. `sleeps`: as they were when it began.
  void repeat(std::size_t first_part, Picoseconds from, std::int64_t times, Jobs jobs, const Sleeps& sleeps);
  const Sleeps& sleeps() const { return sleeps_; }
  const SkippedTime& skipped() const { return skipped_; }

  // Called as a task is added.
  void on_task(std::function<void(const power::Task&)> listener) { on_task_ = std::move(listener); }
  // Another operating point is in force from now on. Until end_point_change() epochs say which one is being left.
  void begin_point_change(int from, int to);
  void end_point_change();
  void set_power_state(int domain, power::PowerState from, power::PowerState to);
  power::PowerState power_state(int domain) const { return states_[static_cast<std::size_t>(domain)]; }

  // Total of one event so far, spreads counted in full when they began: for traffic and stall reports.
  std::int64_t total(EventId event) const;

  // Calls `what` at multiples of a period; while it answers that all stays as it is, only at the last of them before
  // something else happens. For what has to look now and then: such looks alone must not keep a simulation busy.
  void every(Picoseconds period, std::function<bool()> what);

  // Closes the last epoch and hands over epochs, tasks, the times of jobs, components and domains. Once. The record may
  // have the jobs already.
  void finish(power::ActivityRecord& record);

 private:
  struct Spread {
    EventId event;
    int task;
    std::int64_t count;
    Picoseconds begin, end;
    std::int64_t delivered;
  };
  std::vector<std::int64_t>& counts_of(int task) {
    return task == power::kNobody ? counts_ : owned_.of(task, counts_.size());
  }
  void take_counts(power::Epoch& epoch);
  void close_epoch();
  void keep(power::Epoch epoch);
  void fold_all();
  Picoseconds recorded_time() const { return time_now() + skipped_.total_time(); }
  void append_last_instant();
  void look();

  struct Look {
    Picoseconds period, next_time;
    std::function<bool()> what;
  };
  std::vector<Look> looks_;
  Timer next_look_;
  std::vector<Component*> components_;
  std::vector<power::ComponentDeclaration> declarations_;
  std::vector<EventId> first_event_;
  std::vector<std::string> domains_;
  std::vector<power::PowerState> states_;
  std::vector<std::int64_t> counts_;    // since the epoch began
  std::vector<std::int64_t> finished_;  // up to the last closed epoch
  std::vector<std::int64_t> pending_;   // in spreads, not yet delivered
  std::vector<Spread> spreads_;
  std::vector<power::Epoch::Transition> transitions_;
  Sleeps sleeps_;
  std::int32_t point_ = 0;  // in force
  std::int32_t settling_from_ = power::kSettled;
  std::vector<power::Epoch::PointChange> point_changes_;
  std::vector<power::Epoch> epochs_;  // the last one, at least, for it may get what is counted at its end
  std::size_t fold_beyond_ = std::numeric_limits<std::size_t>::max();
  bool folds_ = false;
  struct Part {
    power::FoldedEpochs sums;
    std::size_t first_task = 0;
  };
  std::deque<Part> parts_{1};
  SkippedTime skipped_;
  Picoseconds epoch_begin_{};
  OwnedCounts owned_;         // by tasks that say so, likewise
  std::vector<int> running_;  // tasks at work
  std::vector<power::Task> tasks_;
  struct Span {
    Picoseconds begin{-1}, end{-1};  // -1: not yet
    std::int32_t like = power::kNotLike;
  };
  std::vector<Span> jobs_;  // by number
  std::function<void(const power::Task&)> on_task_;
  std::function<void(const power::Epoch&)> on_fold_;
  std::unique_ptr<power::SpanLog> spans_;
  std::vector<int> state_tracks_;  // by power domain
};

}  // namespace subvolt::kernel
