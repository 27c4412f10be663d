// How much of a file may be looked at.
//
// Tables of a FlatBuffer may share their parts, so a kilobyte can describe a million operators with a million
// operands each. Real files share next to nothing: what reading one costs is a small multiple of its size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/config/error.h"

namespace subvolt::network::tflite {

class Budget {
 public:
  Budget(std::size_t file_size, std::string file)
      : left_(static_cast<std::int64_t>(file_size) * 8 + (std::int64_t{16} << 20)), file_(std::move(file)) {}
  // Bytes looked at or copied. Throws Error(kConfiguration) when there are none left.
  void spend(std::size_t bytes) {
    const auto amount = static_cast<std::int64_t>(bytes);
    if (amount > left_) {
      throw Error(ErrorKind::kConfiguration,
                  file_ +
                      ": its parts are shared so often that they add up to many times the file's size, expected "
                      "tensors and operators with data of their own");
    }
    left_ -= amount;
  }

 private:
  std::int64_t left_;
  std::string file_;
};

}  // namespace subvolt::network::tflite
