// What is wrong with a part of an ONNX file, thrown by code that does not know which part it looks at: the importer
// adds file and operator and throws subvolt::Error.
#pragma once

#include <stdexcept>
#include <string>

namespace subvolt::network::from_onnx {

class Fault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace subvolt::network::from_onnx
