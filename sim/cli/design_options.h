// The options by which `run`, `check` and `compare` name a design point.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/cli/arguments.h"
#include "sim/run/design_point.h"
#include "sim/run/recorded_run.h"

namespace subvolt::cli {

class DesignOptions {
 public:
  void add_to(Arguments& arguments);
  // All but DESIGN and what it runs: for commands that name several; of_point() makes one of them.
  void add_conditions_to(Arguments& arguments);
  // That design and network, with `sets` before those of the command line, at that operating point if one is named.
  DesignOptions of_point(const std::string& design, const std::string& network, const std::vector<std::string>& sets,
                         const std::string& operating_point = "") const;
  // Where DESIGN is the config.yaml of a run, the options that were given then and are not given now are added.
  // Throws Error(kConfiguration).
  run::Request request();
  // The command without output options, folders and the order in which options were given, to be pasted into a shell.
  // A run that is only repeated is that of its first command.
  std::string canonical(const std::string& command, const run::DesignPoint& point, std::uint64_t seed) const;
  // The options of the command that are in none of the point's documents, likewise.
  std::string options_beside_documents() const;
  // The run that the design point only repeats: same values, same options.
  const std::optional<run::RecordedRun>& repeated() const { return repeated_; }
  // The folder for its results, below the working folder: results/DESIGN_NETWORK_TECHNOLOGY_POINT; files and options of
  // the user's own add eight digits that tell such runs apart.
  std::string default_folder(const run::DesignPoint& point) const;

 private:
  void bind(Arguments& arguments);
  void bind_conditions(Arguments& arguments);
  void adopt(const run::RecordedRun& recorded);
  bool is_set_anew(const std::string& then) const;

  std::optional<Arguments> arguments_;
  run::Request request_;
  std::vector<std::string> sets_;
  std::vector<std::string> shapes_;
  std::string fidelity_ = "burst";
  std::optional<run::RecordedRun> repeated_;
};

}  // namespace subvolt::cli
