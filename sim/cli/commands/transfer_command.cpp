// subvolt transfer: measured points of a chip at another voltage.
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>

#include "sim/cli/command.h"
#include "sim/cli/shell_words.h"
#include "sim/config/library.h"
#include "sim/report/validation/carried_points.h"
#include "sim/run/chip.h"
#include "sim/run/document_names.h"
#include "sim/units/text.h"

namespace subvolt::cli {
namespace {

struct Options {
  std::string chip;
  std::string point;
  std::string temperature;
  std::vector<std::string> networks;
  bool json = false;
};

std::optional<Temperature> temperature_of(const std::string& text) {
  if (text.empty()) return {};
  const auto parsed = parse_quantity<Temperature>(text);
  if (const TextError* error = std::get_if<TextError>(&parsed)) {
    throw_configuration("--temperature \"" + text + "\": " + error->message);
  }
  return std::get<Temperature>(parsed);
}

std::vector<const run::MeasuredPoint*> wanted(const run::Transfer& transfer, const Options& options) {
  std::vector<const run::MeasuredPoint*> points;
  std::vector<std::string> names;
  for (const run::MeasuredPoint& point : transfer.points) names.push_back(point.network);
  for (const std::string& network : options.networks) {
    const auto known = std::find(names.begin(), names.end(), network);
    if (known == names.end()) throw_configuration("--net: " + config::not_one_of(names, network));
    points.push_back(&transfer.points[static_cast<std::size_t>(known - names.begin())]);
  }
  if (options.networks.empty()) {
    for (const run::MeasuredPoint& point : transfer.points) points.push_back(&point);
  }
  return points;
}

// What was measured where the point is carried to.
const run::MeasuredPoint* published_there(const std::vector<const run::MeasuredPoint*>& checks,
                                          const run::Carried& carried) {
  for (const run::MeasuredPoint* check : checks) {
    const bool same = check->voltage == carried.to.voltage && check->frequency == carried.frequency &&
                      carried.to.temperature == carried.from.temperature;
    if (same) return check;
  }
  return nullptr;
}

// To the point of the command line, or to each at which there is a measurement to be held against.
std::vector<run::CarriedTo> destinations(const Options& options, const std::vector<const run::MeasuredPoint*>& checks) {
  const std::optional<Temperature> temperature = temperature_of(options.temperature);
  std::vector<run::CarriedTo> all;
  if (!options.point.empty()) {
    all.push_back(run::carried_to(options.point));
  } else {
    for (const run::MeasuredPoint* check : checks) all.push_back({check->voltage, check->frequency, {}});
  }
  for (run::CarriedTo& to : all) to.temperature = temperature;
  return all;
}

void transfer(const Options& options) {
  const run::Chip chip = run::read_chip(config::find("chip", options.chip));
  if (!chip.transfer) {
    throw_configuration(options.chip + " has no measured points, `transfer`: subvolt validate " + quoted(options.chip) +
                        " runs its design");
  }
  std::vector<report::Json> points;
  for (const run::MeasuredPoint* point : wanted(*chip.transfer, options)) {
    const std::vector<const run::MeasuredPoint*> checks = run::checks_of(*chip.transfer, *point);
    for (const run::CarriedTo& to : destinations(options, checks)) {
      try {
        const run::Carried carried = run::carry(*chip.transfer, *point, to);
        points.push_back(report::carried_point(*point, carried, published_there(checks, carried)));
      } catch (const Error& e) {
        if (e.kind() != ErrorKind::kConfiguration || options.point.empty()) throw;
        throw_configuration("--opp \"" + options.point + "\": " + point->network + ": " + e.what());
      }
    }
  }
  if (points.empty()) {
    throw_configuration("--opp is needed: " + options.chip +
                        " has no `checks` to carry its points to; such as --opp 0.8V or --opp 0.8V,370MHz");
  }
  const std::string technology = run::shared_name("technology", chip.transfer->technology);
  const report::Json all = report::carried_points(chip, technology, std::move(points));
  std::cout << (options.json ? report::to_text(all) : report::carried_table(all));
}

void declare(Arguments& arguments, const GlobalOptions&) {
  auto options = std::make_shared<Options>();
  arguments.required("CHIP", options->chip, "A chip with measured points: a shipped name or a file");
  arguments.optional("--opp", options->point,
                     "Voltage, or voltage and clock: 0.8V,370MHz; to where it has\nchecks if not given");
  arguments.optional("--temperature", options->temperature, "There; that of the measurement if not given");
  arguments.repeatable("--net", options->networks, "Only the point of this network; repeatable");
  arguments.flag("--json", options->json, "Print JSON instead of the tables");
  arguments.run([options] { transfer(*options); });
}

const bool transfer_command_registered =
    register_command({"transfer", "Measured points of a chip carried to another voltage", 17, declare});

}  // namespace
}  // namespace subvolt::cli
