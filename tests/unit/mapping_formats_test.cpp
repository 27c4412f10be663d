// Do elements become bytes by their format, whatever the kind of layer?
//
// Of an NPU with a wider or narrower datapath than the shipped one: nobody here asks what the unit can compute.
#include <gtest/gtest.h>

#include "sim/mapping/layer/move_layer.h"
#include "sim/mapping/layer/recurrent_state.h"
#include "sim/mapping/layer/vector_layer.h"
#include "sim/mapping/place/placement.h"
#include "tests/support/mapping_hardware.h"
#include "tests/support/program_walk.h"

namespace subvolt::mapping {
namespace {

using network::ElementType;

constexpr ElementType kWidths[] = {ElementType::kInt4, ElementType::kInt8, ElementType::kInt16, ElementType::kFp32};

network::Network in_type(network::Network net, ElementType type) {
  for (network::Tensor& tensor : net.tensors) tensor.type = type;
  return net;
}

TEST(Formats, BytesAndBack) {
  EXPECT_EQ(kInt8.bytes(7), 7);
  EXPECT_EQ(kInt32.bytes(7), 28);
  const Format int4{ElementType::kInt4}, int3{ElementType::kInt3};
  EXPECT_EQ(int4.bytes(7), 4);
  EXPECT_EQ(int4.bytes_from(3, 2), 2);  // the second half of a byte and the first of the next
  EXPECT_EQ(int3.bytes(8), 3);
  EXPECT_EQ(int3.offset(5), 1);
  for (const Format format : {kInt8, kInt16, kInt32, int4, int3}) {
    for (std::int64_t n = 0; n < 30; ++n) {
      const std::int64_t held = format.elements_in(format.bytes(n));
      EXPECT_GE(held, n);
      EXPECT_EQ(format.bytes(held), format.bytes(n));
    }
  }
}

TEST(Formats, OfActivationsOfTheVectorUnit) {
  auto two_images = test::pool("p", network::Operator("max_pool"), {2, 2}, {2, 2});
  auto add = test::layer_spec("a", network::Operator("add"));
  add.inputs = {"p", "p"};
  for (const ElementType type : kWidths) {
    SCOPED_TRACE(to_text(type));
    const Format format{type};
    const test::MapperHardware hardware = test::mapping_hardware(4);
    const network::Network net = in_type(test::network_of({2, 36, 36, 24}, {two_images, add}), type);
    config::Diagnostics diagnostics;
    const Placement placement = place_tensors(net, hardware.memories, diagnostics);
    for (std::size_t l = 0; l < 2; ++l) {
      const VectorLayer layer = vector_layer(net, l, placement, hardware.memories);
      Shortage shortage;
      const auto choices =
          search_vector_layer(layer, hardware.npu, {Objective::kEnergy}, Reach::kNear, shortage).choices;
      ASSERT_FALSE(choices.empty());
      const VectorChoice* const choice = &choices.front();
      LayerProgram program;
      program.commands = lower_vector_layer(layer, *choice);
      const test::Moved moved = test::moved_by(program);
      const std::int64_t results = 2 * 18 * 18 * 24;
      EXPECT_EQ(moved.input, format.bytes(l == 0 ? 4 * results : 2 * results));
      EXPECT_EQ(moved.output, format.bytes(results));
      EXPECT_EQ(moved.input, choice->input_bytes);
      EXPECT_EQ(moved.output, choice->output_bytes);
      // Nothing outside of the tensor, the last image included, and no tile larger than a slot.
      const Placement::Place& out = placement.activations[static_cast<std::size_t>(net.layers[l].outputs[0])];
      Address end = 0;
      std::int64_t read = 0, written = 0;
      for (const Command& command : program.commands) {
        if (const auto* store = std::get_if<Store>(&command.what)) {
          EXPECT_LE(store->to.bytes(), hardware.npu.output_buffer.value());
          test::for_each_run(store->to, [&](Address at, std::int64_t bytes) {
            EXPECT_GE(at, out.address);
            end = std::max(end, at + static_cast<Address>(bytes));
          });
        } else if (const auto* vector = std::get_if<Vector>(&command.what)) {
          const VectorActivity a = vector_timing(hardware.npu.vector, vector->work);
          read += a.bytes_read;
          written += a.bytes_written;
        }
      }
      EXPECT_EQ(end, out.address + static_cast<Address>(format.bytes(results)));
      EXPECT_EQ(read, format.bytes((l == 0 ? 4 : 2) * results));
      EXPECT_EQ(written, format.bytes(results));
    }
  }
}

TEST(Formats, OfMoves) {
  const test::MapperHardware hardware = test::mapping_hardware(4);
  for (const ElementType type : kWidths) {
    SCOPED_TRACE(to_text(type));
    PlacedCopy placed;
    placed.copy.format = {type};
    placed.copy.loops = {{64, 256, 128}};  // every second run of 128 elements
    placed.copy.run = 128;
    placed.copy.source_offset = 128;
    placed.source = {&hardware.memories[0], 0x2000'0000, placed.copy.format};
    placed.target = {&hardware.memories[0], 0x2001'0000, placed.copy.format};
    LayerProgram program;
    const MoveProgram moves = lower_move_layer({placed}, hardware.npu);
    program.commands = moves.commands;
    const std::int64_t bytes = placed.copy.format.bytes(64 * 128);
    EXPECT_EQ(test::moved_by(program).input, bytes);
    EXPECT_EQ(moves.output_bytes, bytes);
    std::int64_t runs = 0;
    for (const Command& command : program.commands) {
      const auto* load = std::get_if<Load>(&command.what);
      if (!load) continue;
      EXPECT_LE(load->from.bytes(), hardware.npu.output_buffer.value() / 2);
      test::for_each_run(load->from, [&](Address at, std::int64_t size) {
        EXPECT_EQ(at, 0x2000'0000 + static_cast<Address>(placed.copy.format.bytes(128 + 256 * runs)));
        EXPECT_EQ(size, placed.copy.format.bytes(128));
        ++runs;
      });
    }
    EXPECT_EQ(runs, 64);
  }
}

TEST(Formats, OfRecurrentStates) {
  auto lstm = test::layer_spec("l", network::Operator("lstm"));
  lstm.units = 6;
  for (const ElementType type : kWidths) {
    SCOPED_TRACE(to_text(type));
    const network::Network net = in_type(test::network_of({1, 5, 8}, {lstm}), type);
    const RecurrentState state = recurrent_state(net, net.layers[0]);
    EXPECT_EQ(state.hidden, Format{type}.bytes(6));
    EXPECT_EQ(state.cells, type == ElementType::kFp32 ? 24 : 12);
  }
}

}  // namespace
}  // namespace subvolt::mapping
