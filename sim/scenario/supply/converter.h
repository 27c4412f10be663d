// What stands between the source, or another rail, and a rail.
//
//   buck, boost, ideal    P / efficiency + V_in I_q
//   ldo                   V_in I + V_in I_q
//
// I = P / V_out. An efficiency may be a table over the output's current: linear over its logarithm, constant outside.
// At its input a buck draws constant power, an ldo constant current.
//
// A seam: where power intents have regulators of their own (sim/power), these describe the same parts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/config/sourced/quality.h"
#include "sim/scenario/supply/load.h"

namespace subvolt::scenario {

enum class ConverterKind { kIdeal, kBuck, kBoost, kLdo };

struct EfficiencyAt {
  Current load;
  double efficiency = 1.0;
  static const config::Schema<EfficiencyAt>& schema();
};
// A number, or a table in the order of its loads.
struct Efficiency {
  double constant = 1.0;
  std::vector<EfficiencyAt> table;
  double at(Current load) const;
};

struct Converter {
  ConverterKind kind = ConverterKind::kBuck;
  std::string from;  // the rail that feeds it; the source when empty
  std::optional<Voltage> output;
  Efficiency efficiency;
  Current quiescent;
  std::string source;
  config::Quality quality = config::Quality::kEstimated;
  static const config::Schema<Converter>& schema();

  // Drawn at the input for `delivered`, beyond the quiescent current.
  Load input(Power delivered) const;
  // Whether that is in proportion.
  bool is_linear() const { return efficiency.table.empty(); }
};

}  // namespace subvolt::scenario

namespace subvolt::config {
template <>
struct EnumNames<scenario::ConverterKind> {
  static const std::vector<std::pair<scenario::ConverterKind, std::string>>& names();
};
template <>
struct FieldType<scenario::Efficiency> {
  static bool read(const Node& node, scenario::Efficiency& value, Diagnostics& d);
  static TypeDoc doc();
  static std::string text(const scenario::Efficiency& value) { return shortest(value.constant); }
};
}  // namespace subvolt::config
