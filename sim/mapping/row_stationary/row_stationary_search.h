// How a convolution is mapped on a row-stationary array: the mapping parameters of Chen et al., JSSC 52(1) 2017, table
// of the mapping. Of each group:
//
//   for n of the images, for a strip of e output rows:            all filters come from memory once more
//     for m of the filters (their psums stay in the buffer):      all ifmaps of the strip come once more
//       for c = q r of the channels (their ifmaps in the buffer):
//         for k = p t of the m filters:                           a pass
//       the m x n strips of ofmaps go to memory
//
// Limits: a pass can be arranged (scratchpads, PEs), its filters fit the filter buffer, and ifmaps of n x c strips and
// psums of n x m strips each take whole banks of the global buffer.
//
// The search tries all sizes that differ in how many steps they make and takes the mapping of least weight:
//   words from and to memories x their weight + words of the global buffer x kGlobalBufferWeight + cycles x
//   kCycleWeight
// (objective energy; latency: the fewest cycles; edp: the product). Tensors count as they are without run-length code:
// a program is made before its data are known.
#pragma once

#include <optional>
#include <string>

#include "sim/mapping/program/layer_plan.h"
#include "sim/mapping/row_stationary/row_stationary_machine.h"

namespace subvolt::mapping {

// Words of a memory off chip against the multiplication of a word: Chen et al., ISCA 2016, table IV. On chip: an
// estimate, twice what the same table has for the global buffer (6), as the way is longer.
inline constexpr double kOffChipWeight = 200.0, kOnChipWeight = 12.0;
// Estimates. Their reasoning is the result: with a word of the global buffer at 1 to 4 and a cycle at 20 to 80 the
// search finds the parameters that were published for AlexNet on Eyeriss (tests/unit/row_stationary_planner_test.cpp).
inline constexpr double kGlobalBufferWeight = 3.0, kCycleWeight = 40.0;

struct RowStationaryWeights {
  double input = kOffChipWeight, filters = kOffChipWeight, output = kOffChipWeight;  // by word
};

// Why a mapping is none for the layer, for people; empty: it is one.
std::string misfit(const RowStationaryMachine& machine, const RowStationaryLayer& layer,
                   const RowStationaryMapping& mapping);

// `candidates`: mappings that were weighed. Nothing: not even the smallest strip fits, and `smallest` has what it
// takes.
std::optional<RowStationaryMapping> search_row_stationary(const RowStationaryMachine& machine,
                                                          const RowStationaryLayer& layer,
                                                          const RowStationaryWeights& weights, Objective objective,
                                                          std::int64_t& candidates);
// Words of the buffers beneath one row of outputs of one filter and channel, for errors.
struct SmallestStrip {
  std::int64_t ifmap_banks = 0, psum_banks = 0;
};
SmallestStrip smallest_strip(const RowStationaryMachine& machine, const RowStationaryLayer& layer);
std::int64_t ifmap_banks(const RowStationaryMachine& machine, const RowStationaryLayer& layer, std::int64_t images,
                         std::int64_t channels, std::int64_t rows);
std::int64_t psum_banks(const RowStationaryMachine& machine, const RowStationaryLayer& layer, std::int64_t images,
                        std::int64_t filters, std::int64_t rows);

// The widest PE set, in output rows, that the array can be folded to.
std::int64_t widest_set(const RowStationaryMachine& machine, std::int64_t kernel_rows);

}  // namespace subvolt::mapping
