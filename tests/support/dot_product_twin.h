// A dot-product engine register by register, which moves numbers: what mapping::DotProductRun is held against. Written
// from the data sheet (models/hw/dot_product/dot_product.h); it shares the engine's sizes with the recurrence, and no
// other code.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "sim/mapping/dot_product/dot_product_machine.h"

namespace subvolt::test {

// A dense convolution: inputs [row][column][channel], weights [kernel][channel][tap row][tap column].
struct Convolution {
  int width = 1, height = 1, inputs = 1, kernels = 1, rows = 1, columns = 1;
  int stride_y = 1, stride_x = 1, pad_top = 0, pad_left = 0, out_width = 1, out_height = 1;
  std::vector<std::int8_t> input, weights;

  mapping::DotProductLayer layer(int weight_banks) const;
  // Of an output pixel's tap: the input's channel there, 0 outside.
  std::int64_t at(std::int64_t position, int row, int column, int channel) const;
  std::int8_t weight(int kernel, int channel, int row, int column) const;
  // [kernel][position]
  std::vector<std::int64_t> result() const;
};

// One request after the other; a beat per `cycles_per_beat`, each there after `latency`.
class TwinMemory {
 public:
  TwinMemory(int latency, int cycles_per_beat) : latency_(latency), cycles_per_beat_(cycles_per_beat) {}
  struct Beat {
    bool weights = false;
    std::int64_t number = 0;
  };
  void ask(const Beat& beat) { queue_.push_back(beat); }
  void tick(std::int64_t now);
  std::optional<Beat> answer(std::int64_t now);

 private:
  int latency_, cycles_per_beat_, held_ = 0;
  std::deque<Beat> queue_;
  std::deque<std::pair<std::int64_t, Beat>> under_way_;
};

class DotProductTwin {
 public:
  DotProductTwin(const mapping::DotProductMachine& machine, const Convolution& convolution, int weight_banks,
                 int latency, int cycles_per_beat);
  void tick();
  bool done() const { return written_ == layer_.output_beats(machine_); }

  std::int64_t now() const { return now_; }
  std::int64_t first_output() const { return first_output_; }
  std::int64_t last_output() const { return last_output_; }
  std::int64_t input_complete() const { return input_complete_; }
  std::int64_t last_weight() const { return last_weight_; }
  std::int64_t last_input() const { return last_input_; }
  const std::vector<std::int64_t>& group_starts() const { return group_starts_; }
  const std::vector<std::int64_t>& results() const { return results_; }  // as Convolution::result()

 private:
  using Bytes = std::vector<std::int8_t>;
  // A register with a spare one in front, whose ready signal is a register, too.
  struct Register {
    bool ready = true;
    std::optional<std::int64_t> value, spare;
  };
  struct Block {
    std::int64_t group = 0, first = 0, positions = 0, plane = 0;
    int row = 0, column = 0;
    bool last_of_stripe = false, last_of_group = false;
  };
  struct Sum {
    std::int64_t at = 0, group = 0, position = 0;
    std::vector<std::int64_t> values;
  };

  void make_memory();
  void make_blocks();
  void take_answer();
  void step_generator();
  void step_input();
  void step_releases();
  void grant();
  void step_output();
  void issue();
  void move_weights();
  void compute();
  bool group_ready(std::int64_t group) const;

  mapping::DotProductMachine machine_;
  const Convolution& convolution_;
  mapping::DotProductLayer layer_;
  TwinMemory memory_;
  std::int64_t now_ = 0, room_ = 0;
  std::vector<Bytes> input_beats_;
  Bytes weight_stream_;
  std::vector<std::int64_t> group_end_;

  // Port.
  std::int64_t in_flight_ = 0, landed_ = 0;  // landed in this cycle
  std::int64_t weights_asked_ = 0, input_asked_ = 0, weights_there_ = 0;
  bool weights_last_ = false;
  std::int64_t generated_ = 0, generator_wait_ = 0;
  // Input.
  std::deque<std::pair<std::int64_t, std::int64_t>> input_fifo_;  // cycle from which it is seen, beat
  std::array<Register, 3> registers_;
  std::deque<std::int64_t> placing_;
  bool deaf_ = false;
  std::vector<Bytes> buffer_;
  std::int64_t placed_ = 0;
  // Array.
  std::vector<Block> blocks_;
  std::size_t next_block_ = 0;  // whose weights move next
  std::optional<Block> shadow_, active_;
  std::int64_t shadow_wait_ = 0, active_cycle_ = 0, active_length_ = 0;
  Bytes shadow_weights_, active_weights_;
  std::int64_t stream_at_ = 0;
  std::vector<std::vector<std::int64_t>> sums_;
  std::int64_t credits_ = 0;
  std::deque<std::pair<std::int64_t, std::int64_t>> releases_;  // cycle, beats
  std::int64_t freed_ = 0;
  // Output.
  std::deque<Sum> to_output_, to_memory_;
  std::int64_t stage_left_ = 0;
  std::int64_t written_ = 0;
  std::vector<std::int64_t> results_, group_starts_;
  std::int64_t first_output_ = -1, last_output_ = -1, input_complete_ = -1, last_weight_ = -1, last_input_ = -1;
};

}  // namespace subvolt::test
