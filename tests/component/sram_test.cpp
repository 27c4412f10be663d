// Does the SRAM serve each bank one word per cycle, in order, and count what it did?
#include "models/mem/sram/sram.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "sim/config/error.h"
#include "sim/kernel/component_registry.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt::mem {
namespace {

using test::Access;
using test::TestEnvironment;
using test::Traffic;

SramConfig config(const std::string& text) { return SramConfig::schema().read(test::yaml(text)); }

struct SramBench {
  SramBench(std::vector<Access> accesses, const std::string& text, TestEnvironment::Options options = {})
      : environment(options), sram("sram", config(text), environment), traffic("traffic", std::move(accesses)) {
    traffic.port.socket.bind(dynamic_cast<kernel::TargetPort&>(*sram.target_side("")).socket);
  }
  TestEnvironment environment;
  Sram sram;
  Traffic traffic;
};

// Every word of every request stands in its bank's queue; each cycle each bank serves one. 1 ns per cycle.
std::vector<std::int64_t> reference(const std::vector<Access>& accesses, int banks, int word, int latency) {
  std::vector<std::deque<std::size_t>> queues(static_cast<std::size_t>(banks));
  std::vector<std::int64_t> words_left(accesses.size(), 0), answers(accesses.size(), -1);
  std::size_t next = 0, answered = 0;
  for (std::int64_t cycle = 0; answered < accesses.size(); ++cycle) {
    for (; next < accesses.size() && accesses[next].at_ps <= cycle * 1000; ++next) {
      const auto first = static_cast<std::int64_t>(accesses[next].address) / word;
      const auto last = (static_cast<std::int64_t>(accesses[next].address) + accesses[next].bytes - 1) / word;
      for (std::int64_t w = first; w <= last; ++w) queues[static_cast<std::size_t>(w % banks)].push_back(next);
      words_left[next] = last - first + 1;
    }
    for (auto& queue : queues) {
      if (queue.empty()) continue;
      const std::size_t request = queue.front();
      queue.pop_front();
      if (--words_left[request] > 0) continue;
      answers[request] = (cycle + latency) * 1000;
      ++answered;
    }
  }
  return answers;
}

TEST(Sram, EqualsAClockByClockReferenceOnRandomTraffic) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    test::in_child([seed] {
      std::mt19937 random(seed);
      const int banks = 1 << (random() % 4), word = 1 << (random() % 5), latency = 1 + static_cast<int>(random() % 4);
      std::vector<Access> accesses;
      std::int64_t now = 0, read_words = 0, write_words = 0;
      for (int i = 0; i < 500; ++i) {
        if (random() % 2 == 0) now += random() % 20'000;
        Access a{now, random() % 2 == 0, random() % 60'000, static_cast<std::int64_t>(1 + random() % 200)};
        const auto begin = static_cast<std::int64_t>(a.address);
        (a.write ? write_words : read_words) += (begin + a.bytes - 1) / word - begin / word + 1;
        accesses.push_back(a);
      }
      // 61440 B are a multiple of any banks x word here.
      SramBench bench(accesses, "{size: 61440 B, outstanding: 1024, banks: " + std::to_string(banks) + ", word: " +
                                    std::to_string(word) + " B, latency: " + std::to_string(latency) + " cycles}");
      sc_core::sc_start();
      ASSERT_TRUE(bench.traffic.all_served());
      const auto expected = reference(accesses, banks, word, latency);
      for (std::size_t i = 0; i < accesses.size(); ++i) {
        ASSERT_EQ(bench.traffic.answered_ps(i), expected[i]) << "seed " << seed << ", request " << i;
      }
      const auto record = bench.environment.finish();
      EXPECT_EQ(test::events(record, "sram.read"), read_words);
      EXPECT_EQ(test::events(record, "sram.write"), write_words);
      EXPECT_EQ(test::events(record, "sram.read_B"), bench.traffic.bytes(false));
      EXPECT_EQ(test::events(record, "sram.write_B"), bench.traffic.bytes(true));
    });
  }
}

TEST(Sram, ConflictsWaitAndAreCounted) {
  test::in_child([] {
    // Both want bank 0 only: words 0 and 4 of four banks of 8 B.
    SramBench bench({{0, false, 0, 8}, {0, false, 32, 8}, {0, false, 8, 8}}, "{size: 1 KiB, banks: 4, word: 8 B}");
    sc_core::sc_start();
    EXPECT_EQ(bench.traffic.answered_ps(0), 1000);
    EXPECT_EQ(bench.traffic.answered_ps(1), 2000);
    EXPECT_EQ(bench.traffic.answered_ps(2), 1000);
    EXPECT_EQ(test::events(bench.environment.finish(), "sram.conflict_cycles"), 1);
  });
}

TEST(Sram, HoldsOffRequestsBeyondItsOutstandingLimit) {
  const auto last = [](int outstanding) {
    return test::simulate([outstanding] {
      std::vector<Access> accesses(20, Access{0, false, 0, 8});
      for (std::size_t i = 0; i < accesses.size(); ++i) accesses[i].address = 8 * i;
      SramBench bench(std::move(accesses),
                      "{size: 1 KiB, latency: 5 cycles, outstanding: " + std::to_string(outstanding) + "}");
      sc_core::sc_start();
      EXPECT_TRUE(bench.traffic.all_served());
      return std::vector<std::int64_t>{bench.traffic.last_answer_ps()};
    });
  };
  EXPECT_EQ(last(1), std::vector<std::int64_t>{20 * 5000});
  EXPECT_EQ(last(4), std::vector<std::int64_t>{5 * 5000});
  EXPECT_EQ(last(20), std::vector<std::int64_t>{9000});  // four banks: five rounds, the last begins at 4 ns
}

TEST(Sram, AddressesBeyondItsSizeAreErrors) {
  test::in_child([] {
    SramBench bench({{0, false, 1016, 8}, {0, false, 1017, 8}, {0, true, 1 << 20, 1}}, "{size: 1 KiB}");
    sc_core::sc_start();
    EXPECT_EQ(bench.traffic.answers()[0].status, tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(bench.traffic.answers()[1].status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
    EXPECT_EQ(bench.traffic.answers()[2].status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
    EXPECT_EQ(bench.traffic.answers()[2].times, 1);
    const auto record = bench.environment.finish();
    EXPECT_EQ(test::events(record, "sram.read"), 1);
    EXPECT_EQ(test::events(record, "sram.write"), 0);
  });
}

TEST(Sram, WaitsForItsPowerDomainToWake) {
  test::in_child([] {
    TestEnvironment::Options options;
    options.power_domain = test::can_sleep(2'500);
    SramBench bench({{10'000, false, 0, 8}}, "{size: 1 KiB}", options);
    sc_core::sc_start(sc_core::sc_time(5, sc_core::SC_NS));
    bench.environment.power_domain().descend_after(0, power::PowerState::kOff);
    sc_core::sc_start();
    EXPECT_EQ(bench.traffic.answered_ps(0), 14'000);  // ON at 12.5 ns, begins at the edge at 13
  });
}

TEST(Sram, OneReadOfABigBufferTakesItsShareOfTheBandwidth) {
  test::in_child([] {
    SramBench bench({{0, false, 0, 1024}}, "{size: 4 KiB, banks: 4, word: 8 B}");
    const mapping::PointRates one_cycle{{}, [](const std::string&) { return std::int64_t{1}; }};
    EXPECT_DOUBLE_EQ(bench.sram.passages(false, one_cycle).front().per_byte, 1.0 / 32.0);
    sc_core::sc_start();
    EXPECT_EQ(bench.traffic.answered_ps(0), 32'000);
    EXPECT_EQ(test::events(bench.environment.finish(), "sram.conflict_cycles"), 0);
  });
}

TEST(SramConfig, SizesThatDoNotDivideAreLocatedErrors) {
  try {
    config("{size: 1001 B, banks: 4, word: 8 B}");
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("multiple of banks x word"), std::string::npos) << e.what();
    EXPECT_NE(std::string(e.what()).find("test:3:"), std::string::npos) << e.what();
  }
}

TEST(Sram, IsFoundByItsKind) {
  const kernel::ComponentKind* kind = kernel::find_component_kind("sram");
  ASSERT_NE(kind, nullptr);
  EXPECT_EQ(kind->schema, &SramConfig::schema());
  EXPECT_EQ(kind->events.size(), 11u);
}

}  // namespace
}  // namespace subvolt::mem
