// Milliseconds from a network file to the graph that is mapped: reading, and reading with rewriting.
// SUBVOLT_MODELS names a folder of further .tflite and .onnx files.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/network/reader.h"
#include "sim/rewrite/rewrite.h"

namespace {

using namespace subvolt;

void read(benchmark::State& state, const std::string& file) {
  for (auto _ : state) benchmark::DoNotOptimize(network::read_network(file));
}

void read_and_rewrite(benchmark::State& state, const std::string& file) {
  for (auto _ : state) benchmark::DoNotOptimize(rewrite::rewrite(network::read_network(file)));
}

std::vector<std::string> files() {
  std::vector<std::string> all = {"mobilenet_v2_1.0_224"};
  const char* further = std::getenv("SUBVOLT_MODELS");
  for (const std::string& folder :
       {std::string(SUBVOLT_SOURCE_DIR "/tests/models"), std::string(further ? further : "")}) {
    if (folder.empty()) continue;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const std::string type = entry.path().extension().string();
      if (type == ".tflite" || type == ".onnx") all.push_back(entry.path().string());
    }
  }
  std::sort(all.begin() + 1, all.end());
  return all;
}

const bool registered = [] {
  for (const std::string& file : files()) {
    const std::string name = std::filesystem::path(file).filename().string();
    benchmark::RegisterBenchmark(("read/" + name).c_str(), read, file)->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark(("read_and_rewrite/" + name).c_str(), read_and_rewrite, file)
        ->Unit(benchmark::kMillisecond);
  }
  return true;
}();

}  // namespace
