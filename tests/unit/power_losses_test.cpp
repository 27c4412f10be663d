// Do a full array's cycles and those lost by cause add up to what a layer took, whatever its accelerator counts?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/power/record/activity_record.h"
#include "sim/power/record/losses.h"

namespace subvolt::power {
namespace {

using testing::ElementsAre;
using testing::Pair;

EventDeclaration fact(const std::string& name, const std::string& cause, EventRole role = EventRole::kNone) {
  EventDeclaration event{name, "", Cause::kSwitching, "a fact", {}, role};
  event.loss = {cause, "", "", false};
  return event;
}

ComponentDeclaration component(const std::string& name, std::vector<EventDeclaration> events) {
  ComponentDeclaration c;
  c.name = name;
  c.events = std::move(events);
  return c;
}

// 10 multipliers; another accelerator whose name begins alike.
ActivityRecord record() {
  ActivityRecord r;
  r.components = {component("npu", {fact("stall_load", "loads"), fact("plain", "")}),
                  component("npu.array", {fact("idle", "edges", EventRole::kIdleMac), fact("late_load", "loads"),
                                          fact("zeros", "sparsity", EventRole::kIdleMac)}),
                  component("npu2", {fact("stall_load", "loads")})};
  r.accelerators = {{"npu", 10, 0}, {"npu2", 1, 0}};
  return r;
}

LostCycles of(const std::string& accelerator, const std::int64_t* counts, std::int64_t macs, std::int64_t cycles) {
  const ActivityRecord r = record();
  return Losses(r, accelerator).of(counts, macs, cycles);
}

TEST(Losses, AddUpToTheCycle) {
  // 33 MACs, 7 and 5 idle multipliers are 4.5 cycles, which are rounded up.
  const std::int64_t counts[] = {20, 1000, 7, 3, 5, 1000};
  EXPECT_THAT(of("npu", counts, 33, 28), ElementsAre(Pair("loads", 23), Pair("edges", 0), Pair("sparsity", 1)));
  EXPECT_THAT(of("npu", counts, 33, 30),
              ElementsAre(Pair("loads", 23), Pair("edges", 0), Pair("sparsity", 1), Pair(kNotTold, 2)));
}

TEST(Losses, OfIdleMultipliersAreWithinACycleOfTheirShare) {
  for (std::int64_t macs = 0; macs <= 40; ++macs) {
    for (std::int64_t idle = 0; idle <= 40; ++idle) {
      const std::int64_t zeros = 100 - macs - idle;  // 10 whole cycles
      const std::int64_t counts[] = {0, 0, idle, 0, zeros, 0};
      std::int64_t sum = (macs + 9) / 10;
      for (const auto& [cause, cycles] : of("npu", counts, macs, 10)) {
        const std::int64_t share = cause == "edges" ? idle : cause == "sparsity" ? zeros : 0;
        EXPECT_LT(std::abs(10 * cycles - share), 10) << cause << " of " << macs << ", " << idle;
        sum += cycles;
      }
      EXPECT_EQ(sum, 10);
    }
  }
}

TEST(Losses, AreThoseOfTheAcceleratorAndItsParts) {
  const ActivityRecord r = record();
  const Losses losses(r, "npu");
  std::vector<std::string> causes;
  for (const EventDeclaration* event : losses.causes()) causes.push_back(event->loss.cause);
  EXPECT_THAT(causes, ElementsAre("loads", "edges", "sparsity"));
  EXPECT_EQ(Losses(r, "npu2").causes().size(), 1U);
  EXPECT_TRUE(Losses(r, "cpu").causes().empty());
}

TEST(Losses, OfOneThatTellsNothingAreNotTold) {
  const std::int64_t counts[] = {0, 0, 0, 0, 0, 0};
  EXPECT_THAT(of("npu2", counts, 3, 10), ElementsAre(Pair("loads", 0), Pair(kNotTold, 7)));
}

}  // namespace
}  // namespace subvolt::power
