// The mistakes of several documents, shown together. Internal to this room.
#pragma once

#include <string>

#include "sim/config/error.h"

namespace subvolt::run {

// Runs readers one after another so that the mistakes of all documents are shown together.
class Faults {
 public:
  template <class F>
  bool collect(F read) {
    try {
      read();
      return true;
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::kConfiguration) throw;
      text_ += (text_.empty() ? "" : "\n") + std::string(e.what());
      return false;
    }
  }
  bool any() const { return !text_.empty(); }
  void throw_if_any() const {
    if (!text_.empty()) throw Error(ErrorKind::kConfiguration, text_);
  }

 private:
  std::string text_;
};

}  // namespace subvolt::run
