// Where layers overlap on an accelerator (mapping::chain_layers): whatever the engines' speeds, does every command find
// what it needs, is nothing overwritten that is still read, and is no buffer ever over-full?
//
// Random networks are planned for random buffers, chained, and held against random schedules that know only the rules
// of the sequencer (models/hw/npu/sequencer.h). Hazards are looked for run by run, not by the spans that chaining uses.
#include <gtest/gtest.h>

#include <random>

#include "sim/mapping/program/chain.h"
#include "tests/support/mapping_checker.h"

namespace subvolt {
namespace {

using mapping::Address;
using mapping::Engine;
using mapping::LayerProgram;
using test::Interval;

// By layer and command. Two layers at a time; engines keep the order of layers, and of commands.
std::vector<std::vector<Interval>> chained_schedule(const mapping::Program& program, std::mt19937& random) {
  std::vector<std::vector<Interval>> times(program.layers.size());
  std::array<std::int64_t, mapping::kEngines> free{};
  std::int64_t done = 0, done_before = 0;  // the last layer, and all before it
  int previous = -1;
  for (std::size_t l = 0; l < program.layers.size(); ++l) {
    const LayerProgram& layer = program.layers[l];
    if (layer.runs != LayerProgram::Runs::kOnAccelerator) continue;
    const std::int64_t rung = done_before + static_cast<std::int64_t>(random() % 3 == 0 ? random() % 3000 : 0);
    // When the first so many commands of an engine of the layer before are done.
    std::array<std::vector<std::int64_t>, mapping::kEngines> first_done;
    for (auto& of : first_done) of.push_back(0);
    if (previous >= 0) {
      const auto p = static_cast<std::size_t>(previous);
      for (std::size_t c = 0; c < times[p].size(); ++c) {
        auto& of = first_done[static_cast<std::size_t>(program.layers[p].commands[c].engine())];
        of.push_back(std::max(of.back(), times[p][c].end));
      }
    }
    const bool chained = layer.follows == previous && previous >= 0;
    std::int64_t ends = std::max(done, rung);
    for (const mapping::Command& command : layer.commands) {
      const auto engine = static_cast<std::size_t>(command.engine());
      std::int64_t start = std::max({free[engine], rung, chained ? 0 : done});
      for (const std::int32_t a : command.after) start = std::max(start, times[l][static_cast<std::size_t>(a)].end);
      for (std::size_t e = 0; chained && e < first_done.size(); ++e) {
        start = std::max(start, first_done[e].at(static_cast<std::size_t>(command.after_previous[e])));
      }
      const auto takes = static_cast<std::int64_t>(random() % 4 == 0 ? random() % 1000 : random() % 30);
      times[l].push_back({start, start + takes});
      free[engine] = command.engine() == Engine::kLoad ? start : start + takes;
      ends = std::max(ends, start + takes);
    }
    done_before = done;
    done = ends;
    previous = static_cast<int>(l);
  }
  return times;
}

network::Network random_chain(std::mt19937& random) {
  const auto up_to = [&](std::int64_t n) { return 1 + static_cast<std::int64_t>(random()) % n; };
  std::vector<network::LayerSpec> layers;
  const std::int64_t count = 2 + up_to(4);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::string name = "l" + std::to_string(i);
    const network::Extent kernel{up_to(3), up_to(3)};
    switch (random() % 6) {
      case 0:
      case 1:
      case 2:
        layers.push_back(test::convolution(name, kernel, {1, 1}, up_to(60)));
        break;
      case 3:
        layers.push_back(test::depthwise(name, kernel, {1, 1}));
        break;
      case 4:
        layers.push_back(test::pool(name, network::Operator("max_pool"), kernel, {1, 1}));
        break;
      default:
        layers.push_back(test::convolution(name, {1, 1}, {1, 1}, up_to(60)));
    }
    layers.back().bias = random() % 3 != 0;
  }
  return test::network_of({up_to(14), up_to(14), up_to(40)}, layers);
}

// Of different layers: no byte is read or written out of the order of the program.
void expect_no_hazard(const mapping::Program& program, const std::vector<std::vector<Interval>>& times,
                      std::size_t reach = 2) {
  struct Run {
    Address begin, end;
    bool write;
    Interval time;
  };
  std::vector<std::vector<Run>> runs(program.layers.size());
  for (std::size_t l = 0; l < program.layers.size(); ++l) {
    for (std::size_t c = 0; c < times[l].size(); ++c) {
      const auto add = [&](const mapping::Block& block, bool write) {
        test::for_each_run(block, [&](Address begin, std::int64_t bytes) {
          runs[l].push_back({begin, begin + static_cast<Address>(bytes), write, times[l][c]});
        });
      };
      const mapping::Command& command = program.layers[l].commands[c];
      if (const auto* load = std::get_if<mapping::Load>(&command.what)) add(load->from, false);
      if (const auto* store = std::get_if<mapping::Store>(&command.what)) add(store->to, true);
    }
  }
  for (std::size_t later = 1; later < runs.size(); ++later) {
    for (std::size_t earlier = later - 1; earlier + reach >= later && earlier < later; --earlier) {
      for (const Run& a : runs[earlier]) {
        for (const Run& b : runs[later]) {
          if (a.begin >= b.end || b.begin >= a.end || (!a.write && !b.write)) continue;
          ASSERT_LE(a.time.end, b.time.start) << "layer " << later << (b.write ? " writes" : " reads") << " at "
                                              << b.begin << " too early for layer " << earlier;
        }
      }
      if (earlier == 0) break;
    }
  }
}

TEST(MappingChain, RandomNetworksInRandomBuffers) {
  std::mt19937 random(20261130);
  int planned = 0;
  std::int64_t overlapping = 0;
  for (int i = 0; i < 150; ++i) {
    const network::Network net = random_chain(random);
    const auto size = [&](std::uint32_t n) { return 1 + static_cast<std::int64_t>(random() % n); };
    test::MapperHardware hardware =
        test::mapping_hardware(Bytes(600 + size(9000)), Bytes(1200 + size(20000)), Bytes(600 + size(9000)));
    SCOPED_TRACE("case " + std::to_string(i));
    mapping::Plan plan;
    try {
      plan = make_plan(net, hardware, mapping::Objective::kEnergy);
    } catch (const Error& e) {
      EXPECT_NE(std::string(e.what()).find("the smallest tile needs"), std::string::npos) << e.what();
      continue;
    }
    ++planned;
    mapping::chain_layers(plan.program, 0, static_cast<std::int32_t>(net.layers.size()), hardware);
    for (int repeat = 0; repeat < 2; ++repeat) {
      const auto times = chained_schedule(plan.program, random);
      std::array<test::Occupancy, 3> buffers;
      std::int64_t done = 0;
      for (std::size_t l = 0; l < net.layers.size(); ++l) {
        if (times[l].empty()) continue;
        test::Checker(net, l, plan, hardware).run(times[l], buffers);
        for (const Interval& t : times[l]) overlapping += t.start < done ? 1 : 0;
        for (const Interval& t : times[l]) done = std::max(done, t.end);
      }
      test::Checker(net, 0, plan, hardware).expect_room(buffers);
      expect_no_hazard(plan.program, times);
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(planned, 100);
  EXPECT_GT(overlapping, 1000) << "commands that began under the layer before";
}

// Branches that are concatenated by placement: rows of several layers between each other.
network::Network random_branches(std::mt19937& random) {
  const auto up_to = [&](std::int64_t n) { return 1 + static_cast<std::int64_t>(random()) % n; };
  std::vector<network::LayerSpec> layers = {test::convolution("stem", {1, 1}, {1, 1}, up_to(40))};
  std::string from = "stem";
  for (int m = 0; m < 2; ++m) {
    network::LayerSpec cat = test::layer_spec("cat" + std::to_string(m), network::Operator("concat"));
    cat.axes = {2};
    const std::int64_t branches = 1 + up_to(2);
    for (std::int64_t b = 0; b < branches; ++b) {
      const std::string name = "m" + std::to_string(m) + "b" + std::to_string(b);
      const bool deep = random() % 3 == 0 && b > 0;
      layers.push_back(random() % 3 == 0 ? test::depthwise(name, {3, 3}, {1, 1})
                                         : test::convolution(name, {up_to(3), up_to(3)}, {1, 1}, up_to(40)));
      layers.back().inputs = {deep ? cat.inputs.back() : from};
      cat.inputs.push_back(name);
    }
    from = cat.name;
    layers.push_back(cat);
  }
  layers.push_back(test::convolution("end", {1, 1}, {1, 1}, 8));
  return test::network_of({up_to(12), up_to(12), up_to(30)}, layers);
}

TEST(MappingChain, RowsBetweenEachOther) {
  std::mt19937 random(20261201);
  std::int64_t joined = 0, overlapping = 0;
  for (int i = 0; i < 100; ++i) {
    const network::Network net = random_branches(random);
    SCOPED_TRACE("case " + std::to_string(i));
    const test::MapperHardware hardware = test::mapping_hardware(2 + static_cast<std::int64_t>(random() % 8));
    mapping::Plan plan = make_plan(net, hardware, mapping::Objective::kLatency);
    for (const mapping::LayerMapping& m : plan.mappings) joined += m.in_place ? 1 : 0;
    mapping::chain_layers(plan.program, 0, static_cast<std::int32_t>(net.layers.size()), hardware);
    for (int repeat = 0; repeat < 3; ++repeat) {
      const auto times = chained_schedule(plan.program, random);
      std::int64_t done = 0;
      for (const auto& layer : times) {
        for (const Interval& t : layer) overlapping += t.start < done ? 1 : 0;
        for (const Interval& t : layer) done = std::max(done, t.end);
      }
      expect_no_hazard(plan.program, times, net.layers.size());
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(joined, 100);
  EXPECT_GT(overlapping, 1000);
}

TEST(MappingChain, LoadsConstantsFirst) {
  const network::Network net = test::network_of(
      {8, 8, 16}, {test::convolution("a", {3, 3}, {1, 1}, 16), test::convolution("b", {3, 3}, {1, 1}, 16)});
  const test::MapperHardware hardware = test::mapping_hardware();
  mapping::Plan plan = make_plan(net, hardware, mapping::Objective::kEnergy);
  mapping::chain_layers(plan.program, 0, 2, hardware);
  EXPECT_EQ(plan.program.layers[0].follows, -1);
  EXPECT_EQ(plan.program.layers[1].follows, 0);
  const mapping::Command& first = plan.program.layers[1].commands.front();
  EXPECT_NE(std::get<mapping::Load>(first.what).operand, mapping::Operand::kInput);
  EXPECT_EQ(first.after_previous, (std::array<std::int32_t, mapping::kEngines>{})) << "64 KiB hold both layers";
}

}  // namespace
}  // namespace subvolt
