// A program whose layers wait only for what they depend on (mapping::Barrier::kAccelerator).
#include <algorithm>

#include "models/hw/host_cpu/host_cpu.h"
#include "sim/mapping/accelerator.h"

namespace subvolt::hw {

void HostCpu::run_freely() {
  TaskWindow window(*program_);
  const int most_jobs = static_cast<int>(accelerators_.size()) + 1;
  std::size_t next_job = 0;
  const auto release_time = [&] { return next_job < jobs_.size() ? this->release_time(next_job) : kernel::kNever; };
  next_job = wait_for(next_job);
  while (true) {
    while (release_time() <= kernel::time_now() && window.jobs() < most_jobs) {
      window.add(static_cast<int>(next_job), jobs_[next_job]);
      if (!window.has_tasks_of(static_cast<int>(next_job))) {  // views only
        recorder().begin_job(static_cast<int>(next_job));
        recorder().end_job(static_cast<int>(next_job));
      }
      ++next_job;
    }
    handle_interrupts(window);
    // What runs at another operating point waits for all that is under way, and what comes behind waits for it.
    if (const TaskWindow::Task* const first = window.first_waiting(); first && !at_work()) {
      change_point(point_of(first->job, first->layer));
    }
    if (start_layer(window) || run_own_layer(window)) continue;
    if (!window.empty()) {
      sleep_until_needed(window.jobs() < most_jobs ? release_time() : kernel::kNever);
    } else if (next_job < jobs_.size()) {
      next_job = wait_for(next_job);
    } else {
      return;
    }
  }
}

void HostCpu::handle_interrupts(TaskWindow& window) {
  for (std::size_t a = 0; a < accelerators_.size(); ++a) {
    while (accelerators_[a].irq->pending()) {
      accelerators_[a].irq->take();
      --accelerators_[a].layers;
      TaskWindow::Task& task = *window.at_work(static_cast<int>(a));
      work_for(task.number);
      execute(config_.interrupt.value());
      done(window, task);
    }
  }
}

bool HostCpu::at_work() const {
  return std::any_of(accelerators_.begin(), accelerators_.end(), [](const Accelerator& a) { return a.layers > 0; });
}

bool HostCpu::may_begin(const TaskWindow& window, const TaskWindow::Task* task) const {
  if (!task) return false;
  const TaskWindow::Task& first = *window.first_waiting();
  return point_of(first.job, first.layer) == point_now() && point_of(task->job, task->layer) == point_now();
}

bool HostCpu::start_layer(TaskWindow& window) {
  for (std::size_t a = 0; a < accelerators_.size(); ++a) {
    if (accelerators_[a].layers == mapping::kLayersAtATime) continue;
    TaskWindow::Task* const task = window.next(static_cast<int>(a));
    if (!may_begin(window, task)) continue;
    add(*task);
    if (accelerators_[a].layers++ == 0) recorder().begin(task->number);
    work_for(task->number);
    ring(program_->layers[static_cast<std::size_t>(task->layer)], task->layer);
    work_for(power::kNobody);
    return true;
  }
  return false;
}

void HostCpu::add(TaskWindow::Task& task) {
  recorder().begin_job(task.job);
  task.state = TaskWindow::Task::State::kAtWork;
  task.number = recorder().add_task(task.job, program_->layers[static_cast<std::size_t>(task.layer)].layer);
}

bool HostCpu::run_own_layer(TaskWindow& window) {
  TaskWindow::Task* const task = window.next(TaskWindow::kHost);
  if (!may_begin(window, task)) return false;
  add(*task);
  recorder().begin(task->number);
  work_for(task->number);
  run_here(program_->layers[static_cast<std::size_t>(task->layer)].host);
  recorder().end_task(task->number);
  done(window, *task);
  return true;
}

void HostCpu::done(TaskWindow& window, TaskWindow::Task& task) {
  work_for(power::kNobody);
  const int job = task.job;
  window.done(&task);
  if (!window.has_tasks_of(job)) recorder().end_job(job);
}

void HostCpu::sleep_until_needed(Picoseconds until) {
  const auto pending = [this] {
    return std::any_of(accelerators_.begin(), accelerators_.end(),
                       [](const Accelerator& a) { return a.irq->pending(); });
  };
  if (pending()) return;
  sleep();
  while (!pending() && kernel::time_now() < until) thread_.wait(until);
  wake();
}

}  // namespace subvolt::hw
