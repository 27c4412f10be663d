#include "tests/support/vector_dsp_twin.h"

#include <algorithm>

namespace subvolt::test {

using mapping::DspSplit;

int DspWork::pixel(std::int64_t row, std::int64_t column, std::int64_t group, std::int64_t channel) const {
  const std::int64_t at = ((row * columns_in() + column) * tile.groups + group) * tile.inputs + channel;
  return input[static_cast<std::size_t>(at)];
}

int DspWork::operand(std::int64_t output, std::int64_t group, std::int64_t i) const {
  const std::int64_t tap = i / tile.inputs;
  const std::int64_t row =
      output / tile.columns.out * tile.rows.stride + tap / tile.columns.kernel * tile.rows.dilation;
  const std::int64_t column =
      output % tile.columns.out * tile.columns.stride + tap % tile.columns.kernel * tile.columns.dilation;
  return pixel(row, column, group, i % tile.inputs);
}

int DspWork::weight(std::int64_t group, std::int64_t kernel, std::int64_t i) const {
  return weights[static_cast<std::size_t>((group * tile.channels + kernel) * reduction() + i)];
}

std::vector<std::int64_t> DspWork::result() const {
  std::vector<std::int64_t> all;
  for (std::int64_t g = 0; g < tile.groups; ++g) {
    for (std::int64_t y = 0; y < tile.rows.out; ++y) {
      for (std::int64_t x = 0; x < tile.columns.out; ++x) {
        for (std::int64_t k = 0; k < tile.channels; ++k) {
          std::int64_t sum = 0;
          std::int64_t i = 0;
          for (std::int64_t r = 0; r < tile.rows.kernel; ++r) {
            for (std::int64_t c = 0; c < tile.columns.kernel; ++c) {
              for (std::int64_t n = 0; n < tile.inputs; ++n, ++i) {
                sum += std::int64_t{pixel(y * tile.rows.stride + r * tile.rows.dilation,
                                          x * tile.columns.stride + c * tile.columns.dilation, g, n)} *
                       weight(g, k, i);
              }
            }
          }
          all.push_back(sum);
        }
      }
    }
  }
  return all;
}

VectorDspTwin::VectorDspTwin(const mapping::VectorDspMachine& machine, const DspWork& work, DspSplit split,
                             std::int64_t extra)
    : machine_(machine), work_(work), extra_(extra), cores_(static_cast<std::size_t>(machine.cores)) {
  const network::ElementType type = mapping::dsp_type(work.tile.input, work.tile.weight);
  lanes_ = machine.lanes_of(type);
  vector_words_ = ceil_div(mapping::Format{type}.bytes(lanes_), machine.word);
  window_words_ = mapping::dsp_window_words(machine, work.tile);
  const auto all = static_cast<std::size_t>(work.tile.groups * work.outputs() * work.tile.channels);
  results_.assign(all, 0);
  times_.assign(all, 0);
  share(split);
}

// Hands blocks out, one after the other to one core after the other.
void VectorDspTwin::share(DspSplit split) {
  const mapping::Tile& tile = work_.tile;
  for (std::int64_t g = 0; g < tile.groups; ++g) {
    std::int64_t pixel_block = 0;
    for (std::int64_t p = 0; p < work_.outputs(); p += machine_.pixels, ++pixel_block) {
      const std::int64_t q = std::min(machine_.pixels, work_.outputs() - p);
      std::int64_t kernel_block = 0;
      std::vector<bool> has_windows(cores_.size(), false);
      for (std::int64_t k = 0; k < tile.channels; k += machine_.kernels, ++kernel_block) {
        const std::int64_t turn = split == DspSplit::kPixels    ? pixel_block
                                  : split == DspSplit::kKernels ? kernel_block
                                                                : g;
        const auto c = static_cast<std::size_t>(turn % machine_.cores);
        cores_[c].blocks.push_back({g, p, q, k, std::min(machine_.kernels, tile.channels - k), !has_windows[c]});
        has_windows[c] = true;
      }
    }
  }
}

int VectorDspTwin::written_once() const {
  return std::all_of(times_.begin(), times_.end(), [](int n) { return n == 1; }) ? 1 : 0;
}

void VectorDspTwin::run() {
  for (std::int64_t c = 0; c < machine_.start; ++c) {
    ++now_;
    counted.core_cycles += machine_.cores;
  }
  for (Core& core : cores_) enter(core);
  while (true) {
    bool any = false;
    for (Core& core : cores_) any = tick(core) || any;
    if (!any) break;
    ++now_;
  }
  counted.cycles = now_;
}

// The next block; phases without cycles are passed at once.
void VectorDspTwin::enter(Core& core) {
  if (core.at == core.blocks.size()) {
    core.phase = Core::Phase::kDone;
    return;
  }
  const Block& block = core.blocks[core.at];
  if (block.gathers) {
    core.windows.assign(static_cast<std::size_t>(block.pixels), {});
    for (std::int64_t p = 0; p < block.pixels; ++p) {
      for (std::int64_t i = 0; i < work_.reduction(); ++i) {
        core.windows[static_cast<std::size_t>(p)].push_back(work_.operand(block.pixel + p, block.group, i));
      }
    }
    counted.gathered += block.pixels * window_words_;
    core.left = block.pixels * window_words_ * machine_.gather;
    core.phase = Core::Phase::kGather;
    if (core.left > 0) return;
  }
  set_up(core);
}

void VectorDspTwin::set_up(Core& core) {
  core.left = machine_.block;
  core.phase = Core::Phase::kSetUp;
  if (core.left == 0) begin_inner(core);
}

void VectorDspTwin::begin_inner(Core& core) {
  const Block& block = core.blocks[core.at];
  core.phase = Core::Phase::kInner;
  core.step = core.loaded = core.multiplied = 0;
  core.sums.assign(static_cast<std::size_t>(block.pixels * block.kernels), 0);
  core.pixels.assign(static_cast<std::size_t>(block.pixels), {});
  core.kernels.assign(static_cast<std::size_t>(block.kernels), {});
  core.next_pixels = core.pixels;
  core.next_kernels = core.kernels;
  core.first_loads = machine_.dual;
}

// The word `number` of a step's vectors; the vector is there with its last one.
void VectorDspTwin::load(Core& core, const Block& block, std::int64_t step, std::int64_t number, bool next) {
  ++counted.loads;
  if (number % vector_words_ != vector_words_ - 1) return;
  const std::int64_t v = number / vector_words_;
  std::vector<int> vector;
  for (std::int64_t i = step * lanes_; i < std::min((step + 1) * lanes_, work_.reduction()); ++i) {
    vector.push_back(v < block.pixels ? core.windows[static_cast<std::size_t>(v)][static_cast<std::size_t>(i)]
                                      : work_.weight(block.group, block.kernel + v - block.pixels, i));
  }
  auto& pixels = next ? core.next_pixels : core.pixels;
  auto& kernels = next ? core.next_kernels : core.kernels;
  (v < block.pixels ? pixels[static_cast<std::size_t>(v)] : kernels[static_cast<std::size_t>(v - block.pixels)]) =
      std::move(vector);
}

void VectorDspTwin::multiply(Core& core, const Block& block, std::int64_t number) {
  ++counted.products;
  const std::vector<int>& a = core.pixels[static_cast<std::size_t>(number / block.kernels)];
  const std::vector<int>& b = core.kernels[static_cast<std::size_t>(number % block.kernels)];
  for (std::size_t i = 0; i < a.size(); ++i) {
    core.sums[static_cast<std::size_t>(number)] += std::int64_t{a[i]} * b[i];
    ++counted.macs;
  }
}

// One cycle of the inner loop.
void VectorDspTwin::inner(Core& core) {
  const Block& block = core.blocks[core.at];
  const std::int64_t loads = (block.pixels + block.kernels) * vector_words_, products = block.pixels * block.kernels;
  const std::int64_t steps = ceil_div(work_.reduction(), lanes_);
  if (!machine_.dual) {
    if (core.loaded < loads) {
      load(core, block, core.step, core.loaded++, false);
    } else {
      multiply(core, block, core.multiplied++);
    }
    if (core.multiplied < products) return;
  } else if (core.first_loads) {
    load(core, block, 0, core.loaded++, false);
    if (core.loaded < loads) return;
    core.first_loads = false;
    core.loaded = 0;
    return;
  } else {
    const bool more = core.step + 1 < steps;
    if (more && core.loaded < loads) load(core, block, core.step + 1, core.loaded++, true);
    if (core.multiplied < products) multiply(core, block, core.multiplied++);
    if ((more && core.loaded < loads) || core.multiplied < products) return;
    core.pixels = core.next_pixels;
    core.kernels = core.next_kernels;
  }
  core.loaded = core.multiplied = 0;
  if (++core.step < steps) return;
  core.phase = Core::Phase::kResult;
  core.stored = 0;
  core.left = machine_.result + extra_;
  if (core.left == 0) results_of(core);
}

// The result whose time is over, and all that take none.
void VectorDspTwin::results_of(Core& core) {
  const Block& block = core.blocks[core.at];
  do {
    const std::int64_t p = core.stored / block.kernels, k = core.stored % block.kernels;
    const std::int64_t at = (block.group * work_.outputs() + block.pixel + p) * work_.tile.channels + block.kernel + k;
    results_[static_cast<std::size_t>(at)] = core.sums[static_cast<std::size_t>(core.stored)];
    ++times_[static_cast<std::size_t>(at)];
    ++counted.results;
    core.left = machine_.result + extra_;
  } while (++core.stored < block.pixels * block.kernels && core.left == 0);
  if (core.stored < block.pixels * block.kernels) return;
  ++core.at;
  enter(core);
}

// False: it has nothing to do any more.
bool VectorDspTwin::tick(Core& core) {
  if (core.phase == Core::Phase::kDone) return false;
  ++counted.core_cycles;
  switch (core.phase) {
    case Core::Phase::kGather:
      if (--core.left == 0) set_up(core);
      break;
    case Core::Phase::kSetUp:
      if (--core.left == 0) begin_inner(core);
      break;
    case Core::Phase::kInner:
      inner(core);
      break;
    case Core::Phase::kResult:
      if (--core.left == 0) results_of(core);
      break;
    case Core::Phase::kDone:
      break;
  }
  return true;
}

}  // namespace subvolt::test
