// subvolt corners: one design point under corners, voltages and temperatures.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <optional>

#include "sim/cli/command.h"
#include "sim/cli/design_options.h"
#include "sim/cli/progress.h"
#include "sim/power/intent/domain_devices.h"
#include "sim/report/technology/corner_report.h"
#include "sim/run/simulation.h"

namespace subvolt::cli {
namespace {

struct Options {
  DesignOptions design;
  std::string corners, voltages, temperatures;
  std::vector<std::string> budgets;
  bool json = false;
};

constexpr int kUsualVoltages = 5;
constexpr std::size_t kMostPoints = 100'000;  // some three minutes of pricing

std::vector<std::string> pieces(const std::string& text) {
  std::vector<std::string> all;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string piece = text.substr(begin, end - begin);
    piece.erase(std::remove(piece.begin(), piece.end(), ' '), piece.end());
    all.push_back(piece);
    if (end == text.size()) return all;
    begin = end + 1;
  }
}

template <class Q>
Q parsed(const std::string& option, const std::string& text) {
  const auto value = parse_quantity<Q>(text);
  if (const auto* error = std::get_if<TextError>(&value)) throw_configuration(option + ": " + error->message);
  return std::get<Q>(value);
}

std::vector<power::Corner> corners_of(const std::string& text, const power::Technology& technology) {
  std::vector<power::Corner> corners;
  std::vector<std::string> names;
  for (const auto& [corner, name] : config::EnumNames<power::Corner>::names()) {
    names.push_back(name);
    if (text.empty() && (corner == power::Corner::kTt || technology.process)) corners.push_back(corner);
  }
  if (text.empty()) return corners;
  for (const std::string& piece : pieces(text)) {
    const auto at = std::find(names.begin(), names.end(), piece);
    if (at == names.end()) throw_configuration("--corners: " + config::not_one_of(names, piece));
    corners.push_back(config::EnumNames<power::Corner>::names()[static_cast<std::size_t>(at - names.begin())].first);
  }
  return corners;
}

// "0.4V..0.9V:20", or voltages between commas.
std::vector<Voltage> voltages_of(const std::string& text, const run::DesignPoint& point) {
  Voltage low, high;
  std::size_t count = kUsualVoltages;
  if (text.empty()) {
    const power::VoltageDomain* rail = point.intent.find_voltage_domain(point.intent.scaled_domain);
    if (!rail || rail->process == power::Process::kExternal) {
      throw_configuration("power intent " + point.intent.name +
                          " names no scaled_domain whose voltages could be looked at");
    }
    const auto range = power::voltages_of(power::devices_on(*rail, point.intent, point.technology), false);
    // In steps of 10 mV, inside.
    low = Voltage::from_si(std::ceil(std::max(range.lowest, rail->minimum.value_or(range.lowest)).si() * 100 - 1e-9) /
                           100);
    high = Voltage::from_si(
        std::floor(std::min(range.highest, rail->maximum.value_or(range.highest)).si() * 100 + 1e-9) / 100);
  } else if (const std::size_t dots = text.find(".."); dots != std::string::npos) {
    const std::size_t colon = text.find(':', dots);
    low = parsed<Voltage>("--voltages", text.substr(0, dots));
    high = parsed<Voltage>("--voltages", text.substr(dots + 2, colon == std::string::npos ? colon : colon - dots - 2));
    const std::string number = colon == std::string::npos ? "" : text.substr(colon + 1);
    const bool whole =
        !number.empty() && number.size() < 6 && number.find_first_not_of("0123456789") == std::string::npos;
    if (!whole || std::stoul(number) < 2 || !(low < high)) {
      throw_configuration(
          "--voltages: expected voltages such as 0.5V,0.8V or a range with how many, such as "
          "0.4V..0.9V:20, got \"" +
          text + "\"");
    }
    count = std::stoul(number);
  } else {
    std::vector<Voltage> voltages;
    for (const std::string& piece : pieces(text)) voltages.push_back(parsed<Voltage>("--voltages", piece));
    return voltages;
  }
  std::vector<Voltage> voltages;
  for (std::size_t i = 0; i < count; ++i) {
    const double v = low.si() + (high - low).si() * static_cast<double>(i) / static_cast<double>(count - 1);
    voltages.push_back(Voltage::from_si(std::round(v * 1e6) * 1e-6));
  }
  return voltages;
}

std::vector<Temperature> temperatures_of(const std::string& text) {
  std::vector<Temperature> temperatures;
  for (const std::string& piece : pieces(text)) {
    const Temperature t = parsed<Temperature>("--temperatures", piece);
    if (t.celsius() < -40.0 || t.celsius() > 125.0) {
      throw_configuration("--temperatures: expected temperatures from -40 C to 125 C, got \"" + piece + "\"");
    }
    temperatures.push_back(t);
  }
  return temperatures;
}

run::Budgets budgets_of(const std::vector<std::string>& texts) {
  run::Budgets budgets;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
    std::vector<std::string> names;
    std::optional<run::Budget> budget;
    for (const auto& [known, word] : config::EnumNames<run::Budget>::names()) {
      names.push_back(word);
      if (word == name) budget = known;
    }
    if (!budget) throw_configuration("--budget: " + config::not_one_of(names, name) + "; such as latency=30ms");
    const std::string option = "--budget " + name;
    switch (*budget) {
      case run::Budget::kLatency:
        budgets.latency = parsed<Time>(option, value);
        break;
      case run::Budget::kEnergy:
        budgets.energy = parsed<Energy>(option, value);
        break;
      case run::Budget::kLeakage:
        budgets.leakage = parsed<Power>(option, value);
        break;
      case run::Budget::kFMax:
        budgets.f_max = parsed<Frequency>(option, value);
        break;
    }
  }
  return budgets;
}

void corners(Options& options, const GlobalOptions& globals) {
  run::DesignPoint point = run::read_design_point(options.design.request());
  run::CornerRequest request;
  request.corners = corners_of(options.corners, point.technology);
  request.voltages = voltages_of(options.voltages, point);
  request.temperatures = temperatures_of(options.temperatures);
  request.budgets = budgets_of(options.budgets);
  const std::size_t points = request.corners.size() * request.voltages.size() * request.temperatures.size();
  if (points > kMostPoints) {
    throw_configuration("expected at most " + std::to_string(kMostPoints) + " conditions, got " +
                        std::to_string(points));
  }
  std::optional<run::Simulated> simulated;
  {
    const Progress progress("simulating", !globals.quiet);
    simulated.emplace(run::simulate(point, [&progress](double share) { progress(share); }));
  }
  const std::vector<run::CornerResult> results = run::corner_matrix(simulated->record, point, request);
  const std::string command = options.design.canonical("corners", point, globals.seed);
  std::cout << (options.json ? report::to_text(report::corners_json(results, point, request.budgets, command))
                             : report::corners_card(results, point));
  std::cout.flush();
  for (const run::CornerResult& result : results) {
    if (!result.missed.empty()) throw Error(ErrorKind::kCondition, "a budget is missed");
  }
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  options->temperatures = "-40C,25C,85C,125C";
  options->design.add_to(arguments);
  arguments.optional("--corners", options->corners, "Such as ss,tt,ff; all that the technology has when absent");
  arguments.optional("--voltages", options->voltages,
                     "Of the scaled domain: 0.5V,0.8V or 0.4V..0.9V:20; five\nover its range when absent");
  arguments.defaulted("--temperatures", options->temperatures, "Between commas");
  arguments.repeatable("--budget", options->budgets,
                       "latency=30ms, energy=1mJ, leakage=2mW or f_max=100MHz:\n"
                       "what a condition must keep (repeatable); exit code 1\nwhere one does not");
  arguments.flag("--json", options->json, "Print JSON instead of the table");
  arguments.run([options, &globals] { corners(*options, globals); });
}

const bool corners_command_registered =
    register_command({"corners", "One design point under corners, voltages and temperatures", 35, declare});

}  // namespace
}  // namespace subvolt::cli
