// Does the target around a memory engine keep the base protocol under any legal initiator, add its latencies and
// nothing else, store what is written, and cost nothing while it has nothing to do?
#include "models/mem/target/memory_target.h"

#include <gtest/gtest.h>

#include "tests/support/plain_engine.h"
#include "tests/support/random_initiator.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt::mem {
namespace {

using test::Access;
using test::PlainEngine;
using test::TestEnvironment;
using test::Traffic;

MemoryTargetTraits traits(int queue = 16) {
  MemoryTargetTraits t;
  t.kind = "plain";
  t.controller_kind = "plain_controller";
  t.controller.queue = queue;
  return t;
}

struct Memory {
  Memory(TestEnvironment& environment, const MemoryTargetTraits& t, const PlainEngine::Settings& settings = {}) {
    target = std::make_unique<MemoryTarget>("mem", environment, t,
                                            [settings](Hertz) { return std::make_unique<PlainEngine>(settings); });
    engine = dynamic_cast<PlainEngine*>(&target->engine());
  }
  kernel::TargetPort& port() { return dynamic_cast<kernel::TargetPort&>(*target->target_side("")); }
  PlainEngine* engine;
  std::unique_ptr<MemoryTarget> target;
};

TEST(MemoryTarget, AddsItsLatenciesAtControllerEdges) {
  test::in_child([] {
    TestEnvironment environment;  // 1 GHz
    Memory memory(environment, traits());
    Traffic traffic("traffic", {{0, false, 0, 16}, {1'000'500, true, 32, 3}, {2'000'000, false, 0, 0}});
    traffic.port.socket.bind(memory.port().socket);
    sc_core::sc_start();
    // Enters at 0, reaches the memory 4 cycles later, which takes 30 + 16 x 0.5 ns; answered 2 cycles later.
    EXPECT_EQ(traffic.answered(0), 4'000 + 38'000 + 2'000);
    // The edge after 1000.5 is 1001; 31.5 ns of memory end between edges.
    EXPECT_EQ(traffic.answered(1), 1'001'000 + 4'000 + 32'000 + 2'000);
    EXPECT_EQ(traffic.answered(2), 2'000'000 + 6'000);  // no data: both latencies and no memory
    EXPECT_EQ(memory.engine->offers, (std::vector<Picoseconds>{4'000, 1'005'000}));
    const auto record = environment.finish();
    EXPECT_EQ(test::events(record, "mem.read"), 1);
    EXPECT_EQ(test::events(record, "mem.write"), 1);
    EXPECT_EQ(test::events(record, "mem.read_B"), 16);
    EXPECT_EQ(test::events(record, "mem.write_B"), 3);
    EXPECT_EQ(test::events(record, "mem.controller.request"), 3);
    EXPECT_EQ(test::events(record, "mem.powered"), record.total_time);
  });
}

TEST(MemoryTarget, ServesAnyLegalInitiator) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    test::in_child([seed] {
      std::mt19937 random(seed);
      PlainEngine::Settings settings;
      settings.capacity = 1 << (9 + random() % 8);
      settings.room = 1 + random() % 5;
      TestEnvironment environment;
      Memory memory(environment, traits(1 + static_cast<int>(random() % 6)), settings);
      test::RandomInitiator initiator("initiator", static_cast<std::uint64_t>(settings.capacity), 400, seed,
                                      random() % 2 ? 2'000 : 200'000);
      initiator.socket.bind(memory.port().socket);
      sc_core::sc_start();
      EXPECT_EQ(initiator.answered(), 400) << "seed " << seed;
      for (const std::string& fault : initiator.faults()) ADD_FAILURE() << "seed " << seed << ": " << fault;
      const auto record = environment.finish();
      EXPECT_EQ(test::events(record, "mem.read_B"), initiator.read_bytes());
      EXPECT_EQ(test::events(record, "mem.write_B"), initiator.write_bytes());
      EXPECT_EQ(test::events(record, "mem.controller.request"), 400);
      EXPECT_EQ(test::events(record, "mem.powered"), record.total_time);
    });
  }
}

TEST(MemoryTarget, AWiderQueueNeverAnswersLater) {
  const auto last = [](int queue) {
    return test::simulate([queue] {
      TestEnvironment environment;
      Memory memory(environment, traits(queue));
      Traffic traffic("traffic", std::vector<Access>(20, Access{0, false, 0, 16}));
      traffic.port.socket.bind(memory.port().socket);
      sc_core::sc_start();
      EXPECT_TRUE(traffic.all_served());
      return std::vector<std::int64_t>{traffic.last_answer()};
    });
  };
  // One at a time pays every latency; with a queue the memory is busy without a pause.
  EXPECT_EQ(last(1), std::vector<std::int64_t>{20 * (4'000 + 38'000 + 2'000)});
  EXPECT_EQ(last(8), std::vector<std::int64_t>{4'000 + 20 * 38'000 + 2'000});
}

TEST(MemoryTarget, CostsNothingWhileNothingIsPending) {
  test::in_child([] {
    TestEnvironment environment;
    Memory memory(environment, traits());
    Traffic traffic("traffic", {{0, false, 0, 16}, {1'000'000'000'000, false, 0, 16}});  // a second apart
    traffic.port.socket.bind(memory.port().socket);
    sc_core::sc_start();
    EXPECT_TRUE(traffic.all_served());
    EXPECT_LE(memory.engine->advances, 6);
  });
}

TEST(MemoryTarget, AnswersBTransportAndDebugWithContents) {
  test::in_child([] {
    TestEnvironment environment;
    Memory memory(environment, traits());
    struct Blocking : sc_core::sc_module {
      explicit Blocking(sc_core::sc_module_name name) : sc_module(name), socket("socket") {
        sc_core::sc_spawn([this] { run(); }, "run");
      }
      void transport(tlm::tlm_command command, std::uint64_t address, unsigned char* data, unsigned length) {
        payload.set_command(command);
        payload.set_address(address);
        payload.set_data_ptr(data);
        payload.set_data_length(length);
        payload.set_streaming_width(length);
      }
      void run() {
        unsigned char out[4] = {1, 2, 3, 4}, in[4] = {}, seen[8] = {};
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        transport(tlm::TLM_WRITE_COMMAND, 4094, out, 4);  // across a page of the storage
        socket->b_transport(payload, delay);
        EXPECT_TRUE(payload.is_response_ok());
        end = kernel::time_now();
        transport(tlm::TLM_READ_COMMAND, 4094, in, 4);
        payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        socket->b_transport(payload, delay);
        EXPECT_TRUE(std::equal(out, out + 4, in));
        transport(tlm::TLM_READ_COMMAND, 4092, seen, 8);
        EXPECT_EQ(socket->transport_dbg(payload), 8u);
        const unsigned char expected[8] = {0, 0, 1, 2, 3, 4, 0, 0};
        EXPECT_TRUE(std::equal(seen, seen + 8, expected));
        transport(tlm::TLM_WRITE_COMMAND, (1 << 16) - 2, out, 4);
        EXPECT_EQ(socket->transport_dbg(payload), 2u) << "the rest lies beyond the end";
        payload.set_streaming_width(1);
        payload.set_address(0);
        payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        socket->b_transport(payload, delay);
        EXPECT_EQ(payload.get_response_status(), tlm::TLM_BURST_ERROR_RESPONSE);
      }
      tlm_utils::simple_initiator_socket<Blocking> socket;
      tlm::tlm_generic_payload payload;
      Picoseconds end{};
    } initiator("initiator");
    initiator.socket.bind(memory.port().socket);
    sc_core::sc_start();
    EXPECT_EQ(initiator.end, 4'000 + 32'000 + 2'000);
    EXPECT_EQ(memory.engine->offers.size(), 2u) << "debugging and errors take no time of the memory";
  });
}

TEST(MemoryTarget, TellsTheEngineWhatItsPowerDomainDoes) {
  for (const bool non_volatile : {false, true}) {
    test::in_child([non_volatile] {
      TestEnvironment::Options options;
      options.power_domain = test::can_sleep(2'500);
      TestEnvironment environment(options);
      MemoryTargetTraits t = traits();
      t.non_volatile = non_volatile;
      Memory memory(environment, t);
      Traffic traffic("traffic", {{10'000, false, 0, 16}});
      traffic.port.socket.bind(memory.port().socket);
      unsigned char byte = 7;
      tlm::tlm_generic_payload debug;
      debug.set_data_ptr(&byte);
      debug.set_data_length(1);
      debug.set_address(0);
      debug.set_command(tlm::TLM_WRITE_COMMAND);
      sc_core::sc_start(sc_core::sc_time(5, sc_core::SC_NS));
      traffic.port.socket->transport_dbg(debug);
      environment.power_domain().descend_after(0, power::PowerState::kOff);
      sc_core::sc_start();
      using power::PowerState;
      const std::vector<std::pair<PowerState, Picoseconds>> expected{{PowerState::kOff, 5'000},
                                                                     {PowerState::kOn, 12'500}};
      EXPECT_EQ(memory.engine->states, expected);
      EXPECT_EQ(traffic.answered(0), 13'000 + 44'000);  // enters at the first edge at which the domain is ON
      debug.set_command(tlm::TLM_READ_COMMAND);
      traffic.port.socket->transport_dbg(debug);
      EXPECT_EQ(byte, non_volatile ? 7 : 0);
    });
  }
}

TEST(MemoryTarget, StoresNothingForPayloadsWithoutContents) {
  test::in_child([] {
    TestEnvironment environment;
    Memory memory(environment, traits());
    Traffic traffic("traffic", {{0, true, 0, 16}});  // from a pool: one dummy buffer for all
    traffic.port.socket.bind(memory.port().socket);
    sc_core::sc_start();
    unsigned char byte = 7;
    tlm::tlm_generic_payload debug;
    debug.set_data_ptr(&byte);
    debug.set_data_length(1);
    debug.set_command(tlm::TLM_WRITE_COMMAND);
    debug.set_address(3);
    traffic.port.socket->transport_dbg(debug);
    kernel::PayloadPool pool;
    kernel::Payload& payload = pool.acquire(tlm::TLM_WRITE_COMMAND, 0, 16);
    MemoryContents contents(9);
    contents.access(payload);
    contents.read(0, &byte, 1);
    EXPECT_EQ(byte, 9);
    payload.release();
  });
}

}  // namespace
}  // namespace subvolt::mem
