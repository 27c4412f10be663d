#include "sim/mapping/vector_dsp/vector_dsp_tile.h"

#include <algorithm>

namespace subvolt::mapping {
namespace {

// `full` blocks of time `whole` and, if `left`, one of time `part` behind them, each in turn to one of the cores: what
// the core with most of them takes.
std::int64_t most(std::int64_t cores, std::int64_t full, bool left, std::int64_t whole, std::int64_t part) {
  const std::int64_t blocks = full + (left ? 1 : 0), turns = ceil_div(blocks, cores);
  const bool alone = left && (blocks - 1) % cores == 0;  // the last turn is the last block's
  return alone ? (turns - 1) * whole + part : turns * whole;
}

// A group of a tile.
class Group {
 public:
  Group(const VectorDspMachine& m, const Tile& tile, std::int64_t extra) : m_(m), result_(m.result + extra) {
    const network::ElementType type = dsp_type(tile.input, tile.weight);
    const std::int64_t lanes = m.lanes_of(type);
    pixels_ = tile.rows.out * tile.columns.out;
    kernels_ = tile.channels;
    steps_ = ceil_div(tile.rows.kernel * tile.columns.kernel * tile.inputs, lanes);
    vector_ = ceil_div(Format{type}.bytes(lanes), m.word);
    window_ = dsp_window_words(m, tile);
  }
  std::int64_t block(std::int64_t q, std::int64_t r) const {
    const std::int64_t loads = (q + r) * vector_, products = q * r;
    const std::int64_t inner =
        m_.dual ? loads + (steps_ - 1) * std::max(loads, products) + products : steps_ * (loads + products);
    return m_.block + inner + q * r * result_;
  }
  std::int64_t gather(std::int64_t q) const { return q * window_ * m_.gather; }
  // Of q pixels all kernels, and of r kernels all pixels.
  std::int64_t of_pixels(std::int64_t q) const {
    const std::int64_t rest = kernels_ % m_.kernels;
    return gather(q) + kernels_ / m_.kernels * block(q, m_.kernels) + (rest > 0 ? block(q, rest) : 0);
  }
  std::int64_t of_kernels(std::int64_t r) const {
    const std::int64_t rest = pixels_ % m_.pixels;
    return pixels_ / m_.pixels * block(m_.pixels, r) + (rest > 0 ? block(rest, r) : 0);
  }
  std::int64_t whole() const {
    const std::int64_t rest = pixels_ % m_.pixels;
    return pixels_ / m_.pixels * of_pixels(m_.pixels) + (rest > 0 ? of_pixels(rest) : 0);
  }
  std::int64_t shared_by_pixels() const {
    const std::int64_t rest = pixels_ % m_.pixels;
    return most(m_.cores, pixels_ / m_.pixels, rest > 0, of_pixels(m_.pixels), rest > 0 ? of_pixels(rest) : 0);
  }
  std::int64_t shared_by_kernels() const {
    const std::int64_t rest = kernels_ % m_.kernels;
    return gather(pixels_) +
           most(m_.cores, kernels_ / m_.kernels, rest > 0, of_kernels(m_.kernels), rest > 0 ? of_kernels(rest) : 0);
  }
  std::int64_t pixel_blocks() const { return ceil_div(pixels_, m_.pixels); }
  std::int64_t kernel_blocks() const { return ceil_div(kernels_, m_.kernels); }
  std::int64_t products() const { return pixels_ * kernels_ * steps_; }
  // Each pixel once for each block of kernels, each kernel once for each block of pixels.
  std::int64_t loads() const { return (pixels_ * kernel_blocks() + kernels_ * pixel_blocks()) * vector_ * steps_; }
  std::int64_t gathered() const { return pixels_ * window_; }

 private:
  const VectorDspMachine& m_;
  std::int64_t result_;
  std::int64_t pixels_ = 1, kernels_ = 1, steps_ = 1, vector_ = 1, window_ = 0;
};

}  // namespace

std::int64_t dsp_window_words(const VectorDspMachine& m, const Tile& tile) {
  if (tile.rows.kernel * tile.columns.kernel == 1) return 0;
  const auto words = [&](std::int64_t elements) { return ceil_div(tile.input.bytes(elements), m.word); };
  const bool runs = tile.groups == 1 && tile.columns.dilation == 1;
  return runs ? tile.rows.kernel * words(tile.columns.kernel * tile.inputs)
              : tile.rows.kernel * tile.columns.kernel * words(tile.inputs);
}

VectorDspActivity vector_dsp_activity(const VectorDspMachine& m, const Tile& tile, DspSplit split, std::int64_t extra) {
  const Group group(m, tile, extra);
  VectorDspActivity a;
  std::int64_t copies = 1;  // of each window
  switch (split) {
    case DspSplit::kPixels:
      a.cycles = tile.groups * group.shared_by_pixels();
      break;
    case DspSplit::kKernels:
      a.cycles = tile.groups * group.shared_by_kernels();
      copies = std::min(m.cores, group.kernel_blocks());
      break;
    case DspSplit::kGroups:
      a.cycles = ceil_div(tile.groups, m.cores) * group.whole();
      break;
  }
  a.cycles += m.start;
  a.core_cycles = m.cores * m.start + tile.groups * (group.whole() + (copies - 1) * group.gathered() * m.gather);
  a.macs = tile.macs();
  a.products = tile.groups * group.products();
  a.loads = tile.groups * group.loads();
  a.gathered = tile.groups * copies * group.gathered();
  a.results = tile.groups * tile.channels * tile.rows.out * tile.columns.out;
  return a;
}

VectorDspActivity vector_dsp_activity(const VectorDspMachine& m, const Tile& tile, std::int64_t extra) {
  VectorDspActivity best = vector_dsp_activity(m, tile, DspSplit::kPixels, extra);
  for (const DspSplit split : {DspSplit::kKernels, DspSplit::kGroups}) {
    const VectorDspActivity a = vector_dsp_activity(m, tile, split, extra);
    if (a.cycles < best.cycles) best = a;
  }
  return best;
}

}  // namespace subvolt::mapping
