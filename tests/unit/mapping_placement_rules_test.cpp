// Do placement rules put tensors where they say, first match first, and are their mistakes located?
#include <gtest/gtest.h>

#include "sim/config/loader.h"
#include "sim/mapping/place/placement.h"
#include "sim/mapping/place/placement_rules.h"
#include "tests/support/mapping_hardware.h"

namespace subvolt::mapping {
namespace {

using test::convolution;
using test::network_of;

// conv1: 640 B of weights, output 2,048 B; conv2: 576 B, output 1,024 B; input 1,024 B.
network::Network two_layers() {
  return network_of({8, 8, 16}, {convolution("conv1", {1, 1}, {1, 1}, 32), convolution("conv2", {1, 1}, {1, 1}, 16)});
}

// sram, dram and, third, a flash that reads cheaply and cannot be written.
std::vector<MemoryRegion> memories() {
  auto all = test::mapping_hardware().memories;
  MemoryRegion flash = all[0];
  flash.instance = "flash";
  flash.base = 0x1000'0000;
  flash.read_cost_per_byte = 10;
  flash.writable = false;
  all.push_back(flash);
  return all;
}

std::vector<PlacementRule> rules(const std::string& yaml) {
  const auto document = config::load_text("schema: design/1\ndesign:\n  placement:\n" + yaml, "d.yaml", "design");
  std::vector<PlacementRule> all;
  config::Diagnostics diagnostics;
  config::FieldType<std::vector<PlacementRule>>::read(*document.section.find("placement"), all, diagnostics);
  diagnostics.throw_if_any();
  return all;
}

Placement place(const std::string& yaml) {
  config::Diagnostics diagnostics;
  const Placement p = place_tensors(two_layers(), memories(), diagnostics, rules(yaml));
  diagnostics.throw_if_any();
  return p;
}

std::string complaint(const std::string& yaml, const std::vector<MemoryRegion>& where = memories()) {
  config::Diagnostics diagnostics;
  try {
    place_tensors(two_layers(), where, diagnostics, rules(yaml));
    diagnostics.throw_if_any();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(PlacementRules, GlobsMatchAsInAShell) {
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("conv1*.weights", "conv1.weights"));
  EXPECT_TRUE(glob_matches("conv1*.weights", "conv12_b.weights"));
  EXPECT_TRUE(glob_matches("*.w*s", "a.b.weights"));
  EXPECT_TRUE(glob_matches("conv?.output", "conv7.output"));
  EXPECT_TRUE(glob_matches("a**", "a"));
  EXPECT_FALSE(glob_matches("conv?.output", "conv.output"));
  EXPECT_FALSE(glob_matches("conv1", "conv1.weights"));
  EXPECT_FALSE(glob_matches("", "a"));
}

TEST(PlacementRules, ClassesAndPatternsDecideInOrder) {
  const Placement p = place(
      "    - {tensors: conv1.weights, in: sram}\n"
      "    - {tensors: weights, in: flash}\n"
      "    - {tensors: inputs, in: dram}\n"
      "    - {tensors: outputs, in: [flash, dram]}\n"
      "    - {tensors: activations, in: sram}\n");
  EXPECT_EQ(p.parameters[0].memory, 0);
  EXPECT_EQ(p.parameters[1].memory, 2);
  EXPECT_EQ(p.activations[0].memory, 1);
  EXPECT_EQ(p.activations[1].memory, 0);
  EXPECT_EQ(p.activations[2].memory, 1);  // flash is left out for an activation
}

TEST(PlacementRules, TheFirstMemoryWithRoomIsTaken) {
  auto tight = memories();
  tight[0].size = Bytes(640);
  config::Diagnostics diagnostics;
  const Placement p =
      place_tensors(two_layers(), tight, diagnostics, rules("    - {tensors: weights, in: [sram, flash]}\n"));
  ASSERT_TRUE(diagnostics.empty());
  EXPECT_EQ(p.parameters[0].memory, 0);
  EXPECT_EQ(p.parameters[1].memory, 2);
  for (const auto& place : p.activations) EXPECT_EQ(place.memory, 1);
}

TEST(PlacementRules, ARuleWithoutMemoryLeavesTensorsToTheAutomatic) {
  const Placement automatic = place("    - {tensors: \"*\"}\n");
  const Placement p = place(
      "    - {tensors: \"*.weights\"}\n"
      "    - {tensors: \"*\", in: dram}\n");
  for (std::size_t l = 0; l < 2; ++l) EXPECT_EQ(p.parameters[l].memory, automatic.parameters[l].memory);
  for (const auto& place : automatic.activations) EXPECT_EQ(place.memory, 0);
  for (const auto& place : p.activations) EXPECT_EQ(place.memory, 1);
}

TEST(PlacementRules, ViewsAndInputsHaveNames) {
  network::Network net = two_layers();
  std::vector<std::string> names;
  for (const StoredData& d : stored_data(net)) names.insert(names.end(), d.names.begin(), d.names.end());
  EXPECT_EQ(names,
            (std::vector<std::string>{"conv1.weights", "conv2.weights", "input", "conv1.output", "conv2.output"}));
  net = network_of({4, 4, 16},
                   {convolution("conv", {1, 1}, {1, 1}, 8), test::layer_spec("flatten", network::Operator("reshape")),
                    test::fully_connected("fc", 10)});
  for (const StoredData& d : stored_data(net)) {
    if (d.names.front() != "conv.output") continue;
    EXPECT_EQ(d.names.back(), "flatten.output");
    EXPECT_EQ(d.first, 0);
    EXPECT_EQ(d.last, 2);
    EXPECT_EQ(d.read_bytes, 128);  // by fc alone: the view moves nothing
    EXPECT_EQ(d.write_bytes, 128);
  }
}

TEST(PlacementRules, MistakesAreLocated) {
  EXPECT_EQ(complaint("    - {tensors: weights, in: srm}\n"),
            "d.yaml:4:30: design.placement[0].in: the SoC has no memory \"srm\", did you mean \"sram\"?; it has sram, "
            "dram, flash");
  EXPECT_EQ(complaint("    - {tensors: weights, in: [dram, falsh]}\n"),
            "d.yaml:4:37: design.placement[0].in[1]: the SoC has no memory \"falsh\", did you mean \"flash\"?; it has "
            "sram, dram, flash");
  EXPECT_EQ(complaint("    - {tensors: conv1.weight, in: sram}\n"),
            "d.yaml:4:17: design.placement[0].tensors: no tensor matches \"conv1.weight\": expected weights, "
            "activations, inputs, outputs, or a pattern of LAYER.weights, LAYER.output or a network input, did you "
            "mean \"conv1.weights\"?");
  EXPECT_EQ(complaint("    - {tensors: \"*\", in: flash}\n"),
            "d.yaml:4:26: design.placement[0].in: input is an activation and flash cannot be written: expected a "
            "memory that can");
  EXPECT_NE(complaint("    - {tensors: weights, in: {a: b}}\n")
                .find("d.yaml:4:30: design.placement[0].in: expected a "
                      "memory of the SoC or a list of memories"),
            std::string::npos);
  EXPECT_NE(complaint("    - {tensor: weights}\n").find("unknown key \"tensor\", did you mean \"tensors\"?"),
            std::string::npos);
  auto tight = memories();
  tight[0].size = Bytes(1024);
  EXPECT_EQ(complaint("    - {tensors: weights, in: sram}\n", tight),
            "d.yaml:4:30: design.placement[0].in: conv2.weights needs 576 B, available 384 B in sram, "
            "whose size its device decides: --set 'design.placement[0].in=[sram, dram]'");
}

}  // namespace
}  // namespace subvolt::mapping
