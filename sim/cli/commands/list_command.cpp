// subvolt list: what ships, a line each.
#include <fmt/format.h>

#include <functional>
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/config/library.h"
#include "sim/config/loader.h"
#include "sim/kernel/component_registry.h"
#include "sim/kernel/frequency_policy.h"
#include "sim/kernel/gating_policy.h"
#include "sim/kernel/memory_kinds.h"
#include "sim/mapping/tile/array_style.h"
#include "sim/network/reader.h"
#include "sim/power/technology/technology.h"
#include "sim/power/thermal/package.h"
#include "sim/report/result.h"
#include "sim/rewrite/pass.h"
#include "sim/run/design_point.h"

namespace subvolt::cli {
namespace {

struct Item {
  std::string name;
  std::string summary;
};
using Items = std::vector<Item>;

Items documents(std::string_view kind, const std::function<std::string(const std::string& name)>& summarise) {
  Items items;
  for (const std::string& name : config::shipped(kind)) {
    // One broken file must not hide the others.
    try {
      items.push_back({name, summarise(name)});
    } catch (const Error& e) {
      const std::string text = e.what();
      items.push_back({name, "broken: " + text.substr(0, text.find('\n'))});
    }
  }
  return items;
}

std::string text_at(const config::Node& section, std::string_view key) {
  const config::Node* node = section.find(key);
  return node && node->is_scalar() ? node->value() : "";
}

std::string title(std::string_view kind, const std::string& name) {
  return text_at(config::load(config::find(kind, name), kind).section, "title");
}

std::string design(const std::string& name) {
  const config::Node section = config::load(config::find("design", name), "design").section;
  return fmt::format("{} in {}, {}", text_at(section, "soc"), text_at(section, "technology"),
                     text_at(section, "network"));
}

std::string technology(const std::string& name) {
  const power::Technology technology = power::read_technology(name);
  const power::Device& logic = technology.logic();
  const auto neutral = logic.model.zero_temperature_voltage(logic.maximum_voltage.value);
  return technology.title + "; heat changes no speed " + (neutral ? "at " + to_text(*neutral, 2) : "at no voltage");
}

std::string regulator(const std::string& name) {
  const config::Node section = config::load(config::find("regulator", name), "regulator").section;
  const std::string quiescent = text_at(section, "quiescent_current");
  return text_at(section, "kind") + (quiescent.empty() ? "" : ", " + quiescent + " without load");
}

std::string package(const std::string& name) {
  const power::Package package = power::read_package(name);
  return fmt::format("{:.4g} K/W, {}", package.resistance_K_per_W(), package.title);
}

std::string power_intent(const std::string& name) {
  const power::PowerIntent intent = power::read_power_intent(name);
  std::string points;
  for (const auto& point : intent.operating_points) points += (points.empty() ? "" : ", ") + point.name;
  return fmt::format("{} voltage, {} power, {} clock domains; operating points {}", intent.voltage_domains.size(),
                     intent.power_domains.size(), intent.clock_domains.size(), points);
}

std::string network_line(const std::string& name) {
  const network::Network n = network::read_network(name);
  return fmt::format("{} layers, {} MACs, {} parameters", n.layers.size(), grouped(n.macs()), grouped(n.parameters()));
}

std::string keys_of(const config::SchemaBase& schema) {
  std::vector<std::string> keys;
  for (const config::FieldDoc& field : schema.fields()) keys.push_back(field.key);
  return keys.empty() ? "" : " Keys: " + config::listed(keys) + ".";
}

Items components() {
  Items items;
  for (const auto* kind : kernel::component_kinds()) items.push_back({kind->kind, kind->summary});
  for (const auto* style : mapping::array_styles()) items.push_back({style->name, "array style: " + style->summary});
  for (const auto* policy : kernel::gating_policies())
    items.push_back({policy->schema->name(), "gating policy: " + policy->schema->summary() + keys_of(*policy->schema)});
  for (const auto* policy : kernel::frequency_policies())
    items.push_back(
        {policy->schema->name(), "frequency policy: " + policy->schema->summary() + keys_of(*policy->schema)});
  for (const auto* kind : kernel::memory_kinds()) items.push_back({kind->kind, "memory kind: " + kind->summary});
  for (const auto& reader : network::readers())
    items.push_back({reader.extension, "network reader: " + reader.summary});
  return items;
}

Items operators() {
  Items items;
  for (const auto* op : network::operators()) items.push_back({op->name, op->summary});
  return items;
}

// In the order in which they run.
Items passes() {
  Items items;
  for (const rewrite::Pass* pass : rewrite::passes()) {
    items.push_back({pass->name, fmt::format("{:<6}  {}",
                                             pass->needed ? "always"
                                             : pass->on   ? "on"
                                                          : "off",
                                             pass->summary)});
  }
  return items;
}

struct Listing {
  const char* what;
  std::function<Items()> items;
};

const std::vector<Listing>& listings() {
  static const std::vector<Listing> all{
      {"designs", [] { return documents("design", design); }},
      {"socs", [] { return documents("soc", [](const std::string& n) { return title("soc", n); }); }},
      {"power", [] { return documents("power", power_intent); }},
      {"technologies", [] { return documents("technology", technology); }},
      {"scenarios", [] { return documents("scenario", [](const std::string& n) { return title("scenario", n); }); }},
      {"batteries", [] { return documents("battery", [](const std::string& n) { return title("battery", n); }); }},
      {"harvesters", [] { return documents("harvester", [](const std::string& n) { return title("harvester", n); }); }},
      {"radios", [] { return documents("radio", [](const std::string& n) { return title("radio", n); }); }},
      {"sensors", [] { return documents("sensor", [](const std::string& n) { return title("sensor", n); }); }},
      {"comparisons",
       [] { return documents("comparison", [](const std::string& n) { return title("comparison", n); }); }},
      {"chips", [] { return documents("chip", [](const std::string& n) { return title("chip", n); }); }},
      {"memories", [] { return documents("memory", [](const std::string& n) { return title("memory", n); }); }},
      {"processors", [] { return documents("processor", [](const std::string& n) { return title("processor", n); }); }},
      {"regulators", [] { return documents("regulator", regulator); }},
      {"packages", [] { return documents("package", package); }},
      {"networks", [] { return documents("network", network_line); }},
      {"operators", operators},
      {"passes", passes},
      {"components", components},
  };
  return all;
}

struct Options {
  std::string what;
  bool json = false;
};

void list(const Options& options) {
  for (const Listing& listing : listings()) {
    if (options.what != listing.what) continue;
    const Items items = listing.items();
    report::Json json = report::Json::array();
    std::size_t width = 0;
    for (const Item& i : items) width = std::max(width, i.name.size());
    for (const Item& i : items) {
      json.push_back({{"name", i.name}, {"summary", i.summary}});
      if (!options.json) std::cout << fmt::format("{:<{}}  {}\n", i.name, width, i.summary);
    }
    if (options.json) std::cout << report::to_text(json);
  }
}

void declare(Arguments& arguments, const GlobalOptions&) {
  auto options = std::make_shared<Options>();
  std::vector<std::string> names;
  for (const Listing& listing : listings()) names.emplace_back(listing.what);
  arguments.required_choice("WHAT", options->what, names, "What to list");
  arguments.flag("--json", options->json, "Print JSON");
  arguments.run([options] { list(*options); });
}

const bool list_command_registered = register_command({"list", "What ships, a line each", 30, declare});

}  // namespace
}  // namespace subvolt::cli
