#include "models/hw/array_styles/input_stationary.h"

namespace subvolt::hw {
namespace {
const bool input_stationary_registered = mapping::register_array_style(mapping::array_style_kind<InputStationary>(
    "input_stationary", "inputs stay in the PEs, partial sums flow down the columns"));
}

}  // namespace subvolt::hw
