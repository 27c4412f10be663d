// What is wrong with an operating point.
#pragma once

#include <string>

#include "sim/config/error.h"

namespace subvolt::power {

class PointError : public Error {
 public:
  // `place`: where the power intent says what is wrong, "x.yaml:3:9: power....: "; empty: who asked for the point does.
  PointError(const std::string& place, const std::string& why)
      : Error(ErrorKind::kConfiguration, place + why), located_(!place.empty()) {}
  bool located() const { return located_; }

 private:
  bool located_;
};

}  // namespace subvolt::power
