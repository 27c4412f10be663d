// Is a network cut into a pipeline where its slowest stretch is fastest, with tensors where that pipeline has them?
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "sim/mapping/place/placement.h"
#include "sim/run/simulation.h"
#include "tests/support/simulate.h"

namespace subvolt {
namespace {

run::DesignPoint pipeline_point(const std::string& network) {
  run::Request request;
  request.design = "dual_npu";
  request.network = network;
  request.overrides.push_back(config::Override::parse("design.assignment=pipeline"));
  return run::read_design_point(request);
}

// By accelerator, what its layers of a plan take.
std::int64_t slowest_of(const mapping::Plan& plan) {
  std::map<int, std::int64_t> sums;
  for (const mapping::LayerProgram& layer : plan.program.layers) {
    if (layer.runs != mapping::LayerProgram::Runs::kOnAccelerator) continue;
    sums[layer.accelerator] += plan.mappings[static_cast<std::size_t>(layer.layer)].estimated_cycles.value();
  }
  std::int64_t slowest = 0;
  for (const auto& [accelerator, cycles] : sums) slowest = std::max(slowest, cycles);
  return slowest;
}

// The first layers on one accelerator and the rest on the other, tensors placed for that; -1: it cannot be.
std::int64_t slowest_of_cut(const run::DesignPoint& point, const mapping::Hardware& hardware, std::size_t first_layers,
                            const mapping::Plan& plan, int first) {
  const std::size_t layers = point.network.layers.size();
  std::vector<int> stages(layers, 0);
  std::fill(stages.begin() + static_cast<std::ptrdiff_t>(first_layers), stages.end(), 1);
  config::Diagnostics diagnostics;
  const mapping::Placement placement =
      mapping::place_tensors(point.network, hardware.memories, diagnostics, point.placement, stages);
  if (!diagnostics.errors().empty()) return -1;
  std::int64_t sums[2] = {0, 0};
  for (std::size_t l = 0; l < layers; ++l) {
    if (plan.program.layers[l].runs != mapping::LayerProgram::Runs::kOnAccelerator) continue;
    const auto a = static_cast<std::size_t>(stages[l] == 0 ? first : 1 - first);
    std::string why_not;
    const auto layer =
        hardware.accelerators[a]->plan(point.network, l, placement, hardware.memories_of(a), point.objective, why_not);
    if (!layer) return -1;
    sums[stages[l]] += layer->mapping.estimated_cycles.value();
  }
  return std::max(sums[0], sums[1]);
}

class PipelineCut : public testing::TestWithParam<const char*> {};

TEST_P(PipelineCut, IsTheBestOfAllCuts) {
  test::in_child([] {
    const run::DesignPoint point = pipeline_point(GetParam());
    ASSERT_EQ(point.objective, mapping::Objective::kEnergy) << "memories would be weighed by time";
    const mapping::Hardware hardware = run::hardware_of(point);
    ASSERT_EQ(hardware.accelerators.size(), 2U);
    const mapping::Plan plan = mapping::make_plan(point.network, hardware, point.objective, point.placement,
                                                  mapping::LayerAssignment::kPipeline);
    std::int64_t best = INT64_MAX;
    for (std::size_t cut = 1; cut < point.network.layers.size(); ++cut) {
      for (const int first : {0, 1}) {
        const std::int64_t slowest = slowest_of_cut(point, hardware, cut, plan, first);
        if (slowest >= 0) best = std::min(best, slowest);
      }
    }
    EXPECT_EQ(slowest_of(plan), best);
  });
}

INSTANTIATE_TEST_SUITE_P(Shipped, PipelineCut,
                         testing::Values("mobilenet_v1_1.0_224", "resnet8", "kws_ds_cnn", "vww_mobilenet_v1_0.25_96",
                                         "ad_autoencoder"));

}  // namespace
}  // namespace subvolt
