#include "sim/network/onnx/windows.h"

#include <algorithm>

#include "sim/network/onnx/fault.h"

namespace subvolt::network::from_onnx {
namespace {

std::vector<std::int64_t> sizes_of(const Translation& t, const std::string& name, std::size_t number,
                                   std::int64_t otherwise) {
  auto sizes = t.node().integers(name).value_or(std::vector<std::int64_t>(number, otherwise));
  if (sizes.size() != number) {
    throw Fault("attribute " + name + ": expected " + std::to_string(number) + " integers, got " +
                std::to_string(sizes.size()));
  }
  return sizes;
}

}  // namespace

Extent extent_of(const std::vector<std::int64_t>& sizes) {
  if (sizes.size() == 3) return {sizes[1], sizes[2], sizes[0]};
  return sizes.size() == 1 ? Extent{1, sizes[0]} : Extent{sizes.at(0), sizes.at(1)};
}

// Begins of all dimensions, then ends.
void set_pads(Padding& padding, const std::vector<std::int64_t>& pads) {
  const std::size_t spatial = pads.size() / 2;
  if (spatial == 3) {
    padding.front = pads[0];
    padding.back = pads[3];
  }
  if (spatial > 1) {
    padding.top = pads[spatial - 2];
    padding.bottom = pads[2 * spatial - 2];
  }
  padding.left = pads[spatial - 1];
  padding.right = pads[2 * spatial - 1];
}

void set_window(Translation& t, std::size_t spatial) {
  LayerSpec& layer = t.layer();
  layer.stride = extent_of(sizes_of(t, "strides", spatial, 1));
  layer.dilation = extent_of(sizes_of(t, "dilations", spatial, 1));
  const std::string auto_pad = t.node().text("auto_pad", "NOTSET");
  Padding& padding = layer.padding;
  if (auto_pad == "SAME_UPPER") {
    padding.mode = Padding::Mode::kSame;
  } else if (auto_pad == "SAME_LOWER") {
    padding.mode = Padding::Mode::kSameLower;
  } else if (auto_pad == "VALID") {
    padding.mode = Padding::Mode::kValid;
  } else if (auto_pad == "NOTSET" || auto_pad.empty()) {
    const auto pads = sizes_of(t, "pads", 2 * spatial, 0);
    const bool none = std::all_of(pads.begin(), pads.end(), [](std::int64_t pad) { return pad == 0; });
    padding.mode = none ? Padding::Mode::kValid : Padding::Mode::kExplicit;
    set_pads(padding, pads);
  } else {
    throw Fault("attribute auto_pad: expected NOTSET, SAME_UPPER, SAME_LOWER or VALID, got \"" + auto_pad + "\"");
  }
}

}  // namespace subvolt::network::from_onnx
