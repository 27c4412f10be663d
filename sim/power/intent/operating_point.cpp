#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "sim/config/diagnostics.h"
#include "sim/power/intent/domain_devices.h"
#include "sim/power/intent/speed_limit.h"
#include "sim/power/intent/supply_tree.h"
#include "sim/power/technology/sram_access.h"
#include "sim/power/wording.h"
#include "sim/units/limits.h"

namespace subvolt::power {
namespace {

// External rails whose range nobody states: from the lowest interface supply (LPDDR5's VDDQ at 0.3 V, JESD209-5, less a
// sixth) to 5 V plus 10 %.
constexpr Voltage kLowestExternal = Voltage::from_si(0.25), kHighestExternal = Voltage::from_si(5.5);

std::string trim(const std::string& text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

template <class M>
const M* find_in(const config::NamedList<M>& list, const std::string& name) {
  for (const auto& [key, value] : list) {
    if (key == name) return &value;
  }
  return nullptr;
}

template <class M>
void set_in(config::NamedList<M>& list, const std::string& name, M value) {
  for (auto& [key, old] : list) {
    if (key != name) continue;
    old = value;
    return;
  }
  list.emplace_back(name, value);
}

// What a text asks for, before any number is settled.
class Request {
 public:
  Request(const PowerIntent& intent, const std::string& text) : intent_(intent), text_(text) {
    if (intent.operating_points.empty()) throw_configuration("power intent " + intent.name + " has no operating point");
    point_ = intent.operating_points.front();
    base_ = point_.name;
    if (trim(text).empty()) return;
    std::size_t begin = 0;
    while (begin <= text.size()) {
      const std::size_t end = std::min(text.find(',', begin), text.size());
      read(trim(text.substr(begin, end - begin)), begin == 0);
      begin = end + 1;
    }
    if (scaled_voltage_ && !scaled_frequency_) clock_free_ = true;
  }

  const NamedOperatingPoint& point() const { return point_; }
  const std::string& base() const { return base_; }
  // Without the frequency that the scaled clock forgets.
  NamedOperatingPoint counting() const {
    NamedOperatingPoint point = point_;
    const auto forgotten = [this](const auto& entry) { return clock_free_ && entry.first == intent_.scaled_clock; };
    auto& all = point.frequencies;
    all.erase(std::remove_if(all.begin(), all.end(), forgotten), all.end());
    return point;
  }
  // The scaled clock forgets its frequency when its voltage moves.
  bool runs_free(const ClockDomain& clock) const { return clock_free_ && clock.name == intent_.scaled_clock; }

 private:
  void read(const std::string& piece, bool first) {
    if (piece.empty()) refuse("expected a setting between commas such as 0.5V, got nothing");
    const auto equals = piece.find('=');
    if (equals != std::string::npos) {
      assign(trim(piece.substr(0, equals)), trim(piece.substr(equals + 1)));
      return;
    }
    if (first) {
      for (const NamedOperatingPoint& named : intent_.operating_points) {
        if (named.name != piece) continue;
        point_ = named;
        base_ = named.name;
        return;
      }
      point_.name.clear();
    }
    for (const NamedOperatingPoint& named : intent_.operating_points) {
      if (named.name == piece) refuse("\"" + piece + "\" is a whole operating point: it can only come first");
    }
    if (std::holds_alternative<Voltage>(parse_quantity<Voltage>(piece))) {
      if (intent_.scaled_domain.empty()) refuse("the power intent names no scaled_domain for a voltage without domain");
      assign(intent_.scaled_domain, piece);
    } else if (std::holds_alternative<Frequency>(parse_quantity<Frequency>(piece))) {
      if (intent_.scaled_clock.empty()) refuse("the power intent names no scaled_clock for a frequency without clock");
      assign(intent_.scaled_clock, piece);
    } else {
      std::vector<std::string> names;
      for (const NamedOperatingPoint& named : intent_.operating_points) names.push_back(named.name);
      refuse("\"" + piece + "\" is neither one of " + config::listed(names) +
             " nor a setting such as 0.5V or 0.5V,50MHz or DOMAIN=0.5V" + config::did_you_mean(piece, names));
    }
  }

  void assign(const std::string& name, const std::string& value) {
    point_.name.clear();
    if (!given_.insert(name).second) refuse(name + " is given twice");
    if (intent_.find_voltage_domain(name)) {
      set_in(point_.voltages, name, parse<Voltage>(name, value));
      scaled_voltage_ = scaled_voltage_ || name == intent_.scaled_domain;
    } else if (intent_.find_clock_domain(name)) {
      set_in(point_.frequencies, name, parse<Frequency>(name, value));
      scaled_frequency_ = scaled_frequency_ || name == intent_.scaled_clock;
    } else {
      std::vector<std::string> names;
      for (const VoltageDomain& domain : intent_.voltage_domains) names.push_back(domain.name);
      for (const ClockDomain& clock : intent_.clock_domains) names.push_back(clock.name);
      refuse("there is no voltage or clock domain \"" + name + "\"" + config::did_you_mean(name, names));
    }
  }

  template <class Q>
  Q parse(const std::string& name, const std::string& value) {
    const auto parsed = parse_quantity<Q>(value);
    if (const auto* error = std::get_if<TextError>(&parsed)) refuse(name + ": " + error->message);
    const Q read = std::get<Q>(parsed);
    constexpr Limits<Q> range = limits<Q>();
    if (!std::isfinite(read.si())) {
      refuse(name + ": expected " + with_article(unit_info<Q>().dimension) + " from " + subvolt::brief(range.lowest) +
             " to " + subvolt::brief(range.highest) + ", got \"" + value + "\"");
    }
    return read;
  }

  [[noreturn]] void refuse(const std::string& why) const {
    throw_configuration("operating point \"" + text_ + "\": " + why);
  }

  const PowerIntent& intent_;
  std::string text_;
  std::string base_;
  NamedOperatingPoint point_;
  std::set<std::string> given_;  // domains that the text itself names
  bool scaled_voltage_ = false, scaled_frequency_ = false, clock_free_ = false;
};

Voltage own_minimum(const VoltageDomain& domain, const PowerIntent& intent, const Technology& technology) {
  if (domain.minimum) return *domain.minimum;
  if (domain.process == Process::kExternal) return kLowestExternal;
  return voltages_of(devices_on(domain, intent, technology), false).lowest;
}

Voltage highest_of(const VoltageDomain& domain, const PowerIntent& intent, const Technology& technology) {
  if (domain.process == Process::kExternal) return domain.maximum.value_or(kHighestExternal);
  const Voltage works = voltages_of(devices_on(domain, intent, technology), false).highest;
  return std::min(domain.maximum.value_or(works), works);
}

Voltage settle_voltage(const VoltageDomain& domain, const PowerIntent& intent, const Technology& technology,
                       const config::NamedList<Voltage>& asked) {
  if (const Voltage* v = find_in(asked, domain.name)) return *v;
  if (domain.tracks.empty()) return domain.voltage;
  // Reading the intent made sure that the chain ends.
  const Voltage followed = settle_voltage(*intent.find_voltage_domain(domain.tracks), intent, technology, asked);
  return std::max(own_minimum(domain, intent, technology), followed);
}

// Where the intent says a value; nullptr: it does not.
const config::Node* written(const PowerIntent& intent, std::initializer_list<std::string_view> path) {
  const config::Node& node = config::node_at(intent.origin, path);
  const std::string& found = node.path();
  const std::string_view last = *(path.end() - 1);
  const bool is_it = found.size() > last.size() && found.compare(found.size() - last.size(), last.size(), last) == 0;
  return is_it ? &node : nullptr;
}

// "configs/power/x.yaml:12:9: power.clock_domains.soc_clk.frequency: " when the intent says it there, else "".
std::string place(const config::Node* node) { return node ? node->location().text() + ": " + node->path() + ": " : ""; }

// Where a rail's voltage is said: nullptr where that is the text of the operating point, or nowhere.
const config::Node* voltage_node(const VoltageDomain& domain, const PowerIntent& intent, const Technology& technology,
                                 const NamedOperatingPoint& asked) {
  if (find_in(asked.voltages, domain.name)) {
    return written(intent, {"operating_points", asked.name, "voltages", domain.name});
  }
  if (domain.tracks.empty()) return written(intent, {"voltage_domains", domain.name, "voltage"});
  const VoltageDomain& followed = *intent.find_voltage_domain(domain.tracks);
  if (settle_voltage(followed, intent, technology, asked.voltages) < own_minimum(domain, intent, technology)) {
    return written(intent, {"voltage_domains", domain.name, "minimum"});
  }
  return voltage_node(followed, intent, technology, asked);
}

// `said` is where the voltage stands, `point` the words for the operating point.
void check_voltage(const VoltageDomain& domain, Voltage v, const PowerIntent& intent, const Technology& technology,
                   const config::Node* said, const std::string& point) {
  Voltage lowest = own_minimum(domain, intent, technology);
  const Voltage highest = highest_of(domain, intent, technology);
  std::string limits = "expected " + brief(lowest) + " to " + brief(highest);
  if (domain.process != Process::kExternal) {
    const std::vector<const Device*> devices = devices_on(domain, intent, technology);
    // Whether what hangs on the rail has the code is known only with the components: bit_cell_faults().
    const bool says_lower = domain.process == Process::kSram && domain.minimum;
    const bool may_fail = domain.process == Process::kSram && intent.allow_bit_errors;
    if (may_fail && !domain.minimum) lowest = Voltage();
    lowest = std::max(lowest, may_fail ? holding_voltage(devices) : voltages_of(devices, says_lower).lowest);
    limits = technology.name + " allows " + brief(lowest) + " to " + brief(highest) + " for " + names_of(devices);
  }
  const std::string what = point + domain.name + ": " + brief(v);
  if (v < lowest || v > highest) throw_configuration(place(said) + what + " is out of range: " + limits);
  const Regulator& regulator = domain.regulator;
  const Voltage most = regulator.highest_output(regulator.input);
  if (!regulator.from.empty() || v <= most) return;
  // The one that was said last does not suit the other.
  const config::Node* input = written(intent, {"voltage_domains", domain.name, "regulator", "input"});
  const bool input_last = said && input && input->layer() > said->layer();
  const char* const of =
      regulator.kind == RegulatorKind::kLdo ? "the input of its ldo, " : "what its regulator gives, ";
  throw_configuration(place(input_last ? input : said) + what + " is above " + of + brief(most) + ": " +
                      (input_last ? "raise the input to " + brief(regulator.input * (v / most)) + " at least"
                                  : "lower the rail, or raise `input` of its regulator"));
}

// "VDD_NPU 0.5 V, VDD_SRAM 0.6 V, 25 C": under which conditions the clock is limited; devices are named that are not
// what every technology has.
std::string conditions(const ClockDomain& clock, const PowerIntent& intent, const Technology& technology,
                       const OperatingPoint& point) {
  std::string text;
  for (const std::string& name : clock.rails()) {
    text += (text.empty() ? "" : ", ") + name + " " + brief(point.voltage(name));
    const VoltageDomain& rail = *intent.find_voltage_domain(name);
    if (rail.process == Process::kExternal) continue;
    for (const Device* device : devices_on(rail, clock, intent, technology)) {
      if (!device->is_standard()) text += " at " + device->name;
    }
  }
  text += ", " + to_text(point.temperature);
  if (intent.corner != Corner::kTt) text += ", corner " + config::FieldType<Corner>::text(intent.corner);
  if (point.margin.droop > 0.0) text += ", droop " + shortest(100.0 * point.margin.droop) + " %";
  if (point.margin.ageing > Voltage()) text += ", aged by " + brief(point.margin.ageing);
  return text;
}

// Whether a clock can run at a frequency at these voltages.
bool can_run(const ClockDomain& clock, Frequency frequency, const PowerIntent& intent, const Technology& technology,
             const NamedOperatingPoint& asked, const std::vector<SramMacro>& macros) {
  Conditions conditions = conditions_of(intent, technology, asked);
  for (const VoltageDomain& domain : intent.voltage_domains) {
    const Voltage v = settle_voltage(domain, intent, technology, asked.voltages);
    if (domain.process != Process::kExternal && v > highest_of(domain, intent, technology)) return false;
    if (v > domain.maximum.value_or(v)) return false;
    if (domain.regulator.from.empty() && v > domain.regulator.highest_output(domain.regulator.input)) return false;
    conditions.voltages.emplace_back(domain.name, v);
  }
  if (exceeds(frequency, f_max(clock, intent, technology, conditions))) return false;
  const auto sram = sram_accesses(macros, intent, technology, conditions);
  const SramAccess* const memory = slowest_on(clock, true, sram);
  return !memory || !exceeds(frequency, memory->fastest);
}

// "--opp 'VDD_NPU=0.5V,npu_clk=150.687828MHz'": in quotes, for a comma may follow.
std::string as_option(const NamedOperatingPoint& point) {
  std::string text;
  for (const auto& [rail, voltage] : point.voltages) text += (text.empty() ? "" : ",") + rail + "=" + brief(voltage);
  for (const auto& [clock, hertz] : point.frequencies) text += (text.empty() ? "" : ",") + clock + "=" + brief(hertz);
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  return "--opp '" + text + "'";
}

// Of a clock above its limit: the limit, or the least voltage at which it can run, in steps of 1 mV: of one rail that
// limits it, or of all.
std::string slower_or_higher(const ClockDomain& clock, Frequency frequency, Frequency limit, const PowerIntent& intent,
                             const Technology& technology, const OperatingPoint& point,
                             const std::vector<SramMacro>& macros) {
  NamedOperatingPoint slower = point.asked;
  set_in(slower.frequencies, clock.name, Frequency::from_si(std::floor(limit.si())));
  std::string text = limit.si() >= 1.0 ? ": " + as_option(slower) + ", or " : ": ";
  const std::vector<std::string> all = clock.rails();
  std::vector<std::vector<std::string>> choices;
  for (const std::string& rail : all) choices.push_back({rail});
  choices.push_back(all);
  for (const std::vector<std::string>& rails : choices) {
    const auto at = [&](int millivolts) {
      NamedOperatingPoint higher = point.asked;
      for (const std::string& rail : rails) set_in(higher.voltages, rail, Voltage::from_si(millivolts * 1e-3));
      set_in(higher.frequencies, clock.name, frequency);
      return higher;
    };
    const auto works = [&](int millivolts) {
      return can_run(clock, frequency, intent, technology, at(millivolts), macros);
    };
    Voltage least = point.voltage(rails.front()), most = kHighestExternal;
    for (const std::string& rail : rails) {
      const VoltageDomain& domain = *intent.find_voltage_domain(rail);
      least = std::min(least, point.voltage(rail));
      most = std::min(most, highest_of(domain, intent, technology));
    }
    int low = static_cast<int>(std::floor(least.si() * 1e3));
    int high = static_cast<int>(std::floor(most.si() * 1e3 + 1e-6));
    if (high <= low || !works(high)) continue;
    while (high - low > 1) (works((low + high) / 2) ? high : low) = (low + high) / 2;
    return text + "with " + config::listed(rails) + " from " + brief(Voltage::from_si(high * 1e-3)) + " on, " +
           as_option(at(high));
  }
  if (limit.si() >= 1.0) text.replace(text.size() - 5, 5, "; ");
  return text + "no voltage of " + config::listed(all) + " is enough for more";
}

Frequency settle_frequency(const ClockDomain& clock, const PowerIntent& intent, const Technology& technology,
                           const Request& request, const OperatingPoint& point, const std::string& where,
                           const std::vector<SramMacro>& macros) {
  Frequency limit = f_max(clock, intent, technology, point);
  std::optional<Frequency> wanted;
  if (const Frequency* asked = find_in(request.point().frequencies, clock.name)) wanted = *asked;
  if (!wanted) wanted = clock.frequency;
  if (request.runs_free(clock) && std::isfinite(limit.si())) wanted.reset();
  const SramAccess* const memory = slowest_on(clock, wanted.has_value(), point.sram);
  const bool by_memory = memory && memory->fastest < limit;
  if (by_memory) limit = memory->fastest;
  const std::string what = where + clock.name + ": ";
  if (wanted && !(wanted->si() >= 1.0)) throw_configuration(what + "expected at least 1 Hz, got " + brief(*wanted));
  const Frequency frequency = Frequency::from_si(wanted ? std::round(wanted->si()) : std::floor(limit.si()));
  if (exceeds(frequency, limit)) {
    const std::string above =
        brief(frequency) + " is above f_max = " + brief(Frequency::from_si(std::floor(limit.si())));
    const std::string ways = slower_or_higher(clock, frequency, limit, intent, technology, point, macros);
    if (!by_memory)
      throw_configuration(what + above + " (" + conditions(clock, intent, technology, point) + ")" + ways);
    throw_configuration(what + above + ": " + describe(*memory, point.slowest(memory->rail, nullptr)) + ways + "; or " +
                        remedy(*memory, frequency));
  }
  if (!(frequency.si() >= 1.0)) throw_configuration(what + "expected at least 1 Hz, got " + brief(frequency));
  if (frequency.si() > 1e12) throw_configuration(what + "expected at most 1 THz, got " + brief(frequency));
  return frequency;
}

Conditions settle_conditions(const PowerIntent& intent, const Technology& technology, const NamedOperatingPoint& asked,
                             const std::string& where) {
  Conditions conditions = conditions_of(intent, technology, asked);
  for (const VoltageDomain& domain : intent.voltage_domains) {
    const Voltage v = settle_voltage(domain, intent, technology, asked.voltages);
    check_voltage(domain, v, intent, technology, voltage_node(domain, intent, technology, asked), where);
    conditions.voltages.emplace_back(domain.name, v);
  }
  check_feeding(intent, conditions, where);
  return conditions;
}

}  // namespace

Frequency OperatingPoint::frequency(const std::string& clock) const {
  if (const Frequency* f = find_in(frequencies, clock)) return *f;
  throw Error(ErrorKind::kInternal, "operating point " + name + " has no clock domain " + clock);
}

Conditions resolve_conditions(const PowerIntent& intent, const Technology& technology, const std::string& text) {
  check_domain_devices(intent, technology);
  const Request request(intent, text);
  return settle_conditions(intent, technology, request.point(), "operating point \"" + trim(text) + "\": ");
}

OperatingPoint resolve_operating_point(const PowerIntent& intent, const Technology& technology, const std::string& text,
                                       const std::vector<SramMacro>& macros) {
  check_domain_devices(intent, technology);
  const Request request(intent, text);
  OperatingPoint point;
  point.name = request.point().name.empty() ? trim(text) : request.point().name;
  point.base = request.base();
  point.asked = request.counting();
  const std::string where = "operating point \"" + point.name + "\": ";
  const NamedOperatingPoint& asked = request.point();
  static_cast<Conditions&>(point) = settle_conditions(intent, technology, asked, where);
  point.sram = sram_accesses(macros, intent, technology, point);
  for (const ClockDomain& clock : intent.clock_domains) {
    const std::string at = find_in(asked.frequencies, clock.name)
                               ? place(written(intent, {"operating_points", asked.name, "frequencies", clock.name}))
                               : place(written(intent, {"clock_domains", clock.name, "frequency"}));
    point.frequencies.emplace_back(clock.name,
                                   settle_frequency(clock, intent, technology, request, point, at + where, macros));
    point.clock_places.emplace_back(clock.name, at + where + clock.name + ": ");
  }
  settle_cycles(point);
  return point;
}

}  // namespace subvolt::power
