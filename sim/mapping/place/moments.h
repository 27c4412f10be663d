// The moments at which a memory can be fullest.
//
// What lives at a moment is part of what lives at the next one as long as nothing ends in between. So only moments
// before an end matter: a network of 1,000 tensors in a chain has 1,000 of them, 1,000 inputs of one layer have one.
#pragma once

#include <cstdint>
#include <vector>

namespace subvolt::mapping {

struct Span {
  int first = 0;  // both inclusive
  int last = 0;
};

struct Moments {
  std::vector<Span> spans;  // of each life, in moments that matter
  int count = 0;
};

Moments moments_that_matter(const std::vector<Span>& lives);

}  // namespace subvolt::mapping
