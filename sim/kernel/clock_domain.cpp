#include "sim/kernel/clock_domain.h"

namespace subvolt::kernel {

ClockDomain::ClockDomain(std::string name, Hertz frequency, ClockScaling scaling, std::string where)
    : name_(std::move(name)),
      edges_(frequency),
      scaling_(std::move(scaling)),
      where_(where.empty() ? name_ + ": " : std::move(where)) {}

}  // namespace subvolt::kernel
