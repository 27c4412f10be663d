// subvolt compare: design points that run the same networks, side by side.
#include <algorithm>
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/design_options.h"
#include "sim/cli/design_run.h"
#include "sim/cli/progress.h"
#include "sim/cli/rewrite_options.h"
#include "sim/config/library.h"
#include "sim/report/comparison.h"
#include "sim/report/run_folder.h"
#include "sim/run/child.h"
#include "sim/run/comparison.h"
#include "sim/run/document_names.h"

namespace subvolt::cli {
namespace {

constexpr const char* kDefault = "kinds";

struct Options {
  DesignOptions design;
  std::vector<std::string> points;
  std::vector<std::string> networks;
  std::string folder;
  bool json = false;
  bool verbose = false;
  bool equal = false;
};

struct Row {
  std::string name;
  run::ComparisonRow what;
};

struct Rows {
  std::string title;
  std::vector<Row> rows;
  std::vector<std::string> networks;

  void add(const std::string& name, const run::ComparisonRow& what) {
    for (const Row& row : rows) {
      if (row.name == name) throw_configuration("two rows are called \"" + name + "\": name each once");
    }
    rows.push_back({name, what});
  }
  void add_network(const std::string& network) {
    if (std::find(networks.begin(), networks.end(), network) == networks.end()) networks.push_back(network);
  }
};

bool is_comparison(const std::string& point) {
  const std::vector<std::string> names = config::shipped("comparison");
  return std::binary_search(names.begin(), names.end(), point) || run::schema_of(point) == "comparison";
}

Rows rows_of(const Options& options) {
  Rows all;
  const std::vector<std::string> standard{kDefault};
  for (const std::string& point : options.points.empty() ? standard : options.points) {
    if (!is_comparison(point)) {
      all.add(config::display_name(point), {point, {}, ""});
      continue;
    }
    const run::Comparison comparison = run::read_comparison(config::find("comparison", point));
    for (const auto& [name, row] : comparison.rows) all.add(name, row);
    for (const std::string& network : comparison.networks) all.add_network(network);
    all.title += (all.title.empty() ? "" : "; ") + comparison.title;
  }
  if (!options.networks.empty()) {
    all.networks.clear();
    for (const std::string& network : options.networks) all.add_network(network);
  }
  if (all.networks.empty()) throw_configuration("which network? Name one with --net, or several");
  return all;
}

// An error of a row says which it is, and where it stands.
template <class F>
auto of_row(const Row& row, F work) {
  try {
    return work();
  } catch (const Error& e) {
    const std::string place = row.what.location.empty() ? "" : row.what.location + ": ";
    throw Error(e.kind(), place + "row " + row.name + ": " + e.what());
  }
}

report::Json simulate(const Row& row, const DesignOptions& options, run::DesignPoint& point, std::uint64_t seed,
                      const run::OnProgress& on_progress) {
  const std::string command = options.canonical("run", point, seed);
  const auto work = [&](const run::OnProgress& progress) {
    const DesignRun done(point, command, seed, progress);
    const run::Work made = run::work_of(point, done.simulated());
    return report::comparison_row(row.name, done.inputs(), done.result(), done.simulated(), made).dump();
  };
  report::Json json = report::Json::parse(run::in_child(work, on_progress));
  const report::Json& faults = json.at("work").at("faults");
  if (faults.empty()) return json;
  std::string text = point.network.name + " was not done as planned:";
  for (const report::Json& fault : faults) text += "\n  " + fault.get<std::string>();
  throw Error(ErrorKind::kInvariant, text);
}

void compare(const Options& options, const GlobalOptions& globals) {
  const Rows all = rows_of(options);
  std::optional<report::RunFolder> folder;
  if (!options.folder.empty()) folder.emplace(options.folder);
  // All is read before anything is simulated.
  struct Planned {
    const Row* row;
    DesignOptions options;
    run::DesignPoint point;
  };
  std::vector<Planned> planned;
  for (const std::string& network : all.networks) {
    for (const Row& row : all.rows) {
      of_row(row, [&] {
        DesignOptions own = options.design.of_point(row.what.design, network, row.what.sets);
        run::DesignPoint point = run::read_design_point(own.request());
        planned.push_back({&row, std::move(own), std::move(point)});
      });
      const run::DesignPoint& point = planned.back().point;
      if (!globals.quiet && &row == &all.rows.front()) note_quantized(point.network.name, point.asked, point.quantized);
    }
  }
  std::vector<report::Json> networks;
  {
    const Progress progress("simulating", !globals.quiet);
    std::vector<report::Json> rows;
    for (std::size_t p = 0; p < planned.size(); ++p) {
      Planned& one = planned[p];
      const auto share = [&](double part) {
        progress((static_cast<double>(p) + part) / static_cast<double>(planned.size()));
      };
      share(0.0);
      rows.push_back(of_row(*one.row, [&] { return simulate(*one.row, one.options, one.point, globals.seed, share); }));
      if (rows.size() < all.rows.size()) continue;
      networks.push_back(report::compared_network(one.point.network.name, std::move(rows)));
      rows.clear();
    }
  }
  const report::Json comparison = report::comparison(all.title, std::move(networks));
  if (folder) {
    folder->add(report::kComparisonFile, report::to_text(comparison));
    folder->add(report::kComparisonTable, report::comparison_csv(comparison));
    folder->write();
  }
  std::cout << (options.json ? report::to_text(comparison) : report::comparison_tables(comparison, options.verbose));
  std::cout.flush();
  if (folder && !globals.quiet) std::cerr << "results in " << folder->path() << "\n";
  if (!options.equal) return;
  for (const report::Json& network : comparison.at("networks")) {
    if (!network.at("differences").empty()) {
      throw Error(ErrorKind::kCondition, "--equal: not all is equal but the accelerators, see `differences`");
    }
  }
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  arguments.several("POINTS", options->points,
                    "Comparisons, designs and SoCs, shipped names or files;\n"
                    "the comparison of all kinds of accelerators if none");
  arguments.repeatable("--net", options->networks,
                       "Network to replay: a shipped name or a file;\n"
                       "repeatable. The comparison's own when absent");
  options->design.add_conditions_to(arguments);
  arguments.flag("--equal", options->equal, "Exit code 1 unless all but the accelerators is equal");
  arguments.flag("--verbose", options->verbose, "Name all layers that run on the host, and why");
  arguments.optional("-o,--output", options->folder, "Folder for compare.json and compare.csv");
  arguments.flag("--json", options->json, "Print compare.json instead of the tables");
  arguments.run([options, &globals] { compare(*options, globals); });
}

const bool compare_command_registered =
    register_command({"compare", "Design points that run the same networks, side by side", 15, declare});

}  // namespace
}  // namespace subvolt::cli
