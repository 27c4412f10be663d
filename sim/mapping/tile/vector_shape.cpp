#include "sim/mapping/tile/vector_shape.h"

#include <algorithm>
#include <map>

#include "sim/mapping/layer/type_obstacle.h"

namespace subvolt::mapping {
namespace {

using network::Layer;
using network::Network;
using network::Shape;

enum class Kind { kPool, kElementWise, kVectors, kReduction, kResize, kPlace };

struct Known {
  VectorOperator op;
  Kind kind;
};

const std::map<std::string, Known, std::less<>>& known_operators() {
  static const auto all = [] {
    std::map<std::string, Known, std::less<>> map = {
        {"average_pool", {VectorOperator::kAveragePool, Kind::kPool}},
        {"average_pool1d", {VectorOperator::kAveragePool, Kind::kPool}},
        {"max_pool", {VectorOperator::kMaxPool, Kind::kPool}},
        {"max_pool1d", {VectorOperator::kMaxPool, Kind::kPool}},
        {"add", {VectorOperator::kAdd, Kind::kElementWise}},
        {"sub", {VectorOperator::kSubtract, Kind::kElementWise}},
        {"mul", {VectorOperator::kMultiply, Kind::kElementWise}},
        {"prelu", {VectorOperator::kMultiply, Kind::kElementWise}},
        {"minimum", {VectorOperator::kMinimum, Kind::kElementWise}},
        {"maximum", {VectorOperator::kMaximum, Kind::kElementWise}},
        {"batch_norm", {VectorOperator::kActivation, Kind::kElementWise}},
        {"channel_shuffle", {VectorOperator::kPermute, Kind::kElementWise}},
        {"softmax", {VectorOperator::kSoftmax, Kind::kVectors}},
        {"layer_norm", {VectorOperator::kLayerNorm, Kind::kVectors}},
        {"rms_norm", {VectorOperator::kLayerNorm, Kind::kVectors}},
        {"l2_norm", {VectorOperator::kL2Norm, Kind::kVectors}},
        {"mean", {VectorOperator::kAveragePool, Kind::kReduction}},
        {"reduce_sum", {VectorOperator::kAveragePool, Kind::kReduction}},
        {"reduce_max", {VectorOperator::kMaxPool, Kind::kReduction}},
        {"reduce_min", {VectorOperator::kMaxPool, Kind::kReduction}},
        {"arg_max", {VectorOperator::kArgMax, Kind::kPlace}},
        {"arg_min", {VectorOperator::kArgMax, Kind::kPlace}},
        {"resize_bilinear", {VectorOperator::kResizeBilinear, Kind::kResize}},
        {"resize_nearest", {VectorOperator::kActivation, Kind::kResize}},
    };
    // Functions of one byte: a table of 256 results, or a clamp.
    for (const char* op : {"activation", "clip", "quantize", "cast", "abs", "neg", "sqrt", "rsqrt", "exp", "log", "sin",
                           "cos", "floor", "ceil", "round", "square", "erf", "sign", "reciprocal"}) {
      map[op] = {VectorOperator::kActivation, Kind::kElementWise};
    }
    return map;
  }();
  return all;
}

// As many leading dimensions as there are go together.
struct Sizes {
  std::int64_t lines = 1, columns = 1, channels = 1;
};
Sizes sizes_of(const Shape& shape) { return {shape.images() * shape.height(), shape.width(), shape.channels()}; }

class Reading {
 public:
  Reading(const Network& network, const Layer& layer, std::string& why) : network_(network), layer_(layer), why_(why) {}

  std::optional<VectorShape> run() {
    const auto known = known_operators().find(network::to_text(layer_.op));
    if (known == known_operators().end() || layer_.outputs.size() != 1 || layer_.inputs.empty()) {
      return no("has no way to run it");
    }
    shape_.op = known->second.op;
    shape_.lookup = !layer_.op.is("activation") && layer_.activation() != network::Activation::kNone &&
                    !network::is_clamp(layer_.activation());
    switch (known->second.kind) {
      case Kind::kPool:
        return pool();
      case Kind::kElementWise:
        return element_wise();
      case Kind::kVectors:
        return vectors();
      case Kind::kReduction:
        return reduction();
      case Kind::kResize:
        return resize();
      case Kind::kPlace:
        return place();
    }
    return std::nullopt;
  }

 private:
  std::optional<VectorShape> no(const std::string& reason) {
    why_ = reason;
    return std::nullopt;
  }

  const Shape& in() const { return network_.input_of(layer_).shape; }
  const Shape& out() const { return network_.output_of(layer_).shape; }

  std::optional<VectorShape> pool() {
    const network::Image& from = layer_.in;
    const network::Image& to = layer_.out;
    const network::Window& w = layer_.window;
    if (w.dilation_height > 1 || w.dilation_width > 1) return no("pools pixels that are neighbours");
    shape_.rows = {from.height, to.height, w.kernel_height, w.stride_height, w.dilation_height, w.pad_top, true};
    shape_.columns = {from.width, to.width, w.kernel_width, w.stride_width, w.dilation_width, w.pad_left, false};
    shape_.channels = to.channels;
    shape_.images = to.images;
    shape_.taps = w.kernel_height * w.kernel_width;
    shape_.operands.push_back({});
    return shape_;
  }

  static Axis same(std::int64_t size, bool sparse) { return {size, size, 1, 1, 1, 0, sparse}; }

  void over(const Sizes& sizes) {
    shape_.rows = same(sizes.lines, true);
    shape_.columns = same(sizes.columns, false);
    shape_.channels = sizes.channels;
  }

  std::optional<VectorShape> element_wise() {
    over(sizes_of(out()));
    for (std::size_t i = 0; i < layer_.inputs.size(); ++i) {
      if (!add_operand(network_.input_of(layer_, i).shape, {false, i})) return std::nullopt;
    }
    if (layer_.op.is("batch_norm")) return with_parameters();
    for (std::size_t i = 0; i < layer_.constants.size(); ++i) {
      if (layer_.op.is("clip")) break;  // its bounds are part of the command
      const network::Constant& c = layer_.constants[i];
      if (bits(c.type) != 8) return no(computes_int8("constant operand", c.type));
      if (!add_operand(c.shape, {true, i})) return std::nullopt;
    }
    const std::size_t n = shape_.operands.size();
    const bool two = shape_.op == VectorOperator::kSubtract || shape_.op == VectorOperator::kMultiply;
    if (two && n != 2) return no("takes two operands and there are " + std::to_string(n));
    if (shape_.op == VectorOperator::kPermute) shape_.whole_channels = true;
    if (n > 2) shape_.taps = static_cast<std::int64_t>(n);
    return shape_;
  }

  // An operand of the shape of the result, or one that stretches to it along whole dimensions of the image.
  bool add_operand(const Shape& given, VectorShape::Operand operand) {
    const Sizes wanted = sizes_of(out());
    const Sizes has = sizes_of(given);
    const auto fits = [](std::int64_t a, std::int64_t b) { return a == b || a == 1; };
    // Images and lines go together, so one of them cannot stretch alone.
    if (!fits(has.lines, wanted.lines) || !fits(has.columns, wanted.columns) || !fits(has.channels, wanted.channels) ||
        (given.elements() > 1 && given.rank() > out().rank())) {
      why_ = "stretches operands along lines, columns or channels, and " + given.text() + " goes with " + out().text();
      return false;
    }
    operand.rows = has.lines == wanted.lines;
    operand.columns = has.columns == wanted.columns;
    operand.channels = has.channels == wanted.channels;
    shape_.operands.push_back(operand);
    return true;
  }

  // Scale and offset per channel, as int32 like biases. Of four constants (scale, bias, mean, variance) two are left
  // when they are folded.
  std::optional<VectorShape> with_parameters() {
    for (std::size_t i = 0; i < std::min<std::size_t>(2, layer_.constants.size()); ++i) {
      const VectorShape::Operand operand{true, i, false, false, true};
      if (layer_.constants[i].elements() != shape_.channels) return no("has one scale and offset per channel");
      if (layer_.constants[i].format().bits() != 32) {
        return no("takes scale and offset of 32 bits and they are " + to_text(layer_.constants[i].type));
      }
      shape_.operands.push_back(operand);
    }
    if (layer_.inputs.size() > 1) return no("multiplies by constant scales and these are computed");
    return shape_;
  }

  std::optional<VectorShape> vectors() {
    const std::size_t rank = in().rank();
    std::vector<std::int64_t> axes = layer_.attributes.axes;
    if (axes.empty()) axes = {-1};
    for (std::int64_t& axis : axes) axis += axis < 0 ? static_cast<std::int64_t>(rank) : 0;
    std::sort(axes.begin(), axes.end());
    for (std::size_t i = 0; i < axes.size(); ++i) {
      if (rank > 0 && axes[i] != static_cast<std::int64_t>(rank - axes.size() + i)) {
        return no("works on vectors along the last dimension");
      }
    }
    Sizes sizes = sizes_of(in());
    if (axes.size() > 1) {
      sizes = {};
      for (std::size_t i = 0; i < rank; ++i) (i + axes.size() < rank ? sizes.lines : sizes.channels) *= in()[i];
    }
    over(sizes);
    shape_.whole_channels = true;
    shape_.operands.push_back({});
    return shape_.op == VectorOperator::kLayerNorm ? with_parameters() : shape_;
  }

  // Over neighbouring dimensions, the last one not among them: a pool of one column of channels.
  std::optional<VectorShape> reduction() {
    const auto rank = static_cast<std::int64_t>(in().rank());
    const std::vector<std::int64_t>& axes = layer_.attributes.axes;
    if (axes.empty()) return no("reduces over lines and columns");
    Sizes sizes;
    std::int64_t images = 1;
    for (std::int64_t i = 0; i < rank; ++i) {
      const std::int64_t size = in()[static_cast<std::size_t>(i)];
      const bool gone = std::find(axes.begin(), axes.end(), i) != axes.end();
      const bool between = i > axes.front() && i < axes.back();
      if (size > 1 && between && !gone) return no("reduces over neighbouring dimensions");
      (gone ? sizes.lines : i < axes.front() ? images : sizes.channels) *= size;
    }
    if (sizes.channels == 1 && in().channels() > 1) return no("reduces over lines and columns, not over channels");
    shape_.rows = {sizes.lines, 1, sizes.lines, 1, 1, 0, true};
    shape_.columns = same(1, false);
    shape_.channels = sizes.channels;
    shape_.images = images;
    shape_.taps = sizes.lines;
    shape_.operands.push_back({});
    return shape_;
  }

  // Along the last dimension lines are vectors, one for a lane; along another one as a reduction.
  std::optional<VectorShape> place() {
    const auto axis = static_cast<std::size_t>(layer_.attributes.axes.at(0));
    std::int64_t before = 1, behind = 1;
    for (std::size_t i = 0; i < in().rank(); ++i) (i < axis ? before : behind) *= i == axis ? 1 : in()[i];
    if (behind > 1) return reduction();
    shape_.rows = same(before, true);
    shape_.columns = {in()[axis], 1, in()[axis], in()[axis], 1, 0, false};
    shape_.taps = in()[axis];
    shape_.operands.push_back({});
    return shape_;
  }

  std::optional<VectorShape> resize() {
    if (in().channels() != out().channels() || in().images() != out().images()) return no("resizes lines and columns");
    shape_.rows = {in().height(), out().height(), 1, 1, 1, 0, false, true};
    shape_.columns = {in().width(), out().width(), 1, 1, 1, 0, false, true};
    shape_.channels = in().channels();
    shape_.images = in().images();
    shape_.operands.push_back({});
    return shape_;
  }

  const Network& network_;
  const Layer& layer_;
  std::string& why_;
  VectorShape shape_;
};

}  // namespace

std::optional<VectorShape> vector_shape(const Network& network, std::size_t layer, std::string& why) {
  return Reading(network, network.layers[layer], why).run();
}

}  // namespace subvolt::mapping
