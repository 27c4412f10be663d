// A percentage that overwrites itself, on terminals only.
#pragma once

#include <string>

namespace subvolt::cli {

class Progress {
 public:
  // `what`: "simulating". Nothing is shown unless wanted and stderr is a terminal.
  Progress(std::string what, bool wanted);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void operator()(double share) const;

 private:
  std::string what_;
  bool shown_;
};

}  // namespace subvolt::cli
