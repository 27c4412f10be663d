// The end of a simulation.
#pragma once

namespace subvolt::kernel {

// sc_stop() without SystemC's word of it on stdout, which belongs to the result.
void stop_simulation();

}  // namespace subvolt::kernel
