#include "sim/cli/plan_json.h"

#include "sim/mapping/place/placement.h"
#include "sim/mapping/program/moved_bytes.h"

namespace subvolt::cli {
namespace {

using Json = nlohmann::ordered_json;

Json program_bytes(const mapping::LayerProgram& program, const std::vector<mapping::MemoryRegion>& memories) {
  const std::vector<mapping::MovedBytes> moved = mapping::moved_bytes(program, memories);
  Json all = Json::object();
  for (std::size_t m = 0; m < memories.size(); ++m) {
    if (moved[m].read + moved[m].write > 0) {
      all[memories[m].instance] = {{"read", moved[m].read}, {"write", moved[m].write}};
    }
  }
  return all;
}

Json memory_of(const mapping::Placement::Place& place, const mapping::Hardware& hardware) {
  if (place.memory < 0) return nullptr;
  return hardware.memories[static_cast<std::size_t>(place.memory)].instance;
}

std::string runs_on(const mapping::LayerProgram& program, const mapping::Hardware& hardware) {
  const mapping::LayerProgram::Runs runs = program.runs;
  if (runs == mapping::LayerProgram::Runs::kOnAccelerator) {
    return hardware.accelerators[static_cast<std::size_t>(program.accelerator)]->instance();
  }
  return runs == mapping::LayerProgram::Runs::kOnHost ? "host" : "nowhere";
}

Json layer_json(const network::Layer& layer, const mapping::LayerMapping& m, const mapping::LayerProgram& program,
                const Json& memory, const mapping::Hardware& hardware) {
  Json json{
      {"name", layer.name},
      {"op", network::to_text(layer.op)},
      {"macs", layer.macs},
      {"runs_on", runs_on(program, hardware)},
      {"dataflow", m.style ? Json(m.style->name()) : Json()},
      {"order", mapping::to_text(m.order)},
      {"tile",
       {{"rows", m.tile_rows},
        {"columns", m.tile_columns},
        {"channels", m.tile_channels},
        {"reduction", m.tile_reduction}}},
      {"double_buffered", m.double_buffered},
      {"estimated_cycles", m.estimated_cycles.value()},
      {"memory", memory},
      {"planned_B",
       {{"input", m.input_bytes}, {"weight", m.weight_bytes}, {"bias", m.bias_bytes}, {"output", m.output_bytes}}},
      {"program_B", program_bytes(program, hardware.memories)},
      {"array_cycles", m.array_cycles.value()}};
  if (!layer.counted) json["counted"] = false;
  return json;
}

Json memories_json(const network::Network& net, const mapping::Placement& placement,
                   const std::vector<mapping::MemoryRegion>& memories) {
  const std::vector<mapping::MemoryUse> use = mapping::memory_use(net, placement, memories);
  Json all = Json::array();
  for (std::size_t m = 0; m < memories.size(); ++m) {
    all.push_back({{"name", memories[m].instance},
                   {"capacity_B", memories[m].size.value()},
                   {"extent_B", use[m].extent},
                   {"weights_B", use[m].weights},
                   {"activations_peak_B", use[m].activations}});
  }
  return all;
}

}  // namespace

Json plan_json(const run::DesignPoint& point, const run::Checked& checked) {
  const mapping::Plan& plan = checked.plan;
  const network::Network& net = point.network;
  Json layers = Json::array();
  const std::vector<std::vector<std::string>> points = run::operating_points_of_layers(point);
  for (std::size_t l = 0; l < net.layers.size(); ++l) {
    const network::Layer& layer = net.layers[l];
    const auto output = static_cast<std::size_t>(layer.outputs.at(0));
    const Json parameters =
        layer.constants.empty() ? Json() : memory_of(plan.placement.parameters[l], checked.hardware);
    Json inputs = Json::array();
    for (const network::TensorId t : layer.inputs) {
      inputs.push_back(memory_of(plan.placement.activations[static_cast<std::size_t>(t)], checked.hardware));
    }
    const Json memory = {{"inputs", std::move(inputs)},
                         {"parameters", parameters},
                         {"output", memory_of(plan.placement.activations[output], checked.hardware)}};
    layers.push_back(layer_json(layer, plan.mappings[l], plan.program.layers[l], memory, checked.hardware));
    if (point.operating_points.size() > 1) layers.back()["operating_points"] = points[l];
  }
  return {{"soc", point.structure.name},
          {"network", net.name},
          {"technology", point.technology.name},
          {"operating_point", point.operating_point().name},
          {"batch", net.batch},
          {"quantize", config::FieldType<rewrite::Quantize>::text(point.quantized)},
          {"macs", net.macs()},
          {"not_counted", net.not_counted()},
          {"placement",
           {{"cost", plan.placement.cost}, {"lower_bound", plan.placement.lower_bound}, {"gap", plan.placement.gap()}}},
          {"memories", memories_json(net, plan.placement, checked.hardware.memories)},
          {"layers", std::move(layers)}};
}

}  // namespace subvolt::cli
