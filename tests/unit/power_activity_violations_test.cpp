// Is every planted impossibility of a record found, and nothing in records that are possible?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

struct Plant {
  const char* name;
  std::function<void(ActivityRecord&)> plant;
  const char* sentence;
};
void PrintTo(const Plant& plant, std::ostream* out) { *out << plant.name; }

Epoch& with_state(ActivityRecord& record, std::size_t domain, PowerState state) {
  for (Epoch& epoch : record.epochs) {
    if (epoch.states[domain] == state) return epoch;
  }
  ADD_FAILURE() << "the sample has no such epoch";
  return record.epochs.front();
}

class PlantedActivity : public testing::TestWithParam<Plant> {};

TEST_P(PlantedActivity, IsFound) {
  ActivityRecord record = test::random_record(11);
  ASSERT_THAT(violations(record), IsEmpty());
  GetParam().plant(record);
  EXPECT_THAT(violations(record), Contains(HasSubstr(GetParam().sentence)));
}

const Plant kPlants[] = {
    {"gap", [](ActivityRecord& r) { r.epochs[1].begin += Picoseconds(1); }, "the one before ends at"},
    {"empty_epoch", [](ActivityRecord& r) { r.epochs[0].end = 0; }, "lasts 0 ps"},
    {"late_begin", [](ActivityRecord& r) { r.epochs[0].begin = 5; }, "begins at 5 ps"},
    {"lost_time", [](ActivityRecord& r) { r.total_time += 7; }, "the last epoch ends at"},
    {"negative_count", [](ActivityRecord& r) { r.epochs[0].events[0].count = -3; }, "was counted -3 times"},
    {"unknown_event",
     [](ActivityRecord& r) {
       r.epochs[0].events.push_back({99, 1});
     },
     "there is no event 99"},
    {"disorder", [](ActivityRecord& r) { std::swap(r.epochs[0].events.front(), r.epochs[0].events.back()); },
     "out of order"},
    {"too_many_edges", [](ActivityRecord& r) { r.epochs[0].clock_cycles[2] = 1'000'000'000; },
     "clock edges in a time that has"},
    {"negative_edges", [](ActivityRecord& r) { r.epochs[0].clock_cycles[2] = -1; }, "got -1 clock edges"},
    {"work_while_off",
     [](ActivityRecord& r) {
       Epoch& e = with_state(r, 3, PowerState::kOff);
       e.events.insert(e.events.begin(), {0, 12});
     },
     "npu.array.mac_int8 was counted 12 times while PD_NPU was OFF"},
    {"clock_while_gated", [](ActivityRecord& r) { with_state(r, 3, PowerState::kClkGated).clock_cycles[0] = 1; },
     "while PD_NPU was CLK_GATED"},
    {"utilisation", [](ActivityRecord& r) { r.layers[0].macs = r.layers[0].cycles * 256 + 1; }, "per cycle at most"},
    {"array_cycles", [](ActivityRecord& r) { r.layers[0].array_cycles = r.layers[0].cycles + 1; }, "the array took"},
    {"accelerator_cycles", [](ActivityRecord& r) { r.layers[0].accelerator_cycles = r.layers[0].cycles + 1; },
     "the accelerator took"},
    {"negative_accelerator_cycles", [](ActivityRecord& r) { r.layers[0].accelerator_cycles = -1; }, "is -1"},
    {"negative_stall", [](ActivityRecord& r) { r.layers[0].stall_cycles[0].second = -1; }, "stall load took -1"},
    {"busy_engine", [](ActivityRecord& r) { r.layers[0].busy_cycles[0].second = r.layers[0].cycles + 1; },
     "compute took"},
    {"traffic", [](ActivityRecord& r) { r.layers[0].traffic_B[0].second = -8; }, "moved -8 B"},
    {"lost_macs", [](ActivityRecord& r) { ++r.macs; }, "the layers executed"},
    {"layer_beyond_run", [](ActivityRecord& r) { r.layers.back().end = r.total_time + 1; }, "does not lie between"},
    {"layer_longer_than_its_span", [](ActivityRecord& r) { r.layers[0].time += Picoseconds(1); },
     "does not lie between"},
    {"unknown_task", [](ActivityRecord& r) { r.epochs[0].task = 77; }, "there is no task 77"},
    {"unknown_layer", [](ActivityRecord& r) { r.tasks[0].layer = 77; }, "or no layer 77"},
    {"unknown_job", [](ActivityRecord& r) { r.tasks[0].job = 1; }, "there is no job 1"},
    {"task_beyond_run", [](ActivityRecord& r) { r.tasks[0].end = r.total_time + 1; }, "task 0: from"},
    {"early_job", [](ActivityRecord& r) { r.jobs[0].released = r.jobs[0].begin + 1; }, "job 0: released at"},
    {"own_event_of_another",
     [](ActivityRecord& r) {
       r.epochs.back().others = {{r.epochs.back().task, 1, 1}};
     },
     "there is no other task"},
    {"event_of_nobody_known",
     [](ActivityRecord& r) {
       r.epochs.back().others = {{77, 1, 1}};
     },
     "there is no other task 77"},
    {"disorder_of_others",
     [](ActivityRecord& r) {
       r.epochs[0].others = {{0, 2, 1}, {0, 1, 1}};
     },
     "is out of order"},
    {"no_event_of_another",
     [](ActivityRecord& r) {
       r.epochs[0].others = {{0, 1, 0}};
     },
     "was counted 0 times"},
    {"unknown_point", [](ActivityRecord& r) { r.epochs[0].operating_point = 1; }, "there is no operating point 1"},
    {"settles_from_nowhere", [](ActivityRecord& r) { r.epochs[0].settling_from = 7; }, "comes from no other"},
    {"settles_from_itself", [](ActivityRecord& r) { r.epochs[0].settling_from = 0; }, "comes from no other"},
    {"change_to_nowhere",
     [](ActivityRecord& r) {
       r.epochs[0].point_changes = {{0, 1, 1}};
     },
     "the operating point changed 1 times from 0 to 1"},
    {"missing_state", [](ActivityRecord& r) { r.epochs[0].states.pop_back(); }, "3 power states for 4 domains"},
    {"missing_clock", [](ActivityRecord& r) { r.epochs[0].clock_cycles.pop_back(); },
     "3 clock cycle counts for 4 components"},
    {"unknown_domain", [](ActivityRecord& r) { r.components[0].power_domain = "PD_X"; },
     "unknown power domain \"PD_X\""},
    {"unknown_clock", [](ActivityRecord& r) { r.components[0].clock_domain = "clk"; }, "unknown clock domain \"clk\""},
    {"stopped_clock", [](ActivityRecord& r) { r.clock_domains[0].second[0] = Hertz(); }, "runs at 0 Hz"},
    {"frequency_missing", [](ActivityRecord& r) { r.clock_domains[0].second.clear(); }, "has 0 frequencies"},
    {"negative_gates", [](ActivityRecord& r) { r.components[0].inventory.logic_gates = -1; },
     "negative number of gates"},
    {"no_basis", [](ActivityRecord& r) { r.components[0].inventory.basis.clear(); }, "without saying where"},
    {"unknown_transition",
     [](ActivityRecord& r) {
       r.epochs[0].transitions.push_back({9, PowerState::kOn, PowerState::kOff, 1});
     },
     "there is no power domain 9"},
    {"no_transition",
     [](ActivityRecord& r) {
       r.epochs[0].transitions.push_back({0, PowerState::kOn, PowerState::kOff, 0});
     },
     "0 times"},
    {"more_than_a_clock_allows", [](ActivityRecord& r) { r.components[1].events[0].most_per_cycle = 1; },
     "at most 1 per edge of npu_clk in"},
    {"longer_than_the_run",
     [](ActivityRecord& r) {
       r.components[3].events[3].most_per_ps = 1;
       r.epochs[0].events.back().count += r.total_time;
     },
     "dram.self_refresh was counted"},
    {"other_bytes_than_the_layer", [](ActivityRecord& r) { r.components[3].events[1].role = EventRole::kReadBytes; },
     "layer layer0: dram.read is "},
    {"other_macs_than_the_layer", [](ActivityRecord& r) { r.components[0].events[0].role = EventRole::kMac; },
     " MACs, its events tell of "},
};
INSTANTIATE_TEST_SUITE_P(All, PlantedActivity, testing::ValuesIn(kPlants),
                         [](const testing::TestParamInfo<Plant>& info) { return info.param.name; });

TEST(ActivityViolations, RandomRecordsHaveNone) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    EXPECT_THAT(violations(test::random_record(seed, 1 + static_cast<int>(seed % 3))), IsEmpty()) << seed;
  }
}

TEST(ActivityViolations, ManyOfThemAreCutShort) {
  ActivityRecord record = test::random_record(11);
  for (Epoch& epoch : record.epochs) epoch.task = 1000;
  const auto found = violations(record);
  ASSERT_GT(record.epochs.size(), 25U);
  EXPECT_LT(found.size(), 25U);
  EXPECT_THAT(found.back(), HasSubstr("more"));
}

TEST(ActivityRecord, EveryCauseHasItsOwnName) {
  std::set<std::string> names;
  for (int c = 0; c < kCauses; ++c) names.insert(to_text(static_cast<Cause>(c)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kCauses));
  EXPECT_EQ(names.count("?"), 0U);
}

TEST(PowerState, EveryStateHasItsOwnName) {
  std::set<std::string> names;
  for (int s = 0; s < kPowerStates; ++s) names.insert(to_text(static_cast<PowerState>(s)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kPowerStates));
  EXPECT_EQ(names.count("?"), 0U);
}

}  // namespace
}  // namespace subvolt::power
