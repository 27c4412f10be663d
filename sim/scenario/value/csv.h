// Tables that tools write: a line of headings, then rows of numbers and words, read one after the other.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/config/read_file.h"

namespace subvolt::scenario {

class Csv {
 public:
  // Throws Error(kConfiguration): unreadable, or without one of `wanted` in its headings. `mention`: who names it.
  Csv(const std::string& file, const std::vector<std::string>& wanted, const config::SourceLocation& mention = {});

  bool next();                                             // the row behind; false: there is none
  int column(std::string_view name) const;                 // -1: it has none
  std::string_view word(int column) const;                 // of this row
  double number(int column) const;                         // throws Error(kConfiguration), "FILE:12: expected ..."
  [[noreturn]] void refuse(const std::string& why) const;  // of this row
  const std::string& file() const { return file_; }
  int line() const { return line_; }

 private:
  bool read_line();
  std::string file_;
  config::OpenFile in_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  std::string text_;  // of the line
  std::vector<std::string_view> cells_;
  std::vector<std::string> headings_;
  int line_ = 0;
};

// `file` as a document means it that names it at `mention`: relative to that document's folder.
std::string beside(const std::string& file, const config::SourceLocation& mention);

}  // namespace subvolt::scenario
