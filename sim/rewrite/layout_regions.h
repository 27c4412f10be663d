// Which tensors of a channels-first network become channels last: those that layers with pixels touch, and those that
// hang together with them through layers to which the order of dimensions does not matter.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/rewrite/editor.h"

namespace subvolt::rewrite {

enum class LayoutNeed {
  kPixels,   // has pixels and channels: convolutions, pools, resizing, batch normalisation
  kAny,      // works in any order, once its axes are renamed: element-wise, concat, pad, softmax
  kNatural,  // works on the order as the file has it: reshape, transpose, matrix products, everything unknown
};
LayoutNeed layout_need(const Editor& editor, const Node& node);

// Where dimension i of N x C x ... is in N x ... x C. The same up to two dimensions.
std::size_t place_of(std::size_t i, std::size_t rank);
network::Shape channels_last(const network::Shape& natural);
// Whether the elements lie in memory as before when dimension i moves to place[i]: only sizes of 1 change order.
bool keeps_order(const network::Shape& natural, const std::vector<std::size_t>& place);
bool keeps_order(const network::Shape& natural);  // to channels last

class LayoutRegions {
 public:
  explicit LayoutRegions(const Editor& editor);
  bool channels_last(TensorId id) const { return last_[find(static_cast<std::size_t>(id))]; }

 private:
  std::size_t find(std::size_t i) const;
  void unite(TensorId a, TensorId b);

  mutable std::vector<std::size_t> parent_;
  std::vector<bool> last_;
};

}  // namespace subvolt::rewrite
