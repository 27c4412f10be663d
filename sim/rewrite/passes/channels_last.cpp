// channels_last: from N x C x H x W, as ONNX files have feature maps, to N x H x W x C, as the mapper and NPUs want
// them.
//
// Feature maps and what hangs together with them change the order of their dimensions, inputs and outputs of the
// network included; weights are put in order offline. At the border to layers that rely on the order of the file
// (reshape, transpose, matrix products) an explicit transpose appears, except where
//   - a transpose of the file is there: both become one, and a reshape if only sizes of 1 change places
//   - only sizes of 1 change places: a reshape
//   - a reshape flattens each image for fully connected layers alone: their weights are put in order offline
// Exact: the same elements, the same arithmetic. MACs and parameters stay. Always on.
#include <map>

#include "sim/config/error.h"
#include "sim/rewrite/layout_regions.h"
#include "sim/rewrite/pass.h"
#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {
namespace {

using network::Shape;

class Conversion {
 public:
  explicit Conversion(Editor& editor) : editor_(editor), regions_(editor) {}

  void run() {
    const std::vector<LayerId> layers = editor_.layers();
    for (const LayerId layer : layers) {
      check_rank(editor_.at(layer));
      needs_.push_back(layout_need(editor_, editor_.at(layer)));
    }
    turn_tensors(layers);
    for (std::size_t i = 0; i < layers.size(); ++i) convert(layers[i], needs_[i]);
    editor_.set_layout(network::Layout::kChannelsLast);
  }

 private:
  bool is_last(TensorId id) const {
    return static_cast<std::size_t>(id) < natural_.size() && natural_[static_cast<std::size_t>(id)].has_value();
  }
  // The shape before everything: as in the file.
  const Shape& natural(TensorId id) const {
    return is_last(id) ? *natural_[static_cast<std::size_t>(id)] : editor_.tensor(id).shape;
  }

  void check_rank(const Node& node) const {
    static const std::map<std::string, std::size_t, std::less<>> dimensions = [] {
      std::map<std::string, std::size_t, std::less<>> all;
      for (const std::string op :
           {"conv", "depthwise_conv", "transposed_conv", "average_pool", "max_pool", "l2_pool"}) {
        const bool pool = op.find("pool") != op.npos;
        all[op + "1d"] = 3;
        all[pool ? op : op + "2d"] = 4;
        all[op + "3d"] = 5;
      }
      return all;
    }();
    const auto known = dimensions.find(node.spec.op->name);
    const std::size_t windows = known == dimensions.end() ? 0 : known->second;
    if (windows == 0 || editor_.tensor(node.input()).shape.rank() == windows) return;
    const std::string place = node.spec.origin.location().text();
    throw Error(ErrorKind::kConfiguration,
                place + (place.empty() ? "" : ": ") + "layer \"" + node.spec.name + "\": " + node.spec.op->name +
                    " in a channels-first network: expected an input of " + std::to_string(windows) +
                    " dimensions, images and channels first, got " + editor_.tensor(node.input()).shape.text());
  }

  void turn_tensors(const std::vector<LayerId>& layers) {
    std::vector<TensorId> all;
    for (const LayerId layer : layers) {
      for (const auto* ids : {&editor_.at(layer).inputs, &editor_.at(layer).outputs}) {
        all.insert(all.end(), ids->begin(), ids->end());
      }
    }
    for (const TensorId id : all) {
      const auto i = static_cast<std::size_t>(id);
      if (natural_.size() <= i) natural_.resize(i + 1);
      if (natural_[i] || !regions_.channels_last(id) || editor_.tensor(id).shape.rank() < 3) continue;
      natural_[i] = editor_.tensor(id).shape;
      network::Tensor& tensor = editor_.edit_tensor(id);
      tensor.shape = channels_last(tensor.shape);
      if (tensor.quantization && tensor.quantization->scales > 1) {
        tensor.quantization->axis = renamed(tensor.quantization->axis, tensor.shape.rank());
      }
    }
  }

  static std::int64_t renamed(std::int64_t axis, std::size_t rank) {
    return static_cast<std::int64_t>(place_of(dimension(axis, rank), rank));
  }

  void convert(LayerId layer, LayoutNeed need) {
    const Node& node = editor_.at(layer);
    if (need == LayoutNeed::kAny && !is_last(node.output())) need = LayoutNeed::kNatural;
    if (need == LayoutNeed::kNatural) {
      convert_natural(layer);
      return;
    }
    const std::size_t rank = editor_.tensor(node.output()).shape.rank();
    rename_attributes(editor_.edit(layer), need, rank);
    const std::size_t operands = need == LayoutNeed::kPixels ? 1 : node.inputs.size();
    for (std::size_t i = operands; i < node.inputs.size(); ++i)
      editor_.set_input(layer, i, natural_version(node.inputs[i]));
    for (std::size_t i = 0; i < operands; ++i) {
      const TensorId id = editor_.at(layer).inputs[i];
      if (editor_.tensor(id).shape.rank() != rank) editor_.set_input(layer, i, stretched(id, rank));
    }
  }

  void rename_attributes(network::LayerSpec& spec, LayoutNeed need, std::size_t rank) const {
    if (spec.shape && spec.shape->rank() == rank) spec.shape = channels_last(*spec.shape);
    if (need == LayoutNeed::kPixels) return;
    if (spec.axes.empty() && (spec.op.is("softmax") || spec.op.is("log_softmax") || spec.op.is("l2_norm"))) {
      spec.axes = {-1};
    }
    for (std::int64_t& axis : spec.axes) axis = renamed(axis, rank);
    for (auto* list : {&spec.before, &spec.after}) {
      const std::vector<std::int64_t> old = *list;
      for (std::size_t i = 0; i < old.size() && old.size() == rank; ++i) (*list)[place_of(i, rank)] = old[i];
    }
    for (network::Constant& c : spec.constants) {
      if (c.elements() == 1 || c.shape.rank() > rank) continue;
      while (c.shape.rank() < rank) c.shape.sizes().insert(c.shape.sizes().begin(), 1);
      c.shape = channels_last(c.shape);
    }
  }

  // A tensor of fewer dimensions as an operand beside feature maps of `rank`: leading sizes of 1, then channels last.
  TensorId stretched(TensorId id, std::size_t rank) {
    const TensorId from = natural_version(id);
    network::Tensor wide = editor_.tensor(from);
    if (wide.shape.elements() == 1) return from;
    while (wide.shape.rank() < rank) wide.shape.sizes().insert(wide.shape.sizes().begin(), 1);
    wide.name += "/stretched";
    const Shape shape = wide.shape;
    const TensorId between = reshaped(from, wide);
    wide.name = editor_.tensor(from).name + "/nhwc";
    wide.shape = channels_last(shape);
    const TensorId last = editor_.add_tensor(wide);
    insert_conversion(between, shape, last, places(rank), next_to(from));
    return last;
  }

  TensorId reshaped(TensorId from, const network::Tensor& like) {
    const TensorId to = editor_.add_tensor(like);
    network::LayerSpec spec;
    spec.name = editor_.tensor(to).name;
    spec.op = network::Operator("reshape");
    spec.shape = like.shape;
    editor_.insert(spec, {from}, {to}, next_to(from));
    return to;
  }

  // Some layer near a tensor: its maker, or its first reader.
  LayerId next_to(TensorId id) const {
    const auto maker = editor_.producer(id);
    return maker ? *maker : editor_.readers(id).front();
  }

  static std::vector<std::size_t> places(std::size_t rank) {
    std::vector<std::size_t> place;
    for (std::size_t i = 0; i < rank; ++i) place.push_back(place_of(i, rank));
    return place;
  }

  // Dimension i of `from` is dimension place[i] of `to`.
  void insert_conversion(TensorId from, const Shape& shape, TensorId to, const std::vector<std::size_t>& place,
                         LayerId near) {
    network::LayerSpec spec;
    spec.name = editor_.tensor(to).name;
    set_order(spec, shape, editor_.tensor(to).shape, place);
    editor_.insert(spec, {from}, {to}, near);
  }

  static void set_order(network::LayerSpec& spec, const Shape& from, const Shape& to,
                        const std::vector<std::size_t>& place) {
    spec.order.clear();
    spec.shape.reset();
    if (keeps_order(from, place)) {
      spec.op = network::Operator("reshape");
      spec.shape = to;
      return;
    }
    spec.op = network::Operator("transpose");
    spec.order.resize(place.size());
    for (std::size_t i = 0; i < place.size(); ++i) spec.order[place[i]] = static_cast<std::int64_t>(i);
  }

  // The tensor as the file has it.
  TensorId natural_version(TensorId id) {
    if (!is_last(id)) return id;
    const auto known = versions_.find(id);
    if (known != versions_.end()) return known->second;
    network::Tensor tensor = editor_.tensor(id);
    tensor.name += "/nchw";
    tensor.shape = natural(id);
    const std::size_t rank = tensor.shape.rank();
    const TensorId version = editor_.add_tensor(std::move(tensor));
    std::vector<std::size_t> back(rank);
    for (std::size_t i = 0; i < rank; ++i) back[place_of(i, rank)] = i;
    const LayerId near = next_to(id);
    insert_conversion(id, editor_.tensor(id).shape, version, back, near);
    versions_[id] = version;
    return version;
  }

  void convert_natural(LayerId layer) {
    const Node& node = editor_.at(layer);
    if (node.inputs.size() == 1 && node.outputs.size() == 1) {
      if (node.is("transpose")) return compose(layer);
      if (node.is("reshape") && keeps_input(layer)) return finish_outputs(layer);
      if (!node.spec.axes.empty() && reduces(layer)) return finish_outputs(layer);
      if (node.is("fully_connected") && !node.spec.keep_dims) return finish_outputs(layer);
    }
    for (std::size_t i = 0; i < editor_.at(layer).inputs.size(); ++i) {
      editor_.set_input(layer, i, natural_version(editor_.at(layer).inputs[i]));
    }
    finish_outputs(layer);
  }

  void finish_outputs(LayerId layer) {
    for (std::size_t i = 0; i < editor_.at(layer).outputs.size(); ++i) {
      const TensorId id = editor_.at(layer).outputs[i];
      if (!is_last(id)) continue;
      if (editor_.at(layer).is("reshape") && keeps_order(natural(id))) {
        editor_.edit(layer).shape = editor_.tensor(id).shape;
        continue;
      }
      network::Tensor tensor = editor_.tensor(id);
      tensor.name += "/nchw";
      tensor.shape = natural(id);
      const TensorId made = editor_.add_tensor(std::move(tensor));
      editor_.set_output(layer, i, made);
      insert_conversion(made, natural(id), id, places(natural(id).rank()), layer);
    }
  }

  // A transpose of the file takes the conversions on both sides into itself.
  void compose(LayerId layer) {
    const TensorId in = editor_.at(layer).input(), out = editor_.at(layer).output();
    const std::vector<std::int64_t> order = editor_.at(layer).spec.order;
    std::vector<std::size_t> place(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto from = static_cast<std::size_t>(order[i]);
      place[is_last(in) ? place_of(from, order.size()) : from] = is_last(out) ? place_of(i, order.size()) : i;
    }
    set_order(editor_.edit(layer), editor_.tensor(in).shape, editor_.tensor(out).shape, place);
  }

  // A reshape may read a map that is channels last when nothing moves, or when each image goes flat to fully
  // connected layers.
  bool keeps_input(LayerId layer) const {
    const TensorId in = editor_.at(layer).input();
    if (!is_last(in) || keeps_order(natural(in))) return true;
    const Shape& flat = editor_.tensor(editor_.at(layer).output()).shape;
    return flat.rank() <= 2 && flat.channels() * natural(in)[0] == flat.elements() &&
           feeds_fully_connected(editor_.at(layer).output(), 0);
  }

  bool feeds_fully_connected(TensorId id, int depth) const {
    if (editor_.is_output(id) || editor_.readers(id).empty() || depth > 8) return false;
    for (const LayerId reader : editor_.readers(id)) {
      const Node& node = editor_.at(reader);
      if (node.is("fully_connected") && has_constant_weights(node)) continue;
      const bool passes =
          node.inputs.size() == 1 && node.spec.constants.empty() &&
          (node.is("quantize") || node.is("dequantize") || node.is("activation") || node.is("identity"));
      if (!passes || !feeds_fully_connected(node.output(), depth + 1)) return false;
    }
    return true;
  }

  // A reduction that drops its axes and leaves the others in the order of the file.
  bool reduces(LayerId layer) {
    const Node& node = editor_.at(layer);
    const bool reduction = node.is("mean") || node.is("reduce_sum") || node.is("reduce_max") || node.is("reduce_min") ||
                           node.is("reduce_prod") || node.is("reduce_l2") || node.is("arg_max") || node.is("arg_min");
    if (!reduction || node.spec.keep_dims || !is_last(node.input())) return false;
    Shape kept = natural(node.input());
    for (const std::int64_t axis : node.spec.axes) kept[dimension(axis, kept.rank())] = 1;
    if (!keeps_order(kept)) return false;
    for (std::int64_t& axis : editor_.edit(layer).axes) axis = renamed(axis, kept.rank());
    return true;
  }

  Editor& editor_;
  LayoutRegions regions_;
  std::vector<LayoutNeed> needs_;
  std::vector<std::optional<Shape>> natural_;  // of tensors that are channels last now
  std::map<TensorId, TensorId> versions_;      // their copies in the order of the file
};

void run(Editor& editor) {
  if (editor.layout() == network::Layout::kChannelsFirst) Conversion(editor).run();
}

const bool channels_last_registered =
    register_pass({"channels_last", "turns channels-first networks (ONNX) channels last, as the mapper wants them", 40,
                   false, true, true, run});

}  // namespace
}  // namespace subvolt::rewrite
