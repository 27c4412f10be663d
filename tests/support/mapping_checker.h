// A program held against a schedule of random durations: is every operand in its buffer when a command needs it, and is
// no buffer ever over-full?
//
// An interpreter that knows only the dependency rules gives each command a time. Which tile a compute command belongs
// to, and which elements it needs, is derived here from the mapping and the window, not from the planner's own
// geometry.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>
#include <tuple>
#include <vector>

#include "tests/support/mapping_hardware.h"
#include "tests/support/mapping_times.h"
#include "tests/support/program_walk.h"

namespace subvolt::test {

using mapping::Address;
using mapping::Buffer;
using mapping::Operand;

class Checker {
 public:
  Checker(const network::Network& net, std::size_t l, const mapping::Plan& plan, const MapperHardware& hardware)
      : layer_(net.layers[l]),
        in_(layer_.in),
        out_(layer_.out),
        mapping_(plan.mappings[l]),
        commands_(plan.program.layers[l].commands),
        npu_(hardware.npu),
        input_(plan.placement.activations[static_cast<std::size_t>(layer_.inputs[0])].address),
        output_(plan.placement.activations[static_cast<std::size_t>(layer_.outputs[0])].address),
        parameters_(plan.placement.parameters[l].address) {
    if (!layer_.op.is("batch_matmul")) return;
    // Seen as a line of pixels, the rows of the first matrix. The second may be a constant.
    second_ = layer_.inputs.size() > 1 ? plan.placement.activations[static_cast<std::size_t>(layer_.inputs[1])].address
                                       : parameters_;
    const network::Shape& a = net.input_of(layer_).shape;
    const network::Shape& b = layer_.inputs.size() > 1 ? net.input_of(layer_, 1).shape : layer_.constants[0].shape;
    heads_ = layer_.attributes.heads;
    split_already_ = heads_ > 1 && a[0] != b[0];
    const std::int64_t inner = split_already_ ? a[2] : a[2] / heads_;
    in_ = {1, 1, a[1], inner};
    out_ = {1, 1, a[1], layer_.attributes.transpose_b ? b[1] : b[2] / heads_};
    one_second_ = b[0] == 1 && heads_ == 1;
  }

  void run(std::mt19937& random) {
    std::array<Occupancy, 3> buffers;
    run(schedule(commands_, random), buffers);
    expect_room(buffers);
  }
  // At the times of a schedule that may have other layers in it, too. What the layer holds is added to `buffers`.
  void run(std::vector<Interval> times, std::array<Occupancy, 3>& buffers) {
    times_ = std::move(times);
    last_use_.assign(commands_.size(), -1);
    line_use_.assign(commands_.size(), {});
    occupancy_ = {};
    if (mapping_.moves_only) {
      walk_moves();
    } else if (network::has_macs(layer_)) {
      for (repetition_ = 0, computes_ = vectors_ = stores_ = 0; repetition_ < mapping_.repetitions; ++repetition_) {
        walk_mac_layer();
      }
      EXPECT_EQ(std::count_if(commands_.begin(), commands_.end(),
                              [](const Command& c) { return c.engine() == mapping::Engine::kStore; }),
                stored_tiles_);
    } else {
      walk_vector_layer();
    }
    for (std::size_t i = 0; i < commands_.size(); ++i) {
      const auto* load = std::get_if<mapping::Load>(&commands_[i].what);
      if (!load) continue;
      EXPECT_GE(last_use_[i], times_[i].end) << "command " << i << " loads what nothing uses";
      Occupancy& buffer = occupancy_[static_cast<std::size_t>(load->buffer)];
      // Each line stays as long as it is used; lines that none needs, as long as the last of the others.
      std::int64_t bytes = load->from.bytes();
      for (const auto& [row, used] : line_use_[i]) {
        const std::int64_t line = load->from.bytes() / lines_in(load->from);
        buffer.hold(times_[i].start, used, line);
        bytes -= line;
      }
      buffer.hold(times_[i].start, last_use_[i], bytes);
    }
    for (std::size_t b = 0; b < buffers.size(); ++b) buffers[b].add(occupancy_[b]);
  }
  void expect_room(const std::array<Occupancy, 3>& buffers) const {
    EXPECT_LE(buffers[0].peak(), npu_.input_buffer.value()) << layer_.name;
    EXPECT_LE(buffers[1].peak(), npu_.weight_buffer.value()) << layer_.name;
    EXPECT_LE(buffers[2].peak(), npu_.output_buffer.value()) << layer_.name;
  }

 private:
  // The last load before command `user` that brought all these bytes; it must be done when `user` starts.
  void needs(std::size_t user, Operand operand, const std::vector<Address>& addresses) {
    for (std::size_t i = user; i-- > 0;) {
      const auto* load = std::get_if<mapping::Load>(&commands_[i].what);
      if (!load || load->operand != operand) continue;
      const bool all =
          std::all_of(addresses.begin(), addresses.end(), [&](Address a) { return contains(load->from, a); });
      if (!all) continue;
      EXPECT_LE(times_[i].end, times_[user].start) << layer_.name << ": command " << user << " starts before its data";
      last_use_[i] = std::max(last_use_[i], times_[user].end);
      return;
    }
    ADD_FAILURE() << layer_.name << ": nothing loads what command " << user << " needs of its " << to_text(operand);
  }

  // Lines of the input that a tile multiplies.
  std::vector<std::int64_t> lines_of(const Tile& t) const {
    const network::Window& w = layer_.window;
    std::set<std::int64_t> lines;
    for (std::int64_t o = t.row; o < t.row + t.rows; ++o) {
      for (std::int64_t k = 0; k < w.kernel_height; ++k) {
        const std::int64_t line = o * w.stride_height - w.pad_top + k * w.dilation_height;
        if (line >= 0 && line < in_.height) lines.insert(line);
      }
    }
    return {lines.begin(), lines.end()};
  }
  // The same of a line of the input, which may have come with an earlier tile.
  void needs_line(std::size_t user, std::int64_t row, const std::vector<Address>& addresses) {
    for (std::size_t i = user; i-- > 0;) {
      const auto* load = std::get_if<mapping::Load>(&commands_[i].what);
      if (!load || load->operand != Operand::kInput) continue;
      const bool all =
          std::all_of(addresses.begin(), addresses.end(), [&](Address a) { return contains(load->from, a); });
      if (!all) continue;
      EXPECT_LE(times_[i].end, times_[user].start) << layer_.name << ": command " << user << " starts before its data";
      last_use_[i] = std::max(last_use_[i], times_[user].end);
      std::int64_t& used = line_use_[i][row];
      used = std::max(used, times_[user].end);
      return;
    }
    ADD_FAILURE() << layer_.name << ": nothing loads line " << row << " for command " << user;
  }
  std::int64_t lines_in(const mapping::Block& block) const {
    const auto into = static_cast<std::int64_t>(block.base - input_at(0, 0, 0));
    const std::int64_t pixel = into / in_.channels;
    std::int64_t lines = 0;
    for (std::int64_t row = 0; row < in_.height; ++row) {
      lines += contains(block, input_at(row, pixel % in_.width, into % in_.channels)) ? 1 : 0;
    }
    return std::max<std::int64_t>(1, lines);
  }

  std::size_t next(std::size_t& at, mapping::Engine engine) {
    while (at < commands_.size() && commands_[at].engine() != engine) ++at;
    if (at == commands_.size()) throw std::runtime_error("too few " + to_text(engine) + " commands");
    return at++;
  }

  // Element (row, column, channel) of the input of this repetition, likewise of its output.
  Address input_at(std::int64_t row, std::int64_t column, std::int64_t channel) const {
    const std::int64_t pixel = row * in_.width + column;
    if (!layer_.op.is("batch_matmul")) {
      const std::int64_t image = in_.height * in_.width * in_.channels;
      return input_ + static_cast<Address>(repetition_ * image + pixel * in_.channels + channel);
    }
    const std::int64_t batch = repetition_ / heads_, head = repetition_ % heads_;
    if (split_already_ || heads_ == 1) {
      return input_ + static_cast<Address>((repetition_ * in_.width + column) * in_.channels + channel);
    }
    return input_ + static_cast<Address>(((batch * in_.width + column) * heads_ + head) * in_.channels + channel);
  }
  Address output_at(std::int64_t row, std::int64_t column, std::int64_t channel) const {
    const std::int64_t image = out_.height * out_.width * out_.channels;
    const std::int64_t pixel = row * out_.width + column;
    if (!split_already_) return output_ + static_cast<Address>(repetition_ * image + pixel * out_.channels + channel);
    const std::int64_t batch = repetition_ / heads_, head = repetition_ % heads_;
    return output_ + static_cast<Address>(((batch * out_.width + column) * heads_ + head) * out_.channels + channel);
  }
  // First and last weight of a tile; weights of the compiler's own order lie behind each other.
  std::vector<Address> weights_of(const Tile& t, std::int64_t k, std::int64_t reduction, std::int64_t taps) const {
    const std::int64_t per_group = in_.channels / layer_.groups;
    if (!layer_.op.is("batch_matmul")) {
      const Address first = parameters_ + static_cast<Address>(taps * (per_group * t.channel + k * t.channels));
      return {first, first + static_cast<Address>(taps * reduction * t.channels - 1)};
    }
    std::vector<Address> corners;
    const std::int64_t batch = one_second_ ? 0 : repetition_ / heads_, head = repetition_ % heads_;
    for (const std::int64_t line : {k, k + reduction - 1}) {
      for (const std::int64_t column : {t.channel, t.channel + t.channels - 1}) {
        const std::int64_t element = layer_.attributes.transpose_b
                                         ? ((batch * out_.channels + column) * heads_ + head) * in_.channels + line
                                         : ((batch * in_.channels + line) * heads_ + head) * out_.channels + column;
        corners.push_back(second_ + static_cast<Address>(element));
      }
    }
    return corners;
  }

  void walk_mac_layer() {
    std::size_t& computes = computes_;
    std::size_t& vectors = vectors_;
    std::size_t& stores = stores_;
    const network::Window& w = layer_.window;
    const std::int64_t reduction_channels = in_.channels / layer_.groups;
    const std::int64_t taps = w.kernel_height * w.kernel_width;
    if (repetition_ == 0) stored_tiles_ = 0;
    for (const Tile& t : tiles_of(out_, layer_.groups, mapping_)) {
      const Lines columns =
          touched(t.column, t.columns, w.kernel_width, w.stride_width, w.dilation_width, w.pad_left, in_.width);
      std::size_t compute = 0;
      std::int64_t begun = 0;
      for (std::int64_t k = 0; k < reduction_channels; k += mapping_.tile_reduction) {
        const std::int64_t reduction = std::min(mapping_.tile_reduction, reduction_channels - k);
        compute = next(computes, mapping::Engine::kCompute);
        const mapping::Tile& tile = std::get<mapping::Compute>(commands_[compute].what).tile;
        EXPECT_EQ(tile.rows.out, t.rows);
        EXPECT_EQ(tile.columns.out, t.columns);
        EXPECT_EQ(tile.inputs, reduction);
        EXPECT_EQ(tile.rows.kernel * tile.columns.kernel, taps);
        EXPECT_EQ(tile.rows.stride, w.stride_height);
        EXPECT_EQ(tile.columns.stride, w.stride_width);
        EXPECT_EQ(tile.rows.dilation, w.dilation_height);
        EXPECT_EQ(tile.columns.dilation, w.dilation_width);
        const mapping::TileWork work = tile.as_product();
        EXPECT_EQ(work.pixels, t.rows * t.columns);
        EXPECT_EQ(work.reduction, taps * reduction);
        EXPECT_EQ(work.channels * work.groups, t.channels);
        EXPECT_EQ(work.accumulate, k > 0);
        if (k == 0) begun = times_[compute].start;
        const std::int64_t first_channel = t.group * reduction_channels + k;
        const std::int64_t last_channel = first_channel + t.groups * reduction - 1;
        if (columns.last >= columns.first) {
          for (const std::int64_t row : lines_of(t)) {
            std::vector<Address> corners;
            for (const std::int64_t column : {columns.first, columns.last}) {
              for (const std::int64_t channel : {first_channel, last_channel}) {
                corners.push_back(input_at(row, column, channel));
              }
            }
            needs_line(compute, row, corners);
          }
        }
        needs(compute, Operand::kWeight, weights_of(t, k, reduction, taps));
      }
      const std::size_t vector = next(vectors, mapping::Engine::kVector);
      const std::size_t store = next(stores, mapping::Engine::kStore);
      EXPECT_GE(times_[vector].start, times_[compute].end);
      EXPECT_GE(times_[store].start, times_[vector].end);
      ++stored_tiles_;
      const mapping::Block& to = std::get<mapping::Store>(commands_[store].what).to;
      EXPECT_EQ(to.bytes(), t.rows * t.columns * t.channels);
      for (const std::int64_t row : {t.row, t.row + t.rows - 1}) {
        for (const std::int64_t column : {t.column, t.column + t.columns - 1}) {
          for (const std::int64_t channel : {t.channel, t.channel + t.channels - 1}) {
            EXPECT_TRUE(contains(to, output_at(row, column, channel))) << layer_.name << ": result in another place";
          }
        }
      }
      if (layer_.bias) {
        const Address biases = parameters_ + static_cast<Address>(layer_.weight_elements() + 4 * t.channel);
        needs(vector, Operand::kBias, {biases, biases + static_cast<Address>(4 * t.channels - 1)});
      }
      occupancy_[2].hold(begun, times_[store].end, 4 * t.rows * t.columns * t.channels);
    }
  }

  // What is loaded, or made by the vector unit, stays until the last store that waits for it.
  void walk_moves() {
    for (std::size_t i = 0; i < commands_.size(); ++i) {
      if (commands_[i].engine() != mapping::Engine::kStore) continue;
      const auto source = static_cast<std::size_t>(commands_[i].after.at(0));
      EXPECT_GE(times_[i].start, times_[source].end);
      last_use_[source] = std::max(last_use_[source], times_[i].end);
    }
    for (std::size_t i = 0; i < commands_.size(); ++i) {
      const auto* vector = std::get_if<mapping::Vector>(&commands_[i].what);
      if (vector) occupancy_[2].hold(times_[i].start, last_use_[i], vector->work.outputs);
    }
  }

  // Operands and results of a tile stay until it is stored.
  void walk_vector_layer() {
    std::size_t loads = 0;
    for (std::size_t i = 0; i < commands_.size(); ++i) {
      const auto* vector = std::get_if<mapping::Vector>(&commands_[i].what);
      if (!vector) continue;
      ASSERT_LT(i + 1, commands_.size());
      const Interval& store = times_[i + 1];
      EXPECT_GE(store.start, times_[i].end);
      for (; loads < i; ++loads) {
        if (commands_[loads].engine() != mapping::Engine::kLoad) continue;
        EXPECT_LE(times_[loads].end, times_[i].start) << layer_.name << ": vector starts before its operands";
        last_use_[loads] = store.end;
      }
      occupancy_[2].hold(times_[i].start, store.end, vector->work.outputs);
    }
  }

  const network::Layer& layer_;
  network::Image in_, out_;
  const mapping::LayerMapping& mapping_;
  const std::vector<Command>& commands_;
  const mapping::NpuCapabilities& npu_;
  Address input_, output_, parameters_, second_ = 0;
  std::int64_t heads_ = 1;
  bool split_already_ = false, one_second_ = false;
  std::int64_t repetition_ = 0, stored_tiles_ = 0;
  std::size_t computes_ = 0, vectors_ = 0, stores_ = 0;
  std::vector<Interval> times_;
  std::vector<std::int64_t> last_use_;  // by load command: end of the last command that uses its data
  std::vector<std::map<std::int64_t, std::int64_t>> line_use_;  // the same of each line of the input
  std::array<Occupancy, 3> occupancy_;
};

}  // namespace subvolt::test
