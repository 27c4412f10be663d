#include "tests/support/dram_bench.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace subvolt::test {
namespace {

constexpr std::int64_t kNever = kernel::MemoryEngine::kNever;

// Edges of a clock from time 0 on.
__extension__ typedef __int128 Wide;
constexpr std::int64_t kPsPerSecond = 1'000'000'000'000;
std::int64_t edge(std::int64_t n, std::int64_t hz) { return static_cast<std::int64_t>(Wide(n) * kPsPerSecond / hz); }
std::int64_t edges_until(std::int64_t ps, std::int64_t hz) {
  return static_cast<std::int64_t>((Wide(ps + 1) * hz - 1) / kPsPerSecond);
}

class Driver {
 public:
  Driver(mem::dram::Engine& engine, const DramTraffic& traffic, DramDrive drive, std::int64_t most_steps)
      : engine_(engine), traffic_(traffic), drive_(drive), steps_left_(most_steps) {
    out_.taken_ps.assign(traffic.requests.size(), -1);
    out_.done_ps.assign(traffic.requests.size(), -1);
    const auto& events = engine.events();
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (events[i].name == "set_point_switches") switches_ = i;
    }
    engine.on_command([this](const kernel::MemoryEngine::Command& c) {
      out_.commands.push_back({c.at_ps, dram_command(c.name), c.bank, c.row});
    });
  }

  DramOutcome run() {
    while (well() && next_happening()) {
    }
    while (well() && completed_ < out_.done_ps.size()) {
      const std::int64_t visible = engine_.visible_ps();
      if (visible == kNever) {
        collect(kNever);
        if (completed_ < out_.done_ps.size()) fail("requests that never end");
      } else {
        go(visible);
      }
    }
    if (well()) go(std::max(now_, last_done_) + traffic_.tail_ps);
    out_.end_ps = now_;
    const auto& events = engine_.events();
    for (std::size_t i = 0; i < events.size(); ++i) out_.events[events[i].name] += engine_.take(i);
    out_.events["set_point_switches"] += switched_;
    engine_.on_command({});
    return std::move(out_);
  }

 private:
  bool well() const { return out_.error.empty(); }
  void fail(const std::string& what) {
    if (well()) out_.error = what + " at " + std::to_string(now_) + " ps";
  }

  // To the next arrival, ask or room; false: there is none.
  bool next_happening() {
    const auto& requests = traffic_.requests;
    const auto& asks = traffic_.asks;
    std::int64_t next = refused_ ? engine_.visible_ps() : kNever;
    if (request_ < requests.size() && !refused_) next = due();
    if (ask_ < asks.size()) next = std::min(next, asks[ask_].at_ps);
    if (next == kNever) {
      if (request_ < requests.size()) fail("no room, ever");
      return false;
    }
    go(std::max(next, now_));
    while (ask_ < asks.size() && asks[ask_].at_ps <= now_) ask(asks[ask_++]);
    while (request_ < requests.size() && due() <= now_ && offer()) {
      if (drive_ != DramDrive::kLeaps) (void)engine_.next_ps();
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
    out_.taken_ps[request_++] = now_;
    if (const std::int64_t hz = traffic_.one_per_clock_hz; hz > 0) next_offer_ps_ = edge(edges_until(now_, hz) + 1, hz);
    return true;
  }

  std::int64_t due() const { return std::max(traffic_.requests[request_].at_ps, next_offer_ps_); }

  void go(std::int64_t to) {
    if (drive_ == DramDrive::kCrumbs) crumbs(to);
    while (drive_ == DramDrive::kSteps && well() && engine_.next_ps() <= to) advance(engine_.next_ps());
    if (well()) advance(to);
  }

  void crumbs(std::int64_t to) {
    for (int i = 0; i < 3 && now_ + 1 < to && well(); ++i) {
      crumb_ = crumb_ * 6364136223846793005ULL + 1442695040888963407ULL;
      advance(now_ + static_cast<std::int64_t>((crumb_ >> 20) % static_cast<std::uint64_t>(to - now_)));
      if (refused_ && offer()) fail("room before visible_ps()");
    }
  }

  void advance(std::int64_t to) {
    if (--steps_left_ < 0) fail("no end in sight");
    const std::int64_t visible = engine_.visible_ps();
    if (visible <= now_ && now_ > 0) fail("visible_ps() in the past");
    if (to < now_) fail("a step in the past");
    engine_.advance(to);
    now_ = to;
    const std::size_t known = done_ps_.size();
    collect(drive_ == DramDrive::kSteps ? kNever : to);
    if (drive_ != DramDrive::kSteps) return;
    for (std::size_t i = known; i < done_ps_.size(); ++i) {
      if (done_ps_[i] < visible) fail("a completion before visible_ps()");
    }
    const std::int64_t switches = engine_.take(switches_);
    switched_ += switches;
    if (switches > 0) out_.switches.push_back({now_, asked_point_, out_.commands.size()});
  }

  void collect(std::int64_t until) {
    kernel::MemoryCompletion c;
    while (well() && engine_.take_completion(until, c)) {
      if (c.id >= out_.done_ps.size()) return fail("a completion of a request that nobody made");
      if (out_.done_ps[c.id] >= 0) return fail("request " + std::to_string(c.id) + " completed twice");
      if (until != kNever && c.at_ps < last_done_) return fail("completions out of order");
      out_.done_ps[c.id] = c.at_ps;
      done_ps_.push_back(c.at_ps);
      last_done_ = std::max(last_done_, c.at_ps);
      ++completed_;
    }
  }

  mem::dram::Engine& engine_;
  const DramTraffic& traffic_;
  DramDrive drive_;
  std::int64_t steps_left_;
  DramOutcome out_;
  std::int64_t now_ = 0, last_done_ = 0, next_offer_ps_ = 0;
  std::size_t request_ = 0, ask_ = 0, completed_ = 0, switches_ = 0;
  std::vector<std::int64_t> done_ps_;
  std::int64_t switched_ = 0;
  int asked_point_ = 0;
  bool refused_ = false;
  std::uint64_t crumb_ = 1;
};

// Bursts by where they lie and which way they go, for looking up what a column command can have served.
struct Place {
  int bank;
  std::int64_t row;
  bool write;
  friend bool operator<(const Place& a, const Place& b) {
    return std::tie(a.bank, a.row, a.write) < std::tie(b.bank, b.row, b.write);
  }
};

class Audit {
 public:
  Audit(const DramTraffic& traffic, const DramOutcome& outcome, const DramFacts& facts)
      : traffic_(traffic), outcome_(outcome), facts_(facts) {}

  std::string run() {
    if (!outcome_.error.empty()) return outcome_.error;
    check_requests();
    check_bursts();
    check_counts();
    check_order();
    return wrong_;
  }

 private:
  void require(bool good, const std::string& what) {
    if (!good && wrong_.empty()) wrong_ = what;
  }
  std::int64_t first_burst(const DramRequest& r) const { return r.address / facts_.burst_bytes; }
  std::int64_t last_burst(const DramRequest& r) const { return (r.address + r.bytes - 1) / facts_.burst_bytes; }
  std::int64_t least_ps(const DramRequest& r) const { return r.write ? facts_.least_write_ps : facts_.least_read_ps; }
  std::int64_t event(const char* name) const { return outcome_.events.at(name); }

  void check_requests() {
    for (std::size_t i = 0; i < traffic_.requests.size(); ++i) {
      const DramRequest& r = traffic_.requests[i];
      require(outcome_.taken_ps[i] >= r.at_ps, "request " + std::to_string(i) + " was taken before it came");
      require(outcome_.done_ps[i] >= outcome_.taken_ps[i] + least_ps(r) - 1,
              "request " + std::to_string(i) + " was done sooner than data can be there");
    }
  }

  void check_bursts() {
    std::map<Place, std::int64_t> waiting;
    std::map<int, std::int64_t> open;
    std::size_t next = 0;
    std::int64_t left = 0;
    for (const DramEvent& e : outcome_.commands) {
      for (; next < traffic_.requests.size() && outcome_.taken_ps[next] < e.at_ps; ++next) {
        const DramRequest& r = traffic_.requests[next];
        for (std::int64_t b = first_burst(r); b <= last_burst(r); ++b, ++left) {
          const mem::dram::Location l = facts_.locate(b);
          ++waiting[{l.bank, l.row, r.write}];
        }
      }
      const std::string name = dram_command_names()[static_cast<std::size_t>(e.command)];
      ++commands_[name];
      if (name == "ACT") open[e.bank] = e.row;
      if (name.substr(0, 2) != "RD" && name.substr(0, 2) != "WR") continue;
      std::int64_t& n = waiting[{e.bank, open[e.bank], name[0] == 'W'}];
      require(n > 0, describe(e) + " serves nobody");
      --n;
      --left;
    }
    require(next == traffic_.requests.size() && left == 0, std::to_string(left) + " bursts were not moved");
  }

  void check_counts() {
    const auto same = [this](const char* name, std::int64_t n) {
      require(event(name) == n,
              std::string(name) + ": " + std::to_string(event(name)) + ", by the commands " + std::to_string(n));
    };
    const std::int64_t reads = commands_["RD"] + commands_["RDA"], writes = commands_["WR"] + commands_["WRA"];
    same("activate", commands_["ACT"]);
    same("read", reads);
    same("io_read", reads);
    same("write", writes);
    same("io_write", writes);
    same("refresh", commands_["REFab"]);
    same("refresh_bank", commands_["REFpb"]);
    same("precharge_commands", commands_["PRE"] + commands_["PREA"]);
    same("power_downs", commands_["PDE"]);
    same("self_refreshes", commands_["SRE"]);
    require(event("row_hits") + event("row_misses") + event("row_conflicts") == reads + writes,
            "row hits, misses and conflicts are not all bursts");
    require(event("row_misses") + event("row_conflicts") <= event("activate"), "more misses than activates");
    require(event("precharge") <= event("activate"), "more rows closed than opened");
    std::int64_t sum = 0;
    for (const char* state : {"active_standby", "precharge_standby", "active_power_down", "precharge_power_down",
                              "self_refresh", "deep_power_down"}) {
      require(event(state) >= 0, std::string(state) + " is negative");
      sum += event(state);
    }
    // Standby at further set-points: "active_standby@f800".
    for (const auto& [name, ps] : outcome_.events) {
      if (name.find("standby@") == std::string::npos) continue;
      require(ps >= 0, name + " is negative");
      sum += ps;
    }
    require(sum == outcome_.end_ps,
            "residencies sum to " + std::to_string(sum) + " of " + std::to_string(outcome_.end_ps) + " ps");
    same("self_refresh", time_between("SRE", "SRX"));
    same("deep_power_down", time_between("DPDE", "DPDX"));
    // An auto-precharge or a refresh that is not over keeps the device active for a while.
    require(event("active_power_down") + event("precharge_power_down") <= time_between("PDE", "PDX"),
            "more time in power-down than between the commands");
  }

  std::int64_t time_between(const char* from, const char* to) const {
    const int enters = dram_command(from), leaves = dram_command(to);
    std::int64_t sum = 0, since = -1;
    for (const DramEvent& e : outcome_.commands) {
      if (e.command == enters) since = e.at_ps;
      if (e.command == leaves && since >= 0) sum += e.at_ps - std::exchange(since, -1);
    }
    return since >= 0 ? sum + outcome_.end_ps - since : sum;
  }

  // When the column command of the last burst went, seen from its data. Only at one clock.
  std::int64_t column_ps(std::size_t i) const { return outcome_.done_ps[i] - least_ps(traffic_.requests[i]); }

  void check_order() {
    if (!outcome_.switches.empty()) return;
    std::map<std::int64_t, std::vector<std::size_t>> single;  // requests of one burst, by place
    for (std::size_t i = 0; i < traffic_.requests.size(); ++i) {
      const DramRequest& r = traffic_.requests[i];
      for (std::int64_t b = first_burst(r); b <= last_burst(r); ++b) {
        for (const std::size_t older : single[b]) {
          if (!r.write && !traffic_.requests[older].write) continue;
          require(column_ps(older) < column_ps(i),
                  "request " + std::to_string(i) + " overtook " + std::to_string(older) + " to the same place");
        }
      }
      if (first_burst(r) == last_burst(r)) single[first_burst(r)].push_back(i);
    }
  }

  const DramTraffic& traffic_;
  const DramOutcome& outcome_;
  const DramFacts& facts_;
  std::map<std::string, std::int64_t> commands_;
  std::string wrong_;
};

}  // namespace

DramOutcome drive_dram(mem::dram::Engine& engine, const DramTraffic& traffic, DramDrive drive,
                       std::int64_t most_steps) {
  return Driver(engine, traffic, drive, most_steps).run();
}

std::string broken_promises(const DramTraffic& traffic, const DramOutcome& outcome, const DramFacts& facts) {
  return Audit(traffic, outcome, facts).run();
}

std::string illegal_commands(const DramOutcome& outcome, const std::vector<DramSheet>& sheets,
                             const DramChecker::Policy& policy) {
  DramChecker checker(sheets.front(), policy);
  std::size_t change = 0;
  const auto change_clock = [&](std::size_t command) {
    for (; change < outcome.switches.size() && outcome.switches[change].before <= command; ++change) {
      const DramOutcome::Switch& s = outcome.switches[change];
      checker.switched(sheets[static_cast<std::size_t>(s.point)], s.at_ps);
    }
  };
  for (std::size_t i = 0; i < outcome.commands.size(); ++i) {
    change_clock(i);
    checker.command(outcome.commands[i]);
  }
  change_clock(outcome.commands.size());
  checker.finish(outcome.end_ps);
  return checker.report();
}

}  // namespace subvolt::test
