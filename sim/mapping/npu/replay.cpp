#include "sim/mapping/npu/replay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "sim/mapping/place/cost_model.h"

namespace subvolt::mapping {
namespace {

class Replay {
 public:
  Replay(const std::vector<Command>& commands, const NpuCapabilities& npu, const std::vector<MemoryRegion>& memories)
      : commands_(commands), npu_(npu), memories_(memories), done_(commands.size(), false), window_(npu.outstanding) {
    std::int64_t bursts = 0;
    for (std::size_t c = 0; c < commands.size(); ++c) {
      queues_[index(commands[c].engine())].commands.push_back(c);
      if (const Block* block = moved(commands[c])) bursts += transfer(*block, npu.burst).bursts;
    }
    while (together_ < kMostTogether && bursts > kManyBursts * together_) together_ *= 2;
    // At least so many that loads, stores and the stages of their ways can all have one.
    window_ = std::min(npu.outstanding, std::max(npu.outstanding / static_cast<int>(together_), 6));
  }

  Cycles run() {
    events_.push_back({0.0, Event::kLook, 0, 0});
    while (!events_.empty()) {
      const Event event = take_first();
      now_ = event.at;
      switch (event.what) {
        case Event::kLook:
          break;
        case Event::kDone:
          done_[event.of] = true;
          end_ = now_;
          break;
        case Event::kBurst:
          pass(event.of, event.stage);
          continue;
        case Event::kSend:
          send();
          continue;
      }
      start_all();
    }
    return Cycles(static_cast<std::int64_t>(std::ceil(end_ - 1e-6)));
  }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  struct Event {
    double at;
    // kLook: something may start. kDone: a command. kBurst: one of a transfer comes to a stage. kSend: the DMA may
    // send.
    enum What { kLook, kDone, kBurst, kSend } what;
    std::uint32_t stage;
    std::size_t of;
  };
  struct Passing {  // of a burst through a stage
    std::size_t resource;
    double held, then, turn;
  };
  struct Moving {  // a transfer
    std::size_t command;
    bool write;
    std::vector<Passing> way;
    std::int64_t to_send, to_answer;
  };
  struct Resource {
    std::size_t id;
    double free_at = 0.0;
    bool wrote = false;
  };
  struct Queue {
    std::vector<std::size_t> commands;
    std::size_t next = 0;
    double busy_until = 0.0;
    std::size_t looked_for = kNone;  // the command at whose issue it looks again
  };

  Event take_first() {
    std::size_t first = 0;
    for (std::size_t i = 1; i < events_.size(); ++i) first = events_[i].at < events_[first].at ? i : first;
    const Event event = events_[first];
    events_[first] = events_.back();
    events_.pop_back();
    return event;
  }

  static const Block* moved(const Command& command) {
    if (const auto* load = std::get_if<Load>(&command.what)) return &load->from;
    const auto* store = std::get_if<Store>(&command.what);
    return store ? &store->to : nullptr;
  }

  static std::size_t index(Engine engine) { return static_cast<std::size_t>(engine); }
  static std::size_t channel(Engine engine) { return engine == Engine::kStore ? 1 : 0; }

  double issued(std::size_t c) const {
    return static_cast<double>(static_cast<std::int64_t>(c + 1) * npu_.issue.value());
  }

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
        if (moves ? sending_[channel(engine)] != kNone : queue.busy_until > now_) break;
        if (!ready(c)) break;
        if (issued(c) > now_) {
          // Once: each look would ask for more, and they multiply from command to command.
          if (queue.looked_for != c) events_.push_back({issued(c), Event::kLook, 0, 0});
          queue.looked_for = c;
          break;
        }
        ++queue.next;
        if (moves) {
          begin(engine, c);
        } else {
          queue.busy_until = now_ + static_cast<double>(cycles(commands_[c]));
          events_.push_back({queue.busy_until, Event::kDone, 0, c});
        }
      }
    }
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
    const bool load = commands_[c].engine() == Engine::kLoad;
    const Block& block = *moved(commands_[c]);
    const Transfer t = transfer(block, npu_.burst);
    if (t.bursts == 0) {
      events_.push_back({now_, Event::kDone, 0, c});
      return;
    }
    std::size_t at = 0;
    while (at < moving_.size() && moving_[at].to_answer > 0) ++at;
    if (at == moving_.size()) moving_.emplace_back();
    Moving& m = moving_[at];
    m.command = c;
    m.write = !load;
    m.to_send = m.to_answer = ceil_div(t.bursts, together_);
    m.way.clear();
    const MemoryRegion& memory = memory_of(block.base);
    const Path& path = memory.path;
    const auto into = static_cast<std::int64_t>(block.base - memory.base);
    const double bursts = static_cast<double>(t.bursts) / static_cast<double>(m.to_send);
    for (const Lane::Stage& s : (load ? path.read : path.write).stages()) {
      const std::size_t part = s.stripe > 0 ? static_cast<std::size_t>(into / s.stripe) : 0;
      m.way.push_back(
          {resource(s.resource + part), held(s, block, into, t) * bursts, s.latency, s.turn / 2.0 * bursts});
    }
    sending_[channel(engine)] = at;
    wake(std::max(now_, next_send_));
  }

  // How long a burst of the block holds the stage, on average.
  double held(const Lane::Stage& s, const Block& block, std::int64_t into, const Transfer& t) const {
    if (s.word == 1) return s.cycles(t);
    // Where runs begin within a word comes again after so many, or changes little.
    constexpr std::int64_t kRuns = 16;
    const std::int64_t runs = block.row_stride % s.word == 0 ? 1 : std::min(block.rows, kRuns);
    const std::int64_t burst = npu_.burst.value();
    const std::int64_t whole = block.row_bytes / burst, rest = block.row_bytes % burst;
    double all = 0.0;
    for (std::int64_t r = 0; r < runs; ++r) {
      const std::int64_t at = into + r * block.row_stride;
      if (whole > 0) all += static_cast<double>(whole) * s.cycles(at, burst);
      if (rest > 0) all += s.cycles(at + whole * burst, rest);
    }
    return all / static_cast<double>(runs * (whole + (rest > 0 ? 1 : 0)));
  }

  std::size_t resource(std::size_t id) {
    std::size_t r = 0;
    while (r < resources_.size() && resources_[r].id != id) ++r;
    if (r == resources_.size()) resources_.push_back({id});
    return r;
  }

  const MemoryRegion& memory_of(Address address) const {
    for (const MemoryRegion& m : memories_) {
      if (address >= m.base && address - m.base < static_cast<Address>(m.size.value())) return m;
    }
    return memories_.front();
  }

  void wake(double at) {
    if (at >= wake_at_) return;
    wake_at_ = at;
    events_.push_back({at, Event::kSend, 0, 0});
  }

  void send() {
    if (now_ < wake_at_) return;
    wake_at_ = kNever;
    if (under_way_ == window_ || offered_) return;
    const std::size_t other = 1 - last_channel_;
    const std::size_t turn = sending_[other] != kNone ? other : last_channel_;
    if (sending_[turn] == kNone) return;
    if (now_ < next_send_) return wake(next_send_);
    last_channel_ = turn;
    next_send_ = now_ + 1.0;
    ++under_way_;
    const std::size_t at = sending_[turn];
    const bool last = --moving_[at].to_send == 0;
    if (last) sending_[turn] = kNone;
    offered_ = true;
    pass(at, 0);
    if (last) events_.push_back({now_, Event::kLook, 0, 0});
  }

  // One of the transfer's bursts has come to the stage.
  void pass(std::size_t of, std::uint32_t stage) {
    Moving& m = moving_[of];
    if (stage == m.way.size()) return answered(of);
    const Passing& p = m.way[stage];
    Resource& r = resources_[p.resource];
    const double turn = r.wrote != m.write ? p.turn : 0.0;
    const double begin = std::max(now_, r.free_at);
    r.wrote = m.write;
    r.free_at = begin + p.held + turn;
    if (stage == 0) {  // the next request can be offered
      offered_ = false;
      wake(std::max(begin, next_send_));
    }
    events_.push_back({r.free_at + p.then, Event::kBurst, stage + 1, of});
  }

  void answered(std::size_t of) {
    Moving& m = moving_[of];
    --under_way_;
    if (--m.to_answer == 0) events_.push_back({now_, Event::kDone, 0, m.command});
    wake(std::max(now_, next_send_));
  }

  static constexpr double kNever = 1e300;
  const std::vector<Command>& commands_;
  const NpuCapabilities& npu_;
  const std::vector<MemoryRegion>& memories_;
  std::vector<bool> done_;
  std::array<Queue, kEngines> queues_;
  std::vector<Event> events_;  // in no order: few, so that looking through them is fastest
  std::map<std::pair<const ArrayStyle*, Tile>, std::int64_t> tiles_;
  double now_ = 0.0, end_ = 0.0;

  std::vector<Moving> moving_;
  std::vector<Resource> resources_;
  std::size_t sending_[2] = {kNone, kNone};  // loads, stores: whose requests go out
  std::size_t last_channel_ = 1;
  int under_way_ = 0;
  // Of many bursts so many go as one: turns and windows are then coarser.
  static constexpr std::int64_t kManyBursts = 1000, kMostTogether = 4;
  std::int64_t together_ = 1;
  int window_;
  bool offered_ = false;  // a request that the interconnect has not taken yet
  double next_send_ = 0.0, wake_at_ = kNever;
};

}  // namespace

Cycles replay(const std::vector<Command>& commands, const NpuCapabilities& npu,
              const std::vector<MemoryRegion>& memories) {
  return Replay(commands, npu, memories).run();
}

}  // namespace subvolt::mapping
