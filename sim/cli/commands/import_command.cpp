// subvolt import: a network's file as YAML, and what becomes of each of its operators.
#include <filesystem>
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/rewrite_options.h"
#include "sim/cli/shape_options.h"
#include "sim/config/library.h"
#include "sim/config/loader.h"
#include "sim/network/reader.h"
#include "sim/network/yaml/yaml_reader.h"
#include "sim/network/yaml/yaml_writer.h"
#include "sim/report/files.h"
#include "sim/report/import_report.h"
#include "sim/report/tables/network_table.h"
#include "sim/run/operator_fates.h"
#include "sim/run/simulation.h"

namespace subvolt::cli {
namespace {

struct Options {
  std::string file;
  std::string output;
  std::string soc = "edge_npu";
  std::vector<std::string> shapes;
  rewrite::Options rewriting;
  bool force = false;
  bool json = false;
};

std::string yaml_text(const network::Network& network) {
  network::NetworkSpec spec = network::spec_of(network);
  spec.source = report::source_of(network);
  return network::yaml_of(spec);
}

// What is written has to be what was read: an import that loses something is worse than none.
void verify(const std::string& yaml, const network::Network& network) {
  std::string again;
  try {
    again = yaml_text(network::read_document(config::load_text(yaml, network.name + ".yaml", "network")));
  } catch (const Error& e) {
    throw Error(ErrorKind::kInternal, "the imported network cannot be read again: " + std::string(e.what()));
  }
  if (again != yaml) throw Error(ErrorKind::kInternal, "the imported network reads as another one");
}

void write(const Options& options, const std::string& yaml) {
  std::error_code code;
  if (!options.force && std::filesystem::exists(options.output, code) && report::read_file(options.output) != yaml) {
    throw Error(ErrorKind::kConfiguration, options.output + " exists and is another network: --force overwrites it");
  }
  report::write_file(options.output, yaml);
}

// The file on the SoC or design that the report is for, which may say how networks are to be taken.
run::DesignPoint design_point(const Options& options) {
  run::Request request;
  request.design = options.soc;
  request.network = options.file;
  request.read_options = read_options(options.shapes);
  request.network_options = options.rewriting;
  return run::read_design_point(request);
}

void import(const Options& options, const GlobalOptions& globals) {
  const network::Network network = network::read_network(options.file, {}, read_options(options.shapes));
  if (!options.output.empty()) {
    const std::string yaml = yaml_text(network);
    verify(yaml, network);
    write(options, yaml);
    if (!globals.quiet) std::cerr << "network in " << options.output << "\n";
  }
  const run::DesignPoint point = design_point(options);
  rewrite::Options rewriting = options.rewriting;
  rewriting.quantize = point.asked;
  const rewrite::Rewritten rewritten = rewrite::rewrite(network, rewriting);
  if (!globals.quiet) note_quantized(network.name, point.asked, rewritten.quantized);
  const report::Json report = report::import_json(network, config::display_name(options.soc), rewritten.quantized,
                                                  run::operator_fates(rewritten, run::hardware_of(point)));
  std::cout << (options.json ? report::to_text(report) : report::import_table(report));
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  arguments.required("FILE", options->file, "A network: a file of any known type, or a shipped one");
  arguments.optional("-o,--output", options->output, "YAML to write; without it, only the report");
  arguments.flag("--force", options->force, "Overwrite a file that holds something else");
  arguments.defaulted("--soc", options->soc, "The SoC or design that the report is for");
  add_shape_option(arguments, options->shapes);
  add_rewrite_options(arguments, options->rewriting);
  arguments.flag("--json", options->json, "Print the report as JSON");
  arguments.run([options, &globals] { import(*options, globals); });
}

const bool import_command_registered =
    register_command({"import", "A network's file as YAML, and what becomes of its operators", 34, declare});

}  // namespace
}  // namespace subvolt::cli
