#include "sim/network/network_builder.h"

#include <map>
#include <string_view>

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
    network_.sha256 = spec_.sha256;
    declare_names();
    if (spec_.name.empty()) diagnostics_.error(field("name"), "expected a name for the network, got an empty one");
    if (spec_.inputs.empty()) diagnostics_.error(spec_.origin, "expected a network with an input, got none");
    if (spec_.layers.empty()) diagnostics_.error(field("layers"), "expected a network with layers, got none");
    for (const InputSpec& input : spec_.inputs) add_input(input);
    for (const LayerSpec& layer : spec_.layers) add_layer(layer);
    find_ends();
    return std::move(network_);
  }

 private:
  // Where the file says `key` of the network itself.
  const config::Node& field(std::string_view key) const {
    const config::Node* found = spec_.origin.is_map() ? spec_.origin.find(key) : nullptr;
    return found ? *found : spec_.origin;
  }

  // Tensor ids are fixed by the order in the file, so an input that is named too early can be told from one
  // that does not exist.
  void declare_names() {
    for (const InputSpec& input : spec_.inputs) declare(input.name, input.origin);
    for (const LayerSpec& layer : spec_.layers) declare(layer.name, layer.origin);
  }

  void declare(const std::string& name, const config::Node& origin) {
    const config::Node* field = origin.is_map() ? origin.find("name") : nullptr;
    const config::Node& at = field ? *field : origin;
    const auto id = static_cast<TensorId>(places_.size());
    places_.push_back(at.location());
    if (name.empty()) {
      diagnostics_.error(at, "expected a name, got an empty one");
      return;
    }
    const auto [first, fresh] = ids_.emplace(name, id);
    if (!fresh) {
      diagnostics_.error(at, "expected a unique name, got \"" + name + "\" again, first at " +
                                 places_[static_cast<std::size_t>(first->second)].text());
    }
  }

  void add_input(const InputSpec& input) {
    const config::Node* field = input.origin.is_map() ? input.origin.find("shape") : nullptr;
    const auto fault = fault_of(input.shape);
    if (fault) diagnostics_.error(field ? *field : input.origin, "input \"" + input.name + "\": " + *fault);
    const Tensor tensor{input.name, input.shape, input.type};
    if (!fault && add(activation_bytes_, tensor.bytes().value())) {
      diagnostics_.error(field ? *field : input.origin,
                         "input \"" + input.name + "\": its bytes exceed " + limit_text());
    }
    network_.inputs.push_back(add_tensor(tensor, !fault));
  }

  TensorId add_tensor(Tensor tensor, bool known) {
    network_.tensors.push_back(std::move(tensor));
    known_.push_back(known);
    used_.push_back(false);
    return static_cast<TensorId>(network_.tensors.size() - 1);
  }

  void add_layer(const LayerSpec& spec) {
    const auto inputs = resolve_inputs(spec);
    Tensor output{spec.name, {}, ElementType::kInt8};
    bool known = false;
    if (inputs) {
      std::vector<const Tensor*> tensors;
      known = true;
      for (TensorId id : *inputs) {
        tensors.push_back(&network_.tensor(id));
        known = known && known_[static_cast<std::size_t>(id)];
        used_[static_cast<std::size_t>(id)] = true;
      }
      output.type = tensors.front()->type;
      auto built = known ? build_layer(spec, tensors, diagnostics_) : std::nullopt;
      known = built.has_value();
      if (built) {
        output.shape = built->output;
        built->layer.inputs = *inputs;
        built->layer.output = static_cast<TensorId>(network_.tensors.size());
        add_to_totals(spec, built->layer, output);
        network_.layers.push_back(std::move(built->layer));
      }
    }
    add_tensor(std::move(output), known);
  }

  std::optional<std::vector<TensorId>> resolve_inputs(const LayerSpec& spec) {
    if (!spec.input.empty() && !spec.inputs.empty()) {
      unresolved_ = true;
      complain(spec, "inputs", "expected input or inputs, got both", diagnostics_);
      return std::nullopt;
    }
    const auto next = static_cast<TensorId>(network_.tensors.size());
    std::vector<TensorId> ids;
    if (spec.input.empty() && spec.inputs.empty()) {
      const bool first = network_.tensors.size() == spec_.inputs.size();
      if (first && spec_.inputs.size() > 1) {
        unresolved_ = true;
        complain(spec, "", "expected an input by name, because the network has several", diagnostics_);
        return std::nullopt;
      }
      if (next > 0) ids.push_back(next - 1);
    }
    bool good = next > 0;
    if (!spec.input.empty()) good = resolve(spec, "input", spec.input, next, ids) && good;
    for (const std::string& name : spec.inputs) good = resolve(spec, "inputs", name, next, ids) && good;
    const std::size_t expected = input_count(spec.op);
    if (good && ids.size() != expected) {
      complain(spec, spec.input.empty() ? "inputs" : "input",
               to_text(spec.op) + " takes " +
                   (expected == 1 ? "one input" : std::to_string(expected) + " inputs, such as inputs: [a, b]") +
                   ", got " + std::to_string(ids.size()),
               diagnostics_);
      good = false;
    }
    unresolved_ = unresolved_ || !good;
    if (!good) return std::nullopt;
    return ids;
  }

  bool resolve(const LayerSpec& spec, std::string_view key, const std::string& name, TensorId next,
               std::vector<TensorId>& ids) {
    const auto found = ids_.find(name);
    if (found != ids_.end() && found->second < next) {
      ids.push_back(found->second);
      return true;
    }
    if (found != ids_.end()) {
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

  void add_to_totals(const LayerSpec& spec, const Layer& layer, const Tensor& output) {
    const auto check = [&](const std::string& what, std::int64_t& total, std::int64_t amount) {
      if (add(total, amount)) {
        complain(spec, "", "the " + what + " up to this layer exceed " + limit_text(), diagnostics_);
      }
    };
    check("MACs", macs_, layer.macs);
    check("parameter bytes", parameter_bytes_, layer.parameter_bytes().value());
    check("activation bytes", activation_bytes_, output.bytes().value());
    check("element operations", element_operations_, layer.element_operations);
  }

  // Whether this amount, and none before it, takes the total over the limit. Each amount is far below 2^63 and
  // the totals stop there, so nothing wraps.
  static bool add(std::int64_t& total, std::int64_t amount) {
    if (total > kMaxCount) return false;
    total += amount;
    return total > kMaxCount;
  }

  void find_ends() {
    for (std::size_t i = 0; i < network_.tensors.size(); ++i) {
      if (used_[i]) continue;
      if (i >= spec_.inputs.size()) {
        network_.outputs.push_back(static_cast<TensorId>(i));
      } else if (!spec_.layers.empty() && !unresolved_) {  // a layer with a misspelled input may have meant it
        diagnostics_.error(spec_.inputs[i].origin,
                           "input \"" + spec_.inputs[i].name + "\": expected a layer that uses it, got none");
      }
    }
  }

  const NetworkSpec& spec_;
  config::Diagnostics& diagnostics_;
  Network network_;
  std::map<std::string, TensorId> ids_;
  std::vector<config::SourceLocation> places_;  // where each tensor was named, by id
  std::vector<bool> known_;                     // shape inferred, by id
  std::vector<bool> used_;                      // read by a layer, by id
  bool unresolved_ = false;                     // some layer's inputs are in error
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
