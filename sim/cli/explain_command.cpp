// subvolt explain: where a number comes from.
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/report/explanation.h"

namespace subvolt::cli {
namespace {

struct Options {
  std::string result;
  std::string account;
};

void add(CLI::App& app, const GlobalOptions&) {
  auto* command = app.add_subcommand("explain", "Where a number of a result comes from");
  auto options = std::make_shared<Options>();
  command->add_option("RESULT", options->result, "A result.json or its folder")->required();
  command->add_option("ACCOUNT", options->account, "npu.array.mac_int8, or npu.array for all of a component");
  command->callback([options] {
    const report::Json result = report::read_result(options->result);
    std::cout << (options->account.empty() ? report::explain_all(result) : report::explain(result, options->account));
  });
}

const bool registered = register_command({40, add});

}  // namespace
}  // namespace subvolt::cli
