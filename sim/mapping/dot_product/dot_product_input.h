// The way of the input from the read port into the buffer of a dot-product engine: a FIFO, three registers each with a
// spare one in front, and the placer, which after some beats takes nothing for a cycle.
#pragma once

#include <cstdint>
#include <vector>

namespace subvolt::mapping {

// When the last of the beats that the port took at `taken` (ascending, not empty) is written. `row`: beats of a row of
// a plane, `planes` of them follow each other before the next row.
std::int64_t placed_at(const std::vector<std::int64_t>& taken, std::int64_t row, std::int64_t planes,
                       std::int64_t latency);

}  // namespace subvolt::mapping
