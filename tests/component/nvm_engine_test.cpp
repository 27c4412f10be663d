// Does an embedded non-volatile macro serve words bank by bank, slower to write than to read, and power down?
#include "models/mem/nvm/nvm_engine.h"

#include <gtest/gtest.h>

#include "models/mem/nvm/nvm.h"
#include "tests/support/memory_driver.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt::mem {
namespace {

using test::drive;
using test::kMs;
using test::kUs;
using test::MemoryRequest;
using test::MemoryRun;

NvmEngine nvm_engine(const std::string& document, const std::string& how = "{}", Hertz hz = Hertz()) {
  return NvmEngine(NvmDeviceConfig::schema().read(*test::memory_document(document).find("device")),
                   NvmSettings::schema().read(test::yaml(how)), hz);
}

TEST(Nvm, TakesItsTimesPerWord) {
  NvmEngine fast = nvm_engine("emram_28nm_fdsoi");  // 5 ns a read, 10 ns a write, words of 4 B at 200 MHz
  const MemoryRun r = drive(fast, {{0, false, 0, 16}, {kUs, true, 0, 16}, {2 * kUs, false, 3, 2}});
  EXPECT_TRUE(r.faults.empty());
  EXPECT_EQ(r.done[0], 5'000 + 4 * 5'000);
  EXPECT_EQ(r.done[1], kUs + 5'000 + 4 * 10'000);
  EXPECT_EQ(r.done[2], 2 * kUs + 5'000 + 2 * 5'000) << "bytes 3 and 4 lie in two words";
  EXPECT_EQ(r.count.at("read_word"), 6);
  EXPECT_EQ(r.count.at("write_word"), 4);
  NvmEngine slow = nvm_engine("emram_28nm_fdsoi", "{}", Hertz(50'000'000));
  EXPECT_EQ(drive(slow, {{0, true, 0, 4}}).done[0], 20'000 + 20'000) << "10 ns round up to a clock";
}

TEST(Nvm, TheSamsungMacroReachesItsPublishedRate) {
  NvmEngine e = nvm_engine("emram_14nm");
  const MemoryRun r = drive(e, {{0, false, 0, 1 << 20}});
  const double rate = static_cast<double>(1 << 20) / (static_cast<double>(r.done[0]) * 1e-12);
  EXPECT_NEAR(rate, 54e6, 0.02 * 54e6);
}

// Every cycle each bank takes the next of its words.
TEST(Nvm, EqualsAClockByClockReferenceOnRandomTraffic) {
  std::mt19937 random(3);
  for (int round = 0; round < 100; ++round) {
    const auto up_to = [&](std::int64_t n) { return static_cast<std::int64_t>(random()) % (n + 1); };
    NvmDeviceConfig d;
    d.max_clock.value = Frequency::from_si(1e9);  // edges at whole nanoseconds
    d.capacity.value = Bytes(1 << 14);
    d.word.value = Bytes(1 << up_to(4));
    d.banks.value = 1 << up_to(2);
    const auto clocks = [&](std::int64_t n) { return SourcedDelay{Time(), Cycles(1 + up_to(n)), "random"}; };
    d.read.latency = clocks(6);
    d.write.latency = clocks(20);
    if (up_to(1)) d.read.interval = clocks(4);
    if (up_to(1)) d.write.interval = clocks(30);
    NvmSettings s;
    s.queue = 256;
    const auto requests = test::random_requests(random, 1 << 14, 150, 1 + up_to(100), 40'000);
    NvmEngine e(d, s, Hertz());
    const MemoryRun run = drive(e, requests);
    for (const std::string& fault : run.faults) ADD_FAILURE() << "round " << round << ": " << fault;

    struct Word {
      std::size_t request;
      std::int64_t from;
    };
    const std::int64_t word = d.word.value.value(), banks = d.banks.value;
    std::vector<std::deque<Word>> queues(static_cast<std::size_t>(banks));
    std::vector<std::int64_t> idle(static_cast<std::size_t>(banks), 0);
    std::vector<Picoseconds> done(requests.size());
    std::size_t words = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const std::int64_t from = requests[i].at / 1000 + 1;
      for (std::int64_t w = requests[i].address / word; w * word < requests[i].address + requests[i].bytes; ++w) {
        queues[static_cast<std::size_t>(w % banks)].push_back({i, from});
        ++words;
      }
    }
    for (std::int64_t cycle = 0; words > 0; ++cycle) {
      for (std::size_t b = 0; b < queues.size(); ++b) {
        if (queues[b].empty() || cycle < idle[b] || cycle < queues[b].front().from) continue;
        const std::size_t request = queues[b].front().request;
        const NvmDeviceConfig::Access& access = requests[request].write ? d.write : d.read;
        idle[b] = cycle + access.interval.value_or(access.latency).clocks.value();
        done[request] = std::max(done[request], Picoseconds(1000 * (cycle + access.latency.clocks.value())));
        queues[b].pop_front();
        --words;
      }
    }
    ASSERT_EQ(run.done, done) << "round " << round;
  }
}

TEST(Nvm, PowersDownWhenIdleAndWakesForAnAccess) {
  NvmEngine e = nvm_engine("emram_28nm_fdsoi", "{power_down_after: 10 us}");
  const MemoryRun r = drive(e, {{0, false, 0, 4}, {kMs, false, 0, 4}});
  EXPECT_TRUE(r.faults.empty());
  EXPECT_EQ(r.done[1], kMs + 5'000 + 5 * kUs + 5'000);
  EXPECT_EQ(r.count.at("power_down"), kMs + 5'000 - 10'000 - 11 * kUs);
  EXPECT_EQ(r.count.at("standby") + r.count.at("power_down"), r.end);
}

TEST(Nvm, ThePowerManagerPowersItDown) {
  NvmEngine e = nvm_engine("emram_28nm_fdsoi");
  e.advance(kMs);
  e.request_state(power::PowerState::kOff, kMs);
  e.advance(3 * kMs);
  e.request_state(power::PowerState::kOn, 3 * kMs);
  const std::vector<MemoryRequest> none;
  e.advance(4 * kMs);
  std::int64_t down = 0;
  for (std::size_t i = 0; i < e.events().size(); ++i) {
    const std::int64_t n = e.take(i);
    if (e.events()[i].name == "power_down") down = n;
  }
  EXPECT_EQ(down, 2 * kMs - kUs);
}

TEST(Nvm, InASocItIsWritableAndDearerToWrite) {
  test::in_child([] {
    test::TestEnvironment environment;
    environment.set_clock("mram", Hertz(200'000'000));
    Nvm mram("mram", NvmConfig::schema().read(test::yaml("{device: emram_28nm_fdsoi}")), environment);
    EXPECT_TRUE(mram.writable());
    EXPECT_FALSE(mram.off_chip());
    EXPECT_GT(mram.write_cost_per_byte(), mram.read_cost_per_byte());
    test::Traffic traffic("traffic", {{0, true, 0, 64}, {0, false, 0, 64}, {0, false, 128 * 1024, 1}});
    traffic.port.socket.bind(dynamic_cast<kernel::TargetPort&>(*mram.target_side("")).socket);
    sc_core::sc_start();
    EXPECT_EQ(traffic.answers()[2].status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
    const auto record = environment.finish();
    EXPECT_EQ(test::events(record, "mram.write_word"), 16);
    EXPECT_EQ(test::events(record, "mram.read_word"), 16);
    EXPECT_EQ(test::events(record, "mram.standby"), record.total_time);
  });
}

}  // namespace
}  // namespace subvolt::mem
