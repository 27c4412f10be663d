#include "sim/mapping/row_stationary/run_length.h"

#include <cmath>

namespace subvolt::mapping {

double pairs_per_element(double zeros) {
  double power = zeros;  // to the 32nd
  for (std::int64_t bit = 0; bit < kRunBits; ++bit) power *= power;
  return zeros >= 1.0 ? 1.0 / static_cast<double>(std::int64_t{1} << kRunBits) : (1.0 - zeros) / (1.0 - power);
}

StoredPlanes::StoredPlanes(network::Format format, std::int64_t rows, std::int64_t columns, double zeros)
    : format_(format), rows_(rows), columns_(columns), bytes_(format.bytes(rows * columns)) {
  if (zeros < 0.0) return;
  const double pairs = static_cast<double>(rows * columns) * pairs_per_element(zeros);
  const auto words =
      static_cast<std::int64_t>(std::ceil(pairs / static_cast<double>(pairs_per_word(format.bits())) - 1e-9));
  if (words * kCodeWordBytes > bytes_) return;
  coded_ = true;
  bytes_ = words * kCodeWordBytes;
}

std::int64_t StoredPlanes::row_offset(std::int64_t row) const {
  return coded_ ? bytes_ * row / rows_ : format_.offset(row * columns_);
}

}  // namespace subvolt::mapping
