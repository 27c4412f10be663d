#include "sim/cli/progress.h"

#include <unistd.h>

#include <iostream>

namespace subvolt::cli {

Progress::Progress(std::string what, bool wanted)
    : what_(std::move(what)), shown_(wanted && isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (shown_) std::cerr << "\r\033[K" << std::flush;
}

void Progress::operator()(double share) const {
  if (shown_) std::cerr << "\r" << what_ << " " << static_cast<int>(100 * share) << " %\033[K" << std::flush;
}

}  // namespace subvolt::cli
