// subvolt nets: a network's operators and totals, as its file has them.
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/rewrite_options.h"
#include "sim/cli/shape_options.h"
#include "sim/config/library.h"
#include "sim/network/reader.h"
#include "sim/report/tables/network_table.h"
#include "sim/report/tables/text_table.h"

namespace subvolt::cli {
namespace {

struct Options {
  std::string file;
  std::vector<std::string> sets;
  std::vector<std::string> shapes;
  rewrite::Options rewriting;
  bool json = false;
  bool wide = false;
};

// The totals of every shipped network; one broken file must not hide the others.
report::Json shipped_json() {
  report::Json all = report::Json::array();
  for (const std::string& name : config::shipped("network")) {
    try {
      report::Json one = report::network_json(network::read_network(name));
      one["operators_total"] = one.at("layers").size();
      one.erase("layers");
      one["name"] = name;
      all.push_back(std::move(one));
    } catch (const Error& e) {
      const std::string text = e.what();
      all.push_back({{"name", name}, {"broken", text.substr(0, text.find('\n'))}});
    }
  }
  return all;
}

void print_shipped(const report::Json& networks) {
  using Align = report::TextColumn::Align;
  report::TextColumn name{"network"}, layers{"operators", Align::kRight}, macs{"MACs", Align::kRight},
      params{"parameters", Align::kRight}, bytes{"param B", Align::kRight}, peak{"activation B", Align::kRight};
  std::string broken;
  for (const report::Json& n : networks) {
    const auto amount = [&](const char* key) { return grouped(n.at(key).get<std::int64_t>()); };
    if (n.contains("broken")) {
      broken += n.at("name").get<std::string>() + "  broken: " + n.at("broken").get<std::string>() + "\n";
      continue;
    }
    name.cells.push_back(n.at("name"));
    layers.cells.push_back(amount("operators_total"));
    macs.cells.push_back(amount("macs"));
    params.cells.push_back(amount("params"));
    bytes.cells.push_back(amount("param_bytes"));
    peak.cells.push_back(amount("activation_peak_bytes"));
  }
  std::cout << report::text_table({name, layers, macs, params, bytes, peak}) << broken;
}

// As its file has it, or as it is mapped when it is taken as if it were quantised.
network::Network network_of(const Options& options) {
  std::vector<config::Override> overrides;
  for (const std::string& set : options.sets) overrides.push_back(config::Override::parse(set));
  network::Network network = network::read_network(options.file, overrides, read_options(options.shapes));
  const rewrite::Quantize asked = options.rewriting.quantize.value_or(rewrite::Quantize::kNone);
  if (asked == rewrite::Quantize::kNone) return network;
  rewrite::Rewritten rewritten = rewrite::rewrite(network, options.rewriting);
  note_quantized(network.name, asked, rewritten.quantized);
  if (rewritten.quantized == rewrite::Quantize::kNone) return network;
  return std::move(rewritten.network);
}

void nets(const Options& options) {
  if (options.file.empty()) {
    const report::Json all = shipped_json();
    if (options.json) {
      std::cout << report::to_text(all);
    } else {
      print_shipped(all);
    }
    return;
  }
  const report::Json json = report::network_json(network_of(options));
  if (options.json) {
    std::cout << report::to_text(json);
  } else {
    std::cout << report::network_table(json, options.wide) << "\n" << report::network_totals(json);
  }
}

void declare(Arguments& arguments, const GlobalOptions&) {
  auto options = std::make_shared<Options>();
  arguments.optional("FILE", options->file,
                     "A shipped network or a file; without it, the totals\n"
                     "of all that ship");
  arguments.repeatable("--set", options->sets,
                       "network.layers[0].stride=2: overrides one value of a\nYAML; repeatable");
  add_shape_option(arguments, options->shapes);
  add_quantize_option(arguments, options->rewriting);
  arguments.flag("--wide", options->wide, "All columns, whatever the terminal");
  arguments.flag("--json", options->json, "Print JSON");
  arguments.run([options] { nets(*options); });
}

const bool nets_command_registered =
    register_command({"nets", "A network's operators and totals, as its file has them", 32, declare});

}  // namespace
}  // namespace subvolt::cli
