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
  bool json = false;
};

void declare(Arguments& arguments, const GlobalOptions&) {
  auto options = std::make_shared<Options>();
  arguments.required("RESULT", options->result, "A result.json or its folder");
  arguments.optional("ACCOUNT", options->account, "npu.array.mac_int8, or npu.array for all of a component");
  arguments.flag("--json", options->json, "Print JSON");
  arguments.run([options] {
    const report::Json result = report::read_result(options->result);
    if (options->json) {
      std::cout << report::to_text(report::explain_json(result, options->account));
      return;
    }
    std::cout << (options->account.empty() ? report::explain_all(result) : report::explain(result, options->account));
  });
}

const bool explain_command_registered =
    register_command({"explain", "Where a number of a result comes from", 40, declare});

}  // namespace
}  // namespace subvolt::cli
