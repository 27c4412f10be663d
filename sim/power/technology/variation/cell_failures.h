// How many bit cells fail at a voltage in what is done with them, what voltage a memory of them needs, and how many
// bits are expected to be wrong below it.
//
// Each operation has a line: of all cells the share BER = Phi((V_50 - V) / sigma) fails in it at V (bit_failures.h). A
// device states the lines, `failures`, or they follow from its limits: reading and writing fail at `minimum_voltage` as
// often, and holding at `retention_voltage`, as 512 KiB in 999 of 1000 chips tolerate, and cells differ by
// `failure_sigma`. A memory works where no operation fails more often than its size, its code and the yield tolerate:
//     none             every bit works:                       (1 - p)^bits = yield
//     SECDED           no word has two that fail:             ((1 - p)^n + n p (1 - p)^(n-1))^words = yield, n = 72 of
//     64 row redundancy   no bank has more bad rows than spares: binomial(rows + spares, 1 - (1 - p)^row)^banks = yield
#pragma once

#include <cstdint>
#include <optional>

#include "sim/config/sourced/sourced.h"
#include "sim/units/quantity.h"

namespace subvolt::power {

struct Device;

enum class CellOperation { kRead, kWrite, kHold };
inline constexpr int kCellOperations = 3;

// Of one operation.
struct FailureLine {
  Voltage half;   // V_50, at which half of the cells fail
  Voltage sigma;  // standard deviation of the voltage that a cell needs
  double rate(Voltage at) const;
  Voltage voltage_of(double rate) const;
};

// As a device states them.
struct CellFailures {
  std::optional<config::Sourced<Voltage>> read, write, hold;  // V_50 of each; absent: as it follows from the limits
  static const config::Schema<CellFailures>& schema();
};

// The device has a failure_sigma; absent where it has none.
std::optional<FailureLine> failure_line(const Device& device, CellOperation operation);

enum class Protection { kNone, kSecded, kRowRedundancy };
struct CellArray {
  std::int64_t bits = 0;  // of data
  Protection protection = Protection::kNone;
  // Row redundancy: banks of so many rows of so many bits, each with so many spare rows.
  std::int64_t bank_rows = 512, row_bits = 256, spare_rows = 8;
};
// Rate of failing cells at which so many memories in one work.
double tolerated_rate(const CellArray& array, double yield);
// Lowest voltage at which they do, of a device with a failure_sigma: for access the higher of reading and writing.
Voltage lowest_access_voltage(const Device& device, const CellArray& array, double yield);
Voltage lowest_hold_voltage(const Device& device, const CellArray& array, double yield);

// Expected wrong bits of so many that pass, where each is wrong with this rate; behind a code those in words of 72 that
// have more than one, which it does not mend.
double expected_flips(double bits, double rate, bool corrected);

}  // namespace subvolt::power
