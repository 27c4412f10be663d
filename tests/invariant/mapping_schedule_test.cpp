// Whatever the engines' speeds: is every operand in its buffer when a command needs it, and is no buffer ever
// over-full?
//
// Random layers are planned for random buffers. An interpreter that knows only the dependency rules then runs
// each program with random durations. Which tile a compute command belongs to, and which elements it needs, is
// derived here from the mapping and the window, not from the planner's own geometry.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>

#include "sim/config/library.h"
#include "sim/network/reader.h"
#include "tests/support/mapping_hardware.h"
#include "tests/support/program_walk.h"

namespace subvolt {
namespace {

using mapping::Address;
using mapping::Buffer;
using mapping::Command;
using mapping::Operand;
using testing::contains;

struct Interval {
  std::int64_t start = 0, end = 0;
};

// Loads are issued in order and may finish in any order; the other engines do one command at a time.
std::vector<Interval> schedule(const std::vector<Command>& commands, std::mt19937& random) {
  std::vector<Interval> times(commands.size());
  std::array<std::int64_t, mapping::kEngines> free{};
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto engine = static_cast<std::size_t>(commands[i].engine());
    std::int64_t start = free[engine];
    for (const std::int32_t before : commands[i].after)
      start = std::max(start, times[static_cast<std::size_t>(before)].end);
    const auto duration = static_cast<std::int64_t>(random() % 4 == 0 ? random() % 1000 : random() % 30);
    times[i] = {start, start + duration};
    free[engine] = commands[i].engine() == mapping::Engine::kLoad ? start : times[i].end;
  }
  return times;
}

// Bytes in a buffer over time.
class Occupancy {
 public:
  void hold(std::int64_t from, std::int64_t to, std::int64_t bytes) {
    changes_[from] += bytes;
    changes_[to] -= bytes;
  }
  std::int64_t peak() const {
    std::int64_t now = 0, most = 0;
    for (const auto& [time, change] : changes_) most = std::max(most, now += change);
    return most;
  }

 private:
  std::map<std::int64_t, std::int64_t> changes_;  // what ends frees its bytes for what starts at that moment
};

// First and last real input line that output lines [begin, begin + size) touch; none: last < first.
struct Lines {
  std::int64_t first, last;
};
Lines touched(std::int64_t begin, std::int64_t size, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
              std::int64_t pad, std::int64_t in) {
  Lines lines{in, -1};
  for (std::int64_t o = begin; o < begin + size; ++o) {
    for (std::int64_t k = 0; k < kernel; ++k) {
      const std::int64_t line = o * stride - pad + k * dilation;
      if (line < 0 || line >= in) continue;
      lines = {std::min(lines.first, line), std::max(lines.last, line)};
    }
  }
  return lines;
}

// A tile of a layer with MACs, as the mapping's loops define it.
struct Tile {
  std::int64_t row, rows, column, columns, channel, channels, group, groups;
};

std::vector<Tile> tiles_of(const network::Image& out, std::int64_t groups, const mapping::LayerMapping& m) {
  const std::int64_t per_group = out.channels / groups;
  std::vector<Tile> channel_tiles, tiles;
  for (std::int64_t c = 0; c < out.channels;) {
    std::int64_t n = 0;
    if (m.tile_channels >= per_group) {
      n = std::min(m.tile_channels / per_group * per_group, out.channels - c);
    } else {
      n = std::min(m.tile_channels, per_group - c % per_group);
    }
    channel_tiles.push_back({0, 0, 0, 0, c, n, c / per_group, std::max<std::int64_t>(1, n / per_group)});
    c += n;
  }
  const auto pixels = [&](const Tile& t) {
    for (std::int64_t r = 0; r < out.height; r += m.tile_rows) {
      for (std::int64_t c = 0; c < out.width; c += m.tile_columns) {
        tiles.push_back({r, std::min(m.tile_rows, out.height - r), c, std::min(m.tile_columns, out.width - c),
                         t.channel, t.channels, t.group, t.groups});
      }
    }
  };
  for (const Tile& t : channel_tiles) pixels(t);
  if (m.order == mapping::LoopOrder::kPixelsOuter) {
    std::stable_sort(tiles.begin(), tiles.end(), [](const Tile& a, const Tile& b) {
      return std::tie(a.row, a.column) < std::tie(b.row, b.column);
    });
  }
  return tiles;
}

class Checker {
 public:
  Checker(const network::Network& net, std::size_t l, const mapping::Plan& plan, const mapping::Hardware& hardware)
      : layer_(net.layers[l]),
        in_(layer_.in),
        out_(layer_.out),
        mapping_(plan.mappings[l]),
        commands_(plan.program.layers[l].commands),
        npu_(hardware.npu),
        input_(plan.placement.activations[static_cast<std::size_t>(layer_.inputs[0])].address),
        parameters_(plan.placement.parameters[l].address) {}

  void run(std::mt19937& random) {
    times_ = schedule(commands_, random);
    last_use_.assign(commands_.size(), -1);
    occupancy_ = {};
    network::has_macs(layer_) ? walk_mac_layer() : walk_vector_layer();
    for (std::size_t i = 0; i < commands_.size(); ++i) {
      const auto* load = std::get_if<mapping::Load>(&commands_[i].what);
      if (!load) continue;
      EXPECT_GE(last_use_[i], times_[i].end) << "command " << i << " loads what nothing uses";
      occupancy_[static_cast<std::size_t>(load->buffer)].hold(times_[i].start, last_use_[i], load->from.bytes());
    }
    EXPECT_LE(occupancy_[0].peak(), npu_.input_buffer.value()) << layer_.name;
    EXPECT_LE(occupancy_[1].peak(), npu_.weight_buffer.value()) << layer_.name;
    EXPECT_LE(occupancy_[2].peak(), npu_.output_buffer.value()) << layer_.name;
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

  std::size_t next(std::size_t& at, mapping::Engine engine) {
    while (at < commands_.size() && commands_[at].engine() != engine) ++at;
    if (at == commands_.size()) throw std::runtime_error("too few " + to_text(engine) + " commands");
    return at++;
  }

  void walk_mac_layer() {
    const network::Window& w = layer_.window;
    const std::int64_t reduction_channels = in_.channels / layer_.groups;
    const std::int64_t taps = w.kernel_height * w.kernel_width;
    std::size_t computes = 0, vectors = 0, stores = 0;
    for (const Tile& t : tiles_of(out_, layer_.groups, mapping_)) {
      const Lines rows =
          touched(t.row, t.rows, w.kernel_height, w.stride_height, w.dilation_height, w.pad_top, in_.height);
      const Lines columns =
          touched(t.column, t.columns, w.kernel_width, w.stride_width, w.dilation_width, w.pad_left, in_.width);
      std::size_t compute = 0;
      std::int64_t begun = 0;
      for (std::int64_t k = 0; k < reduction_channels; k += mapping_.tile_reduction) {
        const std::int64_t reduction = std::min(mapping_.tile_reduction, reduction_channels - k);
        compute = next(computes, mapping::Engine::kCompute);
        const auto& work = std::get<mapping::Compute>(commands_[compute].what).work;
        EXPECT_EQ(work.pixels, t.rows * t.columns);
        EXPECT_EQ(work.reduction, taps * reduction);
        EXPECT_EQ(work.channels * work.groups, t.channels);
        EXPECT_EQ(work.accumulate, k > 0);
        if (k == 0) begun = times_[compute].start;
        const std::int64_t first_channel = t.group * reduction_channels + k;
        const std::int64_t last_channel = first_channel + t.groups * reduction - 1;
        std::vector<Address> corners;
        for (const std::int64_t row : {rows.first, rows.last}) {
          for (const std::int64_t column : {columns.first, columns.last}) {
            for (const std::int64_t channel : {first_channel, last_channel}) {
              corners.push_back(input_ + static_cast<Address>((row * in_.width + column) * in_.channels + channel));
            }
          }
        }
        if (rows.last >= rows.first && columns.last >= columns.first) needs(compute, Operand::kInput, corners);
        const Address weights =
            parameters_ + static_cast<Address>(taps * (reduction_channels * t.channel + k * t.channels));
        needs(compute, Operand::kWeight, {weights, weights + static_cast<Address>(taps * reduction * t.channels - 1)});
      }
      const std::size_t vector = next(vectors, mapping::Engine::kVector);
      const std::size_t store = next(stores, mapping::Engine::kStore);
      EXPECT_GE(times_[vector].start, times_[compute].end);
      EXPECT_GE(times_[store].start, times_[vector].end);
      if (layer_.bias) {
        const Address biases = parameters_ + static_cast<Address>(layer_.weight_elements() + 4 * t.channel);
        needs(vector, Operand::kBias, {biases, biases + static_cast<Address>(4 * t.channels - 1)});
      }
      occupancy_[2].hold(begun, times_[store].end, 4 * t.rows * t.columns * t.channels);
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
  Address input_, parameters_;
  std::vector<Interval> times_;
  std::vector<std::int64_t> last_use_;  // by load command: end of the last command that uses its data
  std::array<Occupancy, 3> occupancy_;
};

void check(const network::Network& net, const mapping::Hardware& hardware, mapping::Objective objective,
           std::mt19937& random) {
  const mapping::Plan plan = make_plan(net, hardware, objective);
  for (std::size_t l = 0; l < net.layers.size(); ++l) {
    if (plan.program.layers[l].runs != mapping::LayerProgram::Runs::kOnNpu) continue;
    for (int repeat = 0; repeat < 3; ++repeat) Checker(net, l, plan, hardware).run(random);
  }
}

constexpr mapping::Objective kObjectives[] = {mapping::Objective::kEnergy, mapping::Objective::kLatency,
                                              mapping::Objective::kEdp};

network::LayerSpec random_layer(std::mt19937& random, const network::Shape& in) {
  const auto up_to = [&](std::int64_t n) { return 1 + static_cast<std::int64_t>(random()) % n; };
  const network::Extent kernel{up_to(4), up_to(4)};
  const network::Extent stride{up_to(3), up_to(3)};
  network::LayerSpec spec;
  switch (random() % 7) {
    case 0:
    case 1:
      spec = testing::convolution("conv", kernel, stride, up_to(90));
      break;
    case 2:
      spec = testing::convolution("grouped", kernel, stride, 2 * up_to(40));
      spec.groups = in.channels() % 2 == 0 ? 2 : 1;
      break;
    case 3:
      spec = testing::depthwise("depthwise", kernel, stride, up_to(3));
      break;
    case 4:
      return testing::fully_connected("fc", up_to(200));
    case 5:
      return testing::pool("pool", random() % 2 ? network::Operator("max_pool") : network::Operator("average_pool"),
                           kernel, stride);
    default:
      return testing::layer_spec("softmax", network::Operator("softmax"));
  }
  spec.bias = random() % 4 != 0;
  spec.dilation = {up_to(2), up_to(2)};
  if (random() % 3 == 0) {
    spec.padding.mode = network::Padding::Mode::kExplicit;  // more than the window's own, so that tiles lie in it
    spec.padding.top = spec.padding.left = up_to(6);
    spec.padding.bottom = spec.padding.right = 6;
  }
  return spec;
}

TEST(MappingSchedule, RandomLayersInRandomBuffers) {
  std::mt19937 random(20240611);
  std::mt19937 durations(1);  // apart, so that the layers do not depend on the plans
  int planned = 0;
  for (int i = 0; i < 300; ++i) {
    const auto size = [&](std::uint32_t n) { return 1 + static_cast<std::int64_t>(random() % n); };
    const network::Shape in{size(20), size(20), size(60)};
    const network::Network net = testing::network_of(in, {random_layer(random, in)});
    mapping::Hardware hardware =
        testing::mapping_hardware(Bytes(200 + size(12000)), Bytes(600 + size(12000)), Bytes(200 + size(12000)));
    if (random() % 2) hardware.npu.styles.resize(1);
    SCOPED_TRACE("case " + std::to_string(i) + ": input " + in.text());
    try {
      check(net, hardware, kObjectives[i % 3], durations);
      ++planned;
    } catch (const Error& e) {  // some layers fit no such buffers
      EXPECT_NE(std::string(e.what()).find("the smallest tile needs"), std::string::npos) << e.what();
    }
  }
  EXPECT_GT(planned, 200);
}

TEST(MappingSchedule, ShippedNetworks) {
  std::mt19937 random(7);
  for (const char* name : {"kws_ds_cnn", "resnet8", "ad_autoencoder"}) {
    const network::Network net = network::read_network(name);
    for (const std::int64_t kibibytes : {4, 16, 64}) {
      SCOPED_TRACE(std::string(name) + ", buffers " + std::to_string(kibibytes) + " KiB");
      for (const mapping::Objective objective : kObjectives) {
        check(net, testing::mapping_hardware(kibibytes), objective, random);
      }
    }
  }
}

}  // namespace
}  // namespace subvolt
