// subvolt check: everything but the simulation.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/design_options.h"
#include "sim/cli/plan_json.h"
#include "sim/cli/rewrite_options.h"
#include "sim/mapping/place/placement.h"
#include "sim/report/tables/network_table.h"
#include "sim/report/tables/text_table.h"
#include "sim/run/simulation.h"

namespace subvolt::cli {
namespace {

std::string place_text(const mapping::Placement::Place& place, const mapping::Hardware& hardware) {
  return place.memory < 0 ? "-" : hardware.memories[static_cast<std::size_t>(place.memory)].instance;
}

std::string tile_text(const mapping::LayerMapping& m) {
  return fmt::format("{}x{}x{} / {}", m.tile_rows, m.tile_columns, m.tile_channels, m.tile_reduction);
}

// "dram", "dram, sram"; of many inputs how many lie in each: "14 dram, 12 sram".
std::string inputs_text(const network::Layer& layer, const mapping::Placement& placement,
                        const mapping::Hardware& hardware) {
  std::vector<std::pair<std::string, int>> places;
  for (const network::TensorId t : layer.inputs) {
    const std::string place = place_text(placement.activations[static_cast<std::size_t>(t)], hardware);
    const auto known = std::find_if(places.begin(), places.end(), [&](const auto& p) { return p.first == place; });
    if (known == places.end()) {
      places.emplace_back(place, 1);
    } else {
      ++known->second;
    }
  }
  const bool counted = places.size() > 1 && layer.inputs.size() > 2;
  std::string text;
  for (const auto& [place, inputs] : places) {
    text += (text.empty() ? "" : ", ") + (counted ? std::to_string(inputs) + " " : "") + place;
  }
  return text;
}

void print_memories(const network::Network& network, const run::Checked& checked) {
  const auto& memories = checked.hardware.memories;
  const auto use = mapping::memory_use(network, checked.plan.placement, memories);
  std::cout << fmt::format("\n{:<16} {:>13} {:>13} {:>6} {:>12} {:>14}\n", "memory", "capacity B", "peak used B", "",
                           "weights B", "activations B");
  for (std::size_t m = 0; m < memories.size(); ++m) {
    const auto capacity = static_cast<double>(memories[m].size.value());
    std::cout << fmt::format("{:<16} {:>13} {:>13} {:>4.0f} % {:>12} {:>14}\n", memories[m].instance,
                             grouped(memories[m].size.value()), grouped(use[m].extent),
                             100.0 * static_cast<double>(use[m].extent) / capacity, grouped(use[m].weights),
                             grouped(use[m].activations));
  }
  const mapping::Placement& placement = checked.plan.placement;
  std::cout << fmt::format("placement: cost {:.6g}, bound {:.6g}: at most {:.2f} % above the least\n", placement.cost,
                           placement.lower_bound, 100.0 * placement.gap());
  std::cout << "\n";
}

// Of several streams that run a layer, each with its own: all of them.
std::vector<std::string> points_of_layers(const run::DesignPoint& point) {
  std::vector<std::string> texts;
  for (const std::vector<std::string>& names : run::operating_points_of_layers(point)) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    texts.push_back(std::move(text));
  }
  return texts;
}

std::string point_names(const run::DesignPoint& point) {
  std::string text;
  for (const power::OperatingPoint& p : point.operating_points) text += (text.empty() ? "" : ", ") + p.name;
  return text;
}

// How far the devices that the design is made of are from their points, and what of their fits is not to be trusted.
void print_technology(const run::DesignPoint& point) {
  for (const power::Device& device : point.technology.devices) {
    const auto& domains = point.intent.power_domains;
    const bool used = std::any_of(domains.begin(), domains.end(), [&](const power::PowerDomain& domain) {
      return domain.devices.of(device.kind) == device.name;
    });
    if (!used) continue;
    const auto neutral = device.model.zero_temperature_voltage(device.maximum_voltage.value);
    std::cout << fmt::format("{} of {}: fit within {:.1f} %, heat changes no speed {}\n", device.name,
                             point.technology.name, 100.0 * device.worst_speed_error,
                             neutral ? "at " + to_text(*neutral, 2) : "at no voltage");
    for (const power::FitRemark& wall : device.at_wall) {
      std::cout << fmt::format("  {} ends at its wall, {:.3g} of {:.3g} to {:.3g}: the points want another curve\n",
                               wall.parameter, wall.value, wall.lowest, wall.highest);
    }
  }
  std::cout << "\n";
}

void print(const run::DesignPoint& point, const run::Checked& checked) {
  std::vector<report::TextColumn> columns{{"layer"}, {"runs on"},    {"tile h x w x ch"},
                                          {"input"}, {"parameters"}, {"output"}};
  std::vector<std::string> names;
  for (const network::Layer& layer : point.network.layers) names.push_back(report::printable(layer.name));
  columns[0].cells = report::distinct_cuts(names, 16);
  for (std::size_t l = 0; l < point.network.layers.size(); ++l) {
    const network::Layer& layer = point.network.layers[l];
    const mapping::LayerProgram& program = checked.plan.program.layers[l];
    const mapping::LayerMapping& m = checked.plan.mappings[l];
    const bool on_npu = program.runs == mapping::LayerProgram::Runs::kOnAccelerator;
    const bool on_host = program.runs == mapping::LayerProgram::Runs::kOnHost;
    const auto& place = checked.plan.placement;
    const auto output = static_cast<std::size_t>(layer.outputs.at(0));
    std::string npu_unit = m.style ? m.style->name() : !m.how.empty() ? m.how : m.moves_only ? "DMA" : "vector unit";
    if (checked.hardware.accelerators.size() > 1 && on_npu) {
      npu_unit =
          checked.hardware.accelerators[static_cast<std::size_t>(program.accelerator)]->instance() + ": " + npu_unit;
    }
    const std::string cells[] = {on_npu       ? npu_unit
                                 : on_host    ? "host"
                                 : m.in_place ? "nowhere: placed"
                                              : "nowhere: a view",
                                 on_npu ? tile_text(m) : "", inputs_text(layer, place, checked.hardware),
                                 layer.constants.empty() ? "-" : place_text(place.parameters[l], checked.hardware),
                                 place_text(place.activations[output], checked.hardware)};
    for (std::size_t c = 0; c < std::size(cells); ++c) columns[c + 1].cells.push_back(cells[c]);
  }
  if (point.operating_points.size() > 1) {
    columns.push_back({"operating point"});
    columns.back().cells = points_of_layers(point);
  }
  std::cout << report::text_table(std::move(columns));
  print_memories(point.network, checked);
  print_technology(point);
  if (point.quantized != rewrite::Quantize::kNone) {
    std::cout << "Assumed: " << config::FieldType<rewrite::Quantize>::text(point.quantized)
              << " weights and activations, whatever the file has (--quantize).\n";
  }
  if (point.network.batch > 1) std::cout << "Batch: " << point.network.batch << " inferences in one run.\n";
  std::cout << fmt::format("{} on {}, {}, {}: {} layers, {}, {} parameters; no objections.\n", point.network.name,
                           point.structure.name, point.technology.name, point_names(point), point.network.layers.size(),
                           report::macs_total(grouped(point.network.macs()) + " MACs", point.network.not_counted()),
                           grouped(point.network.parameters()));
}

void declare(Arguments& arguments, const GlobalOptions&) {
  auto options = std::make_shared<DesignOptions>();
  auto json = std::make_shared<bool>(false);
  options->add_to(arguments);
  arguments.flag("--json", *json, "Print the mapping with its planned bytes as JSON");
  arguments.run([options, json] {
    run::DesignPoint point = run::read_design_point(options->request());
    note_quantized(point.network.name, point.asked, point.quantized);
    const run::Checked checked = run::check(point);
    if (*json) {
      std::cout << plan_json(point, checked).dump(2) << "\n";
    } else {
      print(point, checked);
    }
  });
}

const bool check_command_registered =
    register_command({"check", "Validate a design point and map it; no simulation", 20, declare});

}  // namespace
}  // namespace subvolt::cli
