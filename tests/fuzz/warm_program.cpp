// Preloaded into the program by warm_program.py: a request on standard input is one command line; it runs in a child,
// forked where main() would begin, so that libraries are linked and registries filled once for thousands of commands.
//
// Request: length (uint32), then words that end with a zero: files for stdout and stderr, limits of processor and wall
// time in seconds, then the arguments. Answer on standard output: the status of waitpid (int32).
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

using Main = int (*)(int, char**, char**);
Main program_main;
char* program_name;

bool read_all(void* to, std::size_t size) {
  for (char* at = static_cast<char*>(to); size > 0;) {
    const ssize_t got = read(0, at, size);
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

[[noreturn]] void run(std::string& request, char** environment) {
  std::vector<char*> words;
  for (std::size_t at = 0; at < request.size(); at += std::strlen(&request[at]) + 1) words.push_back(&request[at]);
  const int in = open("/dev/null", O_RDONLY);
  const int out = open(words[0], O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int error = open(words[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(error, 2) < 0) _exit(70);
  const rlim_t seconds = std::strtoul(words[2], nullptr, 10);
  const rlimit limit{seconds, seconds + 1};
  setrlimit(RLIMIT_CPU, &limit);
  alarm(static_cast<unsigned>(std::strtoul(words[3], nullptr, 10)));
  words.erase(words.begin(), words.begin() + 3);
  words[0] = program_name;
  words.push_back(nullptr);
  std::exit(program_main(static_cast<int>(words.size()) - 1, words.data(), environment));
}

int serve(int, char** arguments, char** environment) {
  program_name = arguments[0];
  for (std::uint32_t size = 0; read_all(&size, sizeof size);) {
    std::string request(size, '\0');
    if (!read_all(request.data(), size)) break;
    const pid_t child = fork();
    if (child == 0) run(request, environment);
    std::int32_t status = -1;
    if (child < 0 || waitpid(child, &status, 0) < 0 || write(1, &status, sizeof status) != sizeof status) break;
  }
  _exit(0);
}

}  // namespace

// Instead of the C library's: which runs main() when all is prepared.
extern "C" int __libc_start_main(Main main, int argc, char** argv, void (*init)(), void (*fini)(), void (*rtld_fini)(),
                                 void* stack_end) {
  using Start = int (*)(Main, int, char**, void (*)(), void (*)(), void (*)(), void*);
  const auto start = reinterpret_cast<Start>(dlsym(RTLD_NEXT, "__libc_start_main"));
  program_main = main;
  return start(serve, argc, argv, init, fini, rtld_fini, stack_end);
}
