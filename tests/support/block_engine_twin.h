// A block engine that moves numbers clock by clock: micro-blocks stay at a step while the decoder brings the weights of
// the next one, a block's sums are in one of two sets of accumulators until the output stage has taken them, and four
// blocks are under way from their first read to their last write. Written from the data sheet (models/hw/block_engine/
// block_engine.h); of the closed form it knows the machine's sizes and the blocks, no times.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/mapping/block_engine/block_choice.h"

namespace subvolt::test {

// A layer with its numbers: inputs [row][column][channel], weights [kernel][tap row][tap column][channel], where a
// depthwise kernel has one channel.
struct BlockNumbers {
  mapping::BlockWork work;
  std::int64_t pad_top = 0, pad_left = 0;
  std::vector<std::int8_t> input, other, weights;  // other: of two operands the second

  // The pixel under an output's tap, 0 outside; of a maximum there is no outside: `there` says whether it is one.
  std::int64_t pixel(std::int64_t y, std::int64_t x, std::int64_t row, std::int64_t column, std::int64_t channel,
                     bool& there) const;
  std::int64_t weight(std::int64_t kernel, std::int64_t row, std::int64_t column, std::int64_t channel) const;
  // [row][column][channel], by plain loops over the outputs.
  std::vector<std::int64_t> result() const;
};

class BlockEngineTwin {
 public:
  BlockEngineTwin(const mapping::BlockEngineMachine& machine, const BlockNumbers& numbers,
                  const mapping::BlockChoice& choice);
  void tick();
  bool done() const;

  const std::vector<std::int64_t>& results() const { return results_; }
  const std::vector<int>& times_written() const { return times_written_; }
  std::int64_t products() const { return products_; }  // of operands that there are

 private:
  struct Place {
    std::int64_t row = 0, column = 0, channel = 0;
  };
  // What a block waits for in a stage.
  struct Stage {
    bool busy = false, worked = false;
    std::int64_t clocks = 0;
    std::size_t set = 0;
    Place block;
  };

  void begin_block();
  void multiply();             // one clock of one core
  void products_of_a_clock();  // of a micro-block at its step
  bool step_over();            // goes to the next step; false: the block has none left
  void end_multiply();
  void scale();
  void combine();  // element-wise
  std::int64_t port_clocks(std::int64_t bytes, std::int64_t own) const;
  std::int64_t memory_clocks() const;
  std::int64_t output_clocks() const;
  bool by_channel() const { return numbers_.work.by_channel(); }
  std::int64_t& sum(std::size_t set, std::int64_t row, std::int64_t column, std::int64_t channel);

  mapping::BlockEngineMachine m_;
  const BlockNumbers& numbers_;
  mapping::BlockChoice choice_;
  std::int64_t micro_rows_, micro_columns_, micro_channels_;  // of a micro-block
  std::int64_t block_rows_, block_columns_, block_channels_;
  std::int64_t x_, y_, z_;  // micro-blocks of a block

  Place next_;  // block
  bool blocks_left_ = true;
  Stage multiplying_, scaling_;
  std::array<bool, 2> waiting_{};  // sets whose sums the output stage has not taken
  std::array<Place, 2> waiting_block_{};
  std::size_t set_ = 0, taken_ = 0;
  std::array<std::vector<std::int64_t>, 2> sums_;
  std::int64_t multiply_clocks_ = -1;  // of a block, once one has been walked

  // Where the walk through a block is.
  std::int64_t chunk_ = 0, kernel_row_ = 0, kernel_column_ = 0, tap_ = 0, eight_ = 0, level_ = 0;
  std::int64_t step_clock_ = 0, decoded_ = 0, stall_ = 0;

  std::int64_t emitted_ = 0, clock_ = 0;  // element-wise
  std::vector<std::int64_t> results_;
  std::vector<int> times_written_;
  std::int64_t products_ = 0;
};

}  // namespace subvolt::test
