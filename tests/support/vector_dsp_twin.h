// A cluster of cores clock by clock: each with registers that hold real numbers, loads and products one by one.
//
// Cores share a tile in one way (mapping::DspSplit) and take their blocks in turn; all begin when the cluster's start
// is over, and the tile ends when the last of them is done.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/vector_dsp/vector_dsp_tile.h"

namespace subvolt::test {

// A convolution of small integers over an image that is as large as its windows want it, padding included.
struct DspWork {
  mapping::Tile tile;
  std::vector<int> input;    // [row][column][group][channel]
  std::vector<int> weights;  // [group][kernel][row][column][channel]
  std::int64_t columns_in() const { return tile.columns.in(); }
  int pixel(std::int64_t row, std::int64_t column, std::int64_t group, std::int64_t channel) const;
  // Of an output and the element `i` of its reduction [row][column][channel].
  int operand(std::int64_t output, std::int64_t group, std::int64_t i) const;
  int weight(std::int64_t group, std::int64_t kernel, std::int64_t i) const;
  std::int64_t reduction() const { return tile.rows.kernel * tile.columns.kernel * tile.inputs; }
  std::int64_t outputs() const { return tile.rows.out * tile.columns.out; }
  // [group][output][kernel], by the definition of a convolution.
  std::vector<std::int64_t> result() const;
};

class VectorDspTwin {
 public:
  VectorDspTwin(const mapping::VectorDspMachine& machine, const DspWork& work, mapping::DspSplit split,
                std::int64_t extra);
  void run();
  std::int64_t cycles() const { return now_; }
  const std::vector<std::int64_t>& results() const { return results_; }
  int written_once() const;  // 1: each result was
  mapping::VectorDspActivity counted;

 private:
  struct Block {
    std::int64_t group = 0, pixel = 0, pixels = 0, kernel = 0, kernels = 0;
    bool gathers = false;  // the windows of its pixels first
  };
  struct Core {
    std::vector<Block> blocks;
    std::size_t at = 0;
    enum class Phase { kGather, kSetUp, kInner, kResult, kDone } phase = Phase::kDone;
    std::int64_t left = 0;  // cycles of what it is at
    std::int64_t words = 0, step = 0, loaded = 0, multiplied = 0, stored = 0;
    bool first_loads = false;                       // of a block of a core with two issues
    std::vector<std::vector<int>> windows;          // by pixel of the block
    std::vector<std::vector<int>> pixels, kernels;  // vectors in registers
    std::vector<std::vector<int>> next_pixels, next_kernels;
    std::vector<std::int64_t> sums;
  };
  void share(mapping::DspSplit split);
  void enter(Core& core);
  void set_up(Core& core);
  void inner(Core& core);
  void begin_inner(Core& core);
  void results_of(Core& core);
  bool tick(Core& core);
  void load(Core& core, const Block& block, std::int64_t step, std::int64_t number, bool next);
  void multiply(Core& core, const Block& block, std::int64_t number);

  mapping::VectorDspMachine machine_;
  const DspWork& work_;
  std::int64_t extra_, lanes_, vector_words_, window_words_;
  std::vector<Core> cores_;
  std::vector<std::int64_t> results_;
  std::vector<int> times_;
  std::int64_t now_ = 0;
};

}  // namespace subvolt::test
