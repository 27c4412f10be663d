#include "sim/power/price/current_prices.h"

#include <algorithm>

#include "sim/power/wording.h"
#include "sim/units/picoseconds.h"

namespace subvolt::power {
namespace {

constexpr const char* kInterface = "vddq";

enum class Rails { kAll, kCore, kInterface };

// (current - above) V duration of some rails.
struct CommandPrice {
  const char* key;
  const char* current;
  const char* above;
  const char* duration;
  Rails rails;
};
constexpr CommandPrice kCommands[] = {{"dram.activate", "IDD0", "IDD3N", "tRAS_ps", Rails::kAll},
                                      {"dram.precharge", "IDD0", "IDD2N", "tRP_ps", Rails::kAll},
                                      {"dram.read", "IDD4R", "IDD3N", "burst_ps", Rails::kCore},
                                      {"dram.write", "IDD4W", "IDD3N", "burst_ps", Rails::kCore},
                                      {"dram.io_read", "IDD4R", "IDD3N", "burst_ps", Rails::kInterface},
                                      {"dram.io_write", "IDD4W", "IDD3N", "burst_ps", Rails::kInterface},
                                      {"dram.refresh", "IDD5", "IDD3N", "tRFC_ps", Rails::kAll}};

struct StatePrice {
  const char* key;
  const char* current;
  const char* stopped;  // the same with the clock stopped; nullptr: the clock does not matter
};
constexpr StatePrice kStates[] = {{"dram.active_standby", "IDD3N", "IDD3NS"},
                                  {"dram.precharge_standby", "IDD2N", "IDD2NS"},
                                  {"dram.active_power_down", "IDD3P", nullptr},
                                  {"dram.precharge_power_down", "IDD2P", nullptr},
                                  {"dram.deep_power_down", "IDD8", nullptr}};

constexpr const char* kSelfRefresh = "dram.self_refresh";
constexpr const char* kRefreshBank = "dram.refresh_bank";
constexpr const char* kTermination = "dram.termination";

template <class Row, std::size_t N>
const Row* find_row(const Row (&rows)[N], const std::string& key) {
  for (const Row& row : rows) {
    if (row.key == key) return &row;
  }
  return nullptr;
}

const double* attribute(const EventDeclaration& event, const std::string& name) {
  for (const auto& [key, value] : event.attributes) {
    if (key == name) return &value;
  }
  return nullptr;
}
Time duration(const EventDeclaration& event, const char* name) {
  return Time::from_si(*attribute(event, name) * kPicosecond.si());
}
// "tRAS_ps" -> "tRAS"
std::string symbol(const std::string& name) { return name.substr(0, name.rfind("_ps")); }

double fraction_of(const EventDeclaration& event) {
  const double* fraction = attribute(event, "pasr_fraction");
  return fraction ? *fraction : 1.0;
}

bool takes_part(const std::string& rail, Rails rails) {
  return rails == Rails::kAll || (rail == kInterface) == (rails == Rails::kInterface);
}

// What a key needs: currents of rails, attributes of the event.
struct Needs {
  std::vector<std::string> currents;
  std::vector<std::string> attributes;
  Rails rails = Rails::kAll;
};
Needs needs_of(const std::string& key) {
  if (const CommandPrice* c = find_row(kCommands, key)) return {{c->current, c->above}, {c->duration}, c->rails};
  if (const StatePrice* s = find_row(kStates, key)) return {{s->current}, {}, Rails::kAll};
  if (key == kRefreshBank) return {{"IDD5PB", "IDD2N", "IDD3N"}, {"tRFC_ps"}, Rails::kAll};
  if (key == kTermination) return {{}, {"drive_ohm", "termination_ohm", "pins", "burst_ps"}, Rails::kAll};
  return {{"IDD6"}, {}, Rails::kAll};
}

class Calculator {
 public:
  Calculator(const EventDeclaration& event, const DatasheetCurrents& currents, Temperature temperature)
      : event_(event), sheet_(currents), temperature_(temperature) {}

  std::vector<UnitEnergy> run() {
    const std::string& key = event_.price;
    if (key == kTermination) {
      terminate();
      return std::move(units_);
    }
    for (const auto& [name, rail] : sheet_.rails) {
      if (const CommandPrice* c = find_row(kCommands, key)) {
        if (takes_part(name, c->rails)) command(name, rail, *c);
      } else if (const StatePrice* s = find_row(kStates, key)) {
        standby(name, rail, *s);
      } else if (key == kRefreshBank) {
        refresh_bank(name, rail);
      } else {
        self_refresh(name, rail);
      }
    }
    keep_what_counts();
    return std::move(units_);
  }

 private:
  static Current current(const CurrentRail& rail, const std::string& name) {
    const Current* given = rail.find(name);
    return given ? *given : Current();  // only where the rail says that it counts as zero
  }
  // What the currents of these names rest on.
  struct Basis {
    std::string source;
    config::Quality quality = config::Quality::kEstimated;
  };
  Basis basis_of(const CurrentRail& rail, std::initializer_list<const char*> names) const {
    const bool complete = std::all_of(names.begin(), names.end(), [&](const char* n) { return rail.find(n); });
    std::vector<std::string> restated;
    for (const char* name : names) {
      const std::string origin = rail.origin_of(name);
      if (!origin.empty() && std::find(restated.begin(), restated.end(), origin) == restated.end()) {
        restated.push_back(origin);
      }
    }
    Basis basis{"", restated.empty() ? sheet_.quality : config::Quality::kEstimated};
    for (const std::string& origin : restated) basis.source += origin + "; ";
    basis.source += (restated.empty() ? "" : "the rest: ") + sheet_.source;
    if (!complete) basis.source += "; " + rail.absent_is_zero;
    return basis;
  }
  double devices() const { return static_cast<double>(sheet_.devices); }
  std::string times_devices() const {
    return sheet_.devices == 1 ? "" : " x " + std::to_string(sheet_.devices) + " devices";
  }

  void command(const std::string& name, const CurrentRail& rail, const CommandPrice& c) {
    const Current top = current(rail, c.current), base = current(rail, c.above);
    const Time time = duration(event_, c.duration);
    const std::string formula = "(" + std::string(c.current) + " - " + c.above + ") x V x " + symbol(c.duration) +
                                " = (" + brief(top) + " - " + brief(base) + ") x " + brief(rail.voltage) + " x " +
                                brief(time);
    add(name, rail, (top - base) * rail.voltage * time, formula, basis_of(rail, {c.current, c.above}));
  }

  void refresh_bank(const std::string& name, const CurrentRail& rail) {
    const Current average = current(rail, "IDD5PB"), closed = current(rail, "IDD2N"), open = current(rail, "IDD3N");
    const Time interval = *sheet_.refresh_bank_interval, busy = duration(event_, "tRFC_ps");
    const std::string v = brief(rail.voltage);
    add(name, rail, (average - closed) * rail.voltage * interval - (open - closed) * rail.voltage * busy,
        "(IDD5PB - IDD2N) x V x tREFIpb - (IDD3N - IDD2N) x V x tRFCpb = (" + brief(average) + " - " + brief(closed) +
            ") x " + v + " x " + brief(interval) + " - (" + brief(open) + " - " + brief(closed) + ") x " + v + " x " +
            brief(busy),
        basis_of(rail, {"IDD5PB", "IDD2N", "IDD3N"}));
  }

  void state(const std::string& name, const CurrentRail& rail, const std::string& symbol, Current current,
             const std::string& factor, const std::string& source, config::Quality quality) {
    const bool given = rail.find(symbol) || rail.absent_is_zero.empty();
    const std::string origin = rail.origin_of(symbol.substr(0, symbol.find(' ')));
    units_.push_back(
        {name, PriceRail::kSupply, devices() * current * rail.voltage * kPicosecond, rail.voltage,
         symbol + " x V = " + factor + brief(current) + " x " + brief(rail.voltage) + times_devices() + " x 1 ps",
         (origin.empty() ? "" : origin + "; the rest: ") + (given ? source : source + "; " + rail.absent_is_zero),
         origin.empty() ? quality : config::Quality::kEstimated, true});
  }

  // On a clock slower than the sheet's, what the clock draws shrinks with it: IDDxNS + (IDDxN - IDDxNS) f / f_max.
  void standby(const std::string& name, const CurrentRail& rail, const StatePrice& s) {
    const Current full = current(rail, s.current);
    const double* ratio = attribute(event_, "clock_ratio");
    if (!s.stopped || !ratio || *ratio == 1.0) {
      return state(name, rail, s.current, full, "", sheet_.source, sheet_.quality);
    }
    const Current* stopped = rail.find(s.stopped);
    if (!stopped) {
      return state(name, rail, s.current, full, "",
                   sheet_.source + "; estimate: taken at the sheet's clock, for it does not give " + s.stopped,
                   config::Quality::kEstimated);
    }
    const std::string text =
        "(" + brief(*stopped) + " + (" + brief(full) + " - " + brief(*stopped) + ") x " + shortest(*ratio) + ") = ";
    state(name, rail, s.current, *stopped + *ratio * (full - *stopped), text,
          sheet_.source + "; estimate: the part that stops with the clock is proportional to it",
          config::Quality::kEstimated);
  }

  void self_refresh(const std::string& name, const CurrentRail& rail) {
    const double fraction = fraction_of(event_);
    const SelfRefreshPoint* point = sheet_.self_refresh ? sheet_.self_refresh->find(fraction, temperature_) : nullptr;
    const Current full = current(rail, "IDD6");
    if (!point || (point->factor && *point->factor == 1.0)) {
      return state(name, rail, "IDD6", full, "", sheet_.source, sheet_.quality);
    }
    const std::string where = " (" + shortest(fraction) + " of the array, up to " + to_text(point->up_to) + ")";
    const std::string source = sheet_.source + "; " + sheet_.self_refresh->source;
    const config::Quality quality = worse(sheet_.quality, sheet_.self_refresh->quality);
    if (point->factor) {
      const std::string text = shortest(*point->factor) + where + " x " + brief(full) + " = ";
      return state(name, rail, "IDD6", *point->factor * full, text, source, quality);
    }
    for (const auto& [other, given] : point->rails) {
      if (other == name) return state(name, rail, "IDD6" + where, given, "", source, quality);
    }
    state(name, rail, "IDD6", full, "", sheet_.source, sheet_.quality);
  }

  void terminate() {
    const Termination& how = *sheet_.termination;
    const CurrentRail& rail = *sheet_.find(how.rail);
    const double drive = *attribute(event_, "drive_ohm"), load = *attribute(event_, "termination_ohm");
    const double pins = *attribute(event_, "pins");
    const Time burst = duration(event_, "burst_ps");
    const bool always = how.signalling == Signalling::kSstl;
    // Siemens: of P = conductance x V^2, per pin.
    const auto per_pin = always ? 0.25 * (drive + 2.0 * load) / (load * (drive + load)) : 0.5 / (drive + load);
    const auto conductance = per_pin * (Current::from_si(1.0) / Voltage::from_si(1.0));
    const std::string r = shortest(drive) + " ohm", t = shortest(load) + " ohm", v = brief(rail.voltage);
    const std::string formula =
        (always ? "V^2 / 4 x (R + 2 T) / (T (R + T)) x pins x burst = (" + v + ")^2 / 4 x (" + r + " + 2 x " + t +
                      ") / (" + t + " x (" + r + " + " + t + "))"
                : "0.5 x V^2 / (R + T) x pins x burst = 0.5 x (" + v + ")^2 / (" + r + " + " + t + ")") +
        " x " + shortest(pins) + " x " + brief(burst);
    units_.push_back(
        {how.rail, PriceRail::kSupply, pins * conductance * rail.voltage * rail.voltage * burst, rail.voltage, formula,
         how.source +
             "; estimate: " + (always ? std::string("ideal drivers") : std::string("half of the bits draw current")),
         config::Quality::kEstimated, false});
  }

  void add(const std::string& name, const CurrentRail& rail, Energy energy, std::string formula, const Basis& basis) {
    formula += times_devices();
    if (energy < Energy()) {
      energy = Energy();
      below_zero_.push_back(units_.size());
      formula += ", below zero by the rounding of the data sheet's currents: counted as 0";
    }
    units_.push_back(
        {name, PriceRail::kSupply, devices() * energy, rail.voltage, formula, basis.source, basis.quality, false});
  }

  void keep_what_counts() {
    if (units_.empty()) {  // interface events without an interface rail
      const auto& [name, rail] = sheet_.rails.front();
      units_.push_back({name, PriceRail::kSupply, Energy(), rail.voltage,
                        "0 pJ: the sheet has no rail vddq; terminated pins are priced by dram.termination",
                        sheet_.source, sheet_.quality, false});
      return;
    }
    std::vector<UnitEnergy> counting;
    for (std::size_t u = 0; u < units_.size(); ++u) {
      const bool told = std::find(below_zero_.begin(), below_zero_.end(), u) != below_zero_.end();
      if (told || !(units_[u].energy == Energy())) counting.push_back(units_[u]);
    }
    if (counting.empty()) counting.push_back(units_.front());
    units_ = std::move(counting);
  }

  const EventDeclaration& event_;
  const DatasheetCurrents& sheet_;
  Temperature temperature_;
  std::vector<UnitEnergy> units_;
  std::vector<std::size_t> below_zero_;  // of these: counted as 0, and told nevertheless
};

}  // namespace

Picoseconds lasts(const EventDeclaration& event) {
  constexpr double kLongest_ps = 1e9;  // a millisecond: refreshes of today's devices take less than a microsecond
  const CommandPrice* command = find_row(kCommands, event.price);
  const char* name = command                       ? command->duration
                     : event.price == kRefreshBank ? "tRFC_ps"
                     : event.price == kTermination ? "burst_ps"
                                                   : nullptr;
  const double* ps = name ? attribute(event, name) : nullptr;
  return Picoseconds(ps && *ps > 0.0 ? static_cast<std::int64_t>(std::min(*ps, kLongest_ps)) : 0);
}

bool priced_by_currents(const std::string& key) {
  const auto keys = keys_priced_by_currents();
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::vector<std::string> keys_priced_by_currents() {
  std::vector<std::string> keys;
  for (const CommandPrice& c : kCommands) keys.emplace_back(c.key);
  for (const StatePrice& s : kStates) keys.emplace_back(s.key);
  keys.insert(keys.end(), {kSelfRefresh, kRefreshBank, kTermination});
  return keys;
}

std::string missing_current(const EventDeclaration& event, const DatasheetCurrents& currents, const std::string& file,
                            Temperature temperature) {
  const std::string not_given = ", which " + file + " does not give";
  const Needs needs = needs_of(event.price);
  for (const auto& [name, rail] : currents.rails) {
    if (!takes_part(name, needs.rails) || !rail.absent_is_zero.empty()) continue;
    for (const std::string& current : needs.currents) {
      if (!rail.find(current)) return current + " of rail " + name + not_given;
    }
  }
  for (const std::string& name : needs.attributes) {
    const double* value = attribute(event, name);
    if (!value || !(*value > 0.0)) {
      return "price " + event.price + ", which for the currents of " + file + " depends on " + name +
             ", and does not tell it";
    }
  }
  if (event.price == kTermination && !currents.termination) return "the signalling of terminated pins" + not_given;
  if (event.price != kSelfRefresh) return "";
  const double fraction = fraction_of(event);
  const std::string part = "IDD6 for " + shortest(fraction) + " of the array";
  if (!currents.self_refresh) return fraction == 1.0 ? "" : part + not_given;
  if (!currents.self_refresh->has(fraction)) return part + not_given;
  if (currents.self_refresh->find(fraction, temperature)) return "";
  return part + " at " + to_text(temperature) + not_given;
}

std::vector<UnitEnergy> unit_energies_from_currents(const EventDeclaration& event, const DatasheetCurrents& currents,
                                                    Temperature temperature) {
  return Calculator(event, currents, temperature).run();
}

}  // namespace subvolt::power
