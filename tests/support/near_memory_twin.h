// A machine with weight memories beside its processors, clock by clock and with numbers: the tests' twin of
// mapping::clocks_of(). It goes over the padded image position by position, fetches words, pools, fills windows, and
// writes an output channel per clock. It shares no code with the closed form.
#pragma once

#include <cstdint>
#include <vector>

namespace subvolt::test {

struct TwinLayer {
  enum class Kind { kConvolution, kDepthwise, kTransposed, kFlatten, kPass };
  Kind kind = Kind::kConvolution;
  int height = 1, width = 1, channels = 1;  // of what lies in the data memories
  int out_channels = 1;
  int operands = 1;             // which are added
  bool pool_first = true;       // else the sum is pooled
  int pool = 0, pool_step = 1;  // side of the window; 0: none. The maximum
  int kernel_height = 1, kernel_width = 1, pad_height = 0, pad_width = 0;
  std::vector<int> processors, outputs;  // by number, ascending; one pass uses all of them
  std::vector<std::vector<int>> data;    // by operand: [row][column][channel]
  // [output][row][column][input channel]; depthwise [channel][row][column]; flattened [output][position][channel].
  std::vector<int> weights;
};

struct TwinRun {
  std::int64_t read_clocks = 0, write_clocks = 0;
  std::int64_t positions = 0;     // behind which it wrote
  std::int64_t kernel_words = 0;  // that processors read
  std::int64_t data_words = 0;    // of four channels, read for the first time
  std::vector<int> output;        // [row][column][channel]
};

TwinRun run_twin(const TwinLayer& layer);
// What it has to compute, from the definition.
std::vector<int> plain_result(const TwinLayer& layer);

}  // namespace subvolt::test
