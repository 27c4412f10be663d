// A text file line by line and piece by piece: memory does not grow with the file. Throws Error(kConfiguration).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/read_file.h"

namespace subvolt::run {

class TraceLines {
 public:
  // Regular files only: anything else may have no end.
  explicit TraceLines(const std::string& file);
  bool next();  // false: end of the file

  // The line in hand, without its end.
  const char* begin() const { return line_; }
  const char* end() const { return line_end_; }
  std::string_view text() const { return {line_, static_cast<std::size_t>(line_end_ - line_)}; }
  std::int64_t number() const { return line_number_; }  // from 1

  std::string where() const { return file_ + ":" + std::to_string(line_number_) + ":1"; }
  double share() const;  // read so far, 0 to 1; for progress
  // "FILE:LINE:COLUMN: message"; `at` lies in the line.
  [[noreturn]] void fail(const char* at, const std::string& message) const;
  // What stands from `at` to the first of `ends`, for messages: "\"1.5\"" or "nothing".
  std::string quote(const char* at, const char* ends) const;

 private:
  void read_more();

  std::string file_;  // as messages name it
  config::OpenFile in_;
  std::vector<char> buffer_;
  const char* begin_ = nullptr;  // of what is not read yet
  const char* end_ = nullptr;    // of what is in the buffer
  const char* line_ = nullptr;
  const char* line_end_ = nullptr;
  std::int64_t line_number_ = 0;
  std::int64_t bytes_ = 0;  // taken from the file
  std::int64_t size_ = 0;
};

}  // namespace subvolt::run
