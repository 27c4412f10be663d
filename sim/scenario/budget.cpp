#include "sim/scenario/budget.h"

#include <charconv>

#include "sim/scenario/value/clock.h"

namespace subvolt::scenario {

const config::Schema<Budget>& Budget::schema() {
  static const auto s =
      config::Schema<Budget>("budget", "What must hold.")
          .optional(
              "average_power", &Budget::average_power,
              "Of `totals.average_power_W`, metered at the rails of a battery's regulators, else at the source: at "
              "most.")
          .optional("peak_power", &Budget::peak_power, "At most.")
          .optional("lifetime", &Budget::lifetime, "At least.", config::between(Time(), kLongest))
          .optional("latency", &Budget::latency, "From an event to the end of its last stage, at most.",
                    config::between(Time(), kLongest))
          .optional("missed", &Budget::missed, "Share of events that are lost or late, at most, such as 0.1 %.")
          .optional("energy_neutral", &Budget::energy_neutral, "Harvests what it needs.");
  return s;
}

}  // namespace subvolt::scenario

namespace subvolt::config {

bool FieldType<scenario::Share>::read(const Node& node, scenario::Share& value, Diagnostics& d) {
  const std::string text = node.is_scalar() ? node.value() : "";
  double number = 0.0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  value.value = unit == "%" ? number / 100.0 : number;
  if (code == std::errc() && (unit.empty() || unit == "%") && value.value >= 0.0 && value.value <= 1.0) return true;
  d.error(node, "expected a share from 0 to 1, such as 0.01 or \"1 %\", got " + node.describe());
  return false;
}

}  // namespace subvolt::config
