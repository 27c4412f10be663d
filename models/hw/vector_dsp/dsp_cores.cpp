#include "models/hw/vector_dsp/dsp_cores.h"

#include <algorithm>

#include "sim/mapping/vector_dsp/vector_dsp_planner.h"
#include "sim/mapping/vector_dsp/vector_dsp_tile.h"

namespace subvolt::hw {
namespace {

int mac_event(network::ElementType type) {
  switch (type) {
    case network::ElementType::kInt8:
      return kDspMacInt8;
    case network::ElementType::kFp32:
      return kDspMacFp32;
    case network::ElementType::kInt32:
      return kDspMacInt32;
    case network::ElementType::kFp16:
    case network::ElementType::kBf16:
      return kDspMacFp16;
    default:
      return kDspMacInt16;
  }
}

}  // namespace

DspCores::DspCores(sc_core::sc_module_name name, const VectorDspConfig& config, kernel::Environment& environment,
                   SramBuffer& l1)
    : TimedUnit(name, environment, vector_dsp_cores(config), mapping::Engine::kCompute),
      machine_(config.machine()),
      l1_(l1) {}

void DspCores::start(std::int32_t command, const mapping::Command& what, int task) {
  const auto& compute = std::get<mapping::Compute>(what.what);
  const auto& layer = static_cast<const mapping::VectorDspLayer&>(*compute.machine);
  const Picoseconds begin = std::max(ready_at(), l1_.open());
  std::int64_t end = begin;
  const auto count = [&](int event, std::int64_t n) { spread(event, n, begin, end, task); };
  const std::int64_t peak = machine_.most_macs_per_cycle();
  if (layer.kernel) {
    end = occupy(command, begin, Cycles(layer.cycles));
    count(kDspCoreCycle, layer.core_cycles);
    count(kDspKernelMac, layer.macs);
    count(kDspKernelOperations, layer.operations);
    count(kDspIdleKernel, layer.cycles * peak - layer.macs);
    l1_.read(layer.read_bytes, begin, end, task);
    l1_.write(layer.written_bytes, begin, end, task);
    return;
  }
  const mapping::VectorDspActivity a = mapping::vector_dsp_activity(machine_, compute.tile, layer.extra);
  const network::ElementType type = mapping::dsp_type(compute.tile.input, compute.tile.weight);
  const std::int64_t lanes = machine_.lanes_of(type), most = machine_.most_lanes();
  end = occupy(command, begin, Cycles(a.cycles));
  count(kDspCoreCycle, a.core_cycles);
  count(mac_event(type), a.macs);
  count(kDspProducts, a.products);
  count(kDspLoads, a.loads);
  count(kDspGathered, a.gathered);
  count(kDspResults, a.results);
  count(kDspIdleType, a.products * (most - lanes));
  count(kDspIdleEdges, a.products * lanes - a.macs);
  count(kDspIdleIssue, a.cycles * peak - a.products * most);
  l1_.read((a.loads + a.gathered) * machine_.word, begin, end, task);
  l1_.write(a.gathered * machine_.word + compute.tile.input.bytes(a.results), begin, end, task);
}

}  // namespace subvolt::hw
