// Formats of operands, as the mapper calls them.
#pragma once

#include "sim/network/format.h"

namespace subvolt::mapping {

using network::Format;

inline constexpr Format kInt8{network::ElementType::kInt8};
inline constexpr Format kInt16{network::ElementType::kInt16};
inline constexpr Format kInt32{network::ElementType::kInt32};

}  // namespace subvolt::mapping
