#include "sim/report/comparison.h"

#include <algorithm>
#include <map>

#include "sim/report/tables/layers_csv.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

bool is_part(const std::string& component, const std::string& of) {
  return component == of || component.compare(0, of.size() + 1, of + ".") == 0;
}

bool is_accelerator(const std::string& component, const power::ActivityRecord& record) {
  return std::any_of(record.accelerators.begin(), record.accelerators.end(),
                     [&](const power::AcceleratorActivity& a) { return is_part(component, a.name); });
}

Hertz clock_of(const power::ActivityRecord& record, const std::string& domain) {
  for (const auto& [name, frequencies] : record.clock_domains) {
    if (name == domain) return frequencies.front();
  }
  return {};
}

// What the accelerators are made of.
Json accelerators(const power::ActivityRecord& record) {
  std::int64_t macs = 0;
  for (const power::AcceleratorActivity& a : record.accelerators) macs += a.peak_macs_per_cycle;
  power::Inventory sum;
  Hertz fastest;
  for (const power::ComponentDeclaration& c : record.components) {
    if (!is_accelerator(c.name, record)) continue;
    sum.sram_bits += c.inventory.sram_bits;
    sum.logic_gates += c.inventory.logic_gates;
    sum.flip_flops += c.inventory.flip_flops;
    fastest = std::max(fastest, clock_of(record, c.clock_domain));
  }
  constexpr std::int64_t kBits = 8;
  return {{"macs_per_cycle", macs},
          {"buffer_B", sum.sram_bits / kBits},
          {"logic_gates", sum.logic_gates},
          {"flip_flops", sum.flip_flops},
          {"clock_Hz", fastest}};
}

// What everything else is made of, by component, and what it runs at: equal rows have equal ones.
Json surroundings(const ResultInputs& in, const Json& result) {
  const power::ActivityRecord& record = *in.record;
  const Json& point = result.at("design_point");
  Json all = Json::object();
  for (const power::ComponentDeclaration& c : record.components) {
    if (is_accelerator(c.name, record)) continue;
    Json sizes = Json::object();
    for (const power::EventDeclaration& event : c.events) {
      for (const auto& [name, size] : event.attributes) sizes[event.name + "." + name] = size;
    }
    all[c.name] = {{"kind", c.kind},
                   {"prices", c.price_book},
                   {"logic_gates", c.inventory.logic_gates},
                   {"flip_flops", c.inventory.flip_flops},
                   {"sram_bits", c.inventory.sram_bits},
                   {"clock_Hz", clock_of(record, c.clock_domain)},
                   {"sizes", std::move(sizes)}};
  }
  Json voltages = Json::object();
  for (const auto& [name, domain] : point.at("domains").items()) voltages[name] = domain.at("voltage_V");
  all["voltages"] = std::move(voltages);
  all["temperature"] = in.intent->temperature.celsius();
  for (const char* key : {"technology", "operating_point", "objective", "barrier", "quantize", "batch"})
    all[key] = point.at(key);
  for (const auto& [document, hash] : result.at("provenance").at("sha256").items()) {
    if (document != "structure" && document != "power") all[document + " document"] = hash;
  }
  return all;
}

double sum_of(const Json& causes) {
  double sum = 0.0;
  for (const auto& [cause, energy] : causes.items()) sum += energy.get<double>();
  return sum;
}

// Accelerators, memories, host, ...: the parts of a component are the component's.
Json energy_by_part(const power::ActivityRecord& record, const Json& result) {
  Json parts = {{"accelerator", 0.0}};
  for (const Json& c : result.at("components")) {
    const std::string name = c.at("name");
    std::string part = name.substr(0, name.find('.'));
    if (c.at("kind") == "supply") part = "regulators";
    if (is_accelerator(name, record)) part = "accelerator";
    parts[part] = parts.value(part, 0.0) + sum_of(c.at("energy_J"));
  }
  return parts;
}

Json layers(const Json& result, const run::Simulated& simulated) {
  Json all = Json::array();
  std::size_t l = 0;
  for (const Json& layer : result.at("layers")) {
    double energy = 0.0;
    for (const auto& [component, causes] : layer.at("energy_J").items()) energy += sum_of(causes);
    Json row = {{"name", layer.at("name")},           {"op", layer.at("op")},
                {"macs", layer.at("macs")},           {"cycles", layer.at("cycles")},
                {"latency_s", layer.at("latency_s")}, {"energy_J", energy}};
    for (const char* key : {"runner", "array_cycles", "accelerator_cycles", "estimated_cycles", "pipeline_cycles"}) {
      if (layer.contains(key)) row[key] = layer.at(key);
    }
    if (layer.at("on_host").get<bool>()) row["why_host"] = simulated.plan.mappings[l].why_host;
    all.push_back(std::move(row));
    ++l;
  }
  return all;
}

Json work_json(const run::Work& work, const std::vector<mapping::MemoryRegion>& regions) {
  Json memories = Json::object();
  for (std::size_t m = 0; m < work.memories.size(); ++m) {
    memories[work.memories[m]] = {{"off_chip", regions[m].off_chip},
                                  {"planned_read_B", work.planned[m].read},
                                  {"read_B", work.moved[m].read},
                                  {"planned_write_B", work.planned[m].write},
                                  {"write_B", work.moved[m].write}};
  }
  return {{"network_macs", work.macs_of_network},
          {"macs", work.macs},
          {"memories", std::move(memories)},
          {"faults", work.faults}};
}

const Json& at_path(const Json& row, const std::vector<std::string>& path) {
  static const Json absent;
  const Json* at = &row;
  for (const std::string& key : path) {
    const auto found = at->find(key);
    if (found == at->end()) return absent;
    at = &*found;
  }
  return *at;
}

// Adds the fact if rows differ in it: of maps what is in them, one by one, where all rows have it.
void add_differences(const std::string& fact, const std::vector<std::string>& path, const std::vector<Json>& rows,
                     Json& differences) {
  std::vector<std::string> keys;
  bool maps = true, equal = true;
  for (const Json& row : rows) {
    const Json& value = at_path(row, path);
    equal = equal && value == at_path(rows.front(), path);
    maps = maps && value.is_object();
    if (!value.is_object()) continue;
    for (const auto& [key, below] : value.items()) {
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
  }
  if (equal) return;
  if (maps) {
    for (const std::string& key : keys) {
      std::vector<std::string> below = path;
      below.push_back(key);
      add_differences(fact.empty() ? key : fact + "." + key, below, rows, differences);
    }
    return;
  }
  Json values = Json::object();
  for (const Json& row : rows) {
    const Json& value = at_path(row, path);
    values[row.at("name").get<std::string>()] = value.is_object() ? Json("there") : value;
  }
  differences.push_back({{"fact", fact}, {"values", std::move(values)}});
}

}  // namespace

Json comparison_row(const std::string& name, const ResultInputs& in, const Json& result,
                    const run::Simulated& simulated, const run::Work& work) {
  const Json& totals = result.at("totals");
  Json row = {{"name", name}, {"command", result.at("provenance").at("command")}};
  row["soc"] = result.at("design_point").at("soc");
  row["accelerator"] = accelerators(*in.record);
  row["cycles"] = totals.at("cycles");
  row["latency_s"] = totals.at("per_inference").at("time_s");
  row["energy_J"] = totals.at("per_inference").at("energy_J");
  for (const char* key : {"utilization", "average_power_W", "tops", "tops_per_W", "dram_read_B", "dram_write_B"}) {
    row[key] = totals.at(key);
  }
  row["energy_by_part_J"] = energy_by_part(*in.record, result);
  row["work"] = work_json(work, simulated.memories);
  row["layers"] = layers(result, simulated);
  row["surroundings"] = surroundings(in, result);
  return row;
}

Json compared_network(const std::string& network, std::vector<Json> rows) {
  Json differences = Json::array();
  for (const char* fact : {"macs_per_cycle", "buffer_B", "clock_Hz"}) {
    add_differences(fact, {"accelerator", fact}, rows, differences);
  }
  add_differences("", {"surroundings"}, rows, differences);
  return {{"network", network},
          {"macs", rows.empty() ? Json(0) : rows.front().at("work").at("network_macs")},
          {"differences", std::move(differences)},
          {"rows", std::move(rows)}};
}

Json comparison(const std::string& title, std::vector<Json> networks) {
  return {{"schema_version", kComparisonSchemaVersion}, {"title", title}, {"networks", std::move(networks)}};
}

std::string comparison_csv(const Json& comparison) {
  static constexpr const char* kOfAccelerator[] = {"macs_per_cycle", "buffer_B", "logic_gates", "flip_flops"};
  static constexpr const char* kPlain[] = {"cycles", "latency_s",  "utilization", "energy_J",    "average_power_W",
                                           "tops",   "tops_per_W", "dram_read_B", "dram_write_B"};
  std::string out = "network,name,macs";
  for (const char* key : kOfAccelerator) out += std::string(",") + key;
  for (const char* key : kPlain) out += std::string(",") + key;
  out += ",layers_on_host,command\n";
  for (const Json& network : comparison.at("networks")) {
    for (const Json& row : network.at("rows")) {
      out +=
          csv_cell(network.at("network")) + "," + csv_cell(row.at("name")) + "," + csv_cell(row.at("work").at("macs"));
      for (const char* key : kOfAccelerator) out += "," + csv_cell(row.at("accelerator").at(key));
      for (const char* key : kPlain) out += "," + csv_cell(row.at(key));
      const Json& all = row.at("layers");
      const auto on_host =
          std::count_if(all.begin(), all.end(), [](const Json& layer) { return layer.contains("why_host"); });
      out += "," + std::to_string(on_host) + "," + csv_cell(row.at("command")) + "\n";
    }
  }
  return out;
}

}  // namespace subvolt::report
