// The plainest memory engine: `room` accesses at a time, one after the other, each for a fixed time per access and
// byte. Counts accesses and its states; knows of a completion only when it has begun the access.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "sim/kernel/memory_engine.h"

namespace subvolt::test {

class PlainEngine : public kernel::MemoryEngine {
 public:
  struct Settings {
    std::int64_t capacity = 1 << 16;
    std::int64_t access_ps = 30'000;
    std::int64_t byte_ps = 500;
    std::size_t room = 3;
  };
  explicit PlainEngine(const Settings& settings) : settings_(settings) {}

  Bytes capacity() const override { return Bytes(settings_.capacity); }
  std::int64_t clock_hz() const override { return 100'000'000; }
  std::int64_t peak_bytes_per_s() const override { return 0; }
  std::int64_t access_bytes() const override { return 16; }
  std::int64_t trace_address(std::int64_t, std::int64_t row, std::int64_t burst) const override {
    return row * 1024 + burst * 16;
  }
  bool offer(const kernel::MemoryAccess& access, std::int64_t now_ps) override {
    offers.push_back(now_ps);
    if (inside_.size() >= settings_.room) return false;
    inside_.push_back({access, 0});
    if (inside_.size() == 1) begin(now_ps);
    return true;
  }
  void advance(std::int64_t now_ps) override {
    ++advances;
    while (!inside_.empty() && inside_.front().second <= now_ps) {
      const std::int64_t end = inside_.front().second;
      ++counts_[inside_.front().first.write ? 1 : 0];
      inside_.pop_front();
      if (!inside_.empty()) begin(end);
    }
    counts_[2] += now_ps - now_ps_;
    now_ps_ = now_ps;
  }
  std::int64_t next_ps() const override { return inside_.empty() ? kNever : inside_.front().second; }
  std::int64_t visible_ps() const override { return next_ps(); }
  bool take_completion(std::int64_t until_ps, kernel::MemoryCompletion& completion) override {
    if (known_.empty() || known_.front().at_ps > until_ps) return false;
    completion = known_.front();
    known_.pop_front();
    return true;
  }
  const std::vector<power::EventDeclaration>& events() const override {
    static const std::vector<power::EventDeclaration> all{
        {"read", "plain.read", power::Cause::kSwitching, "One access that read.", {}},
        {"write", "plain.write", power::Cause::kSwitching, "One access that wrote.", {}},
        {"powered", "plain.powered", power::Cause::kBackground, "Picoseconds.", {}}};
    return all;
  }
  std::int64_t take(std::size_t event) override { return std::exchange(counts_[event], 0); }
  void request_state(power::PowerState state, std::int64_t now_ps) override { states.emplace_back(state, now_ps); }

  std::vector<std::int64_t> offers;  // times
  std::vector<std::pair<power::PowerState, std::int64_t>> states;
  int advances = 0;

 private:
  void begin(std::int64_t now_ps) {
    auto& [access, end] = inside_.front();
    end = now_ps + settings_.access_ps + access.bytes * settings_.byte_ps;
    known_.push_back({access.id, end});
  }
  Settings settings_;
  std::int64_t now_ps_ = 0;
  std::deque<std::pair<kernel::MemoryAccess, std::int64_t>> inside_;  // with the end of the first
  std::deque<kernel::MemoryCompletion> known_;
  std::int64_t counts_[3] = {0, 0, 0};
};

}  // namespace subvolt::test
