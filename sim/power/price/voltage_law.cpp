#include "sim/power/price/voltage_law.h"

#include "sim/config/error.h"
#include "sim/power/technology/technology.h"
#include "sim/power/wording.h"

namespace subvolt::power {

const config::Schema<VoltageFactor>& VoltageFactor::schema() {
  static const auto s =
      config::Schema<VoltageFactor>("voltage_factor", "A point of a price's curve over its supply.")
          .required("voltage", &VoltageFactor::voltage, "The supply.",
                    config::between(Voltage::from_si(0.05), Voltage::from_si(10.0)))
          .required("factor", &VoltageFactor::factor, "Times the price.", config::between(0.0, 1000.0));
  return s;
}

bool covers(const VoltageCurve& curve, Voltage v) {
  return !curve.empty() && !(v < curve.front().voltage) && !(v > curve.back().voltage);
}

void check_curve(const VoltageCurve& curve, const config::Node& node, config::Diagnostics& d) {
  if (curve.size() < 2)
    return d.error(node, "expected two points or more; leave the key out for the square of the voltage");
  for (std::size_t i = 1; i < curve.size(); ++i) {
    if (curve[i].voltage > curve[i - 1].voltage) continue;
    return d.error(node.items()[i], "expected more than " + brief(curve[i - 1].voltage) + ", the voltage before it");
  }
}

VoltageScale voltage_scale(const VoltageCurve& curve, Voltage v, Voltage reference) {
  if (curve.empty()) {
    return {Technology::switching_scale(v, reference), "(" + brief(v) + " / " + brief(reference) + ")^2"};
  }
  if (!covers(curve, v)) throw Error(ErrorKind::kInternal, "a price is asked for " + brief(v) + ", beyond its curve");
  std::size_t above = 1;
  while (curve[above].voltage < v) ++above;
  const VoltageFactor &low = curve[above - 1], &high = curve[above];
  const double part = (v - low.voltage) / (high.voltage - low.voltage);
  const double factor = low.factor + part * (high.factor - low.factor);
  return {factor, factor_text(factor) + " at " + brief(v) + ", measured from " + brief(curve.front().voltage) + " to " +
                      brief(curve.back().voltage)};
}

}  // namespace subvolt::power
