#include "tests/support/dram_audit.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace subvolt::test {
namespace {

const char* const kStates[] = {"active_standby",       "precharge_standby", "active_power_down",
                               "precharge_power_down", "self_refresh",      "deep_power_down"};

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
    check_residencies();
    check_order();
    return wrong_;
  }

 private:
  void require(bool good, const std::string& what) {
    if (!good && wrong_.empty()) wrong_ = what;
  }
  std::int64_t first_burst(const DramRequest& r) const { return r.address / facts_.burst_bytes; }
  std::int64_t last_burst(const DramRequest& r) const { return (r.address + r.bytes - 1) / facts_.burst_bytes; }
  Picoseconds least(const DramRequest& r) const { return r.write ? facts_.least_write : facts_.least_read; }
  std::int64_t event(const char* name) const { return outcome_.events.at(name); }

  void check_requests() {
    for (std::size_t i = 0; i < traffic_.requests.size(); ++i) {
      const DramRequest& r = traffic_.requests[i];
      require(outcome_.taken[i] >= r.at, "request " + std::to_string(i) + " was taken before it came");
      require(outcome_.done[i] >= outcome_.taken[i] + least(r) - 1,
              "request " + std::to_string(i) + " was done sooner than data can be there");
    }
  }

  void check_bursts() {
    std::map<Place, std::int64_t> waiting;
    std::map<int, std::int64_t> open;
    std::size_t next = 0;
    std::int64_t left = 0;
    for (const DramEvent& e : outcome_.commands) {
      for (; next < traffic_.requests.size() && outcome_.taken[next] < e.at; ++next) {
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
    for (const char* state : kStates) {
      require(event(state) >= 0, std::string(state) + " is negative");
      sum += event(state);
    }
    // Standby at further set-points: "active_standby@f800".
    for (const auto& [name, ps] : outcome_.events) {
      if (name.find("standby@") == std::string::npos) continue;
      require(ps >= 0, name + " is negative");
      sum += ps;
    }
    require(sum == outcome_.end,
            "residencies sum to " + std::to_string(sum) + " of " + std::to_string(outcome_.end) + " ps");
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
      if (e.command == enters) since = e.at;
      if (e.command == leaves && since >= 0) sum += e.at - std::exchange(since, -1);
    }
    return since >= 0 ? sum + outcome_.end - since : sum;
  }

  // Each picosecond by the commands: in refresh, else by clock enable and open banks.
  void check_residencies() {
    if (!outcome_.switches.empty() || commands_["RDA"] + commands_["WRA"] > 0) return;
    const DramSheet& s = facts_.sheet;
    const auto until_activate = [&s](const char* refresh) {
      const std::int64_t lengths = s.length_of(dram_command(refresh)) - s.length_of(dram_command("ACT"));
      return s.delay(refresh, "ACT") + lengths;
    };
    std::map<std::string, std::int64_t> time;
    std::set<int> open;
    std::string low;  // what the device is in while clock enable is low
    std::int64_t now = 0, active_until = 0;
    const auto pass = [&](std::int64_t to) {
      const std::int64_t refreshed = std::min(to, std::max(now, active_until));
      time["active_standby"] += refreshed - now;
      const std::string rows = open.empty() ? "precharge_" : "active_";
      time[low.empty() ? rows + "standby" : low == "power_down" ? rows + low : low] += to - refreshed;
      now = to;
    };
    for (const DramEvent& e : outcome_.commands) {
      pass(e.at);
      const std::string name = dram_command_names()[static_cast<std::size_t>(e.command)];
      if (name == "ACT") open.insert(e.bank);
      if (name == "PRE") open.erase(e.bank);
      if (name == "PREA") open.clear();
      if (name == "PDE" || name == "SRE" || name == "DPDE") {
        low = name == "PDE" ? "power_down" : name == "SRE" ? "self_refresh" : "deep_power_down";
      }
      if (name == "PDX" || name == "SRX" || name == "DPDX") low.clear();
      if (name != "REFab" && name != "REFpb") continue;
      active_until = std::max<Picoseconds>(active_until, s.time(s.ticks(e.at) + until_activate(name.c_str())));
    }
    pass(outcome_.end);
    for (const char* state : kStates) {
      require(event(state) == time[state], std::string(state) + " is " + std::to_string(event(state)) +
                                               " ps, by the commands " + std::to_string(time[state]));
    }
  }

  // When the column command of the last burst went, seen from its data. Only at one clock.
  Picoseconds column(std::size_t i) const { return outcome_.done[i] - least(traffic_.requests[i]); }

  void check_order() {
    if (!outcome_.switches.empty()) return;
    std::map<std::int64_t, std::vector<std::size_t>> single;  // requests of one burst, by place
    for (std::size_t i = 0; i < traffic_.requests.size(); ++i) {
      const DramRequest& r = traffic_.requests[i];
      for (std::int64_t b = first_burst(r); b <= last_burst(r); ++b) {
        for (const std::size_t older : single[b]) {
          if (!r.write && !traffic_.requests[older].write) continue;
          require(column(older) < column(i),
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
      checker.switched(sheets[static_cast<std::size_t>(s.point)], s.at);
    }
  };
  for (std::size_t i = 0; i < outcome.commands.size(); ++i) {
    change_clock(i);
    checker.command(outcome.commands[i]);
  }
  change_clock(outcome.commands.size());
  checker.finish(outcome.end);
  return checker.report();
}

}  // namespace subvolt::test
