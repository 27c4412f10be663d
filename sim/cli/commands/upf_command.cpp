// subvolt upf: a design's power intent as IEEE 1801.
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/design_options.h"
#include "sim/report/files.h"
#include "sim/report/upf/upf.h"
#include "sim/run/simulation.h"

namespace subvolt::cli {
namespace {

struct Options {
  DesignOptions design;
  std::string file;
};

void upf(Options& options, const GlobalOptions& globals) {
  const run::DesignPoint point = run::read_design_point(options.design.request());
  const std::vector<power::ComponentDeclaration> components = run::components_of(point);
  const std::string text =
      report::upf_text(point, components,
                       power::component_powers(components, point.intent, point.operating_point(),
                                               power::price_sources(components, point.technology)));
  if (options.file.empty()) {
    std::cout << text;
    return;
  }
  report::write_file(options.file, text);
  if (!globals.quiet) std::cerr << "written to " << options.file << "\n";
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  options->design.add_to(arguments);
  arguments.optional("-o,--output", options->file, "File to write; printed when absent");
  arguments.run([options, &globals] { upf(*options, globals); });
}

const bool upf_command_registered =
    register_command({"upf", "A design's power intent as IEEE 1801 (UPF 3.0)", 36, declare});

}  // namespace
}  // namespace subvolt::cli
