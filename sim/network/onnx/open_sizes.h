// Sizes that an ONNX file leaves open: numbers for them that go together, and what to say where those that the caller
// gives do not.
//
// A size may have a name, a symbol, and is the same wherever that stands. Which sizes a network can take is found by
// trying some: the operators in it decide (a window needs as many samples as it is long).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/network/onnx/proto.h"

namespace subvolt::network::from_onnx {

using Shapes = std::map<std::string, std::vector<std::int64_t>>;  // of inputs by name

// Inputs that a caller has to give: those that are no constants.
std::vector<const onnx::ValueInfoProto*> free_inputs(const onnx::GraphProto& graph);

// "[batch, 3, ?, ?]"
std::string text_of(const onnx::TensorShapeProto& shape);

class OpenSizes {
 public:
  OpenSizes(const onnx::GraphProto& graph, const Shapes& given);

  // Shapes of all inputs that leave a size open, the first of some likely ones that `reads` takes, or else the
  // likeliest. The caller's are kept, as far as they do not contradict each other.
  Shapes example(const std::function<bool(const Shapes&)>& reads) const;
  // Without the caller's; empty: none is taken.
  Shapes another(const std::function<bool(const Shapes&)>& reads) const;

  // "symbol batch is 1 by input, 16 by state"; empty: all agree.
  std::string contradiction() const;
  bool all_given() const;  // of those that leave a size open

 private:
  struct Input {
    std::string name;
    const onnx::TensorShapeProto* shape;  // nullptr: not even the number of sizes is known
  };
  Shapes agreed(bool first) const;
  std::vector<Shapes> proposals(const Shapes& kept) const;

  std::vector<Input> inputs_;  // those that leave a size open
  const Shapes& given_;
};

// "--shape input=1,16 --shape state=2,1,128"
std::string as_options(const Shapes& shapes);

}  // namespace subvolt::network::from_onnx
