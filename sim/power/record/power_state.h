// Power states of a power domain, in IEEE 1801 (UPF) wording.
#pragma once

#include <array>
#include <string>

#include "sim/config/field_type.h"

namespace subvolt::power {

enum class PowerState {
  kOn,
  kClkGated,   // supply on, clock stopped: leaks, no clock tree
  kRetention,  // supply collapsed to the retention level, state kept
  kOff,        // supply switched off, state lost
  kWaking,     // on the way to ON: leaks as ON, does no work
  kSleeping,   // on the way down: leaks as ON, does no work
};
inline constexpr int kPowerStates = 6;
const char* to_text(PowerState state);  // "ON", "CLK_GATED", ...

}  // namespace subvolt::power

namespace subvolt::config {
template <>
struct EnumNames<power::PowerState> {
  static const std::vector<std::pair<power::PowerState, std::string>>& names();
};
}  // namespace subvolt::config
