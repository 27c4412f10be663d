// From one operator of an ONNX graph to layers of a NetworkSpec: what the rules in rules_*.cpp are written with.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/network/network_spec.h"
#include "sim/network/onnx/node.h"

namespace subvolt::network::from_onnx {

// Names, each once: "conv", "conv#2", ...
class Names {
 public:
  std::string unique(const std::string& wanted);

 private:
  std::set<std::string> used_;
  std::map<std::string, int> last_;  // number given last
};

// What all operators of a file share.
struct Graph {
  Files files;  // with the elements of constants
  Names names;
  std::set<std::string> seen;  // constants that some layer has already
  std::set<std::string> read;  // tensors of the file that some operator or the caller reads
};

class Translation {
 public:
  // `outputs`: types as far as they are known. `name` is wanted for the layer. `whole`: the operator of the file that
  // this one is a part of, where the file has not got it itself.
  Translation(const Node& node, std::vector<TypeInfo> outputs, Graph& graph, const config::Node& origin,
              std::string name, std::string whole = "");
  // That of the operator, else of its first output, else by its place.
  static std::string base_name(const onnx::NodeProto& proto, std::size_t place);

  const Node& node() const { return node_; }
  LayerSpec& layer() { return layer_; }
  void op(std::string_view name) { layer_.op = Operator(name); }

  bool has(std::size_t i) const { return node_.has(i); }
  bool is_constant(std::size_t i) const { return has(i) && node_.input(i).constant; }
  const Shape& shape(std::size_t i) const { return node_.shape(i); }

  // Appends input i as an activation or as a constant of this role. A constant of MACs takes the place that the
  // operator derives for it. False when the input is left out.
  bool take(std::size_t i, Role role = Role::kOperand);
  void take_all(std::size_t first = 0);
  // The same for weights and biases, whose type then is the layer's.
  bool take_weights(std::size_t i, Role role = Role::kWeights);
  bool take_bias(std::size_t i);
  // An input that a constant stretches to when it is seen with these sizes (broadcasting of opsets before 7).
  void take_as(std::size_t i, const Shape& shape);

  // Whether anybody reads output i.
  bool is_read(std::size_t i) const;
  std::size_t outputs() const { return outputs_.size(); }
  const TypeInfo& out(std::size_t i = 0) const;  // throws Fault when there is none
  // Throws Fault when it is not known.
  const Shape& out_shape(std::size_t i = 0) const;

  // Names the outputs 0 .. count - 1 of the file as outputs of the layer. Without it, there is output 0.
  void name_outputs(std::size_t count);
  // Names output i as the only one of the layer.
  void name_only(std::size_t i);
  // Ends the layer, named with `suffix`, and begins the next one, which reads its output.
  void next_layer(const std::string& suffix);

  // Element type of input i as the file stores it.
  ElementType stored_type(std::size_t i) const;
  // An activation's scale and zero point, from two inputs.
  std::optional<Quantization> quantization(std::size_t scale, std::size_t zero_point, std::int64_t axis = 0) const;

  // All layers; `bound[i]` is the tensor that output i of the file is.
  struct Result {
    std::vector<LayerSpec> layers;
    std::vector<std::string> bound;
  };
  Result finish();

 private:
  void begin();
  void add_input(const std::string& tensor);
  void add_constant(std::size_t i, Role role, const Shape& shape);

  const Node& node_;
  std::vector<TypeInfo> outputs_;
  Graph& graph_;
  config::Node origin_;
  std::string base_;   // name wanted
  std::string whole_;  // see above; may be empty
  LayerSpec layer_;
  Result result_;
};

// Fills in the layer. Throws Fault for what is wrong in the file.
using Rule = void (*)(Translation& t);

// Call at namespace scope: static const bool NAME_registered = register_rules({{"Conv", conv}, ...}). Operators of
// other domains are named with theirs: "com.microsoft.FusedConv"; "*.Op" is of any domain that has no other Op.
bool register_rules(std::vector<std::pair<std::string, Rule>> rules);
bool has_rule(const Node& node);
// The rule of this operator; the one for operators that nobody knows when there is none.
Rule rule_of(const Node& node);
// A layer of which only the shapes are known.
void translate_unknown(Translation& t);

// Scale and zero point, from values; throws Fault for a scale that is none.
Quantization quantization_of(const std::vector<double>& scales, const std::vector<std::int64_t>& zero_points,
                             std::int64_t axis);

}  // namespace subvolt::network::from_onnx
