// Requests a CPU second: the whole of `subvolt memtrace` as a process of its own, and the parts that are the bench's.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "sim/run/bench/memory_bench.h"

namespace {

using namespace subvolt;

constexpr std::int64_t kRequests = 1'000'000;
constexpr std::int64_t kGapCycles = 1000;

enum class Pattern { kSequential, kRandom, kGaps };

// Eight banks of 64 bursts a row, which the three reference devices have at least.
run::MemoryRequest request(Pattern pattern, std::int64_t i, std::uint64_t& state) {
  if (pattern == Pattern::kRandom) {
    state = state * 6364136223846793005u + 1442695040888963407u;  // Knuth's MMIX generator
    const std::uint64_t bits = state >> 33;
    return {0, false, static_cast<std::int64_t>(bits & 7), static_cast<std::int64_t>((bits >> 3) % 8192),
            static_cast<std::int64_t>((bits >> 16) & 63)};
  }
  return {pattern == Pattern::kGaps ? i * kGapCycles : 0, false, i / 64 % 8, i / 512 % 8192, i % 64};
}

// The trace as a file in the temporary folder, made once.
class TraceOnDisk {
 public:
  explicit TraceOnDisk(Pattern pattern)
      : path_((std::filesystem::temp_directory_path() /
               ("subvolt_trace" + std::to_string(getpid()) + "_" + std::to_string(static_cast<int>(pattern)) + ".csv"))
                  .string()) {
    std::ofstream out(path_);
    out << run::MemoryTraceFile::kHeader << "\n";
    std::uint64_t state = 1;
    for (std::int64_t i = 0; i < kRequests; ++i) {
      const run::MemoryRequest r = request(pattern, i, state);
      out << r.arrival_cycle << (r.write ? ",W," : ",R,") << r.bank << ',' << r.row << ',' << r.burst << '\n';
    }
  }
  ~TraceOnDisk() { std::filesystem::remove(path_); }
  TraceOnDisk(const TraceOnDisk&) = delete;
  TraceOnDisk& operator=(const TraceOnDisk&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

const std::string& trace_of(Pattern pattern) {
  static const TraceOnDisk all[] = {TraceOnDisk(Pattern::kSequential), TraceOnDisk(Pattern::kRandom),
                                    TraceOnDisk(Pattern::kGaps)};
  return all[static_cast<std::size_t>(pattern)].path();
}

double seconds(const timeval& t) { return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec); }

// CPU seconds of the program from its start to its end, output dropped; negative when it failed.
double cpu_of(std::vector<std::string> arguments) {
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
  const bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return good ? seconds(usage.ru_utime) + seconds(usage.ru_stime) : -1.0;
}

void per_second(benchmark::State& state) {
  state.counters["requests_per_s"] =
      benchmark::Counter(static_cast<double>(kRequests), benchmark::Counter::kIsIterationInvariantRate);
}

void memtrace(benchmark::State& state, const char* device, Pattern pattern) {
  const std::string trace = trace_of(pattern);
  for (auto _ : state) {
    const double cpu = cpu_of({SUBVOLT_PROGRAM, "memtrace", device, trace, "--quiet"});
    if (cpu < 0) {
      state.SkipWithError("the program failed");
      break;
    }
    state.SetIterationTime(cpu);
  }
  per_second(state);
}
// Names such as memtrace/lpddr4_3200_random.
#define SUBVOLT_MEMTRACE(DEVICE, NAME, PATTERN) \
  BENCHMARK_CAPTURE(memtrace, DEVICE##_##NAME, #DEVICE, PATTERN)->UseManualTime()->Unit(benchmark::kMillisecond)
SUBVOLT_MEMTRACE(ddr3_1600, sequential, Pattern::kSequential);
SUBVOLT_MEMTRACE(ddr3_1600, random, Pattern::kRandom);
SUBVOLT_MEMTRACE(ddr3_1600, gaps, Pattern::kGaps);
SUBVOLT_MEMTRACE(ddr4_2400, sequential, Pattern::kSequential);
SUBVOLT_MEMTRACE(ddr4_2400, random, Pattern::kRandom);
SUBVOLT_MEMTRACE(ddr4_2400, gaps, Pattern::kGaps);
SUBVOLT_MEMTRACE(lpddr4_3200, sequential, Pattern::kSequential);
SUBVOLT_MEMTRACE(lpddr4_3200, random, Pattern::kRandom);
SUBVOLT_MEMTRACE(lpddr4_3200, gaps, Pattern::kGaps);

void read_trace(benchmark::State& state) {
  const std::string trace = trace_of(Pattern::kRandom);
  for (auto _ : state) {
    run::MemoryTraceFile file(trace);
    std::int64_t sum = 0;
    for (run::MemoryRequest r; file.next(r);) sum += r.row;
    benchmark::DoNotOptimize(sum);
  }
  per_second(state);
}
BENCHMARK(read_trace)->Unit(benchmark::kMillisecond);

// Answers everything after 20 clocks of 625 ps and does nothing else: what is left is the bench's own.
class NothingMemory : public kernel::MemoryEngine {
 public:
  Bytes capacity() const override { return Bytes(std::int64_t{1} << 40); }
  Hertz clock() const override { return 1'600'000'000; }
  std::int64_t access_bytes() const override { return 32; }
  std::int64_t peak_bytes_per_s() const override { return 6'400'000'000; }
  std::int64_t trace_address(std::int64_t bank, std::int64_t row, std::int64_t burst) const override {
    return (((row << 3) | bank) << 6 | burst) * 32;
  }
  bool offer(const kernel::MemoryAccess& access, Picoseconds time_now) override {
    pending_.push_back({access.id, time_now + 12'500});
    return true;
  }
  void advance(std::int64_t) override {}
  Picoseconds next_time() const override { return pending_.empty() ? kNever : pending_.front().at; }
  Picoseconds visible_time() const override { return next_time(); }
  bool take_completion(Picoseconds until, kernel::MemoryCompletion& completion) override {
    if (pending_.empty() || pending_.front().at > until) return false;
    completion = pending_.front();
    pending_.pop_front();
    return true;
  }
  const std::vector<power::EventDeclaration>& events() const override { return events_; }
  std::int64_t take(std::size_t) override { return 0; }

 private:
  std::deque<kernel::MemoryCompletion> pending_;
  std::vector<power::EventDeclaration> events_;
};

void replay_loop(benchmark::State& state) {
  std::vector<run::MemoryRequest> requests;
  std::uint64_t random = 1;
  for (std::int64_t i = 0; i < kRequests; ++i) requests.push_back(request(Pattern::kGaps, i, random));
  for (auto _ : state) {
    NothingMemory memory;
    run::MemoryRequestList trace(requests);
    benchmark::DoNotOptimize(run::replay(memory, trace));
  }
  per_second(state);
}
BENCHMARK(replay_loop)->Unit(benchmark::kMillisecond);

}  // namespace
