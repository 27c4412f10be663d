#include "sim/soc/live_data.h"

#include <algorithm>

#include "sim/mapping/program/footprint.h"

namespace subvolt::soc {
namespace {

void tell(const mapping::Span& span, const std::vector<MappedMemory>& memories) {
  for (const MappedMemory& m : memories) {
    const mapping::Span region{m.region.base, m.region.base + static_cast<mapping::Address>(m.region.size.value())};
    if (!span.meets(region)) continue;
    const auto offset = [&](mapping::Address address) { return static_cast<std::int64_t>(address - region.begin); };
    m.memory->hold_data(Bytes(offset(std::max(span.begin, region.begin))),
                        Bytes(offset(std::min(span.end, region.end))));
  }
}

}  // namespace

void tell_live_data(const mapping::Program& program, const std::vector<MappedMemory>& memories) {
  for (const mapping::LayerProgram& layer : program.layers) {
    const mapping::Footprint footprint = mapping::footprint_of(layer);
    for (const mapping::Span& span : footprint.reads) tell(span, memories);
    for (const mapping::Span& span : footprint.writes) tell(span, memories);
  }
}

}  // namespace subvolt::soc
