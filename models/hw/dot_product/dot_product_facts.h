// What the kind dot_product itself counts: cycles of its engines, and what its layers lose (dot_product.h).
#pragma once

#include <vector>

#include "sim/power/record/activity_record.h"

namespace subvolt::hw {

// In the order of their declarations.
struct DotProductFact {
  enum Event : int {
    kLoadCycles,
    kComputeCycles,
    kVectorCycles,
    kStoreCycles,
    kStallLoadCycles,
    kStallVectorCycles,
    kStallStoreCycles,
    kStallControlCycles,
    kStallPowerCycles,
    kWeightCycles,
    kDrainCycles,
    kAcceleratorCycles
  };
};

std::vector<power::EventDeclaration> dot_product_facts();

}  // namespace subvolt::hw
