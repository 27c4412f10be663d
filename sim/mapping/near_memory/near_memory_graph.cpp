#include "sim/mapping/near_memory/near_memory_graph.h"

#include <algorithm>

namespace subvolt::mapping {
namespace {

using network::Layer;
using network::TensorId;
using Kind = NearMemoryLayer::Kind;

bool is_any(const Layer& layer, std::initializer_list<const char*> ops) {
  return std::any_of(ops.begin(), ops.end(), [&](const char* op) { return layer.op.is(op); });
}
bool is_pool(const Layer& l) { return is_any(l, {"max_pool", "average_pool", "max_pool1d", "average_pool1d"}); }
bool is_elementwise(const Layer& l) { return is_any(l, {"add", "sub", "bitwise_or", "bitwise_xor"}); }
bool is_line(const Layer& l) { return is_any(l, {"max_pool1d", "average_pool1d", "conv1d", "depthwise_conv1d"}); }
bool multiplies(const Layer& l) {
  return is_any(l,
                {"conv2d", "conv1d", "depthwise_conv2d", "depthwise_conv1d", "transposed_conv2d", "fully_connected"});
}

bool same_window(const Layer& a, const Layer& b) {
  return a.op == b.op && a.window.kernel_height == b.window.kernel_height &&
         a.window.kernel_width == b.window.kernel_width && a.window.stride_height == b.window.stride_height &&
         a.window.stride_width == b.window.stride_width;
}

std::string size_text(std::int64_t a, std::int64_t b) { return std::to_string(a) + "x" + std::to_string(b); }

}  // namespace

TensorId NearMemoryGraph::behind_views(TensorId tensor) const {
  for (std::size_t l = network_.layers.size(); l-- > 0;) {
    const Layer& layer = network_.layers[l];
    if (!network::is_view(layer) || layer.inputs.empty() || layer.outputs.front() != tensor) continue;
    tensor = layer.inputs.front();
  }
  return tensor;
}

std::optional<std::size_t> NearMemoryGraph::producer(TensorId tensor) const {
  const TensorId source = behind_views(tensor);
  for (std::size_t l = 0; l < network_.layers.size(); ++l) {
    const std::vector<TensorId>& outputs = network_.layers[l].outputs;
    if (std::find(outputs.begin(), outputs.end(), source) != outputs.end()) return l;
  }
  return std::nullopt;
}

NearMemoryGraph::Readers NearMemoryGraph::readers(std::size_t layer) const {
  std::vector<TensorId> same = {network_.layers[layer].outputs.front()};  // its output, and views of it
  const auto is_same = [&](TensorId t) { return std::find(same.begin(), same.end(), t) != same.end(); };
  Readers found;
  for (std::size_t l = layer + 1; l < network_.layers.size(); ++l) {
    const Layer& next = network_.layers[l];
    const auto n = std::count_if(next.inputs.begin(), next.inputs.end(), is_same);
    if (n > 0 && network::is_view(next)) same.push_back(next.outputs.front());
    if (!network::is_view(next)) found.layers.insert(found.layers.end(), static_cast<std::size_t>(n), l);
  }
  found.outside = std::any_of(network_.outputs.begin(), network_.outputs.end(), is_same);
  return found;
}

std::optional<std::size_t> NearMemoryGraph::only_reader(std::size_t layer) const {
  const Readers all = readers(layer);
  if (all.outside || all.layers.size() != 1) return std::nullopt;
  return all.layers.front();
}

// The layer that makes the tensor, where it is of that sort, can be run, has no hint and nobody else reads it.
std::optional<std::size_t> NearMemoryGraph::free_for(TensorId tensor, bool (*is)(const Layer&)) const {
  const auto p = producer(tensor);
  if (!p || !is(network_.layers[*p]) || network_.layers[*p].attributes.mapping) return std::nullopt;
  return only_reader(*p) && own_obstacle(*p).empty() ? p : std::nullopt;
}

void NearMemoryGraph::take_in(std::size_t root, NearMemoryWork& work, std::vector<TensorId>& operands) const {
  const Layer& layer = network_.layers[root];
  NearMemoryLayer& m = work.layer;
  operands = {layer.inputs.front()};
  const Layer* pool = is_pool(layer) ? &layer : nullptr;
  const Layer* sum = is_elementwise(layer) ? &layer : nullptr;
  const auto take = [&](std::size_t taken) -> const Layer* {
    work.taken_in.push_back(taken);
    return &network_.layers[taken];
  };
  if (multiplies(layer)) {
    if (const auto p = free_for(operands.front(), is_pool)) {
      pool = take(*p);
      operands = {pool->inputs.front()};
    }
  }
  if (!sum && (pool || multiplies(layer))) {
    if (const auto s = free_for(operands.front(), is_elementwise)) sum = take(*s);
    if (sum) m.pool_first = pool == nullptr;
  }
  if (sum) operands = sum->inputs;
  if (sum && !pool) {
    std::vector<std::size_t> pools;
    for (const TensorId t : operands) {
      const auto p = free_for(t, is_pool);
      if (p && (pools.empty() || same_window(network_.layers[pools.front()], network_.layers[*p]))) pools.push_back(*p);
    }
    if (pools.size() == operands.size()) {
      for (std::size_t i = 0; i < pools.size(); ++i) operands[i] = take(pools[i])->inputs.front();
      pool = &network_.layers[pools.front()];
    }
  }
  m.operands = static_cast<std::int64_t>(operands.size());
  if (pool) {
    m.pooled = true;
    m.pool_taps = pool->window.taps();
    work.how = pool->op->name + " " + size_text(pool->window.kernel_height, pool->window.kernel_width);
  }
  if (sum) {
    const std::string text = sum->op->name + " of " + std::to_string(operands.size());
    work.how = !pool ? text : m.pool_first ? work.how + ", " + text : text + ", " + work.how;
  }
}

// Processors, and with them passes and steps: as the hint says, as the producer's hint says, or from the first on.
void NearMemoryGraph::lay_out(std::size_t root, TensorId input, NearMemoryLayer& m) const {
  const auto& hint = network_.layers[root].attributes.mapping;
  const auto from = producer(input);
  const auto before = from ? network_.layers[*from].attributes.mapping : std::nullopt;
  const auto first = [&](std::int64_t channels) {
    return network::UnitSet::range(0, std::min(machine_.processors_for(channels), std::int64_t{machine_.processors()}));
  };
  m.processors = hint && hint->processors    ? *hint->processors
                 : before && before->outputs ? *before->outputs
                                             : first(m.channels);
  const bool same = m.kind == Kind::kDepthwise || m.kind == Kind::kPass;
  m.outputs = hint && hint->outputs ? *hint->outputs : same ? m.processors : first(m.out_channels);
  m.steps = hint && hint->output_steps && m.kind != Kind::kPass ? *hint->output_steps : steps_of(m);
  if (!hint) return;
  m.planes = hint->planes;
  m.streaming = hint->streaming;
  m.toggle = hint->toggle.value_or(m.toggle);
}

void NearMemoryGraph::parts_of(TensorId tensor, std::vector<TensorId>& parts) const {
  const auto p = producer(tensor);
  if (p && network_.layers[*p].op.is("concat") && !root_of(*p)) {
    for (const TensorId part : network_.layers[*p].inputs) parts_of(part, parts);
  } else if (std::find(parts.begin(), parts.end(), tensor) == parts.end()) {
    parts.push_back(tensor);
  }
}

NearMemoryWork NearMemoryGraph::work_of(std::size_t root) const {
  const Layer& layer = network_.layers[root];
  NearMemoryWork work;
  NearMemoryLayer& m = work.layer;
  std::vector<TensorId> operands;
  take_in(root, work, operands);
  const network::Window& w = layer.window;
  const bool line = is_line(layer);
  m.macs = layer.macs;
  m.out_bytes = network_.output_of(layer).type == network::ElementType::kInt32 ? 4 : 1;
  if (multiplies(layer)) {
    const bool depthwise = is_any(layer, {"depthwise_conv2d", "depthwise_conv1d"});
    m.kind = depthwise ? Kind::kDepthwise : Kind::kConvolution;
    m.images = layer.out.images;
    m.channels = layer.in.channels;
    m.out_channels = layer.out.channels;
    m.height = line ? layer.in.width : layer.in.height;
    m.width = line ? 1 : layer.in.width;
    m.out_height = line ? layer.out.width : layer.out.height;
    m.out_width = line ? 1 : layer.out.width;
    m.kernel_height = line ? w.kernel_width : w.kernel_height;
    m.kernel_width = line ? 1 : w.kernel_width;
    m.pad_height = line ? w.pad_left : w.pad_top;
    m.pad_width = line ? 0 : w.pad_left;
    m.weight_bits = network::bits(layer.constant(network::Role::kWeights)->type);
    if (layer.op.is("transposed_conv2d")) {
      m.height *= 2;
      m.width *= 2;
      m.zeros = 4;
      m.pad_height = m.pad_width = 1;
    }
    if (layer.op.is("fully_connected")) {
      m.kernel_height = m.kernel_width = 1;
      m.pad_height = m.pad_width = 0;
      const network::Shape& shape = network_.tensor(behind_views(layer.inputs.front())).shape;
      const std::int64_t inputs = layer.in.channels, last = shape.channels();
      if (last < inputs && inputs % last == 0) {
        m.kind = Kind::kFlatten;
        m.channels = last;
        m.height = inputs / last;
        m.width = 1;
      }
    }
    const std::string kernel = m.kind == Kind::kFlatten ? "flattened, " + std::to_string(m.height) + " positions"
                                                        : size_text(m.kernel_height, m.kernel_width) +
                                                              (depthwise ? " depthwise" : " convolution");
    work.how += (work.how.empty() ? "" : ", ") + kernel;
  } else {
    m.kind = Kind::kPass;
    const network::Shape& shape = network_.output_of(layer).shape;
    m.channels = m.out_channels = shape.channels();
    m.height = m.out_height = shape.elements() / shape.channels();
    if (work.how.empty()) work.how = "copy";
  }
  lay_out(root, operands.front(), m);
  work.how += ", " + std::to_string(m.processors.count()) + " processors" +
              (m.passes() > 1 ? ", " + std::to_string(m.passes()) + " passes" : "");
  for (const TensorId t : operands) parts_of(t, work.read);
  return work;
}

bool NearMemoryGraph::takes_in(std::size_t root, std::size_t layer) const {
  NearMemoryWork work;
  std::vector<TensorId> operands;
  take_in(root, work, operands);
  return std::find(work.taken_in.begin(), work.taken_in.end(), layer) != work.taken_in.end();
}

std::optional<std::size_t> NearMemoryGraph::root_of(std::size_t index) const {
  const Layer& layer = network_.layers[index];
  if (layer.op.is("concat") && layer.inputs.size() > 1) return std::nullopt;
  if (!is_pool(layer) && !is_elementwise(layer)) return index;
  const auto reader = only_reader(index);
  if (!reader || layer.attributes.mapping) return index;
  const Layer& next = network_.layers[*reader];
  std::optional<std::size_t> root;
  if (multiplies(next)) root = reader;
  if (is_pool(next) || is_elementwise(next)) root = root_of(*reader);
  const bool taken = root && takes_in(*root, index) && own_obstacle(*root).empty() && weights_obstacle(*root).empty();
  return taken ? *root : index;
}

}  // namespace subvolt::mapping
