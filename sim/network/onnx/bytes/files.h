// Where an ONNX model's bytes lie.
#pragma once

#include <memory>
#include <string>

#include "sim/config/byte_source.h"

namespace subvolt::network::from_onnx {

struct Files {
  std::shared_ptr<const config::ByteSource> model;
  std::string folder;  // of external data, empty when there is none to look into
};

}  // namespace subvolt::network::from_onnx
