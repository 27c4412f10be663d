#include "sim/mapping/row_stationary/row_stationary_planner.h"

#include <algorithm>
#include <iterator>

#include "sim/config/diagnostics.h"
#include "sim/mapping/layer/mac_layer.h"
#include "sim/mapping/place/cost_model.h"
#include "sim/mapping/row_stationary/row_stationary_pass.h"
#include "sim/mapping/row_stationary/row_stationary_search.h"
#include "sim/mapping/row_stationary/row_stationary_timeline.h"
#include "sim/mapping/row_stationary/run_length.h"
#include "sim/network/int8_type.h"
#include "sim/units/text.h"

namespace subvolt::mapping {
namespace {

using network::ElementType;
using network::Layer;

std::int64_t add_offset(Address& address, std::int64_t bytes) {
  address += static_cast<Address>(bytes);
  return bytes;
}

class Planning {
 public:
  Planning(const Layer& layer, const RowStationaryLayer& shape, const MacLayer& places, const ZeroShares& zeros,
           bool coded)
      : layer_(layer),
        shape_(shape),
        places_(places),
        machine_(std::make_shared<RowStationaryZeros>(zeros.input.value_or(0.0))),
        in_(stored(places.input, layer.in, coded && zeros.input ? without_padding(*zeros.input) : -1.0)),
        out_(stored(places.output, layer.out, coded ? zeros.output.value_or(-1.0) : -1.0)) {}

  void add(const RowStationaryMapping& mapping) {
    for (std::int64_t g = 0; g < shape_.groups; ++g) {
      for (std::int64_t image = 0; image < shape_.images; image += mapping.n) {
        for (std::int64_t row = 0; row < shape_.rows.out; row += mapping.e) {
          for (std::int64_t filter = 0; filter < shape_.filters; filter += mapping.m) {
            add_group(mapping, g, image, row, filter);
          }
        }
      }
    }
  }
  LayerPlan& plan() { return plan_; }

 private:
  static StoredPlanes stored(const OperandPlace& place, const network::Image& image, double zeros) {
    return {place.format, image.height, image.width, zeros};
  }
  // The same zeros without those of the padding.
  double without_padding(double zeros) const {
    const auto padded = static_cast<double>(shape_.rows.in() * shape_.columns.in());
    const auto own = static_cast<double>(layer_.in.height * layer_.in.width);
    return std::clamp(1.0 - (1.0 - zeros) * padded / own, 0.0, 1.0);
  }
  static Block planes(const OperandPlace& place, const StoredPlanes& stored, std::int64_t all_channels,
                      std::int64_t image, std::int64_t images, std::int64_t channel, std::int64_t channels,
                      std::int64_t first, std::int64_t end) {
    Block block;
    const std::int64_t plane = stored.plane_bytes(), from = stored.row_offset(first);
    block.base = place.address + static_cast<Address>((image * all_channels + channel) * plane + from);
    block.row_bytes = stored.row_offset(end) - from;
    block.rows = channels;
    block.row_stride = plane;
    block.planes = images;
    block.plane_stride = all_channels * plane;
    return block;
  }

  // m filters on n strips, from their first psums to the store of their ofmaps.
  void add_group(const RowStationaryMapping& mapping, std::int64_t g, std::int64_t image, std::int64_t row,
                 std::int64_t filter) {
    const std::int64_t m = std::min(mapping.m, shape_.filters - filter);
    RowStationaryPass pass;
    pass.images = std::min(mapping.n, shape_.images - image);
    pass.rows = shape_.rows;
    pass.rows.out = std::min(mapping.e, shape_.rows.out - row);
    pass.columns = shape_.columns;
    const std::int64_t top = row * shape_.rows.stride - layer_.window.pad_top;
    const std::int64_t first = std::clamp<std::int64_t>(top, 0, layer_.in.height);
    const std::int64_t end = std::clamp<std::int64_t>(top + pass.rows.in(), first, layer_.in.height);
    const std::int64_t taps = shape_.rows.kernel * shape_.columns.kernel;
    Address weights = places_.weights.address;
    add_offset(weights, places_.weights.format.bytes((g * shape_.filters + filter) * shape_.channels * taps));
    for (std::int64_t c = 0; c < shape_.channels; c += mapping.channels) {
      pass.channels = std::min(mapping.channels, shape_.channels - c);
      pass.accumulate = c > 0;
      const Block ifmaps = planes(places_.input, in_, shape_.groups * shape_.channels, image, pass.images,
                                  g * shape_.channels + c, pass.channels, first, end);
      if (ifmaps.row_bytes > 0) load_ifmaps(ifmaps);
      for (std::int64_t k = 0; k < m; k += mapping.filters) {
        pass.filters = std::min(mapping.filters, m - k);
        Block filters;
        filters.base = weights;
        filters.row_bytes = places_.weights.format.bytes(pass.filter_words());
        plan_.mapping.weight_bytes += add_offset(weights, filters.row_bytes);
        push(Load{Operand::kWeight, Buffer::kWeight, filters});
        Compute compute;
        compute.tile = pass_tile(pass);
        compute.machine = machine_;
        push(compute);
      }
    }
    const Block ofmaps = planes(places_.output, out_, shape_.groups * shape_.filters, image, pass.images,
                                g * shape_.filters + filter, m, row, row + pass.rows.out);
    if (ofmaps.row_bytes == 0) return;
    push(Store{ofmaps});
    plan_.mapping.output_bytes += ofmaps.bytes();
  }
  void load_ifmaps(const Block& block) {
    push(Load{Operand::kInput, Buffer::kInput, block});
    plan_.mapping.input_bytes += block.bytes();
  }
  // Each waits for the one before: in what order they really move says the component.
  void push(std::variant<Load, Compute, Vector, Store> what) {
    const auto n = static_cast<std::int32_t>(plan_.commands.size());
    Command command{std::move(what), {}};
    if (n > 0) command.after.push_back(n - 1);
    plan_.commands.push_back(std::move(command));
  }

  const Layer& layer_;
  const RowStationaryLayer& shape_;
  const MacLayer& places_;
  const std::shared_ptr<const RowStationaryZeros> machine_;
  StoredPlanes in_, out_;
  LayerPlan plan_;
};

RowStationaryLayer shape_of(const Layer& layer) {
  const network::Window& w = layer.window;
  RowStationaryLayer shape;
  shape.images = layer.out.images;
  shape.groups = layer.groups;
  shape.channels = layer.in.channels / layer.groups;
  shape.filters = layer.out.channels / layer.groups;
  shape.rows = {layer.out.height, w.kernel_height, w.stride_height, w.dilation_height};
  shape.columns = {layer.out.width, w.kernel_width, w.stride_width, w.dilation_width};
  return shape;
}

bool is_word(ElementType type) {
  return Format{type}.is_byte() || type == ElementType::kInt16 || type == ElementType::kUint16;
}

std::string takes_words(const std::string& operand, ElementType type) {
  const std::string remedy = network::as_int8(type) ? ": --quantize int8 takes it as int8" : "";
  return "computes integers of 8 and 16 bits and the " + operand + " is " + network::to_text(type) + remedy;
}

}  // namespace

Tile pass_tile(const RowStationaryPass& pass) {
  Tile tile;
  tile.rows = pass.rows;
  tile.columns = pass.columns;
  tile.channels = pass.filters;
  tile.inputs = pass.channels;
  tile.groups = pass.images;
  tile.accumulate = pass.accumulate;
  tile.input = tile.weight = kInt16;
  return tile;
}

RowStationaryPass pass_of(const Tile& tile) {
  return {tile.groups, tile.inputs, tile.channels, tile.rows, tile.columns, tile.accumulate};
}

void RowStationaryPlanner::check(const network::Network& network, const std::vector<MemoryRegion>& /*memories*/,
                                 config::Diagnostics& diagnostics) const {
  std::vector<std::string> names;
  for (const Layer& layer : network.layers) names.push_back(layer.name);
  for (const char* key : {"zeros", "mappings"}) {
    const config::Node* const map = origin_.find(key);
    for (const config::Node::Entry& entry : map ? map->entries() : std::vector<config::Node::Entry>()) {
      const auto complain = [&](const std::string& what) {
        diagnostics.error(entry.key_location, entry.node.path(), what);
      };
      const bool for_this_run = entry.node.layer() == config::Node::kOverride;
      const auto named = std::find(names.begin(), names.end(), entry.key);
      if (named == names.end()) {
        const std::string near = config::did_you_mean(entry.key, names);
        if (for_this_run) {
          complain("no layer of " + network.name + " has the name \"" + entry.key + "\"" +
                   (near.empty() ? ": `subvolt check` lists them" : near));
        }
        continue;
      }
      const auto layer = static_cast<std::size_t>(named - names.begin());
      const std::string why = obstacle(network, layer);
      if (!why.empty() && for_this_run) complain("layer " + entry.key + " does not run on " + instance_ + ": " + why);
      if (why.empty() && for_this_run && key == std::string("zeros")) {
        const ZeroShares& told = declared_zeros(zeros_, entry.key);
        const std::string in = told.input ? why_no_zeros_in(network, layer) : "";
        const std::string out = told.output ? why_no_zeros_out(network, layer) : "";
        if (!in.empty())
          complain("zeros are what a relu makes, and in front of this layer " + in + ": leave out `input`");
        if (!out.empty()) complain("zeros are what a relu makes, and " + out + ": leave out `output`");
      }
      const auto told =
          std::find_if(mappings_.begin(), mappings_.end(), [&](const auto& m) { return m.first == *named; });
      if (!why.empty() || key != std::string("mappings") || told == mappings_.end()) continue;
      const std::string misfits = misfit(machine_, shape_of(network.layers[layer]), told->second);
      if (!misfits.empty()) complain("is no mapping for layer " + entry.key + ": " + misfits);
    }
  }
}

std::string RowStationaryPlanner::obstacle(const network::Network& network, std::size_t index) const {
  const Layer& layer = network.layers[index];
  static const char* const all[] = {"conv2d", "conv1d", "depthwise_conv2d", "depthwise_conv1d", "fully_connected"};
  if (std::none_of(std::begin(all), std::end(all), [&](const char* op) { return layer.op.is(op); })) {
    return instance_ + " runs convolutions and fully connected layers only";
  }
  const network::Constant* weights = layer.constant(network::Role::kWeights);
  if (!weights) return instance_ + " multiplies by constant weights and these are computed";
  const network::Constant* biases = layer.constant(network::Role::kBias);
  if (!biases && layer.bias) return instance_ + " adds constant biases and these are computed";
  if (needs_lookup(layer)) {
    return instance_ + " has no table for the activation " + network::to_text(layer.activation());
  }
  for (const network::TensorId t : layer.inputs) {
    const ElementType type = network.tensor(t).type;
    if (!is_word(type)) return instance_ + " " + takes_words("input", type);
  }
  const ElementType out = network.output_of(layer).type;
  if (!is_word(out)) return instance_ + " " + takes_words("output", out);
  if (!is_word(weights->type)) return instance_ + " " + takes_words("weights", weights->type);
  if (biases && network::is_float(biases->type)) {
    return instance_ + " adds integer biases and these are " + network::to_text(biases->type) +
           ": --quantize int8 takes them as int32";
  }
  const network::Window& window = layer.window;
  if (window.kernel_height > machine_.rows) {
    return instance_ + " has " + std::to_string(machine_.rows) + " rows of PEs and the kernel " +
           std::to_string(window.kernel_height) + " rows";
  }
  const std::int64_t most = std::min(machine_.ifmap_words, machine_.filter_words);
  if (window.kernel_width > most) {
    return instance_ + " holds rows of " + std::to_string(most) +
           " words in the scratchpads of a PE and the kernel's have " + std::to_string(window.kernel_width);
  }
  return "";
}

std::optional<LayerPlan> RowStationaryPlanner::plan(const network::Network& network, std::size_t index,
                                                    const Placement& placement,
                                                    const std::vector<MemoryRegion>& memories, Objective objective,
                                                    std::string& why_not) const {
  const Layer& layer = network.layers[index];
  const MacLayer places = mac_layer(network, index, placement, memories);
  const RowStationaryLayer shape = shape_of(layer);
  const auto weight = [&](const OperandPlace& place) {
    const double words = static_cast<double>(place.format.bits()) / static_cast<double>(machine_.word_bits);
    return words * (place.memory->off_chip ? kOffChipWeight : kOnChipWeight);
  };
  const RowStationaryWeights weights{weight(places.input), weight(places.weights), weight(places.output)};
  std::int64_t candidates = 0;
  const auto told =
      std::find_if(mappings_.begin(), mappings_.end(), [&](const auto& entry) { return entry.first == layer.name; });
  std::optional<RowStationaryMapping> found;
  if (told != mappings_.end()) {
    found = told->second;
    candidates = 1;
  } else {
    found = search_row_stationary(machine_, shape, weights, objective, candidates);
  }
  if (!found) {
    const SmallestStrip smallest = smallest_strip(machine_, shape);
    const std::int64_t bank = machine_.bank_words * machine_.word_bits / 8;
    why_not = "a row of outputs of one filter takes " + std::to_string(smallest.psum_banks) + " banks of " + instance_ +
              ".buffer and its inputs " + std::to_string(smallest.ifmap_banks) + ", available " +
              std::to_string(machine_.banks) + " of " + grouped(bank) + " B; enlarge " + instance_ + ".buffer or " +
              instance_ + ".filter_buffer";
    return std::nullopt;
  }
  Planning planning(layer, shape, places, zeros_that_hold(zeros_, network, index), coded_);
  planning.add(*found);
  RowStationaryTimeline timeline(machine_, link_, memories);
  timeline.run(planning.plan().commands);
  RowStationaryPass pass{found->n, found->channels, found->filters, shape.rows, shape.columns, false};
  pass.rows.out = found->e;
  const PeSets sets = arrange(machine_, pass).value();
  LayerMapping& m = planning.plan().mapping;
  m.candidates = candidates;
  m.estimated_cycles = Cycles(timeline.end());
  m.array_cycles = Cycles(timeline.array_cycles());
  m.tile_rows = found->e;
  m.tile_columns = shape.columns.out;
  m.tile_channels = found->filters;
  m.tile_reduction = found->channels;
  m.repetitions = shape.images;
  m.how = "row stationary, m " + std::to_string(found->m) + ", n " + std::to_string(found->n) + ", e " +
          std::to_string(found->e) + ", p " + std::to_string(sets.p) + ", q " + std::to_string(sets.q) + ", r " +
          std::to_string(sets.r) + ", t " + std::to_string(sets.t) + ", " + std::to_string(sets.active(pass)) + " PEs";
  add_read(m.input_bytes, *places.input.memory, m);
  add_read(m.weight_bytes, *places.weights.memory, m);
  add_write(m.output_bytes, *places.output.memory, m);
  m.cost += kCycleCost * static_cast<double>(m.estimated_cycles.value());
  return std::move(planning.plan());
}

}  // namespace subvolt::mapping
