#include <benchmark/benchmark.h>

#include "sim/config/library.h"

extern "C" int sc_main(int, char*[]) { return 0; }

int main(int argc, char** argv) {
  subvolt::config::set_data_root(SUBVOLT_SOURCE_DIR);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
