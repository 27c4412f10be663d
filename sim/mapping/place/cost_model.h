// How the mapper weighs what a tiling costs. These figures steer the search only; reported energy and time come
// from the simulation. They depend on the structure and on the ratios of its clocks at one operating point, so a
// structure has one program, whatever it runs at.
//
//   cost   = sum over memories (bytes + 8 bursts) x cost per byte read or written + 0.3 x buffer bytes + 0.02 x
//   register bytes
//            + 32 x cycles + 16 x commands + 4.6 x cycles of programmable cores
//   cycles = sum over tiles of the pipeline's slowest stage + fill (pipeline.h); of finalists, as followed (replay.h)
//
// One unit is the cost of a byte of a memory with cost per byte 1, on-chip SRAM of some hundred KiB.
#pragma once

#include <array>
#include <cstdint>

#include "sim/mapping/capabilities.h"
#include "sim/mapping/path.h"
#include "sim/mapping/program/command.h"
#include "sim/mapping/program/layer_plan.h"

namespace subvolt::mapping {

// Estimate: address phase and row activation share of a burst, as bytes of the same memory.
inline constexpr double kBurstCost = 8.0;
// Estimate: access energy of a memory grows about with the square root of its capacity (Horowitz, ISSCC 2014,
// fig. 1.1.9: 8 KiB 10 pJ, 32 KiB 20 pJ, 1 MiB 100 pJ per 64 bit), so tens of KiB against half a MiB.
inline constexpr double kBufferCost = 0.3;
// Estimate: a latched byte (8 flip-flops, about 1 fJ each and bit at the clock) against an SRAM byte of
// about 1 pJ.
inline constexpr double kRegisterCost = 0.02;
// Estimate: clock tree, leakage and DRAM background of a SoC of this class are some 50 pJ per cycle (edge_npu in lp28
// at 0.8 V on MobileNetV1: 19, 3 and 30 pJ), a byte of SRAM and bus some 1.6 pJ.
inline constexpr double kCycleCost = 32.0;
// Of these what is the accelerator's own, its clock tree and leakage. Estimate: an eighth. What waits with it takes
// more than all of it (edge_npu in lp28 at 0.8 V on MobileNetV1: 39 pJ per cycle, of which the DRAM 37), so little is
// left that prefers the smaller of two that are as fast.
inline constexpr double kOwnCycleCost = 4.0;
// Of a programmable core, each in which it works: it fetches and decodes instructions for what an array does by wiring.
// Estimate: 5.3 pJ of a scalar core and its instruction memory and 2.1 pJ of its clock tree (ne16 in lp28 at 0.8 V on
// ad_autoencoder: 7.6 pJ per core and cycle, products included), at 1.6 pJ a unit.
inline constexpr double kCoreCycleCost = 4.6;
// Estimate: fetch and decode of one command descriptor.
inline constexpr double kCommandCost = 16.0;
// A run of bytes shorter than this costs an off-chip memory as much as this: two bursts of LPDDR4 (JESD209-4:
// burst length 16 x 16 bit = 32 B), so that a transaction covers more than its own address phase.
inline constexpr std::int64_t kShortestRun = 64;

// Of a block where it lies. Bursts end at multiples of the largest, `burst`.
Transfer transfer(const Block& block, Bytes burst);
// On average of such blocks as lie behind each other, wherever the next one begins.
Transfer usual_transfer(const Block& block, Bytes burst);
double read_cost(const Transfer& transfer, const MemoryRegion& memory);
double write_cost(const Transfer& transfer, const MemoryRegion& memory);

// Of bytes that a layer reads or writes, whatever their bursts: into its cost and its off-chip bytes.
void add_read(std::int64_t bytes, const MemoryRegion& memory, LayerMapping& mapping);
void add_write(std::int64_t bytes, const MemoryRegion& memory, LayerMapping& mapping);

struct Figures {
  std::int64_t off_chip_bytes = 0;  // padded
  std::int64_t cycles = 0;
  double cost = 0.0;
};

// What the search minimises, in order:
//   energy   cost, off-chip bytes, cycles
//   latency  cycles, off-chip bytes, cost
//   edp      cost x cycles, off-chip bytes, cost
using Score = std::array<double, 3>;
Score score(Objective objective, const Figures& figures);

}  // namespace subvolt::mapping
