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
    run_.done_ps.assign(requests.size(), -1);
    offered_ps_.assign(requests.size(), -1);
  }

  MemoryRun run(std::int64_t rest_ps, std::int64_t step_ps) {
    while (run_.faults.size() < 3) {
      engine_.advance(now_);
      collect();
      while (next_ < requests_.size() && requests_[next_].at_ps <= now_ && offer()) {
      }
      collect();
      if (next_ == requests_.size() && open_ == 0) break;
      const std::int64_t to = wake();
      if (to <= now_) {
        fault("time stands still");
      } else if (to == kernel::MemoryEngine::kNever) {
        fault("never done");
        break;
      } else {
        now_ = step_ps > 0 ? std::min(to, now_ + step_ps) : to;
      }
    }
    finish(rest_ps, step_ps);
    return std::move(run_);
  }

 private:
  void fault(const std::string& what) { run_.faults.push_back(what + " at " + std::to_string(now_) + " ps"); }

  bool offer() {
    const MemoryRequest& r = requests_[next_];
    refused_ = !engine_.offer({static_cast<std::uint32_t>(next_), r.write, r.address, r.bytes}, now_);
    if (refused_) return false;
    offered_ps_[next_++] = now_;
    ++open_;
    return true;
  }

  std::int64_t wake() const {
    std::int64_t to = open_ > 0 || refused_ ? engine_.visible_ps() : kernel::MemoryEngine::kNever;
    if (next_ < requests_.size() && !refused_) to = std::min(to, requests_[next_].at_ps);
    return to;
  }

  void collect() {
    kernel::MemoryCompletion c;
    while (engine_.take_completion(kernel::MemoryEngine::kNever, c)) {
      if (c.id >= requests_.size() || offered_ps_[c.id] < 0 || run_.done_ps[c.id] >= 0) {
        fault("a completion of nobody's request");
        continue;
      }
      if (c.at_ps <= offered_ps_[c.id]) fault("done before it was offered");
      run_.done_ps[c.id] = c.at_ps;
      run_.end_ps = std::max(run_.end_ps, c.at_ps);
      --open_;
    }
  }

  void finish(std::int64_t rest_ps, std::int64_t step_ps) {
    run_.end_ps = std::max(run_.end_ps, now_) + rest_ps;
    while (step_ps > 0 && now_ + step_ps < run_.end_ps) engine_.advance(now_ += step_ps);
    engine_.advance(run_.end_ps);
    std::int64_t resident = 0;
    for (std::size_t e = 0; e < engine_.events().size(); ++e) {
      const power::EventDeclaration& event = engine_.events()[e];
      const std::int64_t n = engine_.take(e);
      if (n < 0) fault("a negative count of " + event.name);
      if (engine_.take(e) != 0) fault(event.name + " taken twice");
      run_.count[event.name] = n;
      if (event.meaning.rfind("Picoseconds", 0) == 0) resident += n;
    }
    if (resident != run_.end_ps) {
      fault("residencies are " + std::to_string(resident) + " of " + std::to_string(run_.end_ps) + " ps");
    }
  }

  kernel::MemoryEngine& engine_;
  const std::vector<MemoryRequest>& requests_;
  MemoryRun run_;
  std::vector<std::int64_t> offered_ps_;
  std::size_t next_ = 0;
  int open_ = 0;
  bool refused_ = false;
  std::int64_t now_ = 0;
};

}  // namespace

MemoryRun drive(kernel::MemoryEngine& engine, const std::vector<MemoryRequest>& requests, std::int64_t rest_ps,
                std::int64_t step_ps) {
  return MemoryDriver(engine, requests).run(rest_ps, step_ps);
}

std::vector<MemoryRequest> random_requests(std::mt19937& random, std::int64_t capacity, int count, std::int64_t longest,
                                           std::int64_t longest_gap_ps, bool writes) {
  std::vector<MemoryRequest> all;
  std::int64_t now = 0, follow = 0;
  for (int i = 0; i < count; ++i) {
    if (random() % 3 == 0) now += static_cast<std::int64_t>(random()) % (longest_gap_ps + 1);
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
