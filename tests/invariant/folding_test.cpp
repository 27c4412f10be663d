// Is a record that is folded while it is made the same, to the last bit, as one that is folded when it is whole?
#include <gtest/gtest.h>

#include <cstring>

#include "sim/power/record/folded.h"
#include "sim/run/simulation.h"
#include "tests/support/simulate.h"

namespace subvolt {
namespace {

struct FoldedRun {
  const char* design;
  std::vector<const char*> overrides;
};

const FoldedRun kFoldedRuns[] = {
    {"edge_npu", {"scenario.duration=8 s", "power.trace_window=500 ns"}},
    {"edge_npu", {"scenario.duration=8 s", "power.trace_window=500 ns", "design.barrier=accelerator"}},
    {"edge_npu",
     {"scenario.duration=8 s", "power.trace_window=500 ns", "scenario.streams.vision.operating_point=near_threshold"}},
    {"edge_npu",
     {"scenario.duration=8 s", "power.trace_window=500 ns",
      "power.power_domains.PD_NPU.policy={name: power_gate_after, after: 5 us, state: OFF}"}},
    {"edge_npu_hyperram", {"scenario.duration=8 s", "power.trace_window=1 us"}},
};

std::vector<std::int64_t> folded_record_of(const FoldedRun& run, run::Timeline timeline) {
  return test::simulate([&] {
    run::Request request;
    request.design = run.design;
    request.scenario = "keyword_and_vision";
    for (const char* text : run.overrides) request.overrides.push_back(config::Override::parse(text));
    run::DesignPoint point = run::read_design_point(request);
    run::Simulated simulated =
        run::simulate(point, {}, kernel::Pace::kFastest, timeline, kernel::Repetition::When::kNever);
    power::ActivityRecord& record = simulated.record;
    const power::Ledger ledger =
        run::price_record(record, point.intent, point.technology, point.operating_points, simulated.metered);
    const bool whole = timeline == run::Timeline::kOfAllRuns;
    EXPECT_EQ(record.timeline, whole);
    if (whole) {
      EXPECT_GT(record.epochs.size(), power::kManyEpochs);
      power::fold(record);
    }
    const std::string text = power::to_json(record);
    std::vector<std::int64_t> out(text.begin(), text.end());
    // When energy was spent, too: each epoch was priced before it went.
    const auto add = [&out](double joules) {
      out.emplace_back();
      std::memcpy(&out.back(), &joules, sizeof joules);
    };
    for (const power::TraceSegment& row : ledger.rows) add(row.energy.si());
    add(ledger.peak.si());
    add(ledger.idle_energy.si());
    for (const power::PointTransition& t : ledger.transitions) add(t.energy.si());
    EXPECT_GT(ledger.rows.size(), 1000U);
    return out;
  });
}

class Folding : public testing::TestWithParam<FoldedRun> {};

TEST_P(Folding, WhileItRunsIsAsAtTheEnd) {
  const auto at_the_end = folded_record_of(GetParam(), run::Timeline::kOfAllRuns);
  const auto meanwhile = folded_record_of(GetParam(), run::Timeline::kOfShortRuns);
  ASSERT_GT(at_the_end.size(), 1000U);
  EXPECT_TRUE(at_the_end == meanwhile) << meanwhile.size();
}

INSTANTIATE_TEST_SUITE_P(Shipped, Folding, testing::ValuesIn(kFoldedRuns), [](const auto& info) {
  return std::string(info.param.design) + "_" + std::to_string(info.index);
});

}  // namespace
}  // namespace subvolt
