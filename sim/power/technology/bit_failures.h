// How many bit cells fail at a voltage, and what a code gains.
//
// Below the voltage at which half of them fail, V_50, the share of cells that fail is that of a normal distribution of
// what each needs, BER = Phi((V_50 - V) / sigma): measured rates lie on a straight line of their probit over voltage
// (block RAM of 28 nm, B. Salami et al., MICRO 2018: sigma 39 mV, 20 mV per decade). So whatever rate a code tolerates
// more is worth sigma times the distance of the two rates' quantiles.
#pragma once

#include <cstdint>

#include "sim/units/quantity.h"

namespace subvolt::power {

// Rate of failing bits that so many chips in one may have of which every bit must work: (1 - p)^bits = yield.
double tolerated_rate(std::int64_t bits, double yield);
// Likewise where a word of so many bits, check bits included, may have one that fails: single-error correction.
double tolerated_rate_with_code(std::int64_t words, std::int64_t word_bits, double yield);

// What the shipped minimum voltages of SRAMs stand for: 512 KiB in 999 of 1000 chips.
inline constexpr std::int64_t kMinimumHolds_bits = 512 * 1024 * 8;
inline constexpr double kMinimumHolds_yield = 0.999;
// By how much lower the supply may be behind a code of single errors, 8 check bits on 64, at that size and yield.
Voltage code_gain(Voltage sigma);

}  // namespace subvolt::power
