// One operator of the file on its way to a layer: its operands on one side, the LayerSpec on the other.
//
// A translation is a function that reads the one and fills the other. It registers itself by the operator's word and
// lives in sim/network/tflite/operators.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/network/network_spec.h"
#include "sim/network/tflite/graph.h"

namespace subvolt::network::tflite {

class Translation {
 public:
  Translation(Graph& graph, const format::Operator& op, std::string word, std::string where);

  // Operands as the file numbers them; -1 in the file: not there.
  const std::string& word() const { return word_; }
  const std::string& where() const { return where_; }
  std::size_t operands() const { return op_.inputs() ? op_.inputs()->size() : 0; }
  bool has(std::size_t i) const;
  const TensorFacts& operand(std::size_t i);  // fails when it is not there
  bool is_activation(std::size_t i);          // an input of the network or made by an operator
  bool is_constant(std::size_t i);            // neither of these, and it has data
  std::size_t results() const { return op_.outputs() ? op_.outputs()->size() : 0; }
  const TensorFacts& result(std::size_t i = 0);
  // The shape of the first result for operators that cannot tell it. Sizes that the file leaves open are those of the
  // operand `like`, or, where `elements` says how many there are, what is left for the only one.
  Shape stated_shape(std::size_t like = 0, std::int64_t elements = 0);

  // nullptr where the file has none, or those of another operator.
  template <class Options>
  const Options* options() const {
    return op_.options_as<Options>();
  }
  // The same, failing instead.
  template <class Options>
  const Options& need() const {
    const Options* found = options<Options>();
    if (!found) fail("expected its options, got none");
    return *found;
  }
  Span custom_options() const;
  // Values of a constant operand that describes shapes, axes and the like; at most `most` of them.
  std::vector<std::int64_t> integers(std::size_t i, std::size_t most = 16);
  std::int64_t integer(std::size_t i);  // the only one
  std::string state_of(std::size_t i);  // the variable behind a handle

  // What the layer takes. An operand may be taken as an input, as a constant, or as whatever it is; one that is
  // nothing yet is an error.
  void input(std::size_t i);
  void constant(Role role, std::initializer_list<std::size_t> parts);  // several: one after the other in memory
  void take(std::size_t i, Role role = Role::kOperand);
  void take_all();
  void declare_variable(const std::string& name);  // of which the first result is the handle

  LayerSpec& layer() { return layer_; }
  // Forgets what has been written and taken.
  void restart();
  // Names the results, completes the layer and declares all that it has.
  LayerSpec finish(const std::string& standard_name);

  [[noreturn]] void fail(const std::string& message) const { graph_.file().fail(where_, message); }

 private:
  std::int32_t index_of(std::size_t i) const { return op_.inputs()->Get(static_cast<unsigned>(i)); }
  std::string constant_name(ConstantId id, const TensorFacts& tensor);
  void name_results(const std::string& standard_name);

  Graph& graph_;
  const format::Operator& op_;
  std::string word_;
  std::string where_;
  LayerSpec layer_;
  std::map<ConstantId, std::string> taken_;  // constants and their names
  std::optional<ElementType> first_input_;   // its type
  std::string variable_;
};

// False: what the file wants cannot be said of any of our operators; nothing is wrong with it.
using Translate = bool (*)(Translation& t);

struct TranslationEntry {
  std::string word;  // "CONV_2D", "CUSTOM:SignalRfft"
  Translate translate;
};
bool register_translations(std::vector<TranslationEntry> entries);
Translate find_translation(const std::string& word);  // nullptr when there is none

// Whether the file's fused activation is one of ours; sets it.
bool fuse(LayerSpec& layer, format::Activation activation);

}  // namespace subvolt::network::tflite
