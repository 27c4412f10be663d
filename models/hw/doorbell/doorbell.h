// The doorbell register of an accelerator: four bytes at offset 0, write-only, a layer's index in little endian.
#pragma once

#include <cstdint>
#include <string>

#include "sim/kernel/ports.h"
#include "sim/mapping/program/command.h"

namespace subvolt::hw {

struct Ring {
  // What is wrong with the access itself: address (another offset), command (a read), burst (not four bytes), byte
  // enable; OK: `layer` is what was written.
  tlm::tlm_response_status status = tlm::TLM_OK_RESPONSE;
  std::uint32_t layer = 0;
};
Ring read_ring(const kernel::Payload& payload);

// The layer that was rung for, if the program has it for this accelerator; nullptr: not.
const mapping::LayerProgram* layer_of(const Ring& ring, const mapping::Program* program, const std::string& instance);

}  // namespace subvolt::hw
