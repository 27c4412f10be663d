// Does the event-driven bus agree, cycle for cycle, with a plain model that looks at every clock edge?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <random>

#include "models/hw/bus/bus.h"
#include "tests/component/simple_target.h"
#include "tests/support/simulate.h"
#include "tests/support/test_environment.h"
#include "tests/support/traffic.h"

namespace subvolt {
namespace {

using test::kCycle;

constexpr std::uint64_t kTargetBytes = 1 << 16;

struct BusShape {
  bool crossbar = false;
  bool fixed = false;
  int width = 16;
  int latency = 1;
  int queue = 2;
  std::vector<std::int64_t> target_latency;
};

struct Message {
  int initiator = 0;
  int target = 0;
  bool write = false;
  std::int64_t bytes = 0;
  std::size_t number = 0;  // within its initiator's list
  std::int64_t since = 0;  // cycle of arrival where it is now
};

// Counts down what is busy and moves what can move, edge by edge.
class ClockByClock {
 public:
  ClockByClock(const BusShape& shape, const std::vector<std::vector<test::Access>>& lists)
      : shape_(shape), lists_(lists), next_(lists.size(), 0), last_grant_(lists.size(), 0), answered_(lists.size()) {
    const std::size_t n = lists.size();
    const std::size_t m = shape.target_latency.size();
    out_ = {std::vector<int>(n, 0), std::vector<int>(m, 0), std::vector<int>(m, -1)};
    back_ = {std::vector<int>(m, 0), std::vector<int>(n, 0), std::vector<int>(n, -1)};
    on_the_way_.assign(m, 0);
    opened_.assign(m, -1);
    answers_.resize(m);
    last_answer_grant_.assign(m, 0);
  }

  std::vector<std::vector<std::int64_t>> run() {
    std::size_t left = 0;
    for (std::size_t i = 0; i < lists_.size(); ++i) {
      answered_[i].assign(lists_[i].size(), -1);
      left += lists_[i].size();
    }
    for (std::int64_t now = 0; left > 0 && now < 1'000'000; ++now) {
      for (Way* way : {&out_, &back_}) {
        for (int& busy : way->input_busy) busy -= busy > 0;
        for (int& busy : way->output_busy) busy -= busy > 0;
        way->shared_busy -= way->shared_busy > 0;
      }
      while (grant_request(now)) {
      }
      while (grant_response(now)) {
      }
      for (auto m = travelling_.begin(); m != travelling_.end();) {
        if (m->since > now) {
          ++m;
          continue;
        }
        --on_the_way_[static_cast<std::size_t>(m->target)];
        opened_[static_cast<std::size_t>(m->target)] = now;
        m->since = now + shape_.target_latency[static_cast<std::size_t>(m->target)];
        answers_[static_cast<std::size_t>(m->target)].push_back(*m);
        m = travelling_.erase(m);
      }
      for (auto m = returning_.begin(); m != returning_.end();) {
        if (m->since > now) {
          ++m;
          continue;
        }
        answered_[static_cast<std::size_t>(m->initiator)][m->number] = now;
        --left;
        m = returning_.erase(m);
      }
    }
    return answered_;
  }

 private:
  struct Way {
    std::vector<int> input_busy, output_busy, last;
    int shared_busy = 0, shared_last = -1;
  };
  int beats(std::int64_t bytes) const { return static_cast<int>((bytes + shape_.width - 1) / shape_.width); }

  // Picks an input among those that want and may, and makes its lanes busy; -1 when there is none.
  template <class Wants>
  int pick(Way& way, int output_count, Wants wants) {
    const int inputs = static_cast<int>(way.input_busy.size());
    for (int output = 0; output < (shape_.crossbar ? output_count : 1); ++output) {
      int& last = shape_.crossbar ? way.last[static_cast<std::size_t>(output)] : way.shared_last;
      for (int k = 1; k <= inputs; ++k) {
        const int input = shape_.fixed ? k - 1 : (last + k) % inputs;
        const auto [target, cycles] = wants(input);
        if (target < 0 || (shape_.crossbar && target != output)) continue;
        const bool busy = shape_.crossbar ? way.input_busy[static_cast<std::size_t>(input)] > 0 ||
                                                way.output_busy[static_cast<std::size_t>(target)] > 0
                                          : way.shared_busy > 0;
        if (busy) continue;
        way.input_busy[static_cast<std::size_t>(input)] = way.output_busy[static_cast<std::size_t>(target)] = cycles;
        way.shared_busy = cycles;
        last = input;
        return input;
      }
    }
    return -1;
  }

  bool grant_request(std::int64_t now) {
    const auto message = [&](int i) {
      const auto initiator = static_cast<std::size_t>(i);
      const test::Access& a = lists_[initiator][next_[initiator]];
      Message m{i, static_cast<int>(a.address / kTargetBytes), a.write, a.bytes, next_[initiator], 0};
      m.since = std::max<std::int64_t>(a.at / kCycle, last_grant_[initiator]);
      return m;
    };
    const int winner = pick(out_, static_cast<int>(on_the_way_.size()), [&](int i) -> std::pair<int, int> {
      if (next_[static_cast<std::size_t>(i)] == lists_[static_cast<std::size_t>(i)].size()) return {-1, 0};
      const Message m = message(i);
      const auto t = static_cast<std::size_t>(m.target);
      const bool full = on_the_way_[t] >= shape_.queue;
      const bool just_opened = on_the_way_[t] == shape_.queue - 1 && opened_[t] >= now;
      if (m.since >= now || full || just_opened) return {-1, 0};
      return {m.target, m.write ? beats(m.bytes) : 1};
    });
    if (winner < 0) return false;
    Message m = message(winner);
    ++next_[static_cast<std::size_t>(winner)];
    last_grant_[static_cast<std::size_t>(winner)] = now;
    ++on_the_way_[static_cast<std::size_t>(m.target)];
    m.since = now + (m.write ? beats(m.bytes) : 1) + shape_.latency - 1;
    travelling_.push_back(m);
    return true;
  }

  bool grant_response(std::int64_t now) {
    const int winner = pick(back_, static_cast<int>(lists_.size()), [&](int target) -> std::pair<int, int> {
      const auto t = static_cast<std::size_t>(target);
      if (answers_[t].empty()) return {-1, 0};
      const Message& m = answers_[t].front();
      if (std::max(m.since, last_answer_grant_[t]) >= now) return {-1, 0};
      return {m.initiator, m.write ? 1 : beats(m.bytes)};
    });
    if (winner < 0) return false;
    const auto t = static_cast<std::size_t>(winner);
    Message m = answers_[t].front();
    answers_[t].pop_front();
    last_answer_grant_[t] = now;
    m.since = now + (m.write ? 1 : beats(m.bytes));
    returning_.push_back(m);
    return true;
  }

  BusShape shape_;
  const std::vector<std::vector<test::Access>>& lists_;
  std::vector<std::size_t> next_;
  std::vector<std::int64_t> last_grant_;
  Way out_, back_;
  std::vector<int> on_the_way_;
  std::vector<std::int64_t> opened_, last_answer_grant_;
  std::vector<Message> travelling_, returning_;
  std::vector<std::deque<Message>> answers_;
  std::vector<std::vector<std::int64_t>> answered_;
};

std::vector<std::int64_t> simulated(const BusShape& shape, const std::vector<std::vector<test::Access>>& lists) {
  return test::simulate([&] {
    test::TestEnvironment environment;
    hw::BusConfig config;
    config.width = Bytes(shape.width);
    config.topology = shape.crossbar ? hw::Topology::kCrossbar : hw::Topology::kShared;
    config.arbitration = shape.fixed ? hw::Arbitration::kFixedPriority : hw::Arbitration::kRoundRobin;
    config.latency = Cycles(shape.latency);
    config.queue = shape.queue;
    hw::Bus bus("bus", config, environment);
    std::vector<std::unique_ptr<test::Traffic>> initiators;
    std::vector<std::unique_ptr<test::SimpleTarget>> targets;
    for (std::size_t i = 0; i < lists.size(); ++i) {
      initiators.push_back(std::make_unique<test::Traffic>(("i" + std::to_string(i)).c_str(), lists[i]));
      initiators.back()->port.socket.bind(dynamic_cast<kernel::TargetPort*>(bus.target_side(""))->socket);
    }
    for (std::size_t t = 0; t < shape.target_latency.size(); ++t) {
      targets.push_back(
          std::make_unique<test::SimpleTarget>(("t" + std::to_string(t)).c_str(), shape.target_latency[t] * kCycle));
      kernel::Port* side = bus.initiator_side("");
      dynamic_cast<kernel::InitiatorPort*>(side)->socket.bind(targets.back()->port.socket);
      bus.map_range(side, t * kTargetBytes, kTargetBytes);
    }
    sc_core::sc_start();
    std::vector<std::int64_t> all;
    for (const auto& initiator : initiators) {
      for (const auto& answer : initiator->answers()) all.push_back(answer.at / kCycle);
    }
    return all;
  });
}

TEST(BusReference, EveryAnswerComesInTheSameCycle) {
  std::mt19937 random(2024);
  for (int round = 0; round < 60; ++round) {
    BusShape shape;
    shape.crossbar = random() % 2 == 0;
    shape.fixed = random() % 2 == 0;
    shape.width = 4 << (random() % 3);
    shape.latency = 1 + static_cast<int>(random() % 3);
    shape.queue = 1 + static_cast<int>(random() % 4);
    const std::size_t targets = 1 + random() % 3;
    for (std::size_t t = 0; t < targets; ++t)
      shape.target_latency.push_back(1 + static_cast<std::int64_t>(random() % 20));
    std::vector<std::vector<test::Access>> lists(1 + random() % 3);
    const std::uint32_t span = 50 + random() % 2000;  // from crowded to sparse
    for (auto& list : lists) {
      for (int n = 0; n < 40; ++n) {
        list.push_back({static_cast<std::int64_t>(random() % span) * kCycle, random() % 2 == 0,
                        random() % targets * kTargetBytes + random() % 1000,
                        1 + static_cast<std::int64_t>(random() % 100)});
      }
      std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    }
    std::vector<std::int64_t> expected;
    for (const auto& cycles : ClockByClock(shape, lists).run()) {
      expected.insert(expected.end(), cycles.begin(), cycles.end());
    }
    ASSERT_EQ(simulated(shape, lists), expected)
        << "round " << round << (shape.crossbar ? " crossbar" : " shared") << (shape.fixed ? " fixed" : " round robin")
        << " queue " << shape.queue << " latency " << shape.latency;
  }
}

}  // namespace
}  // namespace subvolt
