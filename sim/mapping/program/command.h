// The program: NPU commands with dependency tokens, and the host's part of each layer.
//
// A command goes to the engine of its kind; each engine works through its commands in program order, and a
// command starts when its engine is free and every command in `after` has finished. That is all the
// synchronisation there is: double buffering is a matter of what waits for what.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/config/field_type.h"
#include "sim/mapping/tile/array_style.h"
#include "sim/mapping/tile/vector_timing.h"
#include "sim/units/picoseconds.h"

namespace subvolt::mapping {

using Address = std::uint64_t;

// A block of memory: `planes` x `rows` runs of `row_bytes` contiguous bytes.
struct Block {
  Address base = 0;
  std::int64_t row_bytes = 0;
  std::int64_t rows = 1;
  std::int64_t row_stride = 0;
  std::int64_t planes = 1;
  std::int64_t plane_stride = 0;
  std::int64_t bytes() const { return row_bytes * rows * planes; }
};

enum class Buffer { kInput, kWeight, kOutput };
enum class Operand { kInput, kWeight, kBias, kOutput };
std::string to_text(Buffer buffer);    // "input_buffer"
std::string to_text(Operand operand);  // "input"

struct Load {  // memory -> buffer
  Operand operand = Operand::kInput;
  Buffer buffer = Buffer::kInput;
  Block from;
  std::int64_t beside = 0;  // bytes that are in the buffer already and are used together with these
};
// What an accelerator's planner tells its component of a layer where a tile does not say it.
struct MachineLayer {
  virtual ~MachineLayer() = default;
};
struct Compute {  // array: input and weight buffer -> output buffer
  const ArrayStyle* style = nullptr;
  Tile tile;
  std::shared_ptr<const MachineLayer> machine = nullptr;
};
struct Vector {  // output buffer -> output buffer
  VectorWork work;
};
struct Store {  // output buffer -> memory
  Block to;
};

enum class Engine { kLoad, kCompute, kVector, kStore };
inline constexpr int kEngines = 4;
std::string to_text(Engine engine);  // "load"

struct Command {
  std::variant<Load, Compute, Vector, Store> what;
  std::vector<std::int32_t> after;  // indices of earlier commands of this layer
  // Where the layer before still works: by engine, how many of its commands must be done, from its first on.
  std::array<std::int32_t, kEngines> after_previous{};
  Engine engine() const { return static_cast<Engine>(what.index()); }
};

// A layer, or part of one, that runs on the host.
struct HostWork {
  std::string op;  // as the host lists it: conv2d, conv2d.fp32
  std::int64_t element_operations = 0;
  std::vector<Block> reads;
  std::vector<Block> writes;
  // What is done besides, likewise: the gates of an lstm, a fused activation.
  std::vector<std::pair<std::string, std::int64_t>> also;
  std::int64_t results = 0, rows = 0;  // elements of its first result, rows of that one's images
};

struct LayerProgram {
  enum class Runs { kOnAccelerator, kOnHost, kNowhere };  // kNowhere: a view
  std::string name;
  std::int32_t layer = 0;  // of the network
  Runs runs = Runs::kOnAccelerator;
  int accelerator = 0;            // kOnAccelerator: which (Hardware)
  std::vector<Command> commands;  // kOnAccelerator
  // The layer that `after_previous` of its commands is about; behind any other they wait for all of it. -1: none.
  std::int32_t follows = -1;
  HostWork host;  // kOnHost
};

// What waits for the end of a layer: everything, or what depends on it and what its accelerator does next.
enum class Barrier { kSoc, kAccelerator };
inline constexpr std::int32_t kOnePoint = -1;  // of a job: all of it runs at the point that is in force

// One arrival of work: the layers [first_layer, end_layer), in order, not before its release.
struct Job {
  std::int32_t first_layer = 0, end_layer = 0;
  Picoseconds release_time{};
  std::int32_t points = kOnePoint;  // index into Program::points
  std::int32_t stream = 0;          // where it comes from: with the same layers and points, jobs of one are equal
};

struct Program {
  std::vector<LayerProgram> layers;  // one per network layer, in order; then their steady forms, if any (steady.h)
  // In order of release; a job starts when the one before is done. None: one of all layers.
  std::vector<Job> jobs;
  std::vector<std::vector<std::int32_t>> points;  // of jobs, by layer from their first one on: operating points
  Picoseconds end{};                              // the simulation goes on at least until then
  Barrier barrier = Barrier::kSoc;
  std::vector<std::string> accelerators;  // instances, by LayerProgram::accelerator; empty: there is one
};

}  // namespace subvolt::mapping

namespace subvolt::config {
template <>
struct EnumNames<mapping::Barrier> {
  static const std::vector<std::pair<mapping::Barrier, std::string>>& names();
};
}  // namespace subvolt::config
