#include "sim/kernel/clock_domain.h"

namespace subvolt::kernel {

sc_core::sc_time from_ps(std::int64_t ps) {
  return sc_core::sc_time::from_value(static_cast<sc_core::sc_time::value_type>(ps));
}

ClockDomain::ClockDomain(std::string name, std::int64_t frequency_hz, ClockScaling scaling, std::string where)
    : name_(std::move(name)),
      edges_(frequency_hz),
      scaling_(std::move(scaling)),
      where_(where.empty() ? name_ + ": " : std::move(where)) {}

}  // namespace subvolt::kernel
