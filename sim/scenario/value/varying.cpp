#include "sim/scenario/value/varying.h"

#include <algorithm>
#include <map>

#include "sim/scenario/value/csv.h"

namespace subvolt::scenario {
namespace {
constexpr std::size_t kMostSteps = 1'000'000;  // held in memory: 16 MB
}  // namespace

bool read_series(const config::Node& file, std::vector<Profile::Step>& steps, config::Diagnostics&) {
  Csv csv(beside(file.value(), file.location()), {"time_s", "value"}, file.location());
  const int time = csv.column("time_s"), value = csv.column("value");
  steps.clear();
  while (csv.next()) {
    const double t = csv.number(time);
    if (t < 0.0 || t > kLongest.si()) csv.refuse("expected a time from 0 s to 200 years");
    const Nanoseconds at = nanoseconds(Time::from_si(t));
    if (!steps.empty() && at <= steps.back().first) csv.refuse("expected times that rise");
    if (steps.size() >= kMostSteps) csv.refuse("more than 1,000,000 rows");
    if (steps.empty() && at > 0) steps.emplace_back(0, csv.number(value));
    steps.emplace_back(at, csv.number(value));
  }
  if (steps.empty()) csv.refuse("expected rows behind the headings, got none");
  return true;
}

std::vector<std::pair<Nanoseconds, Nanoseconds>> spans_of(TimeOfDay from, TimeOfDay to,
                                                          const std::vector<Weekday>& days) {
  const Nanoseconds begin = from.since_midnight;
  const Nanoseconds end = to.since_midnight + (to.since_midnight > begin ? 0 : kDay);
  std::vector<std::pair<Nanoseconds, Nanoseconds>> spans;
  for (int day = 0; day < 7; ++day) {
    if (!days.empty() && std::find(days.begin(), days.end(), static_cast<Weekday>(day)) == days.end()) continue;
    const Nanoseconds midnight = day * kDay;
    if (midnight + end <= kWeek) {
      spans.emplace_back(midnight + begin, midnight + end);
    } else {  // Sunday's goes on on Monday
      spans.emplace_back(midnight + begin, kWeek);
      spans.emplace_back(0, midnight + end - kWeek);
    }
  }
  return spans;
}

std::vector<Profile::Step> week_of(const std::vector<std::pair<std::pair<Nanoseconds, Nanoseconds>, double>>& spans,
                                   double otherwise) {
  std::map<Nanoseconds, double> steps{{0, otherwise}};
  const auto cut = [&steps](Nanoseconds at) {
    if (at < kWeek) steps.emplace(at, std::prev(steps.upper_bound(at))->second);
  };
  for (const auto& [span, value] : spans) {
    if (span.first >= span.second) continue;
    cut(span.first);
    cut(span.second);
    for (auto at = steps.find(span.first); at != steps.end() && at->first < span.second; ++at) at->second = value;
  }
  return {steps.begin(), steps.end()};
}

}  // namespace subvolt::scenario
