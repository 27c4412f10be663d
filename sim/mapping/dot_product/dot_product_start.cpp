#include "sim/mapping/dot_product/dot_product_start.h"

#include <algorithm>

namespace subvolt::mapping {

namespace {

Address at(const Block& block, std::int64_t bytes) { return block.base + static_cast<Address>(bytes); }

}  // namespace

BeatRun DotProductStart::input_run(const DotProductMachine& machine, std::int64_t first, std::int64_t most) const {
  const std::int64_t planes = layer.planes(machine), full = input.row_bytes > 0 ? input.planes : 0;
  const std::int64_t column = first % layer.width, plane = first / layer.width % planes;
  const std::int64_t row = first / layer.width / planes;
  if (plane >= full) {
    const std::int64_t pixel = input_rest.row_bytes / layer.width;
    const std::int64_t run = planes == 1 ? layer.width * layer.height - first : layer.width - column;
    const std::int64_t beats = std::min(run, most);
    return {at(input_rest, row * input_rest.row_stride + column * pixel), beats, beats * pixel};
  }
  std::int64_t run = layer.width - column;
  if (planes == 1) run = layer.width * layer.height - first;
  if (layer.packed() && input.plane_stride == machine.channels) run = full - plane;
  const std::int64_t beats = std::min(run, most);
  return {at(input, plane * input.plane_stride + row * input.row_stride + column * machine.channels), beats,
          beats * machine.channels};
}

BeatRun DotProductStart::weight_run(const DotProductMachine& machine, std::int64_t first, std::int64_t most) const {
  const std::int64_t beat = machine.channels, line = weights.row_bytes, all = weights.bytes();
  const std::int64_t offset = first * beat;
  if (offset + beat > all || line < beat) {  // the last, beyond it, or less than a beat in all
    const std::int64_t bytes = std::min({beat, line, offset < all ? all - offset : beat});
    return {at(weights, line - bytes), 1, bytes};
  }
  const std::int64_t in_line = offset % line;
  const std::int64_t beats = std::min((line - in_line) / beat, most);
  if (beats == 0) return {at(weights, line - beat), 1, beat};  // across the end: they begin again
  return {at(weights, in_line), beats, beats * beat};
}

std::vector<Block> DotProductStart::weights_read(const DotProductMachine& machine) const {
  const std::int64_t beat = machine.channels, line = weights.row_bytes, all = weights.bytes();
  const std::int64_t whole = all / beat, rest = all % beat;
  const std::int64_t beyond = layer.weight_beats(machine) - whole - (rest > 0 ? 1 : 0);
  std::vector<Block> blocks;
  if (line >= beat) {
    blocks.push_back(weights);
    if (beyond > 0) blocks.push_back({at(weights, line - beat), beat, beyond, 0, 1, 0});
    return blocks;
  }
  // Each beat has all that there is of them.
  if (whole + beyond > 0) blocks.push_back({weights.base, line, whole + beyond, 0, 1, 0});
  if (rest > 0) blocks.push_back({at(weights, line - std::min(rest, line)), std::min(rest, line), 1, 0, 1, 0});
  return blocks;
}

std::vector<BeatRun> DotProductStart::output_runs(std::int64_t group, std::int64_t first, std::int64_t n) const {
  const std::int64_t full = output.row_bytes > 0 ? output.planes : 0;
  const Block& block = group < full ? output : output_rest;
  const std::int64_t plane = group < full ? group * output.plane_stride : 0;
  if (block.rows == 1) {
    const std::int64_t pixel = block.row_bytes / layer.positions;
    return {{at(block, plane + first * pixel), n, n * pixel}};
  }
  std::vector<BeatRun> runs;
  for (std::int64_t i = first; i < first + n; ++i) {
    runs.push_back({at(block, plane + i * block.row_stride), 1, block.row_bytes});
  }
  return runs;
}

std::int64_t weight_banks_for(const DotProductMachine& machine, const DotProductLayer& layer) {
  const std::int64_t there = machine.banks - layer.data_banks(machine);
  const std::int64_t banks = std::min(there, ceil_div(layer.weight_beats(machine), machine.bank_entries));
  return machine.weight_banks ? std::min(banks, *machine.weight_banks) : banks;
}

void append_start(const DotProductStart& start, const DotProductMachine& machine, std::vector<Command>& commands) {
  const auto first = static_cast<std::int32_t>(commands.size());
  const auto add = [&](std::variant<Load, Compute, Vector, Store> what, std::vector<std::int32_t> after) {
    commands.push_back({std::move(what), std::move(after)});
  };
  for (const Block* block : {&start.input, &start.input_rest}) {
    if (block->row_bytes > 0) add(Load{Operand::kInput, Buffer::kInput, *block}, {});
  }
  for (const Block& block : start.weights_read(machine)) add(Load{Operand::kWeight, Buffer::kWeight, block}, {});
  Compute compute;
  compute.tile.rows = start.rows;
  compute.tile.columns = start.columns;
  compute.tile.channels = start.layer.kernels;
  compute.tile.inputs = start.layer.inputs;
  compute.tile.groups = start.weights.rows;
  const auto at = static_cast<std::int32_t>(commands.size());
  std::vector<std::int32_t> loads;
  for (std::int32_t c = first; c < at; ++c) loads.push_back(c);
  add(compute, std::move(loads));
  for (const Block* block : {&start.output, &start.output_rest}) {
    if (block->row_bytes > 0) add(Store{*block}, {at});
  }
}

std::vector<DotProductStart> starts_of(const std::vector<Command>& commands, const DotProductMachine& machine) {
  std::vector<DotProductStart> starts;
  for (std::size_t c = 0; c < commands.size();) {
    DotProductStart& start = starts.emplace_back();
    std::vector<const Block*> inputs, outputs;
    for (; c < commands.size(); ++c) {
      const auto* load = std::get_if<Load>(&commands[c].what);
      if (!load) break;
      if (load->operand == Operand::kWeight) {
        if (start.weights.row_bytes == 0) start.weights = load->from;
      } else {
        inputs.push_back(&load->from);
      }
    }
    const Tile& tile = std::get<Compute>(commands[c++].what).tile;
    for (; c < commands.size(); ++c) {
      const auto* store = std::get_if<Store>(&commands[c].what);
      if (!store) break;
      outputs.push_back(&store->to);
    }
    start.weights.rows = tile.groups;
    start.rows = tile.rows;
    start.columns = tile.columns;
    DotProductLayer& layer = start.layer;
    layer.inputs = tile.inputs;
    layer.kernels = tile.channels;
    layer.taps = tile.rows.kernel * tile.columns.kernel;
    layer.positions = tile.rows.out * tile.columns.out;
    if (layer.inputs >= machine.channels) start.input = *inputs.front();
    if (layer.inputs % machine.channels != 0) start.input_rest = *inputs.back();
    if (layer.kernels >= machine.kernels) start.output = *outputs.front();
    if (layer.kernels % machine.kernels != 0) start.output_rest = *outputs.back();
    const bool full = layer.inputs >= machine.channels;
    const Block& rows = full ? start.input : start.input_rest;
    layer.height = rows.rows;
    layer.width = rows.row_bytes / (full ? machine.channels : layer.inputs);
    layer.weight_banks = weight_banks_for(machine, layer);
  }
  return starts;
}

}  // namespace subvolt::mapping
