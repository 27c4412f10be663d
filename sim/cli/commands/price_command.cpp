// subvolt price: joules from an activity record, without simulating.
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "sim/cli/command.h"
#include "sim/cli/output_folder.h"
#include "sim/cli/shell_words.h"
#include "sim/config/library.h"
#include "sim/report/summary_card.h"
#include "sim/report/version.h"
#include "sim/run/document_names.h"
#include "sim/run/recorded_points.h"
#include "sim/run/recorded_run.h"
#include "sim/run/resolved.h"
#include "sim/run/simulation.h"

namespace subvolt::cli {
namespace {

struct Options {
  std::string record;  // or the config.yaml of a priced one
  std::string technology;
  std::string point;
  std::string power;
  std::vector<std::string> sets;
  std::string folder;
  bool json = false;
};

// A point that asks for another clock than the record was simulated with: volts can be priced again, cycles cannot.
void refuse_other_clocks(const power::OperatingPoint& point, const power::ActivityRecord& record, std::size_t p) {
  std::string others, recorded;
  for (const auto& [clock, frequency] : point.asked.frequencies) {
    for (const auto& [name, frequencies] : record.clock_domains) {
      const Frequency simulated = as_frequency(frequencies[p]);
      if (name != clock || point.frequency(clock) == simulated) continue;
      others += (others.empty() ? "" : ", ") + clock + " " + brief(point.frequency(clock)) + " where the record has " +
                brief(simulated);
      recorded += "," + clock + "=" + std::to_string(frequencies[p].value()) + "Hz";
    }
  }
  if (others.empty()) return;
  std::string same;
  for (const auto& [rail, voltage] : point.asked.voltages) {
    same += (same.empty() ? "" : ",") + rail + "=" + brief(voltage);
  }
  same += same.empty() ? recorded.substr(1) : recorded;
  throw_configuration("operating point \"" + point.name + "\": " + others +
                      ": clocks were simulated, voltages alone can be priced anew, as --opp " + cli::quoted(same) +
                      "; at other clocks, run the design point again");
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
    // Another power intent need not know the record's own point: its first one, then.
    const bool own = options.point.empty() && (several || intent.name == record.power_intent);
    const std::string& text = own ? record.operating_points[p] : options.point;
    power::OperatingPoint point = power::resolve_operating_point(intent, technology, text);
    refuse_other_clocks(point, record, p);
    points.push_back(run::at_recorded_clocks(std::move(point), record, p, intent, technology));
  }
  return points;
}

// What is impossible in a record from a file is the file's fault.
[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw Error(ErrorKind::kConfiguration,
              file + ": no run leaves such a record: changed or damaged, run the design point again\n  " + why);
}

// The record that belongs to a config.yaml.
std::string beside(const std::string& file) {
  return (std::filesystem::path(file).parent_path() / report::kActivityFile).string();
}

power::ActivityRecord read_record(const report::RunFile& file) {
  power::ActivityRecord record = power::activity_record_from_json(file.text, file.path);
  std::string text;
  for (const std::string& v : power::violations(record)) text += (text.empty() ? "" : "\n  ") + v;
  if (!text.empty()) refuse(file.path, text);
  return record;
}

// The command in a form that runs where it was given: without the folder of its record it would run in that one alone,
// where files of the command need not be.
std::string canonical(const Options& options, const std::string& file, std::uint64_t seed) {
  std::string text = "subvolt price " + cli::quoted(run::seen_path(file));
  if (!options.technology.empty())
    text += " --technology " + cli::quoted(run::seen_name("technology", options.technology));
  if (!options.point.empty()) text += " --opp " + cli::quoted(options.point);
  if (!options.power.empty()) text += " --power " + cli::quoted(run::seen_name("power", options.power));
  for (const std::string& set : options.sets) text += " --set " + cli::quoted(set);
  if (seed != 0) text += " --seed " + std::to_string(seed);
  return text;
}

// Where RECORD is the config.yaml of a priced record, what was given then and is not given now is added.
std::optional<run::RecordedRun> adopt(Options& options) {
  const std::filesystem::path file = options.record;
  if (file.extension() != ".yaml" || !run::names_run(options.record)) {
    if (options.technology.empty()) {
      throw_configuration("--technology is required\n`subvolt price --help` shows what it takes.");
    }
    return {};
  }
  const run::RecordedRun recorded = run::read_recorded_run(options.record);
  if (!recorded.priced) {
    throw_configuration(options.record + " is of a run: `subvolt run " + cli::quoted(options.record) +
                        "` runs it again, `subvolt price " + cli::quoted(beside(options.record)) + " --technology " +
                        cli::quoted(options.record) + "` prices its record");
  }
  std::string point;
  Arguments::parse(
      split_words(recorded.options), [&point](Arguments& then) { then.optional("--opp", point, ""); },
      options.record + ": run.options");
  if (options.point.empty()) options.point = point;
  if (options.technology.empty()) options.technology = options.record;
  if (options.power.empty()) options.power = options.record;
  return recorded;
}

// The same as then: same values, same options.
bool repeats(const run::RecordedRun& recorded, const Arguments& arguments, std::uint64_t seed) {
  bool given = static_cast<std::uint64_t>(recorded.seed) != seed;
  for (const char* option : {"--technology", "--opp", "--power", "--set"}) given = given || arguments.given(option);
  return recorded.as_written && !given;
}

void price(Options options, const Arguments& arguments, const GlobalOptions& globals) {
  const Options as_given = options;
  const std::optional<run::RecordedRun> before = adopt(options);
  const report::RunFile file =
      report::read_run_file(before ? beside(options.record) : options.record, report::kActivityFile);
  const power::ActivityRecord record = read_record(file);
  std::vector<config::Override> overrides;
  for (const std::string& set : options.sets) overrides.push_back(config::Override::parse(set));
  run::check_overrides(overrides, {"power", "technology"});
  if (options.power.empty()) options.power = record.power_intent;
  const power::PowerIntent intent = power::read_power_intent(options.power, overrides);
  const power::Technology technology = power::read_technology(options.technology, overrides);
  const std::vector<power::OperatingPoint> points = points_of(options, record, intent, technology);
  std::optional<report::RunFolder> folder;
  if (!options.folder.empty()) folder.emplace(options.folder);
  std::uint64_t seed = globals.seed;
  if (seed == 0 && before) seed = static_cast<std::uint64_t>(before->seed);
  const std::string command = before && repeats(*before, arguments, seed)
                                  ? before->command
                                  : canonical(as_given, before ? options.record : file.path, seed);

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
    inputs.provenance = {command, seed, run::document_hashes(record, intent, technology)};
    result = report::make_result(inputs);
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::kInvariant) throw;
    refuse(file.path, e.what());
  }
  if (folder) {
    add_result(*folder, inputs, result);
    const run::PricedDocuments documents{config::find("power", options.power),
                                         config::find("technology", options.technology), overrides};
    folder->add(report::kConfigFile,
                run::resolved(documents, intent, technology,
                              {"subvolt " + report::program_version(), command, seed,
                               options.point.empty() ? "" : " --opp " + cli::quoted(options.point)}));
    folder->write();
    if (!globals.quiet) std::cerr << "results in " << folder->path() << "\n";
  }
  std::cout << (options.json ? report::to_text(result) : report::summary_card(result));
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  arguments.required("RECORD", options->record,
                     "An activity.json or its folder; or the config.yaml that\npricing one left");
  arguments.optional("--technology", options->technology,
                     "Technology: a shipped name or a file; needed but for a\nconfig.yaml");
  arguments.optional("--opp", options->point,
                     "Operating point, if not that of the record: voltages; clocks are as recorded");
  arguments.optional("--power", options->power, "Power intent, if not the one of the record");
  arguments.repeatable("--set", options->sets, "Override a value of power intent or technology (repeatable)");
  arguments.optional("-o,--output", options->folder, "Folder for result.json, layers.csv and the rest");
  arguments.flag("--json", options->json, "Print result.json instead of the summary card");
  arguments.run([options, arguments, &globals] { price(*options, arguments, globals); });
}

const bool price_command_registered =
    register_command({"price", "Price an activity record again, without simulating", 60, declare});

}  // namespace
}  // namespace subvolt::cli
