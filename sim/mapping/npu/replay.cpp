#include "sim/mapping/npu/replay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <queue>

#include "sim/mapping/place/cost_model.h"

namespace subvolt::mapping {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
// Rounding of sums of fractions of cycles.
constexpr double kNothing = 1e-6;

class Replay {
 public:
  Replay(const std::vector<Command>& commands, const NpuCapabilities& npu, const std::vector<MemoryRegion>& memories)
      : commands_(commands), npu_(npu), memories_(memories), done_(commands.size(), false) {
    for (std::size_t c = 0; c < commands.size(); ++c) {
      queues_[static_cast<std::size_t>(commands[c].engine())].commands.push_back(c);
    }
  }

  Cycles run() {
    std::size_t left = commands_.size();
    while (left > 0) {
      while (start_all()) {
      }
      const double next = next_time();
      if (next == kNever) break;  // commands that wait for each other: the simulation tells
      flow(next - now_);
      now_ = next;
      left -= finish();
    }
    return Cycles(static_cast<std::int64_t>(std::ceil(now_ - kNothing)));
  }

 private:
  struct Stream {  // bursts of a transfer, still to go
    bool active = false;
    std::size_t command = 0;
    const Lane* lane = nullptr;
    Transfer transfer;
    double bursts = 0.0;
    double period = 0.0;  // of one, alone
  };
  struct Queue {
    std::vector<std::size_t> commands;
    std::size_t next = 0;
    double busy_until = 0.0;
  };
  struct Done {
    double at;
    std::size_t command;
    bool operator<(const Done& other) const { return at > other.at; }
  };

  static std::size_t index(Engine engine) { return static_cast<std::size_t>(engine); }
  Stream& stream(Engine engine) { return streams_[engine == Engine::kStore ? 1 : 0]; }

  double issued(std::size_t c) const {
    return static_cast<double>(static_cast<std::int64_t>(c + 1) * npu_.issue.value());
  }

  bool ready(std::size_t c) const {
    return std::all_of(commands_[c].after.begin(), commands_[c].after.end(),
                       [&](std::int32_t a) { return done_[static_cast<std::size_t>(a)]; });
  }

  bool start_all() {
    bool any = false;
    for (std::size_t e = 0; e < kEngines; ++e) {
      Queue& queue = queues_[e];
      if (queue.next == queue.commands.size()) continue;
      const std::size_t c = queue.commands[queue.next];
      const auto engine = static_cast<Engine>(e);
      const bool moves = engine == Engine::kLoad || engine == Engine::kStore;
      if (moves ? stream(engine).active : queue.busy_until > now_ + kNothing) continue;
      if (issued(c) > now_ + kNothing || !ready(c)) continue;
      ++queue.next;
      any = true;
      if (moves) {
        begin(engine, c);
      } else {
        queue.busy_until = now_ + static_cast<double>(cycles(commands_[c]));
        due_.push({queue.busy_until, c});
      }
    }
    return any;
  }

  std::int64_t cycles(const Command& command) {
    if (const auto* vector = std::get_if<Vector>(&command.what)) {
      const VectorActivity a = vector_timing(npu_.vector, vector->work);
      return std::max(a.cycles, Cycles(ceil_div(a.bytes_read + a.bytes_written, npu_.rates.output))).value();
    }
    const auto& compute = std::get<Compute>(command.what);
    const std::pair key{compute.style, compute.tile};
    const auto known = tiles_.find(key);
    if (known != tiles_.end()) return known->second;
    return tiles_.emplace(key, npu_.rates.cycles(compute.style->timing(compute.tile)).value()).first->second;
  }

  void begin(Engine engine, std::size_t c) {
    const auto* load = std::get_if<Load>(&commands_[c].what);
    const Block& block = load ? load->from : std::get<Store>(commands_[c].what).to;
    const Transfer t = transfer(block, npu_.burst);
    if (t.bursts == 0) {
      due_.push({now_, c});
      return;
    }
    Stream& s = stream(engine);
    s.active = true;
    s.command = c;
    const Path& path = memory_of(block.base).path;
    s.lane = load ? &path.read : &path.write;
    s.transfer = t;
    s.bursts = static_cast<double>(t.bursts);
    s.period = s.lane->period(t);
    in_turns_ = streams_[0].active && streams_[1].active
                    ? period_in_turns(*streams_[0].lane, streams_[0].transfer, *streams_[1].lane, streams_[1].transfer)
                    : 0.0;
  }

  const MemoryRegion& memory_of(Address address) const {
    for (const MemoryRegion& m : memories_) {
      if (address >= m.base && address - m.base < static_cast<Address>(m.size.value())) return m;
    }
    return memories_.front();
  }

  // Of a burst of either stream, as things stand.
  double period(const Stream& s) const { return streams_[0].active && streams_[1].active ? in_turns_ : s.period; }

  double next_time() const {
    double next = due_.empty() ? kNever : due_.top().at;
    for (const Stream& s : streams_) {
      if (s.active) next = std::min(next, now_ + s.bursts * period(s));
    }
    for (const Queue& queue : queues_) {
      if (queue.next == queue.commands.size()) continue;
      const double at = issued(queue.commands[queue.next]);
      if (at > now_ + kNothing) next = std::min(next, at);
    }
    return next;
  }

  void flow(double time) {
    const std::array<double, 2> periods{period(streams_[0]), period(streams_[1])};
    for (std::size_t i = 0; i < 2; ++i) {
      Stream& s = streams_[i];
      if (!s.active) continue;
      s.bursts -= time / periods[i];
    }
  }

  std::size_t finish() {
    for (Stream& s : streams_) {
      if (!s.active || s.bursts > kNothing) continue;
      s.active = false;
      due_.push({now_ + s.lane->latency(s.transfer), s.command});
    }
    std::size_t finished = 0;
    for (; !due_.empty() && due_.top().at <= now_ + kNothing; due_.pop(), ++finished) done_[due_.top().command] = true;
    return finished;
  }

  const std::vector<Command>& commands_;
  const NpuCapabilities& npu_;
  const std::vector<MemoryRegion>& memories_;
  std::vector<bool> done_;
  std::array<Queue, kEngines> queues_;
  std::array<Stream, 2> streams_;  // loads, stores
  std::priority_queue<Done> due_;
  std::map<std::pair<const ArrayStyle*, Tile>, std::int64_t> tiles_;
  double now_ = 0.0;
  double in_turns_ = 0.0;  // of a burst of each stream, while both are active
};

}  // namespace

Cycles replay(const std::vector<Command>& commands, const NpuCapabilities& npu,
              const std::vector<MemoryRegion>& memories) {
  return Replay(commands, npu, memories).run();
}

}  // namespace subvolt::mapping
