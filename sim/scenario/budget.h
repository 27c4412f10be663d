// What a scenario must keep to.
#pragma once

#include <optional>

#include "sim/config/schema.h"

namespace subvolt::scenario {

// "0.5" or "0.5 %".
struct Share {
  double value = 0.0;
};

struct Budget {
  std::optional<Power> average_power, peak_power;
  std::optional<Time> lifetime, latency;
  std::optional<Share> missed;
  bool energy_neutral = false;
  static const config::Schema<Budget>& schema();
};

}  // namespace subvolt::scenario

namespace subvolt::config {
template <>
struct FieldType<scenario::Share> {
  static bool read(const Node& node, scenario::Share& value, Diagnostics& d);
  static TypeDoc doc() { return {TypeDoc::Form::kText, {}, {}, {}, nullptr}; }
  static std::string text(const scenario::Share& value) { return shortest(100.0 * value.value) + " %"; }
};
}  // namespace subvolt::config
