#include "sim/power/technology/variation/cell_failures.h"

#include <algorithm>
#include <cmath>

#include "sim/power/technology/bit_failures.h"
#include "sim/power/technology/device.h"
#include "sim/power/technology/variation/normal_distribution.h"

namespace subvolt::power {
namespace {

constexpr std::int64_t kData_bits = 64, kWord_bits = 72;

// Banks of which none may have more bad rows than spares, 1 - yield of them all.
double failing_banks(const CellArray& array, double rate) {
  const double row = -std::expm1(static_cast<double>(array.row_bits) * std::log1p(-rate));
  const std::int64_t rows = array.bank_rows + array.spare_rows;
  // Of all terms behind the spares those that count; the first ones are the largest where banks seldom fail.
  double more = 0.0;
  for (std::int64_t bad = array.spare_rows + 1; bad <= rows; ++bad) {
    const auto n = static_cast<double>(rows), k = static_cast<double>(bad);
    const double term = std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) +
                                 k * std::log(row) + (n - k) * std::log1p(-row));
    more += term;
    if (term < 1e-18 * more) break;
  }
  const auto bank_bits = static_cast<double>(array.bank_rows * array.row_bits);
  const double banks = std::max(1.0, static_cast<double>(array.bits) / bank_bits);
  return -std::expm1(banks * std::log1p(-std::min(more, 1.0 - 1e-15)));
}

}  // namespace

double FailureLine::rate(Voltage at) const { return normal_cdf((half - at) / sigma); }
Voltage FailureLine::voltage_of(double rate) const { return half - normal_quantile(rate) * sigma; }

const config::Schema<CellFailures>& CellFailures::schema() {
  constexpr Voltage kMost = Voltage::from_si(5.0);
  static const auto s =
      config::Schema<CellFailures>("failures",
                                   "Voltages at which half of the bit cells fail in what is done with them.")
          .optional("read", &CellFailures::read, "Of reading; as the minimum voltage tells when absent.",
                    config::between(Voltage(), kMost))
          .optional("write", &CellFailures::write, "Of writing, likewise.", config::between(Voltage(), kMost))
          .optional("hold", &CellFailures::hold, "Of holding; as the retention voltage tells when absent.",
                    config::between(Voltage(), kMost));
  return s;
}

std::optional<FailureLine> failure_line(const Device& device, CellOperation operation) {
  if (!device.failure_sigma) return std::nullopt;
  const Voltage sigma = device.failure_sigma->value;
  const bool hold = operation == CellOperation::kHold;
  if (device.failures) {
    const auto& stated = hold                                ? device.failures->hold
                         : operation == CellOperation::kRead ? device.failures->read
                                                             : device.failures->write;
    if (stated) return FailureLine{stated->value, sigma};
  }
  const Voltage limit = hold ? device.retention_voltage.value : device.minimum_voltage.value;
  const double tolerated = tolerated_rate(kMinimumHolds_bits, kMinimumHolds_yield);
  return FailureLine{limit + normal_quantile(tolerated) * sigma, sigma};
}

double tolerated_rate(const CellArray& array, double yield) {
  switch (array.protection) {
    case Protection::kNone:
      return tolerated_rate(array.bits, yield);
    case Protection::kSecded:
      return tolerated_rate_with_code((array.bits + kData_bits - 1) / kData_bits, kWord_bits, yield);
    case Protection::kRowRedundancy:
      break;
  }
  double low = std::log(1e-300), high = std::log(0.5);
  while (high - low > 1e-12) {
    const double middle = 0.5 * (low + high);
    (failing_banks(array, std::exp(middle)) < 1.0 - yield ? low : high) = middle;
  }
  return std::exp(0.5 * (low + high));
}

Voltage lowest_access_voltage(const Device& device, const CellArray& array, double yield) {
  const double rate = tolerated_rate(array, yield);
  return std::max(failure_line(device, CellOperation::kRead)->voltage_of(rate),
                  failure_line(device, CellOperation::kWrite)->voltage_of(rate));
}

Voltage lowest_hold_voltage(const Device& device, const CellArray& array, double yield) {
  return failure_line(device, CellOperation::kHold)->voltage_of(tolerated_rate(array, yield));
}

double expected_flips(double bits, double rate, bool corrected) {
  if (!corrected) return bits * rate;
  // A wrong bit stays so where another of its word is wrong, too.
  return bits * rate * -std::expm1((static_cast<double>(kWord_bits) - 1.0) * std::log1p(-rate));
}

}  // namespace subvolt::power
