#include "sim/kernel/thread.h"

namespace subvolt::kernel {
namespace {

std::vector<const sc_core::sc_object*>& all() {
  static std::vector<const sc_core::sc_object*> processes;
  return processes;
}

}  // namespace

Thread::Thread(const char* name, std::function<void()> body)
    : timer_([this] {
        resumed_.notify();
        Timeline::get().let_processes_run();
      }) {
  all().push_back(sc_core::sc_spawn(std::move(body), name).get_process_object());
}

const std::vector<const sc_core::sc_object*>& Thread::processes() { return all(); }

void Thread::wait_until(Picoseconds ps) {
  while (time_now() < ps) wait(ps);
}

void Thread::wait(Picoseconds until) {
  if (until != kNever) timer_.at(until);
  sc_core::wait(resumed_);
}

}  // namespace subvolt::kernel
