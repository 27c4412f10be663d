// A row-stationary array clock by clock: PEs with their scratchpads on a grid, buses that move words, and the words
// themselves. It shares nothing with the recurrence that it is compared with but the sizes of layer and machine.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/mapping/row_stationary/row_stationary_machine.h"

namespace subvolt::test {

// Dense, of one group; input padded.
struct PlaneConvolution {
  int images = 1, channels = 1, filters = 1;
  int rows = 1, columns = 1;  // of outputs
  int kernel_rows = 1, kernel_columns = 1, stride_rows = 1, stride_columns = 1, dilation_rows = 1, dilation_columns = 1;
  std::vector<int> input, weights;  // image, channel, row, column; filter, channel, row, column

  int in_rows() const { return (rows - 1) * stride_rows + (kernel_rows - 1) * dilation_rows + 1; }
  int in_columns() const { return (columns - 1) * stride_columns + (kernel_columns - 1) * dilation_columns + 1; }
  int at(int image, int channel, int row, int column) const {
    return input[static_cast<std::size_t>(((image * channels + channel) * in_rows() + row) * in_columns() + column)];
  }
  int weight(int filter, int channel, int row, int column) const {
    return weights[static_cast<std::size_t>(((filter * channels + channel) * kernel_rows + row) * kernel_columns +
                                            column)];
  }
  std::size_t place(int image, int filter, int row, int column) const {
    return static_cast<std::size_t>(((image * filters + filter) * rows + row) * columns + column);
  }
  std::vector<std::int64_t> result() const;
};

// A part of it: first ones and numbers of images, channels, filters and output rows.
struct PartOfConvolution {
  int image = 0, images = 1, channel = 0, channels = 1, filter = 0, filters = 1, row = 0, rows = 1;
};

class RowStationaryTwin {
 public:
  RowStationaryTwin(const mapping::RowStationaryMachine& machine, const PlaneConvolution& convolution);
  // The clocks of a pass, from the end of the one before; false: its sets have no place or a scratchpad no room.
  bool run(const PartOfConvolution& part, const mapping::PeSets& sets);
  std::int64_t clocks() const { return clocks_; }          // of the last pass
  std::int64_t multiplied() const { return multiplied_; }  // clocks of it in which PEs multiplied
  const std::vector<std::int64_t>& psums() const { return psums_; }
  std::int64_t macs() const { return macs_; }
  bool starved() const { return starved_; }  // a PE used a word that was not there

 private:
  struct Pe {
    int r = 0, t = 0, row = 0, column = 0;  // set, filter row, output row of the strip
    std::vector<int> filters;               // scratchpad: filter, channel, tap
    std::vector<std::int64_t> sums;         // scratchpad: filter
  };
  bool place(const PartOfConvolution& part, const mapping::PeSets& sets);
  void fill(Pe& pe, const PartOfConvolution& part, const mapping::PeSets& sets) const;
  void multiply(Pe& pe, const PartOfConvolution& part, const mapping::PeSets& sets, int window, int step);

  mapping::RowStationaryMachine machine_;
  const PlaneConvolution& convolution_;
  std::vector<Pe> pes_;
  std::vector<std::int64_t> psums_;
  std::vector<bool> written_, there_;  // psums in the buffer; ifmap words of a pass at the PEs
  std::int64_t leaving_ = 0;           // results on their way
  std::int64_t clocks_ = 0, multiplied_ = 0, macs_ = 0;
  bool starved_ = false;
};

}  // namespace subvolt::test
