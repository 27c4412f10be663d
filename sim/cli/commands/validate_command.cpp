// subvolt validate: what was published of chips against what their designs give.
#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/design_options.h"
#include "sim/cli/design_run.h"
#include "sim/cli/progress.h"
#include "sim/cli/shell_words.h"
#include "sim/config/library.h"
#include "sim/report/validation/validation.h"
#include "sim/run/child.h"
#include "sim/run/chip.h"
#include "sim/run/document_names.h"

namespace subvolt::cli {
namespace {

struct Options {
  DesignOptions design;
  std::vector<std::string> chips;
  std::vector<std::string> networks;
  bool json = false;
  bool strict = false;
};

// A design point that rows ask for; several may ask for the same.
struct Run {
  std::string network;
  std::string point;
  report::Json result;
};

class Validation {
 public:
  Validation(const Options& options, const GlobalOptions& globals) : options_(options), globals_(globals) {}

  void add(const run::Chip& chip) {
    for (const auto& [name, measurement] : chip.measurements) {
      for (const run::ChipRow& row : measurement.rows) {
        if (wanted(row)) plan(chip, row);
      }
    }
    chips_.push_back(chip);
  }

  report::Json all() {
    if (planned_.empty()) throw_configuration("no row of these chips is of the networks that --net names");
    simulate();
    std::vector<report::Json> told;
    for (const run::Chip& chip : chips_) told.push_back(of_chip(chip));
    return report::validation(std::move(told));
  }

 private:
  struct Planned {
    std::string key;
    DesignOptions options;
    run::DesignPoint point;
  };

  static std::string key(const run::Chip& chip, const run::ChipRow& row) {
    std::string text = chip.design + "\n" + row.network + "\n" + row.operating_point;
    for (const std::string& set : row.sets) text += "\n" + set;
    return text;
  }

  bool wanted(const run::ChipRow& row) const {
    if (options_.networks.empty()) return true;
    return std::any_of(options_.networks.begin(), options_.networks.end(), [&](const std::string& net) {
      return net == row.network || net == config::display_name(row.network);
    });
  }

  // Errors name the row: nobody typed its `set` and its `operating_point` as options.
  static run::DesignPoint read(const run::ChipRow& row, DesignOptions& own) {
    try {
      return run::read_design_point(own.request());
    } catch (const Error& e) {
      if (row.sets.empty() && row.operating_point.empty()) throw;
      throw Error(e.kind(), row.location + ": the run of this row, its `set` given as --set and its " +
                                "`operating_point` as --opp: " + e.what());
    }
  }

  void plan(const run::Chip& chip, const run::ChipRow& row) {
    const std::string name = key(chip, row);
    if (!runs_.emplace(name, Run()).second) return;
    DesignOptions own = options_.design.of_point(chip.design, row.network, row.sets, row.operating_point);
    run::DesignPoint point = read(row, own);
    constants_.emplace(chip.name, report::fitted_constants(point.intent));
    planned_.push_back({name, std::move(own), std::move(point)});
  }

  void simulate() {
    const Progress progress("simulating", !globals_.quiet);
    for (std::size_t p = 0; p < planned_.size(); ++p) {
      Planned& one = planned_[p];
      const auto share = [&](double part) {
        progress((static_cast<double>(p) + part) / static_cast<double>(planned_.size()));
      };
      const std::string command = one.options.canonical("run", one.point, globals_.seed);
      const auto work = [&](const run::OnProgress& on_progress) {
        return DesignRun(one.point, command, globals_.seed, on_progress).result().dump();
      };
      Run& run = runs_.at(one.key);
      run.result = report::Json::parse(run::in_child(work, share));
      run.network = one.point.network.name;
      run.point = one.point.operating_point().name;
    }
  }

  report::Json of_chip(const run::Chip& chip) const {
    std::vector<report::Json> measurements;
    for (const auto& [name, measurement] : chip.measurements) {
      std::vector<report::Json> rows;
      for (const run::ChipRow& row : measurement.rows) {
        if (!wanted(row)) continue;
        const Run& run = runs_.at(key(chip, row));
        try {
          rows.push_back(
              report::validated_row(row, run.network, run.point, report::value_of(run.result, measurement, row)));
        } catch (const Error& e) {
          throw Error(e.kind(), measurement.location + ": chip.measurements." + name + ": " + e.what());
        }
      }
      if (!rows.empty()) measurements.push_back(report::validated_measurement(name, measurement, std::move(rows)));
    }
    const auto constants = constants_.find(chip.name);
    return report::validated_chip(chip, config::display_name(chip.design),
                                  constants == constants_.end() ? report::Json::array() : constants->second,
                                  std::move(measurements));
  }

  const Options& options_;
  const GlobalOptions& globals_;
  std::vector<run::Chip> chips_;
  std::vector<Planned> planned_;
  std::map<std::string, Run> runs_;
  std::map<std::string, report::Json> constants_;  // by chip
};

void validate(const Options& options, const GlobalOptions& globals) {
  Validation validation(options, globals);
  const std::vector<std::string> shipped = config::shipped("chip");
  for (const std::string& name : options.chips.empty() ? shipped : options.chips) {
    const run::Chip chip = run::read_chip(config::find("chip", name));
    if (!chip.measurements.empty()) {
      validation.add(chip);
    } else if (!options.chips.empty()) {
      throw_configuration(name + " has measured points and no `measurements` of a design: subvolt transfer " +
                          quoted(name) + " carries them");
    }
  }
  const report::Json all = validation.all();
  std::cout << (options.json ? report::to_text(all) : report::validation_tables(all));
  std::cout.flush();
  if (!options.strict) return;
  for (const report::Json& chip : all.at("chips")) {
    for (const report::Json& m : chip.at("measurements")) {
      if (m.value("within_limits", true)) continue;
      throw Error(ErrorKind::kCondition, "--strict: errors of " + chip.at("chip").get<std::string>() + ", " +
                                             m.at("name").get<std::string>() + ", are above its limits");
    }
  }
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  arguments.several("CHIP", options->chips, "Chips, shipped names or files; all that ship if none");
  arguments.repeatable("--net", options->networks, "Only rows of this network; repeatable");
  arguments.flag("--json", options->json, "Print JSON instead of the tables");
  arguments.flag("--strict", options->strict, "Exit code 1 where errors are above the limits of a chip's document");
  arguments.run([options, &globals] { validate(*options, globals); });
}

const bool validate_command_registered =
    register_command({"validate", "Published measurements of chips against their designs", 16, declare});

}  // namespace
}  // namespace subvolt::cli
