#include "tests/support/random_network.h"

#include <functional>
#include <random>
#include <utility>

#include "sim/network/network_builder.h"

namespace subvolt::test {
namespace {

using network::ElementType;
using network::LayerSpec;
using network::Layout;
using network::NetworkSpec;
using network::Operator;

class RandomNetwork {
 public:
  explicit RandomNetwork(unsigned seed) : random_(seed) {
    layout_ = chance(2) ? Layout::kChannelsFirst : Layout::kChannelsLast;
    spec_.name = "random";
    spec_.layout = layout_;
    network::InputSpec input;
    input.shape = map(4 + pick(5), 4 + pick(5), 2 + pick(4));
    input.type = chance(2) ? ElementType::kFp32 : ElementType::kInt8;
    spec_.inputs.push_back(input);
    for (int i = 0, n = 3 + pick(14); i < n; ++i) add();
  }
  const NetworkSpec& spec() const { return spec_; }

 private:
  int pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  bool chance(int n) { return pick(n) == 0; }
  network::Shape map(std::int64_t h, std::int64_t w, std::int64_t c) const {
    return layout_ == Layout::kChannelsFirst ? network::Shape{1, c, h, w} : network::Shape{1, h, w, c};
  }

  // Most layers follow the last one, some branch.
  std::string source(const network::Network& n) {
    if (chance(4)) return n.tensors[static_cast<std::size_t>(pick(static_cast<int>(n.tensors.size())))].name;
    return n.tensors.back().name;
  }

  network::Network so_far() const {
    NetworkSpec spec = spec_;
    if (spec.layers.empty()) {
      LayerSpec identity;
      identity.name = "start";
      identity.op = Operator("identity");
      spec.layers.push_back(identity);
    }
    return network::build_network(spec);
  }

  void add() {
    const network::Network before = so_far();
    const std::size_t kept = spec_.layers.size();
    if (kept > 0 && chance(4)) {
      add_motif(source(before), before);
    } else {
      LayerSpec layer = named(kept == 0 ? "identity" : "");
      if (kept > 0) {
        layer.input = source(before);
        fill(layer, before);
      }
      spec_.layers.push_back(layer);
    }
    config::Diagnostics diagnostics;
    const network::Network after = network::build_network(spec_, diagnostics);
    // Does not fit there, or a window on something that is no batch of images.
    bool good = diagnostics.empty();
    for (std::size_t i = kept; good && i < after.layers.size(); ++i) good = has_images(after.layers[i], after);
    if (!good) spec_.layers.resize(kept);
  }

  LayerSpec named(const std::string& op) const {
    LayerSpec layer;
    layer.name = "layer" + std::to_string(spec_.layers.size());
    if (!op.empty()) layer.op = Operator(op);
    return layer;
  }

  // A layer on `inputs`; its output is the tensor of the name that comes back.
  std::string append(const std::string& op, std::vector<std::string> inputs,
                     const std::function<void(LayerSpec&)>& set) {
    LayerSpec layer = named(op);
    layer.inputs = std::move(inputs);
    set(layer);
    spec_.layers.push_back(layer);
    return layer.name;
  }

  // What passes look for, as files spell it.
  void add_motif(const std::string& x, const network::Network& n) {
    const network::Tensor& in = tensor(n, x);
    const auto plain = [](LayerSpec&) {};
    const auto does = [](network::Activation a) { return [a](LayerSpec& l) { l.activation = a; }; };
    const auto with = [&](network::Shape shape) {
      return [shape, type = in.type](LayerSpec& l) {
        l.constants.push_back({"", network::Role::kOperand, shape, type, {}, {}, false, false});
      };
    };
    const auto conv = [&](LayerSpec& l) {
      l.kernel = network::Kernel{false, {1, 1}};
      l.channels = 4;
      l.bias_type = network::is_float(in.type) ? ElementType::kFp32 : ElementType::kInt32;
    };
    switch (pick(6)) {
      case 0:
        append("mul", {x, append("activation", {x}, does(network::Activation::kSigmoid))}, plain);
        break;
      case 1: {
        const std::string sum = append("add", {x}, with({}));
        const std::string clamp = append("activation", {sum}, does(network::Activation::kRelu6));
        append("div", {append("mul", {clamp, x}, plain)}, with({1}));
        break;
      }
      case 2: {
        const std::string all = append("concat", {append("conv2d", {x}, conv), append("conv2d", {x}, conv)},
                                       [&](LayerSpec& l) { l.axes = {layout_ == Layout::kChannelsFirst ? 1 : -1}; });
        append("activation", {all}, does(network::Activation::kRelu));
        break;
      }
      case 3: {
        const std::string real = append("dequantize", {x}, plain);
        append("quantize", {append("conv2d", {real}, conv)}, plain);
        break;
      }
      case 4: {
        const auto last = [](LayerSpec& l) {
          l.axes = {-1};
          l.keep_dims = true;
        };
        const std::string d = append("sub", {x, append("mean", {x}, last)}, plain);
        const std::string v = append("add", {append("mean", {append("square", {d}, plain)}, last)}, with({}));
        append("mul", {append("mul", {d, append("rsqrt", {v}, plain)}, plain)}, with({in.shape.channels()}));
        break;
      }
      default:
        add_shuffle(x, in.shape);
    }
  }

  void add_shuffle(const std::string& x, const network::Shape& shape) {
    if (shape.rank() != 4) return;
    const bool first = layout_ == Layout::kChannelsFirst;
    const std::size_t channel = first ? 1 : 3;
    std::vector<std::int64_t> parts = shape.sizes();
    const std::int64_t groups = parts[channel] % 2 == 0 ? 2 : 1;
    parts[channel] /= groups;
    parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(channel), groups);
    const std::string seen = append("reshape", {x}, [&](LayerSpec& l) { l.shape = network::Shape(parts); });
    const std::string turned = append("transpose", {seen}, [&](LayerSpec& l) {
      l.order = first ? Axes{0, 2, 1, 3, 4} : Axes{0, 1, 2, 4, 3};
    });
    append("reshape", {turned}, [&](LayerSpec& l) { l.shape = shape; });
  }

  bool has_images(const network::Layer& layer, const network::Network& n) const {
    const bool windows = layer.op.is("conv2d") || layer.op.is("depthwise_conv2d") || layer.op.is("max_pool") ||
                         layer.op.is("average_pool");
    return !windows || layout_ == Layout::kChannelsLast || n.input_of(layer).shape.rank() == 4;
  }

  const network::Tensor& tensor(const network::Network& n, const std::string& name) const {
    for (const network::Tensor& t : n.tensors) {
      if (t.name == name) return t;
    }
    return n.tensors.front();
  }

  void fill(LayerSpec& layer, const network::Network& n) {
    static const char* const kOps[] = {"conv2d",
                                       "conv2d",
                                       "depthwise_conv2d",
                                       "batch_norm",
                                       "activation",
                                       "activation",
                                       "add",
                                       "mul",
                                       "max_pool",
                                       "average_pool",
                                       "concat",
                                       "reshape",
                                       "transpose",
                                       "mean",
                                       "quantize",
                                       "dequantize",
                                       "pad",
                                       "softmax",
                                       "identity",
                                       "fully_connected",
                                       "slice"};
    const char* op = kOps[pick(static_cast<int>(std::size(kOps)))];
    const network::Tensor& in = tensor(n, layer.input);
    const bool real = network::is_float(in.type);
    const auto rank = static_cast<std::int64_t>(in.shape.rank());
    layer.op = Operator(op);
    layer.weight_type = real && chance(2) ? ElementType::kFp32 : ElementType::kInt8;
    layer.bias_type = real ? ElementType::kFp32 : ElementType::kInt32;
    layer.bias = chance(2);
    layer.channels = 1 + pick(6);
    if (layer.op.is("conv2d") && chance(3)) layer.groups = *layer.channels = in.shape.rank() == 4 ? channels_of(in) : 1;
    layer.kernel = network::Kernel{false, {1 + pick(3), 1 + pick(3)}};
    if (layer.op.is("average_pool") && chance(2)) layer.kernel->global = true;
    layer.padding.mode = chance(2) ? network::Padding::Mode::kValid : network::Padding::Mode::kSame;
    if (layer.op.is("activation")) layer.activation = static_cast<network::Activation>(1 + pick(10));
    if (layer.op.is("softmax") || layer.op.is("mean")) layer.axes = {rank > 0 ? pick(static_cast<int>(rank)) : 0};
    if (layer.op.is("mean") && chance(2)) layer.axes = layout_ == Layout::kChannelsFirst ? Axes{2, 3} : Axes{1, 2};
    layer.keep_dims = chance(2);
    if (layer.op.is("concat") || layer.op.is("add") || layer.op.is("mul")) operands(layer, n, in);
    if (layer.op.is("concat")) layer.axes = {rank > 0 ? pick(static_cast<int>(rank)) : 0};
    if (layer.op.is("reshape")) layer.shape = network::Shape{1, in.shape.elements()};
    if (layer.op.is("reshape") && chance(2)) layer.shape = map(1, 1, in.shape.elements());
    if (layer.op.is("slice")) {
      layer.axes = {rank > 0 ? pick(static_cast<int>(rank)) : 0};
      layer.begin = {0};
      layer.end = {1 + pick(3)};
    }
    if (layer.op.is("transpose")) order(layer, rank);
    if (layer.op.is("pad")) pad(layer, rank);
    if (layer.op.is("quantize") || (!real && chance(3))) {
      layer.quantization = network::Quantization{chance(2) ? 0.5 : 0.25, 0.0, pick(3), 1, 0};
    }
  }
  using Axes = std::vector<std::int64_t>;

  std::int64_t channels_of(const network::Tensor& t) const {
    return layout_ == Layout::kChannelsFirst ? t.shape[1] : t.shape.channels();
  }

  void operands(LayerSpec& layer, const network::Network& n, const network::Tensor& in) {
    if (layer.op.is("concat") || chance(2)) {
      layer.inputs = {layer.input, source(n)};
      layer.input.clear();
      return;
    }
    network::Constant c;
    const std::int64_t channels =
        layout_ == Layout::kChannelsFirst && in.shape.rank() > 1 ? in.shape[1] : in.shape.channels();
    c.shape = chance(3)                           ? network::Shape{}
              : layout_ == Layout::kChannelsFirst ? network::Shape{channels, 1, 1}
                                                  : network::Shape{channels};
    c.type = in.type;
    layer.constants.push_back(c);
  }

  void order(LayerSpec& layer, std::int64_t rank) {
    for (std::int64_t i = 0; i < rank; ++i) layer.order.push_back(i);
    for (std::size_t i = layer.order.size(); i > 1; --i) {
      std::swap(layer.order[i - 1], layer.order[static_cast<std::size_t>(pick(static_cast<int>(i)))]);
    }
  }

  void pad(LayerSpec& layer, std::int64_t rank) {
    layer.before.assign(static_cast<std::size_t>(rank), 0);
    layer.after = layer.before;
    if (rank < 4) return;
    const std::size_t height = layout_ == Layout::kChannelsFirst ? 2 : 1;
    for (auto* side : {&layer.before, &layer.after}) {
      (*side)[height] = pick(2);
      (*side)[height + 1] = pick(2);
    }
  }

  std::mt19937 random_;
  Layout layout_;
  NetworkSpec spec_;
};

}  // namespace

network::NetworkSpec random_network(unsigned seed) { return RandomNetwork(seed).spec(); }

}  // namespace subvolt::test
