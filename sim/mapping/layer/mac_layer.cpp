#include "sim/mapping/layer/mac_layer.h"

#include <algorithm>
#include <string>

#include "sim/mapping/tile/matmul_shape.h"

namespace subvolt::mapping {
namespace {

std::uint64_t offset(std::int64_t bytes) { return static_cast<std::uint64_t>(bytes); }

OperandPlace place_of(const Placement::Place& place, const std::vector<MemoryRegion>& memories,
                      network::ElementType type) {
  if (place.memory < 0) return {nullptr, 0, {type}};
  return {&memories[static_cast<std::size_t>(place.memory)], place.address, {type}};
}

// Output lines as if they were input lines: what a tile writes.
AxisTile written(const AxisTile& tile) { return {tile.out_begin, tile.out_size, tile.out_begin, tile.out_size, 1}; }

}  // namespace

bool needs_lookup(const network::Layer& layer) {
  return layer.activation() != network::Activation::kNone && !network::is_clamp(layer.activation());
}

namespace {

void place_operands(MacLayer& m, const network::Network& network, std::size_t index, const Placement& placement,
                    const std::vector<MemoryRegion>& memories) {
  const network::Layer& layer = network.layers[index];
  const auto activation = [&](network::TensorId t) {
    return place_of(placement.activations[static_cast<std::size_t>(t)], memories, network.tensor(t).type);
  };
  m.input = activation(layer.inputs.at(0));
  m.output = activation(layer.outputs.at(0));
  if (layer.inputs.size() > 1) m.weights = activation(layer.inputs[1]);
  for (std::size_t c = 0; c < layer.constants.size(); ++c) {
    const OperandPlace place = place_of(placement.constants[index][c], memories, layer.constants[c].type);
    const bool biases = layer.constants[c].role == network::Role::kBias;
    (biases ? m.biases : m.weights) = place;
  }
}

MacLayer matmul_layer(const network::Network& network, std::size_t index) {
  std::string why;
  const MatmulShape shape = matmul_shape(network, index, why).value();
  MacLayer m;
  m.columns.in = m.columns.out = shape.rows;
  m.rows.sparse = true;
  m.inputs_per_group = shape.inner;
  m.outputs_per_group = shape.columns;
  m.macs = network.layers[index].macs / static_cast<std::int64_t>(shape.repetitions.size());
  m.input_pitch = shape.a_pitch;
  m.output_pitch = shape.out_pitch;
  m.matrix = {shape.b_pitch, shape.b_transposed};
  m.repetitions.clear();
  for (const MatmulShape::Offsets& r : shape.repetitions) m.repetitions.push_back({r.a, r.b, r.out});
  return m;
}

// Elements from one pixel to the next.
std::int64_t pitch_of(const network::Network& network, network::TensorId t, std::int64_t channels,
                      const Placement& placement) {
  const std::int64_t bytes = placement.activations[static_cast<std::size_t>(t)].pitch;
  return bytes == 0 ? channels : network.tensor(t).format().elements_in(bytes);
}

MacLayer window_layer(const network::Network& network, const network::Layer& layer, const Placement& placement) {
  const network::Image& in = layer.in;
  const network::Image& out = layer.out;
  const network::Window& w = layer.window;
  MacLayer m;
  m.macs = layer.macs / out.images;
  m.bias = layer.bias;
  m.rows = {in.height, out.height, w.kernel_height, w.stride_height, w.dilation_height, w.pad_top, true};
  m.columns = {in.width, out.width, w.kernel_width, w.stride_width, w.dilation_width, w.pad_left, false};
  m.taps = w.kernel_height * w.kernel_width;
  m.groups = layer.groups;
  m.inputs_per_group = in.channels / layer.groups;
  m.outputs_per_group = out.channels / layer.groups;
  m.input_pitch = pitch_of(network, layer.inputs.at(0), m.input_channels(), placement);
  m.output_pitch = pitch_of(network, layer.outputs.at(0), m.output_channels(), placement);
  for (std::int64_t i = 1; i < out.images; ++i) {
    m.repetitions.push_back({i * in.height * in.width * m.input_pitch, 0, i * out.height * out.width * m.output_pitch});
  }
  return m;
}

}  // namespace

bool has_pixels(const network::Network& network, const network::Layer& layer, network::TensorId tensor) {
  if (layer.op.is("batch_matmul")) return false;
  const bool input = tensor == layer.inputs.at(0);
  return network.tensor(tensor).shape.channels() == (input ? layer.in : layer.out).channels;
}

MacLayer mac_layer(const network::Network& network, std::size_t index, const Placement& placement,
                   const std::vector<MemoryRegion>& memories) {
  const network::Layer& layer = network.layers[index];
  MacLayer m = layer.op.is("batch_matmul") ? matmul_layer(network, index) : window_layer(network, layer, placement);
  m.lookup = needs_lookup(layer);
  place_operands(m, network, index, placement, memories);
  return m;
}

std::vector<ChannelTile> channel_tiles(const MacLayer& layer, std::int64_t tile_channels) {
  std::vector<ChannelTile> tiles;
  const std::int64_t per_group = layer.outputs_per_group;
  const std::int64_t groups_at_once = std::max<std::int64_t>(1, tile_channels / per_group);
  for (std::int64_t g = 0; g < layer.groups; g += groups_at_once) {
    const std::int64_t groups = std::min(groups_at_once, layer.groups - g);
    for (std::int64_t c = 0; c < per_group; c += tile_channels) {
      tiles.push_back({g, groups, g * per_group + c, std::min(tile_channels, per_group - c)});
    }
  }
  return tiles;
}

Tile tile_of(const MacLayer& layer, std::int64_t pixel_rows, std::int64_t pixel_columns, const ChannelTile& tile,
             std::int64_t reduction, bool accumulate) {
  const auto axis = [](const Axis& a, std::int64_t out) { return TileAxis{out, a.kernel, a.stride, a.dilation}; };
  return {axis(layer.rows, pixel_rows),
          axis(layer.columns, pixel_columns),
          tile.outputs,
          reduction,
          tile.groups,
          accumulate,
          layer.input.format,
          layer.weights.format,
          layer.sums};
}

std::vector<ChannelClass> channel_classes(const MacLayer& layer, std::int64_t tile_channels) {
  const std::int64_t per_group = layer.outputs_per_group;
  std::vector<ChannelClass> classes;
  classes.reserve(2);
  const auto add = [&](std::int64_t groups, std::int64_t outputs, std::int64_t count) {
    if (count > 0 && groups > 0 && outputs > 0) classes.push_back({groups, outputs, count});
  };
  if (tile_channels >= per_group) {
    const std::int64_t groups = std::min(layer.groups, tile_channels / per_group);
    add(groups, per_group, layer.groups / groups);
    add(layer.groups % groups, per_group, 1);
  } else {
    add(1, tile_channels, layer.groups * (per_group / tile_channels));
    add(1, per_group % tile_channels, layer.groups);
  }
  return classes;
}

Block image_block(const OperandPlace& image, std::int64_t width, std::int64_t channels, const AxisTile& rows,
                  const AxisTile& columns, std::int64_t first_channel, std::int64_t channel_count) {
  const Format& format = image.format;
  Block b;
  b.base = image.address + offset(format.offset((rows.in_begin * width + columns.in_begin) * channels + first_channel));
  const std::int64_t line = format.bytes(width * channels);
  if (channel_count < channels) {  // a run per pixel
    b.row_bytes = format.bytes(channel_count);
    b.rows = columns.in_lines;
    b.row_stride = format.bytes(channels);
    b.planes = rows.in_lines;
    b.plane_stride = line * rows.in_step;
  } else if (columns.in_lines < width || rows.in_step > 1) {  // a run per line
    b.row_bytes = format.bytes(columns.in_lines * channels);
    b.rows = rows.in_lines;
    b.row_stride = line * rows.in_step;
  } else {
    b.row_bytes = rows.in_lines * line;
    b.row_stride = b.row_bytes;
  }
  if (rows.in_lines == 0 || columns.in_lines == 0) b.row_bytes = 0;
  return b;
}

Block input_block(const MacLayer& layer, const AxisTile& rows, const AxisTile& columns, const ChannelTile& tile,
                  std::int64_t first_reduction, std::int64_t reduction) {
  return image_block(layer.input, layer.columns.in, layer.input_pitch, rows, columns,
                     tile.first_group * layer.inputs_per_group + first_reduction, tile.groups * reduction);
}

Block weight_block(const MacLayer& layer, const ChannelTile& tile, std::int64_t first_reduction,
                   std::int64_t reduction) {
  const Format& format = layer.weights.format;
  Block b;
  if (layer.matrix.pitch > 0) {
    const std::int64_t along = layer.matrix.transposed ? first_reduction : tile.first_output;
    const std::int64_t line = layer.matrix.transposed ? tile.first_output : first_reduction;
    b.base = layer.weights.address + offset(format.offset(line * layer.matrix.pitch + along));
    b.row_bytes = format.bytes(layer.matrix.transposed ? reduction : tile.all_outputs());
    b.rows = layer.matrix.transposed ? tile.all_outputs() : reduction;
    b.row_stride = format.bytes(layer.matrix.pitch);
    return b;
  }
  const std::int64_t first =
      layer.taps * (layer.inputs_per_group * tile.first_output + first_reduction * tile.all_outputs());
  b.base = layer.weights.address + offset(format.offset(first));
  b.row_bytes = format.bytes_from(first, layer.taps * reduction * tile.all_outputs());
  b.row_stride = b.row_bytes;
  return b;
}

Block bias_block(const MacLayer& layer, const ChannelTile& tile) {
  Block b;
  b.base = layer.biases.address + offset(layer.biases.format.offset(tile.first_output));
  b.row_bytes = layer.biases.format.bytes(tile.all_outputs());
  b.row_stride = b.row_bytes;
  return b;
}

Block output_block(const MacLayer& layer, const AxisTile& rows, const AxisTile& columns, const ChannelTile& tile) {
  return image_block(layer.output, layer.columns.out * layer.output_step, layer.output_pitch, written(rows),
                     written(columns), tile.first_output, tile.all_outputs());
}

}  // namespace subvolt::mapping
