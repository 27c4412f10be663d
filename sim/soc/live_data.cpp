#include "sim/soc/live_data.h"

#include <algorithm>

#include "sim/mapping/program/footprint.h"

namespace subvolt::soc {
namespace {

void tell(const mapping::AddressRange& span, const std::vector<MappedMemory>& memories) {
  for (const MappedMemory& m : memories) {
    const mapping::AddressRange region{m.region.base,
                                       m.region.base + static_cast<mapping::Address>(m.region.size.value())};
    if (!span.meets(region)) continue;
    const auto offset = [&](mapping::Address address) { return static_cast<std::int64_t>(address - region.begin); };
    m.memory->hold_data(Bytes(offset(std::max(span.begin, region.begin))),
                        Bytes(offset(std::min(span.end, region.end))));
  }
}

bool may_go_off(const kernel::PowerDomain& domain) {
  const auto& aims = domain.aims();
  return std::any_of(aims.begin(), aims.end(), [](const auto& aim) { return aim.state == power::PowerState::kOff; });
}

}  // namespace

void tell_live_data(const mapping::Program& program, const std::vector<MappedMemory>& memories) {
  for (const mapping::LayerProgram& layer : program.layers) {
    const mapping::Footprint footprint = mapping::footprint_of(layer);
    for (const mapping::AddressRange& span : footprint.reads) tell(span, memories);
    for (const mapping::AddressRange& span : footprint.writes) tell(span, memories);
  }
}

void check_kept(const std::string& name, const mapping::Memory& memory, const kernel::PowerDomain& domain,
                config::Diagnostics& diagnostics) {
  if (memory.non_volatile() || !may_go_off(domain)) return;
  const kernel::PowerDomainSettings& settings = domain.settings();
  diagnostics.error(settings.policy.keys, "memory " + name + " would lose its tensors: " + settings.policy.name +
                                              " may switch " + settings.name +
                                              " OFF when idle; let it go to RETENTION at most");
}

void check_weights_kept(const kernel::Component& buffer, config::Diagnostics& diagnostics) {
  const kernel::PowerDomain& domain = buffer.power_domain();
  if (!may_go_off(domain)) return;
  const kernel::PowerDomainSettings& settings = domain.settings();
  diagnostics.error(settings.policy.keys,
                    buffer.instance() + " would lose the weights that stay there from one inference to the next: " +
                        settings.policy.name + " may switch " + settings.name +
                        " OFF when idle; let it go to RETENTION at most, or load them for each inference: "
                        "--set design.keep_weights=false");
}

}  // namespace subvolt::soc
