#include "sim/mapping/place/moments.h"

#include <algorithm>

namespace subvolt::mapping {

Moments moments_that_matter(const std::vector<Span>& lives) {
  std::vector<int> begins;
  std::vector<int> ends;
  for (const Span& life : lives) {
    begins.push_back(life.first);
    ends.push_back(life.last);
  }
  std::sort(begins.begin(), begins.end());
  begins.erase(std::unique(begins.begin(), begins.end()), begins.end());
  std::sort(ends.begin(), ends.end());
  std::vector<int> kept;
  for (std::size_t b = 0; b < begins.size(); ++b) {
    const auto end = std::lower_bound(ends.begin(), ends.end(), begins[b]);
    const bool last = b + 1 == begins.size();
    if (last || (end != ends.end() && *end < begins[b + 1])) kept.push_back(begins[b]);
  }
  Moments moments;
  moments.count = static_cast<int>(kept.size());
  for (const Span& life : lives) {
    const auto first = std::lower_bound(kept.begin(), kept.end(), life.first) - kept.begin();
    const auto last = std::upper_bound(kept.begin(), kept.end(), life.last) - kept.begin() - 1;
    moments.spans.push_back({static_cast<int>(first), static_cast<int>(last)});
  }
  return moments;
}

}  // namespace subvolt::mapping
