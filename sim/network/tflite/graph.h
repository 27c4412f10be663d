// One subgraph while it is read: which tensors have been made so far, and what they are called.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "sim/network/tensor.h"
#include "sim/network/tflite/tensor_facts.h"

namespace subvolt::network::tflite {

// What all subgraphs of a file share: names are unique in a network, constants are stored once.
class Names {
 public:
  // `wanted`, or with the first of the suffixes #2, #3, ... that makes it unique; `standard` when it is empty.
  std::string unique(const std::string& wanted, const std::string& standard);

 private:
  std::set<std::string> taken_;
  std::map<std::string, int> next_;  // suffix to try
};

// Subgraph and tensor. Converters let tensors that happen to hold the same bytes share a buffer; that makes them no
// less parameters of their own.
using ConstantId = std::pair<std::size_t, std::int32_t>;

struct SharedState {
  Names tensors;
  Names constants;
  std::map<ConstantId, std::string> constant_names;  // of those that some layer has
};

class Graph {
 public:
  Graph(const ModelFile& file, std::size_t index, SharedState& shared);

  const ModelFile& file() const { return file_; }
  std::size_t index() const { return index_; }
  const format::SubGraph& table() const { return table_; }
  SharedState& shared() { return shared_; }

  // Facts of a tensor, read when first asked for. Throws for an index out of range.
  const TensorFacts& tensor(std::int32_t index, const std::string& where);
  // Gives an input or a result another shape than the file's example.
  void reshape(std::int32_t index, const Shape& shape, const std::string& where);
  // Whether any tensor has one: then results with open sizes are worked out, not read.
  bool reshaped() const { return reshaped_; }
  // The name in the network of a tensor that is an input or that an operator has made; nullptr before.
  const std::string* made(std::int32_t index) const;
  // Declares it made. Throws when it is already.
  void make(std::int32_t index, const std::string& name, const std::string& where);
  // Makes a unique name for it without declaring it made.
  std::string name_for(std::int32_t index, const std::string& standard, const std::string& where);
  // The state variable behind a handle; empty for other tensors.
  std::string variable(std::int32_t handle) const;
  void declare_variable(std::int32_t handle, const std::string& name) { variables_[handle] = name; }

 private:
  const ModelFile& file_;
  std::size_t index_;
  const format::SubGraph& table_;
  SharedState& shared_;
  bool reshaped_ = false;
  std::map<std::int32_t, TensorFacts> facts_;
  std::map<std::int32_t, std::string> made_;
  std::map<std::int32_t, std::string> variables_;
};

}  // namespace subvolt::network::tflite
