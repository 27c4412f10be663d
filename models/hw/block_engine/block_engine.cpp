#include "models/hw/block_engine/block_engine.h"

#include <algorithm>

#include "sim/kernel/component_registry.h"

namespace subvolt::hw {
namespace {

power::Inventory inventory() {
  power::Inventory inventory;
  inventory.flip_flops = 120 * 32;
  inventory.logic_gates = 6 * inventory.flip_flops + 20000;
  inventory.basis =
      "estimate: some 120 registers of 32 bits of a block operation, which the command stream writes, at 6 gates per "
      "flip-flop; 20000 gates of command parser and control";
  return inventory;
}

// Children's events under the names that they have in the record.
std::vector<power::EventDeclaration> all_events() {
  std::vector<power::EventDeclaration> all = BlockEngine::events();
  BlockEngineConfig config;
  config.weight_buffer = {Bytes(262144), 8, Bytes(8)};
  kernel::add_events_of("buffer", SramBuffer::events(config.buffer()), all);
  kernel::add_events_of("weight_buffer", SramBuffer::events(config.weight_buffer), all);
  kernel::add_events_of("array", block_engine_array(config).events, all);
  kernel::add_events_of("output", block_engine_output(config).events, all);
  kernel::add_events_of("decoder", block_engine_decoder(config).events, all);
  for (const char* link : {"reads", "writes", "weights"}) kernel::add_events_of(link, link_events(), all);
  return all;
}

const bool block_engine_registered = kernel::register_component(
    {"block_engine",
     "Engine that computes layers block by block, as Ethos-U is one: buffer, multipliers, output stage, weight "
     "decoder.",
     &BlockEngineConfig::schema(),
     {{"reads", kernel::PortRole::kInitiator, false, "Reads of feature maps."},
      {"writes", kernel::PortRole::kInitiator, false, "Writes of feature maps."},
      {"weights", kernel::PortRole::kInitiator, false, "Reads of weights."},
      {"control", kernel::PortRole::kTarget, false, "Doorbell register at offset 0."},
      {"irq", kernel::PortRole::kInterruptOut, false, "Raised when a layer is done."}},
     all_events(),
     [](const std::string& name, const config::Node& configuration, kernel::Environment& environment) {
       return std::make_unique<BlockEngine>(name.c_str(), BlockEngineConfig::schema().read(configuration), environment);
     },
     [](const std::string& name, const config::Node& configuration) {
       const BlockEngineConfig c = BlockEngineConfig::schema().read(configuration);
       std::vector<kernel::SramBanks> all;
       const auto add = [&](const std::string& child, const std::string& path, const SramBufferConfig& buffer) {
         all.push_back({name + "." + child, static_cast<double>(buffer.size.value()) / buffer.banks, Cycles(1), path,
                        false, false});
       };
       add("buffer", configuration.path() + ".model", c.buffer());
       add("weight_buffer", configuration.path() + ".weight_buffer", c.weight_buffer);
       return all;
     }});

}  // namespace

BlockEngine::BlockEngine(sc_core::sc_module_name name, const BlockEngineConfig& config,
                         kernel::Environment& environment)
    : Component(name, environment, {"block_engine", "", inventory(), events()}),
      config_(config),
      machine_(config.machine()),
      control_("control", [this](kernel::Payload& payload) { request(payload); }),
      reads_port_("reads_port", [this](kernel::Payload& payload) { reads_.answered(payload); }),
      writes_port_("writes_port", [this](kernel::Payload& payload) { writes_.answered(payload); }),
      weights_port_("weights_port", [this](kernel::Payload& payload) { weights_.answered(payload); }),
      buffer_("buffer", config.buffer(), environment),
      weight_buffer_("weight_buffer", config.weight_buffer, environment),
      array_("array", environment, block_engine_array(config)),
      output_("output", environment, block_engine_output(config)),
      decoder_("decoder", environment, block_engine_decoder(config)),
      reads_("reads", environment, block_engine_link(config), reads_port_, Bytes(machine_.port), config.burst,
             config.outstanding, [this](std::int64_t) { input_came(); }),
      writes_("writes", environment, block_engine_link(config), writes_port_, Bytes(machine_.port), config.burst,
              config.outstanding, [this](std::int64_t) { stored(); }),
      weights_("weights", environment, block_engine_link(config), weights_port_, Bytes(machine_.port),
               config.weight_burst, config.outstanding, [this](std::int64_t) { weights_came(); }),
      timer_([this] { advance(); }) {
  const Component* const children[] = {&buffer_,  &weight_buffer_, &array_,  &output_,
                                       &decoder_, &reads_,         &writes_, &weights_};
  for (const Component* child : children) {
    if (&child->clock() == &clock()) continue;
    throw Error(ErrorKind::kConfiguration, child->instance() + " is in clock domain " + child->clock().name() + ", " +
                                               instance() + " in " + clock().name() +
                                               ": the parts of a block_engine share one clock; name \"" + instance() +
                                               "\" and \"" + instance() + ".*\" in the same domain's elements");
  }
}

kernel::Port* BlockEngine::initiator_side(const std::string& port) {
  if (port == "reads") return &reads_port_;
  if (port == "writes") return &writes_port_;
  if (port == "weights") return &weights_port_;
  if (port == "irq") return &irq_;
  return nullptr;
}

std::shared_ptr<const mapping::Accelerator> BlockEngine::accelerator() const {
  mapping::BlockEngineCapabilities c;
  c.instance = instance();
  c.machine = machine_;
  c.weight_ratio = config_.weight_ratio;
  c.weight_buffer = config_.weight_buffer.size;
  c.burst = config_.burst;
  c.weight_burst = config_.weight_burst;
  c.outstanding = config_.outstanding;
  return std::make_shared<mapping::BlockEnginePlanner>(std::move(c));
}

void BlockEngine::request(kernel::Payload& payload) {
  payload.set_response_status(layers_.ring(payload, program_, instance()));
  if (payload.is_response_ok()) {
    if (!layers_.working()) {
      begin_layer();
    } else if (const LayerQueue::Rung* rung = layers_.next()) {
      next_ = program_of(*rung);
      has_next_ = true;
      if (awake_) ask_for_weights(next_, layer_.pieces_held());
    }
  }
  control_.accept(payload);
  control_.respond(payload);
}

mapping::BlockProgram BlockEngine::program_of(const LayerQueue::Rung& rung) const {
  return mapping::BlockProgram(program_->layers[static_cast<std::size_t>(rung.layer)].commands, rung.task);
}

void BlockEngine::begin_layer() {
  const LayerQueue::Rung rung = layers_.begin();
  layer_ = has_next_ ? std::move(next_) : program_of(rung);
  has_next_ = false;
  if (program_->barrier == mapping::Barrier::kAccelerator) recorder().begin(layer_.task);
  macs_ = computed_ = 0;
  layer_edge_ = fact_edge_ = edge_now();
  awake_ = false;
  fact_ = BlockEngineFact::kStallPowerCycles;
  Picoseconds ready = begin_work();
  for (SramBuffer* buffer : {&buffer_, &weight_buffer_}) ready = std::max(ready, buffer->open());
  for (CountingUnit* unit : {&array_, &output_, &decoder_}) ready = std::max(ready, unit->open());
  timer_.at(std::max(ready, kernel::time_now()));
}

void BlockEngine::end_layer() {
  settle();
  array_.add(BlockEngineArrayEvent::kIdleMacs, computed_ * machine_.macs_per_cycle() - macs_, layer_.task);
  fact_ = -1;
  awake_ = false;
  layers_.end();
  end_work();
  for (SramBuffer* buffer : {&buffer_, &weight_buffer_}) buffer->close();
  for (CountingUnit* unit : {&array_, &output_, &decoder_}) unit->close();
  if (program_->barrier == mapping::Barrier::kAccelerator) recorder().end_task(layer_.task);
  irq_.raise();
  if (!layers_.working() && layers_.waiting()) begin_layer();
}

void BlockEngine::advance() {
  if (!layers_.working()) return;
  count_until_now();
  awake_ = true;
  const std::int64_t now = edge_now();
  if (scaling_.busy && scaling_.end_edge <= now) {
    scaling_.busy = false;
    for (; layer_.stores_asked < layer_.steps[layer_.scaled].stores; ++layer_.stores_asked) {
      const mapping::Block& to = *layer_.stores[layer_.stores_asked];
      buffer_.read_words(ceil_div(to.bytes(), buffer_.word()), to.bytes(), layer_.task);
      moving(storing_, BlockEngineFact::kStoreCycles, 1);
      writes_.start(to, tlm::TLM_WRITE_COMMAND, layer_.task);
    }
    ++layer_.scaled;
  }
  if (multiplying_.busy && multiplying_.end_edge <= now) {
    multiplying_.busy = false;
    layer_.end_multiply();
  }
  ask_for_weights(layer_, 0);
  if (has_next_ && layer_.pieces_asked == layer_.pieces.size()) ask_for_weights(next_, layer_.pieces_held());
  ask_for_inputs();
  scale();
  multiply();
  scale();  // what passed the multipliers at once
  if (layer_.done()) return end_layer();
  fact_ = fact_now();
  std::int64_t next = INT64_MAX;
  for (const Stage& stage : {multiplying_, scaling_}) {
    if (stage.busy) next = std::min(next, stage.end_edge);
  }
  if (next != INT64_MAX) timer_.at(clock().edge_time(next));
}

// Of a layer behind the one at work only slices that pass the weight buffer: others are read by their blocks.
void BlockEngine::ask_for_weights(mapping::BlockProgram& layer, std::size_t held_by_others) {
  while (layer.asks_for_piece(held_by_others)) {
    const mapping::Load& load = *layer.pieces[layer.pieces_asked].load;
    if (&layer == &next_ && load.buffer != mapping::Buffer::kWeight) return;
    ++layer.pieces_asked;
    weights_under_way_.push_back(&load);
    moving(loading_, BlockEngineFact::kLoadCycles, 1);
    weights_.start(load.from, tlm::TLM_READ_COMMAND, layer.task);
  }
}

void BlockEngine::ask_for_inputs() {
  for (const std::size_t inputs = layer_.inputs_wanted(); layer_.inputs_asked < inputs; ++layer_.inputs_asked) {
    moving(loading_, BlockEngineFact::kLoadCycles, 1);
    reads_.start(*layer_.inputs[layer_.inputs_asked], tlm::TLM_READ_COMMAND, layer_.task);
  }
}

void BlockEngine::multiply() {
  while (!multiplying_.busy && layer_.may_multiply()) {
    const mapping::BlockProgram::Step& step = layer_.steps[layer_.multiplied];
    const mapping::BlockStep& times = *step.times;
    if (times.multiply == 0) {  // the output stage does it all
      layer_.end_multiply();
      ask_for_inputs();
      return;
    }
    multiplying_ = {true, edge_now() + std::max(times.multiply, times.interval)};
    const Picoseconds from = kernel::time_now(), to = clock().edge_time(multiplying_.end_edge);
    const int task = layer_.task;
    if (times.multiplies) {
      const std::int64_t macs = step.compute->tile.macs();
      macs_ += macs;
      array_.add_over(BlockEngineArrayEvent::kMacInt8, macs, from, to, task);
      decoder_.add_over(BlockEngineDecoderEvent::kDecodedWeight, times.weight_bytes, from, to, task);
      const mapping::BlockProgram::Piece& piece = layer_.pieces[step.pieces - 1];
      if (piece.load->buffer == mapping::Buffer::kWeight) weight_buffer_.read(times.weight_bytes, from, to, task);
    }
    array_.add_over(BlockEngineArrayEvent::kAccumulatorByte, times.accumulator_bytes, from, to, task);
    buffer_.read(times.input_bytes, from, to, task);
  }
}

void BlockEngine::scale() {
  if (scaling_.busy || !layer_.may_scale()) return;
  const mapping::BlockProgram::Step& step = layer_.steps[layer_.scaled];
  const mapping::BlockStep& times = *step.times;
  scaling_ = {true, edge_now() + std::max(times.output, times.interval)};
  const Picoseconds from = kernel::time_now(), to = clock().edge_time(scaling_.end_edge);
  const mapping::Tile& tile = step.compute->tile;
  const std::int64_t elements = tile.rows.out * tile.columns.out * tile.channels * tile.groups;
  output_.add_over(BlockEngineOutputEvent::kOutputOperation, elements, from, to, layer_.task);
  if (times.multiply == 0) buffer_.read(times.input_bytes, from, to, layer_.task);
  buffer_.write(elements, from, to, layer_.task);
}

void BlockEngine::weights_came() {
  const mapping::Load* const load = weights_under_way_.front();
  weights_under_way_.erase(weights_under_way_.begin());
  moving(loading_, BlockEngineFact::kLoadCycles, -1);
  // In the order in which they were asked for: of the layer at work first.
  mapping::BlockProgram& layer = layer_.pieces_there < layer_.pieces_asked ? layer_ : next_;
  ++layer.pieces_there;
  if (load->buffer == mapping::Buffer::kWeight) {
    weight_buffer_.write_words(ceil_div(load->from.bytes(), weight_buffer_.word()), load->from.bytes(), layer.task);
  }
  timer_.at(kernel::time_now());
}

void BlockEngine::input_came() {
  const std::int64_t bytes = layer_.inputs[layer_.inputs_there]->bytes();
  ++layer_.inputs_there;
  buffer_.write_words(ceil_div(bytes, buffer_.word()), bytes, layer_.task);
  moving(loading_, BlockEngineFact::kLoadCycles, -1);
  timer_.at(kernel::time_now());
}

void BlockEngine::stored() {
  layer_.end_store();
  moving(storing_, BlockEngineFact::kStoreCycles, -1);
  timer_.at(kernel::time_now());
}

int BlockEngine::fact_now() const {
  if (multiplying_.busy || scaling_.busy) return BlockEngineFact::kComputeCycles;
  if (layer_.multiplied == layer_.steps.size() || layer_.multiplied - layer_.scaled >= mapping::BlockProgram::kTwice) {
    return BlockEngineFact::kStallStoreCycles;
  }
  const mapping::BlockProgram::Step& step = layer_.steps[layer_.multiplied];
  if (layer_.pieces_there < step.pieces) return BlockEngineFact::kWeightLoadCycles;
  return layer_.inputs_there < step.inputs ? BlockEngineFact::kStallLoadCycles : BlockEngineFact::kStallStoreCycles;
}

void BlockEngine::count_until_now() {
  const std::int64_t now = edge_now();
  if (fact_ >= 0 && now > fact_edge_) {
    count_for(layer_.task, fact_, now - fact_edge_);
    if (fact_ == BlockEngineFact::kComputeCycles) computed_ += now - fact_edge_;
  }
  fact_edge_ = std::max(fact_edge_, now);
}

// Cycles of the layer at work in which there are any.
void BlockEngine::moving(Moving& kind, int fact, int change) {
  const std::int64_t now = edge_now();
  if (kind.under_way > 0 && now > kind.from_edge && layers_.working())
    count_for(layer_.task, fact, now - kind.from_edge);
  kind.from_edge = now;
  kind.under_way += change;
}

void BlockEngine::settle() {
  if (!layers_.working()) return;
  const std::int64_t now = edge_now();
  if (now > layer_edge_) count_for(layer_.task, BlockEngineFact::kAcceleratorCycles, now - layer_edge_);
  layer_edge_ = std::max(layer_edge_, now);
  count_until_now();
  moving(loading_, BlockEngineFact::kLoadCycles, 0);
  moving(storing_, BlockEngineFact::kStoreCycles, 0);
}

}  // namespace subvolt::hw
