#include "sim/scenario/device/device.h"

#include <algorithm>

#include "sim/config/library.h"
#include "sim/config/loader.h"
#include "sim/config/named.h"
#include "sim/scenario/value/csv.h"

namespace subvolt::scenario {
namespace {

constexpr Time kLongestStep = Time::from_si(86400.0);
constexpr Energy kMostOfChange = Energy::from_si(1e3);  // a phone that boots

void check_event(const DeviceEvent& event, const config::Node& node, config::Diagnostics& d) {
  const bool amount = node.find("amount") != nullptr;
  if (amount == !event.steps.empty()) {
    d.error(node, "expected `amount` or `steps`, got " + std::string(amount ? "both" : "none"));
  }
  if (node.find("time") && !event.steps.empty())
    d.error(*node.find("time"), "steps have times of their own: remove it");
}

void check_step(const EventStep& step, const config::Node& node, config::Diagnostics& d) {
  if (step.state.empty() == !step.draw) {
    d.error(node, "expected `state` or `draw`, got " + std::string(step.draw ? "both" : "none"));
  }
}

void read_trace(DrawTrace& trace, const config::Node& node) {
  const config::SourceLocation& at = node.find("csv")->location();
  Csv csv(beside(trace.csv, at), {"time_s"}, at);
  const int time = csv.column("time_s"), power = csv.column("power_W"), current = csv.column("current_A");
  if ((power < 0) == (current < 0)) csv.refuse("expected a column power_W or current_A, and not both");
  trace.current = power < 0;
  while (csv.next()) {
    const double t = csv.number(time), value = csv.number(trace.current ? current : power);
    if (t < 0.0 || t > kLongest.si()) csv.refuse("expected a time from 0 s to 200 years");
    if (value < 0.0) csv.refuse("expected a draw of 0 or more");
    const Nanoseconds ns = nanoseconds(Time::from_si(t));
    if (!trace.steps.empty() && ns <= trace.steps.back().first) csv.refuse("expected times that rise");
    if (trace.steps.size() >= 2'000'000) csv.refuse("more than 2,000,000 rows");
    if (trace.steps.empty() && ns > 0) trace.steps.emplace_back(0, 0.0);
    trace.steps.emplace_back(ns, value);
  }
  if (trace.steps.empty()) csv.refuse("expected rows behind the headings, got none");
}

config::Schema<Part> part_schema(const char* name, const char* summary) {
  return config::Schema<Part>(name, summary)
      .optional("title", &Part::title, "For people.")
      .optional("condition", &Part::condition, "At which its figures hold.")
      .optional("supply", &Part::supply, "At which currents are drawn.")
      .required("states", &Part::states, "What it draws, by state.")
      .optional("initial", &Part::initial, "State of rest; off when absent.")
      .optional("startup", &Part::startup, "From its rest until it does what is asked.",
                config::between(Time(), kLongestStep))
      .optional("events", &Part::events, "What happens and how much it takes, by name.");
}

}  // namespace

const config::Schema<Change>& Change::schema() {
  static const auto s = config::Schema<Change>("change", "Of a device's state.")
                            .optional("time", &Change::time, "It takes.", config::between(Time(), kLongestStep))
                            .optional("energy", &Change::energy, "It takes.", config::between(Energy(), kMostOfChange))
                            .optional("power", &Change::power, "Drawn meanwhile, instead of `energy`.")
                            .check([](const Change& c, const config::Node& node, config::Diagnostics& d) {
                              if (c.energy && c.power)
                                d.error(*node.find("power"), "beside `energy` it says the same again: remove one");
                            });
  return s;
}

const config::Schema<DeviceState>& DeviceState::schema() {
  static const auto s = config::Schema<DeviceState>("device_state", "A state of a device.")
                            .required("draw", &DeviceState::draw, "A current or a power.")
                            .optional("enter", &DeviceState::enter, "The way into it, from the state of rest.")
                            .optional("exit", &DeviceState::exit, "The way back.")
                            .optional("source", &DeviceState::source, "Where the figures come from.")
                            .optional("quality", &DeviceState::quality, "How far to trust them.");
  return s;
}

const config::Schema<EventStep>& EventStep::schema() {
  static const auto s = config::Schema<EventStep>("event_step", "A part of an event.")
                            .optional("state", &EventStep::state, "A state of the device.")
                            .optional("draw", &EventStep::draw, "Or a current or power.")
                            .required("time", &EventStep::time, "For so long.", config::between(Time(), kLongestStep))
                            .check(check_step);
  return s;
}

const config::Schema<DeviceEvent>& DeviceEvent::schema() {
  static const auto s =
      config::Schema<DeviceEvent>("device_event", "Something that a device does.")
          .optional("amount", &DeviceEvent::amount, "Charge or energy that it takes in all.")
          .optional("time", &DeviceEvent::time, "How long it takes.", config::between(Time(), kLongestStep))
          .optional("steps", &DeviceEvent::steps, "Or what it is made of.")
          .optional("source", &DeviceEvent::source, "Where the figures come from.")
          .optional("quality", &DeviceEvent::quality, "How far to trust them.")
          .check(check_event);
  return s;
}

const config::Schema<DrawTrace>& DrawTrace::schema() {
  static const auto s =
      config::Schema<DrawTrace>("draw_trace", "What is drawn, as a file has it.")
          .required("csv", &DrawTrace::csv, "Columns time_s and power_W or current_A; each value until the next row.")
          .optional("repeat", &DrawTrace::repeat, "After which it begins anew; never when absent.",
                    config::between(Time::from_si(1e-6), kLongest))
          .settle(read_trace);
  return s;
}

const config::Schema<Device>& Device::schema() {
  static const auto s =
      config::Schema<Device>("device", "What draws power, by its states.")
          .optional("rail", &Device::rail,
                    "A regulator, or the source itself: battery or storage. The only regulator when absent.")
          .optional("voltage", &Device::voltage, "At which it draws currents; by default the rail's or the battery's.")
          .optional("sensor", &Device::sensor, "A sensor's document with its states: a shipped name or a file.")
          .optional("radio", &Device::radio, "A radio's document, likewise.")
          .optional("states", &Device::states, "A current or power by state, beside those of its document.")
          .optional("initial", &Device::initial,
                    "In which it is when nothing is asked of it; the first when absent, and off with a protocol, or as "
                    "its document has it.")
          .optional("startup", &Device::startup,
                    "From its rest until it does what is asked, at the draw of that state.",
                    config::between(Time(), kLongestStep))
          .optional("events", &Device::events, "Charge or energy by event.")
          .optional("protocol", &Device::protocol, "What a payload becomes.")
          .optional("trace", &Device::trace, "Draws what a file has, beside its states.")
          .optional("points", &Device::points, "Operating points of work that is told in cycles.")
          .optional("law", &Device::law, "Or any speed, by a law.")
          .optional("awake", &Device::awake, "Drawn beside that while such work goes on.")
          .optional("simulated", &Device::simulated,
                    "It is the scenario's design: what it draws at rest, and for networks, is simulated in cycles.")
          .optional("operating_point", &Device::operating_point,
                    "Of a simulated one, as --opp takes it; the design's when absent.")
          .optional("order", &Device::order, "Of work that waits for it: fifo (when absent), priority or edf.")
          .check([](const Device& device, const config::Node& node, config::Diagnostics& d) {
            const std::vector<std::string> orders{"fifo", "priority", "edf"};
            if (!device.order.empty() && std::find(orders.begin(), orders.end(), device.order) == orders.end()) {
              d.error(*node.find("order"), config::not_one_of(orders, device.order));
            }
            for (const char* key : {"states", "initial", "sensor", "radio", "startup"}) {
              if (!device.simulated || !node.find(key)) continue;
              d.error(*node.find(key), std::string("a simulated device has the states of its design: remove `") + key +
                                           "`, or `simulated`");
            }
            if (!device.simulated && !device.operating_point.empty()) {
              d.error(*node.find("operating_point"), "is that of a design: add `simulated: true`, or remove this");
            }
            if (!device.sensor.empty() && !device.radio.empty()) {
              d.error(*node.find("radio"), "a device has one document, `sensor` or `radio`: remove one");
            }
          });
  return s;
}

const config::Schema<Part>& Part::sensor_schema() {
  static const auto s = part_schema("sensor", "A sensor by its states.");
  return s;
}

const config::Schema<Part>& Part::radio_schema() {
  static const auto s = part_schema("radio", "A radio by its states and events.");
  return s;
}

void take_part(Device& device, const config::Node& node) {
  const bool sensor = !device.sensor.empty();
  if (!sensor && device.radio.empty()) return;
  const char* const kind = sensor ? "sensor" : "radio";
  const config::Node& name = *node.find(kind);
  const std::string file = config::find(kind, name.value(), name.location().text(), name.location().file);
  const Part part = (sensor ? Part::sensor_schema() : Part::radio_schema()).read(config::load(file, kind).section);
  const auto add_missing = [](auto& own, const auto& theirs) {
    for (const auto& entry : theirs) {
      const auto has = [&entry](const auto& o) { return o.first == entry.first; };
      if (std::none_of(own.begin(), own.end(), has)) own.push_back(entry);
    }
  };
  add_missing(device.states, part.states);
  add_missing(device.events, part.events);
  if (device.initial.empty()) device.initial = part.initial;
  if (!node.find("startup")) device.startup = part.startup;
  if (!device.voltage) device.voltage = part.supply;
}

}  // namespace subvolt::scenario

namespace subvolt::config {
using scenario::DeviceEvent;
using scenario::DeviceState;

bool FieldType<DeviceState>::read(const Node& node, DeviceState& value, Diagnostics& d) {
  if (node.is_map()) return DeviceState::schema().read(node, value, d);
  return FieldType<scenario::Draw>::read(node, value.draw, d);
}
TypeDoc FieldType<DeviceState>::doc() {
  const TypeDoc map{TypeDoc::Form::kObject, {}, {}, {}, &DeviceState::schema()};
  return {TypeDoc::Form::kEither, {}, {}, {FieldType<scenario::Draw>::doc(), map}, nullptr};
}

bool FieldType<DeviceEvent>::read(const Node& node, DeviceEvent& value, Diagnostics& d) {
  if (node.is_map()) return DeviceEvent::schema().read(node, value, d);
  return FieldType<scenario::Amount>::read(node, value.amount, d);
}
TypeDoc FieldType<DeviceEvent>::doc() {
  const TypeDoc map{TypeDoc::Form::kObject, {}, {}, {}, &DeviceEvent::schema()};
  return {TypeDoc::Form::kEither, {}, {}, {FieldType<scenario::Amount>::doc(), map}, nullptr};
}

}  // namespace subvolt::config
