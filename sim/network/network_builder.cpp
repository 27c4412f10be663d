#include "sim/network/network_builder.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "sim/config/text.h"
#include "sim/network/bounded.h"
#include "sim/network/layer_builder.h"

namespace subvolt::network {
namespace {

class NetworkBuilder {
 public:
  NetworkBuilder(const NetworkSpec& spec, config::Diagnostics& diagnostics) : spec_(spec), diagnostics_(diagnostics) {}

  Network build() {
    network_.name = spec_.name;
    network_.source = spec_.source;
    network_.file = spec_.file;
    network_.sha256 = spec_.sha256;
    network_.layout = spec_.layout;
    if (!names_are_text()) return std::move(network_);
    declare_names();
    if (spec_.name.empty()) diagnostics_.error(field("name"), "expected a name for the network, got an empty one");
    if (spec_.inputs.empty()) diagnostics_.error(spec_.origin, "expected a network with an input, got none");
    if (spec_.layers.empty()) diagnostics_.error(field("layers"), "expected a network with layers, got none");
    for (const InputSpec& input : spec_.inputs) add_input(input);
    for (const LayerSpec& layer : spec_.layers) add_layer(layer);
    find_outputs();
    find_idle_inputs();
    return std::move(network_);
  }

 private:
  // Where the file says `key` of the network itself.
  const config::Node& field(std::string_view key) const {
    const config::Node* found = spec_.origin.is_map() ? spec_.origin.find(key) : nullptr;
    return found ? *found : spec_.origin;
  }

  // Names go into results, which are UTF-8. Formats that are no text may hold any bytes.
  bool names_are_text() {
    bool good = true;
    const auto check = [&](const std::string& name, const config::Node& at, const std::string& whose) {
      if (config::first_invalid_utf8(name) == std::string::npos) return;
      diagnostics_.error(at, whose + " is no valid UTF-8: \"" + config::legible(config::excerpt(name)) + "\"");
      good = false;
    };
    check(spec_.name, spec_.origin, "the name of the network");
    check(spec_.source, spec_.origin, "the source of the network");
    for (const InputSpec& input : spec_.inputs) check(input.name, input.origin, "the name of an input");
    for (const LayerSpec& layer : spec_.layers) {
      check(layer.name, layer.origin, "the name of a layer");
      check(layer.source_op, layer.origin, "the operator of a layer");
      for (const OutputSpec& output : layer.outputs) check(output.name, layer.origin, "the name of an output");
    }
    return good;
  }

  // Names of layers and of tensors are unique, each for itself. All tensors are declared first, so that an input
  // that is named too early can be told from one that does not exist.
  void declare_names() {
    for (const InputSpec& input : spec_.inputs) declare(tensors_, input.name, input.origin);
    for (const LayerSpec& layer : spec_.layers) {
      declare(layers_, layer.name, layer.origin);
      if (layer.outputs.empty()) declare(tensors_, layer.name, layer.origin);
      for (const OutputSpec& output : layer.outputs) declare(tensors_, output.name, layer.origin);
    }
  }

  using Names = std::map<std::string, config::SourceLocation, std::less<>>;

  void declare(Names& names, const std::string& name, const config::Node& origin) {
    const config::Node* field = origin.is_map() ? origin.find("name") : nullptr;
    const config::Node& at = field ? *field : origin;
    const auto [first, fresh] = names.emplace(name, at.location());
    // A layer and its tensor have one name: one complaint is enough.
    const bool complained = diagnosed_ == &at;
    if ((fresh && !name.empty()) || complained) return;
    diagnosed_ = &at;
    diagnostics_.error(
        at, name.empty() ? "expected a name, got an empty one"
                         : "expected a unique name, got \"" + name + "\" again, first at " + first->second.text());
  }

  void add_input(const InputSpec& input) {
    const config::Node* field = input.origin.is_map() ? input.origin.find("shape") : nullptr;
    const auto fault = fault_of(input.shape);
    if (fault) diagnostics_.error(field ? *field : input.origin, "input \"" + input.name + "\": " + *fault);
    Tensor tensor{input.name, input.shape, input.type, input.quantization};
    if (!fault && add(activation_bytes_, tensor.bytes().value())) {
      diagnostics_.error(field ? *field : input.origin,
                         "input \"" + input.name + "\": its bytes exceed " + limit_text());
    }
    network_.inputs.push_back(add_tensor(std::move(tensor), !fault));
  }

  TensorId add_tensor(Tensor tensor, bool known) {
    const auto id = static_cast<TensorId>(network_.tensors.size());
    ids_.emplace(tensor.name, id);
    network_.tensors.push_back(std::move(tensor));
    known_.push_back(known);
    used_.push_back(false);
    return id;
  }

  void add_layer(const LayerSpec& spec) {
    const auto inputs = resolve_inputs(spec);
    std::optional<BuiltLayer> built;
    if (inputs) {
      std::vector<const Tensor*> tensors;
      bool known = true;
      for (TensorId id : *inputs) {
        tensors.push_back(&network_.tensor(id));
        known = known && known_[static_cast<std::size_t>(id)];
        used_[static_cast<std::size_t>(id)] = true;
      }
      if (known) built = build_layer(spec, spec_.layout, tensors, diagnostics_);
    }
    previous_.clear();
    if (built) {
      built->layer.inputs = *inputs;
      for (Tensor& tensor : built->outputs) {
        add_to_totals(spec, tensor);
        previous_.push_back(add_tensor(std::move(tensor), true));
      }
      built->layer.outputs = previous_;
      add_to_totals(spec, built->layer);
      network_.layers.push_back(std::move(built->layer));
      return;
    }
    // What comes behind a faulty layer is not blamed for it.
    if (spec.outputs.empty()) previous_.push_back(add_tensor({spec.name, {}, ElementType::kInt8, {}}, false));
    for (const OutputSpec& output : spec.outputs) {
      previous_.push_back(add_tensor({output.name, {}, ElementType::kInt8, {}}, false));
    }
  }

  std::optional<std::vector<TensorId>> resolve_inputs(const LayerSpec& spec) {
    if (!spec.input.empty() && !spec.inputs.empty()) {
      unresolved_ = true;
      complain(spec, "inputs", "expected input or inputs, got both", diagnostics_);
      return std::nullopt;
    }
    std::vector<TensorId> ids;
    bool good = true;
    if (spec.input.empty() && spec.inputs.empty() && !spec.no_inputs && spec.op->most_inputs > 0) {
      if (&spec == &spec_.layers.front()) {
        if (spec_.inputs.size() > 1) {
          unresolved_ = true;
          complain(spec, "", "expected an input by name, because the network has several", diagnostics_);
          return std::nullopt;
        }
        ids = network_.inputs;
        good = !ids.empty();
      } else {
        good = previous_.size() == 1;
        ids = previous_;
        if (!good) {
          complain(spec, "",
                   "expected an input by name, because the layer before has " + std::to_string(previous_.size()) +
                       " outputs",
                   diagnostics_);
        }
      }
    }
    if (!spec.input.empty()) good = resolve(spec, "input", spec.input, ids) && good;
    for (const std::string& name : spec.inputs) good = resolve(spec, "inputs", name, ids) && good;
    unresolved_ = unresolved_ || !good;
    if (!good) return std::nullopt;
    return ids;
  }

  bool resolve(const LayerSpec& spec, std::string_view key, const std::string& name, std::vector<TensorId>& ids) {
    const auto found = ids_.find(name);
    if (found != ids_.end()) {
      ids.push_back(found->second);
      return true;
    }
    if (tensors_.count(name) > 0) {
      complain(spec, key, "input \"" + name + "\" is not there yet, expected the output of an earlier layer",
               diagnostics_);
    } else {
      std::vector<std::string> earlier;
      for (const Tensor& tensor : network_.tensors) earlier.push_back(tensor.name);
      complain(spec, key,
               "no tensor \"" + name + "\", expected an input of the network or an earlier layer" +
                   config::did_you_mean(name, earlier),
               diagnostics_);
    }
    return false;
  }

  void add_to_totals(const LayerSpec& spec, const Tensor& tensor) {
    check(spec, "activation bytes", activation_bytes_, tensor.bytes().value());
  }

  void add_to_totals(const LayerSpec& spec, const Layer& layer) {
    check(spec, "MACs", macs_, layer.macs);
    check(spec, "parameter bytes", parameter_bytes_, layer.constant_bytes().value());
    check(spec, "element operations", element_operations_, layer.element_operations);
  }

  void check(const LayerSpec& spec, const std::string& what, std::int64_t& total, std::int64_t amount) {
    if (add(total, amount)) {
      complain(spec, "", "the " + what + " up to this layer exceed " + limit_text(), diagnostics_);
    }
  }

  // Whether this amount, and none before it, takes the total over the limit. Each amount is far below 2^63 and
  // the totals stop there, so nothing wraps.
  static bool add(std::int64_t& total, std::int64_t amount) {
    if (total > kMaxCount) return false;
    total += amount;
    return total > kMaxCount;
  }

  void find_outputs() {
    if (spec_.outputs.empty()) {
      for (std::size_t i = spec_.inputs.size(); i < network_.tensors.size(); ++i) {
        if (!used_[i] && network_.tensors[i].type != ElementType::kResource) {
          network_.outputs.push_back(static_cast<TensorId>(i));
        }
      }
    }
    for (const std::string& name : spec_.outputs) {
      const auto found = ids_.find(name);
      if (found == ids_.end()) {
        diagnostics_.error(field("outputs"), "no tensor \"" + name + "\", expected an output of a layer");
      } else if (std::count(network_.outputs.begin(), network_.outputs.end(), found->second) == 0) {
        network_.outputs.push_back(found->second);
        used_[static_cast<std::size_t>(found->second)] = true;
      }
    }
  }

  // A hand-written file that does not use an input is wrong; a converted one may have such an input.
  void find_idle_inputs() {
    if (spec_.layers.empty() || unresolved_ || !spec_.outputs.empty()) return;  // a misspelled name may have meant it
    for (std::size_t i = 0; i < spec_.inputs.size(); ++i) {
      if (used_[i]) continue;
      diagnostics_.error(spec_.inputs[i].origin,
                         "input \"" + spec_.inputs[i].name + "\": expected a layer that uses it, got none");
    }
  }

  const NetworkSpec& spec_;
  config::Diagnostics& diagnostics_;
  Network network_;
  Names tensors_, layers_;                   // where each was named
  const config::Node* diagnosed_ = nullptr;  // whose name was complained of last
  std::map<std::string, TensorId, std::less<>> ids_;
  std::vector<TensorId> previous_;  // outputs of the layer before
  std::vector<bool> known_;         // shape inferred, by id
  std::vector<bool> used_;          // read by a layer, by id
  bool unresolved_ = false;         // some layer's inputs are in error
  std::int64_t macs_ = 0;
  std::int64_t parameter_bytes_ = 0;
  std::int64_t activation_bytes_ = 0;
  std::int64_t element_operations_ = 0;
};

}  // namespace

Network build_network(const NetworkSpec& spec, config::Diagnostics& diagnostics) {
  return NetworkBuilder(spec, diagnostics).build();
}

Network build_network(const NetworkSpec& spec) {
  config::Diagnostics diagnostics;
  Network network = build_network(spec, diagnostics);
  diagnostics.throw_if_any();
  return network;
}

}  // namespace subvolt::network
