#include "tests/support/dot_product_twin.h"

#include <algorithm>

namespace subvolt::test {

mapping::DotProductLayer Convolution::layer(int weight_banks) const {
  mapping::DotProductLayer l;
  l.width = width;
  l.height = height;
  l.inputs = inputs;
  l.kernels = kernels;
  l.taps = rows * columns;
  l.positions = out_width * out_height;
  l.weight_banks = weight_banks;
  return l;
}

std::int64_t Convolution::at(std::int64_t position, int row, int column, int channel) const {
  const std::int64_t y = position / out_width * stride_y - pad_top + row;
  const std::int64_t x = position % out_width * stride_x - pad_left + column;
  if (y < 0 || y >= height || x < 0 || x >= width) return 0;
  return input[static_cast<std::size_t>((y * width + x) * inputs + channel)];
}

std::int8_t Convolution::weight(int kernel, int channel, int row, int column) const {
  return weights[static_cast<std::size_t>(((kernel * inputs + channel) * rows + row) * columns + column)];
}

std::vector<std::int64_t> Convolution::result() const {
  std::vector<std::int64_t> all;
  for (int k = 0; k < kernels; ++k) {
    for (std::int64_t p = 0; p < out_width * out_height; ++p) {
      std::int64_t sum = 0;
      for (int c = 0; c < inputs; ++c) {
        for (int r = 0; r < rows; ++r) {
          for (int s = 0; s < columns; ++s) sum += at(p, r, s, c) * weight(k, c, r, s);
        }
      }
      all.push_back(sum);
    }
  }
  return all;
}

void TwinMemory::tick(std::int64_t now) {
  if (held_ > 0) --held_;
  if (held_ > 0 || queue_.empty()) return;
  under_way_.emplace_back(now + latency_, queue_.front());
  queue_.pop_front();
  held_ = cycles_per_beat_;
}

std::optional<TwinMemory::Beat> TwinMemory::answer(std::int64_t now) {
  if (under_way_.empty() || under_way_.front().first > now) return std::nullopt;
  const Beat beat = under_way_.front().second;
  under_way_.pop_front();
  return beat;
}

DotProductTwin::DotProductTwin(const mapping::DotProductMachine& machine, const Convolution& convolution,
                               int weight_banks, int latency, int cycles_per_beat)
    : machine_(machine),
      convolution_(convolution),
      layer_(convolution.layer(weight_banks)),
      memory_(latency, cycles_per_beat),
      room_(weight_banks * machine.bank_entries),
      credits_(machine.accumulators) {
  make_memory();
  make_blocks();
  results_.assign(static_cast<std::size_t>(layer_.kernels * layer_.positions), 0);
}

// Input in planes, row by row; weights group by group, in it block by block, in it kernel by kernel, without padding.
void DotProductTwin::make_memory() {
  const int beat = static_cast<int>(machine_.channels);
  const int planes = (convolution_.inputs + beat - 1) / beat;
  for (int y = 0; y < convolution_.height; ++y) {
    for (int p = 0; p < planes; ++p) {
      for (int x = 0; x < convolution_.width; ++x) {
        Bytes bytes(static_cast<std::size_t>(beat), 0);
        for (int c = p * beat; c < std::min((p + 1) * beat, convolution_.inputs); ++c) {
          bytes[static_cast<std::size_t>(c - p * beat)] =
              convolution_.input[static_cast<std::size_t>((y * convolution_.width + x) * convolution_.inputs + c)];
        }
        input_beats_.push_back(bytes);
      }
    }
  }
  buffer_.resize(input_beats_.size());
  const int at_once = static_cast<int>(machine_.kernels);
  for (int first = 0; first < convolution_.kernels; first += at_once) {
    const int end = std::min(first + at_once, convolution_.kernels);
    for (int p = 0; p < planes; ++p) {
      for (int tap = 0; tap < convolution_.rows * convolution_.columns; ++tap) {
        for (int k = first; k < end; ++k) {
          for (int c = p * beat; c < std::min((p + 1) * beat, convolution_.inputs); ++c) {
            weight_stream_.push_back(convolution_.weight(k, c, tap / convolution_.columns, tap % convolution_.columns));
          }
        }
      }
    }
    const auto bytes = static_cast<std::int64_t>(weight_stream_.size());
    group_end_.push_back((bytes + beat - 1) / beat);
  }
}

void DotProductTwin::make_blocks() {
  const std::int64_t planes = layer_.planes(machine_), longest = 2 * machine_.kernels;
  for (std::int64_t g = 0; g < static_cast<std::int64_t>(group_end_.size()); ++g) {
    for (std::int64_t first = 0; first < layer_.positions;) {
      const std::int64_t left = layer_.positions - first;
      const std::int64_t n = left <= longest ? left : left >= 2 * longest ? longest : machine_.kernels;
      for (std::int64_t p = 0; p < planes; ++p) {
        for (int r = 0; r < convolution_.rows; ++r) {
          for (int s = 0; s < convolution_.columns; ++s) {
            const bool last = p == planes - 1 && r == convolution_.rows - 1 && s == convolution_.columns - 1;
            blocks_.push_back({g, first, n, p, r, s, last, last && n == left});
          }
        }
      }
      first += n;
    }
  }
}

void DotProductTwin::tick() {
  landed_ = 0;
  take_answer();
  step_generator();
  step_input();
  step_releases();
  grant();
  memory_.tick(now_);
  step_output();
  issue();
  move_weights();
  compute();
  in_flight_ -= landed_;
  ++now_;
}

void DotProductTwin::take_answer() {
  const auto beat = memory_.answer(now_);
  if (!beat) return;
  landed_ = 1;
  if (beat->weights) {
    ++weights_there_;
    last_weight_ = now_;
  } else {
    last_input_ = now_;
    input_fifo_.emplace_back(now_ + machine_.input_latency, beat->number);
  }
}

// Beats that the input reader may ask for: a burst of a row per cycle, and a cycle between rows.
void DotProductTwin::step_generator() {
  if (now_ < machine_.input_start || generated_ == static_cast<std::int64_t>(input_beats_.size())) return;
  if (generator_wait_-- > 0) return;
  generator_wait_ = 0;
  const std::int64_t row = layer_.row_beats(machine_);
  generated_ += std::min<std::int64_t>(8, row - generated_ % row);
  if (generated_ % row == 0) generator_wait_ = 1;
}

void DotProductTwin::step_input() {
  const std::array<Register, 3> old = registers_;
  bool deaf_next = false;
  std::optional<std::int64_t> stored;
  if (!placing_.empty()) {
    stored = placing_.front();
    placing_.pop_front();
    const std::int64_t beat = *stored, row = layer_.row_beats(machine_);
    buffer_[static_cast<std::size_t>(beat)] = input_beats_[static_cast<std::size_t>(beat)];
    const std::int64_t plane = layer_.packed() ? 0 : beat / row % layer_.planes(machine_);
    deaf_next = !deaf_ && (beat % row == row - 1 || plane % 4 >= 2);
    if (++placed_ == static_cast<std::int64_t>(input_beats_.size())) input_complete_ = now_;
  }
  if (old[2].value && !deaf_) placing_.push_back(*old[2].value);
  for (std::size_t s = 0; s < registers_.size(); ++s) {
    std::optional<std::int64_t> coming;
    if (s > 0) {
      coming = old[s - 1].value;
    } else if (!input_fifo_.empty() && input_fifo_.front().first <= now_) {
      coming = input_fifo_.front().second;
      if (old[0].ready) input_fifo_.pop_front();
    }
    const bool open = s + 1 < registers_.size() ? old[s + 1].ready : !deaf_;
    const bool moves = open || !old[s].value;
    if (moves) registers_[s].value = old[s].ready ? coming : old[s].spare;
    if (old[s].ready) registers_[s].spare = coming;
    registers_[s].ready = moves;
  }
  deaf_ = deaf_next;
}

void DotProductTwin::step_releases() {
  while (!releases_.empty() && releases_.front().first <= now_) {
    freed_ = releases_.front().second;
    releases_.pop_front();
  }
}

void DotProductTwin::grant() {
  if (now_ < machine_.weight_start || in_flight_ >= machine_.reads_in_flight) return;
  const bool weights = weights_asked_ < layer_.weight_beats(machine_) &&
                       weights_asked_ / 8 * 8 + 8 <= room_ + machine_.weight_fifo + freed_;
  const bool input = input_asked_ < generated_;
  if (!weights && !input) return;
  const bool to_weights = weights && !(input && weights_last_);
  memory_.ask({to_weights, to_weights ? weights_asked_++ : input_asked_++});
  weights_last_ = to_weights;
  ++in_flight_;
}

void DotProductTwin::step_output() {
  if (stage_left_ > 0 && --stage_left_ == 0) ++credits_;
  if (stage_left_ == 0 && !to_output_.empty() && to_output_.front().at <= now_) {
    Sum sum = to_output_.front();
    to_output_.pop_front();
    sum.at = now_ + machine_.output_latency;
    to_memory_.push_back(std::move(sum));
    stage_left_ = machine_.output_interval;
  }
  while (!to_memory_.empty() && to_memory_.front().at == now_) {
    const Sum& sum = to_memory_.front();
    for (std::size_t k = 0; k < sum.values.size(); ++k) {
      const std::int64_t kernel = sum.group * machine_.kernels + static_cast<std::int64_t>(k);
      results_[static_cast<std::size_t>(kernel * layer_.positions + sum.position)] = sum.values[k];
    }
    if (first_output_ < 0) first_output_ = now_;
    last_output_ = now_;
    ++written_;
    to_memory_.pop_front();
  }
}

// The block whose weights have arrived goes to the array.
void DotProductTwin::issue() {
  if (active_ && active_cycle_ == active_length_) active_.reset();
  if (shadow_ && shadow_wait_ > 0) --shadow_wait_;
  if (active_ || !shadow_ || shadow_wait_ > 0) return;
  if (shadow_->last_of_stripe) {
    if (credits_ < shadow_->positions) return;
    credits_ -= shadow_->positions;
  }
  active_ = shadow_;
  active_weights_ = shadow_weights_;
  shadow_.reset();
  active_cycle_ = 0;
  active_length_ = std::max(active_->positions, machine_.kernels);
  if (active_->plane == 0 && active_->row == 0 && active_->column == 0) {
    sums_.assign(
        static_cast<std::size_t>(active_->positions),
        std::vector<std::int64_t>(static_cast<std::size_t>(layer_.group_kernels(machine_, active_->group)), 0));
    if (active_->first == 0) group_starts_.push_back(now_);
  }
}

bool DotProductTwin::group_ready(std::int64_t group) const {
  const std::int64_t end = group_end_[static_cast<std::size_t>(group)];
  const bool in_banks = weights_there_ >= end && end <= room_ + freed_;
  return in_banks && placed_ == static_cast<std::int64_t>(input_beats_.size());
}

void DotProductTwin::move_weights() {
  if (shadow_ || next_block_ == blocks_.size() || !group_ready(blocks_[next_block_].group)) return;
  const Block& block = blocks_[next_block_++];
  const std::int64_t kernels = layer_.group_kernels(machine_, block.group);
  const std::int64_t channels = std::min(machine_.channels, layer_.inputs - block.plane * machine_.channels);
  if (block.plane == 0 && block.row == 0 && block.column == 0) {  // a stripe's first: the group's from their begin
    stream_at_ = block.group * machine_.kernels * layer_.inputs * layer_.taps;
  }
  shadow_weights_.assign(weight_stream_.begin() + stream_at_, weight_stream_.begin() + stream_at_ + kernels * channels);
  stream_at_ += kernels * channels;
  shadow_ = block;
  shadow_wait_ = std::max<std::int64_t>(kernels, 2);
  if (block.last_of_group) {
    releases_.emplace_back(now_ + machine_.release_latency, group_end_[static_cast<std::size_t>(block.group)]);
  }
}

// A position of the active block.
void DotProductTwin::compute() {
  if (!active_) return;
  const Block& block = *active_;
  const std::int64_t j = active_cycle_++;
  if (j >= block.positions) return;
  const std::int64_t position = block.first + j;
  std::vector<std::int64_t>& sums = sums_[static_cast<std::size_t>(j)];
  const std::int64_t y = position / convolution_.out_width * convolution_.stride_y - convolution_.pad_top + block.row;
  const std::int64_t x =
      position % convolution_.out_width * convolution_.stride_x - convolution_.pad_left + block.column;
  if (y >= 0 && y < layer_.height && x >= 0 && x < layer_.width) {
    const std::int64_t beat = (y * layer_.planes(machine_) + block.plane) * layer_.width + x;
    const Bytes& bytes = buffer_[static_cast<std::size_t>(beat)];
    const std::size_t channels = active_weights_.size() / sums.size();
    for (std::size_t k = 0; k < sums.size(); ++k) {
      for (std::size_t c = 0; c < channels; ++c) sums[k] += bytes[c] * active_weights_[k * channels + c];
    }
  }
  if (block.last_of_stripe) to_output_.push_back({now_ + machine_.array_latency, block.group, position, sums});
}

}  // namespace subvolt::test
