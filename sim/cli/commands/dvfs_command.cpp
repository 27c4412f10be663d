// subvolt dvfs: which voltages and clocks cost least energy, and how to spend the time between inferences.
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>

#include "sim/cli/command.h"
#include "sim/cli/design_options.h"
#include "sim/cli/condition_options.h"
#include "sim/cli/progress.h"
#include "sim/report/dvfs/dvfs_card.h"
#include "sim/report/dvfs/dvfs_json.h"
#include "sim/report/dvfs/dvfs_tables.h"
#include "sim/report/run_folder.h"
#include "sim/units/picoseconds.h"

namespace subvolt::cli {
namespace {

struct Options {
  DesignOptions design;
  std::vector<std::string> points;
  std::string period, rate, corners, temperatures, idle_shares, idle, folder;
  bool json = false;
};

// The shortest period that a record can tell apart, and the longest of two that it can hold.
constexpr double kShortest_s = 1e-9, kLongest_s = 1e5;

std::optional<Time> period_of(const Options& options, const run::DesignPoint& design) {
  if (!options.period.empty() && !options.rate.empty())
    throw_configuration("--period and --rate say the same: leave one out");
  if (options.period.empty() && options.rate.empty()) return {};
  const bool by_rate = options.period.empty();
  const std::string option = by_rate ? "--rate" : "--period";
  if (design.jobs.size() != 1) {
    throw_configuration(option + ": the design has a scenario or several inferences of its own: name one network");
  }
  double seconds = 0.0;
  if (by_rate) {
    const bool bare = options.rate.find_first_not_of("0123456789.eE+-") == std::string::npos;
    const Frequency rate = parsed<Frequency>(option, bare ? options.rate + " Hz" : options.rate);
    seconds = rate.si() > 0.0 ? static_cast<double>(design.network.parts.front().batch) / rate.si() : -1.0;
  } else {
    seconds = parsed<Time>(option, options.period).si();
  }
  if (!(seconds >= kShortest_s && seconds <= kLongest_s)) {
    throw_configuration(option + ": expected a period from 1 ns to 100 ks, got \"" +
                        (by_rate ? options.rate : options.period) + "\"");
  }
  return Time::from_si(in_seconds(static_cast<std::int64_t>(seconds * 1e12)));
}

std::vector<double> shares_of(const std::string& text) {
  std::vector<double> shares;
  for (const std::string& piece : pieces(text)) {
    std::size_t read = 0;
    double share = -1.0;
    try {
      share = std::stod(piece, &read);
    } catch (const std::exception&) {
    }
    if (read != piece.size() || !(share >= 0.0 && share <= 0.999)) {
      throw_configuration("--idle-shares: expected numbers from 0 to 0.999, got \"" + piece + "\"");
    }
    shares.push_back(share);
  }
  return shares;
}

std::vector<run::Idle> idles_of(const std::string& text) {
  std::vector<run::Idle> all;
  for (const std::string& piece : pieces(text)) all.push_back(one_of<run::Idle>("--idle", piece));
  return all;
}

run::Frames frames_of(const run::Request& request, const run::DesignPoint& design, run::Player& own, run::Idle idle,
                      const std::vector<run::StudiedPoint>& points, std::int64_t period_ps, std::int64_t& simulations) {
  const std::vector<std::string> sets = run::idle_overrides(design.intent, idle);
  run::Frames frames;
  try {
    if (sets.empty()) {
      frames = run::frames_of(own, points, design.operating_point(), period_ps);
    } else {
      run::Request other = request;
      for (const std::string& set : sets) other.overrides.push_back(config::Override::parse(set));
      const run::DesignPoint changed = run::read_design_point(other);
      run::Player player(changed);
      player.at(changed.operating_point(), run::Pattern());  // components, of which Rails asks
      frames = run::frames_of(player, points, changed.operating_point(), period_ps);
      simulations += player.simulations();
    }
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::kConfiguration || idle == run::Idle::kAsWritten) throw;
    frames.why_not = e.what();
  }
  frames.idle = idle;
  frames.sets = sets;
  return frames;
}

void write(const std::string& folder, const report::Json& study) {
  report::RunFolder files(folder);
  files.add(report::kDvfsFile, report::to_text(study));
  files.add("sweep.csv", report::points_csv(study));
  files.add("curves.csv", report::curves_csv(study));
  files.add("minima.csv", report::minima_csv(study));
  if (!study.at("frames").is_null()) {
    files.add("fps.csv", report::frames_csv(study));
    files.add("ways.csv", report::ways_csv(study));
  }
  files.write();
}

// What a study found to be impossible, where it was asked for.
void judge(const report::Json& study, const Options& options) {
  if (!study.at("frames").is_null()) {
    bool met = false;
    for (const report::Json& frames : study.at("frames")) {
      for (const report::Json& way : frames.value("ways", report::Json::array()))
        met = met || way.at("met").get<bool>();
    }
    if (!met) throw Error(ErrorKind::kCondition, "no point ends an inference before the next arrives");
  }
  const auto is_whole = [](const std::string& text) { return text.rfind("..", 0) == 0; };
  if (std::all_of(options.points.begin(), options.points.end(), is_whole)) return;
  for (const report::Json& point : study.at("points")) {
    if (point.at("works").get<bool>()) continue;
    throw_configuration("--points " + point.at("point").get<std::string>() + ": " +
                        point.at("why_not").get<std::string>());
  }
}

void dvfs(Options& options, const GlobalOptions& globals) {
  const run::Request request = options.design.request();
  const run::DesignPoint design = run::read_design_point(request);
  report::DvfsStudy study;
  study.design = &design;
  study.period = period_of(options, design);
  const std::vector<run::Idle> idles = idles_of(options.idle);
  run::CurveRequest wanted{corners_of(options.corners, {design.intent.corner}), {}, shares_of(options.idle_shares)};
  wanted.temperatures = options.temperatures.empty() ? std::vector<Temperature>{design.intent.temperature}
                                                     : parsed_temperatures("--temperatures", options.temperatures);
  if (!options.folder.empty()) report::RunFolder(options.folder);  // whether it can be one
  const std::vector<std::string> texts = run::studied_points(options.points, design);
  run::Player player(design);
  std::int64_t simulations = 0;  // of designs with other policies
  {
    const Progress progress("simulating", !globals.quiet);
    progress(0.0);
    study.points = run::run_points(player, texts, options.points.empty());
    bool some = false;
    for (const run::StudiedPoint& point : study.points) some = some || point.works();
    if (!some) throw_configuration("no point works; " + texts.back() + ": " + study.points.back().why_not);
    study.components = &player.components();
    progress(0.3);
    if (!design.intent.scaled_domain.empty() && !design.intent.scaled_clock.empty()) {
      const run::Rails rails(player, design.operating_point());
      study.curves = run::energy_curves(player, rails, study.points, wanted);
    }
    for (std::size_t i = 0; study.period && i < idles.size(); ++i) {
      progress(0.6 + 0.4 * static_cast<double>(i) / static_cast<double>(idles.size()));
      study.frames.push_back(
          frames_of(request, design, player, idles[i], study.points, picoseconds(*study.period), simulations));
    }
  }
  study.command = options.design.canonical("dvfs", design, globals.seed);
  const report::Json json = report::dvfs_json(study);
  if (!options.folder.empty()) write(options.folder, json);
  std::cout << (options.json ? report::to_text(json) : report::dvfs_card(json));
  std::cout.flush();
  if (!globals.quiet) {
    std::cerr << player.simulations() + simulations << " simulations\n";
    if (!options.folder.empty()) std::cerr << "results in " << options.folder << "\n";
  }
  judge(json, options);
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  options->idle_shares = "0,0.9";
  options->idle = "as_written";
  options->design.add_to(arguments);
  arguments.repeatable("--points", options->points,
                       "Operating points, as --opp takes them, or of the scaled\ndomain 0.4V..0.9V:20, its whole range "
                       "`..`, either with\nclocks: ..,50MHz; its whole range when absent\n(repeatable)");
  arguments.optional("--period", options->period, "One inference in each: 10ms");
  arguments.optional("--rate", options->rate, "The same in inferences per second: 30");
  arguments.defaulted(
      "--idle", options->idle,
      "Between inferences: as_written, the power intent's own\npolicies, clock_gated, power_gated; between commas");
  arguments.optional("--corners", options->corners, "Of the curves: ss,tt,ff; the power intent's when absent");
  arguments.optional("--temperatures", options->temperatures, "Likewise, between commas");
  arguments.defaulted("--idle-shares", options->idle_shares, "Of a period, of the curves: between commas");
  arguments.flag("--json", options->json, "Print JSON instead of the tables");
  arguments.optional("-o,--output", options->folder, "Folder for dvfs.json and the tables as CSV");
  arguments.run([options, &globals] { dvfs(*options, globals); });
}

const bool dvfs_command_registered =
    register_command({"dvfs", "Voltages, clocks and idle time: where energy is least", 34, declare});

}  // namespace
}  // namespace subvolt::cli
