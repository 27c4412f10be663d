// Does a record survive being written and read, and is a broken one refused with its place?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/power_samples.h"

namespace subvolt::power {
namespace {

using test::error_of;
using test::replaced;
using testing::AllOf;
using testing::HasSubstr;

std::string error_in(const std::string& text) {
  return error_of([&] { activity_record_from_json(text, "record.json"); });
}

TEST(ActivityJson, RoundTripIsByteIdentical) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const std::string text = to_json(test::random_record(seed, 1 + static_cast<int>(seed % 2)));
    EXPECT_EQ(to_json(activity_record_from_json(text, "record.json")), text);
  }
}

// Epochs are not written by way of the library, but as it would.
TEST(ActivityJson, EpochsAreWrittenAsTheLibraryWritesThem) {
  for (const int points : {1, 3}) {
    std::istringstream lines(to_json(test::random_record(11, points)));
    int epochs = 0;
    for (std::string line; std::getline(lines, line);) {
      if (line.rfind("    {\"begin_ps\"", 0) != 0) continue;
      const std::string epoch = line.substr(4, line.rfind('}') - 3);
      EXPECT_EQ(nlohmann::ordered_json::parse(epoch).dump(), epoch);
      ++epochs;
    }
    EXPECT_GT(epochs, 2);
  }
}

TEST(ActivityJson, KeepsEveryField) {
  const ActivityRecord record = test::random_record(3, 2);
  const ActivityRecord copy = activity_record_from_json(to_json(record), "record.json");
  EXPECT_EQ(copy.soc, "sample_soc");
  EXPECT_EQ(copy.sha256, record.sha256);
  EXPECT_EQ(copy.clock_domains, record.clock_domains);
  EXPECT_EQ(copy.components[1].events[0].attributes, record.components[1].events[0].attributes);
  EXPECT_EQ(copy.components[1].inventory.sram_bits, record.components[1].inventory.sram_bits);
  EXPECT_EQ(copy.components[3].events[1].cause, Cause::kIo);
  ASSERT_EQ(copy.layers.size(), record.layers.size());
  EXPECT_EQ(copy.layers[0].stall_cycles, record.layers[0].stall_cycles);
  EXPECT_EQ(copy.layers[0].time, record.layers[0].time);
  ASSERT_EQ(copy.jobs.size(), 1U);
  EXPECT_EQ(copy.jobs[0].end, record.jobs[0].end);
  ASSERT_EQ(copy.tasks.size(), record.tasks.size());
  EXPECT_EQ(copy.tasks.back().begin, record.tasks.back().begin);
  ASSERT_EQ(copy.epochs.size(), record.epochs.size());
  for (std::size_t i = 0; i < copy.epochs.size(); ++i) {
    EXPECT_EQ(copy.epochs[i].events, record.epochs[i].events);
    EXPECT_EQ(copy.epochs[i].task, record.epochs[i].task);
    EXPECT_EQ(copy.epochs[i].others, record.epochs[i].others);
    EXPECT_EQ(copy.epochs[i].states, record.epochs[i].states);
    EXPECT_EQ(copy.epochs[i].clock_cycles, record.epochs[i].clock_cycles);
    EXPECT_EQ(copy.epochs[i].transitions.size(), record.epochs[i].transitions.size());
    EXPECT_EQ(copy.epochs[i].operating_point, record.epochs[i].operating_point);
    EXPECT_EQ(copy.epochs[i].settling_from, record.epochs[i].settling_from);
    EXPECT_EQ(copy.epochs[i].point_changes.size(), record.epochs[i].point_changes.size());
  }
}

// Of a run at several operating points; one at a single point is told as before.
TEST(ActivityJson, ChangesOfTheOperatingPointSurvive) {
  const ActivityRecord record = test::random_record(7, 3);
  const std::string text = to_json(record);
  EXPECT_THAT(text, AllOf(HasSubstr("settling_from"), HasSubstr("point_changes")));
  EXPECT_EQ(to_json(activity_record_from_json(text, "record.json")), text);
  std::string old = to_json(test::random_record(7));
  EXPECT_EQ(old.find("settling_from") + 1 + old.find("point_changes") + 1, 0U);
  old = replaced(old, "\"schema_version\": \"1.7\"", "\"schema_version\": \"1.2\"");
  EXPECT_EQ(activity_record_from_json(old, "record.json").epochs.size(), test::random_record(7).epochs.size());
}

// Records of before 1.5 have none, nor have layers whose accelerator does not count them.
TEST(ActivityJson, CyclesOnTheAcceleratorSurviveWhereTheyAreKnown) {
  ActivityRecord record = test::random_record(5);
  ASSERT_GE(record.layers.size(), 2U);
  record.layers[0].accelerator_cycles = 0;
  record.layers[1].accelerator_cycles.reset();
  const std::string text = to_json(record);
  const ActivityRecord copy = activity_record_from_json(text, "record.json");
  EXPECT_EQ(copy.layers[0].accelerator_cycles, 0);
  EXPECT_FALSE(copy.layers[1].accelerator_cycles.has_value());
  EXPECT_EQ(to_json(copy), text);
  record.layers[0].accelerator_cycles.reset();
  const std::string old = replaced(to_json(record), "\"schema_version\": \"1.7\"", "\"schema_version\": \"1.4\"");
  EXPECT_FALSE(activity_record_from_json(old, "record.json").layers[0].accelerator_cycles.has_value());
}

TEST(ActivityJson, CyclesLostAndRoofsSurvive) {
  ActivityRecord record = test::random_record(5);
  record.components[1].events[0].loss = {"loads", "It waits.", "Wait less.", true};
  LayerActivity& layer = record.layers[0];
  layer.accelerator_cycles = 30;
  layer.lost_cycles = {{"loads", 20}, {"edges", 0}};
  layer.tensor_B = 640;
  layer.transfer_bounds = {{"dram", true, 17, "bus.requests"}, {"", false, 18, "bus.requests"}};
  const std::string text = to_json(record);
  const ActivityRecord copy = activity_record_from_json(text, "record.json");
  const Loss& loss = copy.components[1].events[0].loss;
  EXPECT_EQ(loss.cause + loss.meaning + loss.remedy, "loadsIt waits.Wait less.");
  EXPECT_TRUE(loss.transfers);
  EXPECT_EQ(copy.layers[0].lost_cycles, layer.lost_cycles);
  EXPECT_EQ(copy.layers[0].tensor_B, 640);
  ASSERT_EQ(copy.layers[0].transfer_bounds.size(), 2U);
  EXPECT_EQ(copy.layers[0].transfer_bounds[1].cycles, 18);
  EXPECT_TRUE(copy.layers[0].transfer_bounds[0].off_chip);
  EXPECT_EQ(to_json(copy), text);
}

TEST(ActivityJson, WhatThereCanBeOfAnEventSurvives) {
  ActivityRecord record = test::random_record(5);
  record.components[1].events = limited(record.components[1].events, {{"read", 4}, {"nothing", 1}});
  record.components[3].events = limited(record.components[3].events, {}, {{"self_refresh", 1}});
  const std::string text = to_json(record);
  const ActivityRecord copy = activity_record_from_json(text, "record.json");
  EXPECT_EQ(copy.components[1].events[0].most_per_cycle, 4);
  EXPECT_EQ(copy.components[3].events[3].most_per_ps, 1);
  EXPECT_EQ(to_json(copy), text);
  EXPECT_THROW(activity_record_from_json(replaced(text, "\"most_per_cycle\":4", "\"most_per_cycle\":0"), "r"), Error);
}

// A job that is like another is told by its number and its release; what its tasks count for follows.
TEST(ActivityJson, RepetitionsOfJobsSurvive) {
  ActivityRecord record = test::random_record(7);
  record.timeline = false;
  record.total_time = 3 * record.total_time;
  record.jobs.front().deadline = record.jobs.front().end;
  for (const int times : {1, 2}) {
    JobActivity job = record.jobs.front();
    for (Picoseconds* t : {&job.released, &job.begin, &job.end, &job.deadline}) *t += Picoseconds(1'000 * times);
    job.number = times;
    job.like = 0;
    record.jobs.push_back(job);
  }
  for (Task& task : record.tasks) task.times = 3;
  const std::string text = to_json(record);
  EXPECT_THAT(text, HasSubstr("{\"like\":0,\"number\":2,\"released_ps\":2000}"));
  const ActivityRecord copy = activity_record_from_json(text, "record.json");
  EXPECT_EQ(to_json(copy), text);
  EXPECT_EQ(copy.jobs[2].end, record.jobs[2].end);
  EXPECT_EQ(copy.jobs[2].deadline, record.jobs[2].deadline);
  EXPECT_EQ(copy.tasks.front().times, 3);

  const auto fault = [&](const std::string& from, const std::string& to) {
    return test::error_of([&] { activity_record_from_json(replaced(text, from, to), "record.json"); });
  };
  EXPECT_THAT(fault("\"like\":0,\"number\":1", "\"like\":1,\"number\":1"),
              HasSubstr("/jobs/1/like: expected the index"));
  EXPECT_THAT(fault("\"like\":0,\"number\":2", "\"like\":1,\"number\":2"),
              HasSubstr("/jobs/2/like: expected the index"));
  EXPECT_THAT(fault("\"released_ps\":2000", "\"released_ps\":-1"), HasSubstr("/jobs/2/released_ps: expected a time"));

  const auto wrong = [](const ActivityRecord& r) {
    const auto all = violations(r);
    return all.empty() ? std::string() : all.front();
  };
  ActivityRecord other = record;
  other.jobs[2].end += 1;
  EXPECT_THAT(wrong(other), HasSubstr("job 2, like 0: is no repetition of it"));
  other = record;
  other.tasks.front().times = 2;
  EXPECT_THAT(wrong(other), HasSubstr("task 0 of job 0 counts for 2 jobs"));
  other = record;
  other.timeline = true;
  EXPECT_THAT(wrong(other), HasSubstr("none is in a record with a timeline"));
}

TEST(ActivityJson, IntegersAreExact) {
  ActivityRecord record = test::sample_components();
  record.macs = (std::int64_t{1} << 53) + 1;  // no double holds it
  record.total_time = std::numeric_limits<std::int64_t>::max();
  const ActivityRecord copy = activity_record_from_json(to_json(record), "record.json");
  EXPECT_EQ(copy.macs, record.macs);
  EXPECT_EQ(copy.total_time, record.total_time);
}

TEST(ActivityJson, IsCompact) {
  const ActivityRecord record = test::random_record(5);
  const std::string text = to_json(record);
  EXPECT_LT(text.size(), 3500 + 600 * record.epochs.size() + 600 * record.layers.size());
}

// Records of before 1.2 said by name what their events were.
std::string current_version() { return "\"schema_version\": \"" + std::string(kRecordSchemaVersion) + "\""; }

TEST(ActivityJson, EventsOfOldRecordsHaveTheRolesOfTheirNames) {
  const auto roles = [](const std::string& text) {
    std::map<std::string, EventRole> by_name;
    for (const ComponentDeclaration& c : activity_record_from_json(text, "record.json").components) {
      for (const EventDeclaration& e : c.events) by_name[e.name] = e.role;
    }
    return by_name;
  };
  ActivityRecord record = test::random_record(5);
  record.components.front().events = {{"mac_int8", "mac.int8", Cause::kSwitching, "", {}, EventRole::kNone},
                                      {"read_B", "", Cause::kSwitching, "", {}, EventRole::kNone},
                                      {"write_B", "", Cause::kSwitching, "", {}, EventRole::kNone},
                                      {"gated", "mac.gated", Cause::kSwitching, "", {}, EventRole::kNone}};
  const std::string text = to_json(record);
  EXPECT_EQ(roles(text)["mac_int8"], EventRole::kNone) << "a name is only a name";
  auto old = roles(replaced(text, current_version(), "\"schema_version\": \"1.1\""));
  EXPECT_EQ(old["mac_int8"], EventRole::kMac);
  EXPECT_EQ(old["read_B"], EventRole::kReadBytes);
  EXPECT_EQ(old["write_B"], EventRole::kWriteBytes);
  EXPECT_EQ(old["gated"], EventRole::kNone);
  record.components.front().events[3].role = EventRole::kMac;
  EXPECT_EQ(roles(to_json(record))["gated"], EventRole::kMac);
}

TEST(ActivityJson, BrokenRecordsAreRefusedWithTheirPlace) {
  const std::string good = to_json(test::random_record(1));
  EXPECT_THAT(error_in("{"), AllOf(HasSubstr("record.json"), HasSubstr("no valid JSON")));
  EXPECT_THAT(error_in("[]"), HasSubstr("expected an object"));
  EXPECT_THAT(error_in(replaced(good, "\"task\":-1", "\"task\":-1.5")),
              AllOf(HasSubstr("/epochs/0/task"), HasSubstr("expected an integer")));
  EXPECT_THAT(error_in(replaced(good, "\"total_cycles\": ", "\"cycles\": ")), HasSubstr("unknown member \"cycles\""));
  EXPECT_THAT(error_in(replaced(good, "\"ON\"", "\"AWAKE\"")),
              AllOf(HasSubstr("/epochs/0/states/0"), HasSubstr("CLK_GATED")));
  EXPECT_THAT(error_in(replaced(good, "\"cause\":\"io\"", "\"cause\":\"oi\"")),
              HasSubstr("/components/3/events/1/cause"));
  EXPECT_THAT(error_in(replaced(good, "\"basis\":", "\"bases\":")), HasSubstr("/components/0"));
  EXPECT_THAT(error_in(replaced(good, "\"events\":[1,", "\"events\":[1,1,")), HasSubstr("groups of 2"));
  EXPECT_THAT(error_in(replaced(good, "\"batch\": 1", "\"batch\": 18446744073709551615")), HasSubstr("/batch"));
  EXPECT_THAT(error_in(replaced(good, current_version(), "\"schema_version\": \"9.0\"")), HasSubstr("/schema_version"));
}

}  // namespace
}  // namespace subvolt::power
