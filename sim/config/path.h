// The way through a document to one value, "network.layers[3].stride". It is kept as steps that values share and
// becomes a text only when somebody asks, so that a million values with long keys above them cost no more than their
// own.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace subvolt::config {

class Path {
 public:
  Path() = default;
  Path(std::string text);  // a beginning
  Path(const char* text) : Path(std::string(text)) {}
  Path key(std::string name) const;    // of a map
  Path item(std::size_t index) const;  // of a list
  bool empty() const { return !last_; }
  std::string text() const;

 private:
  struct Step;
  std::shared_ptr<const Step> last_;
};

}  // namespace subvolt::config
