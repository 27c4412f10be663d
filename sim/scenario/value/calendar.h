// Times of day and where in the week a scenario begins: "08:00", "2026-03-01T08:00".
#pragma once

#include "sim/config/schema.h"
#include "sim/scenario/value/clock.h"

namespace subvolt::scenario {

struct TimeOfDay {
  Nanoseconds since_midnight = 0;  // "24:00" is the end of the day
};

// When a scenario begins. Without a date it is a Monday (ISO 8601 begins the week so).
struct Begin {
  Nanoseconds in_week = 0;  // since Monday, 00:00
};

// Days of the week by name, as a set: "mon" ... "sun".
enum class Weekday { kMonday, kTuesday, kWednesday, kThursday, kFriday, kSaturday, kSunday };

}  // namespace subvolt::scenario

namespace subvolt::config {
template <>
struct EnumNames<scenario::Weekday> {
  static const std::vector<std::pair<scenario::Weekday, std::string>>& names();
};
template <>
struct FieldType<scenario::TimeOfDay> {
  static bool read(const Node& node, scenario::TimeOfDay& value, Diagnostics& d);
  static TypeDoc doc() { return {TypeDoc::Form::kText, {}, {}, {}, nullptr}; }
  static std::string text(const scenario::TimeOfDay& value);
};
template <>
struct FieldType<scenario::Begin> {
  static bool read(const Node& node, scenario::Begin& value, Diagnostics& d);
  static TypeDoc doc() { return {TypeDoc::Form::kText, {}, {}, {}, nullptr}; }
  static std::string text(const scenario::Begin&) { return "00:00"; }
};
}  // namespace subvolt::config
