// Damages files as accidents and attackers do, repeatably: the same number gives the same damage.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace subvolt::fuzz {

using Bytes = std::vector<std::uint8_t>;

// One to eight wounds: truncation, flipped bits, bytes and little-endian words of awkward values (0, -1, largest,
// smallest, one more or less), a stretch doubled, removed, zeroed or moved, a stretch of another seed.
Bytes mutate(const std::vector<Bytes>& seeds, std::uint64_t number);

}  // namespace subvolt::fuzz
