// Does every shipped network keep its work under every dataflow, objective and buffer size: each MAC once, each
// output byte stored once, every byte moved planned, and no live tensor overwritten?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "sim/config/library.h"
#include "sim/mapping/layer/recurrent_state.h"
#include "sim/mapping/place/joint_storage.h"
#include "sim/network/reader.h"
#include "tests/support/mapping_hardware.h"
#include "tests/support/program_walk.h"
#include "tests/support/test_name.h"

namespace subvolt {
namespace {

using mapping::Address;
using mapping::Block;
using mapping::LayerProgram;
using mapping::Objective;
using mapping::Plan;
using test::for_each_run;
using test::moved_by;

const network::Network& shipped_network(const std::string& name) {
  static std::map<std::string, network::Network> known;
  auto found = known.find(name);
  if (found == known.end()) found = known.emplace(name, network::read_network(name)).first;
  return found->second;
}

// How often each byte of a tensor is touched; blocks outside of it fail.
class Coverage {
 public:
  Coverage(Address base, std::int64_t bytes) : base_(base), counts_(static_cast<std::size_t>(bytes), 0) {}
  void add(const Block& block) {
    for_each_run(block, [&](Address begin, std::int64_t bytes) {
      ASSERT_GE(begin, base_);
      ASSERT_LE(begin - base_ + static_cast<std::uint64_t>(bytes), counts_.size());
      const auto at = counts_.begin() + static_cast<std::ptrdiff_t>(begin - base_);
      std::for_each(at, at + bytes, [](std::uint8_t& n) { n = static_cast<std::uint8_t>(std::min(n + 1, 200)); });
    });
  }
  bool each_once() const {
    return std::all_of(counts_.begin(), counts_.end(), [](auto n) { return n == 1; });
  }
  bool each_touched() const {
    return std::all_of(counts_.begin(), counts_.end(), [](auto n) { return n > 0; });
  }

 private:
  Address base_;
  std::vector<std::uint8_t> counts_;
};

void check_order(const LayerProgram& program) {
  for (std::size_t i = 0; i < program.commands.size(); ++i) {
    for (const std::int32_t before : program.commands[i].after) {
      ASSERT_GE(before, 0);
      ASSERT_LT(before, static_cast<std::int32_t>(i)) << program.name;
    }
  }
}

// Memory that a layer may touch, by its first address.
class Regions {
 public:
  Coverage& add(Address base, std::int64_t bytes) { return all_.emplace(base, Coverage(base, bytes)).first->second; }
  void touch(const Block& block) {
    auto at = all_.upper_bound(block.base);
    ASSERT_NE(at, all_.begin()) << "a block of nobody's";
    std::prev(at)->second.add(block);
  }

 private:
  std::map<Address, Coverage> all_;
};

// With another tensor: rows of its own lie apart, or a copy is not made.
bool shares_storage(const network::Network& net, std::size_t l, const Plan& plan) {
  const network::Layer& layer = net.layers[l];
  const auto apart = [&](network::TensorId t) {
    return plan.placement.activations[static_cast<std::size_t>(t)].pitch > 0;
  };
  return std::any_of(layer.inputs.begin(), layer.inputs.end(), apart) ||
         std::any_of(layer.outputs.begin(), layer.outputs.end(), apart) ||
         std::any_of(plan.placement.joins.begin(), plan.placement.joins.end(),
                     [l](const mapping::Join& j) { return j.layer == l; });
}

void check_npu_layer(const network::Network& net, std::size_t l, const Plan& plan) {
  const network::Layer& layer = net.layers[l];
  const LayerProgram& program = plan.program.layers[l];
  const mapping::LayerMapping& mapping = plan.mappings[l];
  const bool recurrent = layer.op->form == network::Form::kRecurrent;
  SCOPED_TRACE("layer " + layer.name);
  check_order(program);

  std::int64_t output_bytes = 0, outputs = 0;
  for (const network::TensorId t : layer.outputs) outputs += net.tensor(t).shape.elements();
  for (const std::int64_t bytes : mapping::copied_bytes(net, l, plan.placement.joins).outputs) output_bytes += bytes;
  const test::Moved moved = moved_by(program);
  EXPECT_EQ(moved.macs, layer.macs);
  EXPECT_EQ(moved.input, mapping.input_bytes);
  EXPECT_EQ(moved.weights, mapping.weight_bytes);
  EXPECT_EQ(moved.biases, mapping.bias_bytes);
  EXPECT_EQ(moved.output, mapping.output_bytes);
  EXPECT_TRUE(recurrent || moved.output == output_bytes) << moved.output;  // those store their state, too
  EXPECT_EQ(moved.array_cycles, mapping.array_cycles.value());
  EXPECT_GT(mapping.candidates, 0);
  EXPECT_GT(mapping.estimated_cycles.value(), 0);

  if (shares_storage(net, l, plan)) return;  // tests/invariant/mapping_joints_test.cpp
  const auto place = [&](network::TensorId t) {
    return plan.placement.activations[static_cast<std::size_t>(t)].address;
  };
  // What is loaded and what is stored, apart: a recurrent layer reads its own outputs.
  Regions loaded, stored;
  std::vector<Coverage*> results, operands;
  for (const network::TensorId t : layer.outputs) {
    results.push_back(&stored.add(place(t), net.tensor(t).bytes().value()));
    if (recurrent) loaded.add(place(t), net.tensor(t).bytes().value());
  }
  for (const network::TensorId t : layer.inputs)
    operands.push_back(&loaded.add(place(t), net.tensor(t).bytes().value()));
  Coverage* parameters = layer.constant_bytes().value() == 0
                             ? nullptr
                             : &loaded.add(plan.placement.parameters[l].address, layer.constant_bytes().value());
  if (recurrent) {
    const std::int64_t state = mapping::recurrent_state(net, layer).bytes();
    loaded.add(plan.placement.states[l].address, state);
    stored.add(plan.placement.states[l].address, state);
  }
  std::int64_t produced = 0, operations = 0;
  for (const mapping::Command& c : program.commands) {
    if (const auto* load = std::get_if<mapping::Load>(&c.what)) {
      loaded.touch(load->from);
    } else if (const auto* store = std::get_if<mapping::Store>(&c.what)) {
      stored.touch(store->to);
    } else if (const auto* vector = std::get_if<mapping::Vector>(&c.what)) {
      produced += vector->work.outputs;
      operations += vector->work.outputs * vector->work.taps;
    }
  }
  for (const Coverage* result : results) EXPECT_TRUE(result->each_once()) << "an output byte is stored twice or never";
  // Statistics of a batch normalisation are folded into its scale and offset.
  EXPECT_TRUE(!parameters || layer.op.is("batch_norm") || parameters->each_touched()) << "a parameter is never loaded";
  // Windows that step over lines, or end before the last one; slices.
  const network::Window& w = layer.window;
  const bool pools = layer.op.is("max_pool") || layer.op.is("average_pool") || layer.op.is("max_pool1d") ||
                     layer.op.is("average_pool1d");
  const bool slides = layer.op->form == network::Form::kArray || pools;
  const bool skips =
      w.stride_height > w.extent_height() || w.stride_width > w.extent_width() ||
      (slides && (layer.out.height - 1) * w.stride_height + w.extent_height() < layer.in.height + w.pad_top) ||
      (slides && (layer.out.width - 1) * w.stride_width + w.extent_width() < layer.in.width + w.pad_left) ||
      layer.op.is("slice");
  for (const Coverage* operand : operands) EXPECT_TRUE(skips || operand->each_touched()) << "input not loaded";
  EXPECT_TRUE(mapping.moves_only || recurrent || produced == outputs) << produced;
  const bool pool = layer.op.is("average_pool") || layer.op.is("max_pool");
  EXPECT_TRUE(!pool || operations == layer.element_operations) << operations;
}

// Tensors alive at the same layer must not share a byte; parameters live always.
void check_placement(const network::Network& net, const Plan& plan) {
  struct Piece {
    Address begin, end;
    int first, last;
    std::string name;
  };
  std::vector<Piece> pieces;
  const int end = static_cast<int>(net.layers.size());
  for (std::size_t l = 0; l < net.layers.size(); ++l) {
    if (mapping::recurrent_state(net, net.layers[l]).bytes() > 0) {
      const Address state = plan.placement.states[l].address;
      pieces.push_back({state, state + static_cast<Address>(mapping::recurrent_state(net, net.layers[l]).bytes()), 0,
                        end, net.layers[l].name + " state"});
    }
    if (net.layers[l].parameters() == 0) continue;
    const Address at = plan.placement.parameters[l].address;
    pieces.push_back({at, at + static_cast<Address>(net.layers[l].parameter_bytes().value()), 0, end,
                      net.layers[l].name + " parameters"});
  }
  const std::vector<mapping::StorageOf> storage = mapping::storages(net, plan.placement.joins);
  std::map<std::size_t, Piece> by_owner;
  const auto alive = [&](network::TensorId t, int l) {
    const std::size_t owner = storage[static_cast<std::size_t>(t)].owner;
    const Address begin = plan.placement.activations[owner].address;
    const auto bytes = static_cast<Address>(storage[owner].bytes);
    Piece& piece = by_owner.emplace(owner, Piece{begin, begin + bytes, end, -1, net.tensors[owner].name}).first->second;
    piece.first = std::min(piece.first, l);
    piece.last = std::max(piece.last, l);
  };
  for (const network::TensorId t : net.inputs) alive(t, 0);
  for (const network::TensorId t : net.outputs) alive(t, end);
  for (int l = 0; l < end; ++l) {
    const network::Layer& layer = net.layers[static_cast<std::size_t>(l)];
    for (const network::TensorId t : layer.outputs) alive(t, l);
    for (const network::TensorId t : layer.inputs) alive(t, l);
  }
  for (const network::Layer& layer : net.layers) {
    if (!network::is_view(layer)) continue;
    EXPECT_EQ(plan.placement.activations[static_cast<std::size_t>(layer.outputs.at(0))].address,
              plan.placement.activations[static_cast<std::size_t>(layer.inputs[0])].address);
  }
  for (const auto& [owner, piece] : by_owner) pieces.push_back(piece);
  for (std::size_t a = 0; a < pieces.size(); ++a) {
    EXPECT_EQ(pieces[a].begin % 64, 0U) << pieces[a].name;
    for (std::size_t b = a + 1; b < pieces.size(); ++b) {
      const bool together = pieces[a].first <= pieces[b].last && pieces[b].first <= pieces[a].last;
      const bool overlap = pieces[a].begin < pieces[b].end && pieces[b].begin < pieces[a].end;
      EXPECT_FALSE(together && overlap) << pieces[a].name << " and " << pieces[b].name;
    }
  }
}

class EveryNetwork : public ::testing::TestWithParam<std::string> {};

// What no NPU of this kind does.
bool is_the_hosts(const network::Layer& layer) {
  const network::Constant* const weights = layer.constant(network::Role::kWeights);
  return layer.op.is("yolo_head") || (weights && weights->format().bits() < 8);
}

TEST_P(EveryNetwork, KeepsItsWork) {
  const network::Network& net = shipped_network(GetParam());
  if (!net.tensors.front().format().is_byte()) GTEST_SKIP() << "the arrays compute int8";
  const bool long_one = net.layers.size() > 80;  // for these, one buffer size and one objective
  for (const test::Style& style : test::array_styles()) {
    for (const std::int64_t kibibytes : {8, 64}) {
      for (const Objective objective : {Objective::kEnergy, Objective::kLatency, Objective::kEdp}) {
        if (long_one && (kibibytes != 64 || objective != Objective::kEnergy)) continue;
        SCOPED_TRACE(style->name() + ", buffers " + std::to_string(kibibytes) + " KiB, objective " +
                     config::FieldType<Objective>::text(objective));
        test::MapperHardware hardware = test::mapping_hardware(kibibytes);
        hardware.npu.styles = {style};
        hardware.host.operators = {{"yolo_head", 8.0}, {"conv2d", 1.0}, {"fully_connected", 1.0}};
        const Plan plan = make_plan(net, hardware, objective);
        ASSERT_EQ(plan.program.layers.size(), net.layers.size());
        check_placement(net, plan);
        for (std::size_t l = 0; l < net.layers.size(); ++l) {
          const LayerProgram& program = plan.program.layers[l];
          if (network::is_view(net.layers[l]) || plan.mappings[l].in_place) {
            EXPECT_EQ(program.runs, LayerProgram::Runs::kNowhere);
            EXPECT_TRUE(program.commands.empty());
          } else if (is_the_hosts(net.layers[l])) {
            EXPECT_EQ(program.runs, LayerProgram::Runs::kOnHost);
          } else {
            ASSERT_EQ(program.runs, LayerProgram::Runs::kOnAccelerator) << net.layers[l].name;
            check_npu_layer(net, l, plan);
          }
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Mapping, EveryNetwork, ::testing::ValuesIn(config::shipped("network")), test::test_name);

}  // namespace
}  // namespace subvolt
