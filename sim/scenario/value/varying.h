// A quantity that may change with time, as documents give it:
//
//   rate: 30 /h
//   rate: {schedule: [{from: "08:00", to: "20:00", value: 6 /h}, {from: "20:00", to: "08:00", value: 0.5 /h}]}
//   power: {csv: light.csv}      columns time_s and value, in the SI unit
//
// Outside of all windows of a schedule it is `otherwise`, 0 by default. A window whose `to` is not after its `from`
// goes over midnight; `days` are those on which it begins. Of windows that overlap, the later one in the list counts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/scenario/value/calendar.h"
#include "sim/scenario/value/profile.h"

namespace subvolt::scenario {

template <class Q>
double in_si(const Q& value) {
  return value.si();
}
inline double in_si(const Temperature& value) { return value.kelvin(); }

template <class Q>
struct Window {
  TimeOfDay from, to;
  std::vector<Weekday> days;  // empty: all
  Q value{};
  static const config::Schema<Window>& schema();
};

template <class Q>
struct Changing {
  std::vector<Window<Q>> schedule;
  Q otherwise{};
  std::string csv;
  std::optional<Time> repeat;         // of the series
  std::vector<Profile::Step> series;  // that was read
  static const config::Schema<Changing>& schema();
};

template <class Q>
struct Varying {
  Q constant{};
  std::optional<Changing<Q>> changing;
  bool given = false;  // whether a document has it
  // In SI units, of a scenario that begins so.
  Profile profile(const Begin& begin) const;
};

// Reads the steps of a series; false with errors reported.
bool read_series(const config::Node& file, std::vector<Profile::Step>& steps, config::Diagnostics& diagnostics);
// Of a window for each day on which it begins: [from, to) in the week.
std::vector<std::pair<Nanoseconds, Nanoseconds>> spans_of(TimeOfDay from, TimeOfDay to,
                                                          const std::vector<Weekday>& days);
// Later spans over earlier ones, over `otherwise`.
std::vector<Profile::Step> week_of(const std::vector<std::pair<std::pair<Nanoseconds, Nanoseconds>, double>>& spans,
                                   double otherwise);

template <class Q>
const config::Schema<Window<Q>>& Window<Q>::schema() {
  static const auto s =
      config::Schema<Window<Q>>("window_of_" + std::string(unit_info<Q>().dimension), "A part of the day.")
          .required("from", &Window<Q>::from, "When it begins, such as \"08:00\".")
          .required("to", &Window<Q>::to, "When it ends; not after `from`: on the next day.")
          .optional("days", &Window<Q>::days, "On which it begins; all when absent.")
          .required("value", &Window<Q>::value, "In it.");
  return s;
}

template <class Q>
const config::Schema<Changing<Q>>& Changing<Q>::schema() {
  static const auto s =
      config::Schema<Changing<Q>>("changing_" + std::string(unit_info<Q>().dimension),
                                  "By time of day, or as a file has it.")
          .optional("schedule", &Changing<Q>::schedule, "By time of day; of windows that overlap the later one counts.")
          .optional("otherwise", &Changing<Q>::otherwise, "Outside of all windows.")
          .optional("csv", &Changing<Q>::csv,
                    "A file with columns time_s and value, in the SI unit; each value holds until the next one.")
          .optional("repeat", &Changing<Q>::repeat, "After which the file begins anew; never when absent.",
                    config::between(Time::from_si(1e-3), kLongest))
          .check([](const Changing<Q>& c, const config::Node& node, config::Diagnostics& d) {
            if (c.schedule.empty() == c.csv.empty()) {
              d.error(node, "expected `schedule` or `csv`, got " + std::string(c.csv.empty() ? "none" : "both"));
            }
            if (c.repeat && c.csv.empty()) d.error(*node.find("repeat"), "`repeat` is that of a `csv`: remove it");
          })
          .settle([](Changing<Q>& c, const config::Node& node) {
            if (c.csv.empty()) return;
            config::Diagnostics d;
            read_series(*node.find("csv"), c.series, d);
            d.throw_if_any();
          });
  return s;
}

template <class Q>
Profile Varying<Q>::profile(const Begin& begin) const {
  if (!changing) return Profile(in_si(constant));
  if (!changing->series.empty()) {
    return Profile::series(changing->series, changing->repeat ? nanoseconds(*changing->repeat) : 0);
  }
  std::vector<std::pair<std::pair<Nanoseconds, Nanoseconds>, double>> spans;
  for (const Window<Q>& window : changing->schedule) {
    for (const auto& span : spans_of(window.from, window.to, window.days))
      spans.emplace_back(span, in_si(window.value));
  }
  return Profile::weekly(week_of(spans, in_si(changing->otherwise)), begin.in_week);
}

}  // namespace subvolt::scenario

namespace subvolt::config {
template <class Q>
struct FieldType<scenario::Varying<Q>> {
  static bool read(const Node& node, scenario::Varying<Q>& value, Diagnostics& d) {
    value.given = true;
    if (!node.is_map()) return FieldType<Q>::read(node, value.constant, d);
    return FieldType<std::optional<scenario::Changing<Q>>>::read(node, value.changing, d);
  }
  static TypeDoc doc() {
    return {TypeDoc::Form::kEither, {}, {}, {FieldType<Q>::doc(), FieldType<scenario::Changing<Q>>::doc()}, nullptr};
  }
  static std::string text(const scenario::Varying<Q>& value) {
    return value.given ? FieldType<Q>::text(value.constant) : "none";
  }
};
}  // namespace subvolt::config
