#include "sim/power/intent/power_intent.h"

#include "sim/config/library.h"
#include "sim/config/sourced/sourcing.h"
#include "sim/power/intent/power_intent_rules.h"
#include "sim/power/intent/supply_tree.h"

namespace subvolt::power {
namespace {

template <class T>
const T* find_named(const std::vector<T>& list, const std::string& name) {
  for (const T& item : list) {
    if (item.name == name) return &item;
  }
  return nullptr;
}

// How closely the pattern names the component: length of its literal part, -1 for no match. The whole name is
// closer than any "prefix*".
int closeness(const std::string& pattern, const std::string& component) {
  const auto length = static_cast<int>(pattern.size());
  if (pattern == component) return length + 1;
  if (pattern.empty() || pattern.back() != '*') return -1;
  return component.compare(0, pattern.size() - 1, pattern, 0, pattern.size() - 1) == 0 ? length - 1 : -1;
}

template <class T>
const T* owner_of(const std::vector<T>& domains, const std::string& component) {
  const T* best = nullptr;
  int closest = -1;
  for (const T& domain : domains) {
    for (const std::string& pattern : domain.elements) {
      const int c = closeness(pattern, component);
      if (c <= closest) continue;
      closest = c;
      best = &domain;
    }
  }
  return best;
}

}  // namespace

std::vector<std::string> ClockDomain::rails() const {
  std::vector<std::string> rails{voltage_domain};
  rails.insert(rails.end(), also_limited_by.begin(), also_limited_by.end());
  return rails;
}

const config::Schema<RailTransition>& RailTransition::schema() {
  static const auto s =
      config::Schema<RailTransition>("rail_transition",
                                     "What a rail takes to go to another voltage when the operating point changes.")
          .optional("time_per_volt", &RailTransition::time_per_volt,
                    "How long it moves by a volt; 400 us is 2.5 mV/us (TPS650861).",
                    config::between(Time(), Time::from_si(1.0)))
          .optional("settle", &RailTransition::settle, "How long it takes in any case, whatever the step.",
                    config::between(Time(), Time::from_si(1.0)))
          .optional("capacitance", &RailTransition::capacitance,
                    "On the rail: capacitors and circuits; charged when it rises, lost when it falls.",
                    config::between(Capacitance(), Capacitance::from_si(0.01)))
          .optional("energy", &RailTransition::energy,
                    "Delivered to the rail for a change, up or down; instead of what follows from the capacitance.",
                    config::between(Energy(), Energy::from_si(0.1)))
          .optional("source", &RailTransition::source, "Where capacitance or energy come from; wanted with either.")
          .optional("quality", &RailTransition::quality, "How far to trust it.")
          .check(check_transition)
          .settle([](RailTransition& transition, const config::Node& node) {
            if (node.find("source")) settle_source(transition.source, transition.quality, node);
          });
  return s;
}

const config::Schema<VoltageDomain>& VoltageDomain::schema() {
  static const auto s =
      config::Schema<VoltageDomain>("voltage_domain", "A supply rail.")
          .required("voltage", &VoltageDomain::voltage, "Nominal voltage.", config::at_least(Voltage::from_si(0.05)))
          .optional("process", &VoltageDomain::process,
                    "What hangs on the rail: logic, sram, or external for off-chip parts on a fixed rail.")
          .optional("tracks", &VoltageDomain::tracks,
                    "Voltage domain whose voltage this one follows, but not below its own minimum.")
          .optional("minimum", &VoltageDomain::minimum,
                    "Lowest voltage; that of its devices when absent, 0.25 V for external rails.",
                    config::at_least(Voltage::from_si(0.05)))
          .optional("maximum", &VoltageDomain::maximum,
                    "Highest voltage; that of its devices when absent, 5.5 V for external rails.",
                    config::at_least(Voltage::from_si(0.05)))
          .optional("regulator", &VoltageDomain::regulator, "What feeds the rail; ideal when absent.")
          .optional("transition", &VoltageDomain::transition,
                    "What it takes to another voltage, where operating points change within a run.");
  return s;
}

const config::Schema<ScalingIntent>& ScalingIntent::schema() {
  static const auto s =
      config::Schema<ScalingIntent>("scaling", "How the power manager chooses among a component's set-points.")
          .optional("policy", &ScalingIntent::policy, "How it chooses; fixed when absent.")
          .optional("window", &ScalingIntent::window, "Time between decisions.",
                    config::between(Time::from_si(1e-7), Time::from_si(1e3)))
          .moved("raise_above", "a key of the policy: scaling.policy.raise_above")
          .moved("lower_below", "a key of the policy: scaling.policy.lower_below");
  return s;
}

const config::Schema<ClockDomain>& ClockDomain::schema() {
  static const auto s =
      config::Schema<ClockDomain>("clock_domain", "A region on one clock.")
          .required("voltage_domain", &ClockDomain::voltage_domain, "Rail of its logic, which limits its frequency.")
          .optional("also_limited_by", &ClockDomain::also_limited_by,
                    "Further rails on its critical paths, such as that of SRAM macros.")
          .optional("frequency", &ClockDomain::frequency, "Frequency; as fast as the rails allow when absent.",
                    config::at_least(Frequency::from_si(1.0)))
          .optional("path_length", &ClockDomain::path_length,
                    "Its critical path relative to the technology's reference path; divides f_max.",
                    config::between(0.01, 100.0))
          .optional("scaling", &ClockDomain::scaling,
                    "Set-points at run time, for clocks of components that have some.")
          .optional("relock", &ClockDomain::relock,
                    "Time that the clock takes to another frequency, once its supplies have settled: tens of "
                    "microseconds for a PLL; none for a divider.",
                    config::between(Time(), Time::from_si(1.0)))
          .required("elements", &ClockDomain::elements, "Component names; \"npu.*\" is everything below npu.");
  return s;
}

const config::Schema<StateIntent>& StateIntent::schema() {
  static const auto s = config::Schema<StateIntent>("state", "A power state that a domain can be in besides ON.")
                            .required("state", &StateIntent::state, "CLK_GATED, RETENTION or OFF.")
                            .optional("min_residency", &StateIntent::min_residency,
                                      "Enter only for idle times expected to be longer.", config::at_least(Time()))
                            .optional("entry_latency", &StateIntent::entry_latency, "Time from ON to the state.",
                                      config::at_least(Time()))
                            .optional("exit_latency", &StateIntent::exit_latency, "Time from leaving the state to ON.",
                                      config::at_least(Time()))
                            .check(check_state);
  return s;
}

const config::Schema<DomainDevices>& DomainDevices::schema() {
  static const auto s =
      config::Schema<DomainDevices>("domain_devices",
                                    "Which devices of the technology the components of a power domain are made of.")
          .optional("logic", &DomainDevices::logic, "Gates and flip-flops: a device of kind logic.")
          .optional("sram", &DomainDevices::sram,
                    "SRAM macros, and their bit cells where a component names no others: a device of kind sram.");
  return s;
}

const config::Schema<Margin>& Margin::schema() {
  static const auto s =
      config::Schema<Margin>("margin", "What clocks must be slower for than typical, new chips need.")
          .optional("droop", &Margin::droop, "Part of its voltage that a supply may droop by, such as 0.1.",
                    config::between(0.0, 0.5))
          .optional("adaptive_clocking", &Margin::adaptive_clocking,
                    "Share of the droop that needs no margin, for clocks stretch while it lasts; none when absent.",
                    config::between(0.0, 1.0))
          .optional("ageing", &Margin::ageing, "By how much thresholds rise in the life of a chip.",
                    config::between(Voltage(), Voltage::from_si(0.2)));
  return s;
}

const config::Schema<PowerDomain>& PowerDomain::schema() {
  static const auto s =
      config::Schema<PowerDomain>("power_domain", "A region that is switched as one.")
          .required("supply", &PowerDomain::supply, "Its voltage domain.")
          .optional("rails", &PowerDomain::rails,
                    "Voltage domain of each further rail of a memory device: {vdd1: VDD1, vdd2: VDD2}.")
          .optional("devices", &PowerDomain::devices,
                    "What it is made of: {logic: logic_hvt}; the technology's devices logic and sram when absent.")
          .optional(
              "body_bias", &PowerDomain::body_bias,
              "Forward bias of its wells, or reverse bias where negative, where the technology has body_bias; none "
              "when absent.",
              config::between(Voltage::from_si(-5.0), Voltage::from_si(5.0)))
          .required("elements", &PowerDomain::elements, "Component names; \"npu.*\" is everything below npu.")
          .optional("states", &PowerDomain::states, "States besides ON.")
          .optional("policy", &PowerDomain::policy, "When it leaves ON; always_on when absent.")
          .optional("gate_idle_units", &PowerDomain::gate_idle_units,
                    "Leaf clock gates: a component's clock stops whenever that component alone is idle.")
          .check(check_power_domain);
  return s;
}

const config::Schema<NamedOperatingPoint>& NamedOperatingPoint::schema() {
  static const auto s =
      config::Schema<NamedOperatingPoint>("operating_point", "A named set of voltages and frequencies.")
          .optional("voltages", &NamedOperatingPoint::voltages,
                    "By voltage domain; those left out track another domain or stay nominal.")
          .optional("frequencies", &NamedOperatingPoint::frequencies,
                    "By clock domain; those left out run at their own frequency or as fast as the rails allow.")
          .optional("body_bias", &NamedOperatingPoint::body_bias,
                    "Forward bias by power domain, reverse where negative; those left out keep their own.");
  return s;
}

const config::Schema<PowerIntent>& PowerIntent::schema() {
  static const auto s =
      config::Schema<PowerIntent>("power",
                                  "Power intent, apart from structure and technology: domains, what lives in them, "
                                  "states, policies, operating points.")
          .optional("temperature", &PowerIntent::temperature, "Junction temperature, everywhere and all the time.",
                    config::between(Temperature::from_celsius(-40.0), Temperature::from_celsius(125.0)))
          .optional("corner", &PowerIntent::corner,
                    "Slow, typical or fast n-channel, then p-channel transistors; other than tt where the technology "
                    "has process.")
          .optional("margin", &PowerIntent::margin, "What clocks are slowed down for; nothing when absent.")
          .optional("allow_bit_errors", &PowerIntent::allow_bit_errors,
                    "Let memories have less than their cells need, down to what holds them, and tell how many bits "
                    "are then expected to be wrong; else it is an error.")
          .required("voltage_domains", &PowerIntent::voltage_domains, "Supply rails by name.")
          .required("clock_domains", &PowerIntent::clock_domains, "Clocks by name.")
          .required("power_domains", &PowerIntent::power_domains, "Switchable regions by name.")
          .required("operating_points", &PowerIntent::operating_points, "By name; the first is the default.")
          .optional("scaled_domain", &PowerIntent::scaled_domain, "The voltage domain that --opp 0.5V sets.")
          .optional("scaled_clock", &PowerIntent::scaled_clock, "The clock domain that --opp 0.5V,50MHz sets.")
          .optional("trace_window", &PowerIntent::trace_window,
                    "Grain of the power trace and length of the window that peak power is averaged over.",
                    config::between(Time::from_si(1e-9), Time::from_si(1e3)))
          .optional("chip_modes", &PowerIntent::chip_modes, "What the chip draws as a whole in its modes.")
          .optional("fitted", &PowerIntent::fitted,
                    "Prices of this chip that were fitted to its measurements, in the place of the technology's.")
          .check(check_power_intent);
  return s;
}

const VoltageDomain* PowerIntent::find_voltage_domain(const std::string& n) const {
  return find_named(voltage_domains, n);
}
const ClockDomain* PowerIntent::find_clock_domain(const std::string& n) const { return find_named(clock_domains, n); }
const PowerDomain* PowerIntent::find_power_domain(const std::string& n) const { return find_named(power_domains, n); }

const PowerDomain* PowerIntent::power_domain_of(const std::string& component) const {
  return owner_of(power_domains, component);
}
const ClockDomain* PowerIntent::clock_domain_of(const std::string& component) const {
  return owner_of(clock_domains, component);
}

bool matches(const std::string& element, const std::string& component) { return closeness(element, component) >= 0; }

PowerIntent make_power_intent(const config::Document& document) {
  PowerIntent intent = PowerIntent::schema().read(document.section);
  intent.name = document.name;
  intent.sha256 = document.sha256;
  intent.origin = document.section;
  settle_regulators(intent);
  return intent;
}

PowerIntent read_power_intent(const std::string& name_or_path, const std::vector<config::Override>& overrides) {
  return make_power_intent(config::load(config::find("power", name_or_path), "power", overrides));
}

}  // namespace subvolt::power

namespace subvolt::config {

const std::vector<std::pair<power::Process, std::string>>& EnumNames<power::Process>::names() {
  using power::Process;
  static const std::vector<std::pair<Process, std::string>> names{
      {Process::kLogic, "logic"}, {Process::kSram, "sram"}, {Process::kExternal, "external"}};
  return names;
}

}  // namespace subvolt::config
