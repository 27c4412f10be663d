#include "sim/network/layer_builder.h"

#include <algorithm>

#include "sim/network/bounded.h"

namespace subvolt::network {
namespace {

// One dimension of a window on one dimension of a tensor.
struct Axis {
  std::int64_t in, kernel, stride, dilation, before, after;
  std::int64_t extent() const { return (kernel - 1) * dilation + 1; }
};

bool is_pool(Operator op) { return op == Operator::kAveragePool || op == Operator::kMaxPool; }
bool is_convolution(Operator op) { return op == Operator::kConv2d || op == Operator::kDepthwiseConv2d; }

bool in_range(std::int64_t size, std::int64_t least = 1) { return size >= least && size <= kMaxSize; }

// As people write it: 0 rather than 0x0.
std::string written(const Extent& extent) {
  return extent.height == extent.width ? std::to_string(extent.height) : config::FieldType<Extent>::text(extent);
}

std::string text(const Extent& extent) { return config::FieldType<Extent>::text(extent); }

class LayerBuilder {
 public:
  LayerBuilder(const LayerSpec& spec, const std::vector<const Tensor*>& inputs, config::Diagnostics& diagnostics)
      : spec_(spec), inputs_(inputs), in_(inputs.front()->shape), diagnostics_(diagnostics) {}

  std::optional<BuiltLayer> build() {
    Layer& layer = built_.layer;
    layer.name = spec_.name;
    layer.op = spec_.op;
    layer.activation = spec_.activation;
    layer.bias = has_macs(spec_.op) && spec_.bias;
    layer.weight_type = spec_.weight_type;
    layer.location = spec_.origin.location();
    if (!(shape_output() && check_output() && count())) return std::nullopt;
    return built_;
  }

 private:
  bool fail(std::string_view key, const std::string& message) {
    complain(spec_, key, message, diagnostics_);
    return false;
  }

  bool shape_output() {
    switch (spec_.op) {
      case Operator::kConv2d:
        return need_channels() && set_groups() && slide_window(*spec_.channels);
      case Operator::kDepthwiseConv2d:
        return set_multiplier() && slide_window(in_.channels * spec_.multiplier);
      case Operator::kFullyConnected:
        if (!need_channels()) return false;
        built_.output = {1, 1, *spec_.channels};
        return true;
      case Operator::kAveragePool:
      case Operator::kMaxPool:
        return slide_window(in_.channels);
      case Operator::kAdd:
        return same_operands();
      case Operator::kActivation:
        if (spec_.activation == Activation::kNone) {
          return fail("activation", "an activation layer needs an activation, expected one of " + activations());
        }
        built_.output = in_;
        return true;
      case Operator::kSoftmax:
        built_.output = in_;
        return true;
      case Operator::kReshape:
        return reshape();
    }
    return false;
  }

  bool need_channels() {
    if (!spec_.channels) return fail("channels", to_text(spec_.op) + " needs channels, its number of outputs");
    return in_range(*spec_.channels) || fail("channels", out_of_range(std::to_string(*spec_.channels)));
  }

  bool set_groups() {
    const std::int64_t groups = spec_.groups;
    if (groups < 1 || in_.channels % groups != 0) {
      return fail("groups", "expected a divisor of the " + std::to_string(in_.channels) + " input channels, got " +
                                std::to_string(groups));
    }
    if (*spec_.channels % groups != 0) {
      return fail("groups", "expected a divisor of the " + std::to_string(*spec_.channels) + " output channels, got " +
                                std::to_string(groups));
    }
    built_.layer.groups = groups;
    return true;
  }

  bool set_multiplier() {
    if (!in_range(spec_.multiplier)) return fail("multiplier", out_of_range(std::to_string(spec_.multiplier)));
    built_.layer.groups = in_.channels;
    return true;
  }

  bool slide_window(std::int64_t channels) {
    if (!spec_.kernel) return fail("kernel", to_text(spec_.op) + " needs a kernel such as 3 or 3x3");
    const bool global = spec_.kernel->global;
    if (global && !is_pool(spec_.op)) return fail("kernel", "only pools can be global, expected a size such as 3x3");
    const Extent kernel = global ? Extent{in_.height, in_.width} : spec_.kernel->extent;
    const Extent stride = spec_.stride.value_or(is_pool(spec_.op) ? kernel : Extent{});
    if (!in_range(kernel.height) || !in_range(kernel.width)) return fail("kernel", out_of_range(written(kernel)));
    if (!in_range(stride.height) || !in_range(stride.width)) return fail("stride", out_of_range(written(stride)));
    if (!in_range(spec_.dilation.height) || !in_range(spec_.dilation.width)) {
      return fail("dilation", out_of_range(written(spec_.dilation)));
    }
    const Padding& pad = spec_.padding;
    if (!(in_range(pad.top, 0) && in_range(pad.bottom, 0) && in_range(pad.left, 0) && in_range(pad.right, 0))) {
      return fail("padding", out_of_range(config::FieldType<Padding>::text(pad), 0));
    }

    Axis rows{in_.height, kernel.height, stride.height, spec_.dilation.height, pad.top, pad.bottom};
    Axis columns{in_.width, kernel.width, stride.width, spec_.dilation.width, pad.left, pad.right};
    if (rows.extent() > kMaxSize || columns.extent() > kMaxSize) {
      return fail("dilation", "the window spans " + text({rows.extent(), columns.extent()}) + ", expected at most " +
                                  grouped(kMaxSize));
    }
    const std::int64_t height = slide(rows);
    const std::int64_t width = slide(columns);
    if (height < 1 || width < 1) {
      return fail("kernel", "the window of " + text({rows.extent(), columns.extent()}) + " does not fit the input of " +
                                in_.text() + " with padding " + config::FieldType<Padding>::text(pad) +
                                ", expected a smaller kernel or more padding");
    }
    // A pool window that lies in the padding alone has nothing to pool.
    if (is_pool(spec_.op) && pad.mode == Padding::Mode::kExplicit &&
        (std::max(pad.top, pad.bottom) >= rows.extent() || std::max(pad.left, pad.right) >= columns.extent())) {
      return fail("padding", "expected less than the window of " + text({rows.extent(), columns.extent()}) + ", got " +
                                 config::FieldType<Padding>::text(pad));
    }
    built_.output = {height, width, channels};
    built_.layer.window = {rows.kernel,      columns.kernel, rows.stride, columns.stride, rows.dilation,
                           columns.dilation, rows.before,    rows.after,  columns.before, columns.after};
    return true;
  }

  // The number of window positions; below 1 when the window does not fit. Resolves "same" and "valid".
  std::int64_t slide(Axis& axis) const {
    if (spec_.padding.mode == Padding::Mode::kSame) {
      const std::int64_t out = ceil_div(axis.in, axis.stride);
      const std::int64_t total = std::max<std::int64_t>(0, (out - 1) * axis.stride + axis.extent() - axis.in);
      axis.before = total / 2;
      axis.after = total - axis.before;
      return out;
    }
    const std::int64_t room = axis.in + axis.before + axis.after - axis.extent();
    return room < 0 ? 0 : room / axis.stride + 1;
  }

  bool same_operands() {
    const Tensor& a = *inputs_[0];
    const Tensor& b = *inputs_[1];
    if (a.shape != b.shape || a.type != b.type) {
      return fail("inputs", "expected two tensors of one shape and type, got \"" + a.name + "\" of " + a.shape.text() +
                                " " + to_text(a.type) + " and \"" + b.name + "\" of " + b.shape.text() + " " +
                                to_text(b.type));
    }
    built_.output = a.shape;
    return true;
  }

  bool reshape() {
    built_.output = spec_.shape.value_or(Shape{1, 1, in_.elements()});
    if (const auto fault = fault_of(built_.output)) return fail("shape", *fault);
    if (built_.output.elements() == in_.elements()) return true;
    return fail("shape", "expected the " + std::to_string(in_.elements()) + " elements of " + in_.text() + ", got " +
                             std::to_string(built_.output.elements()) + " in " + built_.output.text());
  }

  bool check_output() {
    const auto fault = fault_of(built_.output);
    return !fault || fail("", "output " + *fault);
  }

  bool count() {
    const Layer& layer = built_.layer;
    const Window& window = layer.window;
    const std::int64_t outputs = built_.output.elements();
    const std::int64_t taps_channels = spec_.op == Operator::kFullyConnected ? in_.elements()
                                       : is_convolution(spec_.op)            ? in_.channels / layer.groups
                                                                             : 1;
    const auto work = bounded_product({outputs, window.kernel_height, window.kernel_width, taps_channels});
    if (!work) return fail("", std::string(has_macs(spec_.op) ? "MACs" : "operations") + " exceed " + limit_text());
    if (has_macs(spec_.op)) {
      built_.layer.macs = *work;
      built_.layer.bias_elements = layer.bias ? built_.output.channels : 0;
      // Every weight is used once per output position, so this divides and is no larger.
      built_.layer.weight_elements = *work / (built_.output.height * built_.output.width);
    } else if (!is_view(spec_.op)) {
      built_.layer.element_operations = *work;  // one per output element; pools: one per tap, padded taps included
    }
    return true;
  }

  static std::string activations() {
    std::string list;
    for (const auto& [activation, name] : config::EnumNames<Activation>::names()) {
      if (activation != Activation::kNone) list += (list.empty() ? "" : ", ") + name;
    }
    return list;
  }

  static std::string out_of_range(const std::string& got, std::int64_t least = 1) {
    return "expected sizes from " + std::to_string(least) + " to " + grouped(kMaxSize) + ", got " + got;
  }

  const LayerSpec& spec_;
  const std::vector<const Tensor*>& inputs_;
  const Shape in_;
  config::Diagnostics& diagnostics_;
  BuiltLayer built_;
};

}  // namespace

std::optional<BuiltLayer> build_layer(const LayerSpec& spec, const std::vector<const Tensor*>& inputs,
                                      config::Diagnostics& diagnostics) {
  return LayerBuilder(spec, inputs, diagnostics).build();
}

std::size_t input_count(Operator op) { return op == Operator::kAdd ? 2 : 1; }

void complain(const LayerSpec& spec, std::string_view key, const std::string& message,
              config::Diagnostics& diagnostics) {
  const config::Node* field = spec.origin.is_map() ? spec.origin.find(key) : nullptr;
  diagnostics.error(field ? *field : spec.origin, "layer \"" + spec.name + "\": " + message);
}

std::optional<std::string> fault_of(const Shape& shape) {
  if (!in_range(shape.height) || !in_range(shape.width) || !in_range(shape.channels)) {
    return "shape " + shape.text() + ": expected sizes from 1 to " + grouped(kMaxSize);
  }
  if (!bounded_product({shape.height, shape.width, shape.channels})) {
    return "shape " + shape.text() + ": its elements exceed " + limit_text();
  }
  return std::nullopt;
}

}  // namespace subvolt::network
