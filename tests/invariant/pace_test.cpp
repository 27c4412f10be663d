// Is a run ahead of SystemC's time the same, to the last count, as one in step with it?
#include <gtest/gtest.h>

#include "sim/power/record/activity_record.h"
#include "sim/run/design_point.h"
#include "sim/run/simulation.h"
#include "tests/support/simulate.h"

namespace subvolt {
namespace {

struct Run {
  const char* design;
  const char* network;
  std::vector<const char*> overrides;
};

const Run kRuns[] = {
    {"edge_npu", "resnet8", {}},
    {"edge_npu", "vww_mobilenet_v1_0.25_96", {"design.barrier=accelerator"}},
    {"edge_npu_lp65", "kws_ds_cnn", {"power.trace_window=10 us"}},
    {"edge_npu_mcu", "kws_ds_cnn", {"design.inferences=3"}},
    {"edge_npu_onchip", "kws_ds_cnn", {"design.barrier=accelerator", "design.inferences=2"}},
    {"edge_npu_hyperram", "resnet8", {"design.operating_points={'*': nominal, 'fc': near_threshold}"}},
    {"dual_npu", "resnet8", {"design.assignment=pipeline", "design.barrier=accelerator", "design.inferences=4"}},
};

std::vector<std::int64_t> record_of(const Run& run, kernel::Pace pace) {
  return test::simulate([&] {
    run::Request request;
    request.design = run.design;
    request.network = run.network;
    for (const char* text : run.overrides) request.overrides.push_back(config::Override::parse(text));
    run::DesignPoint point = run::read_design_point(request);
    const std::string record = power::to_json(run::simulate(point, {}, pace).record);
    EXPECT_EQ(sc_core::sc_time_stamp() == sc_core::SC_ZERO_TIME, pace == kernel::Pace::kFastest);
    return std::vector<std::int64_t>(record.begin(), record.end());
  });
}

class Pace : public testing::TestWithParam<Run> {};

TEST_P(Pace, ChangesNothing) {
  const auto fastest = record_of(GetParam(), kernel::Pace::kFastest);
  const auto in_step = record_of(GetParam(), kernel::Pace::kInStep);
  ASSERT_GT(fastest.size(), 1000U);
  EXPECT_EQ(std::string(fastest.begin(), fastest.end()), std::string(in_step.begin(), in_step.end()));
}

INSTANTIATE_TEST_SUITE_P(Shipped, Pace, testing::ValuesIn(kRuns), [](const auto& info) {
  return std::string(info.param.design) + "_" + std::to_string(info.index);
});

}  // namespace
}  // namespace subvolt
