#include "sim/mapping/path.h"

#include <algorithm>
#include <functional>

namespace subvolt::mapping {
namespace {

const char* const kWindow = "(bursts under way)";

std::size_t number_of(const std::string& resource) {
  return std::max<std::size_t>(1, std::hash<std::string>()(resource));
}

}  // namespace

double period_in_turns(const Lane& a, const Transfer& of_a, const Lane& b, const Transfer& of_b) {
  const double bytes_a = static_cast<double>(of_a.bytes) / static_cast<double>(of_a.bursts);
  const double bytes_b = static_cast<double>(of_b.bytes) / static_cast<double>(of_b.bursts);
  double most = std::max(a.period(of_a), b.period(of_b));
  for (const Lane::Stage& s : a.stages()) {
    double held = s.cycles(bytes_a) + s.turn;
    bool shared = false;
    for (const Lane::Stage& other : b.stages()) {
      if (other.resource != s.resource || s.resource == 0) continue;
      held += other.cycles(bytes_b);
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
  // A request per cycle.
  std::vector<Lane::Stage> stages{{1.0, 0.0, 1.0, number_of("(requests)")}};
  double latency = 0.0, all_per_byte = 0.0, all_per_burst = 1.0;
  for (std::size_t i = 0; i < passages.size(); ++i) {
    const Passage& p = passages[i];
    const std::string& resource = p.resource.empty() ? p.component : p.resource;
    stages.push_back({p.per_burst * cycles[i], p.per_byte * cycles[i], static_cast<double>(p.granule),
                      number_of(resource), p.turn * cycles[i]});
    latency += p.latency * cycles[i];
    all_per_burst += stages.back().per_burst;
    all_per_byte += stages.back().per_byte;
  }
  // So many bursts at most in the time that one takes, from request to answer.
  const double share = 1.0 / outstanding;
  stages.push_back({(latency + all_per_burst) * share, all_per_byte * share, 1.0, number_of(kWindow), 0.0, false});
  return Lane(std::move(stages), latency);
}

}  // namespace subvolt::mapping
