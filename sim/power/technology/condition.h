// Under which conditions a transistor works.
#pragma once

#include "sim/units/quantity.h"
#include "sim/units/temperature.h"

namespace subvolt::power {

struct Condition {
  Voltage voltage;  // of the supply
  Temperature temperature;
};

}  // namespace subvolt::power
