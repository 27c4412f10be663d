#include "sim/kernel/ports.h"

namespace subvolt::kernel {

void InterruptOut::raise() {
  if (!in_) return;
  ++in_->pending_;
  if (in_->listener_) return in_->listener_();
  in_->event_.notify(sc_core::SC_ZERO_TIME);
}

}  // namespace subvolt::kernel
