#include "sim/cli/design_options.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "sim/cli/rewrite_options.h"
#include "sim/cli/shape_options.h"
#include "sim/cli/shell_words.h"
#include "sim/config/digest.h"
#include "sim/config/library.h"
#include "sim/run/document_names.h"

namespace subvolt::cli {
namespace {

// Of --set: networks and scenarios are no part of a config.yaml, so what is changed in them is an option for ever.
bool is_of_workload(const std::string& set) {
  for (const char* begin : {"network.", "network[", "scenario.", "scenario["}) {
    if (set.rfind(begin, 0) == 0) return true;
  }
  return false;
}

}  // namespace

void DesignOptions::add_to(Arguments& arguments) {
  arguments_.emplace(arguments);
  bind(arguments);
}

void DesignOptions::add_conditions_to(Arguments& arguments) {
  arguments_.emplace(arguments);
  bind_conditions(arguments);
}

DesignOptions DesignOptions::of_point(const std::string& design, const std::string& network,
                                      const std::vector<std::string>& sets, const std::string& operating_point) const {
  DesignOptions point = *this;
  point.request_.design = design;
  point.request_.network = network;
  if (!operating_point.empty()) point.request_.operating_point = operating_point;
  point.sets_.insert(point.sets_.begin(), sets.begin(), sets.end());
  return point;
}

void DesignOptions::bind(Arguments& arguments) {
  arguments.required("DESIGN", request_.design,
                     "A design or a SoC: a shipped name or a file; or the config.yaml of a run");
  arguments.optional("--net", request_.network, "Network to replay: a shipped name or a file");
  arguments.optional("--scenario", request_.scenario, "Streams of networks in its place: a shipped name or a file");
  arguments.whole_number("--inferences", request_.inferences, 1, scenario::kMostJobs,
                         "How often the network runs, one after the other");
  bind_conditions(arguments);
}

void DesignOptions::bind_conditions(Arguments& arguments) {
  arguments.optional("--opp", request_.operating_point,
                     "Operating point: a name of the power intent, 0.5V (at\n"
                     "its f_max), or 0.5V,50MHz");
  arguments.optional("--map-at", request_.map_at,
                     "Maps layers for the clocks of this operating point\n"
                     "instead of the power intent's first");
  arguments.optional("--power", request_.power, "Power intent: a shipped name or a file");
  arguments.optional("--technology", request_.technology, "Technology: a shipped name or a file");
  arguments.optional("--objective", request_.objective, "What the mapping minimises: energy, latency or edp");
  arguments.optional_choice("--fidelity", fidelity_, {"burst", "cycle"},
                            "Closed form, or clock by clock with the same cycles");
  add_shape_option(arguments, shapes_);
  add_rewrite_options(arguments, request_.network_options);
  arguments.repeatable("--set", sets_, "soc.npu.array.rows=32: overrides one value; repeatable");
}

run::Request DesignOptions::request() {
  repeated_.reset();
  if (run::names_run(request_.design)) adopt(run::read_recorded_run(request_.design));
  run::Request request = request_;
  request.cycle_fidelity = fidelity_ == "cycle";
  request.read_options = read_options(shapes_);
  for (const std::string& set : sets_) request.overrides.push_back(config::Override::parse(set));
  return request;
}

// Whether a --set of now says what one of then said.
bool DesignOptions::is_set_anew(const std::string& then) const {
  const config::Override earlier = config::Override::parse(then);
  return std::any_of(sets_.begin(), sets_.end(),
                     [&](const std::string& set) { return config::replaces(config::Override::parse(set), earlier); });
}

void DesignOptions::adopt(const run::RecordedRun& recorded) {
  if (recorded.priced) {
    throw_configuration(request_.design + " is of a priced record: `subvolt price " + cli::quoted(request_.design) +
                        "` prices it again");
  }
  // What is given now replaces what was given then; overrides add up.
  std::vector<std::string> words{request_.design};
  const std::vector<std::string> then = split_words(recorded.options);
  bool replaced = false;
  for (std::size_t i = 0; i < then.size(); ++i) {
    if (then[i] == "--set") {
      replaced = i + 1 < then.size() && is_set_anew(then[i + 1]);
    } else if (then[i].rfind("--", 0) == 0) {
      replaced = arguments_->given(then[i]);
    }
    if (!replaced) words.push_back(then[i]);
  }
  const std::vector<std::string> sets_now = std::exchange(sets_, {});
  bool repeats = recorded.as_written;
  const auto declare = [&](Arguments& earlier) {
    bind(earlier);
    for (const std::string& option : earlier.options()) repeats = repeats && !arguments_->given(option);
  };
  Arguments::parse(words, declare, request_.design + ": run.options");
  sets_.insert(sets_.end(), sets_now.begin(), sets_now.end());
  if (repeats) repeated_ = recorded;
}

std::string DesignOptions::canonical(const std::string& command, const run::DesignPoint& point,
                                     std::uint64_t seed) const {
  if (repeated_ && static_cast<std::uint64_t>(repeated_->seed) == seed) return repeated_->command;
  std::string text = "subvolt " + command;
  text += " " + quoted(run::shared_name(point.bare_soc ? "soc" : "design", request_.design));
  if (point.documents.scenario.empty()) {
    text += " --net " + quoted(run::shared_name("network", point.documents.network));
    if (point.jobs.size() > 1) text += " --inferences " + std::to_string(point.jobs.size());
  } else {
    text += " --scenario " + quoted(run::shared_name("scenario", point.documents.scenario));
  }
  const auto option = [&](const char* name, const std::string& value) {
    if (!value.empty()) text += std::string(" ") + name + " " + quoted(value);
  };
  option("--opp", request_.operating_point);
  option("--power", request_.power.empty() ? "" : run::shared_name("power", request_.power));
  option("--technology", request_.technology.empty() ? "" : run::shared_name("technology", request_.technology));
  option("--map-at", request_.map_at);
  option("--objective", request_.objective);
  text += options_beside_documents();
  for (const std::string& set : sets_) {
    if (!is_of_workload(set)) option("--set", set);
  }
  if (seed != 0) option("--seed", std::to_string(seed));
  return text;
}

std::string DesignOptions::options_beside_documents() const {
  std::string text = cli::canonical(read_options(shapes_)) + cli::canonical(request_.network_options);
  if (fidelity_ != "burst") text += " --fidelity " + fidelity_;
  for (const std::string& set : sets_) {
    if (is_of_workload(set)) text += " --set " + quoted(set);
  }
  return text;
}

std::string DesignOptions::default_folder(const run::DesignPoint& point) const {
  std::string name;
  const std::string& design = point.of_run ? point.structure.name : point.name;
  const std::string& work = point.documents.scenario.empty() ? point.network.name : point.scenario.name;
  for (const std::string& part : {design, work, point.technology.name, point.operating_point().name}) {
    name += (name.empty() ? "" : "_") + part;
  }
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '-') c = '_';
  }
  // Shipped documents have one name each; files are told apart by their place.
  std::string special = options_beside_documents();
  const auto add = [&special](const std::string& text) {
    if (!text.empty()) special += (special.empty() ? "" : " ") + text;
  };
  const auto add_place = [&](std::string_view kind, const std::string& given) {
    if (!given.empty() && !run::is_of_library(kind, given)) add(run::seen_path(config::find(kind, given)));
  };
  add(request_.objective);
  if (!request_.map_at.empty()) add("--map-at " + request_.map_at);
  add_place(point.bare_soc ? "soc" : "design", request_.design);
  add_place("network", request_.network);
  add_place("scenario", request_.scenario);
  if (request_.inferences) add("--inferences " + std::to_string(*request_.inferences));
  add_place("technology", request_.technology);
  if (!request_.power.empty()) add(run::seen_path(config::find("power", request_.power)));
  for (const std::string& set : sets_) add(set);
  if (!special.empty()) name += "_" + config::sha256(special).substr(0, 8);
  return "results/" + name;
}

}  // namespace subvolt::cli
