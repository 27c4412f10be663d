// What changed between two results, and why.
//
// An account's change splits exactly into what more counts, another unit energy and another scale make of it,
// taken in this order:
//   count  (n' - n) u s     unit energy  n' (u' - u) s     scale  n' u' (s' - s)
#pragma once

#include <string>

#include "sim/report/result.h"

namespace subvolt::report {

struct Difference {
  bool changed = false;  // anything beyond the tolerance, or an account or layer that only one of them has
  std::string text;      // for people, at most 80 columns
  Json json;
};

// `tolerance` as a fraction: 0.01 is 1 %.
Difference compare(const Json& before, const Json& after, double tolerance);

}  // namespace subvolt::report
