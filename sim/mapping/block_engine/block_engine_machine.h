// An engine that computes layers block by block, as Ethos-U is one, as the planner, the simulated component and the
// tests see it. Times are cycles of its clock.
//
// What it does with a block is told in models/hw/block_engine/block_engine.h.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/field_type.h"

namespace subvolt::mapping {

// By MACs of int8 per cycle.
enum class BlockEngineModel { kU55x32, kU55x64, kU55x128, kU55x256, kU65x256, kU65x512 };

struct BlockSize {
  std::int64_t rows = 1, columns = 1, channels = 1;
  std::int64_t elements() const { return rows * columns * channels; }
  friend bool operator==(const BlockSize& a, const BlockSize& b) {
    return a.rows == b.rows && a.columns == b.columns && a.channels == b.channels;
  }
};

struct BlockEngineMachine {
  // Of a micro-block: each output has eight multipliers, which take eight input channels of one tap in a cycle.
  static constexpr std::int64_t kDot = 8;
  // Cycles that a micro-block stays at a step: four channels of eight, or four taps.
  static constexpr std::int64_t kStep = 4;
  static constexpr std::int64_t kBankBytes = 1024;
  // Banks of the shared buffer for results on their way out, and for a table.
  static constexpr std::int64_t kOutputBanks = 2, kTableBanks = 2;
  // Windows are cut into such of eight by eight taps at most.
  static constexpr std::int64_t kSubKernel = 8;
  // The largest block, and in how many channels feature maps lie side by side in memory.
  static constexpr BlockSize kLargest{32, 64, 128};
  static constexpr std::int64_t kBrick = 16;
  // Blocks under way from their first read to their last write.
  static constexpr std::int64_t kUnderWay = 4;
  // Times of the output stage are in sixteenths of a cycle per element.
  static constexpr std::int64_t kFraction = 16;

  BlockSize micro{2, 2, 8};       // outputs of a micro-block
  std::int64_t cores = 1;         // that share the steps of a block
  std::int64_t banks = 48;        // of the shared buffer, kBankBytes each
  std::int64_t end_banks = 2;     // of these behind the accumulators, which no block has
  std::int64_t input_grain = 8;   // banks that input blocks take together
  std::int64_t sum_grain = 16;    // likewise accumulators of 32 bits
  std::int64_t element_time = 4;  // sixteenths of a cycle per element: scaled, and clamped
  std::int64_t table_time = 16;   // likewise: looked up in a table of 256 results
  std::int64_t hazard = 2;        // cycles until a lone micro-block's sums may be added to again
  std::int64_t port = 8;          // bytes to and from memory in a cycle

  // The memory of feature maps and that of weights in use, as the machine's designers take it.
  std::int64_t read_latency = 32, write_latency = 32, burst = 32;

  std::int64_t macs_per_cycle() const { return micro.elements() * kDot * cores; }
  // For blocks of a layer with or without a table.
  std::int64_t block_banks(bool table) const {
    return banks - kOutputBanks - (table && end_banks < kTableBanks ? kTableBanks : end_banks);
  }
};

BlockEngineMachine block_engine_machine(BlockEngineModel model);

}  // namespace subvolt::mapping

namespace subvolt::config {
template <>
struct EnumNames<mapping::BlockEngineModel> {
  static const std::vector<std::pair<mapping::BlockEngineModel, std::string>>& names();
};
}  // namespace subvolt::config
