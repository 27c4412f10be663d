#include "sim/scenario/value/calendar.h"

#include <charconv>
#include <optional>
#include <string_view>

namespace subvolt::scenario {
namespace {

std::optional<int> number(std::string_view digits) {
  int value = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool good = code == std::errc() && end == digits.data() + digits.size() && !digits.empty() && digits[0] != '-';
  return good ? std::optional<int>(value) : std::nullopt;
}

// "08:00" or "08:00:30"
std::optional<Nanoseconds> clock_time(std::string_view text) {
  if (text.size() != 5 && text.size() != 8) return std::nullopt;
  if (text[2] != ':' || (text.size() == 8 && text[5] != ':')) return std::nullopt;
  const auto h = number(text.substr(0, 2)), m = number(text.substr(3, 2));
  const auto s = text.size() == 8 ? number(text.substr(6, 2)) : std::optional<int>(0);
  if (!h || !m || !s || *h > 24 || *m > 59 || *s > 59 || (*h == 24 && (*m != 0 || *s != 0))) return std::nullopt;
  return (static_cast<Nanoseconds>(*h) * 3600 + *m * 60 + *s) * kSecond;
}

// Days since 1970-01-01, a Thursday (H. Hinnant, "chrono-compatible low-level date algorithms", days_from_civil).
std::optional<std::int64_t> day_number(std::string_view date) {
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
  const auto year = number(date.substr(0, 4)), month = number(date.substr(5, 2)), day = number(date.substr(8, 2));
  if (!year || !month || !day || *month < 1 || *month > 12 || *day < 1) return std::nullopt;
  const bool leap = (*year % 4 == 0 && *year % 100 != 0) || *year % 400 == 0;
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (*day > kDays[*month - 1] + (*month == 2 && leap ? 1 : 0)) return std::nullopt;
  const std::int64_t y = *year - (*month <= 2 ? 1 : 0);
  const std::int64_t era = y / 400;
  const std::int64_t of_era = y - era * 400;
  const std::int64_t of_year = (153 * (*month + (*month > 2 ? -3 : 9)) + 2) / 5 + *day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

}  // namespace
}  // namespace subvolt::scenario

namespace subvolt::config {

const std::vector<std::pair<scenario::Weekday, std::string>>& EnumNames<scenario::Weekday>::names() {
  using scenario::Weekday;
  static const std::vector<std::pair<Weekday, std::string>> all{
      {Weekday::kMonday, "mon"}, {Weekday::kTuesday, "tue"},  {Weekday::kWednesday, "wed"}, {Weekday::kThursday, "thu"},
      {Weekday::kFriday, "fri"}, {Weekday::kSaturday, "sat"}, {Weekday::kSunday, "sun"}};
  return all;
}

bool FieldType<scenario::TimeOfDay>::read(const Node& node, scenario::TimeOfDay& value, Diagnostics& d) {
  const auto time = node.is_scalar() ? scenario::clock_time(node.value()) : std::nullopt;
  if (time) {
    value.since_midnight = *time;
  } else {
    d.error(node, "expected a time of day such as \"08:00\", in quotes, got " + node.describe());
  }
  return time.has_value();
}

std::string FieldType<scenario::TimeOfDay>::text(const scenario::TimeOfDay& value) {
  const auto minutes = value.since_midnight / scenario::kSecond / 60;
  const std::string h = std::to_string(minutes / 60), m = std::to_string(minutes % 60);
  return (h.size() < 2 ? "0" : "") + h + ":" + (m.size() < 2 ? "0" : "") + m;
}

bool FieldType<scenario::Begin>::read(const Node& node, scenario::Begin& value, Diagnostics& d) {
  const std::string_view text = node.is_scalar() ? std::string_view(node.value()) : std::string_view();
  const bool dated = text.size() > 10 && (text[10] == 'T' || text[10] == ' ');
  const auto day = dated ? scenario::day_number(text.substr(0, 10)) : std::optional<std::int64_t>(4);
  const auto time = scenario::clock_time(dated ? text.substr(11) : text);
  if (!day || !time) {
    d.error(node, "expected a begin such as 2026-03-01T08:00 or \"08:00\", got " + node.describe());
    return false;
  }
  // Day 0 was a Thursday, three days after a Monday.
  value.in_week = ((*day + 3) % 7) * scenario::kDay + *time;
  return true;
}

}  // namespace subvolt::config
