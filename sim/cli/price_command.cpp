// subvolt price: joules from an activity record, without simulating.
#include <filesystem>
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/output_folder.h"
#include "sim/config/library.h"
#include "sim/power/sram_access.h"
#include "sim/report/files.h"
#include "sim/report/summary_card.h"
#include "sim/run/simulation.h"

namespace subvolt::cli {
namespace {

struct Options {
  std::string record;
  std::string technology;
  std::string point;
  std::string power;
  std::vector<std::string> sets;
  std::string folder;
  bool json = false;
};

std::string record_file(const std::string& file_or_folder) {
  std::error_code code;
  if (!std::filesystem::is_directory(file_or_folder, code)) return file_or_folder;
  return (std::filesystem::path(file_or_folder) / "activity.json").string();
}

// Clocks stay as they were recorded; where the point says otherwise its name tells so.
power::OperatingPoint at_recorded_clocks(power::OperatingPoint point, const power::ActivityRecord& record,
                                         const power::PowerIntent& intent, const power::Technology& technology) {
  bool kept = true;
  for (auto& [clock, frequency] : point.frequencies) {
    for (const auto& [recorded, hertz] : record.clock_domains) {
      if (recorded != clock) continue;
      const Frequency as_recorded = Frequency::from_si(static_cast<double>(hertz.front()));
      kept = kept && frequency == as_recorded;
      frequency = as_recorded;
    }
  }
  if (!kept) point.name += ", clocks as recorded";
  // Cycles, too.
  point.sram = power::sram_accesses(power::sram_macros(record.components), intent, technology, point.voltages,
                                    point.temperature);
  power::settle_cycles(point);
  return point;
}

void price(const Options& options, const GlobalOptions& globals) {
  const std::string file = record_file(options.record);
  const power::ActivityRecord record = power::activity_record_from_json(report::read_file(file), file);
  std::vector<config::Override> overrides;
  for (const std::string& set : options.sets) overrides.push_back(config::Override::parse(set));
  run::check_overrides(overrides, {"power", "technology"});
  const power::PowerIntent intent =
      power::read_power_intent(options.power.empty() ? record.power_intent : options.power, overrides);
  const power::Technology technology = power::read_technology(options.technology, overrides);
  const power::OperatingPoint point =
      at_recorded_clocks(power::resolve_operating_point(intent, technology, options.point), record, intent, technology);
  const power::Ledger ledger = run::price_record(record, intent, technology, point);

  report::ResultInputs inputs;
  inputs.record = &record;
  inputs.ledger = &ledger;
  inputs.intent = &intent;
  inputs.technology = &technology;
  inputs.point = &point;
  inputs.provenance.command = "subvolt price --technology " + technology.name + " --opp " + options.point;
  for (const std::string& set : options.sets) inputs.provenance.command += " --set " + set;
  inputs.provenance.seed = globals.seed;
  inputs.provenance.sha256 = run::document_hashes(record, intent, technology);
  const report::Json result = report::make_result(inputs);
  if (!options.folder.empty()) {
    const OutputFolder folder(options.folder);
    folder.write_result(inputs, result);
    if (!globals.quiet) std::cerr << "results in " << folder.path() << "\n";
  }
  std::cout << (options.json ? report::to_text(result) : report::summary_card(result));
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  arguments.required("RECORD", options->record, "An activity.json or its folder");
  arguments.required("--technology", options->technology, "Technology: a shipped name or a file");
  arguments.optional("--opp", options->point, "Operating point; clocks stay as they were recorded");
  arguments.optional("--power", options->power, "Power intent, if not the one of the record");
  arguments.repeatable("--set", options->sets, "Override a value of power intent or technology (repeatable)");
  arguments.optional("-o,--output", options->folder, "Folder for result.json, layers.csv and the rest");
  arguments.flag("--json", options->json, "Print result.json instead of the summary card");
  arguments.run([options, &globals] { price(*options, globals); });
}

const bool registered = register_command({"price", "Price an activity record again, without simulating", 60, declare});

}  // namespace
}  // namespace subvolt::cli
