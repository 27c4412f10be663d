// Images of another size.
//
// Sizes as ONNX's operators Resize (opsets 10 to 19) and Upsample (7 to 9) define them: those of operand `sizes`, or
// floor(in x scale). Since opset 18 `axes` says which dimensions they name, and a policy may keep the ratio of sides;
// `antialias` changes values alone. How samples lie between pixels (coordinate modes) changes no amount of work.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/network/bounded.h"
#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/translation.h"

namespace subvolt::network::from_onnx {
namespace {

using Integers = std::vector<std::int64_t>;

bool given(const Translation& t, std::size_t i) { return t.has(i) && t.shape(i).elements() > 0; }

// The dimensions that sizes or scales name, one for each of them.
std::vector<std::size_t> named_dimensions(const Translation& t, std::size_t count) {
  const std::size_t rank = t.shape(0).rank();
  Integers axes(rank);
  std::iota(axes.begin(), axes.end(), std::int64_t{0});
  axes = t.node().integers("axes").value_or(axes);
  if (axes.size() != count) {
    throw Fault("expected " + std::to_string(axes.size()) + " sizes or scales, one for each dimension, got " +
                std::to_string(count));
  }
  std::vector<std::size_t> dimensions;
  for (const std::int64_t axis : axes) dimensions.push_back(checked_axis(axis, rank));
  return dimensions;
}

std::int64_t checked_size(double size) {
  if (!(size >= 1.0 && size <= static_cast<double>(kMaxSize))) {
    throw Fault("expected results of at least one pixel and at most " + grouped(kMaxSize) + ", got " +
                std::to_string(size));
  }
  return static_cast<std::int64_t>(size);
}

void resize_to(const Translation& t, const Integers& sizes, Shape& out) {
  const std::vector<std::size_t> dimensions = named_dimensions(t, sizes.size());
  const std::string policy = t.node().text("keep_aspect_ratio_policy", "stretch");
  double scale = 0.0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const double wanted = static_cast<double>(sizes[i]) / static_cast<double>(t.shape(0)[dimensions[i]]);
    scale = i == 0 ? wanted : policy == "not_larger" ? std::min(scale, wanted) : std::max(scale, wanted);
  }
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto in = static_cast<double>(t.shape(0)[dimensions[i]]);
    out[dimensions[i]] =
        checked_size(policy == "stretch" ? static_cast<double>(sizes[i]) : std::floor(in * scale + 0.5));
  }
}

void resize_by(const Translation& t, const std::vector<double>& scales, Shape& out) {
  const std::vector<std::size_t> dimensions = named_dimensions(t, scales.size());
  // Of a part of the image: its begins and ends, as shares.
  std::vector<double> region;
  if (t.node().text("coordinate_transformation_mode", "") == "tf_crop_and_resize" && given(t, 1)) {
    region = t.node().reals_of(1, "region");
    if (region.size() != 2 * scales.size()) throw Fault("expected a begin and an end of the region for each scale");
  }
  for (std::size_t i = 0; i < scales.size(); ++i) {
    // In single precision, as libonnx and run-times do it.
    float size = static_cast<float>(t.shape(0)[dimensions[i]]);
    if (!region.empty()) size *= static_cast<float>(region[scales.size() + i] - region[i]);
    out[dimensions[i]] = checked_size(std::floor(size * static_cast<float>(scales[i])));
  }
}

std::vector<double> listed(const Translation& t, const char* name) {
  const auto* list = t.node().attribute(name);
  return list ? std::vector<double>(list->floats().begin(), list->floats().end()) : std::vector<double>();
}

Shape resized(const Translation& t) {
  if (t.outputs() > 0 && t.out().shape) return *t.out().shape;
  const Node& node = t.node();
  const bool upsample = node.op() == "Upsample";
  const bool region = !upsample && node.opset() >= 11;
  const std::size_t scales = region ? 2 : 1;
  Shape out = t.shape(0);
  if (region && given(t, 3)) {
    resize_to(t, node.integers_of(3, "sizes"), out);
  } else if (given(t, scales)) {
    resize_by(t, node.reals_of(scales, "scales"), out);
  } else if (!listed(t, "scales").empty()) {
    resize_by(t, listed(t, "scales"), out);
  } else {
    throw Fault("expected sizes or scales");
  }
  return out;
}

void resize(Translation& t) {
  const std::string mode = t.node().text("mode", "nearest");
  const Shape& in = t.shape(0);
  const Shape out = resized(t);
  if (out == in) {
    t.op("identity");
    t.take(0);
    return;
  }
  const bool image = in.rank() >= 3 && in.rank() <= 5 && out.rank() == in.rank() && in[0] == out[0] && in[1] == out[1];
  const char* op = mode == "nearest" ? "resize_nearest" : mode == "cubic" ? "resize_cubic" : "resize_bilinear";
  if (!image || (mode != "nearest" && mode != "linear" && mode != "bilinear" && mode != "cubic")) {
    return translate_unknown(t);
  }
  t.op(op);
  t.layer().shape = out;
  t.take(0);
}

// x N x C x ..., places N x ... x dimensions: the result has x's channels and as many pixels as there are places.
void grid_sample(Translation& t) {
  const Shape& x = t.shape(0);
  const Shape& places = t.shape(1);
  if (x.rank() < 3 || places.rank() != x.rank()) {
    throw Fault("expected an image and places of as many dimensions, got " + x.text() + " and " + places.text());
  }
  Shape out = x;
  for (std::size_t i = 2; i < x.rank(); ++i) out[i] = places[i - 1];
  t.op("grid_sample");
  t.layer().shape = out;
  t.take(0);
  t.take(1);
}

const bool rules_resize_registered =
    register_rules({{"Resize", resize}, {"Upsample", resize}, {"GridSample", grid_sample}});

}  // namespace
}  // namespace subvolt::network::from_onnx
