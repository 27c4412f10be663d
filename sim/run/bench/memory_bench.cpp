#include "sim/run/bench/memory_bench.h"

#include <algorithm>
#include <cstring>

#include "sim/config/error.h"
#include "sim/units/edges.h"
#include "sim/units/text.h"

namespace subvolt::run {
namespace {

using kernel::MemoryEngine;

// No memory takes that long from one completion to the next, in seconds or, on a slow clock, in clocks: whoever waits
// longer waits forever. An access has a few delays, each of 1 ks at most in a document.
constexpr Picoseconds kLeastPatience = 10'000 * kSecond;
constexpr std::int64_t kPatience = 1'000'000;
constexpr std::int64_t kProgressEvery = 1 << 16;  // requests

[[noreturn]] void violated(const std::string& message) { throw Error(ErrorKind::kInvariant, message); }

// Counts commands by name. Names are literals: mostly their addresses tell them apart.
class CommandCounter {
 public:
  void count(const char* name, std::int64_t more) {
    for (Entry& entry : entries_) {
      if (entry.name == name) {
        entry.count += more;
        return;
      }
    }
    entries_.push_back({name, more});
  }
  std::vector<std::pair<std::string, std::int64_t>> take() const {
    std::vector<std::pair<std::string, std::int64_t>> out;
    for (const Entry& entry : entries_) {
      const auto same = std::find_if(out.begin(), out.end(), [&](const auto& o) { return o.first == entry.name; });
      if (same == out.end()) {
        out.emplace_back(entry.name, entry.count);
      } else {
        same->second += entry.count;
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  struct Entry {
    const char* name;
    std::int64_t count;
  };
  std::vector<Entry> entries_;
};

class Replayer {
 public:
  Replayer(MemoryEngine& engine, MemoryTrace& trace, const ReplayObserver& observer)
      : engine_(engine),
        trace_(trace),
        observer_(observer),
        clock_(engine.frequency()),
        // A second is left for what the last request takes.
        last_clock_(clock_.before(power::kLongestRecord - kSecond) - 1),
        patience_(std::max(kLeastPatience, clock_.time(std::min(kPatience, last_clock_)))) {
    out_.frequency = engine.frequency();
    out_.access_bytes = engine.access_bytes();
    out_.peak_bytes_per_s = engine.peak_bytes_per_s();
    capacity_ = engine.capacity().value();
    if (observer.on_command) {
      engine.on_command([this](const MemoryEngine::Command& command) {
        commands_.count(command.name, 1);
        observer_.on_command(command);
      });
    } else {
      engine.on_command_count([this](const char* name, std::int64_t more) { commands_.count(name, more); });
    }
  }
  ~Replayer() {
    engine_.on_command({});
    engine_.on_command_count({});
  }
  Replayer(const Replayer&) = delete;
  Replayer& operator=(const Replayer&) = delete;

  MemoryReplay run() {
    MemoryRequest request;
    for (std::int64_t n = 0; trace_.next(request); ++n) {
      feed(request);
      if (n % kProgressEvery == 0 && observer_.on_progress) observer_.on_progress(trace_.share());
    }
    drain();
    out_.total_time = clock_.time(out_.total_cycles);
    if (out_.total_time < now_) {
      violated("the memory told only at " + std::to_string(now_.value()) + " ps that all was done at " +
               std::to_string(out_.total_time.value()) + " ps");
    }
    engine_.advance(out_.total_time);
    out_.commands = commands_.take();
    out_.events = engine_.events();
    for (std::size_t e = 0; e < out_.events.size(); ++e) {
      out_.counts.push_back(engine_.take(e));
      out_.residencies.push_back(engine_.is_residency(e));
    }
    return std::move(out_);
  }

 private:
  struct Outstanding {
    std::int64_t taken_cycle = -1;  // -1: nobody
    bool write = false;
  };

  void feed(const MemoryRequest& request) {
    kernel::MemoryAccess access;
    access.write = request.write;
    access.address = address(request);
    access.bytes = out_.access_bytes;
    access.id = free_slot();
    const std::int64_t offered = std::max(request.arrival_cycle, cycle_ + 1);
    if (offered > last_clock_) {
      throw Error(ErrorKind::kConfiguration,
                  trace_.where() + ": clock " + std::to_string(offered) +
                      " is beyond the time that can be counted, 2^61 ps or 26 days: expected one up to " +
                      std::to_string(last_clock_));
    }
    cycle_ = offered;
    advance(clock_.time(cycle_));
    while (!engine_.offer(access, now_)) {
      const Picoseconds next = engine_.visible_time();
      if (next == MemoryEngine::kNever || next <= now_) violated(trace_.where() + ": refused, and never room");
      cycle_ = clock_.before(next);
      advance(clock_.time(cycle_));
      if (now_ - std::max(clock_.time(offered), completed_) > patience_)
        violated(trace_.where() + ": no room, it seems, ever");
    }
    out_.stall_cycles += cycle_ - offered;
    outstanding_[access.id] = {cycle_, request.write};
    ++waiting_;
    request.write ? ++out_.writes : ++out_.reads;
  }

  std::int64_t address(const MemoryRequest& request) const {
    std::int64_t address = request.address;
    try {
      if (address < 0) address = engine_.trace_address(request.bank, request.row, request.burst);
    } catch (const Error& e) {
      throw Error(e.kind(), trace_.where() + ": " + e.what());
    }
    if (address >= 0 && address <= capacity_ - out_.access_bytes) return address;
    if (request.address >= 0) {
      throw Error(ErrorKind::kConfiguration, trace_.where() + ": address " + hexadecimal(request.address) +
                                                 " is beyond the memory's " + to_text(Bytes(capacity_)));
    }
    throw Error(ErrorKind::kConfiguration, trace_.where() + ": bank " + std::to_string(request.bank) + ", row " +
                                               std::to_string(request.row) + ", burst " +
                                               std::to_string(request.burst) + " is beyond the memory's " +
                                               to_text(Bytes(capacity_)));
  }

  std::uint32_t free_slot() {
    if (free_.empty()) {
      outstanding_.emplace_back();
      return static_cast<std::uint32_t>(outstanding_.size() - 1);
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    return slot;
  }

  // A completion is known before it falls due; what is known is booked at once.
  void advance(Picoseconds now) {
    now_ = now;
    engine_.advance(now);
    for (kernel::MemoryCompletion done; engine_.take_completion(MemoryEngine::kNever, done);) complete(done);
  }

  void complete(const kernel::MemoryCompletion& done) {
    if (done.id >= outstanding_.size() || outstanding_[done.id].taken_cycle < 0) {
      violated("the memory completed a request that nobody made, at " + std::to_string(done.at.value()) + " ps");
    }
    Outstanding& request = outstanding_[done.id];
    const std::int64_t cycle = clock_.before(done.at);
    if (cycle < request.taken_cycle) {
      violated("a request taken at clock " + std::to_string(request.taken_cycle) + " was complete at clock " +
               std::to_string(cycle));
    }
    (request.write ? out_.write_latency : out_.read_latency).add(cycle - request.taken_cycle);
    out_.total_cycles = std::max(out_.total_cycles, cycle);
    request.taken_cycle = -1;
    free_.push_back(done.id);
    --waiting_;
    completed_ = now_;
  }

  void drain() {
    const Picoseconds since = now_;
    while (waiting_ > 0) {
      const Picoseconds next = engine_.visible_time();
      if (next == MemoryEngine::kNever || next <= now_ || next - std::max(since, completed_) > patience_) {
        violated("the memory never completed " + std::to_string(waiting_) + " of " + std::to_string(out_.requests()) +
                 " requests");
      }
      advance(next);
    }
  }

  MemoryEngine& engine_;
  MemoryTrace& trace_;
  const ReplayObserver& observer_;
  Edges clock_;
  std::int64_t last_clock_;
  Picoseconds patience_;
  std::int64_t capacity_ = 0;
  std::int64_t cycle_ = -1;  // at which the last request was taken
  Picoseconds now_{};
  Picoseconds completed_{};               // when a completion was last heard of
  std::vector<Outstanding> outstanding_;  // by id
  std::vector<std::uint32_t> free_;
  std::int64_t waiting_ = 0;
  CommandCounter commands_;
  MemoryReplay out_;
};

}  // namespace

std::int64_t MemoryReplay::count(const std::string& event) const {
  for (std::size_t e = 0; e < events.size(); ++e) {
    if (events[e].name == event) return counts[e];
  }
  return -1;
}

TracedMemory traced_memory(const kernel::MemoryEngine& engine) {
  const kernel::MemoryEngine::Geometry rows = engine.geometry();
  return {engine.access_bytes(), engine.capacity().value(), rows.banks, rows.rows, rows.bursts, rows.bank_groups};
}

MemoryReplay replay(MemoryEngine& engine, MemoryTrace& trace, const ReplayObserver& observer) {
  MemoryReplay done = Replayer(engine, trace, observer).run();
  const std::vector<std::string> wrong = violations(done);
  if (wrong.empty()) return done;
  std::string text = "impossible results, nothing written:";
  for (const std::string& w : wrong) text += "\n  " + w;
  violated(text);
}

std::vector<std::string> violations(const MemoryReplay& replay) {
  std::vector<std::string> wrong;
  const std::int64_t completed = replay.read_latency.count() + replay.write_latency.count();
  if (completed != replay.requests() || replay.read_latency.count() != replay.reads) {
    wrong.push_back(std::to_string(replay.reads) + " reads and " + std::to_string(replay.writes) +
                    " writes were made, " + std::to_string(replay.read_latency.count()) + " and " +
                    std::to_string(replay.write_latency.count()) + " completed");
  }
  const std::int64_t all = replay.total_time.value();
  std::int64_t resident = 0;
  bool any = false;
  for (std::size_t e = 0; e < replay.events.size(); ++e) {
    if (replay.counts[e] < 0) {
      wrong.push_back(replay.events[e].name + " was counted " + std::to_string(replay.counts[e]) + " times");
    }
    if (!replay.residencies[e]) continue;
    any = true;
    resident += replay.counts[e];
  }
  // Each of a memory's banks has its states.
  const bool whole = all == 0 ? resident == 0 : resident > 0 && resident % all == 0;
  if (any && !whole) {
    wrong.push_back("the states took " + std::to_string(resident) + " ps in all, which is no multiple of the run's " +
                    std::to_string(all) + " ps");
  }
  const double moved_B = static_cast<double>(replay.requests()) * static_cast<double>(replay.access_bytes);
  const double most_B = static_cast<double>(replay.peak_bytes_per_s) * static_cast<double>(all) * 1e-12;
  if (replay.peak_bytes_per_s > 0 && moved_B > most_B * (1.0 + 1e-9)) {
    wrong.push_back(shortest(moved_B) + " B were moved in a time in which " + shortest(most_B) + " B can be");
  }
  return wrong;
}

}  // namespace subvolt::run
