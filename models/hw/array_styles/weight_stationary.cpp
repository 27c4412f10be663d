#include "models/hw/array_styles/weight_stationary.h"

namespace subvolt::hw {
namespace {
const bool weight_stationary_registered = mapping::register_array_style(mapping::array_style_kind<WeightStationary>(
    "weight_stationary", "weights stay in the PEs, partial sums flow down the columns"));
}

}  // namespace subvolt::hw
