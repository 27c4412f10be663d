// Which task may begin next where layers wait only for what they depend on (mapping::Barrier::kAccelerator).
//
// Tasks stand in the order of the program, job behind job. Each runner takes its own in that order; one may begin when
// no task before it that is not done conflicts with it (mapping::Footprint). Those that its own accelerator still works
// on do not count: it keeps their order itself.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "sim/kernel/activity_recorder.h"
#include "sim/mapping/program/footprint.h"

namespace subvolt::hw {

class TaskWindow {
 public:
  static constexpr int kHost = -1;  // runner; accelerators count from 0
  struct Task {
    int job = 0;
    std::int32_t layer = 0;
    int runner = kHost;
    enum class State { kWaiting, kAtWork, kDone } state = State::kWaiting;
    int number = power::kNobody;  // the recorder's
  };

  explicit TaskWindow(const mapping::Program& program);

  void add(int job, const mapping::Job& layers);
  bool empty() const { return tasks_.empty(); }
  int jobs() const;                   // with tasks that are not done
  bool has_tasks_of(int job) const;   // that are not done
  const Task* first_waiting() const;  // in the order of the program; nullptr: none
  Task* next(int runner);             // that may begin; nullptr: none
  Task* at_work(int runner);          // the oldest
  void done(Task* task);              // `task` and every other pointer may be gone after this

 private:
  const mapping::Program& program_;
  std::vector<mapping::Footprint> footprints_;  // by layer
  std::deque<Task> tasks_;                      // from the first that is not done on
};

}  // namespace subvolt::hw
