// What a user waits for: the whole program, from YAML to result files, as a process of its own.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace {

// Runs the program to its end, output dropped; peak memory in bytes, or -1 when it failed.
long run_program(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (std::string& a : arguments) argv.push_back(a.data());
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? usage.ru_maxrss * 1024L : -1;
}

void design_point(benchmark::State& state, const char* network, const char* point) {
  const std::string folder = (std::filesystem::temp_directory_path() / "subvolt_benchmark").string();
  long peak = 0;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    const long memory =
        run_program({SUBVOLT_PROGRAM, "run", "edge_npu", "--net", network, "--opp", point, "-o", folder, "--quiet"});
    state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    if (memory < 0) {
      state.SkipWithError("the program failed");
      break;
    }
    peak = std::max(peak, memory);
  }
  state.counters["peak_memory_MB"] = static_cast<double>(peak) / 1e6;
  std::filesystem::remove_all(folder);
}

BENCHMARK_CAPTURE(design_point, mobilenet_v1_1 .0_224, "mobilenet_v1_1.0_224", "nominal")
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(design_point, mobilenet_v1_1 .0_224_near_threshold, "mobilenet_v1_1.0_224", "near_threshold")
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(design_point, mobilenet_v2_1 .0_224, "mobilenet_v2_1.0_224", "nominal")
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(design_point, kws_ds_cnn, "kws_ds_cnn", "nominal")->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
