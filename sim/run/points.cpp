#include "sim/run/points.h"

#include <algorithm>

#include "sim/config/diagnostics.h"
#include "sim/mapping/place/placement_rules.h"
#include "sim/run/faults.h"
#include "sim/soc/sram_macros.h"

namespace subvolt::run {
namespace {

// `place`: of what names the point, such as "x.yaml:3:9: design.operating_point: "; what is wrong with the point itself
// lies there, but for what the intent says.
power::OperatingPoint resolve(const DesignPoint& point, const std::string& text, const std::string& place) {
  try {
    power::OperatingPoint resolved =
        power::resolve_operating_point(point.intent, point.technology, text, soc::sram_macros(point.structure));
    const auto& told = resolved.asked.frequencies;
    for (auto& [clock, said] : resolved.clock_places) {
      const bool here =
          std::any_of(told.begin(), told.end(), [&name = clock](const auto& f) { return f.first == name; });
      if (here && resolved.asked.name.empty()) said = place + said;
    }
    return resolved;
  } catch (const Error& e) {
    // The intent locates what it says itself.
    if (std::string(e.what()).rfind("operating point", 0) != 0) throw;
    throw Error(e.kind(), place + e.what());
  }
}

// Each account is kept by point, and each change between two of them is a case of its own. Frequency tables of systems
// on chip have about ten rows.
constexpr std::size_t kMostPoints = 16;

// A pattern of the design, or a stream, and its point.
struct Rule {
  std::string pattern;
  power::OperatingPoint point;
};

// Of a pattern that names an activation as it is called where it is split off (rewrite/separate_activations.h), which
// is no layer of the network itself; empty: it names none.
std::string as_fused(const network::Network& network, const std::string& pattern) {
  for (const network::Layer& layer : network.layers) {
    const std::string activation = network::to_text(layer.activation());
    if (layer.activation() == network::Activation::kNone || pattern != layer.name + "/" + activation) continue;
    return ": the " + activation + " fused into layer " + layer.name + " runs at the point of that layer: write \"" +
           layer.name + "\"";
  }
  return "";
}

std::vector<Rule> rules_of(const DesignFile& design, const DesignPoint& point) {
  std::vector<Rule> rules;
  const config::Node* const map = design.origin.find("operating_points");
  if (!map) return rules;
  config::Diagnostics diagnostics;
  Faults faults;
  std::vector<std::string> names;
  for (const network::Layer& layer : point.network.layers) names.push_back(layer.name);
  for (const auto& [pattern, text] : design.operating_points) {
    const auto entry = std::find_if(map->entries().begin(), map->entries().end(),
                                    [&name = pattern](const config::Node::Entry& e) { return e.key == name; });
    const bool any = std::any_of(names.begin(), names.end(), [&name = pattern](const std::string& layer) {
      return mapping::glob_matches(name, layer);
    });
    if (!any) {
      const std::string hint = config::did_you_mean(pattern, names), fused = as_fused(point.network, pattern);
      diagnostics.error(entry->key_location, entry->node.path(),
                        "no layer of " + point.network.name + " matches \"" + pattern + "\"" +
                            (fused.empty() ? (hint.empty() ? ": `subvolt check` lists them" : hint) : fused));
    }
    const std::string place = entry->node.location().text() + ": " + entry->node.path() + ": ";
    faults.collect([&, &name = pattern, &said = text] { rules.push_back({name, resolve(point, said, place)}); });
  }
  faults.collect([&] { diagnostics.throw_if_any(); });
  faults.throw_if_any();
  return rules;
}

// Of each stream, where nothing is said of a layer.
std::vector<power::OperatingPoint> points_of_streams(const DesignPoint& point) {
  std::vector<power::OperatingPoint> all;
  Faults faults;
  for (const auto& [name, stream] : point.scenario.streams) {
    if (stream.operating_point.empty()) {
      all.push_back(point.operating_points.front());
      continue;
    }
    const std::string place =
        stream.operating_point_location.text() + ": scenario.streams." + name + ".operating_point: ";
    faults.collect([&, &said = stream] { all.push_back(resolve(point, said.operating_point, place)); });
  }
  faults.throw_if_any();
  return all;
}

class Used {
 public:
  std::int32_t index_of(const power::OperatingPoint& wanted) {
    const auto known = std::find_if(points_.begin(), points_.end(), [&](const power::OperatingPoint& p) {
      return p.voltages == wanted.voltages && p.frequencies == wanted.frequencies;
    });
    if (known != points_.end()) return static_cast<std::int32_t>(known - points_.begin());
    points_.push_back(wanted);
    return static_cast<std::int32_t>(points_.size()) - 1;
  }
  std::vector<power::OperatingPoint> take() { return std::move(points_); }

 private:
  std::vector<power::OperatingPoint> points_;
};

}  // namespace

power::OperatingPoint run_point(const Request& request, const DesignFile& design, const DesignPoint& point) {
  if (!request.operating_point.empty() || design.operating_point.empty()) {
    return resolve(point, request.operating_point, "");
  }
  return resolve(point, design.operating_point, design.operating_point_location.text() + ": design.operating_point: ");
}

power::OperatingPoint mapped_point(const Request& request, const DesignFile& design, const DesignPoint& point) {
  if (!request.map_at.empty()) return resolve(point, request.map_at, "--map-at: ");
  if (!design.map_at.empty()) {
    return resolve(point, design.map_at, design.map_at_location.text() + ": design.map_at: ");
  }
  if (point.named_operating_point.empty()) return point.operating_points.front();
  try {
    return resolve(point, "", "");
  } catch (const Error&) {
    return point.operating_points.front();
  }
}

std::vector<std::vector<std::string>> operating_points_of_layers(const DesignPoint& point) {
  std::vector<std::vector<std::string>> all(point.network.layers.size());
  for (std::size_t s = 0; s < point.point_of_layer.size(); ++s) {
    const std::size_t first = point.network.parts[point.part_of_stream[s]].first_layer;
    for (std::size_t l = 0; l < point.point_of_layer[s].size(); ++l) {
      const std::string& name = point.operating_points[static_cast<std::size_t>(point.point_of_layer[s][l])].name;
      std::vector<std::string>& names = all[first + l];
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return all;
}

void settle_points(const DesignFile& design, DesignPoint& point) {
  std::vector<Rule> rules;
  std::vector<power::OperatingPoint> of_stream;
  Faults faults;
  faults.collect([&] { rules = rules_of(design, point); });
  faults.collect([&] { of_stream = points_of_streams(point); });
  faults.throw_if_any();

  Used used;
  point.point_of_layer.resize(point.scenario.streams.size());
  std::vector<bool> seen(point.scenario.streams.size(), false);
  for (const scenario::Job& job : point.jobs) {
    const auto s = static_cast<std::size_t>(job.stream);
    if (seen[s]) continue;
    seen[s] = true;
    const network::Network::Part& part = point.network.parts[point.part_of_stream[s]];
    for (std::size_t l = part.first_layer; l < part.end_layer; ++l) {
      const std::string& name = point.network.layers[l].name;
      const auto rule = std::find_if(rules.begin(), rules.end(),
                                     [&](const Rule& r) { return mapping::glob_matches(r.pattern, name); });
      point.point_of_layer[s].push_back(used.index_of(rule == rules.end() ? of_stream[s] : rule->point));
    }
  }
  std::vector<power::OperatingPoint> all = used.take();
  if (all.size() > kMostPoints) {
    const std::string what = "expected at most " + std::to_string(kMostPoints) + " operating points in a run, got " +
                             std::to_string(all.size());
    config::Diagnostics diagnostics;
    const config::Node* const map = design.origin.find("operating_points");
    if (map) diagnostics.error(*map, what);
    diagnostics.throw_if_any();
    throw_configuration(point.scenario.file + ": " + what);
  }
  if (!all.empty()) point.operating_points = std::move(all);
}

}  // namespace subvolt::run
