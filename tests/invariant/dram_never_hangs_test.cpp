// Does every trace end under every policy on every device, with all that must be conserved, and does it matter how
// the engine is driven?
#include <gtest/gtest.h>

#include "tests/support/dram_traffic.h"

namespace subvolt::test {
namespace {

std::string difference(const DramOutcome& a, const DramOutcome& b) {
  for (std::size_t i = 0; i < std::min(a.commands.size(), b.commands.size()); ++i) {
    const DramEvent &x = a.commands[i], &y = b.commands[i];
    if (x.at == y.at && x.command == y.command && x.bank == y.bank && x.row == y.row) continue;
    return "command " + std::to_string(i) + ": " + describe(x) + ", " + describe(y);
  }
  if (a.commands.size() != b.commands.size()) return "numbers of commands";
  if (a.taken != b.taken) return "times of acceptance";
  if (a.done != b.done) return "times of completion";
  if (a.events != b.events) return "events";
  return a.end == b.end ? "" : "ends";
}

DramOutcome drive(const DramCase& c, DramDrive how) {
  mem::dram::Engine engine = c.engine();
  return drive_dram(engine, c.traffic, how);
}

// A thousand each, so that they run side by side.
class DramNeverHangs : public testing::TestWithParam<int> {};

TEST_P(DramNeverHangs, ARandomTraceUnderARandomPolicy) {
  for (int i = 0; i < 1000 && !HasFailure(); ++i) {
    const int seed = GetParam() * 1000 + i;
    const DramCase c = random_dram_case(static_cast<std::uint64_t>(seed));
    const DramOutcome outcome = drive(c, DramDrive::kSteps);
    EXPECT_EQ(broken_promises(c.traffic, outcome, c.facts()), "") << "seed " << seed << ", " << c.name();
    EXPECT_EQ(illegal_commands(outcome, c.sheets(), c.policy()), "") << "seed " << seed << ", " << c.name();
    // The same again, and driven in another way: the same.
    const DramOutcome other = drive(c, i % 2 == 0 ? DramDrive::kLeaps : DramDrive::kCrumbs);
    EXPECT_EQ(other.error, "") << "seed " << seed << ", " << c.name();
    EXPECT_EQ(difference(outcome, other), "") << "seed " << seed << ", " << c.name();
  }
}

INSTANTIATE_TEST_SUITE_P(Thousand, DramNeverHangs, testing::Range(0, 10));

// All that the random policies are there for does happen.
TEST(DramRandomCases, ReachEverything) {
  std::map<std::string, std::int64_t> events;
  std::map<std::string, int> devices;
  std::map<int, std::int64_t> commands;
  int refused = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const DramCase c = random_dram_case(seed);
    const DramOutcome outcome = drive(c, DramDrive::kLeaps);
    ++devices[c.specimen->name];
    for (const auto& [name, n] : outcome.events) events[name] += n;
    for (const DramEvent& e : outcome.commands) ++commands[e.command];
    for (std::size_t i = 0; i < outcome.taken.size(); ++i) refused += outcome.taken[i] > c.traffic.requests[i].at;
  }
  EXPECT_EQ(devices.size(), dram_specimens().size());
  for (const auto& [name, n] : events) EXPECT_GT(n, 0) << name;
  for (int i = 0; i < kDramCommands; ++i)
    EXPECT_GT(commands[i], 0) << dram_command_names()[static_cast<std::size_t>(i)];
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace subvolt::test
