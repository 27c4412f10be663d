// Whatever the engines' speeds: does each step of a recurrent layer see its input, the state of the step before and its
// weights, and is no buffer ever over-full?
//
// The program is walked with the dependency rules alone. What a step needs is worked out here from the layer; which
// command belongs to which step from the order of the computes.
#include <gtest/gtest.h>

#include "sim/mapping/layer/recurrent_state.h"
#include "tests/support/mapping_checker.h"

namespace subvolt {
namespace {

using mapping::Address;
using mapping::Command;
using mapping::Engine;
using test::Interval;
using test::Occupancy;

struct Case {
  const char* op;
  std::int64_t steps, features, units, projection;
  bool peephole, last_only;
};

network::Network network_of(const Case& c) {
  network::LayerSpec layer = test::layer_spec("cells", network::Operator(c.op));
  layer.units = c.units;
  if (c.projection > 0) layer.projection = c.projection;
  layer.peephole = c.peephole;
  layer.last_only = c.last_only;
  return test::network_of({c.steps, c.features}, {layer});
}

bool touches(const mapping::Block& block, Address base, std::int64_t bytes) {
  return block.base >= base && block.base < base + static_cast<Address>(bytes);
}

class Walk {
 public:
  Walk(const network::Network& net, const mapping::Plan& plan, std::mt19937& random)
      : net_(net),
        layer_(net.layers[0]),
        commands_(plan.program.layers[0].commands),
        times_(test::schedule(commands_, random)),
        input_(plan.placement.activations[0].address),
        output_(plan.placement.activations[1].address),
        state_(plan.placement.states[0].address) {}

  void run(const mapping::NpuCapabilities& npu) {
    const std::int64_t features = layer_.in.channels, steps = layer_.in.width;
    const std::int64_t width = layer_.attributes.projection.value_or(*layer_.attributes.units);
    std::int64_t step = -1;
    std::size_t x = 0, h = 0;
    for (std::size_t i = 0; i < commands_.size(); ++i) {
      if (const auto* load = std::get_if<mapping::Load>(&commands_[i].what)) {
        if (load->buffer != mapping::Buffer::kInput) continue;
        if (touches(load->from, input_, net_.input_of(layer_).bytes().value())) {
          ++step;
          x = i;
          EXPECT_EQ(load->from.base, input_ + static_cast<Address>(step * features));
          EXPECT_EQ(load->from.bytes(), features);
        } else if (load->from.bytes() == width && load->from.base != inner_place()) {
          h = i;
          const bool from_state = step == 0 || layer_.attributes.last_only;
          EXPECT_EQ(load->from.base, from_state ? state_ : output_ + static_cast<Address>((step - 1) * width));
          // Every part of it was stored before.
          std::int64_t stored = 0;
          for (std::size_t k = 0; k < i; ++k) {
            const auto* store = std::get_if<mapping::Store>(&commands_[k].what);
            if (!store || !touches(store->to, load->from.base, width) || step == 0) continue;
            if (layer_.attributes.last_only && step_of_.at(k) != step - 1) continue;
            stored += store->to.bytes();
            EXPECT_LE(times_[k].end, times_[i].start) << "a state is loaded before it is stored";
          }
          EXPECT_EQ(stored, step == 0 ? 0 : width);
        }
      } else if (std::get_if<mapping::Compute>(&commands_[i].what)) {
        EXPECT_LE(times_[x].end, times_[i].start) << "a step begins before its input";
        const mapping::TileWork work = std::get<mapping::Compute>(commands_[i].what).tile.as_product();
        EXPECT_TRUE(!work.accumulate || times_[h].end <= times_[i].start) << "a step begins before its state";
      }
      step_of_[i] = step;
    }
    EXPECT_EQ(step, steps - 1);
    check_buffers(npu);
  }

 private:
  Address inner_place() const {
    const mapping::RecurrentState state = mapping::recurrent_state(net_, layer_);
    return state.inner > 0 ? state_ + static_cast<Address>(state.hidden + state.cells) : 0;
  }

  // A load's data are needed at least until the last command that waits for it is done; weights that all fit are loaded
  // once and stay.
  void check_buffers(const mapping::NpuCapabilities& npu) {
    std::array<Occupancy, 3> buffers;
    const bool all_fit = layer_.constant_bytes() <= npu.weight_buffer;
    std::int64_t end = 0;
    for (const Interval& t : times_) end = std::max(end, t.end);
    for (std::size_t i = 0; i < commands_.size(); ++i) {
      const auto* load = std::get_if<mapping::Load>(&commands_[i].what);
      if (!load) continue;
      const bool operand = load->operand == mapping::Operand::kInput;
      const bool stays = (all_fit && !operand) || load->buffer == mapping::Buffer::kOutput;
      std::int64_t last = stays ? end : times_[i].end;
      for (std::size_t k = i + 1; k < commands_.size() && !stays; ++k) {
        const auto& after = commands_[k].after;
        if (std::count(after.begin(), after.end(), static_cast<std::int32_t>(i)) > 0)
          last = std::max(last, times_[k].end);
      }
      buffers[static_cast<std::size_t>(load->buffer)].hold(times_[i].start, last, load->from.bytes());
    }
    EXPECT_LE(buffers[0].peak(), npu.input_buffer.value());
    EXPECT_LE(buffers[1].peak(), npu.weight_buffer.value());
    EXPECT_LE(buffers[2].peak(), npu.output_buffer.value());
  }

  const network::Network& net_;
  const network::Layer& layer_;
  const std::vector<Command>& commands_;
  std::vector<Interval> times_;
  Address input_, output_, state_;
  std::map<std::size_t, std::int64_t> step_of_;  // by command
};

TEST(MappingRecurrent, EveryStepSeesWhatItNeeds) {
  std::mt19937 random(11);
  int planned = 0;
  for (const Case& c : {Case{"lstm", 7, 10, 24, 0, false, false},
                        {"lstm", 5, 13, 40, 12, true, true},
                        {"lstm", 1, 30, 33, 0, false, false},
                        {"lstm", 6, 9, 50, 20, false, false},
                        {"gru", 8, 10, 30, 0, false, true},
                        {"gru", 4, 20, 17, 0, false, false},
                        {"rnn", 5, 8, 12, 0, false, false}}) {
    const network::Network net = network_of(c);
    for (const std::int64_t weight_buffer : {600, 3000, 65536}) {
      SCOPED_TRACE(std::string(c.op) + ", units " + std::to_string(c.units) + ", weight buffer " +
                   std::to_string(weight_buffer));
      test::MapperHardware hardware = test::mapping_hardware(Bytes(65536), Bytes(weight_buffer), Bytes(4096));
      const mapping::Plan plan = make_plan(net, hardware, mapping::Objective::kEnergy);
      ASSERT_EQ(plan.program.layers[0].runs, mapping::LayerProgram::Runs::kOnAccelerator);
      const test::Moved moved = test::moved_by(plan.program.layers[0]);
      EXPECT_EQ(moved.macs, net.macs());
      // Weights once when they fit, else once per step.
      const std::int64_t weights = net.layers[0].weight_bytes().value();
      const std::int64_t biases = net.layers[0].bias_bytes().value();
      const std::int64_t times = weights + biases <= weight_buffer ? 1 : c.steps;
      EXPECT_EQ(moved.weights + moved.biases, times * (weights + biases));
      for (int repeat = 0; repeat < 5; ++repeat) Walk(net, plan, random).run(hardware.npu);
      ++planned;
    }
  }
  EXPECT_EQ(planned, 21);
}

TEST(MappingRecurrent, WhatTheArrayCannotDoIsSaid) {
  const auto why = [](network::LayerSpec layer, test::MapperHardware hardware = test::mapping_hardware()) {
    layer.name = "cells";
    layer.units = 8;
    try {
      make_plan(test::network_of({4, 6}, {layer}), hardware, mapping::Objective::kEnergy);
    } catch (const Error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  network::LayerSpec lstm = test::layer_spec("cells", network::Operator("lstm"));
  EXPECT_EQ(why(lstm), "");
  lstm.bidirectional = true;
  EXPECT_NE(why(lstm).find("npu runs one direction"), std::string::npos);
  lstm.bidirectional = false;
  EXPECT_NE(why(lstm, test::mapping_hardware(Bytes(10), Bytes(65536), Bytes(65536))).find("input buffer for a step"),
            std::string::npos);
}

}  // namespace
}  // namespace subvolt
