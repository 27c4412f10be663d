#include "models/hw/doorbell/doorbell.h"

#include <cstddef>

namespace subvolt::hw {
namespace {

constexpr unsigned kBytes = 4;

}  // namespace

Ring read_ring(const kernel::Payload& payload) {
  if (payload.get_address() != 0) return {tlm::TLM_ADDRESS_ERROR_RESPONSE, 0};
  if (!payload.is_write()) return {tlm::TLM_COMMAND_ERROR_RESPONSE, 0};
  if (payload.get_data_length() != kBytes || payload.get_streaming_width() < kBytes) {
    return {tlm::TLM_BURST_ERROR_RESPONSE, 0};
  }
  if (payload.get_byte_enable_ptr() != nullptr) return {tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE, 0};
  Ring ring;
  for (unsigned byte = 0; byte < kBytes; ++byte) {
    ring.layer |= static_cast<std::uint32_t>(payload.get_data_ptr()[byte]) << (8 * byte);
  }
  return ring;
}

const mapping::LayerProgram* layer_of(const Ring& ring, const mapping::Program* program, const std::string& instance) {
  if (!program || ring.layer >= program->layers.size()) return nullptr;
  const mapping::LayerProgram& layer = program->layers[ring.layer];
  if (layer.runs != mapping::LayerProgram::Runs::kOnAccelerator) return nullptr;
  const auto number = static_cast<std::size_t>(layer.accelerator);
  const bool mine = program->accelerators.empty() || program->accelerators.at(number) == instance;
  return mine ? &layer : nullptr;
}

}  // namespace subvolt::hw
