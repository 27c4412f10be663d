// subvolt supply: what a regulator loses, by load.
#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/condition_options.h"
#include "sim/config/library.h"
#include "sim/config/loader.h"
#include "sim/power/supply/regulator.h"
#include "sim/report/result.h"
#include "sim/report/tables/text_table.h"

namespace subvolt::cli {
namespace {

struct Options {
  std::string part, output, input, loads = "1uA,10uA,100uA,1mA,10mA,100mA";
  bool json = false;
};

void supply(const Options& options) {
  const config::Document document = config::load(config::find("regulator", options.part), "regulator");
  const power::Regulator regulator = power::Regulator::schema().read(document.section);
  const auto out = parsed<Voltage>("--output", options.output);
  const Voltage in = options.input.empty() ? regulator.input : parsed<Voltage>("--input", options.input);
  if (!(out > Voltage())) throw_configuration("--output: expected a voltage above 0 V, got \"" + options.output + "\"");
  if (!(in > Voltage())) throw_configuration("the part states no input voltage: say it with --input");
  if (out > regulator.highest_output(in)) {
    throw_configuration("--output: " + options.part + " makes " + brief(regulator.highest_output(in)) + " at most of " +
                        brief(in));
  }
  const Power standing = regulator.standing(out, in);
  report::Json rows = report::Json::array();
  std::vector<report::TextColumn> columns{{"load"}, {"delivered"}, {"drawn"}, {"efficiency"}};
  for (report::TextColumn& column : columns) column.align = report::TextColumn::Align::kRight;
  for (const std::string& piece : pieces(options.loads)) {
    const auto load = parsed<Current>("--loads", piece);
    const Power delivered = load * out, drawn = delivered + regulator.loss(delivered, out, in) + standing;
    const double efficiency = drawn > Power() ? delivered / drawn : 0.0;
    rows.push_back(
        {{"load_A", load.si()}, {"delivered_W", delivered.si()}, {"drawn_W", drawn.si()}, {"efficiency", efficiency}});
    const std::string cells[] = {brief(load), to_text(delivered, 3), to_text(drawn, 3),
                                 fmt::format("{:.1f} %", 100.0 * efficiency)};
    for (std::size_t c = 0; c < std::size(cells); ++c) columns[c].cells.push_back(cells[c]);
  }
  if (options.json) {
    std::cout << report::to_text({{"part", document.name},
                                  {"input_V", in.si()},
                                  {"output_V", out.si()},
                                  {"unloaded_A", (standing / in).si()},
                                  {"loads", std::move(rows)}});
    return;
  }
  std::cout << report::card_heading(
                   fmt::format("{}, {}", document.name, config::FieldType<power::RegulatorKind>::text(regulator.kind)),
                   fmt::format("{} to {}", brief(in), brief(out)))
            << fmt::format("without load  {} from the input, {}\n", to_text(standing / in, 3), to_text(standing, 3))
            << report::text_table(std::move(columns), report::kCardWidth);
}

void declare(Arguments& arguments, const GlobalOptions&) {
  auto options = std::make_shared<Options>();
  arguments.required("PART", options->part, "A regulator of `subvolt list regulators`, or a file");
  arguments.optional("--output", options->output, "Its output voltage, such as 0.8V");
  arguments.optional("--input", options->input, "Its input voltage; the part's when absent");
  arguments.defaulted("--loads", options->loads, "Currents at its output, between commas");
  arguments.flag("--json", options->json, "Print JSON instead of the table");
  arguments.run([options] { supply(*options); });
}

const bool supply_command_registered = register_command({"supply", "What a regulator loses, by load", 67, declare});

}  // namespace
}  // namespace subvolt::cli
