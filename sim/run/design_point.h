// One design point: SoC, power intent, technology, operating point, network. One run, one result.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/loader.h"
#include "sim/kernel/component.h"
#include "sim/mapping/program/plan.h"
#include "sim/network/reader.h"
#include "sim/power/intent/power_intent.h"
#include "sim/power/technology/technology.h"
#include "sim/rewrite/rewrite.h"
#include "sim/scenario/scenario.h"
#include "sim/soc/structure.h"

namespace subvolt::run {

// configs/designs/NAME.yaml: five lines that name the rest.
struct DesignFile {
  std::string soc;
  std::string power;
  std::string technology;
  std::string network;
  std::string scenario;  // in the network's place
  std::optional<std::int64_t> inferences;
  std::string operating_point;
  config::SourceLocation operating_point_location;
  std::string map_at;
  config::SourceLocation map_at_location;
  config::NamedList<std::string> operating_points;  // by pattern of layer names, the first that matches; else the above
  config::Node origin;                              // the section as read, overrides applied
  bool bare_soc = false;                            // made for a SoC that was named in its place
  bool of_run = false;                              // of the config.yaml of a run
  std::optional<mapping::Objective> objective;
  bool keep_weights = true;
  mapping::LayerAssignment assignment = mapping::LayerAssignment::kBest;
  mapping::Barrier barrier = mapping::Barrier::kSoc;
  std::vector<mapping::PlacementRule> placement;
  std::optional<rewrite::Quantize> quantize;
  static const config::Schema<DesignFile>& schema();
};

// What a user asked for. Empty texts: take it from the design file, or the default.
struct Request {
  std::string design;  // a design or a SoC, shipped name or file
  std::string network;
  std::string scenario;
  std::optional<scenario::Scenario> streams;  // instead, made by the program; `file` is of whom they are
  std::optional<std::int64_t> inferences;
  std::string power;
  std::string technology;
  std::string operating_point;
  std::string map_at;
  std::string objective;
  network::ReadOptions read_options;  // of the network
  rewrite::Options network_options;
  bool cycle_fidelity = false;
  std::vector<config::Override> overrides;
};

struct DesignPoint {
  std::string name;
  struct Documents {  // the files that were read
    std::string soc;
    std::string power;
    std::string technology;
    std::string network;   // none where there is a scenario,
    std::string scenario;  // and the other way round
  } documents;
  bool bare_soc = false;              // a SoC was named in place of a design,
  bool of_run = false;                // or the config.yaml of a run
  config::Node design;                // the section of the design as read, or what stands for it
  std::string named_operating_point;  // as somebody named it; empty: the intent's first
  std::string named_map_at;           // likewise
  soc::Structure structure;
  power::PowerIntent intent;
  power::Technology technology;
  // Those that something runs at, in the order of their first use: the run begins at the first.
  std::vector<power::OperatingPoint> operating_points;
  // The ratios of its clocks are those for which layers are mapped, whatever the run's own point: of a sweep over
  // voltages each step runs the same program.
  power::OperatingPoint map_at;
  std::vector<std::vector<std::int32_t>> point_of_layer;  // by stream and layer of its network: index into them
  scenario::Scenario scenario;                            // without a document: so many inferences of the network
  std::vector<scenario::Job> jobs;                        // of it
  std::vector<std::size_t> part_of_stream;                // by stream: which of the network's parts
  // Rewritten, each with the first stream of it.
  std::vector<std::pair<std::string, network::Network>> networks;
  network::Network network;                                // joined, as the mapper sees it
  std::vector<rewrite::Fate> fates;                        // by layer of the network as read
  rewrite::Quantize asked = rewrite::Quantize::kNone;      // what it was to be taken as
  rewrite::Quantize quantized = rewrite::Quantize::kNone;  // none as well when there was nothing to quantise
  mapping::Objective objective = mapping::Objective::kEnergy;
  bool keep_weights = true;  // from one inference to the next
  mapping::LayerAssignment assignment = mapping::LayerAssignment::kBest;
  mapping::Barrier barrier = mapping::Barrier::kSoc;
  std::vector<mapping::PlacementRule> placement;
  kernel::Fidelity fidelity = kernel::Fidelity::kBurst;

  const power::OperatingPoint& operating_point() const { return operating_points.front(); }
};

// By layer of the network: names of the points at which the streams run it.
std::vector<std::vector<std::string>> operating_points_of_layers(const DesignPoint& point);

// The name before the version in a document's `schema:` line; empty when there is none.
std::string schema_of(const std::string& file);

// Throws Error(kConfiguration) for overrides of other documents than these.
void check_overrides(const std::vector<config::Override>& overrides, const std::vector<std::string>& documents);

// Reads and cross-checks all documents. Throws Error(kConfiguration): located errors; an override that no
// document has a place for.
DesignPoint read_design_point(const Request& request);

}  // namespace subvolt::run
