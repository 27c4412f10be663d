// Does the DRAM in a SoC do what its engine does alone: the same commands at the same times, the same completions, for
// every device and policy? Does it keep the base protocol and the data under any legal initiator?
#include "models/mem/dram/dram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "models/mem/dram/settings_rules.h"
#include "sim/config/library.h"
#include "sim/config/loader.h"
#include "tests/support/random_initiator.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt::mem {
namespace {

using kernel::MemoryEngine;
using test::Access;
using test::TestEnvironment;
using test::Traffic;

const char* const kDevices[] = {"ddr3_1600", "ddr4_2400", "lpddr3_1600", "lpddr4_3200", "lpddr5_6400"};

const char* const kPolicies[] = {
    "{}",
    "{page_policy: closed, scheduler: fifo, queue: {reads: 5, writes: 5, write_high: 4, write_low: 1}}",
    "{page_policy: timeout, refresh: {postpone: 8}, power_down: {policy: idle, after: 40 ns}}",
    "{rounding: exact, power_down: {policy: idle, after: 100 ns, close_rows: true}, "
    "self_refresh: {policy: idle, after: 3 us}}",
    "{refresh: {mode: per_bank}, self_refresh: {policy: idle, after: 1 us}, queue: {group_writes: false}}",
    "{rounding: exact, page_policy: timeout, page_timeout: 60 ns, power_down: {policy: idle}, "
    "self_refresh: {policy: refresh}, queue: {overtaking: 3}}"};

dram::DeviceConfig device_of(const std::string& name) {
  const config::Document document = config::load(config::find("memory", name), "memory");
  return dram::DeviceConfig::schema().read(*document.section.find("device"));
}

dram::Settings settings_of(const std::string& policies) { return dram::Settings::schema().read(test::yaml(policies)); }

Hertz clock_of(const dram::DeviceConfig& device) { return hertz(device.max_clock.value); }

// Runs of accesses a few nanoseconds apart, and between them pauses that let the device fall asleep or be refreshed.
std::vector<Access> random_accesses(unsigned seed, int accesses) {
  std::mt19937 random(seed);
  const Picoseconds gaps[] = {0, 0, 0, 1'300, 20'000, 150'000, 9'000'000};
  std::vector<Access> out;
  Picoseconds at{};
  for (int i = 0; i < accesses; ++i) {
    at += gaps[random() % 7];
    // Few rows of few banks, so that hits, misses and conflicts all occur; any alignment, up to many bursts.
    const std::uint64_t address = (random() % 24) * 4096 + random() % 3000;
    out.push_back({at, random() % 3 == 0, address, 1 + static_cast<std::int64_t>(random() % 400)});
  }
  return out;
}

struct Seen {
  std::vector<std::string> commands;
  std::vector<Picoseconds> completed;  // by access
};

void note_commands(MemoryEngine& engine, std::vector<std::string>& commands) {
  engine.on_command([&commands](const MemoryEngine::Command& c) {
    commands.push_back(std::to_string(c.at) + " " + c.name + " bank " + std::to_string(c.bank) + " row " +
                       std::to_string(c.row));
  });
}

// The engine by itself: each access offered at its time, or as soon as there is room, in order.
Seen drive_alone(MemoryEngine& engine, const std::vector<Access>& accesses) {
  Seen seen;
  seen.completed.assign(accesses.size(), Picoseconds(-1));
  note_commands(engine, seen.commands);
  std::size_t next = 0, completed = 0;
  bool refused = false;
  while (completed < accesses.size()) {
    Picoseconds now = next == accesses.size() || refused ? engine.next_time() : MemoryEngine::kNever;
    if (next < accesses.size()) now = std::min(now, std::max(accesses[next].at, refused ? now : Picoseconds()));
    engine.advance(now);
    for (refused = false; next < accesses.size() && accesses[next].at <= now; ++next) {
      const Access& a = accesses[next];
      refused = !engine.offer(
          {static_cast<std::uint32_t>(next), a.write, static_cast<std::int64_t>(a.address), a.bytes}, now);
      if (refused) break;
    }
    for (kernel::MemoryCompletion c; engine.take_completion(MemoryEngine::kNever, c); ++completed) {
      seen.completed[c.id] = c.at;
    }
  }
  return seen;
}

struct InSoc {
  InSoc(TestEnvironment& environment, const std::string& device, const std::string& policies, Hertz frequency) {
    environment.set_clock("dram", frequency);
    const std::string text = "{device: " + device + ", policies: " + policies +
                             ", controller: {queue: 256, request_latency: 4 cycles, response_latency: 2 cycles}}";
    dram = std::make_unique<Dram>("dram", DramConfig::schema().read(test::yaml(text)), environment);
  }
  kernel::TargetPort& port() { return dynamic_cast<kernel::TargetPort&>(*dram->target_side("")); }
  std::unique_ptr<Dram> dram;
};

struct Case {
  std::string device;
  int policies;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const char* device : kDevices) {
    for (int p = 0; p < static_cast<int>(std::size(kPolicies)); ++p) {
      const auto policies = static_cast<std::size_t>(p);
      if (dram::misfits(device_of(device), settings_of(kPolicies[policies])).empty()) all.push_back({device, p});
    }
  }
  return all;
}

class DramInASoc : public testing::TestWithParam<Case> {};

TEST_P(DramInASoc, IssuesTheCommandsOfItsEngineAlone) {
  for (unsigned seed = 0; seed < 3; ++seed) {
    test::in_child([seed] {
      const char* const policies = kPolicies[GetParam().policies];
      const dram::DeviceConfig device = device_of(GetParam().device);
      const std::vector<Access> accesses = random_accesses(seed, 150);

      TestEnvironment environment;  // the controller's clock: 1 GHz
      const kernel::ClockDomain& on_chip = environment.clock();
      InSoc soc(environment, GetParam().device, policies, clock_of(device));
      std::vector<std::string> commands;
      note_commands(soc.dram->engine(), commands);
      Traffic traffic("traffic", accesses);
      traffic.port.socket.bind(soc.port().socket);
      sc_core::sc_start();
      ASSERT_TRUE(traffic.all_served());

      std::vector<Access> offered = accesses;
      for (Access& a : offered) a.at = on_chip.edge_after(a.at, Cycles(4));
      dram::Engine engine(device, settings_of(policies), clock_of(device));
      const Seen alone = drive_alone(engine, offered);
      // The SoC ends with the last answer, the engine alone with the last column command.
      const std::size_t common = std::min(commands.size(), alone.commands.size());
      EXPECT_GE(common, 400u);
      for (std::size_t i = 0; i < common; ++i) {
        ASSERT_EQ(commands[i], alone.commands[i]) << "command " << i << ", seed " << seed;
      }
      for (std::size_t i = 0; i < accesses.size(); ++i) {
        ASSERT_EQ(traffic.answered(i), on_chip.edge_after(alone.completed[i], Cycles(2)))
            << "access " << i << ", seed " << seed;
      }
      const auto record = environment.finish();
      std::int64_t residency = 0;
      for (const char* state : {"active_standby", "precharge_standby", "active_power_down", "precharge_power_down",
                                "self_refresh", "deep_power_down"}) {
        residency += test::events(record, std::string("dram.") + state);
      }
      EXPECT_EQ(residency, record.total_time);
      EXPECT_EQ(test::events(record, "dram.read_B"), traffic.bytes(false));
      EXPECT_EQ(test::events(record, "dram.write_B"), traffic.bytes(true));
    });
  }
}

TEST_P(DramInASoc, KeepsDataAndProtocolUnderAnyLegalInitiator) {
  test::in_child([] {
    TestEnvironment environment;
    InSoc soc(environment, GetParam().device, kPolicies[GetParam().policies], clock_of(device_of(GetParam().device)));
    const auto capacity = static_cast<std::uint64_t>(soc.dram->capacity().value());
    test::RandomInitiator initiator("initiator", capacity, 400, 7u + static_cast<unsigned>(GetParam().policies),
                                    GetParam().policies % 2 ? 2'000 : 500'000);
    initiator.socket.bind(soc.port().socket);
    sc_core::sc_start();
    EXPECT_EQ(initiator.answered(), 400);
    for (const std::string& fault : initiator.faults()) ADD_FAILURE() << fault;
    const auto record = environment.finish();
    EXPECT_EQ(test::events(record, "dram.read_B"), initiator.read_bytes());
    EXPECT_EQ(test::events(record, "dram.write_B"), initiator.write_bytes());
  });
}

INSTANTIATE_TEST_SUITE_P(Shipped, DramInASoc, testing::ValuesIn(cases()), [](const auto& info) {
  return info.param.device + "_policies" + std::to_string(info.param.policies);
});

// 4 ns into the controller and 2 ns out of it at 1 GHz. LPDDR4-3200 in clocks of 0.625 ns, by hand from the document:
// offered in clock 6, known in clock 7, which activates; RD 29 later, the first data 28 after its last clock (3), 8 of
// data: they end with clock 7 + 29 + 3 + 28 + 8 = 75, at 46.875 ns; the edge is at 47 ns, the answer at 49.
TEST(Dram, AnswersBlockingTransportAfterTheSameTime) {
  test::in_child([] {
    TestEnvironment environment;
    InSoc soc(environment, "lpddr4_3200", "{}", Hertz(1'600'000'000));
    struct Blocking : sc_core::sc_module {
      explicit Blocking(sc_core::sc_module_name name) : sc_module(name), socket("socket") {
        sc_core::sc_spawn([this] { run(); }, "run");
      }
      std::int64_t transport(tlm::tlm_command command, unsigned char* data, unsigned length) {
        tlm::tlm_generic_payload payload;
        payload.set_command(command);
        payload.set_address(4093);
        payload.set_data_ptr(data);
        payload.set_data_length(length);
        payload.set_streaming_width(length);
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        const Picoseconds from = kernel::time_now();
        socket->b_transport(payload, delay);
        EXPECT_TRUE(payload.is_response_ok());
        return kernel::time_now() + kernel::to_picoseconds(delay) - from;
      }
      void run() {
        unsigned char seen[8] = {}, out[8] = {1, 2, 3, 4, 5, 6, 7, 8};
        first = transport(tlm::TLM_READ_COMMAND, seen, 1);
        transport(tlm::TLM_WRITE_COMMAND, out, 8);
        transport(tlm::TLM_READ_COMMAND, seen, 8);
        EXPECT_TRUE(std::equal(out, out + 8, seen));
      }
      tlm_utils::simple_initiator_socket<Blocking> socket;
      Picoseconds first{};
    } initiator("initiator");
    initiator.socket.bind(soc.port().socket);
    sc_core::sc_start();
    EXPECT_EQ(initiator.first, 49'000);
  });
}

TEST(Dram, TakesASecondOfIdlenessInAFewSteps) {
  test::in_child([] {
    TestEnvironment environment;
    InSoc soc(environment, "lpddr4_3200", "{self_refresh: {policy: idle, after: 1 us}}", Hertz(1'600'000'000));
    std::vector<std::string> commands;
    note_commands(soc.dram->engine(), commands);
    Traffic traffic("traffic", {{0, false, 0, 16}, {1'000'000'000'000, false, 0, 16}});
    traffic.port.socket.bind(soc.port().socket);
    sc_core::sc_start();
    EXPECT_TRUE(traffic.all_served());
    EXPECT_LT(commands.size(), 12u);
    const auto record = environment.finish();
    EXPECT_GT(test::events(record, "dram.self_refresh"), 999'990'000'000);
  });
}

}  // namespace
}  // namespace subvolt::mem
