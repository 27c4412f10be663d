#include "tests/support/dram_bench.h"

#include <algorithm>
#include <utility>

namespace subvolt::test {
namespace {

constexpr Picoseconds kNever = kernel::MemoryEngine::kNever;

// Edges of a clock from time 0 on.
__extension__ typedef __int128 Wide;
constexpr std::int64_t kPsPerSecond = 1'000'000'000'000;
std::int64_t edge(std::int64_t n, Hertz hz) { return static_cast<std::int64_t>(Wide(n) * kPsPerSecond / hz.value()); }
std::int64_t edges_until(Picoseconds ps, Hertz hz) {
  return static_cast<std::int64_t>((Wide(ps + 1) * hz.value() - 1) / kPsPerSecond);
}

class DramDriver {
 public:
  DramDriver(mem::dram::Engine& engine, const DramTraffic& traffic, DramDrive drive, std::int64_t most_steps,
             DramEar ear)
      : engine_(engine), traffic_(traffic), drive_(drive), steps_left_(most_steps) {
    out_.taken.assign(traffic.requests.size(), -1);
    out_.done.assign(traffic.requests.size(), -1);
    const auto& events = engine.events();
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (events[i].name == "set_point_switches") switches_ = i;
    }
    if (ear == DramEar::kEach) {
      engine.on_command([this](const kernel::MemoryEngine::Command& c) {
        out_.commands.push_back({c.at, dram_command(c.name), c.bank, c.row});
        ++out_.counted[c.name];
      });
    } else {
      engine.on_command_count([this](const char* name, std::int64_t more) { out_.counted[name] += more; });
    }
  }

  DramOutcome run() {
    while (well() && next_happening()) {
    }
    while (well() && completed_ < out_.done.size()) {
      const Picoseconds visible = engine_.visible_time();
      if (visible == kNever) {
        collect(kNever);
        if (completed_ < out_.done.size()) fail("requests that never end");
      } else {
        go(visible);
      }
    }
    if (well()) go(std::max(now_, last_done_) + traffic_.tail);
    out_.end = now_;
    const auto& events = engine_.events();
    for (std::size_t i = 0; i < events.size(); ++i) out_.events[events[i].name] += engine_.take(i);
    out_.events["set_point_switches"] += switched_;
    engine_.on_command({});
    engine_.on_command_count({});
    return std::move(out_);
  }

 private:
  bool well() const { return out_.error.empty(); }
  void fail(const std::string& what) {
    if (well()) out_.error = what + " at " + std::to_string(now_.value()) + " ps";
  }

  // To the next arrival, ask or room; false: there is none.
  bool next_happening() {
    const auto& requests = traffic_.requests;
    const auto& asks = traffic_.asks;
    Picoseconds next = refused_ ? engine_.visible_time() : kNever;
    if (request_ < requests.size() && !refused_) next = due();
    if (ask_ < asks.size()) next = std::min(next, asks[ask_].at);
    if (next == kNever) {
      if (request_ < requests.size()) fail("no room, ever");
      return false;
    }
    go(std::max(next, now_));
    while (ask_ < asks.size() && asks[ask_].at <= now_) ask(asks[ask_++]);
    while (request_ < requests.size() && due() <= now_ && offer()) {
      if (drive_ != DramDrive::kLeaps) (void)engine_.next_time();
    }
    return true;
  }

  void ask(const DramAsk& a) {
    if (a.set_point) {
      asked_point_ = a.value;
      engine_.request_set_point(static_cast<std::size_t>(a.value), now_);
    } else {
      engine_.request_state(static_cast<power::PowerState>(a.value), now_);
    }
  }

  bool offer() {
    const DramRequest& r = traffic_.requests[request_];
    refused_ = !engine_.offer({static_cast<std::uint32_t>(request_), r.write, r.address, r.bytes}, now_);
    if (refused_) return false;
    out_.taken[request_++] = now_;
    if (const Hertz hz = traffic_.one_per_clock; hz > Hertz()) next_offer_ = edge(edges_until(now_, hz) + 1, hz);
    return true;
  }

  Picoseconds due() const { return std::max(traffic_.requests[request_].at, next_offer_); }

  void go(Picoseconds to) {
    if (drive_ == DramDrive::kCrumbs) crumbs(to);
    while (drive_ == DramDrive::kSteps && well() && engine_.next_time() <= to) advance(engine_.next_time());
    if (well()) advance(to);
  }

  void crumbs(Picoseconds to) {
    for (int i = 0; i < 3 && now_ + 1 < to && well(); ++i) {
      crumb_ = crumb_ * 6364136223846793005ULL + 1442695040888963407ULL;
      advance(now_ + static_cast<std::int64_t>((crumb_ >> 20) % static_cast<std::uint64_t>((to - now_).value())));
      if (refused_ && offer()) fail("room before visible_ps()");
    }
  }

  void advance(Picoseconds to) {
    if (--steps_left_ < 0) fail("no end in sight");
    const Picoseconds visible = engine_.visible_time();
    if (visible <= now_ && now_ > 0) fail("visible_ps() in the past");
    if (to < now_) fail("a step in the past");
    engine_.advance(to);
    now_ = to;
    const std::size_t known = done_.size();
    collect(drive_ == DramDrive::kSteps ? kNever : to);
    if (drive_ != DramDrive::kSteps) return;
    for (std::size_t i = known; i < done_.size(); ++i) {
      if (done_[i] < visible) fail("a completion before visible_ps()");
    }
    const std::int64_t switches = engine_.take(switches_);
    switched_ += switches;
    if (switches > 0) out_.switches.push_back({now_, asked_point_, out_.commands.size()});
  }

  void collect(Picoseconds until) {
    kernel::MemoryCompletion c;
    while (well() && engine_.take_completion(until, c)) {
      if (c.id >= out_.done.size()) return fail("a completion of a request that nobody made");
      if (out_.done[c.id] >= 0) return fail("request " + std::to_string(c.id) + " completed twice");
      if (until != kNever && c.at < last_done_) return fail("completions out of order");
      out_.done[c.id] = c.at;
      done_.push_back(c.at);
      last_done_ = std::max(last_done_, c.at);
      ++completed_;
    }
  }

  mem::dram::Engine& engine_;
  const DramTraffic& traffic_;
  DramDrive drive_;
  std::int64_t steps_left_;
  DramOutcome out_;
  Picoseconds now_, last_done_, next_offer_;
  std::size_t request_ = 0, ask_ = 0, completed_ = 0, switches_ = 0;
  std::vector<Picoseconds> done_;
  std::int64_t switched_ = 0;
  int asked_point_ = 0;
  bool refused_ = false;
  std::uint64_t crumb_ = 1;
};

}  // namespace

DramOutcome drive_dram(mem::dram::Engine& engine, const DramTraffic& traffic, DramDrive drive, std::int64_t most_steps,
                       DramEar ear) {
  return DramDriver(engine, traffic, drive, most_steps, ear).run();
}

}  // namespace subvolt::test
