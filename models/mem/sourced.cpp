#include "models/mem/sourced.h"

#include <algorithm>
#include <cmath>

namespace subvolt::mem {
namespace {

// A chip erase of a large flash takes some minutes; protocol delays are some clocks.
constexpr Time kLongestDelay = Time::from_si(1e3);
constexpr Cycles kMostClocks = Cycles(1'000'000);
// Banks, pins, transfers of one device.
constexpr std::int64_t kMostItems = 65536;

config::Range<std::int64_t> range_of(std::int64_t) { return config::between<std::int64_t>(1, kMostItems); }
config::Range<Bytes> range_of(Bytes) { return config::between(Bytes(1), Bytes(std::int64_t{1} << 40)); }
config::Range<Frequency> range_of(Frequency) {
  return config::between(Frequency::from_si(1.0), Frequency::from_si(1e12));
}
config::Range<Time> range_of(Time) { return config::between(Time::from_si(1e-12), kLongestDelay); }

void require_source(const std::string& source, const config::Node& node, config::Diagnostics& d) {
  const config::Node* at = node.find("source");
  if (source.empty()) d.error(at ? *at : node, "expected where the number comes from, got nothing");
}

template <class T>
config::Schema<T> sourced(const std::string& name, const std::string& summary) {
  auto schema = config::Schema<T>(name, summary);
  schema.required("value", &T::value, "The number.", range_of(T{}.value))
      .required("source", &T::source, "Data sheet or paper it is taken from, or \"estimate: \" and the reasoning.")
      .check([](const T& c, const config::Node& node, config::Diagnostics& d) { require_source(c.source, node, d); });
  return schema;
}

}  // namespace

const config::Schema<SourcedCount>& SourcedCount::schema() {
  static const auto schema = sourced<SourcedCount>("sourced_count", "A count with its source.");
  return schema;
}
const config::Schema<SourcedSize>& SourcedSize::schema() {
  static const auto schema = sourced<SourcedSize>("sourced_size", "A size with its source.");
  return schema;
}
const config::Schema<SourcedFrequency>& SourcedFrequency::schema() {
  static const auto schema = sourced<SourcedFrequency>("sourced_frequency", "A frequency with its source.");
  return schema;
}
const config::Schema<SourcedTime>& SourcedTime::schema() {
  static const auto schema = sourced<SourcedTime>("sourced_time", "A time with its source.");
  return schema;
}

const config::Schema<SourcedDelay>& SourcedDelay::schema() {
  static const auto schema =
      config::Schema<SourcedDelay>("sourced_delay", "A delay: the longer one of a time and a number of clocks.")
          .optional("time", &SourcedDelay::time, "Delay that does not depend on the clock.",
                    config::between(Time(), kLongestDelay))
          .optional("clocks", &SourcedDelay::clocks, "Delay in clocks of the interface.",
                    config::between(Cycles(0), kMostClocks))
          .required("source", &SourcedDelay::source,
                    "Data sheet or paper it is taken from, or \"estimate: \" and the reasoning.")
          .check([](const SourcedDelay& c, const config::Node& node, config::Diagnostics& d) {
            if (!node.find("time") && !node.find("clocks")) d.error(node, "expected a time, clocks or both");
            require_source(c.source, node, d);
          });
  return schema;
}

std::int64_t clocks_of(Time t, std::int64_t clock_hz) {
  return static_cast<std::int64_t>(std::ceil(t.si() * static_cast<double>(clock_hz) - 1e-3));
}

std::int64_t SourcedDelay::in_clocks(std::int64_t clock_hz) const {
  return std::max({clocks.value(), clocks_of(time, clock_hz), std::int64_t{0}});
}

}  // namespace subvolt::mem
