// What draws power beside the SoC that is simulated in cycles: sensors, radios, the rest of a board, and the SoC itself
// where its figures are given. A state machine: each state draws a current or a power, changes between them take time
// and energy, events take charge.
//
//   mic: {rail: main, states: {aad: 20 uA, active: 235 uA}, initial: aad}
//   ble: {rail: battery, events: {notify: 60 uC}}
//   lora: {radio: sam_r34, rail: storage, voltage: 3.6 V, protocol: {kind: lorawan_a, spreading_factor: 7, windows: 60
//   ms}}
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/makers.h"
#include "sim/config/sourced/quality.h"
#include "sim/scenario/device/protocol.h"
#include "sim/scenario/policy/speed_policy.h"
#include "sim/scenario/value/draw.h"
#include "sim/scenario/value/profile.h"

namespace subvolt::scenario {

// On the way into a state of rest, or out of it.
struct Change {
  Time time;
  std::optional<Energy> energy;
  std::optional<Power> power;  // or what is drawn meanwhile
  Energy total() const { return energy ? *energy : power.value_or(Power()) * time; }
  static const config::Schema<Change>& schema();
};

struct DeviceState {
  Draw draw;
  Change enter, exit;
  std::string source;
  config::Quality quality = config::Quality::kEstimated;
  static const config::Schema<DeviceState>& schema();
};

// A part of an event: a state of the device or a draw, for some time.
struct EventStep {
  std::string state;
  std::optional<Draw> draw;
  Time time;
  static const config::Schema<EventStep>& schema();
};

struct DeviceEvent {
  Amount amount;  // in all
  Time time;      // how long it takes
  std::vector<EventStep> steps;
  std::string source;
  config::Quality quality = config::Quality::kEstimated;
  static const config::Schema<DeviceEvent>& schema();
};

// A CSV of what it draws: columns time_s and power_W or current_A, each value until the next row.
struct DrawTrace {
  std::string csv;
  std::optional<Time> repeat;
  std::vector<Profile::Step> steps;  // that were read
  bool current = false;              // A, not W
  static const config::Schema<DrawTrace>& schema();
};

struct Device {
  std::string rail;                // a regulator, or the source: battery, storage
  std::optional<Voltage> voltage;  // at which currents are drawn that come straight from the source
  std::string sensor, radio;       // a document whose states and events it has
  config::NamedList<DeviceState> states;
  std::string initial;  // the first state when empty; with a protocol, off
  Time startup;         // from its rest until it does what is asked, at the draw of the state that is asked for
  config::NamedList<DeviceEvent> events;
  config::Made<Protocol> protocol;
  std::optional<DrawTrace> trace;
  std::vector<SpeedPoint> points;
  std::optional<CubicLaw> law;  // or any speed
  Power awake;                  // while it works, beside that
  std::string order;            // of work that waits: fifo, priority, edf
  bool simulated = false;       // it is the scenario's design: its states are the simulation's
  std::string operating_point;  // of that, as --opp takes it
  static const config::Schema<Device>& schema();
};

// A sensor's or a radio's document.
struct Part {
  std::string title, condition;
  std::optional<Voltage> supply;
  config::NamedList<DeviceState> states;
  std::string initial;  // off when empty
  Time startup;
  config::NamedList<DeviceEvent> events;
  static const config::Schema<Part>& sensor_schema();
  static const config::Schema<Part>& radio_schema();
};

// `device` with what its part's document has and itself does not say. Throws Error(kConfiguration), located.
void take_part(Device& device, const config::Node& node);

}  // namespace subvolt::scenario

namespace subvolt::config {
// A state or an event may be its draw or amount alone.
template <>
struct FieldType<scenario::DeviceState> {
  static bool read(const Node& node, scenario::DeviceState& value, Diagnostics& d);
  static TypeDoc doc();
  static std::string text(const scenario::DeviceState&) { return "(see below)"; }
};
template <>
struct FieldType<scenario::DeviceEvent> {
  static bool read(const Node& node, scenario::DeviceEvent& value, Diagnostics& d);
  static TypeDoc doc();
  static std::string text(const scenario::DeviceEvent&) { return "(see below)"; }
};
}  // namespace subvolt::config
