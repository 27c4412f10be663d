// Do banks with ports, stripes, codes and power states of their own behave as a clock-by-clock model of them does?
#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "models/mem/sram/sram.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt::mem {
namespace {

using test::Access;
using test::TestEnvironment;
using test::Traffic;

struct BanksBench {
  BanksBench(std::vector<Access> accesses, const std::string& text, TestEnvironment::Options options = {})
      : environment(options),
        sram("sram", SramConfig::schema().read(test::yaml(text)), environment),
        traffic("traffic", std::move(accesses)) {
    traffic.port.socket.bind(dynamic_cast<kernel::TargetPort&>(*sram.target_side("")).socket);
  }
  void run_until(Picoseconds ps) { sc_core::sc_start(kernel::to_sc_time(ps - kernel::time_now())); }
  TestEnvironment environment;
  Sram sram;
  Traffic traffic;
};

// What a reference of 1 GHz, which looks at every bank in every cycle, is made of. -1: never.
struct BankShape {
  int banks = 4, word = 8, stripe_words = 1, latency = 1, ecc_latency = 0;
  SramPorts ports = SramPorts::k1Rw;
  bool code = false;
  std::int64_t retention_after = -1, retention_wake = 0;  // cycles
};

struct Expected {
  std::vector<std::int64_t> answers;
  std::array<std::int64_t, kBankStates> cycles{};
  std::int64_t wakes = 0, reads = 0, writes = 0;
};

class Reference {
 public:
  explicit Reference(const BankShape& shape) : s_(shape), banks_(static_cast<std::size_t>(shape.banks)) {}

  Expected run(const std::vector<Access>& accesses, std::int64_t cycles) {
    Expected out;
    out.answers.assign(accesses.size(), -1);
    left_.assign(accesses.size(), 0);
    std::size_t next = 0;
    for (std::int64_t cycle = 0; cycle < cycles; ++cycle) {
      for (; next < accesses.size() && accesses[next].at <= cycle * 1000; ++next) {
        arrive(accesses, next, cycle, out);
      }
      for (Bank& bank : banks_) {
        const bool active = !bank.queue.empty() || cycle < bank.until;
        const bool down = !active && s_.retention_after >= 0 && cycle >= bank.until + s_.retention_after;
        ++out.cycles[static_cast<std::size_t>(active ? BankState::kActive
                                              : down ? BankState::kRetention
                                                     : BankState::kClockGated)];
        if (cycle >= bank.ready) serve(accesses, bank, cycle, out);
      }
    }
    return out;
  }

 private:
  struct Token {
    std::size_t access;
    bool counts_as_read;
  };
  struct Bank {
    std::deque<Token> queue;
    std::int64_t ready = 0, until = 0;
  };

  void arrive(const std::vector<Access>& accesses, std::size_t i, std::int64_t cycle, Expected& out) {
    const Access& a = accesses[i];
    const auto begin = static_cast<std::int64_t>(a.address), end = begin + a.bytes;
    std::vector<bool> touched(banks_.size(), false);
    for (std::int64_t w = begin / s_.word; w * s_.word < end; ++w) {
      const auto b = static_cast<std::size_t>(w / s_.stripe_words % s_.banks);
      Bank& bank = banks_[b];
      if (!touched[b] && bank.queue.empty() && s_.retention_after >= 0 && cycle >= bank.until + s_.retention_after) {
        bank.ready = cycle + s_.retention_wake;
        ++out.wakes;
      }
      touched[b] = true;
      const bool whole = w * s_.word >= begin && (w + 1) * s_.word <= end;
      if (s_.code && a.write && !whole) {
        bank.queue.push_back({i, true});
        ++left_[i];
      }
      bank.queue.push_back({i, !a.write});
      ++left_[i];
    }
  }

  void serve(const std::vector<Access>& accesses, Bank& bank, std::int64_t cycle, Expected& out) {
    int any = s_.ports == SramPorts::k2Rw ? 2 : 1, reads = 1, writes = 1;
    for (auto token = bank.queue.begin(); token != bank.queue.end();) {
      const Access& a = accesses[token->access];
      if (s_.ports != SramPorts::k1R1W) {
        if (any-- == 0) return;
      } else if ((a.write ? writes : reads)-- <= 0) {
        ++token;  // the other port may still have something to do
        continue;
      }
      ++(token->counts_as_read ? out.reads : out.writes);
      const std::int64_t done = cycle + s_.latency + (a.write ? 0 : s_.ecc_latency);
      bank.until = std::max(bank.until, done);
      if (--left_[token->access] == 0) out.answers[token->access] = done * 1000;
      token = bank.queue.erase(token);
    }
  }

  BankShape s_;
  std::vector<Bank> banks_;
  std::vector<std::int64_t> left_;
};

std::string text_of(const BankShape& s) {
  const char* ports = s.ports == SramPorts::k1Rw ? "1rw" : s.ports == SramPorts::k1R1W ? "1r1w" : "2rw";
  std::string text = "{size: 61440 B, outstanding: 1024, banks: " + std::to_string(s.banks) +
                     ", word: " + std::to_string(s.word) + " B, stripe: " + std::to_string(s.stripe_words * s.word) +
                     " B, latency: " + std::to_string(s.latency) + " cycles, ports: " + ports;
  if (s.code) text += ", ecc: secded, ecc_latency: " + std::to_string(s.ecc_latency) + " cycles";
  if (s.retention_after >= 0) {
    text += ", retention_after: " + std::to_string(s.retention_after) +
            " ns, retention_wake_cycles: " + std::to_string(s.retention_wake) + " cycles";
  }
  return text + "}";
}

TEST(SramBanks, EqualAClockByClockReferenceOnRandomTraffic) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    test::in_child([seed] {
      std::mt19937 random(seed);
      BankShape shape;
      shape.banks = 1 << (random() % 4);
      shape.word = 1 << (random() % 5);
      shape.stripe_words = 1 << (random() % 4);
      shape.latency = 1 + static_cast<int>(random() % 3);
      shape.ports = static_cast<SramPorts>(random() % 3);
      shape.code = random() % 2 == 0;
      shape.ecc_latency = shape.code ? static_cast<int>(random() % 3) : 0;
      shape.retention_after = random() % 4 == 0 ? -1 : 1 + random() % 30;
      shape.retention_wake = random() % 6;
      std::vector<Access> accesses;
      std::int64_t now = 0;
      for (int i = 0; i < 400; ++i) {
        if (random() % 2 == 0) now += random() % (random() % 4 == 0 ? 200'000 : 15'000);
        accesses.push_back({now, random() % 2 == 0, random() % 60'000, static_cast<std::int64_t>(1 + random() % 150)});
      }
      const std::int64_t cycles = now / 1000 + 20'000;
      BanksBench bench(accesses, text_of(shape));
      bench.run_until(cycles * 1000);
      const Expected expected = Reference(shape).run(accesses, cycles);
      ASSERT_TRUE(bench.traffic.all_served());
      for (std::size_t i = 0; i < accesses.size(); ++i) {
        ASSERT_EQ(bench.traffic.answered(i), expected.answers[i]) << "seed " << seed << ", request " << i;
      }
      const auto record = bench.environment.finish();
      EXPECT_EQ(test::events(record, "sram.bank_active"), expected.cycles[0] * 1000) << seed;
      EXPECT_EQ(test::events(record, "sram.bank_clock_gated"), expected.cycles[1] * 1000) << seed;
      EXPECT_EQ(test::events(record, "sram.bank_retention"), expected.cycles[2] * 1000) << seed;
      EXPECT_EQ(test::events(record, "sram.bank_wake"), expected.wakes) << seed;
      EXPECT_EQ(test::events(record, "sram.read"), expected.reads) << seed;
      EXPECT_EQ(test::events(record, "sram.write"), expected.writes) << seed;
      const std::int64_t flip_flops = bank_size(SramConfig::schema().read(test::yaml(text_of(shape)))).flip_flops;
      EXPECT_EQ(test::events(record, "sram.bank_clock"), expected.cycles[0] * flip_flops) << seed;
    });
  }
}

// Whatever state the domain goes through, every picosecond of every bank is in one state, and waking is counted once.
TEST(SramBanks, FollowTheirDomain) {
  test::in_child([] {
    TestEnvironment::Options options;
    options.power_domain = test::can_sleep(2'000);
    options.power_domain.timing[static_cast<std::size_t>(power::PowerState::kRetention)] = {true, 0, 0, 3'000};
    BanksBench bench({{30'000, false, 0, 8}, {100'000, false, 8, 8}}, "{size: 1 KiB, banks: 4, word: 8 B}", options);
    bench.run_until(10'000);
    bench.environment.power_domain().descend_after(0, power::PowerState::kRetention);
    bench.run_until(60'000);
    bench.environment.power_domain().descend_after(0, power::PowerState::kOff);
    bench.run_until(150'000);
    EXPECT_EQ(bench.traffic.answered(0), 34'000);   // ON at 33 ns
    EXPECT_EQ(bench.traffic.answered(1), 103'000);  // ON at 102 ns
    const auto record = bench.environment.finish();
    EXPECT_EQ(test::events(record, "sram.bank_retention"), 4 * 20'000);
    EXPECT_EQ(test::events(record, "sram.bank_off"), 4 * 40'000);
    EXPECT_EQ(test::events(record, "sram.bank_active"), 2 * 1'000);
    EXPECT_EQ(test::events(record, "sram.bank_clock_gated"), 4 * 90'000 - 2'000);
    EXPECT_EQ(test::events(record, "sram.bank_wake"), 8);
  });
}

TEST(SramBanks, ThatRestByThemselvesRestOnWhenTheirDomainWakes) {
  test::in_child([] {
    TestEnvironment::Options options;
    options.power_domain.timing[static_cast<std::size_t>(power::PowerState::kRetention)] = {true, 0, 0, 3'000};
    BanksBench bench({{50'000, false, 0, 8}},
                     "{size: 1 KiB, banks: 4, word: 8 B, retention_after: 5 ns, retention_wake_cycles: 4 cycles}",
                     options);
    bench.run_until(10'000);
    bench.environment.power_domain().descend_after(0, power::PowerState::kRetention);
    bench.run_until(80'000);
    EXPECT_EQ(bench.traffic.answered(0), 58'000);  // domain ON at 53, bank up at 57
    const auto record = bench.environment.finish();
    EXPECT_EQ(test::events(record, "sram.bank_wake"), 1);
    // Bank 0: from 5 to 53 and from 63; the others from 5.
    EXPECT_EQ(test::events(record, "sram.bank_retention"), 3 * 75'000 + 48'000 + 17'000);
    EXPECT_EQ(test::events(record, "sram.bank_active"), 5'000);
  });
}

TEST(SramBanks, WithoutLeafClockGatesTheirClocksRun) {
  test::in_child([] {
    TestEnvironment::Options options;
    options.power_domain.gate_idle_units = false;
    BanksBench bench({{10'000, false, 0, 8}}, "{size: 1 KiB, banks: 4, word: 8 B, retention_after: 20 ns}", options);
    bench.run_until(50'000);
    const auto record = bench.environment.finish();
    EXPECT_EQ(test::events(record, "sram.bank_clock_gated"), 0);
    EXPECT_EQ(test::events(record, "sram.bank_active"), 3 * 20'000 + 31'000);  // bank 0 works until 11 ns
    EXPECT_EQ(test::events(record, "sram.bank_retention"), 3 * 30'000 + 19'000);
  });
}

constexpr const char* kUnusedOff =
    "{size: 4 KiB, banks: 4, word: 8 B, stripe: 1 KiB, unused_banks: off, off_wake: 3.5 ns, off_wake_cycles: 2 cycles}";

TEST(SramBanks, WithoutDataAreOffUntilWritten) {
  test::in_child([] {
    BanksBench bench({{20'000, true, 2048, 8}, {40'000, false, 2048, 8}, {60'000, false, 1024, 8}}, kUnusedOff);
    bench.sram.hold_data(Bytes(0), Bytes(100));
    bench.run_until(100'000);
    EXPECT_EQ(bench.traffic.answered(0), 25'000);                                   // 3.5 ns are 4 cycles
    EXPECT_EQ(bench.traffic.answered(1), 41'000);                                   // it keeps its data
    EXPECT_EQ(bench.traffic.answers()[2].status, tlm::TLM_GENERIC_ERROR_RESPONSE);  // nothing there to be read
    const auto record = bench.environment.finish();
    EXPECT_EQ(test::events(record, "sram.bank_off"), 2 * 100'000 + 20'000);
    EXPECT_EQ(test::events(record, "sram.bank_wake"), 1);
  });
}

TEST(SramBanks, WithDataOfTheProgramAreNeverOff) {
  test::in_child([] {
    BanksBench bench({{60'000, false, 3072, 8}}, kUnusedOff);
    bench.sram.hold_data(Bytes(1000), Bytes(1100));  // over the border of banks 0 and 1
    bench.sram.hold_data(Bytes(4095), Bytes(4096));
    bench.run_until(100'000);
    EXPECT_EQ(bench.traffic.answered(0), 61'000);
    EXPECT_EQ(test::events(bench.environment.finish(), "sram.bank_off"), 100'000);
  });
}

TEST(SramEcc, TakesTheCheckBitsOfAHammingCode) {
  // Words of 8, 16, 32, 64, 128 and 256 bits: R. W. Hamming 1950, with the bit for double errors.
  const std::int64_t expected[] = {5, 6, 7, 8, 9, 10};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(secded_check_bits(8 << i), expected[i]) << (8 << i);
  const SramConfig config = SramConfig::schema().read(test::yaml("{size: 64 KiB, banks: 4, word: 8 B, ecc: secded}"));
  EXPECT_EQ(bank_size(config).bits, 16 * 1024 * 9);
  for (const auto& event : sram_events(config)) {
    if (event.name != "read") continue;
    EXPECT_DOUBLE_EQ(event.attributes[0].second, 16384.0 * 9 / 8);
    EXPECT_DOUBLE_EQ(event.attributes[1].second, 9.0);
  }
}

TEST(SramEcc, CountsCodingByWord) {
  test::in_child([] {
    // Two whole words written; one word in part; three words read.
    BanksBench bench({{0, true, 0, 16}, {10'000, true, 20, 2}, {20'000, false, 1, 20}},
                     "{size: 1 KiB, banks: 4, word: 8 B, ecc: secded, ecc_latency: 2 cycles}");
    sc_core::sc_start();
    EXPECT_EQ(bench.traffic.answered(0), 1'000);
    EXPECT_EQ(bench.traffic.answered(1), 12'000);  // read, then written
    EXPECT_EQ(bench.traffic.answered(2), 23'000);
    const auto record = bench.environment.finish();
    EXPECT_EQ(test::events(record, "sram.ecc_encode"), 3);
    EXPECT_EQ(test::events(record, "sram.ecc_decode"), 4);
    EXPECT_EQ(test::events(record, "sram.read"), 4);
    EXPECT_EQ(test::events(record, "sram.write"), 3);
  });
}

TEST(SramConfig, StripesThatDoNotDivideABankAreLocatedErrors) {
  for (const char* stripe : {"12 B", "96 B"}) {
    try {
      SramConfig::schema().read(test::yaml(std::string("{size: 1 KiB, banks: 4, word: 8 B, stripe: ") + stripe + "}"));
      FAIL() << "accepted " << stripe;
    } catch (const Error& e) {
      EXPECT_NE(std::string(e.what()).find("test:3:"), std::string::npos) << e.what();
      EXPECT_NE(std::string(e.what()).find("a multiple of a word of 8 B that divides a bank of 256 B"),
                std::string::npos)
          << e.what();
    }
  }
}

}  // namespace
}  // namespace subvolt::mem
