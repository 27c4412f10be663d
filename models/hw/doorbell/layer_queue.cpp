#include "models/hw/doorbell/layer_queue.h"

#include <cstddef>

#include "models/hw/doorbell/doorbell.h"
#include "sim/mapping/accelerator.h"

namespace subvolt::hw {

tlm::tlm_response_status LayerQueue::ring(const kernel::Payload& payload, const mapping::Program* program,
                                          const std::string& instance) {
  const Ring rung = read_ring(payload);
  if (rung.status != tlm::TLM_OK_RESPONSE) return rung.status;
  const std::size_t at_a_time = mapping::kLayersAtATime;
  const bool full = waiting_.size() + (working_ ? 1 : 0) >= at_a_time;
  if (full || !layer_of(rung, program, instance)) return tlm::TLM_GENERIC_ERROR_RESPONSE;
  waiting_.push_back({static_cast<std::int32_t>(rung.layer), kernel::task_of(payload)});
  return tlm::TLM_OK_RESPONSE;
}

LayerQueue::Rung LayerQueue::begin() {
  const Rung first = waiting_.front();
  waiting_.pop_front();
  working_ = true;
  return first;
}

}  // namespace subvolt::hw
