// The plainest memory engine: `room` accesses at a time, one after the other, each for a fixed time per access and
// byte. Counts accesses and its states; knows of a completion only when it has begun the access.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "sim/kernel/memory_engine.h"
#include "sim/units/hertz.h"
#include "sim/units/picoseconds.h"

namespace subvolt::test {

class PlainEngine : public kernel::MemoryEngine {
 public:
  struct Settings {
    std::int64_t capacity = 1 << 16;
    Picoseconds access{30'000};
    Picoseconds byte{500};
    std::size_t room = 3;
  };
  explicit PlainEngine(const Settings& settings) : settings_(settings) {}

  Bytes capacity() const override { return Bytes(settings_.capacity); }
  Hertz frequency() const override { return Hertz(100'000'000); }
  std::int64_t peak_bytes_per_s() const override { return 0; }
  std::int64_t access_bytes() const override { return 16; }
  std::int64_t trace_address(std::int64_t, std::int64_t row, std::int64_t burst) const override {
    return row * 1024 + burst * 16;
  }
  bool offer(const kernel::MemoryAccess& access, Picoseconds now) override {
    offers.push_back(now);
    if (inside_.size() >= settings_.room) return false;
    inside_.push_back({access, Picoseconds()});
    if (inside_.size() == 1) begin(now);
    return true;
  }
  void advance(Picoseconds now) override {
    ++advances;
    while (!inside_.empty() && inside_.front().second <= now) {
      const Picoseconds end = inside_.front().second;
      ++counts_[inside_.front().first.write ? 1 : 0];
      inside_.pop_front();
      if (!inside_.empty()) begin(end);
    }
    counts_[2] += (now - now_).value();
    now_ = now;
  }
  Picoseconds next_time() const override { return inside_.empty() ? kNever : inside_.front().second; }
  Picoseconds visible_time() const override { return next_time(); }
  bool take_completion(Picoseconds until, kernel::MemoryCompletion& completion) override {
    if (known_.empty() || known_.front().at > until) return false;
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
  void request_state(power::PowerState state, Picoseconds now) override { states.emplace_back(state, now); }

  std::vector<Picoseconds> offers;  // times
  std::vector<std::pair<power::PowerState, Picoseconds>> states;
  int advances = 0;

 private:
  void begin(Picoseconds now) {
    auto& [access, end] = inside_.front();
    end = now + settings_.access + access.bytes * settings_.byte;
    known_.push_back({access.id, end});
  }
  Settings settings_;
  Picoseconds now_{};
  std::deque<std::pair<kernel::MemoryAccess, Picoseconds>> inside_;  // with the end of the first
  std::deque<kernel::MemoryCompletion> known_;
  std::int64_t counts_[3] = {0, 0, 0};
};

}  // namespace subvolt::test
