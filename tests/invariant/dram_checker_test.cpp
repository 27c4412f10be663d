// Can the checker of DRAM commands be trusted: does it pass what others made, and find what is wrong?
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/support/dram_schedule.h"
#include "tests/support/dram_traffic.h"
#include "tests/support/source_tree.h"

namespace subvolt::test {
namespace {

std::int64_t count_violations(const std::string& report) { return std::count(report.begin(), report.end(), '\n'); }

// Schedules of DRAMSys 5.1 in the same configuration, power-down and self-refresh among them. Its controller knows
// nothing of this checker, nor of our documents.
TEST(DramChecker, PassesSchedulesOfAnEstablishedSimulator) {
  const DramSheet sheet = read_dram_sheet(shipped_dram("lpddr4_3200"));
  std::map<int, int> seen;
  for (const char* name :
       {"lpddr4_T05_rand_rd_NoPowerDown", "lpddr4_T07_mixed_seq_2r1w_NoPowerDown", "lpddr4_T11_gap_sref_Staggered"}) {
    const auto stream =
        read_dramsys_schedule(source_file("tests/invariant/dram_schedules/" + std::string(name) + ".csv"), sheet);
    EXPECT_GT(stream.size(), 500u);
    EXPECT_EQ(dram_violations(sheet, {}, stream, stream.back().at), "") << name;
    for (const DramEvent& e : stream) ++seen[e.command];
  }
  for (const char* command : {"ACT", "RD", "WR", "PRE", "PREA", "REFab", "PDE", "PDX", "SRE", "SRX"}) {
    EXPECT_GT(seen[dram_command(command)], 0) << command;
  }
}

// One command a tick earlier than the scheduler sent it. With saturated queues every command is as early as it may be,
// except the first ones, which wait for their requests.
TEST(DramChecker, FindsTightCommandsThatComeATickEarlier) {
  for (std::size_t d = 0; d < kShippedDrams; ++d) {
    const DramCase c = dram_case(dram_specimens()[d], "{}");
    DramTraffic traffic = traffic_of(reference_trace("T05"), c);
    traffic.requests.resize(300);
    mem::dram::Engine engine = c.engine();
    const DramOutcome outcome = drive_dram(engine, traffic, DramDrive::kLeaps);
    const DramSheet sheet = c.sheets().front();
    ASSERT_EQ(dram_violations(sheet, c.policy(), outcome.commands, outcome.end), "");
    std::map<std::string, std::pair<int, int>> found;  // by command: found, tried
    for (std::size_t i = 1; i < outcome.commands.size(); ++i) {
      auto changed = outcome.commands;
      changed[i].at = sheet.time(sheet.ticks(changed[i].at) - 1);
      auto& [n, tried] = found[dram_command_names()[static_cast<std::size_t>(changed[i].command)]];
      n += !dram_violations(sheet, c.policy(), changed, outcome.end).empty();
      ++tried;
    }
    for (const char* name : {"ACT", "RD", "PRE"}) {
      const auto [n, tried] = found[name];
      EXPECT_GT(tried, 250) << dram_specimens()[d].name << " " << name;
      EXPECT_GE(n, tried * 98 / 100) << dram_specimens()[d].name << " " << name;
    }
  }
}

// By hand, at 800 MHz and 1250 ps a clock (ddr3_1600): rows after 11 clocks, first data 11 clocks later.
class DramCheckerOnDdr3 : public testing::Test {
 protected:
  std::string violations(const std::vector<std::tuple<std::int64_t, const char*, int, std::int64_t>>& commands,
                         const DramChecker::Policy& policy = {}) const {
    std::vector<DramEvent> stream;
    for (const auto& [clock, name, bank, row] : commands) {
      stream.push_back({clock * 1250, dram_command(name), bank, row});
    }
    return dram_violations(sheet_, policy, stream, stream.back().at);
  }
  DramSheet sheet_ = read_dram_sheet(shipped_dram("ddr3_1600"));
};

TEST_F(DramCheckerOnDdr3, StatesOfBanks) {
  EXPECT_EQ(violations({{1, "ACT", 0, 5}, {12, "RD", 0, -1}, {29, "PRE", 0, -1}, {40, "ACT", 0, 6}}), "");
  EXPECT_NE(violations({{1, "ACT", 0, 5}, {50, "ACT", 0, 6}}).find("open"), std::string::npos);
  EXPECT_NE(violations({{12, "RD", 0, -1}}).find("closed"), std::string::npos);
  EXPECT_NE(violations({{1, "ACT", 0, 5}, {12, "RDA", 0, -1}, {60, "RD", 0, -1}}).find("closed"), std::string::npos);
  EXPECT_NE(violations({{1, "ACT", 0, 5}, {60, "REFab", -1, -1}}).find("open"), std::string::npos);
  EXPECT_NE(violations({{1, "ACT", 0, 5}, {60, "SRE", -1, -1}}).find("open"), std::string::npos);
  EXPECT_NE(violations({{1, "ACT", 0, -1}}).find("no row"), std::string::npos);
  EXPECT_NE(violations({{1, "ACT", 9, 5}}).find("no such bank"), std::string::npos);
  EXPECT_NE(violations({{1, "REFpb", 0, -1}}).find("no such command"), std::string::npos);
}

TEST_F(DramCheckerOnDdr3, DistancesAndWindows) {
  EXPECT_EQ(count_violations(violations({{1, "ACT", 0, 5}, {11, "RD", 0, -1}})), 1);  // tRCD
  EXPECT_EQ(count_violations(violations({{1, "ACT", 0, 5}, {6, "ACT", 1, 5}})), 1);   // tRRD
  EXPECT_EQ(violations({{1, "ACT", 0, 5}, {7, "ACT", 1, 5}}), "");
  // tFAW 32: the fifth of them.
  EXPECT_EQ(count_violations(violations(
                {{1, "ACT", 0, 1}, {7, "ACT", 1, 1}, {13, "ACT", 2, 1}, {19, "ACT", 3, 1}, {32, "ACT", 4, 1}})),
            1);
  EXPECT_EQ(violations({{1, "ACT", 0, 1}, {7, "ACT", 1, 1}, {13, "ACT", 2, 1}, {19, "ACT", 3, 1}, {33, "ACT", 4, 1}}),
            "");
}

TEST_F(DramCheckerOnDdr3, Buses) {
  EXPECT_NE(violations({{1, "ACT", 0, 5}, {1, "ACT", 1, 5}}).find("command bus"), std::string::npos);
  // Write data at 8 clocks would run into read data at 11: read at 20 holds the bus from 31 to 35.
  const auto stream = [&](std::int64_t write) {
    return violations({{1, "ACT", 0, 5}, {20, "RD", 0, -1}, {write, "WR", 0, -1}});
  };
  EXPECT_NE(stream(26).find("data bus"), std::string::npos);
  EXPECT_EQ(stream(27).find("data bus"), std::string::npos);
  // Half a clock.
  EXPECT_NE(dram_violations(sheet_, {}, {{1000, dram_command("ACT"), 0, 5}}, 1000).find("edge"), std::string::npos);
}

TEST_F(DramCheckerOnDdr3, SleepAndRefresh) {
  EXPECT_EQ(violations({{1, "PDE", -1, -1}, {9, "PDX", -1, -1}, {40, "ACT", 0, 1}}), "");
  EXPECT_NE(violations({{1, "PDE", -1, -1}, {40, "ACT", 0, 1}}).find("asleep"), std::string::npos);
  EXPECT_NE(violations({{40, "PDX", -1, -1}}).find("not asleep"), std::string::npos);
  EXPECT_NE(violations({{1, "SRE", -1, -1}, {600, "SRX", -1, -1}, {900, "SRE", -1, -1}}).find("no refresh"),
            std::string::npos);
  EXPECT_EQ(violations({{1, "SRE", -1, -1}, {600, "SRX", -1, -1}, {900, "REFab", -1, -1}, {1100, "SRE", -1, -1}}), "");
  // tREFI 6240: nearly two intervals without a refresh; more than nine whatever is put off.
  EXPECT_EQ(violations({{6240, "REFab", -1, -1}, {12480, "REFab", -1, -1}}), "");
  EXPECT_NE(violations({{12000, "REFab", -1, -1}}).find("were due"), std::string::npos);
  EXPECT_EQ(violations({{12000, "REFab", -1, -1}}, {1, false, true}), "");
  EXPECT_NE(violations({{10 * 6240 + 1, "REFab", -1, -1}}, {9, false, true}).find("nine intervals"), std::string::npos);
}

}  // namespace
}  // namespace subvolt::test
