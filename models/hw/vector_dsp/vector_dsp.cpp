#include "models/hw/vector_dsp/vector_dsp.h"

#include <utility>
#include <vector>

#include "sim/kernel/component_registry.h"
#include "sim/mapping/processor/processor.h"
#include "sim/mapping/vector_dsp/vector_dsp_planner.h"

namespace subvolt::hw {
namespace {

// Children's events under the names that they have in the record.
std::vector<power::EventDeclaration> all_events() {
  std::vector<power::EventDeclaration> all = VectorDsp::events();
  VectorDspConfig config;
  config.l1.size = Bytes(65536);
  config.l1.banks = 16;
  config.l1.word = Bytes(4);
  kernel::add_events_of("l1", SramBuffer::events(config.l1), all);
  kernel::add_events_of("dma", Dma::events(), all);
  kernel::add_events_of("cores", vector_dsp_cores(config).events, all);
  kernel::add_events_of("sequencer", Sequencer::events(), all);
  return all;
}

const bool vector_dsp_registered = kernel::register_component(
    {"vector_dsp",
     "Cores with vector instructions as an accelerator, their L1 and DMA: a DSP, or a cluster.",
     &VectorDspConfig::schema(),
     {{"dma", kernel::PortRole::kInitiator, false, "Loads and stores of tiles."},
      {"control", kernel::PortRole::kTarget, false, "Doorbell register at offset 0."},
      {"irq", kernel::PortRole::kInterruptOut, false, "Raised when a layer is done."}},
     all_events(),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       return std::make_unique<VectorDsp>(name.c_str(), VectorDspConfig::schema().read(configuration), environment);
     },
     [](const std::string& name, const config::Node& configuration) {
       const SramBufferConfig l1 = VectorDspConfig::schema().read(configuration).l1;
       return std::vector<kernel::SramBanks>{{name + ".l1", static_cast<double>(l1.size.value()) / l1.banks, Cycles(1),
                                              configuration.path() + ".l1", false, false}};
     }});

mapping::KernelCosts kernels_of(const VectorDspConfig& config, kernel::Environment& environment) {
  if (config.processor.is_null()) return mapping::Processor().costs();
  return mapping::read_costs(environment.document("processor", config.processor));
}

}  // namespace

VectorDsp::VectorDsp(sc_core::sc_module_name name, const VectorDspConfig& config, kernel::Environment& environment)
    : SequencedAccelerator(name, "vector_dsp", environment),
      config_(config),
      kernels_(kernels_of(config, environment)),
      l1_("l1", config.l1, environment),
      dma_("dma", config.dma, environment, l1_, l1_, l1_),
      cores_("cores", config, environment, l1_),
      sequencer_("sequencer", config.sequencer, environment, {&dma_, &cores_, &cores_, &dma_}, listener()) {
  use(sequencer_, {&l1_, &dma_, &cores_, &sequencer_}, "a vector_dsp");
}

kernel::Port* VectorDsp::initiator_side(const std::string& port) {
  if (port == "dma") return &dma_.port();
  if (port == "irq") return &irq();
  return nullptr;
}

std::shared_ptr<const mapping::Accelerator> VectorDsp::accelerator() const {
  mapping::VectorDspCapabilities c;
  c.instance = instance();
  c.machine = config_.machine();
  c.kernels = kernels_;
  c.l1 = {config_.l1.size, config_.dma.burst, config_.sequencer.issue, config_.dma.outstanding};
  return std::make_shared<mapping::VectorDspPlanner>(std::move(c));
}

}  // namespace subvolt::hw
