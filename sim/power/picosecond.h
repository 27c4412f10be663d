// Times are counted in ps; equations take them in s.
#pragma once

#include "sim/units/quantity.h"

namespace subvolt::power {

constexpr Time kPicosecond = Time::from_si(1e-12);

}  // namespace subvolt::power
