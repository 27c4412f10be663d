// Is a gating policy that learns told of every idle time, and is one that does what its aims do not say stopped?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/hw/power_manager/power_manager.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"

namespace subvolt {
namespace {

using kernel::Descent;
using power::PowerState;
using test::kUs;
using testing::ElementsAre;
using testing::HasSubstr;

// Goes to the state after 10 us and keeps what it is told: "0-12 OFF 3" in microseconds, the last of them in the state.
class Diary : public kernel::LearningPolicy {
 public:
  Diary(PowerState state, std::vector<std::string>& lines) : aim_{10 * kUs, state}, lines_(lines) {}
  std::vector<Descent> aims() const override { return {aim_}; }
  std::optional<Descent> next(PowerState state) const override {
    return state == PowerState::kOn ? std::optional(aim_) : std::nullopt;
  }
  void learn(const kernel::Idleness& idleness) override {
    const auto us = [](Picoseconds ps) { return std::to_string(ps / kUs); };
    lines_.push_back(us(idleness.begin) + "-" + us(idleness.end) + " " + power::to_text(idleness.state) + " " +
                     us(idleness.resided));
  }

 private:
  Descent aim_;
  std::vector<std::string>& lines_;
};

// Says one thing and does another.
class Liar : public kernel::GatingPolicy {
 public:
  Liar(std::vector<Descent> says, std::vector<Descent> does) : says_(std::move(says)), does_(std::move(does)) {}
  std::vector<Descent> aims() const override { return says_; }
  std::optional<Descent> next(PowerState) const override {
    return asked_ < does_.size() ? std::optional(does_[asked_++]) : std::nullopt;
  }

 private:
  std::vector<Descent> says_, does_;
  mutable std::size_t asked_ = 0;
};

kernel::PowerDomainSettings settings_with(std::int64_t entry_us, std::int64_t exit_us) {
  kernel::PowerDomainSettings settings = test::always_on();
  settings.name = "PD_WORK";
  settings.policy = {"mine"};
  for (const PowerState state : {PowerState::kClkGated, PowerState::kRetention, PowerState::kOff}) {
    settings.timing[static_cast<std::size_t>(state)] = {true, 0, entry_us * kUs, exit_us * kUs};
  }
  return settings;
}

// What the policy is told when work comes at these times (us) and lasts for 2 us.
std::vector<std::string> diary(PowerState state, std::int64_t entry_us, std::int64_t exit_us,
                               const std::vector<std::int64_t>& work_at_us, std::int64_t power_at_us = -1) {
  std::vector<std::string> lines;
  test::TestEnvironment environment;
  kernel::PowerDomain& domain =
      environment.set_power_domain("work", settings_with(entry_us, exit_us), std::make_unique<Diary>(state, lines));
  hw::PowerManager manager("manager", {}, environment);
  sc_core::sc_spawn([&] {
    for (const std::int64_t at_us : work_at_us) {
      sc_core::wait(kernel::to_sc_time(at_us * kUs - kernel::time_now()));
      const Picoseconds ready = domain.wake();
      domain.work_until(ready + 2 * kUs);
    }
  });
  sc_core::sc_spawn([&] {
    if (power_at_us < 0) return;
    sc_core::wait(kernel::to_sc_time(power_at_us * kUs));
    domain.wake();
  });
  sc_core::sc_start(kernel::to_sc_time(1000 * kUs));
  EXPECT_EQ(domain.patience(), 0) << "short pauses must not be passed over";
  return lines;
}

TEST(LearningPolicy, IsToldOfLongAndShortIdleTimesWhenTheyEnd) {
  test::in_child([] {
    // Off from 12 to 30, at work to 37; a pause too short to go down; off from 53 to 100.
    EXPECT_THAT(diary(PowerState::kOff, 2, 5, {30, 39, 100}),
                ElementsAre("0-30 OFF 18", "37-39 ON 0", "41-100 OFF 47"));
  });
}

TEST(LearningPolicy, ADescentThatWorkOvertakesHasNoResidency) {
  test::in_child([] { EXPECT_THAT(diary(PowerState::kRetention, 4, 5, {12}), ElementsAre("0-12 RETENTION 0")); });
}

TEST(LearningPolicy, ACallForPowerEndsAnIdleTimeAndTheNextBeginsWhenItIsOn) {
  test::in_child(
      [] { EXPECT_THAT(diary(PowerState::kOff, 1, 5, {200}, 50), ElementsAre("0-50 OFF 39", "55-200 OFF 134")); });
  test::in_child([] {
    EXPECT_THAT(diary(PowerState::kClkGated, 0, 0, {100}, 50), ElementsAre("0-50 CLK_GATED 40", "50-100 CLK_GATED 40"));
  });
}

TEST(LearningPolicy, WorkOnWorkIsNoPause) {
  test::in_child([] { EXPECT_THAT(diary(PowerState::kOff, 1, 1, {5, 7, 9}), ElementsAre("0-5 ON 0")); });
}

std::string stopped_by(std::vector<Descent> says, std::vector<Descent> does) {
  test::TestEnvironment environment;
  environment.set_power_domain("work", settings_with(0, 0), std::make_unique<Liar>(std::move(says), std::move(does)));
  hw::PowerManager manager("manager", {}, environment);
  try {
    sc_core::sc_start(kernel::to_sc_time(100 * kUs));
  } catch (
      const sc_core::sc_report& report) {  // how SystemC passes on what a process threw; an internal error of a run
    return report.get_msg();
  }
  return "";
}

TEST(GatingPolicy, OneThatIsNotTrueToItsAimsIsStopped) {
  const Descent gated{5 * kUs, PowerState::kClkGated}, off{20 * kUs, PowerState::kOff};
  test::in_child([&] { EXPECT_EQ(stopped_by({gated, off}, {gated, off}), ""); });
  test::in_child([&] {
    EXPECT_THAT(
        stopped_by({gated}, {gated, off}),
        HasSubstr("power domain PD_WORK: gating policy mine sends it from CLK_GATED to OFF, which is none of its "
                  "aims()"));
  });
  test::in_child([&] {
    EXPECT_THAT(stopped_by({off}, {{19 * kUs, PowerState::kOff}}), HasSubstr("from ON to OFF sooner than its aims()"));
  });
  test::in_child([&] {
    EXPECT_THAT(stopped_by({gated, off}, {off, gated}), HasSubstr("from OFF to CLK_GATED, which is not deeper"));
  });
}

}  // namespace
}  // namespace subvolt
