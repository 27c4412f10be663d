// A convolution engine with a weight memory beside each processor, as the planner, the simulated component and the
// tests see it. What it does with a layer is told in models/hw/near_memory/near_memory.h.
#pragma once

#include <cstdint>
#include <string>

#include "sim/mapping/program/command.h"
#include "sim/network/mapping_hint.h"
#include "sim/units/counts.h"

namespace subvolt::mapping {

// Defaults are those of the MAX78002 (analogdevicesinc/ai8x-synthesis: README.md, izer/tornadocnn.py).
struct NearMemoryMachine {
  static constexpr int kPerMemory = 4;     // processors that share a data memory: a byte each of its 32-bit words
  static constexpr int kPerQuadrant = 16;  // processors
  static constexpr int kLanes = 9;         // multipliers of a processor: a 3 x 3 kernel
  static constexpr int kWeightWordBits = 72;
  std::string data_memory = "data";
  int quadrants = 4;
  std::int64_t weight_words = 4096;        // of a processor
  std::int64_t extra_weight_words = 1024;  // of the first processor of each quadrant, besides
  std::int64_t passes = 16;                // over input or output channels, at most
  std::int64_t longest_side = 2047;        // rows, columns
  bool depthwise = true;                   // every processor makes a channel of its own
  bool pipeline = true;
  std::int64_t stall_tenths = 111;  // of a clock, with the pipeline, per output position

  int processors() const { return quadrants * kPerQuadrant; }
  std::int64_t multipliers() const { return std::int64_t{processors()} * kLanes; }
  std::int64_t words_of(int processor) const {
    return weight_words + (processor % kPerQuadrant == 0 ? extra_weight_words : 0);
  }
  std::int64_t channels() const { return passes * processors(); }
  // Processors for so many channels: as few passes as can be, the same number in each, up to a multiple of four where
  // there are several.
  std::int64_t processors_for(std::int64_t channels) const {
    const std::int64_t rounds = ceil_div(channels, std::int64_t{processors()});
    if (rounds <= 1) return channels;
    return ceil_div(ceil_div(channels, rounds), std::int64_t{kPerMemory}) * kPerMemory;
  }
};

// What it works off from one start to the next.
struct NearMemoryLayer : MachineLayer {
  enum class Kind { kConvolution, kDepthwise, kFlatten, kPass };  // kPass: no convolution
  Kind kind = Kind::kConvolution;
  // Of the convolution's input: behind pooling, with the zeros of a transposed convolution. A line is one column.
  std::int64_t height = 1, width = 1;
  std::int64_t zeros = 1;  // positions of it for each that is read: 4 of a transposed convolution
  std::int64_t channels = 1, out_channels = 1;
  std::int64_t out_height = 1, out_width = 1;
  bool pooled = false;
  std::int64_t pool_taps = 1;
  std::int64_t operands = 1;  // of the element-wise operation
  bool pool_first = true;     // before the element-wise operation
  std::int64_t kernel_height = 1, kernel_width = 1, pad_height = 0, pad_width = 0;
  network::UnitSet processors{1}, outputs{1};
  std::int64_t steps = 1;  // of the output per position, all passes together
  std::int64_t out_bytes = 1;
  std::int64_t weight_bits = 8;
  bool streaming = false;
  double toggle = 0.5;  // of the weight bits, from one word to the next
  bool planes = false;  // its input comes in planes: a word is four positions of a channel, not four channels of one
  std::int64_t images = 1;
  std::int64_t macs = 0;  // of the network, all images

  std::int64_t passes() const { return ceil_div(channels, processors.count()); }
  std::int64_t out_passes() const { return ceil_div(out_channels, outputs.count()); }
  std::int64_t taps() const { return kernel_height * kernel_width; }
  // 32-bit words in which the host writes so many bytes of its input.
  std::int64_t words_of_input(std::int64_t bytes) const {
    const std::int64_t at = ceil_div(bytes, channels);  // positions
    return planes ? channels * ceil_div(at, std::int64_t{4}) : at * ceil_div(channels, std::int64_t{4});
  }
  // At which it stops to write.
  std::int64_t positions() const {
    return kind == Kind::kFlatten || kind == Kind::kPass ? height * width : out_height * out_width;
  }
};

// Output steps per position of a layer that is laid out so, where nobody says otherwise.
std::int64_t steps_of(const NearMemoryLayer& layer);
// Data memories that are read or written at a time.
std::int64_t memories_of(const network::UnitSet& processors);
std::int64_t quadrants_of(const network::UnitSet& processors);
// Weight words of a processor.
std::int64_t kernel_words(const NearMemoryLayer& layer);

// Clocks, of all images.
struct NearMemoryClocks {
  std::int64_t read = 0, write = 0;
  std::int64_t stalled = 0;  // with the pipeline
  std::int64_t all() const { return read + write + stalled; }
};
NearMemoryClocks clocks_of(const NearMemoryMachine& machine, const NearMemoryLayer& layer);

// What is moved meanwhile.
struct NearMemoryCounts {
  std::int64_t kernel_words = 0;                   // read by processors
  std::int64_t kernel_bits = 0;                    // of these that are weights
  std::int64_t kernel_flips = 0;                   // of these that differ from the word before
  std::int64_t weight_bits = 0, weight_flips = 0;  // the same of one weight per word
  std::int64_t words_first = 0, words_again = 0;   // 32-bit words of data
  std::int64_t bytes_written = 0;
  std::int64_t processor_clocks = 0, quadrant_clocks = 0;
};
NearMemoryCounts counts_of(const NearMemoryMachine& machine, const NearMemoryLayer& layer);

}  // namespace subvolt::mapping
