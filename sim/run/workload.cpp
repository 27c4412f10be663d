#include "sim/run/workload.h"

#include <algorithm>
#include <utility>

#include "sim/config/library.h"
#include "sim/mapping/layer/who_runs.h"
#include "sim/network/joined.h"
#include "sim/network/reader.h"
#include "sim/run/faults.h"

namespace subvolt::run {
namespace {

scenario::Scenario read_scenario(const Request& request, const DesignFile& design, DesignPoint& point) {
  if (request.streams) return *request.streams;
  const bool own_network = !request.network.empty();
  const std::string& named =
      own_network ? request.scenario : (request.scenario.empty() ? design.scenario : request.scenario);
  if (!named.empty()) {
    point.documents.scenario = config::find("scenario", named);
    return scenario::read_scenario(point.documents.scenario, request.overrides);
  }
  for (const config::Override& o : request.overrides) {
    if (config::document_of(o) != "scenario") continue;
    throw_configuration(config::location_of(o).text() +
                        ": there is no scenario to set anything in: name one with "
                        "--scenario");
  }
  const std::string network = (request.network.empty() ? design.network : request.network);
  if (network.empty()) throw_configuration(request.design + " names no network: give one with --net");
  point.documents.network = config::find("network", network);
  const std::int64_t count = request.inferences.value_or(design.inferences.value_or(1));
  return scenario::one_after_the_other(config::display_name(point.documents.network), network, count);
}

// A network of the scenario: its file, and the first stream that names it.
struct Workload {
  std::string file, stream, named;
};

// Each network once, however many streams there are of it.
std::vector<Workload> workloads_of(const scenario::Scenario& scenario, std::vector<std::size_t>& of_stream) {
  std::vector<Workload> all;
  Faults faults;
  for (const auto& [name, stream] : scenario.streams) {
    faults.collect([&, &stream_name = name, &said = stream] {
      const bool in_file = said.location.line > 0;  // else where the user stands
      const std::string file =
          config::find("network", said.network, in_file ? said.location.text() : "", in_file ? scenario.file : "");
      const auto known = std::find_if(all.begin(), all.end(), [&](const Workload& w) { return w.file == file; });
      of_stream.push_back(static_cast<std::size_t>(known - all.begin()));
      if (known == all.end()) all.push_back({file, stream_name, scenario.file.empty() ? said.network : file});
    });
  }
  faults.throw_if_any();
  return all;
}

void read_networks(const Request& request, const DesignFile& design, DesignPoint& point) {
  rewrite::Options options = request.network_options;
  if (!options.quantize) options.quantize = design.quantize;
  point.asked = options.quantize.value_or(rewrite::Quantize::kNone);
  const std::vector<Workload> workloads = workloads_of(point.scenario, point.part_of_stream);
  for (const config::Override& o : request.overrides) {
    if (workloads.size() < 2 || config::document_of(o) != "network") continue;
    throw_configuration(config::location_of(o).text() + ": the scenario has " + std::to_string(workloads.size()) +
                        " networks, and which of them is meant is not said: change a copy of its file");
  }
  Faults faults;
  for (const Workload& workload : workloads) {
    faults.collect([&] {
      rewrite::Rewritten rewritten =
          rewrite::rewrite(network::read_network(workload.named, request.overrides, request.read_options), options);
      point.networks.emplace_back(workload.stream, std::move(rewritten.network));
      point.fates.insert(point.fates.end(), rewritten.fates.begin(), rewritten.fates.end());
      if (rewritten.quantized != rewrite::Quantize::kNone) point.quantized = rewritten.quantized;
    });
  }
  faults.throw_if_any();
  if (point.scenario.file.empty()) point.scenario.streams.front().first = point.networks.front().second.name;
  point.network = network::joined(point.networks);
}

// Whether an accelerator takes the layer once its activation is another's.
class TakenWithoutActivation {
 public:
  TakenWithoutActivation(const network::Network& network, const mapping::Hardware& hardware)
      : network_(network), hardware_(hardware) {}

  bool operator()(std::size_t layer) {
    using Runs = mapping::Runner::Runs;
    if (mapping::who_runs(network_, layer, hardware_).runs == Runs::kOnAccelerator) return false;
    network::Activation& activation = network_.layers[layer].attributes.activation;
    const network::Activation fused = std::exchange(activation, network::Activation::kNone);
    const Runs without = mapping::who_runs(network_, layer, hardware_).runs;
    activation = fused;
    return without == Runs::kOnAccelerator;
  }

 private:
  network::Network network_;
  const mapping::Hardware& hardware_;
};

}  // namespace

void refuse_beside_scenario(const Request& request) {
  const auto refuse = [](const std::string& option) {
    throw_configuration("--scenario says what runs and how often: leave out " + option);
  };
  if (request.scenario.empty()) return;
  if (!request.network.empty()) refuse("--net");
  if (request.inferences) refuse("--inferences");
}

void read_workload(const Request& request, const DesignFile& design, DesignPoint& point) {
  point.scenario = read_scenario(request, design, point);
  point.jobs = scenario::jobs_of(point.scenario);
  read_networks(request, design, point);
}

std::optional<rewrite::Separated> fitted(const network::Network& network, const mapping::Hardware& hardware) {
  return rewrite::separate_activations(network, TakenWithoutActivation(network, hardware));
}

void fit_workload(const mapping::Hardware& hardware, DesignPoint& point) {
  bool changed = false;
  for (std::size_t part = 0; part < point.networks.size(); ++part) {
    network::Network& network = point.networks[part].second;
    std::optional<rewrite::Separated> separated = fitted(network, hardware);
    if (!separated) continue;
    changed = true;
    network = std::move(separated->network);
    for (std::size_t stream = 0; stream < point.point_of_layer.size(); ++stream) {
      std::vector<std::int32_t>& points = point.point_of_layer[stream];
      if (point.part_of_stream[stream] != part || points.empty()) continue;
      std::vector<std::int32_t> fitted;
      for (const std::size_t layer : separated->from) fitted.push_back(points[layer]);
      points = std::move(fitted);
    }
  }
  if (changed) point.network = network::joined(point.networks);
}

}  // namespace subvolt::run
