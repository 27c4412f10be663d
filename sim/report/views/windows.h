// Amounts that are spread over spans of time, as means over windows of one length: what views draw as curves.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/units/picoseconds.h"

namespace subvolt::report {

// A value from a time on, until the next one.
struct CurvePoint {
  Picoseconds at{};
  double value = 0.0;
};
using CurvePoints = std::vector<CurvePoint>;

// Windows are [k step, (k + 1) step), the last one up to the end. Time and memory go with the spans, not the windows.
class Windows {
 public:
  // `step`: 1 ps at least.
  Windows(Picoseconds step, Picoseconds end) : step_(step), end_(end) {}
  // `amount`, evenly over [begin, end), which is not empty and within [0, end of all).
  void add(Picoseconds begin, Picoseconds end, double amount);
  // Amount per second of each window, told where it changes: sums of value x length are the amounts, to rounding.
  // From time 0 on; nothing where there is no time. Once.
  CurvePoints take();

 private:
  struct Part {
    std::int64_t window;
    double amount;
  };
  struct Rise {  // of all windows from this one on, per window
    std::int64_t window;
    int spans;
    double amount;
  };
  Picoseconds step_, end_;
  std::vector<Part> parts_;
  std::vector<Rise> rises_;
};

}  // namespace subvolt::report
