// Is every command stream that the DRAM engine sends, whatever its policies, one that the device's document allows?
#include <gtest/gtest.h>

#include <map>

#include "tests/support/dram_traffic.h"

namespace subvolt::test {
namespace {

// Policies that all shipped devices can follow; those with REFpb, power-down or self-refresh where there is such a
// thing.
std::vector<std::string> policies_of(const DramSpecimen& specimen) {
  const auto has = [&](const char* c) { return specimen.document.find("commands")->find(c) != nullptr; };
  std::vector<std::string> all = {
      "{}",
      "{scheduler: fifo}",
      "{page_policy: closed}",
      "{page_policy: timeout, page_timeout: 60 ns, queue: {reads: 4, writes: 4, write_high: 3, write_low: 1}}",
      "{queue: {reads: 1, writes: 1, write_high: 1, write_low: 0}, rounding: exact}",
      "{fields: row column bank, hash: ['bank[0]^row[0]'], refresh: {postpone: 8}}",
      "{queue: {group_writes: false, overtaking: 1}, refresh: {postpone: 4}}"};
  if (has("REFpb")) {
    all.emplace_back("{refresh: {mode: per_bank}}");
    all.emplace_back("{refresh: {mode: per_bank, postpone: 8}, page_policy: closed, rounding: exact}");
  }
  if (has("PDE")) {
    all.emplace_back("{power_down: {policy: idle, after: 0 ns}}");
    all.emplace_back("{power_down: {policy: idle, after: 50 ns, close_rows: true}, page_policy: timeout}");
  }
  if (has("SRE")) {
    all.emplace_back("{power_down: {policy: idle, after: 10 ns}, self_refresh: {policy: refresh, array: 0.5}}");
    all.emplace_back("{self_refresh: {policy: idle, after: 500 ns}, rounding: exact}");
  }
  if (has("SRE") && has("REFpb")) {
    all.emplace_back(
        "{power_down: {policy: idle, after: 0 ns}, self_refresh: {policy: idle, after: 3 us}, refresh: {mode: "
        "per_bank}}");
  }
  return all;
}

DramOutcome expect_legal(const DramCase& c, const std::string& what) {
  mem::dram::Engine engine = c.engine();
  const DramOutcome outcome = drive_dram(engine, c.traffic, DramDrive::kSteps);
  EXPECT_EQ(broken_promises(c.traffic, outcome, c.facts()), "") << what << c.name();
  EXPECT_EQ(illegal_commands(outcome, c.sheets(), c.policy()), "") << what << c.name();
  return outcome;
}

class DramLegality : public testing::TestWithParam<std::size_t> {};

TEST_P(DramLegality, ReferenceTracesUnderAllPolicies) {
  const DramSpecimen& specimen = dram_specimens()[GetParam()];
  std::map<std::string, std::int64_t> events;
  for (const std::string& policy : policies_of(specimen)) {
    for (const std::string& trace : reference_traces()) {
      DramCase c = dram_case(specimen, policy);
      c.traffic = traffic_of(reference_trace(trace), c);
      for (const auto& [name, n] : expect_legal(c, trace + " on ").events) events[name] += n;
    }
  }
  // The policies did something.
  for (const char* name : {"activate", "read", "write", "refresh"}) EXPECT_GT(events[name], 0) << name;
  const auto has = [&](const char* c) { return specimen.document.find("commands")->find(c) != nullptr; };
  if (has("REFpb")) {
    EXPECT_GT(events["refresh_bank"], 1000);
  }
  if (has("PDE")) {
    EXPECT_GT(events["power_downs"], 500);
  }
  if (has("SRE")) {
    EXPECT_GT(events["self_refreshes"], 20);
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, DramLegality, testing::Range<std::size_t>(0, kShippedDrams),
                         [](const auto& info) { return dram_specimens()[info.param].name; });

TEST(DramLegality, AThousandRandomTraces) {
  std::int64_t commands = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    // Not those of dram_never_hangs_test.
    commands += static_cast<std::int64_t>(
        expect_legal(random_dram_case(1'000'000 + seed, 20, 300), "seed " + std::to_string(seed) + " on ")
            .commands.size());
    if (HasFailure()) break;
  }
  EXPECT_GT(commands, 300'000);
}

// Longer than nine refresh intervals without a pause: as many as allowed are put off, and no more.
TEST(DramLegality, RefreshesAreNotPutOffForEverUnderLoad) {
  for (std::size_t d = 0; d < kShippedDrams; ++d) {
    const DramSpecimen& specimen = dram_specimens()[d];
    for (const char* mode : {"all_bank", "per_bank"}) {
      if (std::string(mode) == "per_bank" && !specimen.document.find("commands")->find("REFpb")) continue;
      for (const char* postpone : {"0", "1", "8"}) {
        DramCase c = dram_case(specimen, std::string("{refresh: {mode: ") + mode + ", postpone: " + postpone + "}}");
        std::vector<TraceRow> trace = reference_trace("T03");
        for (int i = 0; i < 4; ++i) trace.insert(trace.end(), trace.begin(), trace.begin() + 512);
        c.traffic = traffic_of(trace, c);
        const DramOutcome outcome = expect_legal(c, "T03 five times on ");
        EXPECT_GT(outcome.end, 11 * c.sheets().front().interval);
      }
    }
  }
}

}  // namespace
}  // namespace subvolt::test
