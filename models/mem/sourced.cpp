#include "models/mem/sourced.h"

#include <algorithm>
#include <cmath>

namespace subvolt::mem {
namespace {

constexpr Time kLongestDelay = Time::from_si(1e3);
// Protocol delays are some clocks.
constexpr Cycles kMostClocks = Cycles(1'000'000);

}  // namespace

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
            config::require_source(c.source, node, d);
          });
  return schema;
}

std::int64_t clocks_of(Time t, Hertz frequency) {
  return static_cast<std::int64_t>(std::ceil(t.si() * static_cast<double>(frequency.value()) - 1e-3));
}

std::int64_t SourcedDelay::in_clocks(Hertz frequency) const {
  return std::max({clocks.value(), clocks_of(time, frequency), std::int64_t{0}});
}

}  // namespace subvolt::mem
