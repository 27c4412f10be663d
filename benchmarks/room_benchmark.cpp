// Where the time goes: one room at a time, on MobileNetV1 1.0-224.
#include <benchmark/benchmark.h>

#include "sim/mapping/program/plan.h"
#include "sim/network/reader.h"
#include "sim/power/technology/technology.h"
#include "sim/run/simulation.h"

namespace {

using namespace subvolt;

run::DesignPoint design_point() {
  run::Request request;
  request.design = "edge_npu";
  request.network = "mobilenet_v1_1.0_224";
  return run::read_design_point(request);
}

void read_documents(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(design_point());
}
BENCHMARK(read_documents)->Unit(benchmark::kMillisecond);

// SystemC elaborates one design per process: one simulation serves all that follow.
struct Prepared {
  run::DesignPoint point = design_point();
  run::Checked checked = run::check(point);
};
const Prepared& prepared() {
  static const Prepared p;
  return p;
}

void map_network(benchmark::State& state) {
  const Prepared& p = prepared();
  for (auto _ : state) {
    benchmark::DoNotOptimize(mapping::make_plan(p.point.network, p.checked.hardware, p.point.objective));
  }
}
BENCHMARK(map_network)->Unit(benchmark::kMillisecond);

void fit_technology(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(power::read_technology("lp28"));
}
BENCHMARK(fit_technology)->Unit(benchmark::kMillisecond);

}  // namespace
