// The options by which `run` and `check` name a design point.
#pragma once

#include <string>
#include <vector>

#include "sim/cli/arguments.h"
#include "sim/run/design_point.h"

namespace subvolt::cli {

class DesignOptions {
 public:
  void add_to(Arguments& arguments);
  run::Request request() const;
  // The command without output options, folders and the order in which options were given.
  std::string canonical(const std::string& command, const run::DesignPoint& point) const;

 private:
  run::Request request_;
  std::vector<std::string> sets_;
  std::vector<std::string> shapes_;
  std::string fidelity_ = "burst";
};

}  // namespace subvolt::cli
