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
    times_ = schedule(commands_, random);
    last_use_.assign(commands_.size(), -1);
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
        const std::int64_t element =
            layer_.attributes.transpose_b
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
              corners.push_back(input_at(row, column, channel));
            }
          }
        }
        if (rows.last >= rows.first && columns.last >= columns.first) needs(compute, Operand::kInput, corners);
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

network::Network network_of_inputs(const std::vector<network::Shape>& shapes, network::LayerSpec layer) {
  network::NetworkSpec spec;
  spec.name = "test";
  spec.source = "made for a test";
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    spec.inputs.emplace_back();
    spec.inputs.back().name = std::string(1, static_cast<char>('a' + i));
    spec.inputs.back().shape = shapes[i];
    layer.inputs.push_back(spec.inputs.back().name);
  }
  spec.layers = {std::move(layer)};
  return network::build_network(spec);
}

TEST(MappingSchedule, ProductsOfMatricesInRandomBuffers) {
  std::mt19937 random(20240612);
  std::mt19937 durations(2);
  int planned = 0;
  for (int i = 0; i < 200; ++i) {
    const auto size = [&](std::uint32_t n) { return 1 + static_cast<std::int64_t>(random() % n); };
    const std::int64_t heads = i % 3 == 0 ? 1 : size(4);
    const std::int64_t batches = heads > 1 ? size(3) + 1 : size(4), rows = size(60), inner = size(70), columns = size(60);
    network::LayerSpec layer = testing::layer_spec("matmul", network::Operator("batch_matmul"));
    layer.heads = heads;
    layer.transpose_b = random() % 2 == 0;
    const bool split = heads > 1 && random() % 2 == 0;
    const network::Shape a = split ? network::Shape{batches * heads, rows, inner} : network::Shape{batches, rows, heads * inner};
    network::Shape b = layer.transpose_b ? network::Shape{batches, columns, heads * inner}
                                         : network::Shape{batches, inner, heads * columns};
    if (heads == 1 && random() % 4 == 0) b[0] = 1;
    if (random() % 3 == 0) layer.activation = network::Activation::kSigmoid;
    const network::Network net = network_of_inputs({a, b}, layer);
    const mapping::Hardware hardware =
        testing::mapping_hardware(Bytes(200 + size(6000)), Bytes(600 + size(6000)), Bytes(200 + size(6000)));
    SCOPED_TRACE("case " + std::to_string(i) + ": " + a.text() + " x " + b.text() + ", heads " + std::to_string(heads));
    try {
      check(net, hardware, kObjectives[i % 3], durations);
      ++planned;
    } catch (const Error& e) {
      EXPECT_NE(std::string(e.what()).find("the smallest tile needs"), std::string::npos) << e.what();
    }
    if (HasFailure()) return;
  }
  EXPECT_GT(planned, 150);
}

TEST(MappingSchedule, SeveralImages) {
  std::mt19937 random(3);
  for (int i = 0; i < 40; ++i) {
    const network::Shape in{1 + static_cast<std::int64_t>(random() % 3), 9, 11, 8};
    const network::Network net = testing::network_of(in, {random_layer(random, network::Shape{9, 11, 8})});
    SCOPED_TRACE("case " + std::to_string(i) + ": " + net.layers[0].name + " of " + in.text());
    check(net, testing::mapping_hardware(Bytes(3000), Bytes(6000), Bytes(2000)), kObjectives[i % 3], random);
    if (HasFailure()) return;
  }
}

// Each kind of layer of the vector unit, and moves.
TEST(MappingSchedule, VectorLayersInSmallBuffers) {
  std::mt19937 random(4);
  const auto spec_of = [](const char* op, std::vector<std::int64_t> axes = {}) {
    network::LayerSpec spec = testing::layer_spec(op, network::Operator(op));
    spec.axes = std::move(axes);
    return spec;
  };
  const network::Shape whole{8, 9, 40};
  std::vector<network::Network> nets;
  for (const char* op : {"add", "mul", "sub", "minimum", "maximum"}) {
    for (const network::Shape& other : {whole, network::Shape{1, 1, 40}, network::Shape{8, 9, 1}, network::Shape{1}}) {
      nets.push_back(network_of_inputs({whole, other}, spec_of(op)));
    }
  }
  nets.push_back(network_of_inputs({whole}, spec_of("mean", {0, 1})));
  nets.push_back(network_of_inputs({whole}, spec_of("softmax", {2})));
  nets.push_back(network_of_inputs({whole}, spec_of("layer_norm", {2})));
  nets.push_back(network_of_inputs({whole}, spec_of("l2_norm", {2})));
  nets.push_back(network_of_inputs({whole}, spec_of("batch_norm")));
  network::LayerSpec shuffle = spec_of("channel_shuffle");
  shuffle.groups = 4;
  nets.push_back(network_of_inputs({whole}, shuffle));
  for (const char* op : {"resize_bilinear", "resize_nearest"}) {
    network::LayerSpec resize = spec_of(op);
    resize.shape = network::Shape{16, 21, 40};
    nets.push_back(network_of_inputs({whole}, resize));
  }
  nets.push_back(network_of_inputs({whole, whole}, spec_of("concat", {2})));
  network::LayerSpec pad = spec_of("pad");
  pad.before = pad.after = {1, 2, 0};
  nets.push_back(network_of_inputs({whole}, pad));
  for (const network::Network& net : nets) {
    SCOPED_TRACE(net.layers[0].name);
    for (const std::int64_t bytes : {500, 3000, 65536}) {
      const mapping::Hardware hardware = testing::mapping_hardware(Bytes(65536), Bytes(65536), Bytes(bytes));
      EXPECT_EQ(make_plan(net, hardware, mapping::Objective::kEnergy).program.layers[0].runs,
                mapping::LayerProgram::Runs::kOnNpu);
      check(net, hardware, mapping::Objective::kEnergy, random);
    }
  }
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
