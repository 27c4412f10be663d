// Does `subvolt memtrace` print what the replay did, price it, and say what is wrong?
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/cli/command.h"
#include "sim/config/schema.h"
#include "sim/kernel/memory_kinds.h"
#include "tests/support/bench_memory.h"
#include "tests/support/temporary_folder.h"

namespace subvolt::cli {
namespace {

using Json = nlohmann::json;

// A kind of memory that exists in this program only.
struct BenchSettings {
  std::int64_t read_clocks = 10;
  bool forgetful = false;
  static const config::Schema<BenchSettings>& schema() {
    static const auto s = config::Schema<BenchSettings>("bench_settings", "Settings of the test's memory.")
                              .optional("read_clocks", &BenchSettings::read_clocks, "How long a read takes.")
                              .optional("forgetful", &BenchSettings::forgetful, "Miscounts its time.");
    return s;
  }
};

const bool registered =
    kernel::register_memory_kind({"bench", "A memory for tests.", nullptr, &BenchSettings::schema(),
                                  [](const config::Node&, const config::Node& node, Hertz frequency) {
                                    const BenchSettings settings = BenchSettings::schema().read(node);
                                    test::BenchMemoryRules rules;
                                    if (frequency > Hertz()) rules.frequency = frequency;
                                    rules.read_clocks = settings.read_clocks;
                                    if (settings.forgetful) rules.fault = test::BenchMemoryRules::Fault::kForgetsTime;
                                    return std::make_unique<test::BenchMemory>(rules);
                                  }});

// 2 reads, 1 write: 2 x (3 + 4) + 5 pJ of core without standby, 2 x 10 pJ of interface.
constexpr const char* kPriced = R"(schema: memory/1
memory:
  title: A memory for tests
  kind: bench
  device: {}
  prices:
    bench.read: {rail_energy: {vdd1: 3 pJ, vdd2: 4 pJ}, source: made up, quality: published}
    bench.write: {rail_energy: {vdd2: 5 pJ}, source: made up, quality: published}
    bench.io_read: {rail_energy: {vddq: 10 pJ}, source: made up}
    bench.active: {rail_power: {vdd1: 1 mW, vdd2: 2 mW}, source: made up, quality: published}
    bench.idle: {rail_power: {vdd1: 0.1 mW}, source: made up, quality: published}
)";

struct Done {
  int code = 0;
  std::string out, err;
};

class Memtrace : public testing::Test {
 protected:
  Memtrace() {
    write("bench.yaml", kPriced);
    write("three.csv", "arrival_cycle,op,bank,row,burst\n0,R,0,0,0\n100,W,0,0,1\n200,R,1,3,0\n");
  }

  std::string path(const std::string& name) const { return folder_.file(name); }
  void write(const std::string& name, const std::string& text) const { folder_.write(name, text); }
  std::string text_of(const std::string& name) const { return folder_.read(name); }

  Done run(std::vector<std::string> words) const {
    words.insert(words.begin(), {"subvolt", "memtrace"});
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Done done;
    done.code = run_program(static_cast<int>(argv.size()), argv.data());
    done.out = testing::internal::GetCapturedStdout();
    done.err = testing::internal::GetCapturedStderr();
    return done;
  }
  Done run_three(std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {path("bench.yaml"), path("three.csv")});
    return run(options);
  }

  test::TemporaryFolder folder_;
};

TEST_F(Memtrace, PrintsTheReplayAsJson) {
  const Done done = run_three({"--json", "--quiet"});
  ASSERT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(done.err, "");
  const Json r = Json::parse(done.out);
  EXPECT_EQ(r.at("schema_version"), "1.0");
  EXPECT_EQ(r.at("device"), "bench");
  EXPECT_EQ(r.at("trace"), "three");
  EXPECT_EQ(r.at("requests"), 3);
  EXPECT_EQ(r.at("reads"), 2);
  EXPECT_EQ(r.at("writes"), 1);
  EXPECT_EQ(r.at("total_cycles"), 211);
  EXPECT_DOUBLE_EQ(r.at("total_s"), 211e-9);
  EXPECT_EQ(r.at("clock_Hz"), 1'000'000'000);
  EXPECT_NEAR(r.at("bandwidth_B_per_s").get<double>(), 96 / 211e-9, 1.0);
  EXPECT_TRUE(r.at("peak_bandwidth_B_per_s").is_null());
  EXPECT_EQ(r.at("latency_cycles").at("read").at("p99"), 11);
  EXPECT_EQ(r.at("latency_cycles").at("write").at("max"), 5);
  EXPECT_EQ(r.at("commands").at("RD"), 2);
  EXPECT_EQ(r.at("row_hits"), 1);
  EXPECT_EQ(r.at("row_misses"), 2);
  EXPECT_TRUE(r.at("row_conflicts").is_null());
  EXPECT_DOUBLE_EQ(r.at("row_hit_rate"), 1.0 / 3.0);
  EXPECT_NEAR(r.at("residency_s").at("active").get<double>(), 24e-9, 1e-15);
  EXPECT_NEAR(r.at("residency_s").at("idle").get<double>(), 187e-9, 1e-15);
  EXPECT_EQ(r.at("events").at("io_read"), 2);
}

TEST_F(Memtrace, PricesTheCountsByRailCauseAndEvent) {
  const Json r = Json::parse(run_three({"--json", "--quiet"}).out);
  const Json& e = r.at("energy_J");
  const double active = 24e-9 * 3e-3, idle = 187e-9 * 0.1e-3;
  const auto near = [](const Json& n, double expected) { EXPECT_NEAR(n.get<double>(), expected, 1e-6 * expected); };
  near(e.at("interface"), 20e-12);
  near(e.at("core"), 19e-12 + active + idle);
  near(e.at("total"), 39e-12 + active + idle);
  near(e.at("by_rail").at("vdd1"), 6e-12 + 24e-9 * 1e-3 + idle);
  near(e.at("by_rail").at("vdd2"), 13e-12 + 24e-9 * 2e-3);
  near(e.at("by_rail").at("vddq"), 20e-12);
  near(e.at("by_event").at("read"), 14e-12);
  near(e.at("by_event").at("active"), active);
  near(e.at("by_cause").at("background"), active + idle);
  near(r.at("average_power_W"), (39e-12 + active + idle) / 211e-9);
  near(r.at("estimated_energy_share"), 20e-12 / (39e-12 + active + idle));
  EXPECT_TRUE(r.at("energy_missing").is_null());
  ASSERT_EQ(r.at("accounts").size(), 7u);
  EXPECT_EQ(r.at("accounts").at(0).at("account"), "bench.read.vdd1");
}

TEST_F(Memtrace, TheCardHasAtMost80Columns) {
  const Done done = run_three();
  ASSERT_EQ(done.code, 0) << done.err;
  std::istringstream lines(done.out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
  for (const char* part : {"three on bench", "1 GHz", "211 cycles", "33.3 % hits", "RD 2  WR 1", "vddq", "interface"}) {
    EXPECT_NE(done.out.find(part), std::string::npos) << part << "\n" << done.out;
  }
  EXPECT_NE(done.err.find("3 requests replayed in"), std::string::npos) << done.err;
}

// Idle time is not counted when there is none to price, so its price is not missed either.
TEST_F(Memtrace, WithoutPricesThereIsTimeButNoEnergy) {
  const std::string text(kPriced);
  write("bench.yaml", text.substr(0, text.find("  prices:")));
  const Done done = run_three({"--json"});
  EXPECT_EQ(done.code, 0);
  const Json r = Json::parse(done.out);
  EXPECT_EQ(r.at("total_cycles"), 211);
  EXPECT_TRUE(r.at("energy_J").is_null());
  EXPECT_NE(r.at("energy_missing").get<std::string>().find("bench.yaml gives neither currents nor prices"),
            std::string::npos);
  EXPECT_NE(done.err.find("no energy: "), std::string::npos) << done.err;
  EXPECT_NE(run_three().out.find("no energy: "), std::string::npos);
}

TEST_F(Memtrace, AMissingPriceIsNamed) {
  std::string text(kPriced);
  const auto at = text.find("    bench.write");
  write("bench.yaml", text.erase(at, text.find('\n', at) + 1 - at));
  const Json r = Json::parse(run_three({"--json", "--quiet"}).out);
  EXPECT_TRUE(r.at("energy_J").is_null());
  EXPECT_NE(r.at("energy_missing").get<std::string>().find("bench.write wants price bench.write, which "),
            std::string::npos);
}

TEST_F(Memtrace, SettingsAndClockReachTheMemory) {
  const Json slower = Json::parse(run_three({"--json", "--quiet", "--set", "read_clocks=30"}).out);
  EXPECT_EQ(slower.at("total_cycles"), 231);
  EXPECT_EQ(slower.at("settings").at("read_clocks"), "30");
  const Json half = Json::parse(run_three({"--json", "--quiet", "--clock", "500MHz"}).out);
  EXPECT_EQ(half.at("total_cycles"), 211);
  EXPECT_DOUBLE_EQ(half.at("total_s"), 422e-9);
  const Json other = Json::parse(run_three({"--json", "--quiet", "--set", "memory.title=Another"}).out);
  EXPECT_EQ(other.at("title"), "Another");
}

TEST_F(Memtrace, WritesTheCommands) {
  ASSERT_EQ(run_three({"--quiet", "--commands", path("commands.csv")}).code, 0);
  EXPECT_EQ(text_of("commands.csv"),
            "cycle,time_ps,command,bank,row\n1,1000,RD,0,0\n101,101000,WR,0,0\n201,201000,RD,1,3\n");
}

TEST_F(Memtrace, SaysWhatIsWrong) {
  const auto expect = [](const Done& done, int code, const std::string& part) {
    EXPECT_EQ(done.code, code) << done.err;
    EXPECT_NE(done.err.find(part), std::string::npos) << done.err;
    EXPECT_EQ(done.out, "");
  };
  expect(run_three({"--set", "read_clock=30"}), 2, "did you mean \"read_clocks\"?");
  expect(run_three({"--clock", "500"}), 2, "--clock: a bare number where a unit is due");
  expect(run_three({"--set", "forgetful=true"}), 3, "impossible results");
  expect(run({"no_such_memory", path("three.csv")}), 2, "no memory \"no_such_memory\"");
  expect(run({path("bench.yaml"), path("two.csv")}), 2, "two.csv: no such file");
  write("three.csv", "arrival_cycle,op,bank,row,burst\n0,R,9,0,0\n");
  expect(run_three(), 2, "three.csv:2:1: expected a bank from 0 to 3, got 9");
  write("bench.yaml", "schema: memory/1\nmemory:\n  kind: bensh\n  device: {}\n");
  expect(run_three(), 2, "bench.yaml:3:9: memory.kind: expected a kind of memory, one of ");
  EXPECT_FALSE(std::filesystem::exists(path("commands.csv")));
}

TEST_F(Memtrace, HelpListsTheSettings) {
  const Done done = run({"--help"});
  EXPECT_EQ(done.code, 0);
  EXPECT_NE(done.out.find("Settings of kind bench"), std::string::npos) << done.out;
  EXPECT_NE(done.out.find("read_clocks"), std::string::npos);
}

}  // namespace
}  // namespace subvolt::cli
