#include "sim/run/work.h"

namespace subvolt::run {
namespace {

std::int64_t traffic(const power::LayerActivity& layer, const std::string& what) {
  std::int64_t bytes = 0;
  for (const auto& [name, n] : layer.traffic_B) bytes += name == what ? n : 0;
  return bytes;
}

std::string differ(const std::string& layer, const std::string& what, std::int64_t planned, std::int64_t simulated) {
  return layer + ": " + what + ": " + grouped(planned) + " planned, " + grouped(simulated) + " simulated";
}

}  // namespace

std::vector<std::string> lost_macs(const network::Network& network, const power::ActivityRecord& record) {
  std::vector<std::string> faults;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const std::int64_t planned = network.layers[l].macs * record.layers[l].jobs;
    if (planned == record.layers[l].macs) continue;
    faults.push_back(differ(network.layers[l].name, "MACs", planned, record.layers[l].macs));
  }
  return faults;
}

Work work_of(const DesignPoint& point, const Simulated& simulated) {
  const std::vector<mapping::MemoryRegion>& memories = simulated.memories;
  Work work;
  if (simulated.plan.program.jobs.size() != 1) return work;
  work.planned.resize(memories.size());
  work.moved.resize(memories.size());
  for (const mapping::MemoryRegion& memory : memories) work.memories.push_back(memory.instance);
  for (std::size_t l = 0; l < point.network.layers.size(); ++l) {
    const network::Layer& layer = point.network.layers[l];
    const power::LayerActivity& row = simulated.record.layers[l];
    const mapping::LayerProgram& program = simulated.plan.program.layers[l];
    const mapping::LayerMapping& mapped = simulated.plan.mappings[l];
    const auto expect = [&](const std::string& what, std::int64_t planned, std::int64_t counted) {
      if (planned != counted) work.faults.push_back(differ(layer.name, what, planned, counted));
    };
    work.macs_of_network += layer.macs;
    work.macs += row.macs;
    expect("MACs", layer.macs, row.macs);
    const std::vector<mapping::MovedBytes> planned = mapping::moved_bytes(program, memories);
    mapping::MovedBytes sum;
    for (std::size_t m = 0; m < memories.size(); ++m) {
      const mapping::MovedBytes moved{traffic(row, memories[m].instance + ".read"),
                                      traffic(row, memories[m].instance + ".write")};
      expect("bytes read from " + memories[m].instance, planned[m].read, moved.read);
      expect("bytes written to " + memories[m].instance, planned[m].write, moved.write);
      work.planned[m].read += planned[m].read;
      work.planned[m].write += planned[m].write;
      work.moved[m].read += moved.read;
      work.moved[m].write += moved.write;
      sum.read += planned[m].read;
      sum.write += planned[m].write;
    }
    if (program.runs != mapping::LayerProgram::Runs::kOnAccelerator) continue;
    expect("bytes loaded by the mapping and by the program",
           mapped.input_bytes + mapped.weight_bytes + mapped.bias_bytes, sum.read);
    expect("bytes stored by the mapping and by the program", mapped.output_bytes, sum.write);
  }
  return work;
}

}  // namespace subvolt::run
