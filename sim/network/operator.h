// The operators that a network can have: their names, what they take and how they work out their results.
//
// An operator is a definition in sim/network/operators, which registers itself; `Operator` is a handle to one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/config/field_type.h"

namespace subvolt::network {

class LayerDraft;

// What kind of work an operator is: who may run it, and how (sim/mapping).
enum class Form {
  kArray,      // multiply-accumulates: a convolution, in whatever disguise
  kRecurrent,  // multiply-accumulates step after step, with a state
  kVector,     // element operations: pools, element-wise, reductions, normalisations
  kMove,       // the same elements at other places
  kView,       // the same bytes under another shape: no work, no traffic
  kState,      // declares or initialises state variables: no work during an inference
  kGeneral,    // anything else: a processor's work
};

struct OperatorDefinition {
  std::string name;     // "conv2d"
  std::string summary;  // for people: "Two-dimensional convolution"
  Form form = Form::kGeneral;
  std::size_t least_inputs = 1;  // activations
  std::size_t most_inputs = 1;
  std::vector<std::string_view> keys;  // attributes it takes, as the YAML calls them
  // Works out outputs, constants and counts of one layer; reports what is wrong and returns false.
  bool (*infer)(LayerDraft& draft) = nullptr;
};

class Operator {
 public:
  Operator();                                                    // conv2d
  explicit Operator(std::string_view name);                      // throws Error(kInternal) for a name that is none
  static const OperatorDefinition* find(std::string_view name);  // nullptr when there is none

  const OperatorDefinition& operator*() const { return *definition_; }
  const OperatorDefinition* operator->() const { return definition_; }
  bool is(std::string_view name) const { return definition_->name == name; }
  friend bool operator==(const Operator& a, const Operator& b) { return a.definition_ == b.definition_; }
  friend bool operator!=(const Operator& a, const Operator& b) { return !(a == b); }

 private:
  const OperatorDefinition* definition_;
};
std::string to_text(const Operator& op);
// Whether its work is known: not of what a reader did not know, and not of a choice that data make.
inline bool is_counted(std::string_view op) { return op != "custom" && op != "if_"; }

// Call at namespace scope: static const bool NAME_registered = register_operators({{...}, {...}});
bool register_operators(std::vector<OperatorDefinition> definitions);
std::vector<const OperatorDefinition*> operators();  // sorted by name

}  // namespace subvolt::network

namespace subvolt::config {
template <>
struct FieldType<network::Operator> {
  static bool read(const Node& node, network::Operator& value, Diagnostics& d);
  static TypeDoc doc();
  static std::string text(const network::Operator& value) { return value->name; }
};
}  // namespace subvolt::config
