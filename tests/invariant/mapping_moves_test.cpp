// Do moves by DMA put every element where its operator says, whatever the buffer's size?
//
// The interpreter knows loads and stores alone: a load takes the bytes of its block in order into the buffer, the store
// that waits for it puts them down in the order of its own block. Where elements belong is worked out here from
// coordinates, not from strides.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <numeric>
#include <random>

#include "tests/support/mapping_hardware.h"
#include "tests/support/program_walk.h"

namespace subvolt {
namespace {

using mapping::Address;
using network::LayerSpec;
using network::Shape;

using Memory = std::map<Address, int>;  // address -> value; values tell elements apart
using Coordinates = std::vector<std::int64_t>;

constexpr int kPadding = -7;

std::vector<Address> addresses_of(const mapping::Block& block) {
  std::vector<Address> all;
  test::for_each_run(block, [&](Address begin, std::int64_t bytes) {
    for (std::int64_t i = 0; i < bytes; ++i) all.push_back(begin + static_cast<Address>(i));
  });
  return all;
}

void run(const std::vector<mapping::Command>& commands, Memory& memory, std::int64_t slot_bytes) {
  std::map<std::int32_t, std::vector<int>> buffer;  // by the command that filled it
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto index = static_cast<std::int32_t>(i);
    if (const auto* load = std::get_if<mapping::Load>(&commands[i].what)) {
      EXPECT_LE(load->from.bytes(), slot_bytes);
      for (const Address a : addresses_of(load->from)) buffer[index].push_back(memory.at(a));
    } else if (const auto* vector = std::get_if<mapping::Vector>(&commands[i].what)) {
      EXPECT_LE(vector->work.outputs, slot_bytes);
      buffer[index].assign(static_cast<std::size_t>(vector->work.outputs), kPadding);
    } else {
      const auto& store = std::get<mapping::Store>(commands[i].what);
      ASSERT_EQ(commands[i].after.size(), 1U);
      const std::vector<int>& data = buffer.at(commands[i].after[0]);
      const std::vector<Address> to = addresses_of(store.to);
      ASSERT_LE(to.size(), data.size());
      for (std::size_t k = 0; k < to.size(); ++k) memory[to[k]] = data[k];
    }
  }
}

std::int64_t flat(const Shape& shape, const Coordinates& at) {
  std::int64_t index = 0;
  for (std::size_t i = 0; i < shape.rank(); ++i) index = index * shape[i] + at[i];
  return index;
}

Coordinates coordinates(const Shape& shape, std::int64_t index) {
  Coordinates at(shape.rank());
  for (std::size_t i = shape.rank(); i-- > 0; index /= shape[i]) at[i] = index % shape[i];
  return at;
}

// Which element of which input an output element is; nothing: padding.
struct Source {
  std::size_t input = 0;
  Coordinates at;
  bool padding = false;
};
using Rule = std::function<Source(std::size_t output, const Coordinates&)>;

void expect_moved(std::vector<Shape> inputs, LayerSpec spec, const Rule& rule) {
  network::NetworkSpec net_spec;
  net_spec.name = "test";
  net_spec.source = "made for a test";
  spec.name = "move";
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    net_spec.inputs.emplace_back();
    net_spec.inputs.back().name = "x" + std::to_string(i);
    net_spec.inputs.back().shape = inputs[i];
    spec.inputs.push_back(net_spec.inputs.back().name);
  }
  net_spec.layers = {spec};
  const network::Network net = network::build_network(net_spec);
  for (const std::int64_t buffer : {24, 1000, 65536}) {
    SCOPED_TRACE(spec.op->name + " of " + inputs[0].text() + ", buffer " + std::to_string(buffer));
    const test::MapperHardware hardware = test::mapping_hardware(Bytes(65536), Bytes(65536), Bytes(buffer));
    const mapping::Plan plan = make_plan(net, hardware, mapping::Objective::kEnergy);
    ASSERT_EQ(plan.program.layers[0].runs, mapping::LayerProgram::Runs::kOnAccelerator);
    EXPECT_TRUE(plan.mappings[0].moves_only);
    const network::Layer& layer = net.layers[0];
    const auto base = [&](network::TensorId t) {
      return plan.placement.activations[static_cast<std::size_t>(t)].address;
    };
    Memory memory;
    int value = 0;
    std::vector<int> first_value;
    for (const network::TensorId t : layer.inputs) {
      first_value.push_back(value);
      for (std::int64_t i = 0; i < net.tensor(t).shape.elements(); ++i)
        memory[base(t) + static_cast<Address>(i)] = value++;
    }
    run(plan.program.layers[0].commands, memory, buffer / 2);
    std::int64_t stored = 0;
    for (std::size_t o = 0; o < layer.outputs.size(); ++o) {
      const Shape& out = net.output_of(layer, o).shape;
      stored += out.elements();
      for (std::int64_t i = 0; i < out.elements(); ++i) {
        const Source source = rule(o, coordinates(out, i));
        const int expected = source.padding
                                 ? kPadding
                                 : first_value[source.input] + static_cast<int>(flat(inputs[source.input], source.at));
        const auto found = memory.find(base(layer.outputs[o]) + static_cast<Address>(i));
        ASSERT_NE(found, memory.end()) << "nothing wrote element " << i << " of output " << o;
        ASSERT_EQ(found->second, expected) << "element " << i << " of output " << o;
      }
    }
    EXPECT_EQ(plan.mappings[0].output_bytes, stored) << "an element is written once";
    const test::Moved moved = test::moved_by(plan.program.layers[0]);
    EXPECT_EQ(moved.input, plan.mappings[0].input_bytes);
    EXPECT_EQ(moved.output, plan.mappings[0].output_bytes);
  }
}

LayerSpec spec_of(const char* op, std::vector<std::int64_t> axes = {}, std::size_t outputs = 1) {
  LayerSpec spec = test::layer_spec("move", network::Operator(op));
  spec.axes = std::move(axes);
  for (std::size_t o = 0; outputs > 1 && o < outputs; ++o) {
    spec.outputs.emplace_back();
    spec.outputs.back().name = "y" + std::to_string(o);
  }
  return spec;
}

TEST(MappingMoves, ConcatAlongAnyDimension) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    std::vector<Shape> inputs = {{3, 4, 5}, {3, 4, 5}, {3, 4, 5}};
    inputs[1][axis] = 2;
    inputs[2][axis] = 7;
    expect_moved(inputs, spec_of("concat", {static_cast<std::int64_t>(axis)}), [&](std::size_t, Coordinates at) {
      std::size_t input = 0;
      for (; at[axis] >= inputs[input][axis]; ++input) at[axis] -= inputs[input][axis];
      return Source{input, at};
    });
  }
}

TEST(MappingMoves, SplitAlongAnyDimension) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    LayerSpec spec = spec_of("split", {static_cast<std::int64_t>(axis)}, 3);
    spec.sizes = {1, 4, 2};
    Shape in{5, 3, 4};
    in[axis] = 7;
    expect_moved({in}, spec, [&](std::size_t output, Coordinates at) {
      at[axis] += output == 0 ? 0 : output == 1 ? 1 : 5;
      return Source{0, at};
    });
  }
}

TEST(MappingMoves, PackAndUnpack) {
  for (std::int64_t axis = 0; axis < 3; ++axis) {
    expect_moved({{4, 6}, {4, 6}}, spec_of("pack", {axis}), [&](std::size_t, Coordinates at) {
      const auto input = static_cast<std::size_t>(at[static_cast<std::size_t>(axis)]);
      at.erase(at.begin() + axis);
      return Source{input, at};
    });
    Shape in{3, 3, 3};
    expect_moved({in}, spec_of("unpack", {axis}, 3), [&](std::size_t output, Coordinates at) {
      at.insert(at.begin() + axis, static_cast<std::int64_t>(output));
      return Source{0, at};
    });
  }
}

TEST(MappingMoves, SliceWithSteps) {
  LayerSpec spec = spec_of("slice", {0, 2});
  spec.begin = {2, 1};
  spec.end = {8, 10};
  spec.step = {3, 2};
  expect_moved({{9, 4, 11}}, spec, [](std::size_t, Coordinates at) {
    return Source{0, {2 + 3 * at[0], at[1], 1 + 2 * at[2]}};
  });
}

TEST(MappingMoves, TransposeInEveryOrder) {
  std::vector<std::int64_t> order = {0, 1, 2, 3};
  do {
    LayerSpec spec = spec_of("transpose");
    spec.order = order;
    expect_moved({{2, 3, 4, 5}}, spec, [&](std::size_t, const Coordinates& at) {
      Coordinates from(4);
      for (std::size_t i = 0; i < 4; ++i) from[static_cast<std::size_t>(order[i])] = at[i];
      return Source{0, from};
    });
  } while (std::next_permutation(order.begin(), order.end()));
}

// A result that is looked at as another shape is moved as what it is.
TEST(MappingMoves, TransposeIntoAStatedShape) {
  LayerSpec spec = spec_of("transpose");
  spec.order = {1, 3, 0, 2, 4};
  spec.shape = Shape{4, 6, 5};
  expect_moved({{3, 2, 2, 2, 5}}, spec, [](std::size_t, const Coordinates& at) {
    return Source{0, {at[1] / 2, at[0] / 2, at[1] % 2, at[0] % 2, at[2]}};
  });
}

TEST(MappingMoves, DepthToSpaceAndBack) {
  for (const std::int64_t b : {2, 3}) {
    LayerSpec spec = spec_of("depth_to_space");
    spec.block = b;
    const std::int64_t c = 5;
    expect_moved({{2, 4, 6, b * b * c}}, spec, [&](std::size_t, const Coordinates& at) {
      return Source{0, {at[0], at[1] / b, at[2] / b, (at[1] % b * b + at[2] % b) * c + at[3]}};
    });
    spec = spec_of("space_to_depth");
    spec.block = b;
    expect_moved({{2, 4 * b, 6 * b, c}}, spec, [&](std::size_t, const Coordinates& at) {
      const std::int64_t place = at[3] / c;
      return Source{0, {at[0], at[1] * b + place / b, at[2] * b + place % b, at[3] % c}};
    });
  }
}

TEST(MappingMoves, PadOnEverySide) {
  LayerSpec spec = spec_of("pad");
  spec.before = {1, 0, 2};
  spec.after = {0, 3, 1};
  const Shape in{3, 4, 5};
  expect_moved({in}, spec, [&](std::size_t, Coordinates at) {
    for (std::size_t i = 0; i < 3; ++i) {
      at[i] -= spec.before[i];
      if (at[i] < 0 || at[i] >= in[i]) return Source{0, {}, true};
    }
    return Source{0, at};
  });
}

TEST(MappingMoves, TileAndBroadcast) {
  LayerSpec spec = spec_of("tile");
  spec.shape = Shape{4, 9, 10};
  expect_moved({{2, 3, 5}}, spec, [](std::size_t, const Coordinates& at) {
    return Source{0, {at[0] % 2, at[1] % 3, at[2] % 5}};
  });
  spec = spec_of("broadcast_to");
  spec.shape = Shape{4, 3, 5};
  expect_moved({{3, 1}}, spec, [](std::size_t, const Coordinates& at) { return Source{0, {at[1], 0}}; });
}

}  // namespace
}  // namespace subvolt
