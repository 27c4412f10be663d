// How a convolution is cut into hardware layers of a dot-product engine.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/mapping/dot_product/dot_product_machine.h"
#include "sim/network/layer.h"

namespace subvolt::mapping {

// Channels and kernels that are computed together: one convolution.
struct DotProductPart {
  std::int64_t first_input = 0, inputs = 0;  // channels
  std::int64_t first_kernel = 0, kernels = 0;
  std::int64_t groups = 1;  // of the layer that it holds: the rest of its weights are zero
};
// The ways to cut its groups: in the smallest blocks whose inputs and kernels are whole planes, where there are any,
// and where these have more than the channels and kernels of a step, so that most of their weights are zero, as one
// dense convolution besides. `dense`: never in blocks.
std::vector<std::vector<DotProductPart>> dot_product_parts(const DotProductMachine& machine,
                                                           const network::Layer& layer, bool dense);

// An image is cut by its rows, one of a single row by its columns.
inline bool is_line(const network::Layer& layer) { return layer.in.height == 1 && layer.out.height == 1; }

// Output rows, or columns of a line, [first, end) and the input rows [in_first, in_end) below them.
struct RowPart {
  std::int64_t first = 0, end = 0, in_first = 0, in_end = 0;
};
struct DotProductCut {
  std::vector<RowPart> rows;
  std::int64_t kernels = 0;  // of a hardware layer
  std::int64_t cycles = 0;   // of all of them
  std::int64_t candidates = 0;
};
// What one row of outputs of one kernel takes of the buffer, for errors.
struct SmallestCut {
  std::int64_t input_bytes = 0, weight_bytes = 0;
};
// Kernels [first, first + count) of a part, at the outputs of `rows`; `of` it are there at a time.
struct HardwareLayerPlace {
  RowPart rows;
  std::int64_t first = 0, count = 0, of = 0;
};
using HardwareLayerCycles = std::function<std::int64_t(const HardwareLayerPlace&)>;
// Of a part with so many channels and kernels; nothing: not even the smallest fits.
std::optional<DotProductCut> cut_dot_product(const DotProductMachine& machine, const network::Layer& layer,
                                             std::int64_t inputs, std::int64_t kernels,
                                             const HardwareLayerCycles& cycles, SmallestCut& smallest);
DotProductLayer dot_product_layer(const DotProductMachine& machine, const network::Layer& layer, std::int64_t inputs,
                                  std::int64_t kernels, const RowPart& rows);

}  // namespace subvolt::mapping
