// Is a DRAM's data sheet read strictly, with the place of each mistake?
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "models/mem/dram/device_config.h"
#include "models/mem/dram/timing_table.h"
#include "sim/config/error.h"
#include "sim/config/library.h"
#include "sim/config/loader.h"

namespace subvolt::mem::dram {
namespace {

std::string shipped_text() {
  std::ifstream in(config::find("memory", "lpddr4_3200"));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Line of the first occurrence of `part`, from 1.
int line_of(const std::string& text, const std::string& part) {
  return 1 +
         static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find(part)), '\n'));
}

// What is said about the shipped document with `old` replaced; "LINE" in `expected` is the line of the replacement.
void expect_error(const std::string& old, const std::string& replacement, const std::string& expected) {
  std::string text = shipped_text();
  const std::size_t at = text.find(old);
  ASSERT_NE(at, std::string::npos) << old;
  const int line = line_of(text, old);
  text.replace(at, old.size(), replacement);
  std::string message;
  try {
    const auto document = config::load_text(text, "sheet.yaml", "memory");
    DeviceConfig::schema().read(*document.section.find("device"));
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kConfiguration);
    message = e.what();
  }
  EXPECT_NE(message.find("sheet.yaml:" + std::to_string(line) + ":"), std::string::npos) << message;
  EXPECT_NE(message.find(expected), std::string::npos) << replacement << ": " << message;
}

TEST(DramDeviceConfig, SizesOfTheShippedChannel) {
  const auto document = config::load(config::find("memory", "lpddr4_3200"), "memory");
  const DeviceConfig d = DeviceConfig::schema().read(*document.section.find("device"));
  EXPECT_EQ(d.burst_bytes(), 32);
  EXPECT_EQ(d.page_bytes(), 2048);
  EXPECT_EQ(d.capacity(), std::int64_t{1} << 30);
}

TEST(DramDeviceConfig, MistakesInTheTableAreLocated) {
  expect_error("delay: tRAS + tRPpb}", "delay: tRAS + tRPbp}", "unknown parameter tRPbp");
  expect_error("delay: tRAS + tRPpb}", "delay: tRAS + tRPbp}", "tRPpb");  // the nearest
  expect_error("delay: tRAS + tRPpb}", "delay: tRAS tRPpb}", "expected a sum");
  expect_error("{level: rank, from: [ACT], to: [ACT]", "{level: channel, from: [ACT], to: [ACT]",
               "expected rank, bank_group or bank");
  expect_error("from: [ACT], to: [PRE, PREA]", "from: [ACT], to: [PRE, PREALL]", "no command PREALL");
  expect_error("delay: tFAW, window: 4", "delay: tFAW, window: 0", "window");
  expect_error("level: rank, from: [ACT, REFpb]", "level: bank, from: [ACT, REFpb]", "level of the rank");
}

TEST(DramDeviceConfig, MistakesInParametersAreLocated) {
  expect_error("tRCD: {time: 18 ns, clocks: 4 cycles, source: \"JESD209-4: tRCD\"}",
               "tRCD: {time: 18 ns, clocks: 4 cycles, source: \"\"}", "expected a source");
  expect_error("tRCD: {time: 18 ns,", "tRCD: {time: 18,", "unit");
  expect_error("tRCD: {time: 18 ns, clocks: 4 cycles,", "tRCD: {", "a time, clocks or both");
  expect_error("read: RL,", "read: RLx,", "unknown parameter RLx");
  expect_error("interval: tREFI\n", "interval: tREF\n", "unknown parameter tREF");
}

TEST(DramDeviceConfig, MistakesInCommandsAndOrganisationAreLocated) {
  expect_error("interval: tREFI\n      bank_interval: tREFIpb\n", "interval: tREFI\n", "expected a bank_interval if");
  expect_error("PDX: 1, ", "", "both of PDE and PDX");
  expect_error("commands: {ACT: 4", "commands: {ACTIVATE: 4", "unknown command ACTIVATE");
  expect_error("commands: {ACT: 4", "commands: {ACT: 0", "1 to 64 clocks");
  expect_error("banks: {value: 8,", "banks: {value: 0,", "from 1");
  expect_error("banks: {value: 8,", "banks: {value: 300,", "256 at most");
  expect_error("page: {value: 2 KiB,", "page: {value: 33 B,", "multiple of the burst");
  expect_error("clock: {value: 800 MHz,", "clock: {value: 1800 MHz,", "less than max_clock");
}

TEST(DramDeviceConfig, ClocksThatTheDeviceCannotRunAtAreRefused) {
  const auto document = config::load(config::find("memory", "lpddr4_3200"), "memory");
  const DeviceConfig d = DeviceConfig::schema().read(*document.section.find("device"));
  const auto error = [&](std::size_t point, Hertz hz) -> std::string {
    try {
      TimingTable(d, point, hz, Rounding::kExact);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(error(0, Hertz(1'600'000'000)), "");
  EXPECT_NE(error(0, Hertz(1'600'000'001)).find("at most"), std::string::npos);
  EXPECT_NE(error(1, Hertz(800'000'001)).find("at most"), std::string::npos);
  EXPECT_NE(error(0, Hertz(1'000'000)).find("between its refreshes"), std::string::npos);
}

}  // namespace
}  // namespace subvolt::mem::dram
