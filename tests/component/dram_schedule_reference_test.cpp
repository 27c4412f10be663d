// Does the engine, which goes from command to command, send each at the very clock at which a scheduler that tries
// clock after clock sends it?
#include <gtest/gtest.h>

#include <random>

#include "tests/support/dram_clockwise.h"
#include "tests/support/dram_traffic.h"

namespace subvolt::test {
namespace {

// Streams, hot rows and scattered rows of a few banks, with lulls; sometimes to the very same place.
std::vector<PlacedBurst> random_bursts(unsigned seed, int banks, int n) {
  std::mt19937 random(seed);
  const auto below = [&random](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
  const int rows = 1 + below(4), columns = 1 + below(16), write_share = below(101), lull = 1 + below(600);
  std::vector<PlacedBurst> out;
  std::int64_t tick = 0;
  for (int i = 0; i < n; ++i) {
    if (below(3) == 0) tick += below(lull);
    out.push_back({tick, below(100) < write_share, below(banks), below(rows), below(columns)});
  }
  return out;
}

class DramScheduleReference : public testing::TestWithParam<std::size_t> {};

TEST_P(DramScheduleReference, SameCommandsAtTheSameClocks) {
  const DramSpecimen& specimen = dram_specimens()[GetParam()];
  std::size_t commands = 0, refreshes = 0;
  for (unsigned seed = 0; seed < 25; ++seed) {
    const int high = 1 + static_cast<int>(seed % 7) * 4, low = high / 3;
    const DramCase c = dram_case(specimen, "{queue: {reads: 4096, writes: 4096, overtaking: 1048576, write_high: " +
                                               std::to_string(high) + ", write_low: " + std::to_string(low) + "}}");
    const DramSheet sheet = c.sheets().front();
    const auto bursts = random_bursts(seed, sheet.banks, 250);
    mem::dram::Engine engine = c.engine();
    DramTraffic traffic;
    for (const PlacedBurst& b : bursts) {
      traffic.requests.push_back(
          {sheet.time(b.tick), b.write, engine.trace_address(b.bank, b.row, b.column), engine.access_bytes()});
    }
    const DramOutcome ours = drive_dram(engine, traffic, DramDrive::kLeaps);
    const auto reference = ClockwiseScheduler(sheet, {high, low}).run(bursts);
    ASSERT_GE(ours.commands.size(), reference.size()) << "seed " << seed;  // a refresh while the last data move
    for (std::size_t i = 0; i < reference.size(); ++i) {
      const DramEvent &a = ours.commands[i], &b = reference[i];
      ASSERT_TRUE(a.at == b.at && a.command == b.command && a.bank == b.bank && a.row == b.row)
          << "seed " << seed << ", command " << i << ": " << describe(a) << ", reference " << describe(b);
      refreshes += a.command == dram_command("REFab");
    }
    commands += reference.size();
  }
  EXPECT_GT(commands, 25u * 250u);
  EXPECT_GT(refreshes, 10u);
}

INSTANTIATE_TEST_SUITE_P(Devices, DramScheduleReference, testing::Range<std::size_t>(0, kShippedDrams + 1),
                         [](const auto& info) { return "device" + std::to_string(info.param); });

}  // namespace
}  // namespace subvolt::test
