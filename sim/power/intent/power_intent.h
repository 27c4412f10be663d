// Power intent, apart from structure and technology as UPF is apart from RTL: voltage, power and clock
// domains, what lives in them, states, policies, operating points.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/kinds.h"
#include "sim/config/loader.h"
#include "sim/config/named.h"
#include "sim/config/schema.h"
#include "sim/power/intent/fitted_energy.h"
#include "sim/power/intent/policy_kinds.h"
#include "sim/power/record/power_state.h"
#include "sim/power/supply/regulator.h"
#include "sim/power/technology/sram_macro.h"
#include "sim/power/technology/technology.h"

namespace subvolt::power {

// What a rail feeds, which decides whose speed and voltages count: devices of the technology, of one of its kinds, or
// parts off the chip on a fixed rail.
enum class Process { kLogic, kSram, kExternal };

// What a rail takes to go to another voltage when the operating point changes (point_change.h).
struct RailTransition {
  // TPS650861 (Texas Instruments, SWCS142, dynamic voltage scaling): 2.5 mV/us at least. Converters on the chip are a
  // hundred times faster.
  Time time_per_volt = Time::from_si(400e-6);
  Time settle;  // whatever the step
  // STM32F446 (STMicroelectronics, DocID027107, V_CAP): 2 x 2.2 uF or 4.7 uF at the output of the core's regulator.
  Capacitance capacitance = Capacitance::from_si(4.7e-6);
  std::optional<Energy> energy;  // of a change, up or down; instead of what follows from the capacitance
  std::string source =
      "estimate: the capacitor that microcontrollers have at the regulator of their core, 4.7 uF (STM32F446, "
      "DocID027107), as if each rail had one; its charge is not given back when the rail falls";
  config::Quality quality = config::Quality::kEstimated;
  static const config::Schema<RailTransition>& schema();
};

struct VoltageDomain {
  std::string name;
  Voltage voltage;  // nominal
  Process process = Process::kLogic;
  std::string tracks;              // follows that domain's voltage, but not below its own minimum
  std::optional<Voltage> minimum;  // the technology's when absent; external rails: 0.25 V
  std::optional<Voltage> maximum;  // the technology's when absent; external rails: 5.5 V
  Regulator regulator;
  RailTransition transition;
  static const config::Schema<VoltageDomain>& schema();
};

// How a clock's set-point is chosen: one of frequency_policy_kinds(), with that policy's own keys.
struct FrequencyPolicyIntent : config::KindChoice {
  FrequencyPolicyIntent() : KindChoice{kStandardFrequencyPolicy} {}
};

// Choice among set-points at run time, for clocks of components that have some: DRAM.
struct ScalingIntent {
  FrequencyPolicyIntent policy;
  Time window = Time::from_si(20e-6);
  static const config::Schema<ScalingIntent>& schema();
};

struct ClockDomain {
  std::string name;
  std::string voltage_domain;                // whose f_max limits it
  std::vector<std::string> also_limited_by;  // further rails on its paths: SRAM macros
  std::optional<Frequency> frequency;        // absent: f_max
  double path_length = 1.0;                  // critical path against the technology's reference path
  ScalingIntent scaling;
  Time relock;                             // from one frequency to another; 0: a divider of a clock that runs on
  std::vector<std::string> elements;       // component names; "npu.*" matches all below npu
  std::vector<std::string> rails() const;  // all that limit it
  static const config::Schema<ClockDomain>& schema();
};

// `min_residency` and `exit_latency` as operating systems use the words: enter only for idle times expected
// to be longer than that; time from leaving to ON.
struct StateIntent {
  PowerState state = PowerState::kClkGated;
  Time min_residency;
  Time entry_latency;
  Time exit_latency;
  static const config::Schema<StateIntent>& schema();
};

// When an idle domain leaves ON: one of policy_kinds(), with that policy's own keys.
struct PolicyIntent : config::KindChoice {
  PolicyIntent() : KindChoice{kStandardPolicy} {}
};

// Which devices of the technology the components of a power domain are made of: gates and flip-flops, and SRAM.
struct DomainDevices {
  std::string logic = kLogicDevice;
  std::string sram = kSramDevice;
  const std::string& of(DeviceKind kind) const { return kind == DeviceKind::kSram ? sram : logic; }
  static const config::Schema<DomainDevices>& schema();
};

// What clocks must be slower for than typical chips need: supplies that droop, transistors that age. Energy and leakage
// are those of the supply as it is, and of a chip that is new.
struct Margin {
  double droop = 0.0;              // of the voltage
  double adaptive_clocking = 0.0;  // share of it that needs no margin, for clocks stretch
  Voltage ageing;                  // rise of the threshold
  static const config::Schema<Margin>& schema();
};

struct PowerDomain {
  std::string name;
  std::string supply;                    // primary voltage domain
  config::NamedList<std::string> rails;  // further rails of a memory device: {vdd1: VDD1, vdd2: VDD2}
  DomainDevices devices;
  Voltage body_bias;  // forward, or reverse where it is negative; the technology must have it
  std::vector<std::string> elements;
  std::vector<StateIntent> states;  // besides ON
  PolicyIntent policy;
  bool gate_idle_units = true;  // leaf clock gates: a component's clock stops whenever it alone is idle
  static const config::Schema<PowerDomain>& schema();
};

struct NamedOperatingPoint {
  std::string name;
  config::NamedList<Voltage> voltages;       // by voltage domain; others stay nominal or track
  config::NamedList<Frequency> frequencies;  // by clock domain
  config::NamedList<Voltage> body_bias;      // by power domain; others keep their own
  static const config::Schema<NamedOperatingPoint>& schema();
};

struct PowerIntent {
  std::string name;
  Temperature temperature;
  Corner corner = Corner::kTt;
  Margin margin;
  // Memories may get less than their cells need, so that some bits are wrong: how many is told. Else it is an error.
  bool allow_bit_errors = false;
  std::vector<VoltageDomain> voltage_domains;
  std::vector<ClockDomain> clock_domains;
  std::vector<PowerDomain> power_domains;
  std::vector<NamedOperatingPoint> operating_points;  // the first is the default
  std::string scaled_domain;                          // the voltage domain that `--opp 0.5V` sets
  std::string scaled_clock;                           // the clock domain that `--opp 0.5V,50MHz` sets
  Time trace_window = Time::from_si(1e-5);            // epochs are cut at this grain for the power trace and peak power
  std::optional<ChipModes> chip_modes;
  std::optional<FittedEnergy> fitted;
  std::string sha256;
  std::vector<PartDocument> parts;  // other documents that it rests on
  config::Node origin;              // as written, for errors that only the SoC can find
  static const config::Schema<PowerIntent>& schema();

  const VoltageDomain* find_voltage_domain(const std::string& name) const;
  const ClockDomain* find_clock_domain(const std::string& name) const;
  const PowerDomain* find_power_domain(const std::string& name) const;
  const ChipMode* idle_mode() const { return chip_modes ? chip_modes->find(kIdleMode) : nullptr; }
  bool covers(const std::string& component) const { return fitted && fitted->covers(component); }
  // The domain whose elements match the component, longest pattern first; nullptr when none does.
  const PowerDomain* power_domain_of(const std::string& component) const;
  const ClockDomain* clock_domain_of(const std::string& component) const;
};

// Whether an element of a domain ("npu", "npu.*") names the component.
bool matches(const std::string& element, const std::string& component);

PowerIntent read_power_intent(const std::string& name_or_path, const std::vector<config::Override>& overrides = {});
PowerIntent make_power_intent(const config::Document& document);  // name: the file's

// Under which conditions the rails' devices work.
struct Conditions {
  config::NamedList<Voltage> voltages;  // every voltage domain
  Temperature temperature;
  ThresholdShift process;  // of the chip: its corner
  Margin margin;           // of clocks
  // Of the chip: by how many deviations its slowest path lies above the mean one (process.mismatch). Absent: as far as
  // the typical chip's, which a technology's curves are of.
  std::optional<double> slowest_path;
  config::NamedList<Voltage> body_bias;  // of every power domain that has one
  double threshold_per_volt = 0.0;       // of bias
  Time bias_settle;
  Voltage voltage(const std::string& rail) const;
  Voltage bias(const PowerDomain& domain) const;
  // What energy and leakage of a domain's devices on a rail follow from.
  Condition at(const std::string& rail, const PowerDomain& domain) const;
  // What its clocks must be slow enough for; `domain`: nullptr where nothing hangs on the rail.
  Condition slowest(const std::string& rail, const PowerDomain* domain) const;
};

// The intent's temperature, corner and margin, and the bias of its domains, some of which `asked` replaces; voltages
// are left empty. Throws Error(kConfiguration), with the place, where the technology has no such corners or bias.
Conditions conditions_of(const PowerIntent& intent, const Technology& technology, const NamedOperatingPoint& asked);

// Voltages and frequencies of every domain, all numbers settled.
struct OperatingPoint : Conditions {
  std::string name;
  std::string base;                          // the named point from which it starts; its own name where it is one
  config::NamedList<Frequency> frequencies;  // every clock domain, whole hertz
  // By clock domain: what told its frequency, as messages begin: "FILE:LINE:COLUMN: KEY: operating point ...: CLOCK: ".
  config::NamedList<std::string> clock_places;
  // What the point itself asks for, by its name and its text: the rest is as the power intent has it, or follows.
  NamedOperatingPoint asked;
  std::vector<SramAccess> sram;  // how fast the memories on chip are here
  Frequency frequency(const std::string& clock) const;
};

// The conditions at an operating point, whatever its clocks: `text` as for resolve_operating_point(), which throws
// likewise.
Conditions resolve_conditions(const PowerIntent& intent, const Technology& technology, const std::string& text);

// The fastest clock that the devices on the rails of its paths allow; infinite when all rails are external.
Frequency f_max(const ClockDomain& clock, const PowerIntent& intent, const Technology& technology,
                const Conditions& conditions);

// `text`: "" (the intent's first point), "near_threshold" (a named one), "0.5V" or "0.5 V" (scaled_domain at
// its f_max), "0.5V,50MHz", "VDD_NPU=0.5V,VDD_SRAM=0.6V,npu_clk=50MHz", and "near_threshold,npu_clk=20MHz". What the
// text leaves open is as in the point it starts from (the first one when it names none), except that the scaled clock
// runs at f_max when only the scaled domain's voltage is given. An access of each of `macros` must fit into its cycles,
// which limits clocks like the rails of their paths. Throws Error(kConfiguration): no such point or domain; a device
// that the technology does not have; a voltage outside what the devices on a rail allow, naming both limits; a
// frequency above f_max there, naming f_max.
OperatingPoint resolve_operating_point(const PowerIntent& intent, const Technology& technology, const std::string& text,
                                       const std::vector<SramMacro>& macros = {});

}  // namespace subvolt::power

namespace subvolt::config {
template <>
struct EnumNames<power::Process> {
  static const std::vector<std::pair<power::Process, std::string>>& names();
};

template <class Choice, Kinds& (*kinds)()>
struct KindFieldType {
  static bool read(const Node& node, Choice& value, Diagnostics& d) { return kinds().read(node, value, d); }
  static TypeDoc doc() { return {TypeDoc::Form::kKind, {}, {}, {}, nullptr, &kinds()}; }
  static std::string text(const Choice&) { return "(see below)"; }
};
template <>
struct FieldType<power::PolicyIntent> : KindFieldType<power::PolicyIntent, &power::policy_kinds> {};
template <>
struct FieldType<power::FrequencyPolicyIntent>
    : KindFieldType<power::FrequencyPolicyIntent, &power::frequency_policy_kinds> {};

template <>
struct FieldType<std::vector<power::VoltageDomain>> : NamedFieldType<power::VoltageDomain> {};
template <>
struct FieldType<std::vector<power::ClockDomain>> : NamedFieldType<power::ClockDomain> {};
template <>
struct FieldType<std::vector<power::PowerDomain>> : NamedFieldType<power::PowerDomain> {};
template <>
struct FieldType<std::vector<power::NamedOperatingPoint>> : NamedFieldType<power::NamedOperatingPoint> {};
}  // namespace subvolt::config
