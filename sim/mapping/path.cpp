#include "sim/mapping/path.h"

#include <algorithm>
#include <functional>

namespace subvolt::mapping {
namespace {

std::size_t number_of(const std::string& resource) {
  return std::max<std::size_t>(1, std::hash<std::string>()(resource));
}

}  // namespace

Lane::Lane(std::vector<Stage> stages, int outstanding, std::vector<std::string> names)
    : stages_(std::move(stages)), names_(std::move(names)) {
  const double share = 1.0 / outstanding;
  for (const Stage& s : stages_) {
    window_.per_burst += (s.per_burst + s.latency) * share;
    window_.per_byte += s.per_byte * share;
  }
}

double Lane::latency(const Transfer& t) const {
  const double bytes = mean_burst(t);
  double all = -period(t);
  for (const Stage& s : stages_) all += s.cycles(bytes) + s.latency;
  return std::max(0.0, all);
}

double period_in_turns(const Lane& a, const Transfer& of_a, const Lane& b, const Transfer& of_b) {
  const double bytes_a = Lane::mean_burst(of_a), bytes_b = Lane::mean_burst(of_b);
  double most = std::max({a.period(of_a), b.period(of_b), a.window().cycles(bytes_a) + b.window().cycles(bytes_b)});
  for (const Lane::Stage& s : a.stages()) {
    double held = s.cycles(of_a) + s.turn;
    bool shared = false;
    for (const Lane::Stage& other : b.stages()) {
      if (other.resource != s.resource || s.resource == 0 || s.stripe > 0) continue;
      held += other.cycles(of_b);
      shared = true;
    }
    if (shared) most = std::max(most, held);
  }
  return most;
}

double cycles_in_turns(const Movement* loads, std::size_t count, const Movement& store) {
  double cycles = 0.0;
  std::int64_t stores = store.transfer.bursts;
  for (const Movement* load = loads; load < loads + count; ++load) {
    const std::int64_t bursts = load->transfer.bursts;
    if (bursts == 0) continue;
    const std::int64_t together = std::min(bursts, stores);
    if (together > 0) {
      cycles +=
          static_cast<double>(together) * period_in_turns(*load->lane, load->transfer, *store.lane, store.transfer);
    }
    cycles += static_cast<double>(bursts - together) * load->lane->period(load->transfer);
    stores -= together;
  }
  return stores > 0 ? cycles + static_cast<double>(stores) * store.lane->period(store.transfer) : cycles;
}

Lane lane_through(const std::vector<Passage>& passages, const std::vector<double>& cycles, int outstanding) {
  std::vector<Lane::Stage> stages;
  std::vector<std::string> names;
  for (const bool back : {false, true}) {
    for (std::size_t i = 0; i < passages.size(); ++i) {
      const Passage& p = passages[i];
      if (p.back != back) continue;
      const std::string& resource = p.resource.empty() ? p.component : p.resource;
      Jumps jumps = p.jumps;
      for (double* of : {&jumps.near, &jumps.far_short, &jumps.far_long}) *of *= cycles[i];
      stages.push_back({p.per_burst * cycles[i], p.per_byte * cycles[i], static_cast<double>(p.granule),
                        number_of(resource), p.turn * cycles[i], p.latency * cycles[i], p.stripe, p.word, jumps, p.back,
                        p.edge, cycles[i], p.then * cycles[i], p.banks, p.ports, p.by_beats});
      names.push_back(resource);
    }
  }
  return Lane(std::move(stages), outstanding, std::move(names));
}

}  // namespace subvolt::mapping
