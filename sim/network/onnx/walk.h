// The way through an ONNX graph: what importer.cpp (the file as a whole), walk.cpp (operator by operator) and
// subgraphs.cpp (graphs inside operators) share.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>

#include "sim/network/onnx/compositions/body.h"
#include "sim/network/onnx/fault.h"
#include "sim/network/onnx/graph_inputs.h"
#include "sim/network/onnx/importer.h"
#include "sim/network/onnx/layer_list.h"
#include "sim/network/onnx/order.h"
#include "sim/network/onnx/translation.h"

namespace subvolt::network::from_onnx {

// Functions that call functions, and loops, can make a small file as large as they like.
inline constexpr std::size_t kMostOperators = 100000;
inline constexpr int kDeepest = 32;  // graphs in graphs

using Opsets = std::map<std::string, std::int64_t>;

// Tensors by name; a graph inside an operator sees those outside.
struct Scope {
  std::map<std::string, Value> values;
  Scope* outer = nullptr;
  const onnx::NodeProto* call = nullptr;  // of the function whose body this is
  const Opsets* opsets = nullptr;         // that its operators are of; none: the file's
  std::string prefix;                     // of names in it
  int depth = 0;
  // Inside of an operator that others make up: its name in the file, and the tensor that is its result.
  std::string whole;
  std::set<std::string> absent;  // operands of a function that the call leaves out
  std::string result;

  Value* find(const std::string& name);
  bool is_absent(const std::string& name) const;
};

class Importer {
 public:
  Importer(const onnx::ModelProto& model, const std::string& file, const Files& files, const ReadOptions& options,
           const Shapes& example);
  NetworkSpec run();

 private:
  [[noreturn]] void fail(const std::string& message) const;
  template <class Action>
  void guarded(Action action) const {
    try {
      action();
    } catch (const Error&) {
      throw;
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& fault) {
      fail(fault.what());
    }
  }

  // The file as a whole.
  void read_opsets();
  void add_input(GraphInput input, Scope& scope);
  void add_output(const std::string& name, Scope& scope);
  bool is_input(const std::string& tensor) const;

  // Operator by operator.
  void walk(const onnx::GraphProto& graph, Scope& scope, const std::string& where);
  void walk(const Nodes& nodes, Scope& scope, const std::string& where);
  void visit(const onnx::NodeProto& as_written, std::size_t place, Scope& scope, const std::string& part);
  void translate(const Node& node, std::size_t place, Scope& scope, const std::string& part);
  const onnx::NodeProto& resolved(const onnx::NodeProto& node, const Scope& scope);
  void bind(Scope& scope, const std::string& name, Value value);
  void bind_results(const std::vector<TypeInfo>& types, const std::vector<std::string>& bound,
                    const onnx::NodeProto& proto, Scope& scope);
  void use_stated_shapes(const onnx::NodeProto& proto, std::vector<TypeInfo>& types);
  // Notes an operator that is no layer; those inside of one that was taken apart are none of the file.
  void note(const onnx::NodeProto& proto, std::size_t place, const Scope& scope, const std::string& how);
  void count_operator();

  // Graphs and functions inside operators.
  void choose(const Node& node, std::size_t place, Scope& scope, const std::string& part);
  void loop(const Node& node, std::size_t place, Scope& scope, const std::string& part);
  void scan(const Node& node, std::size_t place, Scope& scope, const std::string& part);
  void call(const onnx::FunctionProto& function, const onnx::NodeProto& proto, const std::vector<Value*>& inputs,
            Scope& scope, Scope& inner, const std::string& part);
  void call_function(const onnx::FunctionProto& function, const onnx::NodeProto& proto,
                     const std::vector<Value*>& inputs, Scope& scope, const std::string& part);
  void call_parts(Body parts, const Node& node, Scope& scope, const std::string& part);
  // A scope for a graph in this one.
  Scope inside(Scope& scope, const std::string& prefix);
  // A step of a loop: the value of each output of its graph.
  std::vector<Value> step(const onnx::GraphProto& graph, const std::vector<Value>& inputs, Scope& scope,
                          const std::string& prefix, const std::string& part);
  // Results of all steps, one behind the other along a new dimension.
  Value stacked(const std::vector<Value>& values, std::int64_t axis, Scope& scope, const std::string& name,
                const std::string& part);

  const onnx::ModelProto& model_;
  const std::string& file_;
  const ReadOptions& options_;
  const Shapes& example_;
  Graph graph_;
  NetworkSpec spec_;
  std::string part_;  // of the file, which is looked at now
  Opsets opsets_;
  LayerList layers_{Layout::kChannelsFirst};
  std::map<std::string, const onnx::ValueInfoProto*> stated_;  // what the file says of tensors
  std::deque<onnx::NodeProto> copies_;
  std::deque<onnx::FunctionProto> bodies_;  // of what was taken apart
  std::deque<Opsets> imports_;              // of functions
  std::size_t operators_ = 0;
  bool computes_ = false;  // some output is an operator's
};

}  // namespace subvolt::network::from_onnx
