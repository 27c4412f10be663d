#include "sim/run/design_point.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "sim/config/diagnostics.h"
#include "sim/config/library.h"
#include "sim/config/read_file.h"
#include "sim/run/faults.h"
#include "sim/run/points.h"
#include "sim/run/workload.h"

namespace subvolt::run {
namespace {

constexpr const char* kDefaultTechnology = "lp28";

bool is_shipped(std::string_view kind, const std::string& name) {
  const auto names = config::shipped(kind);
  return std::binary_search(names.begin(), names.end(), name);
}

// The design of a bare SoC as a document, so that --set design.* has a place to go.
std::string bare_design(const std::string& soc, const std::string& power) {
  const auto quoted = [](const std::string& text) {
    std::string out = "\"";
    for (const char c : text) out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return out + "\"";
  };
  return "schema: design/1\ndesign: {soc: " + quoted(soc) + ", power: " + quoted(power) +
         ", technology: " + kDefaultTechnology + "}\n";
}

DesignFile design_of(const config::Document& document) {
  DesignFile design = DesignFile::schema().read(document.section);
  design.origin = document.section;
  design.of_run = document.of_run;
  if (const config::Node* node = document.section.find("operating_point")) {
    design.operating_point_location = node->location();
  }
  if (const config::Node* node = design.origin.find("map_at")) {
    design.map_at_location = node->location();
  }
  return design;
}

// The other documents of a run's config.yaml are in the same file, unless an override names others.
void add_own_documents(config::Document& document, const std::string& file) {
  const std::string here = std::filesystem::absolute(file).string();
  for (const char* kind : {"soc", "power", "technology"}) {
    if (document.section.find(kind)) continue;
    const config::SourceLocation at = document.section.location();
    document.section.set(kind, at, config::Node::scalar(here, at, "design." + std::string(kind)));
  }
}

// A design by name or file, or a bare SoC dressed with the intent of its own name and the default technology.
// What a design file names is found here, where its places are known: relative to the design, or shipped.
DesignFile read_design(const std::string& design, const std::vector<config::Override>& overrides) {
  const bool names_soc = (!is_shipped("design", design) && is_shipped("soc", design)) || schema_of(design) == "soc";
  if (names_soc) {
    const std::string soc_file = config::find("soc", design);
    const std::string text = bare_design(design, config::display_name(soc_file));
    const config::Document document = config::load_text(text, design, "design", overrides);
    DesignFile bare = design_of(document);
    bare.bare_soc = true;
    return bare;
  }
  const std::string file = config::find("design", design);
  config::Document document = config::load(file, "design", overrides);
  if (document.of_run) add_own_documents(document, file);
  DesignFile named = design_of(document);
  const auto resolve = [&](std::string_view kind, std::string& name) {
    const config::Node* node = document.section.find(kind);
    // An override is given where the user stands, not beside the file.
    if (node) name = config::find(kind, name, node->location().text(), node->location().line == 0 ? "" : file);
  };
  Faults faults;
  faults.collect([&] { resolve("soc", named.soc); });
  faults.collect([&] { resolve("power", named.power); });
  faults.collect([&] { resolve("technology", named.technology); });
  faults.collect([&] { resolve("network", named.network); });
  faults.collect([&] { resolve("scenario", named.scenario); });
  faults.throw_if_any();
  return named;
}

mapping::Objective objective_of(const std::string& text) {
  std::vector<std::string> names;
  for (const auto& [value, name] : config::EnumNames<mapping::Objective>::names()) {
    if (name == text) return value;
    names.push_back(name);
  }
  throw_configuration("--objective: " + config::not_one_of(names, text));
}

const std::string& first_of(const std::string& a, const std::string& b) { return a.empty() ? b : a; }

}  // namespace

std::string schema_of(const std::string& file) {
  if (!config::why_unreadable(file).empty()) return "";
  std::istringstream in(config::read_file(file));
  std::string line;
  while (std::getline(in, line)) {
    if (line.rfind("schema:", 0) != 0) continue;
    const auto begin = line.find_first_not_of(" \t", 7);
    return begin == std::string::npos ? "" : line.substr(begin, line.find('/', begin) - begin);
  }
  return "";
}

void check_overrides(const std::vector<config::Override>& overrides, const std::vector<std::string>& documents) {
  const std::string list = config::listed(documents);
  config::Diagnostics diagnostics;
  for (const config::Override& o : overrides) {
    const std::string document = config::document_of(o);
    if (std::find(documents.begin(), documents.end(), document) != documents.end()) continue;
    diagnostics.error(config::location_of(o), "",
                      "expected a path that begins with one of " + list + ", got \"" + document + "\"" +
                          config::did_you_mean(document, documents));
  }
  diagnostics.throw_if_any();
}

const config::Schema<DesignFile>& DesignFile::schema() {
  static const auto s =
      config::Schema<DesignFile>("design", "A design point: which SoC, power intent, technology and network.")
          .required("soc", &DesignFile::soc, "SoC structure: a shipped name or a file.")
          .required("power", &DesignFile::power, "Power intent: a shipped name or a file.")
          .required("technology", &DesignFile::technology, "Technology: a shipped name or a file.")
          .optional("network", &DesignFile::network, "Network to replay: a shipped name or a file; --net overrides it.")
          .optional("scenario", &DesignFile::scenario,
                    "Streams of work in the place of one network: a shipped name or a file; --scenario overrides it.")
          .optional("inferences", &DesignFile::inferences,
                    "How often the network runs, one after the other; --inferences overrides it. Default: 1.",
                    config::between(std::int64_t{1}, scenario::kMostJobs))
          .optional("operating_point", &DesignFile::operating_point,
                    "An operating point as --opp takes it; the power intent's first when empty.")
          .optional("map_at", &DesignFile::map_at,
                    "The operating point whose clocks layers are mapped for; the power intent's first when empty.")
          .optional(
              "operating_points", &DesignFile::operating_points,
              "Of layers by pattern of their names (* and ?), such as {\"conv*\": near_threshold}; the first that "
              "matches decides, before a stream's and the run's operating_point.")
          .optional("objective", &DesignFile::objective, "What the mapping minimises: energy, latency or edp.")
          .optional("assignment", &DesignFile::assignment,
                    "Who runs what, where there are several accelerators. best: each layer the one that the objective "
                    "likes best. pipeline: a stretch of layers each, the slowest stretch as fast as can be; for "
                    "several only.")
          .optional("keep_weights", &DesignFile::keep_weights,
                    "Whether an inference finds its weights in the accelerator's buffers if the one before was of the "
                    "same network and they all fit; false: each loads them anew.")
          .optional("barrier", &DesignFile::barrier,
                    "What waits for the end of a layer. soc: everything. accelerator: only what depends on it, so that "
                    "the next layer's loads run under it, and layers of host and accelerators side by side.")
          .optional("placement", &DesignFile::placement,
                    "Where tensors live: rules, the first match decides; the rest is placed automatically.")
          .optional("quantize", &DesignFile::quantize,
                    "int8: takes the network as if it were quantised; --quantize overrides it. Default: none.")
          .check([](const DesignFile& design, const config::Node& node, config::Diagnostics& diagnostics) {
            for (const char* key : {"network", "inferences"}) {
              if (design.scenario.empty() || !node.find(key)) continue;
              diagnostics.error(*node.find(key), std::string("the scenario says what runs and how often: remove `") +
                                                     key + "` or `scenario`");
            }
          });
  return s;
}

DesignPoint read_design_point(const Request& request) {
  check_overrides(request.overrides, {"design", "soc", "power", "technology", "network", "scenario"});
  refuse_beside_scenario(request);
  const DesignFile design = read_design(request.design, request.overrides);
  DesignPoint point;
  point.name = config::display_name(request.design);
  point.bare_soc = design.bare_soc;
  point.of_run = design.of_run;
  point.design = design.origin;
  point.named_operating_point = first_of(request.operating_point, design.operating_point);
  point.named_map_at = first_of(request.map_at, design.map_at);
  Faults faults;
  faults.collect([&] {
    point.documents.soc = config::find("soc", design.soc);
    point.structure = soc::read_structure(point.documents.soc, request.overrides);
  });
  const bool electrical = faults.collect([&] {
    point.documents.power = config::find("power", first_of(request.power, design.power));
    point.intent = power::read_power_intent(point.documents.power, request.overrides);
    point.documents.technology = config::find("technology", first_of(request.technology, design.technology));
    point.technology = power::read_technology(point.documents.technology, request.overrides);
  });
  if (electrical) {
    faults.collect([&] {
      point.operating_points = {run_point(request, design, point)};
      point.map_at = mapped_point(request, design, point);
    });
  }
  const bool points = !point.operating_points.empty();
  const bool works = faults.collect([&] {
    const bool named =
        !request.network.empty() || !request.scenario.empty() || !design.network.empty() || !design.scenario.empty();
    if (!named && faults.any()) return;  // what is missing comes first
    read_workload(request, design, point);
  });
  if (points && works) faults.collect([&] { settle_points(design, point); });
  faults.collect([&] {
    point.objective = request.objective.empty() ? design.objective.value_or(mapping::Objective::kEnergy)
                                                : objective_of(request.objective);
  });
  faults.throw_if_any();
  point.placement = design.placement;
  point.assignment = design.assignment;
  point.keep_weights = design.keep_weights;
  point.barrier = design.barrier;
  point.fidelity = request.cycle_fidelity ? kernel::Fidelity::kCycle : kernel::Fidelity::kBurst;
  return point;
}

}  // namespace subvolt::run
