// What a calibration found: for people, for programs, and as a technology document.
#pragma once

#include <string>

#include "sim/power/technology/calibration.h"
#include "sim/report/result.h"

namespace subvolt::report {

// Where its numbers come from.
struct CalibrationSource {
  std::string file, sha256;  // of the points
  std::string technology;    // that they are of; empty: none
  std::string command;
};

Json calibration_json(const power::Calibration& calibration, const CalibrationSource& source);
// Parameters, residuals by point, what could not be told apart. At most 80 columns.
std::string calibration_card(const power::Calibration& calibration, const CalibrationSource& source);
// A document that includes `base`, by `include`, and replaces the transistor of its device logic. The curve is written
// as three points on it, from which reading the document finds the same threshold and exponent.
std::string calibration_yaml(const power::Calibration& calibration, const CalibrationSource& source,
                             const power::Device& base, const std::string& include);

}  // namespace subvolt::report
