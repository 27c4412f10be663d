#include "sim/mapping/follow/replay.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/mapping/follow/burst_ways.h"
#include "sim/mapping/program/burst_cutter.h"

namespace subvolt::mapping {
namespace {

class Replay {
 public:
  Replay(const std::vector<Command>& commands, const SequencedMachine& machine,
         const std::vector<MemoryRegion>& memories)
      : commands_(commands), machine_(machine), ways_(memories), done_(commands.size(), false) {
    for (std::size_t c = 0; c < commands.size(); ++c) queues_[index(commands[c].engine())].commands.push_back(c);
  }

  Cycles run() {
    start_all();
    while (true) {
      const std::int64_t send_at = next_send();
      const std::int64_t event_at = events_.empty() ? kNever : first_event();
      if (send_at == kNever && event_at == kNever) break;
      if (send_at < event_at) {  // of one moment the DMA comes last
        now_ = send_at;
        if (send()) start_all();
      } else {
        now_ = event_at;
        take_events();
        start_all();
      }
    }
    return Cycles(end_);
  }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  struct Event {
    std::int64_t at;
    std::size_t done;  // command; kNone: something may start
  };
  struct Queue {
    std::vector<std::size_t> commands;
    std::size_t next = 0;
    std::int64_t busy_until = 0;
    std::size_t looked_for = kNone;  // the command at whose issue it looks again
  };
  struct Channel {  // of the DMA
    std::size_t command = kNone;
    BurstCutter bursts;
    double answered = 0.0;  // the last of those that were sent
  };
  static constexpr std::int64_t kNever = INT64_MAX;

  static std::size_t index(Engine engine) { return static_cast<std::size_t>(engine); }
  Channel& channel(Engine engine) { return channels_[engine == Engine::kStore ? 1 : 0]; }

  std::int64_t first_event() const {
    std::int64_t first = kNever;
    for (const Event& event : events_) first = std::min(first, event.at);
    return first;
  }

  void take_events() {
    for (std::size_t i = 0; i < events_.size();) {
      if (events_[i].at > now_) {
        ++i;
        continue;
      }
      if (events_[i].done != kNone) {
        done_[events_[i].done] = true;
        end_ = now_;
      }
      events_[i] = events_.back();
      events_.pop_back();
    }
  }

  std::int64_t issued(std::size_t c) const { return static_cast<std::int64_t>(c + 1) * machine_.issue.value(); }

  bool ready(std::size_t c) const {
    return std::all_of(commands_[c].after.begin(), commands_[c].after.end(),
                       [&](std::int32_t a) { return done_[static_cast<std::size_t>(a)]; });
  }

  void start_all() {
    for (std::size_t e = 0; e < kEngines; ++e) {
      Queue& queue = queues_[e];
      const auto engine = static_cast<Engine>(e);
      const bool moves = engine == Engine::kLoad || engine == Engine::kStore;
      while (queue.next < queue.commands.size()) {
        const std::size_t c = queue.commands[queue.next];
        if (moves ? channel(engine).command != kNone : queue.busy_until > now_) break;
        if (!ready(c)) break;
        if (issued(c) > now_) {
          // Once: each look would ask for more, and they multiply from command to command.
          if (queue.looked_for != c) events_.push_back({issued(c), kNone});
          queue.looked_for = c;
          break;
        }
        ++queue.next;
        if (moves) {
          begin(channel(engine), c);
        } else {
          queue.busy_until = now_ + machine_.cycles(commands_[c]);
          events_.push_back({queue.busy_until, c});
        }
      }
    }
  }

  void begin(Channel& channel, std::size_t c) {
    const auto* load = std::get_if<Load>(&commands_[c].what);
    const Block& block = load ? load->from : std::get<Store>(commands_[c].what).to;
    if (block.bytes() == 0) {
      events_.push_back({now_, c});
      return;
    }
    channel = {c, BurstCutter(block, machine_.burst.value()), 0.0};
    may_send_ = std::max(may_send_, now_);
  }

  // When the DMA sends its next request.
  std::int64_t next_send() {
    if (channels_[0].command == kNone && channels_[1].command == kNone) return kNever;
    std::int64_t at = std::max(may_send_, now_);
    const auto outstanding = static_cast<std::size_t>(machine_.outstanding);
    if (under_way_.size() >= outstanding) {
      at = std::max(at, edge_from(under_way_[under_way_.size() - outstanding]));
    }
    return at;
  }

  // Whether its channel is free again.
  bool send() {
    const auto now = static_cast<double>(now_);
    std::size_t answered = 0;
    while (answered < under_way_.size() && under_way_[answered] <= now) ++answered;
    if (answered > 0) under_way_.erase(under_way_.begin(), under_way_.begin() + static_cast<std::ptrdiff_t>(answered));
    const std::size_t turn = channels_[1 - last_channel_].command != kNone ? 1 - last_channel_ : last_channel_;
    last_channel_ = turn;
    Channel& channel = channels_[turn];
    const BurstWays::Times times = ways_.send(channel.bursts.next(), turn == 1, now);
    may_send_ = std::max(now_ + 1, edge_from(times.accepted));
    under_way_.insert(std::upper_bound(under_way_.begin(), under_way_.end(), times.answered), times.answered);
    channel.answered = std::max(channel.answered, times.answered);
    if (!channel.bursts.done()) return false;
    events_.push_back({edge_from(channel.answered), channel.command});
    channel.command = kNone;
    return true;
  }

  const std::vector<Command>& commands_;
  const SequencedMachine& machine_;
  BurstWays ways_;
  std::vector<bool> done_;
  std::array<Queue, kEngines> queues_;
  std::vector<Event> events_;  // in no order: few, so that looking through them is fastest
  std::int64_t now_ = 0, end_ = 0;

  std::array<Channel, 2> channels_;  // loads, stores
  std::size_t last_channel_ = 1;
  std::int64_t may_send_ = 0;
  std::vector<double> under_way_;  // when each will be answered, in order
};

}  // namespace

Cycles replay(const std::vector<Command>& commands, const SequencedMachine& machine,
              const std::vector<MemoryRegion>& memories) {
  return Replay(commands, machine, memories).run();
}

}  // namespace subvolt::mapping
