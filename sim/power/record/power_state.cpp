#include "sim/power/record/power_state.h"

namespace subvolt::power {

const char* to_text(PowerState state) {
  for (const auto& [value, name] : config::EnumNames<PowerState>::names()) {
    if (value == state) return name.c_str();
  }
  return "?";
}

}  // namespace subvolt::power

namespace subvolt::config {

const std::vector<std::pair<power::PowerState, std::string>>& EnumNames<power::PowerState>::names() {
  using power::PowerState;
  static const std::vector<std::pair<PowerState, std::string>> names{
      {PowerState::kOn, "ON"},   {PowerState::kClkGated, "CLK_GATED"}, {PowerState::kRetention, "RETENTION"},
      {PowerState::kOff, "OFF"}, {PowerState::kWaking, "WAKING"},      {PowerState::kSleeping, "SLEEPING"}};
  return names;
}

}  // namespace subvolt::config
