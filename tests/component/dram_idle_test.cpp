// Are pauses, whose refreshes are counted without being played, the same to the last count and picosecond as pauses
// that are played command by command? And do they cost the same however long they are?
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "tests/support/dram_traffic.h"

namespace subvolt::test {
namespace {

using Engine = mem::dram::Engine;

// Two engines that are told the same. The plain one has a listener to its commands, so it plays each of them.
class Pair {
 public:
  explicit Pair(const DramCase& c) : quick_(c.engine()), plain_(c.engine()) {
    quick_.on_command_count([this](const char* name, std::int64_t more) { quick_commands_[name] += more; });
    plain_.on_command([this](const kernel::MemoryEngine::Command& command) { ++plain_commands_[command.name]; });
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  Picoseconds time_now() const { return now_; }
  // Both go to that time; what they have counted and what comes next must be the same.
  void go(Picoseconds ps) {
    now_ = ps;
    for (Engine* engine : {&quick_, &plain_}) engine->advance(ps);
    for (std::size_t e = 0; e < quick_.events().size(); ++e) {
      ASSERT_EQ(quick_.take(e), plain_.take(e)) << quick_.events()[e].name << " up to " << ps << " ps";
    }
    ASSERT_EQ(quick_.next_time(), plain_.next_time()) << "at " << ps << " ps";
    ASSERT_EQ(quick_commands_, plain_commands_) << "up to " << ps << " ps";
  }
  void offer(const kernel::MemoryAccess& access) {
    const bool taken = quick_.offer(access, now_);
    ASSERT_EQ(taken, plain_.offer(access, now_));
    inside_ += taken;
  }
  void finish() {
    for (kernel::MemoryCompletion a, b; inside_ > 0;) {
      ASSERT_EQ(quick_.visible_time(), plain_.visible_time());
      if (quick_.visible_time() != Engine::kNever) go(quick_.visible_time());
      while (quick_.take_completion(Engine::kNever, a)) {
        ASSERT_TRUE(plain_.take_completion(Engine::kNever, b));
        ASSERT_TRUE(a.id == b.id && a.at == b.at);
        --inside_;
      }
    }
  }
  void ask(power::PowerState state) {
    for (Engine* engine : {&quick_, &plain_}) engine->request_state(state, now_);
  }
  void ask(std::size_t point) {
    for (Engine* engine : {&quick_, &plain_}) engine->request_set_point(point, now_);
  }
  std::size_t points() const { return quick_.set_points().size(); }

 private:
  Engine quick_, plain_;
  std::map<std::string, std::int64_t> quick_commands_, plain_commands_;
  Picoseconds now_{};
  int inside_ = 0;
};

void play_in_step(const DramCase& c, unsigned seed) {
  std::mt19937_64 random(seed);
  const auto below = [&random](std::int64_t most) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most));
  };
  const std::int64_t capacity = c.engine().capacity().value(), burst = c.engine().access_bytes();
  Pair pair(c);
  for (int i = 0; i < 12 && !testing::Test::HasFatalFailure(); ++i) {
    for (std::int64_t n = below(4); n > 0; --n) {
      pair.offer({static_cast<std::uint32_t>(n), below(2) == 0, below(capacity / burst) * burst, burst});
    }
    if (below(2) == 0) pair.finish();
    if (below(4) == 0) {
      const power::PowerState states[] = {power::PowerState::kOn, power::PowerState::kRetention,
                                          power::PowerState::kOff};
      pair.ask(states[below(3)]);
    }
    if (below(4) == 0) pair.ask(static_cast<std::size_t>(below(static_cast<std::int64_t>(pair.points()))));
    // From less than a refresh interval to thousands.
    const std::int64_t gap = below(std::int64_t{1'000'000} << below(14)) + 1;
    pair.go(pair.time_now() + gap);
    pair.finish();
  }
}

TEST(DramIdle, CountedAsIfPlayed) {
  for (unsigned seed = 0; seed < 400 && !testing::Test::HasFatalFailure(); ++seed) {
    const DramCase c = random_dram_case(seed);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", " + c.name());
    play_in_step(c, seed);
  }
}

bool has(const DramSpecimen& specimen, const std::string& command) {
  const auto& all = specimen.device.commands;
  return std::any_of(all.begin(), all.end(), [&](const auto& c) { return c.first == command; });
}

// Clocks whose period is no whole number of picoseconds, where each state's time is another from period to period.
TEST(DramIdle, CountedAsIfPlayedAtOddClocks) {
  for (const DramSpecimen& specimen : dram_specimens()) {
    for (const std::string settings :
         {"{}", "{power_down: {policy: idle, after: 100 ns, close_rows: true}}",
          "{power_down: {policy: idle, after: 0 ns}, self_refresh: {policy: idle, after: 1 ms}}"}) {
      if (settings != "{}" && (!has(specimen, "PDE") || !has(specimen, "SRE"))) continue;
      for (const Hertz hz : {Hertz(311'111'111), Hertz(399'999'999), Hertz(266'666'667)}) {
        if (testing::Test::HasFatalFailure()) return;
        SCOPED_TRACE(specimen.name + " at " + std::to_string(hz.value()) + " Hz, " + settings);
        play_in_step(dram_case(specimen, settings, hz), static_cast<unsigned>(hz.value()));
      }
    }
  }
}

// 50 days: some 10^12 refresh intervals.
TEST(DramIdle, APauseOfFiftyDaysTakesNoTime) {
  for (const DramSpecimen& specimen : dram_specimens()) {
    for (const std::string mode : {"all_bank", "per_bank"}) {
      if (mode == "per_bank" && !has(specimen, "REFpb")) continue;
      DramCase c = dram_case(specimen, "{refresh: {mode: " + mode + "}}", Hertz(399'999'999));
      Engine engine = c.engine();
      constexpr std::int64_t kEnd = std::int64_t{1} << 62;
      engine.advance(kEnd);
      std::int64_t resident = 0, refreshes = 0;
      for (std::size_t e = 0; e < engine.events().size(); ++e) {
        const std::int64_t n = engine.take(e);
        EXPECT_GE(n, 0) << engine.events()[e].name;
        if (engine.is_residency(e)) resident += n;
        if (engine.events()[e].name == (mode == "per_bank" ? "refresh_bank" : "refresh")) refreshes = n;
      }
      EXPECT_EQ(resident, kEnd) << specimen.name;
      EXPECT_GT(refreshes, 100'000'000'000) << specimen.name;
      EXPECT_GT(engine.next_time(), kEnd) << specimen.name;
      EXPECT_LT(engine.next_time() - kEnd, 100'000'000) << specimen.name;
    }
  }
}

}  // namespace
}  // namespace subvolt::test
