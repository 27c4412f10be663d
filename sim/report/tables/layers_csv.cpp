#include "sim/report/tables/layers_csv.h"

#include <algorithm>

#include "sim/units/text.h"

namespace subvolt::report {

std::string csv_cell(const Json& value) {
  if (value.is_number_float()) return shortest(value.get<double>());
  if (!value.is_string()) return value.dump();
  const std::string& text = value.get_ref<const std::string&>();
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

namespace {

// "nominal near_threshold" of a layer that ran at both.
std::string words(const Json& texts) {
  std::string all;
  for (const Json& text : texts) all += (all.empty() ? "" : " ") + text.get<std::string>();
  return all;
}

// Keys of `part` over all layers, in order of first appearance.
std::vector<std::string> keys(const Json& layers, const char* part) {
  std::vector<std::string> all;
  for (const Json& layer : layers) {
    if (!layer.contains(part)) continue;
    for (const auto& [key, value] : layer.at(part).items()) {
      if (std::find(all.begin(), all.end(), key) == all.end()) all.push_back(key);
    }
  }
  return all;
}

double sum_of(const Json& causes) {
  double sum = 0.0;
  for (const auto& [cause, energy] : causes.items()) sum += energy.get<double>();
  return sum;
}

}  // namespace

std::string layers_csv(const Json& result) {
  static constexpr const char* kPlain[] = {"name",
                                           "op",
                                           "mapping",
                                           "runner",
                                           "macs",
                                           "cycles",
                                           "latency_s",
                                           "utilization",
                                           "bound",
                                           "array_cycles",
                                           "accelerator_cycles",
                                           "estimated_cycles",
                                           "ideal_cycles"};
  const bool pipelines = std::any_of(result.at("layers").begin(), result.at("layers").end(),
                                     [](const Json& layer) { return layer.contains("pipeline_cycles"); });
  const bool several_points = result.at("design_point").contains("operating_points");
  static constexpr struct {
    const char* part;
    const char* suffix;
  } kParts[] = {{"lost_cycles", "_lost_cycles"},
                {"busy_cycles", "_busy_cycles"},
                {"stall_cycles", "_stall_cycles"},
                {"traffic_B", "_B"}};
  static constexpr const char* kRoofline[] = {"transfer_cycles", "transfer_limit", "macs_per_byte",
                                              "macs_per_off_chip_byte", "bound_by"};
  const Json& layers = result.at("layers");
  const std::vector<std::string> components = keys(layers, "energy_J");
  std::vector<std::pair<const char*, std::string>> columns;  // of the parts: part and key

  std::string out;
  for (const char* column : kPlain) out += (out.empty() ? "" : ",") + std::string(column);
  if (pipelines) out += ",pipeline_cycles";
  for (const char* column : kRoofline) out += "," + std::string(column);
  if (several_points) out += ",operating_point";
  for (const auto& [part, suffix] : kParts) {
    for (const std::string& key : keys(layers, part)) {
      out += "," + key + suffix;
      columns.emplace_back(part, key);
    }
  }
  out += ",energy_J";
  for (const std::string& component : components) out += "," + component + "_J";
  out += "\n";

  for (const Json& layer : layers) {
    std::string row;
    for (const char* column : kPlain) row += (row.empty() ? "" : ",") + csv_cell(layer.value(column, Json("")));
    if (pipelines) row += "," + csv_cell(layer.value("pipeline_cycles", Json("")));
    const auto roofline = layer.find("roofline");
    for (const char* column : kRoofline) {
      row += ",";
      if (roofline != layer.end() && roofline->contains(column)) row += csv_cell(roofline->at(column));
    }
    if (several_points) row += "," + csv_cell(words(layer.value("operating_points", Json::array())));
    const char* last = nullptr;
    auto of = layer.end();
    for (const auto& [part, key] : columns) {
      if (part != last) of = layer.find(part);
      last = part;
      row += ",";
      if (of == layer.end()) continue;
      const auto number = of->find(key);
      row += number == of->end() ? "0" : std::to_string(number->get<std::int64_t>());
    }
    double total = 0.0;
    std::string energies;
    for (const std::string& component : components) {
      const Json& of = layer.at("energy_J");
      const double energy = of.contains(component) ? sum_of(of.at(component)) : 0.0;
      total += energy;
      energies += "," + shortest(energy);
    }
    out += row + "," + shortest(total) + energies + "\n";
  }
  return out;
}

}  // namespace subvolt::report
