// Is a command blocked one tick before the earliest that its document allows, and ready at it? For every row of every
// shipped DRAM document, at every set-point, in whole clocks and exactly: the engine's table against a checker that
// reads the document by itself.
#include <gtest/gtest.h>

#include "models/mem/dram/timing_state.h"
#include "sim/config/library.h"
#include "sim/config/loader.h"
#include "tests/support/dram_checker.h"

namespace subvolt::test {
namespace {

using mem::dram::DeviceConfig;
using mem::dram::Rounding;
using mem::dram::TimingState;
using mem::dram::TimingTable;

constexpr std::int64_t kBegin = 1'000'000'000;  // of the preceding command; later than any delay
constexpr int kBank = 1;

std::vector<std::string> shipped_drams() {
  std::vector<std::string> names;
  for (const std::string& name : config::shipped("memory")) {
    const config::Node section = config::load(config::find("memory", name), "memory").section;
    const config::Node* kind = section.find("kind");
    if (kind && kind->value() == "dram") names.push_back(name);
  }
  return names;
}

mem::dram::Command model_command(int command) {
  return *mem::dram::command_from_text(dram_command_names()[static_cast<std::size_t>(command)]);
}

struct Probe {
  Probe(const DeviceConfig& device, const DramSheet& document, std::size_t point, Rounding rounding)
      : sheet(document),
        table(device, point, sheet.hz, rounding),
        state(table, sheet.banks, sheet.groups),
        checker(sheet) {}
  void issue(int command, int bank) {
    state.issue(model_command(command), bank, kBegin);
    checker.note(command, bank, kBegin);
  }
  // Both agree that `command` may begin at `at` and no tick sooner; 0: whenever it likes.
  void expect(int command, int bank, std::int64_t at, const std::string& what) const {
    EXPECT_EQ(state.earliest(model_command(command), bank), at) << what;
    if (at > 0) {
      EXPECT_NE(checker.broken(command, bank, at - 1), nullptr) << what << ": ready a tick before";
    }
    EXPECT_EQ(checker.broken(command, bank, std::max<std::int64_t>(at, 1)), nullptr) << what << ": blocked";
  }

  DramSheet sheet;
  TimingTable table;
  TimingState state;
  DramRowChecker checker;
};

// The same bank, another of its group, one of another group.
std::vector<int> other_banks(const DramSheet& sheet) {
  std::vector<int> banks = {kBank};
  if (sheet.groups < sheet.banks) banks.push_back(kBank + sheet.groups);
  if (sheet.groups > 1) banks.push_back(kBank + 1);
  return banks;
}

std::string text(int from, int to, int bank) {
  const auto& names = dram_command_names();
  return std::string(names[static_cast<std::size_t>(from)]) + " of bank 1 to " + names[static_cast<std::size_t>(to)] +
         " of bank " + std::to_string(bank);
}

class DramTimingRows : public testing::TestWithParam<std::string> {
 protected:
  // Calls f(device, sheet, point, rounding) for each clock.
  template <class F>
  void at_all_clocks(F f) {
    const config::Node document = shipped_dram(GetParam());
    const DeviceConfig device = DeviceConfig::schema().read(document);
    for (std::size_t point = 0; point <= device.set_points.size(); ++point) {
      for (const bool exact : {false, true}) {
        const DramSheet sheet = read_dram_sheet(document, {point, Hertz(), exact, 1.0});
        SCOPED_TRACE("set-point " + std::to_string(point) + (exact ? ", exact" : ", clocks"));
        f(device, sheet, point, exact ? Rounding::kExact : Rounding::kClock);
      }
    }
  }
};

TEST_P(DramTimingRows, EachRowAlone) {
  at_all_clocks([](const DeviceConfig& device, const DramSheet& sheet, std::size_t point, Rounding rounding) {
    ASSERT_EQ(device.timing.size(), sheet.rows.size());
    for (std::size_t r = 0; r < sheet.rows.size(); ++r) {
      DeviceConfig one = device;
      one.timing = {device.timing[r]};
      DramSheet alone = sheet;
      alone.rows = {sheet.rows[r]};
      const DramRow& row = alone.rows[0];
      for (int from = 0; from < kDramCommands; ++from) {
        if (!row.has_from(from)) continue;
        Probe probe(one, alone, point, rounding);
        for (int i = 0; i < row.window; ++i) probe.issue(from, kBank);
        for (int to = 0; to < kDramCommands; ++to) {
          if (!row.has_to(to)) continue;
          for (const int bank : other_banks(sheet)) {
            const bool everywhere = row.level == DramRow::Level::kRank || !for_one_bank(from) || !for_one_bank(to);
            const bool here =
                row.level == DramRow::Level::kGroup ? bank % sheet.groups == kBank % sheet.groups : bank == kBank;
            const std::int64_t at = kBegin + row.delay + sheet.length_of(from) - sheet.length_of(to);
            probe.expect(to, bank, everywhere || here ? at : 0, row.text + ", " + text(from, to, bank));
          }
        }
      }
    }
  });
}

// A window is full with the last of its commands, not before, and counts different commands together.
TEST_P(DramTimingRows, WindowsCountToTheirNumber) {
  at_all_clocks([](const DeviceConfig& device, const DramSheet& sheet, std::size_t point, Rounding rounding) {
    for (std::size_t r = 0; r < sheet.rows.size(); ++r) {
      if (sheet.rows[r].window == 1) continue;
      DeviceConfig one = device;
      one.timing = {device.timing[r]};
      DramSheet alone = sheet;
      alone.rows = {sheet.rows[r]};
      std::vector<int> from;
      for (int c = 0; c < kDramCommands; ++c) {
        if (alone.rows[0].has_from(c)) from.push_back(c);
      }
      Probe probe(one, alone, point, rounding);
      const int act = dram_command("ACT");
      for (int i = 0; i < alone.rows[0].window; ++i) {
        probe.expect(act, 0, 0, "after " + std::to_string(i));
        probe.issue(from[static_cast<std::size_t>(i) % from.size()], i);
      }
      probe.expect(act, 0, kBegin + alone.rows[0].delay + sheet.length_of(from[0]) - sheet.length_of(act), "when full");
    }
  });
}

TEST_P(DramTimingRows, AllRowsTogether) {
  at_all_clocks([](const DeviceConfig& device, const DramSheet& sheet, std::size_t point, Rounding rounding) {
    for (int from = 0; from < kDramCommands; ++from) {
      if (sheet.length_of(from) == 0) continue;
      Probe probe(device, sheet, point, rounding);
      probe.issue(from, kBank);
      for (int to = 0; to < kDramCommands; ++to) {
        if (sheet.length_of(to) == 0) continue;
        for (const int bank : other_banks(sheet)) {
          probe.expect(to, bank, probe.state.earliest(model_command(to), bank), text(from, to, bank));
        }
      }
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Shipped, DramTimingRows, testing::ValuesIn(shipped_drams()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace subvolt::test
