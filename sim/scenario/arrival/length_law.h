// Laws of lengths with a given mean.
#pragma once

#include "sim/config/schema.h"
#include "sim/scenario/value/random.h"

namespace subvolt::scenario {

enum class LengthLaw { kFixed, kExponential };

inline double drawn(LengthLaw law, double mean, Random& random) {
  return law == LengthLaw::kFixed ? mean : random.exponential(mean);
}

}  // namespace subvolt::scenario

namespace subvolt::config {
template <>
struct EnumNames<scenario::LengthLaw> {
  static const std::vector<std::pair<scenario::LengthLaw, std::string>>& names() {
    static const std::vector<std::pair<scenario::LengthLaw, std::string>> all{
        {scenario::LengthLaw::kFixed, "fixed"}, {scenario::LengthLaw::kExponential, "exponential"}};
    return all;
  }
};
}  // namespace subvolt::config
