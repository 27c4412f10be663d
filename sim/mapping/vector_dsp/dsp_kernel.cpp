#include "sim/mapping/vector_dsp/dsp_kernel.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "sim/mapping/l1/l1_timing.h"
#include "sim/mapping/place/cost_model.h"
#include "sim/mapping/program/command_list.h"
#include "sim/mapping/vector_dsp/vector_dsp_tile.h"

namespace subvolt::mapping {
namespace {

using network::Form;
using network::Layer;

constexpr std::int64_t kAlignment = 4;  // of a piece, bytes

// The part `i` of `n` of a run of bytes.
Block part(const Block& whole, std::int64_t i, std::int64_t n) {
  const std::int64_t bytes = whole.bytes();
  const auto cut = [&](std::int64_t at) { return at == n ? bytes : bytes * at / n / kAlignment * kAlignment; };
  Block b;
  b.base = whole.base + static_cast<Address>(cut(i));
  b.row_bytes = b.row_stride = cut(i + 1) - cut(i);
  return b;
}

std::int64_t share(std::int64_t all, std::int64_t i, std::int64_t n) { return all * (i + 1) / n - all * i / n; }

std::int64_t sum(const std::vector<Block>& blocks) {
  std::int64_t bytes = 0;
  for (const Block& b : blocks) bytes += b.bytes();
  return bytes;
}

// What stays and what streams, and in how many parts and pieces.
struct Streams {
  std::vector<Block> inputs, kept, outputs;
  std::int64_t parts = 1, pieces = 1;
  bool in_steps = false;  // pieces are steps, each of which needs all parts
};

Streams streams_of(const VectorDspCapabilities& own, const network::Network& network, const Layer& layer,
                   const HostWork& work) {
  Streams s;
  s.outputs = work.writes;
  const bool multiplies = layer.macs > 0;
  std::size_t inputs = 0;
  for (const network::TensorId t : layer.inputs) inputs += network.tensor(t).bytes() > Bytes(0) ? 1 : 0;
  for (std::size_t r = 0; r < work.reads.size(); ++r) {
    const bool streams = !multiplies || (r == 0 && inputs > 0);
    (streams ? s.inputs : s.kept).push_back(work.reads[r]);
  }
  const std::int64_t l1 = own.l1.size.value();
  const std::int64_t kept = sum(s.kept);
  if (kept > l1 / 2) s.parts = ceil_div(kept, l1 / 4);
  const std::int64_t streaming = sum(s.inputs) + ceil_div(sum(s.outputs), s.parts);
  s.pieces = std::max<std::int64_t>(1, ceil_div(streaming, std::max<std::int64_t>(1, l1 / 4)));
  if (layer.op->form == Form::kRecurrent && s.parts > 1) {
    s.in_steps = true;
    s.pieces = std::max(s.pieces, layer.in.width);
  }
  return s;
}

class Running {
 public:
  Running(const VectorDspCapabilities& own, const Streams& streams, double shared, double call, std::int64_t macs,
          std::int64_t operations)
      : own_(own), s_(streams), shared_(shared), call_(call), macs_(macs), operations_(operations) {}

  std::vector<Command> run() {
    const std::int64_t outer = s_.in_steps ? s_.pieces : s_.parts, inner = s_.in_steps ? s_.parts : s_.pieces;
    for (std::int64_t o = 0; o < outer; ++o) {
      for (std::int64_t i = 0; i < inner; ++i) piece(s_.in_steps ? i : o, s_.in_steps ? o : i);
    }
    return commands_.take();
  }

 private:
  CommandIndex load(Operand operand, const std::vector<Block>& blocks, std::int64_t i, std::int64_t n, Slots& slots,
                    std::int64_t& bytes) {
    slots.next();
    CommandIndex last = kNoCommand;
    for (const Block& block : blocks) {
      const Block from = part(block, i, n);
      const CommandIndex at = commands_.load(operand, Buffer::kInput, from, slots.free_after());
      if (at != kNoCommand) last = at;
      bytes += from.bytes();
    }
    return last;
  }

  void piece(std::int64_t p, std::int64_t i) {
    auto work = std::make_shared<VectorDspLayer>();
    work->kernel = true;
    if (p != part_there_ || (s_.in_steps && s_.parts > 1)) {
      part_there_ = p;
      kept_bytes_ = 0;
      kept_load_ = load(Operand::kWeight, s_.kept, p, s_.parts, kept_, kept_bytes_);
    }
    if (i != piece_there_ || (!s_.in_steps && s_.parts > 1)) {
      piece_there_ = i;
      input_bytes_ = 0;
      input_load_ = load(Operand::kInput, s_.inputs, i, s_.pieces, inputs_, input_bytes_);
    }
    const std::int64_t all = s_.parts * s_.pieces, number = p * s_.pieces + i;
    std::vector<Block> outputs;
    for (const Block& block : s_.outputs) {
      const Block to = part(block, number, all);
      if (to.bytes() > 0) outputs.push_back(to);
    }
    const auto own = shared_ / static_cast<double>(all);
    const auto cores = static_cast<double>(own_.machine.cores);
    work->macs = share(macs_, number, all);
    work->operations = share(operations_, number, all);
    const std::int64_t least = ceil_div(work->macs, own_.machine.most_macs_per_cycle());
    const double call = first_ ? call_ : 0.0;
    first_ = false;
    work->cycles = own_.machine.start + std::max(least, static_cast<std::int64_t>(std::ceil(own / cores + call)));
    work->core_cycles =
        own_.machine.cores * own_.machine.start + std::max(least, static_cast<std::int64_t>(std::ceil(own + call)));
    work->core_cycles = std::min(work->core_cycles, own_.machine.cores * work->cycles);
    work->read_bytes = kept_bytes_ + input_bytes_;
    work->written_bytes = sum(outputs);
    outputs_.next();
    const CommandIndex done =
        commands_.add(Compute{nullptr, {}, work}, {kept_load_, input_load_, outputs_.free_after()});
    kept_.used_by(done);
    inputs_.used_by(done);
    CommandIndex stored = done;
    for (const Block& to : outputs) stored = commands_.add(Store{to}, {done});
    outputs_.used_by(stored);
  }

  const VectorDspCapabilities& own_;
  const Streams& s_;
  double shared_, call_;
  std::int64_t macs_, operations_;
  CommandList commands_;
  Slots kept_{2}, inputs_{2}, outputs_{2};
  std::int64_t part_there_ = -1, piece_there_ = -1, kept_bytes_ = 0, input_bytes_ = 0;
  CommandIndex kept_load_ = kNoCommand, input_load_ = kNoCommand;
  bool first_ = true;
};

}  // namespace

std::vector<std::string> kernels_of(const network::Network& network, std::size_t index, const KernelCosts& costs,
                                    std::string& missing) {
  std::vector<std::string> names;
  for (const HostTask& task : host_tasks(network, index)) {
    const auto listed = std::find_if(task.names.begin(), task.names.end(),
                                     [&](const std::string& name) { return find_cost(costs, name) != nullptr; });
    if (listed == task.names.end()) {
      missing = task.names.back();
      return {};
    }
    names.push_back(*listed);
  }
  return names;
}

std::int64_t dsp_cycles(const VectorDspMachine& machine, const Compute& compute) {
  const auto& layer = static_cast<const VectorDspLayer&>(*compute.machine);
  return layer.kernel ? layer.cycles : vector_dsp_activity(machine, compute.tile, layer.extra).cycles;
}

double dsp_core_cost(const VectorDspMachine& machine, const std::vector<Command>& commands) {
  std::int64_t cycles = 0;
  for (const Command& command : commands) {
    const auto* const compute = std::get_if<Compute>(&command.what);
    if (!compute) continue;
    const auto& layer = static_cast<const VectorDspLayer&>(*compute->machine);
    cycles += layer.kernel ? layer.core_cycles : vector_dsp_activity(machine, compute->tile, layer.extra).core_cycles;
  }
  return kCoreCycleCost * static_cast<double>(cycles);
}

LayerPlan plan_dsp_kernel(const VectorDspCapabilities& own, const network::Network& network, std::size_t index,
                          const Placement& placement, const std::vector<MemoryRegion>& memories) {
  const Layer& layer = network.layers[index];
  const HostWork work = host_work(network, index, placement);
  const std::vector<HostTask> tasks = host_tasks(network, index);
  std::string missing;
  const std::vector<std::string> names = kernels_of(network, index, own.kernels, missing);
  double shared = 0.0;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    const KernelCost& cost = *find_cost(own.kernels, names[t]);
    shared += t == 0 ? cost.shared(tasks[t].work) : cost.shared({tasks[t].work.operations, 0, 0});
  }
  const double call = find_cost(own.kernels, names.front())->call;
  const Streams streams = streams_of(own, network, layer, work);
  LayerPlan plan;
  plan.commands = Running(own, streams, shared, call, layer.macs, tasks.front().work.operations).run();
  const L1Cycles cycles = [&](const Compute& compute) { return dsp_cycles(own.machine, compute); };
  LayerMapping& m = plan.mapping;
  add_up_l1(plan.commands, cycles, m);
  const std::int64_t pieces = streams.parts * streams.pieces;
  m.how = "kernel " + names.front() + (pieces > 1 ? ", " + std::to_string(pieces) + " pieces" : "");
  m.double_buffered = pieces > 1;
  m.candidates = 1;
  m.estimated_cycles = Cycles(l1_cycles(own.l1, memories, plan.commands, cycles));
  for (const Command& command : plan.commands) {
    const auto at = [&](const Block& block) -> const MemoryRegion& { return region_of(memories, block); };
    if (const auto* load = std::get_if<Load>(&command.what)) add_read(load->from.bytes(), at(load->from), m);
    if (const auto* store = std::get_if<Store>(&command.what)) add_write(store->to.bytes(), at(store->to), m);
  }
  m.cost += kCycleCost * static_cast<double>(m.estimated_cycles.value()) +
            kCommandCost * static_cast<double>(plan.commands.size()) + dsp_core_cost(own.machine, plan.commands);
  return plan;
}

}  // namespace subvolt::mapping
