// From a verified file to a NetworkSpec, and the comparison of the network built from it with what the file states.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/network/network_spec.h"
#include "sim/network/reader.h"
#include "sim/network/tflite/graph.h"

namespace subvolt::network::tflite {

class ModelReader {
 public:
  ModelReader(const ModelFile& file, const ReadOptions& options) : file_(file), options_(options) {}

  // Inputs, layers and outputs. Throws Error(kConfiguration).
  NetworkSpec read();
  // Shapes and types that the file states for results against those that follow. Throws Error(kConfiguration) with
  // all that differ.
  void check(const Network& network) const;

 private:
  // Of one result of a layer, as the file has it.
  struct Stated {
    std::size_t layer;
    std::size_t output;
    Shape shape;
    ElementType type;
  };

  void read_inputs(Graph& graph);
  Shape shape_of_input(const std::string& name, const TensorFacts& tensor, const std::string& part) const;
  void refuse_unknown_shapes() const;
  void read_operators(Graph& graph, std::size_t subgraph);
  void read_operator(Graph& graph, const format::Operator& op, const std::string& part, std::size_t number);
  void follow_shapes(Graph& graph, const format::Operator& op, const std::string& where);
  void read_outputs(Graph& graph);

  const ModelFile& file_;
  const ReadOptions& options_;
  SharedState shared_;
  NetworkSpec spec_;
  std::vector<Stated> stated_;
  std::map<std::string, Tensor> tensors_;  // so far; only where the caller gave shapes
  std::vector<std::size_t> called_;        // subgraphs that CALL_ONCE runs, in order
};

}  // namespace subvolt::network::tflite
