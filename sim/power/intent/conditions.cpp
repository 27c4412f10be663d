#include "sim/power/intent/power_intent.h"
#include "sim/power/wording.h"

namespace subvolt::power {
namespace {

template <class M>
const M* stated_for(const config::NamedList<M>& list, const std::string& name) {
  for (const auto& [key, value] : list) {
    if (key == name) return &value;
  }
  return nullptr;
}

// "configs/power/x.yaml:12:9: power.corner: "
std::string where_said(const config::Node& node) { return node.location().text() + ": " + node.path() + ": "; }

}  // namespace

Conditions conditions_of(const PowerIntent& intent, const Technology& technology, const NamedOperatingPoint& asked) {
  Conditions conditions;
  conditions.temperature = intent.temperature;
  conditions.margin = intent.margin;
  if (intent.corner != Corner::kTt) {
    if (!technology.process) {
      throw_configuration(where_said(config::node_at(intent.origin, {"corner"})) + "technology " + technology.name +
                          " has no corners but tt: give it `process`, or take tt");
    }
    conditions.process = technology.process->at(intent.corner);
  }
  for (const PowerDomain& domain : intent.power_domains) {
    const Voltage* asked_bias = stated_for(asked.body_bias, domain.name);
    const Voltage bias = asked_bias ? *asked_bias : domain.body_bias;
    if (bias == Voltage()) continue;
    const config::Node& said =
        asked_bias ? config::node_at(intent.origin, {"operating_points", asked.name, "body_bias", domain.name})
                   : config::node_at(intent.origin, {"power_domains", domain.name, "body_bias"});
    const std::string what = where_said(said) + domain.name + ": body_bias of " + brief(bias);
    if (!technology.body_bias) {
      throw_configuration(what + ": the bodies of " + technology.name + " are tied: remove it, or take fd22");
    }
    const BodyBias& allowed = *technology.body_bias;
    const Voltage lowest = allowed.reverse ? -allowed.reverse->value : Voltage();
    if (bias > allowed.highest.value || bias < lowest) {
      throw_configuration(what + " is out of range: " + technology.name + " allows " + brief(lowest) + " to " +
                          brief(allowed.highest.value));
    }
    conditions.body_bias.emplace_back(domain.name, bias);
    conditions.threshold_per_volt = allowed.threshold_per_volt.value;
    conditions.bias_settle = allowed.settle.value;
  }
  return conditions;
}

Voltage Conditions::bias(const PowerDomain& domain) const {
  const Voltage* bias = stated_for(body_bias, domain.name);
  return bias ? *bias : Voltage();
}

Condition Conditions::at(const std::string& rail, const PowerDomain& domain) const {
  return {voltage(rail), temperature, process + ThresholdShift::of(-threshold_per_volt * bias(domain))};
}

Condition Conditions::slowest(const std::string& rail, const PowerDomain* domain) const {
  const Voltage forward = domain ? threshold_per_volt * bias(*domain) : Voltage();
  const double droop = margin.droop * (1.0 - margin.adaptive_clocking);
  return {(1.0 - droop) * voltage(rail), temperature, process + ThresholdShift::of(margin.ageing - forward)};
}

Voltage Conditions::voltage(const std::string& rail) const {
  if (const Voltage* v = stated_for(voltages, rail)) return *v;
  throw Error(ErrorKind::kInternal, "operating point without a voltage of " + rail);
}

}  // namespace subvolt::power
