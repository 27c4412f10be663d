#include "sim/network/tflite/zeros.h"

#include <algorithm>

#include "sim/network/count_equal.h"

namespace subvolt::network::tflite {
namespace {

// Runs of `run` elements take turns at the zero points.
std::int64_t count_in_runs(const config::ByteSource& file, Place data, std::int64_t elements, ElementType type,
                           const std::vector<std::int64_t>& zero_points, std::int64_t run) {
  const Format format{type};
  const auto bytes = static_cast<std::uint64_t>(format.bytes(elements));
  if (bytes > data.size) return 0;
  std::int64_t total = 0;
  std::int64_t first = 0;  // element of the piece
  file.each_piece(data.at, bytes, [&](const std::uint8_t* piece, std::size_t size) {
    const std::int64_t end = std::min(elements, first + format.elements_in(static_cast<std::int64_t>(size)));
    for (std::int64_t from = first; from < end;) {
      const std::int64_t next = std::min(end, (from / run + 1) * run);
      const std::int64_t zero_point = zero_points[static_cast<std::size_t>(from / run) % zero_points.size()];
      total += network::count_equal(piece, static_cast<std::size_t>(from - first),
                                    static_cast<std::size_t>(next - from), type, zero_point);
      from = next;
    }
    first = end;
  });
  return total;
}

}  // namespace

std::int64_t count_equal(const config::ByteSource& file, Place data, std::int64_t elements, ElementType type,
                         std::int64_t zero_point) {
  return count_in_runs(file, data, elements, type, {zero_point}, std::max<std::int64_t>(1, elements));
}

std::int64_t count_equal(const config::ByteSource& file, Place data, const Shape& shape, ElementType type,
                         const std::vector<std::int64_t>& zero_points, std::size_t axis) {
  const bool alike = std::all_of(zero_points.begin(), zero_points.end(),
                                 [&](std::int64_t zero_point) { return zero_point == zero_points.front(); });
  if (alike) return count_equal(file, data, shape.elements(), type, zero_points.front());
  std::int64_t inner = 1;
  for (std::size_t i = axis + 1; i < shape.rank(); ++i) inner *= shape[i];
  return count_in_runs(file, data, shape.elements(), type, zero_points, std::max<std::int64_t>(1, inner));
}

}  // namespace subvolt::network::tflite
