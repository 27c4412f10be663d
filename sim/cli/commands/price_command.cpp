// subvolt price: joules from an activity record, without simulating.
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "sim/cli/command.h"
#include "sim/cli/output_folder.h"
#include "sim/cli/shell_words.h"
#include "sim/config/library.h"
#include "sim/power/technology/sram_access.h"
#include "sim/report/summary_card.h"
#include "sim/run/document_names.h"
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

// Clocks stay as they were recorded, at the record's operating point `p`; where the point says otherwise its name tells
// so.
power::OperatingPoint at_recorded_clocks(power::OperatingPoint point, const power::ActivityRecord& record,
                                         std::size_t p, const power::PowerIntent& intent,
                                         const power::Technology& technology) {
  bool kept = true;
  for (auto& [clock, frequency] : point.frequencies) {
    for (const auto& [recorded, hertz] : record.clock_domains) {
      if (recorded != clock) continue;
      const Frequency as_recorded = Frequency::from_si(static_cast<double>(hertz[p]));
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

// A record of several operating points has each by its name, so that none can be asked for.
std::vector<power::OperatingPoint> points_of(const Options& options, const power::ActivityRecord& record,
                                             const power::PowerIntent& intent, const power::Technology& technology) {
  const bool several = record.operating_points.size() > 1;
  if (several && !options.point.empty()) {
    throw_configuration("--opp: the record has " + std::to_string(record.operating_points.size()) +
                        " operating points, " + config::listed(record.operating_points) +
                        ", which are priced by their names: leave out --opp; --set power.operating_points." +
                        record.operating_points.front() + " changes one that the power intent names");
  }
  std::vector<power::OperatingPoint> points;
  for (std::size_t p = 0; p < record.operating_points.size(); ++p) {
    const std::string& text = several ? record.operating_points[p] : options.point;
    points.push_back(
        at_recorded_clocks(power::resolve_operating_point(intent, technology, text), record, p, intent, technology));
  }
  return points;
}

// What is impossible in a record from a file is the file's fault.
[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw Error(ErrorKind::kConfiguration,
              file + ": no run leaves such a record: changed or damaged, run the design point again\n  " + why);
}

power::ActivityRecord read_record(const report::RunFile& file) {
  power::ActivityRecord record = power::activity_record_from_json(file.text, file.path);
  std::string text;
  for (const std::string& v : power::violations(record)) text += (text.empty() ? "" : "\n  ") + v;
  if (!text.empty()) refuse(file.path, text);
  return record;
}

// The command in a form that runs where the record is.
std::string canonical(const Options& options, const std::string& file, std::uint64_t seed) {
  std::string text = "subvolt price " + quoted(std::filesystem::path(file).filename().string()) + " --technology " +
                     quoted(run::shared_name("technology", options.technology));
  if (!options.point.empty()) text += " --opp " + quoted(options.point);
  if (!options.power.empty()) text += " --power " + quoted(run::shared_name("power", options.power));
  for (const std::string& set : options.sets) text += " --set " + quoted(set);
  if (seed != 0) text += " --seed " + std::to_string(seed);
  return text;
}

void price(const Options& options, const GlobalOptions& globals) {
  const report::RunFile file = report::read_run_file(options.record, report::kActivityFile);
  const power::ActivityRecord record = read_record(file);
  std::vector<config::Override> overrides;
  for (const std::string& set : options.sets) overrides.push_back(config::Override::parse(set));
  run::check_overrides(overrides, {"power", "technology"});
  const power::PowerIntent intent =
      power::read_power_intent(options.power.empty() ? record.power_intent : options.power, overrides);
  const power::Technology technology = power::read_technology(options.technology, overrides);
  const std::vector<power::OperatingPoint> points = points_of(options, record, intent, technology);
  std::optional<report::RunFolder> folder;
  if (!options.folder.empty()) folder.emplace(options.folder);

  report::ResultInputs inputs;
  report::Json result;
  power::Ledger ledger;
  try {
    ledger = run::price_record(record, intent, technology, points);
    inputs.record = &record;
    inputs.ledger = &ledger;
    inputs.intent = &intent;
    inputs.technology = &technology;
    inputs.points = &points;
    inputs.provenance = {canonical(options, file.path, globals.seed), globals.seed,
                         run::document_hashes(record, intent, technology)};
    result = report::make_result(inputs);
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::kInvariant) throw;
    refuse(file.path, e.what());
  }
  if (folder) {
    add_result(*folder, inputs, result);
    folder->write();
    if (!globals.quiet) std::cerr << "results in " << folder->path() << "\n";
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

const bool price_command_registered =
    register_command({"price", "Price an activity record again, without simulating", 60, declare});

}  // namespace
}  // namespace subvolt::cli
