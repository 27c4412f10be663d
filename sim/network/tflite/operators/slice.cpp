// Parts of a tensor, and more around it.
#include <algorithm>

#include "sim/network/bounded.h"
#include "sim/network/tflite/translation.h"

namespace subvolt::network::tflite {
namespace {

bool bit(int mask, std::size_t i) { return i < 32 && ((static_cast<unsigned>(mask) >> i) & 1u) != 0; }

// Operands: input, begin, size; a size of -1 reaches to the end.
bool slice(Translation& t) {
  const std::vector<std::int64_t> begin = t.integers(1);
  const std::vector<std::int64_t> size = t.integers(2);
  const Shape& x = t.operand(0).shape;
  if (begin.size() != x.rank() || size.size() != x.rank()) {
    t.fail("expected begin and size for each dimension of " + x.text());
  }
  LayerSpec& layer = t.layer();
  layer.op = Operator("slice");
  for (std::size_t i = 0; i < x.rank(); ++i) {
    if (begin[i] < 0 || begin[i] > kMaxSize || size[i] < -1 || size[i] > kMaxSize) {
      t.fail("expected a part of " + x.text() + ", got " + std::to_string(size[i]) + " elements from " +
             std::to_string(begin[i]) + " in dimension " + std::to_string(i));
    }
    layer.axes.push_back(static_cast<std::int64_t>(i));
    layer.begin.push_back(begin[i]);
    layer.end.push_back(size[i] < 0 ? x[i] : begin[i] + size[i]);
  }
  t.take(0);
  return true;
}

// Operands: input, begin, end, step, one of each per entry. An entry stands for the next dimension of the input,
// unless the masks make it a new dimension of size 1 or as many dimensions as are left (an ellipsis).
class StridedSlice {
 public:
  explicit StridedSlice(Translation& t)
      : t_(t),
        options_(t.need<format::StridedSliceOptions>()),
        x_(t.operand(0).shape),
        begin_(t.integers(1)),
        end_(t.integers(2)),
        step_(t.integers(3)) {}

  bool translate() {
    if (begin_.size() != end_.size() || begin_.size() != step_.size()) {
      t_.fail("expected as many begins as ends and steps, got " + std::to_string(begin_.size()) + ", " +
              std::to_string(end_.size()) + " and " + std::to_string(step_.size()));
    }
    t_.layer().op = Operator("slice");
    t_.take(0);
    std::size_t dimension = 0;
    for (std::size_t i = 0; i < begin_.size(); ++i) {
      if (bit(options_.ellipsis_mask(), i)) {
        dimension += skipped();
      } else if (bit(options_.new_axis_mask(), i)) {
        reshaped_ = true;
      } else {
        if (dimension >= x_.rank()) t_.fail("more entries than the input of " + x_.text() + " has dimensions");
        add(i, dimension++);
      }
    }
    if (t_.layer().axes.empty()) t_.layer().op = Operator("reshape");
    if (reshaped_ || t_.layer().axes.empty()) t_.layer().shape = t_.stated_shape(0, elements());
    return true;
  }

 private:
  // Dimensions that no other entry stands for.
  std::size_t skipped() const {
    std::size_t others = 0;
    for (std::size_t i = 0; i < begin_.size(); ++i) {
      others += !bit(options_.ellipsis_mask(), i) && !bit(options_.new_axis_mask(), i) ? 1 : 0;
    }
    return others < x_.rank() ? x_.rank() - others : 0;
  }

  // How many stay; 0 for backward steps, which no shape that a file leaves open has had yet.
  std::int64_t elements() const {
    const LayerSpec& layer = t_.layer();
    std::int64_t stay = x_.elements();
    for (std::size_t i = 0; i < layer.axes.size(); ++i) {
      const std::int64_t size = x_[static_cast<std::size_t>(layer.axes[i])];
      if (layer.step[i] <= 0 || size <= 0) return 0;
      const auto place = [size](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size); };
      const std::int64_t length = std::max<std::int64_t>(0, place(layer.end[i]) - place(layer.begin[i]));
      stay = stay / size * ceil_div(length, layer.step[i]);
    }
    return stay;
  }

  void add(std::size_t i, std::size_t dimension) {
    const std::int64_t size = x_[dimension];
    const std::int64_t step = step_[i];
    for (const std::int64_t value : {begin_[i], end_[i], step}) {
      if (value < -kMaxSize - 1 || value > kMaxSize) t_.fail("expected 32-bit numbers, got " + std::to_string(value));
    }
    std::int64_t begin = bit(options_.begin_mask(), i) ? (step > 0 ? 0 : size - 1) : begin_[i];
    std::int64_t end = options_.offset() ? begin + end_[i] : end_[i];
    if (bit(options_.end_mask(), i)) end = step > 0 ? size : -(size + 1);
    if (bit(options_.shrink_axis_mask(), i)) {  // one element, and the dimension goes
      begin = begin_[i] < 0 ? begin_[i] + size : begin_[i];
      end = begin + 1;
      reshaped_ = true;
    }
    LayerSpec& layer = t_.layer();
    layer.axes.push_back(static_cast<std::int64_t>(dimension));
    layer.begin.push_back(begin);
    layer.end.push_back(end);
    layer.step.push_back(bit(options_.shrink_axis_mask(), i) ? 1 : step);
  }

  Translation& t_;
  const format::StridedSliceOptions& options_;
  const Shape x_;
  const std::vector<std::int64_t> begin_, end_, step_;
  bool reshaped_ = false;  // the result has other dimensions than the input
};

bool strided_slice(Translation& t) {
  // Bounds that are computed are nothing that shapes can be worked out from.
  for (const std::size_t i : {1u, 2u, 3u}) {
    if (t.is_activation(i)) return false;
  }
  return StridedSlice(t).translate();
}

// Operand 1: a pair of sizes per dimension. Operand 2: the value; without it the zero point.
bool pad(Translation& t) {
  const std::vector<std::int64_t> sizes = t.integers(1, 32);
  LayerSpec& layer = t.layer();
  layer.op = Operator("pad");
  for (std::size_t i = 0; i + 1 < sizes.size(); i += 2) {
    layer.before.push_back(sizes[i]);
    layer.after.push_back(sizes[i + 1]);
  }
  t.take(0);
  if (t.has(2)) t.take(2);
  return true;
}

bool mirror_pad(Translation& t) {
  const bool good = pad(t);
  t.layer().op = Operator("mirror_pad");
  return good;
}

const bool slice_registered = register_translations({
    {"SLICE", slice},
    {"STRIDED_SLICE", strided_slice},
    {"PAD", pad},
    {"PADV2", pad},
    {"MIRROR_PAD", mirror_pad},
});

}  // namespace
}  // namespace subvolt::network::tflite
