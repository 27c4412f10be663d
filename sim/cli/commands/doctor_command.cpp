// subvolt doctor: versions, paths, and a self-test of a few seconds.
#include <fmt/format.h>

#include <functional>
#include <iostream>
#include <random>

#include "sim/cli/command.h"
#include "sim/config/library.h"
#include "sim/mapping/tile/array_style.h"
#include "sim/network/reader.h"
#include "sim/power/technology/technology.h"
#include "sim/report/version.h"
#include "sim/run/simulation.h"

namespace subvolt::cli {
namespace {

std::string read_everything() {
  std::size_t read = 0;
  for (const std::string& name : config::shipped("technology"))
    read += power::read_technology(name).prices.prices.empty() ? 0 : 1;
  for (const std::string& name : config::shipped("network")) read += network::read_network(name).layers.empty() ? 0 : 1;
  return fmt::format("{} technologies and networks read", read);
}

// The closed forms against the clock-by-clock references, on a handful of shapes.
std::string compare_styles(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto draw = [&](std::int64_t most) {
    return 1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most));
  };
  int compared = 0;
  for (const mapping::ArrayStyleKind* kind : mapping::array_styles()) {
    for (int i = 0; i < 50; ++i, ++compared) {
      const auto style = mapping::draw_array_style(*kind, draw, 8);
      const mapping::TileWork work{draw(20), draw(20), draw(20), 1, false};
      const mapping::Tile tile = mapping::Tile::of(work);
      if (!style->obstacle(tile).empty()) continue;
      mapping::TileOperands operands;
      operands.inputs.assign(static_cast<std::size_t>(work.pixels * work.reduction), 1);
      operands.weights.assign(static_cast<std::size_t>(work.reduction * work.channels), 1);
      auto reference = style->reference(tile, std::move(operands));
      while (!reference->done()) reference->tick();
      if (!(reference->activity() == style->timing(tile))) {
        throw Error(ErrorKind::kInvariant,
                    "the closed form of " + kind->name + " differs from its clock-by-clock reference");
      }
    }
  }
  return fmt::format("{} tiles: closed form equals clock by clock", compared);
}

std::string simulate() {
  run::Request request;
  request.design = "edge_npu";
  request.network = "kws_ds_cnn";
  run::DesignPoint point = run::read_design_point(request);
  const run::Simulated simulated = run::simulate(point);
  const power::Ledger ledger =
      run::price_record(simulated.record, point.intent, point.technology, point.operating_points);
  if (simulated.record.macs != point.network.macs()) {
    throw Error(ErrorKind::kInvariant,
                fmt::format("{} MACs simulated, the network has {}", simulated.record.macs, point.network.macs()));
  }
  return fmt::format("kws_ds_cnn on edge_npu: {} MACs, {} cycles, {}", grouped(simulated.record.macs),
                     grouped(simulated.record.total_cycles), to_text(ledger.total));
}

void examine(std::uint64_t seed) {
  std::cout << "subvolt   " << report::program_version() << " (" << report::git_revision() << ")\n"
            << "compiler  " << report::build_compiler() << "; " << report::language_rules() << "\n"
            << "systemc   " << report::systemc_version() << "\n"
            << "data      " << config::data_root() << "\n";
  const std::pair<const char*, std::function<std::string()>> checks[] = {
      {"library", read_everything}, {"array", [seed] { return compare_styles(seed); }}, {"simulate", simulate}};
  for (const auto& [name, check] : checks) std::cout << fmt::format("{:<9} ok: {}\n", name, check()) << std::flush;
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  arguments.run([&globals] { examine(globals.seed); });
}

const bool doctor_command_registered =
    register_command({"doctor", "Versions, paths and a self-test of a few seconds", 80, declare});

}  // namespace
}  // namespace subvolt::cli
