#include "models/hw/npu/npu.h"

#include <algorithm>

#include "sim/kernel/component_registry.h"
#include "sim/mapping/npu/tiled_npu.h"

namespace subvolt::hw {
namespace {

// Children's events under the names that they have in the record.
std::vector<power::EventDeclaration> all_events() {
  std::vector<power::EventDeclaration> all = Npu::events();
  SramBufferConfig buffer;
  buffer.size = Bytes(65536);  // of the shipped SoC; the attributes vary with it
  for (const char* name : {"input_buffer", "weight_buffer", "output_buffer"})
    kernel::add_events_of(name, SramBuffer::events(buffer), all);
  kernel::add_events_of("dma", Dma::events(), all);
  kernel::add_events_of("array", MacArray::events(), all);
  kernel::add_events_of("vector", VectorUnit::events(), all);
  kernel::add_events_of("sequencer", Sequencer::events(), all);
  return all;
}

const bool npu_registered = kernel::register_component(
    {"npu",
     "Neural processing unit: MAC array, vector unit, buffers, DMA and sequencer.",
     &NpuConfig::schema(),
     {{"dma", kernel::PortRole::kInitiator, false, "Loads and stores of tensors."},
      {"control", kernel::PortRole::kTarget, false, "Doorbell register at offset 0."},
      {"irq", kernel::PortRole::kInterruptOut, false, "Raised when a layer is done."}},
     all_events(),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       return std::make_unique<Npu>(name.c_str(), NpuConfig::schema().read(configuration), environment);
     },
     [](const std::string& name, const config::Node& configuration) {
       const NpuConfig config = NpuConfig::schema().read(configuration);
       const auto banks = [&](const char* buffer, const SramBufferConfig& c) {
         return kernel::SramBanks{name + "." + buffer,
                                  static_cast<double>(c.size.value()) / c.banks,
                                  Cycles(1),
                                  configuration.path() + "." + buffer,
                                  false,
                                  false};
       };
       return std::vector<kernel::SramBanks>{banks("input_buffer", config.input_buffer),
                                             banks("weight_buffer", config.weight_buffer),
                                             banks("output_buffer", config.output_buffer)};
     }});

}  // namespace

const config::Schema<NpuConfig>& NpuConfig::schema() {
  static const auto schema =
      config::Schema<NpuConfig>("npu", "Neural processing unit that executes programs of tile commands.")
          .optional("sequencer", &NpuConfig::sequencer, "Command sequencer.")
          .optional("dma", &NpuConfig::dma, "DMA engine.")
          .required("input_buffer", &NpuConfig::input_buffer, "Holds input tiles.")
          .required("weight_buffer", &NpuConfig::weight_buffer, "Holds weight tiles.")
          .required("output_buffer", &NpuConfig::output_buffer, "Holds int32 partial sums and int8 results.")
          .required("array", &NpuConfig::array, "MAC array.")
          .optional("vector", &NpuConfig::vector, "Vector unit.");
  return schema;
}

Npu::Npu(sc_core::sc_module_name name, const NpuConfig& config, kernel::Environment& environment)
    : SequencedAccelerator(name, "npu", environment),
      input_buffer_("input_buffer", config.input_buffer, environment),
      weight_buffer_("weight_buffer", config.weight_buffer, environment),
      output_buffer_("output_buffer", config.output_buffer, environment),
      dma_("dma", config.dma, environment, input_buffer_, weight_buffer_, output_buffer_),
      array_("array", config.array, environment, input_buffer_, weight_buffer_, output_buffer_),
      vector_("vector", config.vector, environment, output_buffer_),
      sequencer_("sequencer", config.sequencer, environment, {&dma_, &array_, &vector_, &dma_}, listener()),
      burst_(config.dma.burst),
      outstanding_(config.dma.outstanding),
      issue_(config.sequencer.issue) {
  use(sequencer_, {&input_buffer_, &weight_buffer_, &output_buffer_, &dma_, &array_, &vector_, &sequencer_}, "an NPU");
}

kernel::Port* Npu::initiator_side(const std::string& port) {
  if (port == "dma") return &dma_.port();
  if (port == "irq") return &irq();
  return nullptr;
}

std::shared_ptr<const mapping::Accelerator> Npu::accelerator() const {
  return std::make_shared<mapping::TiledNpu>(npu_capabilities());
}

mapping::NpuCapabilities Npu::npu_capabilities() const {
  mapping::NpuCapabilities c;
  c.instance = instance();
  c.styles = array_.styles();
  c.vector = vector_.geometry();
  c.vector_operators = vector_.operators();
  c.input_buffer = input_buffer_.capacity();
  c.weight_buffer = weight_buffer_.capacity();
  c.output_buffer = output_buffer_.capacity();
  c.rates = {input_buffer_.bytes_per_cycle(), weight_buffer_.bytes_per_cycle(), output_buffer_.bytes_per_cycle()};
  c.burst = burst_;
  c.outstanding = outstanding_;
  c.issue = issue_;
  const std::vector<kernel::Descent>& aims = weight_buffer_.power_domain().aims();
  c.keeps_weights = std::none_of(aims.begin(), aims.end(),
                                 [](const kernel::Descent& aim) { return aim.state == power::PowerState::kOff; });
  return c;
}

}  // namespace subvolt::hw
