#include "models/hw/host_cpu/task_window.h"

#include <algorithm>
#include <set>

namespace subvolt::hw {

TaskWindow::TaskWindow(const mapping::Program& program) : program_(program) {
  footprints_.reserve(program.layers.size());
  for (const mapping::LayerProgram& layer : program.layers) footprints_.push_back(mapping::footprint_of(layer));
}

void TaskWindow::add(int job, const mapping::Job& layers) {
  using Runs = mapping::LayerProgram::Runs;
  for (std::int32_t l = layers.first_layer; l < layers.end_layer; ++l) {
    const mapping::LayerProgram& layer = program_.layers[static_cast<std::size_t>(l)];
    if (layer.runs == Runs::kNowhere) continue;
    tasks_.push_back({job, l, layer.runs == Runs::kOnHost ? kHost : layer.accelerator});
  }
}

int TaskWindow::jobs() const {
  std::set<int> jobs;
  for (const Task& task : tasks_) {
    if (task.state != Task::State::kDone) jobs.insert(task.job);
  }
  return static_cast<int>(jobs.size());
}

bool TaskWindow::has_tasks_of(int job) const {
  return std::any_of(tasks_.begin(), tasks_.end(),
                     [job](const Task& task) { return task.job == job && task.state != Task::State::kDone; });
}

const TaskWindow::Task* TaskWindow::first_waiting() const {
  const auto first =
      std::find_if(tasks_.begin(), tasks_.end(), [](const Task& task) { return task.state == Task::State::kWaiting; });
  return first == tasks_.end() ? nullptr : &*first;
}

TaskWindow::Task* TaskWindow::next(int runner) {
  const auto mine = std::find_if(tasks_.begin(), tasks_.end(), [runner](const Task& task) {
    return task.runner == runner && task.state == Task::State::kWaiting;
  });
  if (mine == tasks_.end()) return nullptr;
  const mapping::Footprint& own = footprints_[static_cast<std::size_t>(mine->layer)];
  const bool blocked = std::any_of(tasks_.begin(), mine, [&](const Task& before) {
    const bool ordered = before.runner == runner && runner != kHost;
    return before.state != Task::State::kDone && !ordered &&
           own.conflicts(footprints_[static_cast<std::size_t>(before.layer)]);
  });
  return blocked ? nullptr : &*mine;
}

TaskWindow::Task* TaskWindow::at_work(int runner) {
  const auto oldest = std::find_if(tasks_.begin(), tasks_.end(), [runner](const Task& task) {
    return task.runner == runner && task.state == Task::State::kAtWork;
  });
  return oldest == tasks_.end() ? nullptr : &*oldest;
}

void TaskWindow::done(Task* task) {
  task->state = Task::State::kDone;
  while (!tasks_.empty() && tasks_.front().state == Task::State::kDone) tasks_.pop_front();
}

}  // namespace subvolt::hw
