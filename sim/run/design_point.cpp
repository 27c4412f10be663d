#include "sim/run/design_point.h"

#include <algorithm>
#include <array>
#include <fstream>

#include "sim/config/library.h"
#include "sim/network/reader.h"

namespace subvolt::run {
namespace {

constexpr const char* kDefaultTechnology = "lp28";

// The name before the version in a document's `schema:` line; empty when there is none.
std::string schema_of(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  while (std::getline(in, line)) {
    if (line.rfind("schema:", 0) != 0) continue;
    const auto begin = line.find_first_not_of(" \t", 7);
    return begin == std::string::npos ? "" : line.substr(begin, line.find('/', begin) - begin);
  }
  return "";
}

bool is_shipped(std::string_view kind, const std::string& name) {
  const auto names = config::shipped(kind);
  return std::binary_search(names.begin(), names.end(), name);
}

// A design by name or file, or a bare SoC dressed with the intent of its own name and the default technology.
DesignFile read_design(const std::string& design, const std::vector<config::Override>& overrides) {
  const bool names_soc = (!is_shipped("design", design) && is_shipped("soc", design)) || schema_of(design) == "soc";
  if (!names_soc) {
    const std::string file = config::find("design", design);
    return DesignFile::schema().read(config::load(file, "design", overrides).section);
  }
  DesignFile file;
  file.soc = design;
  file.power = config::display_name(config::find("soc", design));
  file.technology = kDefaultTechnology;
  return file;
}

void check_overrides(const std::vector<config::Override>& overrides) {
  static constexpr std::array<std::string_view, 5> kDocuments{"design", "soc", "power", "technology", "network"};
  config::Diagnostics diagnostics;
  for (const config::Override& o : overrides) {
    const std::string document = o.path.substr(0, o.path.find('.'));
    if (std::find(kDocuments.begin(), kDocuments.end(), document) != kDocuments.end()) continue;
    diagnostics.error({"--set " + o.path + "=" + o.value, 1, 1}, "",
                      "expected a path that begins with design, soc, power, technology or network, got \"" + document +
                          "\"" + config::did_you_mean(document, {kDocuments.begin(), kDocuments.end()}));
  }
  diagnostics.throw_if_any();
}

mapping::Objective objective_of(const std::string& text) {
  std::string names;
  for (const auto& [value, name] : config::EnumNames<mapping::Objective>::names()) {
    if (name == text) return value;
    names += (names.empty() ? "" : ", ") + name;
  }
  throw Error(ErrorKind::kConfiguration, "objective: expected one of " + names + ", got \"" + text + "\"");
}

const std::string& first_of(const std::string& a, const std::string& b) { return a.empty() ? b : a; }

}  // namespace

const config::Schema<DesignFile>& DesignFile::schema() {
  static const auto s =
      config::Schema<DesignFile>("design", "A design point: which SoC, power intent, technology and network.")
          .required("soc", &DesignFile::soc, "SoC structure: a shipped name or a file.")
          .required("power", &DesignFile::power, "Power intent: a shipped name or a file.")
          .required("technology", &DesignFile::technology, "Technology: a shipped name or a file.")
          .optional("network", &DesignFile::network, "Network to replay: a shipped name or a file; --net overrides it.")
          .optional("operating_point", &DesignFile::operating_point,
                    "An operating point as --opp takes it; the power intent's first when empty.")
          .optional("objective", &DesignFile::objective, "What the mapping minimises: energy, latency or edp.");
  return s;
}

DesignPoint read_design_point(const Request& request) {
  check_overrides(request.overrides);
  const DesignFile design = read_design(request.design, request.overrides);
  const std::string network = first_of(request.network, design.network);
  if (network.empty()) {
    throw Error(ErrorKind::kConfiguration, request.design + " names no network: give one with --net");
  }
  DesignPoint point;
  point.name = config::display_name(request.design);
  point.structure = soc::read_structure(design.soc, request.overrides);
  point.intent = power::read_power_intent(first_of(request.power, design.power), request.overrides);
  point.technology = power::read_technology(first_of(request.technology, design.technology), request.overrides);
  point.operating_point = power::resolve_operating_point(
      point.intent, point.technology, first_of(request.operating_point, design.operating_point));
  point.network = network::read_network(network, request.overrides);
  point.objective = objective_of(first_of(request.objective, design.objective.value_or("energy")));
  point.fidelity = request.cycle_fidelity ? kernel::Fidelity::kCycle : kernel::Fidelity::kBurst;
  return point;
}

}  // namespace subvolt::run
