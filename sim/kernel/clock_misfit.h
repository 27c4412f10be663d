// A clock that a device cannot run on. Who set the clock says where, and with the bound that it broke, what would do.
#pragma once

#include <cstdint>
#include <string>

#include "sim/config/error.h"
#include "sim/units/hertz.h"
#include "sim/units/quantity.h"
#include "sim/units/text.h"

namespace subvolt::kernel {

class ClockMisfit : public Error {
 public:
  enum class Bound { kFastest, kSlowest };
  // `clock`: the fastest or slowest clock that fits; 0: none does. `what`: "HyperBus runs at up to ..., not at ...".
  ClockMisfit(const std::string& what, Bound bound, Hertz clock)
      : Error(ErrorKind::kConfiguration, what), bound_(bound), clock_(clock) {}
  // "lower it to 166 MHz or less"; "" when no clock would do.
  std::string remedy() const {
    if (clock_ == Hertz()) return "";
    const std::string clock = brief(as_frequency(clock_));
    return bound_ == Bound::kFastest ? "lower it to " + clock + " or less" : "raise it to " + clock + " or more";
  }
  // What is wrong and what to do, for a message that has said which clock.
  std::string advice() const { return what() + (clock_ == Hertz() ? std::string() : ": " + remedy()); }

 private:
  Bound bound_;
  Hertz clock_;
};

}  // namespace subvolt::kernel
