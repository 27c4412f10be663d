// Does every memory document, simulated by its kind, keep what any memory keeps: every request answered once, time that
// goes forward, residencies that are all of the time, the same result however often one looks?
#include <gtest/gtest.h>

#include <ostream>

#include "sim/config/library.h"
#include "sim/kernel/memory_kinds.h"
#include "tests/support/memory_driver.h"
#include "tests/support/test_environment.h"

namespace subvolt {
namespace {

// Documents that say what kind of memory they are.
std::vector<std::string> documents() {
  std::vector<std::string> all;
  for (const std::string& name : config::shipped("memory")) {
    if (test::memory_document(name).find("kind")) all.push_back(name);
  }
  return all;
}

std::unique_ptr<kernel::MemoryEngine> engine(const std::string& document, Hertz frequency = Hertz()) {
  const config::Node section = test::memory_document(document);
  const kernel::MemoryKind* kind = kernel::find_memory_kind(section.find("kind")->value());
  if (!kind) throw std::runtime_error(document + " is of no registered kind");
  return kind->create(*section.find("device"), test::yaml("{}"), frequency);
}

class EveryMemory : public testing::TestWithParam<std::string> {};

TEST_P(EveryMemory, DescribesItself) {
  const auto e = engine(GetParam());
  EXPECT_GT(e->capacity().value(), 0);
  EXPECT_GT(e->frequency(), Hertz());
  EXPECT_GT(e->access_bytes(), 0);
  EXPECT_FALSE(e->events().empty());
  for (const auto& event : e->events()) EXPECT_FALSE(event.meaning.empty()) << event.name;
  for (std::int64_t row : {0, 1, 1000}) {
    for (std::int64_t bank : {0, 1, 3}) {
      const std::int64_t address = e->trace_address(bank, row, 5);
      EXPECT_GE(address, 0);
      EXPECT_LE(address + e->access_bytes(), e->capacity().value());
    }
  }
  EXPECT_NE(engine(GetParam(), e->frequency() / 2), nullptr);
  EXPECT_ANY_THROW(engine(GetParam(), e->frequency() * 2)) << "faster than the device goes";
}

TEST_P(EveryMemory, ServesRandomTrafficOnceEachAndAccountsForAllTime) {
  std::mt19937 random(11);
  for (const Picoseconds gap : {std::int64_t{2'000}, std::int64_t{1'000'000}, std::int64_t{100'000'000}}) {
    const auto e = engine(GetParam());
    const std::int64_t window = std::min<std::int64_t>(e->capacity().value(), 1 << 20);
    const auto requests = test::random_requests(random, window, 200, 100, gap);
    const test::MemoryRun run = test::drive(*e, requests, 50'000'000);
    for (const std::string& fault : run.faults) ADD_FAILURE() << fault;
    for (const std::int64_t done : run.done) EXPECT_GT(done, 0);
  }
}

TEST_P(EveryMemory, DoesTheSameHoweverOftenOneLooks) {
  std::mt19937 random(12);
  const auto seldom = engine(GetParam()), often = engine(GetParam());
  const std::int64_t window = std::min<std::int64_t>(seldom->capacity().value(), 1 << 20);
  const auto requests = test::random_requests(random, window, 60, 100, 300'000, false);
  const test::MemoryRun a = test::drive(*seldom, requests, 1'000'000);
  const test::MemoryRun b = test::drive(*often, requests, 1'000'000, 7'777);
  EXPECT_EQ(a.done, b.done);
  EXPECT_EQ(a.count, b.count);
  EXPECT_TRUE(b.faults.empty());
}

TEST_P(EveryMemory, RefusesNothingForEver) {
  const auto e = engine(GetParam());
  const std::vector<test::MemoryRequest> flood(300, {0, false, 0, e->access_bytes()});
  const test::MemoryRun run = test::drive(*e, flood);
  for (const std::string& fault : run.faults) ADD_FAILURE() << fault;
}

TEST_P(EveryMemory, SurvivesWhateverThePowerManagerAsks) {
  using power::PowerState;
  std::mt19937 random(13);
  const auto e = engine(GetParam());
  std::int64_t now = 0, served = 0;
  for (std::uint32_t i = 0; i < 200; ++i) {
    now += 1 + static_cast<std::int64_t>(random()) % (random() % 2 ? 100'000 : 400'000'000);
    e->advance(now);
    const PowerState states[] = {PowerState::kOn, PowerState::kRetention, PowerState::kOff, PowerState::kOn};
    e->request_state(states[random() % 4], now);
    if (!e->offer({i, false, static_cast<std::int64_t>(random() % 1000), 8}, now)) --served;
    ++served;
  }
  kernel::MemoryCompletion c;
  for (int step = 0; step < 100'000 && served > 0; ++step) {
    while (e->take_completion(kernel::MemoryEngine::kNever, c)) --served;
    if (served == 0) break;
    ASSERT_GT(e->visible_time(), now);
    ASSERT_LT(e->visible_time(), kernel::MemoryEngine::kNever);
    e->advance(now = e->visible_time());
  }
  EXPECT_EQ(served, 0);
}

INSTANTIATE_TEST_SUITE_P(Shipped, EveryMemory, testing::ValuesIn(documents()),
                         [](const auto& info) { return info.param; });

TEST(MemoryKinds, AreSortedAndEachHasADocument) {
  const auto kinds = kernel::memory_kinds();
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (i > 0) {
      EXPECT_LT(kinds[i - 1]->kind, kinds[i]->kind);
    }
    EXPECT_EQ(kernel::find_memory_kind(kinds[i]->kind), kinds[i]);
    ASSERT_NE(kinds[i]->device, nullptr);
    ASSERT_NE(kinds[i]->settings, nullptr);
    bool used = false;
    for (const std::string& name : documents())
      used |= test::memory_document(name).find("kind")->value() == kinds[i]->kind;
    EXPECT_TRUE(used) << kinds[i]->kind;
  }
  EXPECT_EQ(kernel::find_memory_kind("no_such_kind"), nullptr);
}

}  // namespace
}  // namespace subvolt
