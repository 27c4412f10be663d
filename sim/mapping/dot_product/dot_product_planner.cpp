#include "sim/mapping/dot_product/dot_product_planner.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "sim/mapping/dot_product/dot_product_cuts.h"
#include "sim/mapping/dot_product/dot_product_follow.h"
#include "sim/mapping/layer/mac_layer.h"
#include "sim/mapping/layer/type_obstacle.h"
#include "sim/mapping/layer/window_obstacle.h"
#include "sim/mapping/place/cost_model.h"

namespace subvolt::mapping {
namespace {

using network::ElementType;
using network::Layer;

// Of requests of each length, beats of the way as a stream of such requests sees them, and what one takes by itself.
std::vector<BeatMemory::Request> requests_through(const DotProductMachine& machine, const Lane& lane) {
  std::vector<BeatMemory::Request> all;
  for (std::int64_t beats = 1; beats <= machine.burst_beats; ++beats) {
    const Transfer request{beats * machine.channels, 1, 0};
    all.push_back({lane.exact_cycles(request) / static_cast<double>(beats),
                   std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(lane.latency(request))))});
  }
  return all;
}

// Nothing where requests are answered as a whole.
std::optional<BeatMemory> beat_memory(const DotProductMachine& machine, const MemoryRegion& input,
                                      const MemoryRegion& weights) {
  if (!input.path.read.by_beats() || !weights.path.read.by_beats()) return std::nullopt;
  BeatMemory memory;
  memory.input = requests_through(machine, input.path.read);
  memory.weights = requests_through(machine, weights.path.read);
  return memory;
}

// Some channels of an image in planes: lines [first, end), full planes and the rest.
void image_blocks(Address base, std::int64_t beat, std::int64_t width, std::int64_t height, std::int64_t first_channel,
                  std::int64_t channels, std::int64_t first, std::int64_t end, bool lines, Block& full, Block& rest) {
  const std::int64_t planes = channels / beat, left = channels % beat, n = end - first;
  const auto block = [&](std::int64_t channel, std::int64_t pixel, std::int64_t count) {
    Block b;
    b.base = base + static_cast<Address>(channel * width * height + first * width * pixel);
    b.row_bytes = (lines ? width : width * n) * pixel;
    b.rows = lines ? n : 1;
    b.row_stride = width * pixel;
    b.planes = count;
    b.plane_stride = width * height * pixel;
    return b;
  };
  if (planes > 0) full = block(first_channel, beat, planes);
  if (left > 0) rest = block(first_channel + planes * beat, left, 1);
}

class Planning {
 public:
  Planning(const DotProductMachine& machine, const Layer& layer, const MacLayer& places)
      : machine_(machine), layer_(layer), places_(places) {}

  void add(const DotProductPart& part, const DotProductCut& cut, std::int64_t image) {
    for (const RowPart& rows : cut.rows) {
      for (std::int64_t k = 0; k < part.kernels; k += cut.kernels) {
        const DotProductStart start_here =
            start(part, {rows, k, std::min(cut.kernels, part.kernels - k), cut.kernels}, image);
        add_up(start_here);
        append_start(start_here, machine_, plan_.commands);
      }
    }
  }

  DotProductStart start(const DotProductPart& part, const HardwareLayerPlace& at, std::int64_t image) const {
    const Address input = places_.input.address + image_offset(image, layer_.in);
    const Address output = places_.output.address + image_offset(image, layer_.out);
    const std::int64_t kernel_bytes = part.inputs / part.groups * layer_.window.taps();
    const RowPart& rows = at.rows;
    DotProductStart start;
    start.layer = dot_product_layer(machine_, layer_, part.inputs, at.count, rows);
    const network::Image& in = layer_.in;
    if (is_line(layer_)) {  // as a column of pixels, in one run
      image_blocks(input, machine_.channels, 1, in.width, part.first_input, part.inputs, rows.in_first, rows.in_end,
                   false, start.input, start.input_rest);
    } else {
      image_blocks(input, machine_.channels, in.width, in.height, part.first_input, part.inputs, rows.in_first,
                   rows.in_end, true, start.input, start.input_rest);
    }
    place_output(start, output, part.first_kernel + at.first, at.count, rows, at.of < part.kernels);
    start.weights.base = places_.weights.address + static_cast<Address>((part.first_kernel + at.first) * kernel_bytes);
    start.weights.row_bytes = at.count * kernel_bytes;
    start.weights.rows = part.groups;
    const network::Window& w = layer_.window;
    const std::int64_t out = rows.end - rows.first;
    start.rows = {is_line(layer_) ? 1 : out, w.kernel_height, w.stride_height, w.dilation_height};
    start.columns = {is_line(layer_) ? out : layer_.out.width, w.kernel_width, w.stride_width, w.dilation_width};
    return start;
  }
  LayerPlan& plan() { return plan_; }

 private:
  static Address image_offset(std::int64_t image, const network::Image& in) {
    return static_cast<Address>(image * (in.elements() / in.images));
  }

  void place_output(DotProductStart& start, Address output, std::int64_t first, std::int64_t kernels,
                    const RowPart& rows, bool part_of_plane) const {
    // A line is a column of pixels.
    const std::int64_t width = is_line(layer_) ? 1 : layer_.out.width, pixels = layer_.out.width * layer_.out.height;
    const std::int64_t beat = machine_.kernels;
    if (!part_of_plane) {
      return image_blocks(output, beat, width, pixels / width, first, kernels, rows.first, rows.end, false,
                          start.output, start.output_rest);
    }
    // Some kernels of a plane, pixel by pixel; it may hold fewer than others. Across its end they go on in the next.
    const std::int64_t plane = first / beat * beat, pixel = std::min(beat, layer_.out.channels - plane);
    Block& b = start.output_rest;
    b.base = output + static_cast<Address>(plane * pixels + rows.first * width * pixel + (first - plane));
    b.row_bytes = kernels;
    b.rows = start.layer.positions;
    b.row_stride = pixel;
  }

  void add_up(const DotProductStart& start) {
    LayerMapping& m = plan_.mapping;
    m.input_bytes += start.input.bytes() + start.input_rest.bytes();
    for (const Block& block : start.weights_read(machine_)) m.weight_bytes += block.bytes();
    m.output_bytes += start.output.bytes() + start.output_rest.bytes();
    m.array_cycles += Cycles(start.layer.array_cycles(machine_));
  }

  const DotProductMachine& machine_;
  const Layer& layer_;
  const MacLayer& places_;
  LayerPlan plan_;
};

}  // namespace

std::string DotProductPlanner::obstacle(const network::Network& network, std::size_t index) const {
  const std::string why = window_obstacle(network, index, instance_);
  if (!why.empty()) return why;
  const Layer& layer = network.layers[index];
  const network::Constant* weights = layer.constant(network::Role::kWeights);
  const network::Constant* biases = layer.constant(network::Role::kBias);
  if (!Format{weights->type}.is_byte()) return instance_ + " " + computes_int8("weights", weights->type);
  if (biases && biases->type != ElementType::kInt32) return instance_ + " " + adds_int32(biases->type);
  return "";
}

std::optional<LayerPlan> DotProductPlanner::plan(const network::Network& network, std::size_t index,
                                                 const Placement& placement, const std::vector<MemoryRegion>& memories,
                                                 Objective, std::string& why_not) const {
  const Layer& layer = network.layers[index];
  const MacLayer places = mac_layer(network, index, placement, memories);
  const Ways ways{memories,
                  {way_of(*places.input.memory), way_of(*places.weights.memory), way_of(*places.output.memory)},
                  beat_memory(machine_, *places.input.memory, *places.weights.memory)};
  Planning planning(machine_, layer, places);
  LayerMapping& m = planning.plan().mapping;
  // Parts, each with its cut; equal ones are cut alike.
  struct Way {
    std::vector<DotProductPart> parts;
    std::vector<DotProductCut> cuts;
    std::int64_t cycles = 0;
    std::size_t hardware_layers = 0;
  };
  std::optional<Way> best;
  SmallestCut smallest;
  for (std::vector<DotProductPart>& parts : dot_product_parts(machine_, layer, dense_)) {
    Way way;
    for (std::size_t p = 0; p < parts.size(); ++p) {
      const DotProductPart& part = parts[p];
      if (p > 0 && part.inputs == parts[p - 1].inputs && part.kernels == parts[p - 1].kernels) {
        way.cuts.push_back(way.cuts.back());
      } else {
        std::optional<DotProductCut> cut = cut_dot_product(
            machine_, layer, part.inputs, part.kernels,
            [&](const HardwareLayerPlace& at) { return cycles(planning.start(part, at, 0), ways); }, smallest);
        if (!cut) break;
        m.candidates += cut->candidates;
        way.cuts.push_back(std::move(*cut));
      }
      const DotProductCut& cut = way.cuts.back();
      way.cycles += cut.cycles * layer.out.images;
      way.hardware_layers +=
          cut.rows.size() * static_cast<std::size_t>(ceil_div(part.kernels, cut.kernels) * layer.out.images);
    }
    if (way.cuts.size() < parts.size() || (best && best->cycles <= way.cycles)) continue;
    way.parts = std::move(parts);
    best = std::move(way);
  }
  if (!best) {
    const std::int64_t bank = machine_.bank_entries * machine_.channels;
    why_not = "the inputs of one row of outputs need " + grouped(smallest.input_bytes) + " B of " + instance_ +
              ".buffer and the weights of one kernel " + grouped(smallest.weight_bytes) + " B, available " +
              grouped(machine_.banks * bank) + " B in banks of " + grouped(bank) +
              " B, each for one of the two; enlarge " + instance_ + ".buffer" +
              (machine_.data_banks || machine_.weight_banks ? ", or raise its data_banks and weight_banks" : "");
    return std::nullopt;
  }
  for (std::size_t p = 0; p < best->parts.size(); ++p) {
    for (std::int64_t image = 0; image < layer.out.images; ++image) {
      planning.add(best->parts[p], best->cuts[p], image);
    }
  }
  const DotProductCut* const cut = &best->cuts.back();
  const std::int64_t cycles_in_all = best->cycles;
  const std::size_t hardware_layers = best->hardware_layers;
  m.estimated_cycles = Cycles(cycles_in_all - machine_.restart);
  const std::int64_t first_rows = cut->rows.front().end - cut->rows.front().first;
  m.tile_rows = is_line(layer) ? 1 : first_rows;
  m.tile_columns = is_line(layer) ? first_rows : layer.out.width;
  m.tile_channels = std::min(cut->kernels, machine_.kernels);
  m.tile_reduction = best->parts.front().inputs;
  m.repetitions = layer.out.images;
  m.how = "dot product, " + std::to_string(hardware_layers) +
          (hardware_layers == 1
               ? " hardware layer"
               : " hardware layers of " + std::to_string(first_rows) + (is_line(layer) ? " columns, " : " rows, ") +
                     std::to_string(best->parts.front().inputs) + " channels");
  add_read(m.input_bytes, *places.input.memory, m);
  add_read(m.weight_bytes, *places.weights.memory, m);
  add_write(m.output_bytes, *places.output.memory, m);
  m.cost += kCycleCost * static_cast<double>(m.estimated_cycles.value());
  return std::move(planning.plan());
}

std::int64_t DotProductPlanner::cycles(const DotProductStart& start, const Ways& ways) const {
  const DotProductLayer& l = start.layer;
  const Key key{l.width,
                l.height,
                l.inputs,
                l.kernels,
                l.taps,
                l.positions,
                l.weight_banks,
                start.input.plane_stride,
                start.output_rest.rows,
                start.weights.row_bytes,
                start.weights.rows,
                ways.numbers[0],
                ways.numbers[1],
                ways.numbers[2]};
  const auto [known, is_new] = known_.try_emplace(key, 0);
  if (is_new) {
    known->second = ways.beats ? run_dot_product(machine_, l, *ways.beats).end()
                               : follow_dot_product(machine_, start, BurstWays(ways.memories));
  }
  return known->second;
}

std::int64_t DotProductPlanner::way_of(const MemoryRegion& memory) const {
  std::size_t w = 0;
  while (w < ways_.size() && !(ways_[w] == std::pair(memory.base, memory.path))) ++w;
  if (w == ways_.size()) ways_.emplace_back(memory.base, memory.path);
  return static_cast<std::int64_t>(w);
}

}  // namespace subvolt::mapping
