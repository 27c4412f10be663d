#include "sim/mapping/ceiling.h"

#include <algorithm>

namespace subvolt::mapping {
namespace {

struct Held {
  std::size_t resource = 0;  // 0: of one transfer alone
  std::string name;
  double cycles = 0.0;
};

void hold(std::vector<Held>& all, std::size_t resource, const std::string& name, double cycles) {
  const auto known =
      std::find_if(all.begin(), all.end(), [&](const Held& h) { return resource != 0 && h.resource == resource; });
  if (known != all.end()) {
    known->cycles += cycles;
  } else {
    all.push_back({resource, name, cycles});
  }
}

}  // namespace

Ceiling ceiling_of(const std::vector<Haul>& hauls, std::int64_t burst) {
  std::vector<Held> all;
  Held under_way{0, kBurstsUnderWay, 0.0};
  for (const Haul& haul : hauls) {
    for (const auto& [lane, bytes] :
         {std::pair(&haul.path->read, haul.read_bytes), std::pair(&haul.path->write, haul.write_bytes)}) {
      if (bytes == 0) continue;
      const auto length = static_cast<double>(std::min(burst, bytes));
      const double bursts = static_cast<double>(bytes) / length;
      for (std::size_t s = 0; s < lane->stages().size(); ++s) {
        const Lane::Stage& stage = lane->stages()[s];
        hold(all, stage.stripe > 0 ? 0 : stage.resource, lane->resource_name(s), stage.cycles(length) * bursts);
      }
      under_way.cycles += lane->window().cycles(length) * bursts;
    }
  }
  all.push_back(under_way);
  const auto longest =
      std::max_element(all.begin(), all.end(), [](const Held& a, const Held& b) { return a.cycles < b.cycles; });
  return longest->cycles > 0.0 ? Ceiling{longest->cycles, longest->name} : Ceiling{};
}

}  // namespace subvolt::mapping
