// A product of matrices as the array sees it: one matrix after the other, each a layer of its own size.
//
//   a [..., M, K] x b [..., K, N] -> [..., M, N]; b may lie as [N, K]. Leading dimensions stretch. Heads that lie side
//   by side in the last dimension are matrices of their own, with a pitch: no data is moved for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/network/network.h"

namespace subvolt::mapping {

struct MatmulShape {
  struct Offsets {
    std::int64_t a = 0, b = 0, out = 0;  // bytes; elements are int8
  };
  std::int64_t rows = 1, inner = 1, columns = 1;         // M, K, N
  std::int64_t a_pitch = 1, b_pitch = 1, out_pitch = 1;  // bytes from line to line
  bool b_transposed = false;
  std::vector<Offsets> repetitions;  // by matrix
};

// Nothing for products that the array cannot do; `why` then says what is in the way.
std::optional<MatmulShape> matmul_shape(const network::Network& network, std::size_t layer, std::string& why);

}  // namespace subvolt::mapping
