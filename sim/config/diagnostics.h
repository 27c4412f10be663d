// Collects every mistake of a configuration so that they are shown together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/config/error.h"
#include "sim/config/node.h"

namespace subvolt::config {

struct Diagnostic {
  SourceLocation location;
  std::string path;     // "soc.sram.banks"; may be empty
  std::string message;  // what was wrong and what was expected
  std::string text() const;
};

class Diagnostics {
 public:
  void error(const Node& at, const std::string& message);  // located at the node's value
  void error(SourceLocation location, std::string path, std::string message);
  bool empty() const { return errors_.empty(); }
  const std::vector<Diagnostic>& errors() const { return errors_; }
  // Throws Error(kConfiguration) with one line per mistake, sorted by file, line and column; the first 50 of them.
  void throw_if_any() const;

 private:
  std::vector<Diagnostic> errors_;
};

// `, did you mean "banks"?` for the candidate nearest to `word`, or "" when none is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

std::string listed(const std::vector<std::string>& names);  // "rows, columns, banks"
// `expected one of rows, columns, banks, got "bank", did you mean "banks"?`
std::string not_one_of(const std::vector<std::string>& names, const std::string& given);

}  // namespace subvolt::config
