// The run-length code of tensors between a row-stationary array and its memory (Chen et al., JSSC 52(1) 2017: 64-bit
// words of three pairs of a run of zeros, 5 bits, and a 16-bit level, and a bit that marks the last word; here of as
// many pairs as fit for the width of the elements).
//
// A pair stands for at most 31 zeros and the element behind them. Where a share z of the elements are zeros that lie
// anywhere, a pair stands for (1 - z^32) / (1 - z) elements on average. Zeros of padding cost next to nothing and are
// not in memory here. A plane, one channel of an image, is coded by itself and begins with a word.
#pragma once

#include <cstdint>

#include "sim/network/format.h"

namespace subvolt::mapping {

inline constexpr std::int64_t kRunBits = 5, kCodeWordBytes = 8;

// Pairs per element, on average.
double pairs_per_element(double zeros);
inline std::int64_t pairs_per_word(std::int64_t element_bits) {
  return (8 * kCodeWordBytes - 1) / (kRunBits + element_bits);
}

// How the planes of a tensor lie in memory: coded, where that is declared and takes no more bytes than without.
class StoredPlanes {
 public:
  // Of `rows` x `columns` elements each. `zeros`: none declared when negative.
  StoredPlanes(network::Format format, std::int64_t rows, std::int64_t columns, double zeros);
  bool coded() const { return coded_; }
  std::int64_t plane_bytes() const { return bytes_; }
  // Where a row begins, from the plane's first byte; row == rows: its end. Coded, rows have equal shares.
  std::int64_t row_offset(std::int64_t row) const;

 private:
  network::Format format_;
  std::int64_t rows_, columns_, bytes_;
  bool coded_ = false;
};

}  // namespace subvolt::mapping
