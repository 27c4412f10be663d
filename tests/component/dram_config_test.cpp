// Is a DRAM's description read strictly, and is what cannot work refused with a reason?
#include <gtest/gtest.h>

#include <functional>

#include "models/mem/dram.h"
#include "sim/config/error.h"
#include "sim/config/library.h"
#include "sim/config/loader.h"
#include "sim/kernel/component_registry.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"

namespace subvolt::mem {
namespace {

config::Node shipped() { return config::load(config::find("memory", "lpddr4_3200"), "memory").section; }
DramDeviceConfig device() { return DramDeviceConfig::schema().read(*shipped().find("device")); }

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

// The shipped device with one override.
std::string error_with(const std::string& path, const std::string& value) {
  return error_of([&] {
    const std::vector<config::Override> overrides{{"memory.device." + path, value}};
    const auto document = config::load(config::find("memory", "lpddr4_3200"), "memory", overrides);
    DramDeviceConfig::schema().read(*document.section.find("device"));
  });
}

TEST(DramConfig, ShippedDeviceIsAnEightGigabitChannel) {
  const DramDeviceConfig d = device();
  EXPECT_EQ(d.burst_bytes(), 32);
  EXPECT_EQ(d.capacity(), std::int64_t{1} << 30);
}

// Clocks at 1600 MHz as in DRAMSys 5.1, JEDEC_8Gb_LPDDR4-3200_16bit.json.
TEST(DramConfig, ShippedTimingsAreThoseOfThePublishedMemorySpecification) {
  const DramTiming t(device(), 1'600'000'000, DramRounding::kClock);
  const auto clocks = [](std::int64_t ps) { return static_cast<double>(ps) / 625.0; };
  EXPECT_EQ(clocks(t.clock), 1);
  EXPECT_EQ(clocks(t.burst), 8);
  EXPECT_EQ(clocks(t.read_latency), 28 + 6);   // RL + tDQSCK
  EXPECT_EQ(clocks(t.write_latency), 14 + 1);  // WL + tDQSS
  EXPECT_EQ(clocks(t.rcd), 29);
  EXPECT_EQ(clocks(t.rp_bank), 29);
  EXPECT_EQ(clocks(t.rp_all), 34);
  EXPECT_EQ(clocks(t.ras), 68);
  EXPECT_EQ(clocks(t.rrd), 16);
  EXPECT_EQ(clocks(t.faw), 64);
  EXPECT_EQ(clocks(t.rtp), 12);
  EXPECT_EQ(clocks(t.wr), 29);
  EXPECT_EQ(clocks(t.write_to_read), 15 + 8 + 16);
  EXPECT_EQ(clocks(t.rfc), 448);
  EXPECT_EQ(clocks(t.refi), 6246);
  EXPECT_EQ(clocks(t.xp), 12);
  EXPECT_EQ(clocks(t.cke), 12);
  EXPECT_EQ(clocks(t.sr), 24);
  EXPECT_EQ(clocks(t.xsr), 460);
}

TEST(DramConfig, MistakesInTheDeviceAreNamed) {
  EXPECT_NE(error_with("timing.tRCD.source", "\"\"").find("tRCD"), std::string::npos);
  EXPECT_NE(error_with("timing.tRCD.time", "18").find("unit"), std::string::npos);
  EXPECT_NE(error_with("timing.tRCX", "{time: 1 ns, source: x}").find("tRCD"), std::string::npos) << "nearest spelling";
  EXPECT_NE(error_with("timing.tFAW", "{source: x}").find("a time, clocks or both"), std::string::npos);
  EXPECT_NE(error_with("organisation.page.value", "33 B").find("multiple of the burst"), std::string::npos);
  EXPECT_NE(error_with("organisation.banks.value", "0").find("from 1"), std::string::npos);
  EXPECT_NE(error_with("organisation.burst_length.value", "3").find("even"), std::string::npos);
  EXPECT_EQ(error_with("timing.tRCD.time", "17 ns"), "");
}

TEST(DramConfig, MistakesInTheComponentAreNamed) {
  const auto error = [](const std::string& text) {
    return error_of([&text] { DramConfig::schema().read(test::yaml(text)); });
  };
  EXPECT_NE(error("{}").find("device"), std::string::npos);
  EXPECT_NE(error("{device: lpddr4_3200, mapping: row_bank_colum}").find("row_bank_column"), std::string::npos);
  EXPECT_NE(error("{device: lpddr4_3200, power_down_after: 2 us, self_refresh_after: 1 us}").find("power_down_after"),
            std::string::npos);
  EXPECT_NE(error("{device: lpddr4_3200, controller: {queue: 0}}").find("queue"), std::string::npos);
}

TEST(DramConfig, ClocksThatTheDeviceCannotRunAtAreRefused) {
  EXPECT_NE(error_of([] { DramTiming(device(), 1'600'000'001, DramRounding::kNone); }).find("at most"),
            std::string::npos);
  EXPECT_NE(error_of([] { DramTiming(device(), 1'000'000, DramRounding::kNone); }).find("between its refreshes"),
            std::string::npos);
  EXPECT_EQ(error_of([] { DramTiming(device(), 1'600'000'000, DramRounding::kNone); }), "");
}

TEST(DramConfig, AMemoryDocumentWithoutDeviceIsRefused) {
  test::in_child([] {
    test::TestEnvironment environment;
    environment.set_document("memory", "bare", "{prices: {}}");
    const std::string error =
        error_of([&] { Dram dram("dram", DramConfig::schema().read(test::yaml("{device: bare}")), environment); });
    EXPECT_NE(error.find("device"), std::string::npos) << error;
  });
}

TEST(DramConfig, KindAndPriceBookAreThoseOfTheDevice) {
  const kernel::ComponentKind* kind = kernel::find_component_kind("dram");
  ASSERT_NE(kind, nullptr);
  test::in_child([kind] {
    test::TestEnvironment environment;
    const auto dram = kind->create("dram", test::yaml("{device: lpddr4_3200}"), environment);
    const auto& declarations = environment.recorder().declarations();
    ASSERT_EQ(declarations.size(), 2u);
    EXPECT_EQ(declarations[0].name, "dram");
    EXPECT_EQ(declarations[0].price_book, "lpddr4_3200");
    EXPECT_EQ(declarations[0].inventory.logic_gates, 0);
    EXPECT_EQ(declarations[1].name, "dram.controller");
    EXPECT_EQ(declarations[1].price_book, "");
    EXPECT_GT(declarations[1].inventory.flip_flops, 0);
    const auto* memory = dynamic_cast<const mapping::Memory*>(dram.get());
    ASSERT_NE(memory, nullptr);
    EXPECT_TRUE(memory->off_chip());
    EXPECT_GT(memory->cost_per_byte(), 1.0);
  });
}

}  // namespace
}  // namespace subvolt::mem
