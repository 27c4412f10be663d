// subvolt explain: where a number comes from.
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/report/explanation.h"
#include "sim/report/layer_explanation.h"

namespace subvolt::cli {
namespace {

struct Options {
  std::string result;
  std::string account;
  std::string layer;
  bool json = false;
};

void declare(Arguments& arguments, const GlobalOptions&) {
  auto options = std::make_shared<Options>();
  arguments.required("RESULT", options->result, "A result.json or its folder");
  arguments.optional("ACCOUNT", options->account, "npu.array.mac_int8, or npu.array for all of a component");
  arguments.optional("--layer", options->layer, "Where the time of a layer goes: its name or index");
  arguments.flag("--json", options->json, "Print JSON");
  arguments.run([options, arguments] {
    const bool of_layer = arguments.given("--layer");
    if (of_layer && !options->account.empty()) {
      throw Error(ErrorKind::kConfiguration, "--layer: expected either an account or a layer, got \"" +
                                                 options->account + "\" and \"" + options->layer + "\"");
    }
    const report::Json result = report::read_result(options->result);
    if (of_layer) {
      std::cout << (options->json ? report::to_text(report::explain_layer_json(result, options->layer))
                                  : report::explain_layer(result, options->layer));
      return;
    }
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
