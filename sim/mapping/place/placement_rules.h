// What a design says about where tensors live: ordered rules, the first that matches a tensor decides.
//
//   placement:
//     - {tensors: weights, in: flash}            # a class: weights, activations, inputs, outputs
//     - {tensors: "conv1*.weights", in: sram}    # LAYER.weights, LAYER.output, the name of a network input
//     - {tensors: "*", in: [sram, psram]}        # the first that has room
//
// In patterns `*` stands for any text and `?` for one character. A rule without `in` leaves its tensors to the
// automatic placement, as if no rule had matched.
#pragma once

#include <string>
#include <vector>

#include "sim/config/schema.h"
#include "sim/mapping/capabilities.h"
#include "sim/mapping/place/stored_data.h"

namespace subvolt::mapping {

struct PlacementRule {
  std::string tensors;
  config::Node in;                     // as written: a memory or a list of memories
  std::vector<config::Node> memories;  // names in the order of preference; empty: automatic
  config::Node origin;                 // of the whole rule, for errors
  static const config::Schema<PlacementRule>& schema();
};

// What the rules ask for, resolved against a network and a SoC.
struct Demand {
  const PlacementRule* rule = nullptr;  // nullptr: automatic
  std::vector<std::size_t> memories;    // in the order of preference
};

// By stored data. Reports, located: a memory that the SoC does not have, a pattern that matches nothing,
// activations that are asked into nothing but read-only memories. Where a list has others, those are left out.
std::vector<Demand> demands(const std::vector<PlacementRule>& rules, const std::vector<StoredData>& data,
                            const std::vector<MemoryRegion>& memories, config::Diagnostics& diagnostics);

bool glob_matches(const std::string& pattern, const std::string& text);

}  // namespace subvolt::mapping

namespace subvolt::config {

// Keeps where each name was written.
template <>
struct FieldType<mapping::PlacementRule> {
  static bool read(const Node& node, mapping::PlacementRule& value, Diagnostics& d);
  static TypeDoc doc() { return {TypeDoc::Form::kObject, {}, {}, {}, &mapping::PlacementRule::schema()}; }
  static std::string text(const mapping::PlacementRule&) { return "(see below)"; }
};

}  // namespace subvolt::config
