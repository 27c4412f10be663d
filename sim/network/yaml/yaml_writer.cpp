#include "sim/network/yaml/yaml_writer.h"

#include <functional>
#include <map>
#include <type_traits>

#include "sim/config/error.h"
#include "sim/network/layer_keys.h"

namespace subvolt::network {
namespace {

// How a value is written within a line. Structs with a schema have a FlowMap below.
template <class M>
std::string flow(const M& value);
template <class M>
std::string flow(const std::vector<M>& values);
template <class M>
std::string flow(const std::optional<M>& value);

template <class M, class = void>
struct has_schema : std::false_type {};
template <class M>
struct has_schema<M, std::void_t<decltype(M::schema())>> : std::true_type {};

// The keys of a struct that has a schema, with how each value is written.
template <class T>
class FlowMap {
 public:
  template <class M, class Owner>
  FlowMap& key(const std::string& name, M Owner::*member) {
    return key(name, [member](const T& value) { return flow(value.*member); });
  }
  FlowMap& key(const std::string& name, std::function<std::string(const T&)> text) {
    const std::string usual = text(T{});
    writers_[name] = [text = std::move(text), usual](const T& value) {
      std::string written = text(value);
      return written == usual ? std::string() : written;
    };
    return *this;
  }
  // Written even when it is the default, because readers ask for it.
  template <class M>
  FlowMap& always(const std::string& name, M T::*member) {
    writers_[name] = [member](const T& value) { return flow(value.*member); };
    return *this;
  }

  std::string text(const T& value) const {
    std::string out;
    for (const config::FieldDoc& field : T::schema().fields()) {
      if constexpr (std::is_same_v<T, LayerSpec>) {
        if (!takes_key(value.op, field.key)) continue;
      }
      const auto writer = writers_.find(field.key);
      if (writer == writers_.end()) {
        throw Error(ErrorKind::kInternal,
                    "no YAML is known for the key \"" + field.key + "\" of a network's " + T::schema().name());
      }
      const std::string written = writer->second(value);
      if (!written.empty()) out += (out.empty() ? "" : ", ") + field.key + ": " + written;
    }
    return "{" + out + "}";
  }

 private:
  std::map<std::string, std::function<std::string(const T&)>> writers_;
};

template <class T>
const FlowMap<T>& flow_map();

template <>
const FlowMap<MappingHint>& flow_map() {
  static const auto map = FlowMap<MappingHint>()
                              .key("processors", &MappingHint::processors)
                              .key("outputs", &MappingHint::outputs)
                              .key("output_steps", &MappingHint::output_steps)
                              .key("planes", &MappingHint::planes)
                              .key("streaming", &MappingHint::streaming)
                              .key("toggle", &MappingHint::toggle);
  return map;
}

template <>
const FlowMap<Quantization>& flow_map() {
  static const auto map = FlowMap<Quantization>()
                              .always("scale", &Quantization::scale)
                              .key("scale_max", &Quantization::scale_max)
                              .key("zero_point", &Quantization::zero_point)
                              .key("scales", &Quantization::scales)
                              .key("axis", &Quantization::axis);
  return map;
}

// What the operator derives follows from the attributes, which people may change.
template <class M>
std::function<std::string(const Constant&)> stated(M Constant::*member) {
  return [member](const Constant& c) { return flow((c.derived ? Constant{} : c).*member); };
}

template <>
const FlowMap<Constant>& flow_map() {
  static const auto map = FlowMap<Constant>()
                              .key("name", &Constant::name)
                              .always("role", &Constant::role)
                              .key("shape", stated(&Constant::shape))
                              .key("type", stated(&Constant::type))
                              .key("quantization", &Constant::quantization)
                              .key("zeros", &Constant::zeros)
                              .key("shared", &Constant::shared);
  return map;
}

template <>
const FlowMap<InputSpec>& flow_map() {
  static const auto map = FlowMap<InputSpec>()
                              .key("name", &InputSpec::name)
                              .always("shape", &InputSpec::shape)
                              .key("type", &InputSpec::type)
                              .key("quantization", &InputSpec::quantization);
  return map;
}

template <>
const FlowMap<OutputSpec>& flow_map() {
  static const auto map = FlowMap<OutputSpec>()
                              .always("name", &OutputSpec::name)
                              .key("shape", &OutputSpec::shape)
                              .key("type", &OutputSpec::type)
                              .key("quantization", &OutputSpec::quantization);
  return map;
}

void add_attributes(FlowMap<LayerSpec>& map) {
  map.key("kernel", &LayerSpec::kernel)
      .key("stride", &LayerSpec::stride)
      .key("dilation", &LayerSpec::dilation)
      .key("padding", &LayerSpec::padding)
      .key("ceil", &LayerSpec::ceil)
      .key("channels", &LayerSpec::channels)
      .key("multiplier", &LayerSpec::multiplier)
      .key("groups", &LayerSpec::groups)
      .key("keep_dims", &LayerSpec::keep_dims)
      .key("shape", &LayerSpec::shape)
      .key("axes", &LayerSpec::axes)
      .key("order", &LayerSpec::order)
      .key("begin", &LayerSpec::begin)
      .key("end", &LayerSpec::end)
      .key("step", &LayerSpec::step)
      .key("sizes", &LayerSpec::sizes)
      .key("before", &LayerSpec::before)
      .key("after", &LayerSpec::after)
      .key("block", &LayerSpec::block)
      .key("heads", &LayerSpec::heads)
      .key("transpose_a", &LayerSpec::transpose_a)
      .key("transpose_b", &LayerSpec::transpose_b)
      .key("units", &LayerSpec::units)
      .key("projection", &LayerSpec::projection)
      .key("memory", &LayerSpec::memory)
      .key("rank", &LayerSpec::rank)
      .key("peephole", &LayerSpec::peephole)
      .key("bidirectional", &LayerSpec::bidirectional)
      .key("recurrent_bias", &LayerSpec::recurrent_bias)
      .key("last_only", &LayerSpec::last_only)
      .key("type", &LayerSpec::type)
      .key("activation", &LayerSpec::activation)
      .key("bias", &LayerSpec::bias)
      .key("weight_type", &LayerSpec::weight_type)
      .key("bias_type", &LayerSpec::bias_type)
      .key("state", &LayerSpec::state)
      .key("mapping", &LayerSpec::mapping);
}

FlowMap<LayerSpec> make_layer_map() {
  FlowMap<LayerSpec> map;
  map.always("name", &LayerSpec::name)
      .always("op", &LayerSpec::op)
      .key("source_op", &LayerSpec::source_op)
      .key("input", &LayerSpec::input)
      .key("inputs",
           [](const LayerSpec& layer) {
             return layer.inputs.empty() && !layer.no_inputs ? std::string() : flow(layer.inputs);
           })
      .key("outputs", &LayerSpec::outputs)
      .key("quantization", &LayerSpec::quantization)
      .key("constants", &LayerSpec::constants);
  add_attributes(map);
  return map;
}

template <>
const FlowMap<LayerSpec>& flow_map() {
  static const FlowMap<LayerSpec> map = make_layer_map();
  return map;
}

template <class M>
std::string flow(const M& value) {
  if constexpr (std::is_same_v<M, std::string>) {
    return yaml_scalar(value);
  } else if constexpr (has_schema<M>::value) {
    return flow_map<M>().text(value);
  } else {
    return config::FieldType<M>::text(value);
  }
}

template <class M>
std::string flow(const std::vector<M>& values) {
  std::string out;
  for (const M& value : values) out += (out.empty() ? "" : ", ") + flow(value);
  return "[" + out + "]";
}

template <class M>
std::string flow(const std::optional<M>& value) {
  return value ? flow(*value) : "";
}

}  // namespace

std::string yaml_of(const NetworkSpec& spec) {
  std::string out = "schema: network/1\nnetwork:\n  name: " + yaml_scalar(spec.name) + "\n";
  if (!spec.source.empty()) out += "  source: " + yaml_scalar(spec.source) + "\n";
  if (spec.layout != Layout::kChannelsLast) out += "  layout: " + flow(spec.layout) + "\n";
  if (spec.batch) out += "  batch: " + std::to_string(*spec.batch) + "\n";
  if (spec.inputs.size() == 1) {
    out += "  input: " + flow(spec.inputs.front()) + "\n";
  } else if (!spec.inputs.empty()) {
    out += "  inputs:\n";
    for (const InputSpec& input : spec.inputs) out += "    - " + flow(input) + "\n";
  }
  if (!spec.outputs.empty()) out += "  outputs: " + flow(spec.outputs) + "\n";
  out += "  layers:\n";
  for (const LayerSpec& layer : spec.layers) out += "    - " + flow(layer) + "\n";
  return out;
}

}  // namespace subvolt::network
