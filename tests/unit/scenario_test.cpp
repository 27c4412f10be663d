// Do scenarios arrive when they say, and are the impossible ones refused at their place?
#include "sim/scenario/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/config/loader.h"

namespace subvolt::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Scenario scenario_of(const std::string& text) {
  return Scenario::schema().read(
      config::load_text("schema: scenario/1\nscenario: " + text, "s.yaml", "scenario").section);
}

struct Arrival {
  int stream;
  std::int64_t number, release_time;
  bool operator==(const Arrival& o) const {
    return stream == o.stream && number == o.number && release_time == o.release_time;
  }
};

std::vector<Arrival> arrivals_of(const std::string& text) {
  std::vector<Arrival> all;
  for (const Job& job : jobs_of(scenario_of(text))) all.push_back({job.stream, job.number, job.release_time});
  return all;
}

TEST(Scenario, JobsAreInOrderOfReleaseThenOfStreams) {
  EXPECT_THAT(
      arrivals_of("{duration: 3 us, streams: {a: {network: n, every: 1 us}, b: {network: m, at: [0 ns, 1 us]}}}"),
      ElementsAre(Arrival{0, 0, 0}, Arrival{1, 0, 0}, Arrival{0, 1, 1'000'000}, Arrival{1, 1, 1'000'000},
                  Arrival{0, 2, 2'000'000}));
}

TEST(Scenario, NothingArrivesAtItsEnd) {
  EXPECT_EQ(arrivals_of("{duration: 2 us, streams: {a: {network: n, every: 1 us}}}").size(), 2U);
  EXPECT_EQ(arrivals_of("{duration: 2001 ns, streams: {a: {network: n, every: 1 us}}}").size(), 3U);
  EXPECT_EQ(arrivals_of("{duration: 2 us, streams: {a: {network: n, every: 1 us, phase: 1500 ns}}}").size(), 1U);
}

TEST(Scenario, CountBoundsPeriodicArrivals) {
  EXPECT_EQ(arrivals_of("{streams: {a: {network: n, every: 1 us, count: 7}}}").size(), 7U);
  EXPECT_EQ(arrivals_of("{duration: 3 us, streams: {a: {network: n, every: 1 us, count: 7}}}").size(), 3U);
}

TEST(Scenario, WithoutTimesEachFollowsTheOneBefore) {
  const std::vector<Job> jobs = jobs_of(one_after_the_other("n", "n", 3));
  ASSERT_EQ(jobs.size(), 3U);
  EXPECT_FALSE(jobs[0].follows);
  EXPECT_TRUE(jobs[1].follows);
  EXPECT_TRUE(jobs[2].follows);
}

struct Wrong {
  const char* text;
  const char* message;
};

TEST(Scenario, ImpossibleOnesAreRefusedAtTheirPlace) {
  const Wrong all[] = {
      {"{streams: {}}", "at least one stream"},
      {"{streams: {a: {network: n, every: 1 us}}}", "never ends: add `count`, or `duration`"},
      {"{streams: {a: {network: n, every: 1 us, at: [0 ns]}}}", "has no `at`: remove one"},
      {"{streams: {a: {network: n, at: [0 ns], count: 2}}}", "has no `count`: remove one"},
      {"{streams: {a: {network: n, at: [2 us, 1 us]}}}", "expected times in order, got 1.000 us behind 2.000 us"},
      {"{duration: 1 us, streams: {a: {network: n, at: [0 ns, 1 us]}}}", "arrives after the scenario's end"},
      {"{streams: {a: {network: n, count: 3, phase: 1 us}}}", "add `every`"},
      {"{duration: 1000 s, streams: {a: {network: n, every: 1 us}}}", "at most 100,000 jobs"},
      {"{streams: {a: {network: n, every: 1 ks, count: 100000}}}", "comes after 100 Ms, later than the 2.00 Ms"},
      {"{duration: 1 s, streams: {a: {network: n, every: 1 s, phase: 1 s}}}", "arrives after the scenario's end"},
      {"{duration: 3 Ms, streams: {a: {network: n, every: 1 ks}}}", "expected at most 2 Ms, what a run can last"},
  };
  for (const Wrong& wrong : all) {
    try {
      scenario_of(wrong.text);
      FAIL() << wrong.text;
    } catch (const Error& e) {
      EXPECT_THAT(e.what(), HasSubstr(wrong.message)) << wrong.text;
      EXPECT_THAT(e.what(), HasSubstr("s.yaml:2:")) << "not located";
    }
  }
}

// A field may allow more than its dimension does elsewhere.
TEST(Scenario, MayLastForDays) {
  const Scenario days = scenario_of("{duration: 1 Ms, streams: {a: {network: n, every: 20 ks}}}");
  EXPECT_EQ(days.duration, Time::from_si(1e6));
  EXPECT_EQ(jobs_of(days).size(), 50U);
}

}  // namespace
}  // namespace subvolt::scenario
