// How one layer runs on an accelerator, and where tensors live.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/field_type.h"
#include "sim/mapping/program/command.h"

namespace subvolt::mapping {

enum class Objective { kEnergy, kLatency, kEdp };

// Which operand stays in its buffer while the other loop runs.
enum class LoopOrder {
  kWeightsOuter,  // for each channel tile: all pixel tiles; weights loaded once
  kPixelsOuter,   // for each pixel tile: all channel tiles; inputs loaded once
};
std::string to_text(LoopOrder order);  // "weights_outer"

// How one layer runs on the NPU. Layers without MACs use only the pixel tiling, those that only move data none.
struct LayerMapping {
  bool moves_only = false;
  // Nothing runs: what it would move lies where it belongs (Placement::joins), or another layer does its work.
  bool in_place = false;
  std::int64_t repetitions = 1;  // of what follows: images, or matrices of a batch; bytes and cycles are of all
  std::int64_t phases = 1;       // of a transposed convolution; tiles are those of the last one
  const ArrayStyle* style = nullptr;
  LoopOrder order = LoopOrder::kWeightsOuter;
  std::int64_t tile_rows = 1;       // output rows of a pixel tile (full width unless tile_columns says less)
  std::int64_t tile_columns = 1;    // output columns
  std::int64_t tile_channels = 1;   // output channels
  std::int64_t tile_reduction = 1;  // input channels; partial sums stay in the output buffer
  bool double_buffered = true;      // two tiles in flight per buffer
  // Plan, held against the simulated transfers by the tests: bytes per operand, padding excluded.
  std::int64_t input_bytes = 0, weight_bytes = 0, bias_bytes = 0, output_bytes = 0;
  Cycles array_cycles;
  std::string how;       // for people, of accelerators that the rest does not describe
  std::string why_host;  // layers on the host: what keeps them off the NPU
  std::string refused;   // layers on an accelerator: what keeps them off the first one
  // The search's own figures.
  double cost = 0.0;
  std::int64_t off_chip_bytes = 0;  // padded to what an off-chip memory moves at least
  Cycles estimated_cycles;          // of the layer's pipeline, without latencies and conflicts
  // Loads take a time of their own, whatever the clock: the estimate is not of the whole layer, nor is it shown.
  bool loads_by_time = false;
  // Of the accelerator's own pipeline with the transfers of weights that it plans, feature maps at hand: closed form,
  // of kinds whose makers state such cycles.
  std::optional<Cycles> pipeline_cycles;
  std::int64_t candidates = 0;
};

// A copy of a layer that moves elements (by its number in copies_of()), which is not made: both ends are one place.
struct Join {
  std::size_t layer = 0, copy = 0;
};
using Joins = std::vector<Join>;  // by layer, then by copy

// Where each tensor lives. The constants of a layer are one tensor in their order, biases behind weights; one that an
// earlier layer shares lives there.
struct Placement {
  struct Place {
    int memory = -1;  // index into the regions; -1: lives nowhere (a fused or absent tensor)
    Address address = 0;
    // Of a tensor that is a part of another one: bytes from one of its rows, which are as long as its last dimension,
    // to the next. 0: they follow one another.
    std::int64_t pitch = 0;
  };
  std::vector<Place> activations;             // by TensorId; views share their input's place
  std::vector<Place> parameters;              // by layer: of its first constant
  std::vector<std::vector<Place>> constants;  // by layer and constant
  std::vector<Place> states;                  // by layer: of the variable that it names, or of its own state
  // By layer: its stage of a pipeline, whose tensors share no place with another stage's. Empty: one after the other.
  std::vector<int> stages;
  Joins joins;  // joint_storage.h
  // By the costs of the memories (memory_assignment.h), and what no placement can be below.
  double cost = 0.0;
  double lower_bound = 0.0;
  double gap() const { return cost > lower_bound ? (cost - lower_bound) / cost : 0.0; }  // of the cost
};

// What an accelerator makes of a layer.
struct LayerPlan {
  std::vector<Command> commands;
  LayerMapping mapping;
};

}  // namespace subvolt::mapping

namespace subvolt::config {
template <>
struct EnumNames<mapping::Objective> {
  static const std::vector<std::pair<mapping::Objective, std::string>>& names();
};
}  // namespace subvolt::config
