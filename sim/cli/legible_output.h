// Standard output without control characters: names and titles of documents are printed as they are, and a terminal
// would obey them.
#pragma once

#include <ostream>
#include <streambuf>

namespace subvolt::cli {

// While it lives, what is written to the stream has its control characters, but line breaks, tabs and DEL, as \x1B.
class LegibleOutput : public std::streambuf {
 public:
  explicit LegibleOutput(std::ostream& stream);
  ~LegibleOutput() override;
  LegibleOutput(const LegibleOutput&) = delete;
  LegibleOutput& operator=(const LegibleOutput&) = delete;

 protected:
  int_type overflow(int_type c) override;
  std::streamsize xsputn(const char* text, std::streamsize size) override;
  int sync() override;

 private:
  std::ostream& stream_;
  std::streambuf* below_;
};

}  // namespace subvolt::cli
