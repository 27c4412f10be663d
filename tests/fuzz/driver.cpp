// Drives a fuzz target with mutated files, without a fuzzing engine:
//
//   subvolt_fuzz_READER COUNT FIRST FILE...     mutations FIRST to FIRST + COUNT - 1 of the files
//   subvolt_fuzz_READER --write NUMBER OUT FILE...   one of them as a file, to look at
//
// A child process takes the mutations one after the other, within 2 s of processor time and 1 GiB of memory each;
// when it dies the parent says of which one and goes on behind it. Exit code 1 when any died.
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/mutate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using subvolt::fuzz::Bytes;

constexpr unsigned kSeconds = 2;
constexpr rlim_t kMemory = rlim_t{1} << 30;

// Address sanitizer reserves terabytes of addresses; there ASAN_OPTIONS=max_allocation_size_mb=1024 does it.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

std::vector<Bytes> read_files(int count, char** names) {
  std::vector<Bytes> files;
  for (int i = 0; i < count; ++i) {
    std::ifstream file(names[i], std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    if (files.back().empty()) std::fprintf(stderr, "%s: expected a file with contents\n", names[i]), std::exit(2);
  }
  return files;
}

[[noreturn]] void work(const std::vector<Bytes>& seeds, volatile std::uint64_t& next, std::uint64_t end) {
  if (!kSanitized) {
    const rlimit memory{kMemory, kMemory};
    setrlimit(RLIMIT_AS, &memory);
  }
  while (next < end) {
    const Bytes bytes = subvolt::fuzz::mutate(seeds, next);
    alarm(kSeconds);
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    alarm(0);
    next = next + 1;
  }
  std::_Exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return std::fprintf(stderr, "usage: %s COUNT FIRST FILE...\n", argv[0]), 2;
  if (std::string(argv[1]) == "--write") {
    const Bytes bytes = subvolt::fuzz::mutate(read_files(argc - 4, argv + 4), std::stoull(argv[2]));
    std::ofstream(argv[3], std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return 0;
  }
  const std::vector<Bytes> seeds = read_files(argc - 3, argv + 3);
  auto* next = static_cast<std::uint64_t*>(
      mmap(nullptr, sizeof(std::uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  *next = std::stoull(argv[2]);
  const std::uint64_t end = *next + std::stoull(argv[1]);
  int dead = 0;
  while (*next < end) {
    const pid_t child = fork();
    if (child == 0) work(seeds, *next, end);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && *next >= end) break;
    const char* how = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? "took more than 2 s" : "died";
    std::printf("mutation %llu %s\n", static_cast<unsigned long long>(*next), how);
    ++dead;
    *next = *next + 1;
  }
  std::printf("%s mutations of %zu files: %d not survived\n", argv[1], seeds.size(), dead);
  return dead == 0 ? 0 : 1;
}
