#include "sim/soc/live_data.h"

#include <algorithm>

namespace subvolt::soc {
namespace {

void tell(const mapping::Block& block, const std::vector<MappedMemory>& memories) {
  if (block.bytes() <= 0) return;
  const std::int64_t extent =
      (block.planes - 1) * block.plane_stride + (block.rows - 1) * block.row_stride + block.row_bytes;
  for (const MappedMemory& m : memories) {
    const mapping::Address end = m.region.base + static_cast<mapping::Address>(m.region.size.value());
    if (block.base < m.region.base || block.base >= end) continue;
    const auto begin = static_cast<std::int64_t>(block.base - m.region.base);
    m.memory->hold_data(Bytes(begin), Bytes(std::min(begin + extent, m.region.size.value())));
  }
}

}  // namespace

void tell_live_data(const mapping::Program& program, const std::vector<MappedMemory>& memories) {
  for (const mapping::LayerProgram& layer : program.layers) {
    for (const mapping::Command& command : layer.commands) {
      if (const auto* load = std::get_if<mapping::Load>(&command.what)) tell(load->from, memories);
      if (const auto* store = std::get_if<mapping::Store>(&command.what)) tell(store->to, memories);
    }
    for (const mapping::Block& block : layer.host.reads) tell(block, memories);
    for (const mapping::Block& block : layer.host.writes) tell(block, memories);
  }
}

void check_kept(const std::string& name, const mapping::Memory& memory, const kernel::PowerDomain& domain,
                config::Diagnostics& diagnostics) {
  if (memory.non_volatile()) return;
  const auto& aims = domain.aims();
  const auto off =
      std::find_if(aims.begin(), aims.end(), [](const auto& aim) { return aim.state == power::PowerState::kOff; });
  if (off == aims.end()) return;
  const kernel::PowerDomainSettings& settings = domain.settings();
  diagnostics.error(settings.policy.keys, "memory " + name + " would lose its tensors: " + settings.policy.name +
                                              " may switch " + settings.name +
                                              " OFF when idle; let it go to RETENTION at most");
}

}  // namespace subvolt::soc
