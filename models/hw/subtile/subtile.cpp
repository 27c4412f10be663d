#include "models/hw/subtile/subtile.h"

#include <utility>
#include <vector>

#include "sim/kernel/component_registry.h"

namespace subvolt::hw {
namespace {

// Children's events under the names that they have in the record.
std::vector<power::EventDeclaration> all_events() {
  std::vector<power::EventDeclaration> all = Subtile::events();
  SubtileConfig config;
  config.l1.size = Bytes(131072);
  config.l1.banks = 16;
  config.l1.word = Bytes(4);
  kernel::add_events_of("l1", SramBuffer::events(config.l1), all);
  kernel::add_events_of("dma", Dma::events(), all);
  kernel::add_events_of("engine", subtile_engine(config).events, all);
  kernel::add_events_of("sequencer", Sequencer::events(), all);
  return all;
}

const bool subtile_registered = kernel::register_component(
    {"subtile",
     "Engine of sub-tiles with bit-serial weights, as NE16 is one, its L1 and DMA.",
     &SubtileConfig::schema(),
     {{"dma", kernel::PortRole::kInitiator, false, "Loads and stores of tiles."},
      {"control", kernel::PortRole::kTarget, false, "Doorbell register at offset 0."},
      {"irq", kernel::PortRole::kInterruptOut, false, "Raised when a layer is done."}},
     all_events(),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       return std::make_unique<Subtile>(name.c_str(), SubtileConfig::schema().read(configuration), environment);
     },
     [](const std::string& name, const config::Node& configuration) {
       const SramBufferConfig l1 = SubtileConfig::schema().read(configuration).l1;
       return std::vector<kernel::SramBanks>{{name + ".l1", static_cast<double>(l1.size.value()) / l1.banks, Cycles(1),
                                              configuration.path() + ".l1", false, false}};
     }});

}  // namespace

Subtile::Subtile(sc_core::sc_module_name name, const SubtileConfig& config, kernel::Environment& environment)
    : SequencedAccelerator(name, "subtile", environment),
      config_(config),
      l1_("l1", config.l1, environment),
      dma_("dma", config.dma, environment, l1_, l1_, l1_),
      engine_("engine", config, environment, l1_),
      sequencer_("sequencer", config.sequencer, environment, {&dma_, &engine_, &engine_, &dma_}, listener()) {
  use(sequencer_, {&l1_, &dma_, &engine_, &sequencer_}, "a subtile");
}

kernel::Port* Subtile::initiator_side(const std::string& port) {
  if (port == "dma") return &dma_.port();
  if (port == "irq") return &irq();
  return nullptr;
}

std::shared_ptr<const mapping::Accelerator> Subtile::accelerator() const {
  mapping::SubtileCapabilities c;
  c.instance = instance();
  c.machine = config_.machine();
  c.tensors = config_.tensors;
  c.l1 = config_.l1.size;
  c.burst = config_.dma.burst;
  c.outstanding = config_.dma.outstanding;
  c.issue = config_.sequencer.issue;
  return std::make_shared<mapping::SubtilePlanner>(std::move(c));
}

}  // namespace subvolt::hw
