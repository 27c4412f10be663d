#include "sim/run/roofs.h"

#include <algorithm>

#include "sim/mapping/ceiling.h"

namespace subvolt::run {
namespace {

bool same_clocks(const power::OperatingPoint& a, const power::OperatingPoint& b) {
  return std::all_of(a.frequencies.begin(), a.frequencies.end(),
                     [&](const auto& clock) { return b.frequency(clock.first).si() == clock.second.si(); });
}

}  // namespace

Roofs::Roofs(const DesignPoint& point, const mapping::Hardware& hardware, const mapping::Program& program,
             const soc::Soc& soc)
    : point_(point), hardware_(hardware), program_(program), soc_(soc) {}

const Roofs::Ways& Roofs::ways(std::size_t operating_point) {
  const power::OperatingPoint& at = point_.operating_points[operating_point];
  if (same_clocks(at, point_.map_at)) return hardware_.paths;
  const auto known = measured_.find(operating_point);
  return known != measured_.end() ? known->second : measured_.emplace(operating_point, soc_.ways(at)).first->second;
}

std::size_t Roofs::first_point_of(std::size_t layer) const {
  for (const mapping::Job& job : program_.jobs) {
    for (std::int32_t l = job.first_layer; l < job.end_layer; ++l) {
      if (program_.layers[static_cast<std::size_t>(l)].layer != static_cast<std::int32_t>(layer)) continue;
      if (job.points == mapping::kOnePoint) return 0;
      return static_cast<std::size_t>(
          program_.points[static_cast<std::size_t>(job.points)][static_cast<std::size_t>(l - job.first_layer)]);
    }
  }
  return 0;
}

std::vector<power::TransferBound> Roofs::of(std::size_t layer, std::size_t accelerator,
                                            const std::map<std::string, Bytes>& by_memory) {
  const std::vector<mapping::Path>& paths = ways(first_point_of(layer))[accelerator];
  const std::int64_t burst = hardware_.accelerators[accelerator]->longest_burst();
  std::vector<power::TransferBound> bounds;
  std::vector<mapping::Haul> hauls;
  const auto add = [&](const std::string& memory, bool off_chip, const std::vector<mapping::Haul>& of) {
    const mapping::Ceiling ceiling = mapping::ceiling_of(of, burst);
    bounds.push_back({memory, off_chip, static_cast<std::int64_t>(ceiling.cycles), ceiling.at});
  };
  for (std::size_t m = 0; m < hardware_.memories.size(); ++m) {
    const mapping::MemoryRegion& memory = hardware_.memories[m];
    const auto moved = by_memory.find(memory.instance);
    if (moved == by_memory.end() || moved->second.read + moved->second.written == 0) continue;
    hauls.push_back({&paths[m], moved->second.read, moved->second.written});
    add(memory.instance, memory.off_chip, {hauls.back()});
  }
  if (!hauls.empty()) add("", false, hauls);
  return bounds;
}

}  // namespace subvolt::run
