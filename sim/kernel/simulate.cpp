#include "sim/kernel/simulate.h"

#include <algorithm>

#include "sim/config/error.h"
#include "sim/kernel/ports.h"
#include "sim/kernel/thread.h"
#include "sim/kernel/timeline.h"

namespace subvolt::kernel {
namespace {

bool ours(const sc_core::sc_object* process) {
  const auto& threads = Thread::processes();
  return process == Timeline::get().process() || std::find(threads.begin(), threads.end(), process) != threads.end() ||
         dynamic_cast<const Port*>(process->get_parent_object());
}

// Whether all that is elaborated asks the kernel for the time and for nothing else.
bool closed(const std::vector<sc_core::sc_object*>& objects) {
  return std::all_of(objects.begin(), objects.end(), [](const sc_core::sc_object* object) {
    if (dynamic_cast<const sc_core::sc_process_b*>(object)) return ours(object);
    const auto* const initiator = dynamic_cast<const InitiatorPort*>(object);
    const auto* const target = dynamic_cast<const TargetPort*>(object);
    if ((initiator && !initiator->between_ours()) || (target && !target->between_ours())) return false;
    return closed(object->get_child_objects());
  });
}

}  // namespace

Ending simulate(Picoseconds end, Pace pace) {
  time_ahead.in_force = pace == Pace::kFastest && closed(sc_core::sc_get_top_level_objects());
  Timeline::get().end_at(end);
  try {
    sc_core::sc_start(to_sc_time(end), sc_core::SC_EXIT_ON_STARVATION);
  } catch (const sc_core::sc_report& report) {  // how SystemC passes on what a process threw
    throw Error(ErrorKind::kInternal, report.get_msg());
  }
  if (sc_core::sc_get_status() == sc_core::SC_STOPPED) return Ending::kStopped;
  return Timeline::get().next_time() == kNever ? Ending::kRanOut : Ending::kEndOfTime;
}

void stop_simulation() {
  Timeline::get().stop();
  sc_core::sc_report_handler::set_actions("/OSCI/SystemC", sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  sc_core::sc_stop();
}

}  // namespace subvolt::kernel
