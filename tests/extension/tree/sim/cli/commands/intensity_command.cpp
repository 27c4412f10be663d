// subvolt intensity: MACs per byte of DRAM traffic, layer by layer. From the result alone, so it works on any, new or
// old.
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/report/result.h"

namespace subvolt::cli {
namespace {

void print_intensity(const report::Json& result) {
  for (const report::Json& layer : result.at("layers")) {
    const report::Json& traffic = layer.at("traffic_B");
    const double bytes = traffic.value("dram.read", 0.0) + traffic.value("dram.write", 0.0);
    const double macs = layer.at("macs");
    std::cout << fmt::format("{:<16} {:>12.0f} MACs  {:>10.0f} B  {}\n", layer.at("name").get<std::string>(), macs,
                             bytes, bytes > 0 ? fmt::format("{:.1f} MACs/B", macs / bytes) : "no DRAM traffic");
  }
}

void declare_intensity(Arguments& arguments, const GlobalOptions&) {
  auto result = std::make_shared<std::string>();
  arguments.required("RESULT", *result, "A result.json or its folder");
  arguments.run([result] { print_intensity(report::read_result(*result)); });
}

const bool intensity_command_registered =
    register_command({"intensity", "MACs per byte of DRAM traffic, by layer", 45, declare_intensity});

}  // namespace
}  // namespace subvolt::cli
