#include "sim/scenario/value/draw.h"

#include <charconv>

namespace subvolt::config {
namespace {

// Whether the text ends with a unit of that dimension.
template <class Q>
bool is_one(const Node& node) {
  return node.is_scalar() && std::holds_alternative<Q>(parse_quantity<Q>(node.value()));
}

}  // namespace

bool FieldType<scenario::Draw>::read(const Node& node, scenario::Draw& value, Diagnostics& d) {
  value = {};
  if (is_one<Current>(node)) return FieldType<Current>::read(node, value.current, d);
  if (is_one<Power>(node)) return FieldType<Power>::read(node, value.power, d);
  d.error(node, "expected a current such as \"20 uA\" or a power such as \"5 uW\", got " + node.describe());
  return false;
}
std::string FieldType<scenario::Draw>::text(const scenario::Draw& value) {
  return value.power == Power() ? brief(value.current) : brief(value.power);
}

bool FieldType<scenario::Amount>::read(const Node& node, scenario::Amount& value, Diagnostics& d) {
  value = {};
  if (is_one<Charge>(node)) return FieldType<Charge>::read(node, value.charge, d);
  if (is_one<Energy>(node)) {
    const Limits<Energy> range{Energy(), Energy::from_si(1e6)};  // a minute of radio is more than a joule
    const Energy energy = std::get<Energy>(parse_quantity<Energy>(node.value()));
    value.energy = energy;
    return (range.lowest <= energy && energy <= range.highest) ||
           refuse_limits(node, unit_info<Energy>(), brief(range.lowest), brief(range.highest), d);
  }
  d.error(node, "expected a charge such as \"60 uC\" or an energy such as \"2 uJ\", got " + node.describe());
  return false;
}
std::string FieldType<scenario::Amount>::text(const scenario::Amount& value) {
  return value.energy == Energy() ? brief(value.charge) : brief(value.energy);
}

bool FieldType<scenario::FractionPerTime>::read(const Node& node, scenario::FractionPerTime& value, Diagnostics& d) {
  constexpr std::pair<std::string_view, double> kTimes[] = {
      {"%/h", 3600.0}, {"%/d", 86400.0}, {"%/week", 604800.0}, {"%/month", 31557600.0 / 12}, {"%/year", 31557600.0}};
  const std::string text = node.is_scalar() ? node.value() : "";
  double number = 0.0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  for (const auto& [symbol, time] : kTimes) {
    if (code != std::errc() || unit != symbol || !(number >= 0.0 && number < 100.0)) continue;
    value = {number / 100.0, Time::from_si(time)};
    return true;
  }
  d.error(node, "expected a share from 0 to below 100 % of a time, such as \"1 %/year\", \"2 %/month\", got " +
                    node.describe());
  return false;
}
std::string FieldType<scenario::FractionPerTime>::text(const scenario::FractionPerTime& value) {
  return shortest(value.fraction * 100.0 * 31557600.0 / value.time.si()) + " %/year";
}

}  // namespace subvolt::config
