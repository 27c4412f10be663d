#include "tests/support/memory_driver.h"

#include <algorithm>

#include "sim/config/library.h"
#include "sim/config/loader.h"

namespace subvolt::test {
namespace {

class MemoryDriver {
 public:
  MemoryDriver(kernel::MemoryEngine& engine, const std::vector<MemoryRequest>& requests)
      : engine_(engine), requests_(requests) {
    run_.done.assign(requests.size(), -1);
    offered_.assign(requests.size(), -1);
  }

  MemoryRun run(Picoseconds rest, Picoseconds step) {
    while (run_.faults.size() < 3) {
      engine_.advance(now_);
      collect();
      while (next_ < requests_.size() && requests_[next_].at <= now_ && offer()) {
      }
      collect();
      if (next_ == requests_.size() && open_ == 0) break;
      const Picoseconds to = wake();
      if (to <= now_) {
        fault("time stands still");
      } else if (to == kernel::MemoryEngine::kNever) {
        fault("never done");
        break;
      } else {
        now_ = step > 0 ? std::min(to, now_ + step) : to;
      }
    }
    finish(rest, step);
    return std::move(run_);
  }

 private:
  void fault(const std::string& what) { run_.faults.push_back(what + " at " + std::to_string(now_) + " ps"); }

  bool offer() {
    const MemoryRequest& r = requests_[next_];
    refused_ = !engine_.offer({static_cast<std::uint32_t>(next_), r.write, r.address, r.bytes}, now_);
    if (refused_) return false;
    offered_[next_++] = now_;
    ++open_;
    return true;
  }

  Picoseconds wake() const {
    Picoseconds to = open_ > 0 || refused_ ? engine_.visible_time() : kernel::MemoryEngine::kNever;
    if (next_ < requests_.size() && !refused_) to = std::min(to, requests_[next_].at);
    return to;
  }

  void collect() {
    kernel::MemoryCompletion c;
    while (engine_.take_completion(kernel::MemoryEngine::kNever, c)) {
      if (c.id >= requests_.size() || offered_[c.id] < 0 || run_.done[c.id] >= 0) {
        fault("a completion of nobody's request");
        continue;
      }
      if (c.at <= offered_[c.id]) fault("done before it was offered");
      run_.done[c.id] = c.at;
      run_.end = std::max(run_.end, c.at);
      --open_;
    }
  }

  void finish(Picoseconds rest, Picoseconds step) {
    run_.end = std::max(run_.end, now_) + rest;
    while (step > 0 && now_ + step < run_.end) engine_.advance(now_ += step);
    engine_.advance(run_.end);
    std::int64_t resident = 0;
    for (std::size_t e = 0; e < engine_.events().size(); ++e) {
      const power::EventDeclaration& event = engine_.events()[e];
      const std::int64_t n = engine_.take(e);
      if (n < 0) fault("a negative count of " + event.name);
      if (engine_.take(e) != 0) fault(event.name + " taken twice");
      run_.count[event.name] = n;
      if (event.meaning.rfind("Picoseconds", 0) == 0) resident += n;
    }
    if (resident != run_.end) {
      fault("residencies are " + std::to_string(resident) + " of " + std::to_string(run_.end) + " ps");
    }
  }

  kernel::MemoryEngine& engine_;
  const std::vector<MemoryRequest>& requests_;
  MemoryRun run_;
  std::vector<Picoseconds> offered_;
  std::size_t next_ = 0;
  int open_ = 0;
  bool refused_ = false;
  Picoseconds now_;
};

}  // namespace

MemoryRun drive(kernel::MemoryEngine& engine, const std::vector<MemoryRequest>& requests, Picoseconds rest,
                Picoseconds step) {
  return MemoryDriver(engine, requests).run(rest, step);
}

std::vector<MemoryRequest> random_requests(std::mt19937& random, std::int64_t capacity, int count, std::int64_t longest,
                                           Picoseconds longest_gap, bool writes) {
  std::vector<MemoryRequest> all;
  std::int64_t now = 0, follow = 0;
  for (int i = 0; i < count; ++i) {
    if (random() % 3 == 0) now += static_cast<std::int64_t>(random()) % (longest_gap + 1);
    MemoryRequest r{now, writes && random() % 2 == 0, 0, 1 + static_cast<std::int64_t>(random()) % longest};
    const bool follows = random() % 2 == 0 && follow + r.bytes <= capacity && !all.empty();
    if (follows) r.write = all.back().write;
    r.address = follows ? follow : static_cast<std::int64_t>(random()) % (capacity - r.bytes + 1);
    follow = r.address + r.bytes;
    all.push_back(r);
  }
  return all;
}

config::Node memory_document(const std::string& name) {
  return config::load(config::find("memory", name), "memory").section;
}

}  // namespace subvolt::test
