#include "sim/kernel/ports.h"

namespace subvolt::kernel {

PayloadPool::~PayloadPool() {
  // Transactions may be under way when the simulation stops: their memory manager goes with them.
  for (const auto& made : all_) {
    made->payload.clear_extension<NoContents>();  // they are this pool's, not the payload's
    made->payload.clear_extension<Owner>();
    made->payload.set_mm(nullptr);
  }
}

Payload& PayloadPool::acquire(tlm::tlm_command command, std::uint64_t address, std::int64_t bytes, int task) {
  if (static_cast<std::int64_t>(data_.size()) < bytes) {
    const unsigned char* const old = data_.data();
    data_.resize(static_cast<std::size_t>(bytes));
    for (const auto& made : all_) {
      if (made->payload.get_data_ptr() == old) made->payload.set_data_ptr(data_.data());
    }
  }
  if (free_.empty()) {
    all_.push_back(std::make_unique<Made>(this));
    all_.back()->payload.set_extension(&no_contents_);
    all_.back()->payload.set_extension(&all_.back()->owner);
    free_.push_back(&all_.back()->payload);
  }
  Payload& payload = *free_.back();
  free_.pop_back();
  payload.acquire();
  payload.get_extension<Owner>()->task = task;
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(data_.data());
  payload.set_data_length(static_cast<unsigned>(bytes));
  payload.set_streaming_width(static_cast<unsigned>(bytes));
  payload.set_byte_enable_ptr(nullptr);
  payload.set_dmi_allowed(false);
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  return payload;
}

void PayloadPool::free(Payload* payload) {
  payload->reset();
  free_.push_back(payload);
}

}  // namespace subvolt::kernel
