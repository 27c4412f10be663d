// The vector unit clock by clock: slots move through the stages of each lane, nothing from the closed form.
#include <cstddef>
#include <vector>

#include "sim/mapping/tile/vector_timing.h"

namespace subvolt::mapping {
namespace {

// One operation of a lane on its output.
struct Slot {
  std::int64_t read = 0;                                       // elements, when it enters the pipeline
  std::int64_t written = 0;                                    // of results, when it leaves
  std::int64_t other_bytes_read = 0, other_bytes_written = 0;  // int32 sums and int16 cells, likewise
};

void gate(std::vector<Slot>& program) {
  program.push_back({0, 0, 4, 0});  // the sum, rescaled
  program.push_back({0, 0});        // its table
}

void product(std::vector<Slot>& program, std::int64_t read, std::int64_t other_bytes_read = 0) {
  program.push_back({read, 0, other_bytes_read, 0});
  program.push_back({0, 0});  // rescaled
}

void lstm_cell(std::vector<Slot>& program, bool peepholes) {
  product(program, 0, 2);  // forget gate times cell; the gates' own slots follow, in what order makes no difference
  for (int i = 0; i < 4; ++i) gate(program);
  for (int i = 0; peepholes && i < 3; ++i) product(program, 0);
  product(program, 0);              // input gate times candidate
  program.push_back({0, 0, 0, 2});  // the new cell
  program.push_back({0, 0});        // its table
  product(program, 0);              // output gate times that
  program.back().written = 1;
}

void gru_cell(std::vector<Slot>& program) {
  gate(program);
  gate(program);
  program.push_back({0, 0, 4, 0});  // candidate: the state's part, rescaled
  product(program, 0);              // times the reset gate
  gate(program);                    // and the input's part, and the table
  product(program, 1);              // update gate times state
  product(program, 0);              // its complement times candidate
  program.push_back({0, 1});
}

// What a lane does for one output, slot by slot.
std::vector<Slot> microprogram(const VectorWork& work) {
  std::vector<Slot> program;
  const std::int64_t operands = work.taps < 2 ? 2 : work.taps;
  switch (work.op) {
    case VectorOperator::kRequantize:
      program.push_back({0, 1, 4, 0});
      break;
    case VectorOperator::kAveragePool:
      for (std::int64_t tap = 0; tap < work.taps; ++tap) program.push_back({1, 0});
      program.push_back({0, 1});
      break;
    case VectorOperator::kMaxPool:
      for (std::int64_t tap = 1; tap < work.taps; ++tap) program.push_back({1, 0});
      program.push_back({1, 1});
      break;
    case VectorOperator::kArgMax:
      for (std::int64_t tap = 1; tap < work.taps; ++tap) program.push_back({1, 0});
      program.push_back({1, 0, 0, 4});  // the place
      break;
    case VectorOperator::kAdd:
      for (std::int64_t operand = 0; operand < operands; ++operand) program.push_back({1, 0});
      program.push_back({0, 1});
      break;
    case VectorOperator::kSubtract:
    case VectorOperator::kMultiply:
      program.push_back({1, 0});
      program.push_back({1, 0});
      program.push_back({0, 1});
      break;
    case VectorOperator::kMinimum:
    case VectorOperator::kMaximum:
      for (std::int64_t operand = 1; operand < operands; ++operand) program.push_back({1, 0});
      program.push_back({1, 1});
      break;
    case VectorOperator::kResizeBilinear:
      for (int neighbour = 0; neighbour < 4; ++neighbour) program.push_back({1, 0});
      program.push_back({0, 1});
      break;
    case VectorOperator::kLayerNorm:  // its last pass
      program.push_back({1, 0});
      program.push_back({0, 1});
      break;
    case VectorOperator::kLstmCell:
      lstm_cell(program, false);
      break;
    case VectorOperator::kPeepholeCell:
      lstm_cell(program, true);
      break;
    case VectorOperator::kGruCell:
      gru_cell(program);
      break;
    case VectorOperator::kActivation:
    case VectorOperator::kPermute:
    case VectorOperator::kSoftmax:  // its last pass
    case VectorOperator::kL2Norm:   // likewise
      program.push_back({1, 1});
      break;
  }
  if (work.lookup && !works_on_vectors(work.op)) {  // the result goes through a table before it leaves
    const Slot last = program.back();
    program.back().written = program.back().other_bytes_written = 0;
    program.push_back({0, last.written, 0, last.other_bytes_written});
  }
  return program;
}

struct Counted {
  VectorActivity activity;             // bytes of sums and cells
  std::int64_t read = 0, written = 0;  // elements
};

class Lane {
 public:
  explicit Lane(std::int64_t depth) : stages_(static_cast<std::size_t>(depth)) {}

  bool idle() const { return step_ == program_size_; }
  bool empty() const { return occupied_ == 0; }
  void take(std::size_t program_size) {
    step_ = 0;
    program_size_ = program_size;
  }
  // A rising edge: every stage hands on, the next slot enters; what leaves was in the last stage.
  void tick(const std::vector<Slot>& program, Counted& counted) {
    Stage& entering = stages_[head_];
    entering = {};
    if (!idle()) {
      const Slot& slot = program[step_];
      entering = {true, slot.written, slot.other_bytes_written};
      counted.read += slot.read;
      counted.activity.bytes_read += slot.other_bytes_read;
      counted.activity.lane_operations += 1;
      ++occupied_;
      ++step_;
    }
    head_ = (head_ + 1) % stages_.size();
    Stage& last = stages_[head_];  // entered depth - 1 cycles ago
    if (last.valid) {
      --occupied_;
      counted.written += last.written;
      counted.activity.bytes_written += last.other_bytes_written;
    }
    last = {};
  }

 private:
  struct Stage {
    bool valid = false;
    std::int64_t written = 0, other_bytes_written = 0;
  };
  std::vector<Stage> stages_;  // a ring: the pipeline's contents stand still, its ends go round
  std::size_t head_ = 0;
  std::int64_t occupied_ = 0;
  std::size_t step_ = 0, program_size_ = 0;
};

class Unit {
 public:
  explicit Unit(const VectorGeometry& geometry)
      : lanes_(static_cast<std::size_t>(geometry.lanes), Lane(geometry.pipeline_depth)) {}

  // Runs `outputs` through the lanes until the pipelines are empty.
  void pass(std::int64_t outputs, const std::vector<Slot>& program) {
    std::int64_t waiting = outputs;
    while (waiting > 0 || busy()) {
      for (Lane& lane : lanes_) {
        if (waiting > 0 && lane.idle()) {
          lane.take(program.size());
          --waiting;
        }
      }
      for (Lane& lane : lanes_) lane.tick(program, counted);
      counted.activity.cycles += Cycles(1);
    }
  }

  // A level of the tree per cycle: neighbours meet until one place is left. The first `partials` places hold
  // something; a place without partner hands on.
  void combine(std::int64_t partials) {
    std::vector<bool> holds(lanes_.size());
    for (std::size_t i = 0; i < holds.size(); ++i) holds[i] = static_cast<std::int64_t>(i) < partials;
    while (holds.size() > 1) {
      std::vector<bool> next;
      for (std::size_t i = 0; i < holds.size(); i += 2) {
        const bool partner = i + 1 < holds.size() && holds[i + 1];
        if (holds[i] && partner) counted.activity.lane_operations += 1;
        next.push_back(holds[i] || partner);
      }
      holds = std::move(next);
      counted.activity.cycles += Cycles(1);
    }
  }

  Counted counted;

 private:
  bool busy() const {
    for (const Lane& lane : lanes_) {
      if (!lane.idle() || !lane.empty()) return true;
    }
    return false;
  }
  std::vector<Lane> lanes_;
};

void softmax(Unit& unit, std::int64_t outputs, const std::vector<Slot>& last_pass) {
  const std::vector<Slot> keep_in_lane{{1, 0}};  // a running maximum or sum stays in its lane
  for (int scalar = 0; scalar < 2; ++scalar) {
    unit.pass(outputs, keep_in_lane);
    unit.combine(outputs);
  }
  unit.pass(1, {{0, 0}});  // the reciprocal
  unit.pass(outputs, last_pass);
}

void scalar_slots(Unit& unit, int count) {
  for (int i = 0; i < count; ++i) unit.pass(1, {{0, 0}});  // each needs the one before
}

void layer_norm(Unit& unit, std::int64_t outputs, const std::vector<Slot>& last_pass) {
  unit.pass(outputs, {{1, 0}, {0, 0}});  // add the element, add its square
  unit.combine(outputs);
  unit.combine(outputs);
  scalar_slots(unit, 3);
  unit.pass(outputs, last_pass);
}

void l2_norm(Unit& unit, std::int64_t outputs, const std::vector<Slot>& last_pass) {
  unit.pass(outputs, {{1, 0}});
  unit.combine(outputs);
  scalar_slots(unit, 1);
  unit.pass(outputs, last_pass);
}

}  // namespace

VectorActivity vector_reference(const VectorGeometry& geometry, const VectorWork& work) {
  Unit unit(geometry);
  const auto counted = [&] {
    VectorActivity a = unit.counted.activity;
    a.bytes_read += work.element.bytes(unit.counted.read);
    a.bytes_written += work.element.bytes(unit.counted.written);
    return a;
  };
  if (work.outputs == 0) return counted();
  const std::vector<Slot> program = microprogram(work);
  if (!works_on_vectors(work.op)) {
    unit.pass(work.outputs, program);
    return counted();
  }
  const std::int64_t length = work.outputs / work.vectors;
  for (std::int64_t vector = 0; vector < work.vectors; ++vector) {
    if (work.op == VectorOperator::kSoftmax) softmax(unit, length, program);
    if (work.op == VectorOperator::kLayerNorm) layer_norm(unit, length, program);
    if (work.op == VectorOperator::kL2Norm) l2_norm(unit, length, program);
  }
  return counted();
}

}  // namespace subvolt::mapping
