#include "sim/cli/design_options.h"

#include "sim/cli/rewrite_options.h"
#include "sim/cli/shape_options.h"
#include "sim/config/library.h"

namespace subvolt::cli {

void DesignOptions::add_to(Arguments& arguments) {
  arguments.required("DESIGN", request_.design, "A design or a SoC: a shipped name or a file");
  arguments.optional("--net", request_.network, "Network to replay: a shipped name or a file");
  arguments.optional("--opp", request_.operating_point,
                     "Operating point: a name of the power intent, 0.5V (at\n"
                     "its f_max), or 0.5V,50MHz");
  arguments.optional("--power", request_.power, "Power intent: a shipped name or a file");
  arguments.optional("--technology", request_.technology, "Technology: a shipped name or a file");
  arguments.optional("--objective", request_.objective, "What the mapping minimises: energy, latency or edp");
  arguments.optional_choice("--fidelity", fidelity_, {"burst", "cycle"},
                            "Closed form, or clock by clock with the same cycles");
  add_shape_option(arguments, shapes_);
  add_rewrite_options(arguments, request_.network_options);
  arguments.repeatable("--set", sets_, "soc.npu.array.rows=32: overrides one value; repeatable");
}

run::Request DesignOptions::request() const {
  run::Request request = request_;
  request.cycle_fidelity = fidelity_ == "cycle";
  request.read_options = read_options(shapes_);
  for (const std::string& set : sets_) request.overrides.push_back(config::Override::parse(set));
  return request;
}

std::string DesignOptions::canonical(const std::string& command, const run::DesignPoint& point) const {
  std::string text = "subvolt " + command + " " + point.name + " --net " + point.network.name;
  const auto option = [&](const char* name, const std::string& value) {
    if (!value.empty()) text += std::string(" ") + name + " " + value;
  };
  option("--opp", request_.operating_point);
  option("--power", request_.power.empty() ? "" : config::display_name(request_.power));
  option("--technology", request_.technology.empty() ? "" : config::display_name(request_.technology));
  option("--objective", request_.objective);
  text += cli::canonical(read_options(shapes_)) + cli::canonical(request_.network_options);
  if (fidelity_ != "burst") option("--fidelity", fidelity_);
  for (const std::string& set : sets_) option("--set", set);
  return text;
}

}  // namespace subvolt::cli
