// Layers that follow each other on an accelerator that can work for two at a time (Barrier::kAccelerator).
#pragma once

#include <cstdint>

#include "sim/mapping/program/plan.h"

namespace subvolt::mapping {

// Chains each of the layers [first, end) to the one before it on the same accelerator (Accelerator::chain).
void chain_layers(Program& program, std::int32_t first, std::int32_t end, const Hardware& hardware);

}  // namespace subvolt::mapping
