#include "models/hw/stream_adder/stream_adder.h"

#include <algorithm>

#include "sim/kernel/component_registry.h"

namespace subvolt::hw {
namespace {

using mapping::Block;

constexpr std::int64_t kBurst = 64;
enum Event { kAddition, kReadBytes, kWriteBytes };

const bool registered = kernel::register_component(
    {"stream_adder",
     "Accelerator that adds two int8 tensors.",
     &StreamAdderConfig::schema(),
     {{"dma", kernel::PortRole::kInitiator, false, "Operands and sums."},
      {"control", kernel::PortRole::kTarget, false, "Doorbell register at offset 0."},
      {"irq", kernel::PortRole::kInterruptOut, false, "Raised when a layer is done."}},
     StreamAdder::events(),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       return std::make_unique<StreamAdder>(name.c_str(), StreamAdderConfig::schema().read(configuration), environment);
     }});

Block part(mapping::Address base, std::int64_t begin, std::int64_t bytes) {
  return {base + static_cast<mapping::Address>(begin), bytes, 1, bytes, 1, bytes};
}

// How it plans: blocks of both operands, then of the sums.
class Planner : public mapping::Accelerator {
 public:
  Planner(std::string instance, const StreamAdderConfig& config) : instance_(std::move(instance)), config_(config) {}
  const std::string& instance() const override { return instance_; }
  std::int64_t most_macs_per_cycle() const override { return 0; }
  int outstanding() const override { return 1; }
  std::int64_t longest_burst() const override { return kBurst; }

  std::string obstacle(const network::Network& network, std::size_t l) const override {
    const network::Layer& layer = network.layers[l];
    const auto same = [&](network::TensorId t) { return network.tensor(t).shape == network.output_of(layer).shape; };
    if (!layer.op.is("add") || layer.inputs.size() != 2) return instance_ + " only adds two tensors";
    if (!std::all_of(layer.inputs.begin(), layer.inputs.end(), same)) return instance_ + " does not stretch operands";
    for (const network::TensorId t : {layer.inputs[0], layer.inputs[1], layer.outputs[0]}) {
      if (network.tensor(t).type != network::ElementType::kInt8) return instance_ + " adds int8 only";
    }
    return "";
  }

  std::optional<mapping::LayerPlan> plan(const network::Network& network, std::size_t l,
                                         const mapping::Placement& placement, const std::vector<mapping::MemoryRegion>&,
                                         mapping::Objective, std::string&) const override {
    const network::Layer& layer = network.layers[l];
    const auto at = [&](network::TensorId t) { return placement.activations[static_cast<std::size_t>(t)].address; };
    const std::int64_t bytes = network.output_of(layer).bytes().value();
    mapping::LayerPlan plan;
    for (std::int64_t begin = 0; begin < bytes; begin += config_.block.value()) {
      const std::int64_t n = std::min(config_.block.value(), bytes - begin);
      const auto first = static_cast<std::int32_t>(plan.commands.size());
      for (const network::TensorId t : layer.inputs) {
        plan.commands.push_back(
            {mapping::Load{mapping::Operand::kInput, mapping::Buffer::kInput, part(at(t), begin, n)}, {}});
      }
      plan.commands.push_back({mapping::Vector{{mapping::VectorOperator::kAdd, n, 1, 1, false}}, {first, first + 1}});
      plan.commands.push_back({mapping::Store{part(at(layer.outputs[0]), begin, n)}, {first + 2}});
    }
    plan.mapping.moves_only = true;
    plan.mapping.input_bytes = 2 * bytes;
    plan.mapping.output_bytes = bytes;
    plan.mapping.estimated_cycles = Cycles(bytes / config_.lanes + 3 * bytes / 8);
    plan.mapping.candidates = 1;
    return plan;
  }

 private:
  std::string instance_;
  StreamAdderConfig config_;
};

}  // namespace

const config::Schema<StreamAdderConfig>& StreamAdderConfig::schema() {
  static const auto s =
      config::Schema<StreamAdderConfig>("stream_adder", "Accelerator that adds two int8 tensors.")
          .optional("lanes", &StreamAdderConfig::lanes, "Elements added per cycle.", config::between(1, 256))
          .optional("block", &StreamAdderConfig::block, "Bytes of each operand that it holds.",
                    config::between(Bytes(64), Bytes(65536)));
  return s;
}

std::vector<power::EventDeclaration> StreamAdder::events() {
  using power::Cause;
  return {{"addition", "vector.lane_operation", Cause::kSwitching, "One element added.", {}},
          {"read_B", "", Cause::kSwitching, "Bytes read.", {}, power::EventRole::kReadBytes},
          {"write_B", "", Cause::kSwitching, "Bytes written.", {}, power::EventRole::kWriteBytes}};
}

StreamAdder::StreamAdder(sc_core::sc_module_name name, const StreamAdderConfig& config,
                         kernel::Environment& environment)
    : Component(name, environment,
                {"stream_adder", "", {4000, 400, 0, "estimate: adders and three registers per lane"}, events()}),
      config_(config),
      control_("control", [this](kernel::Payload& payload) { ring(payload); }),
      dma_("dma",
           [this](kernel::Payload&) {
             answered_ = true;
             thread_.wake();
           }),
      thread_("run", [this] { run(); }) {}

kernel::Port* StreamAdder::initiator_side(const std::string& port) {
  if (port == "dma") return &dma_;
  if (port == "irq") return &irq_;
  return nullptr;
}

std::shared_ptr<const mapping::Accelerator> StreamAdder::accelerator() const {
  return std::make_shared<Planner>(instance(), config_);
}

void StreamAdder::ring(kernel::Payload& payload) {
  int layer = 0;
  for (int byte = 0; byte < 4; ++byte) layer |= payload.get_data_ptr()[byte] << (8 * byte);
  waiting_.emplace_back(layer, kernel::task_of(payload));
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  control_.accept(payload);
  control_.respond(payload);
  thread_.wake();
}

void StreamAdder::run() {
  while (true) {
    while (waiting_.empty()) thread_.wait();
    const auto [layer, task] = waiting_.front();
    waiting_.pop_front();
    const bool own_turns = program_->barrier == mapping::Barrier::kAccelerator;
    if (own_turns) recorder().begin(task);
    thread_.wait_until(begin_work());
    work(program_->layers[static_cast<std::size_t>(layer)], task);
    end_work();
    if (own_turns) recorder().end_task(task);
    irq_.raise();
  }
}

void StreamAdder::work(const mapping::LayerProgram& layer, int task) {
  for (const mapping::Command& command : layer.commands) {
    if (const auto* load = std::get_if<mapping::Load>(&command.what)) {
      transfer(load->from, tlm::TLM_READ_COMMAND, task);
    } else if (const auto* vector = std::get_if<mapping::Vector>(&command.what)) {
      count_for(task, kAddition, vector->work.outputs);
      thread_.wait_until(clock().edge_after(kernel::time_now(), Cycles(ceil_div(vector->work.outputs, config_.lanes))));
    } else {
      transfer(std::get<mapping::Store>(command.what).to, tlm::TLM_WRITE_COMMAND, task);
    }
  }
}

void StreamAdder::transfer(const Block& block, tlm::tlm_command command, int task) {
  for (std::int64_t begin = 0; begin < block.row_bytes; begin += kBurst) {
    const std::int64_t bytes = std::min(kBurst, block.row_bytes - begin);
    answered_ = false;
    dma_.send(pool_.acquire(command, block.base + static_cast<std::uint64_t>(begin), bytes, task));
    while (!answered_) thread_.wait();
    count_for(task, command == tlm::TLM_READ_COMMAND ? kReadBytes : kWriteBytes, bytes);
  }
}

}  // namespace subvolt::hw
