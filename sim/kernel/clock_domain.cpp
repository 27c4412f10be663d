#include "sim/kernel/clock_domain.h"

namespace subvolt::kernel {

ClockDomain::ClockDomain(std::string name, std::int64_t frequency_hz, ClockScaling scaling, std::string where)
    : name_(std::move(name)),
      edges_(frequency_hz),
      scaling_(std::move(scaling)),
      where_(where.empty() ? name_ + ": " : std::move(where)) {}

}  // namespace subvolt::kernel
