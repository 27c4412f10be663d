// subvolt calibrate: a technology's parameters from measured points.
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>

#include "sim/cli/command.h"
#include "sim/cli/shell_words.h"
#include "sim/config/digest.h"
#include "sim/config/library.h"
#include "sim/config/read_file.h"
#include "sim/power/technology/measured_points.h"
#include "sim/power/technology/technology.h"
#include "sim/report/technology/calibration_report.h"

namespace subvolt::cli {
namespace {

constexpr const char* kUsualTechnology = "lp28";

struct Options {
  std::string points;
  std::string rows;
  std::string technology;
  std::string device = power::kLogicDevice;
  std::string output;
  bool json = false;
};

void write(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.flush();
  if (!out) throw_configuration("cannot write " + file);
}

void calibrate(const Options& options) {
  const std::vector<power::MeasuredPoint> points = power::read_measured_points(options.points, options.rows);
  std::optional<power::Technology> technology;
  const power::Device* device = nullptr;
  if (!options.technology.empty()) {
    technology = power::read_technology(options.technology);
    device = technology->find_device(options.device);
    if (!device) {
      std::vector<std::string> names;
      for (const power::Device& d : technology->devices) names.push_back(d.name);
      throw_configuration("--device: " + config::not_one_of(names, options.device));
    }
  }
  power::Calibration calibration;
  try {
    calibration = power::calibrate(points, device);
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::kConfiguration) throw;
    throw_configuration(options.points + ": " + e.what());
  }
  report::CalibrationSource source;
  source.file = config::display_name(options.points);
  source.sha256 = config::sha256(config::read_file(options.points, config::kMaxTableBytes));
  source.technology = options.technology;
  source.command = "subvolt calibrate " + quoted(options.points);
  if (!options.rows.empty()) source.command += " --fit " + quoted(options.rows);
  if (!options.technology.empty()) source.command += " --technology " + quoted(options.technology);
  if (options.device != power::kLogicDevice) source.command += " --device " + quoted(options.device);
  if (!options.output.empty()) {
    // Prices and bits are those of a shipped technology where none is named.
    const std::string base = options.technology.empty() ? kUsualTechnology : options.technology;
    const power::Technology whole = power::read_technology(base);
    if (!whole.logic().currents.empty()) {
      throw_configuration("-o: the curve of " + base +
                          " is that of its transistors' currents, which no points of speed " + "replace: leave -o out");
    }
    const std::string file = config::find("technology", base);
    write(options.output, report::calibration_yaml(calibration, source, whole.logic(), file));
  }
  std::cout << (options.json ? report::to_text(report::calibration_json(calibration, source))
                             : report::calibration_card(calibration, source));
}

void declare(Arguments& arguments, const GlobalOptions&) {
  auto options = std::make_shared<Options>();
  arguments.required("POINTS", options->points,
                     "CSV: voltage_V,frequency_Hz and, if known, power_W,\n"
                     "temperature_C and use (fit or check)");
  arguments.optional("--fit", options->rows,
                     "Rows to fit, such as 1,3,5-7, all others are checked;\nwhatever use says");
  arguments.optional("--technology", options->technology,
                     "What the points are of: a shipped name or a file; its\n"
                     "values are expected, and one point is enough");
  arguments.defaulted("--device", options->device, "Which of its devices");
  arguments.optional("-o,--output", options->output, "Technology document (YAML) to write");
  arguments.flag("--json", options->json, "Print JSON instead of the card");
  arguments.run([options] { calibrate(*options); });
}

const bool calibrate_command_registered =
    register_command({"calibrate", "Fit a technology to measured points", 66, declare});

}  // namespace
}  // namespace subvolt::cli
