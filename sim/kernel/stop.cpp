#include "sim/kernel/stop.h"

#include <systemc>

namespace subvolt::kernel {

void stop_simulation() {
  sc_core::sc_report_handler::set_actions("/OSCI/SystemC", sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  sc_core::sc_stop();
}

}  // namespace subvolt::kernel
