#include "models/hw/subtile/subtile_engine.h"

#include <algorithm>

#include "sim/mapping/subtile/subtile_job.h"

namespace subvolt::hw {

SubtileEngine::SubtileEngine(sc_core::sc_module_name name, const SubtileConfig& config,
                             kernel::Environment& environment, SramBuffer& l1)
    : TimedUnit(name, environment, subtile_engine(config), mapping::Engine::kCompute),
      machine_(config.machine()),
      l1_(l1) {}

void SubtileEngine::start(std::int32_t command, const mapping::Command& what, int task) {
  const auto& compute = std::get<mapping::Compute>(what.what);
  const mapping::SubtileActivity a = mapping::subtile_activity(machine_, mapping::subtile_job(compute.tile));
  const Picoseconds begin = std::max(ready_at(), l1_.open());
  const std::int64_t end = occupy(command, begin, Cycles(a.cycles()));
  const auto count = [&](int event, std::int64_t n) { spread(event, n, begin, end, task); };
  count(kSubtileMac, a.macs);
  count(kBitProduct, a.bit_products);
  count(kInputBufferByte, a.input_bytes);
  count(kAccumulatorByte, a.accumulator_bytes);
  count(kScaleOperation, a.results);
  count(kStreamedInput, a.input_bytes);
  count(kStreamedWeights, a.weight_bytes);
  count(kStreamedScales, a.scale_bytes);
  count(kStreamedOutput, a.output_bytes);
  // In multiplications of the narrowest weights, of which a cycle has room for most_macs_per_cycle().
  const std::int64_t bits = a.bit_products / machine_.least_bits - a.macs;
  count(kIdleBits, bits);
  count(kIdleProducts, a.multiply * machine_.most_macs_per_cycle() - a.macs - bits);
  count(kStartCycles, a.start);
  count(kInputCycles, a.input);
  count(kOffsetCycles, a.offset);
  count(kLatencyCycles, a.latency + a.index);
  count(kScaleCycles, a.scale);
  count(kOutputCycles, a.output);
  l1_.read(a.input_bytes + a.weight_bytes + a.scale_bytes, begin, end, task);
  l1_.write(a.output_bytes, begin, end, task);
}

}  // namespace subvolt::hw
