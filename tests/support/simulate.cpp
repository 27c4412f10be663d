#include "tests/support/simulate.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <iostream>

namespace subvolt::test {
namespace {

// The child's whole life: what `body` returns goes down the pipe, its verdict into the exit code.
[[noreturn]] void live(const std::function<std::vector<std::int64_t>()>& body, int pipe) {
  int code = 1;
  try {
    const std::vector<std::int64_t> numbers = body();
    const auto* bytes = reinterpret_cast<const char*>(numbers.data());
    std::size_t left = numbers.size() * sizeof(std::int64_t);
    while (left > 0) {
      const ssize_t written = write(pipe, bytes, left);
      if (written <= 0) break;
      bytes += written;
      left -= static_cast<std::size_t>(written);
    }
    code = left > 0 || testing::Test::HasFailure() ? 1 : 0;
  } catch (const std::exception& e) {
    std::cout << "exception in simulation: " << e.what() << '\n';
  }
  std::cout.flush();
  std::fflush(nullptr);
  _exit(code);  // no destructors: SystemC's objects have no safe order of destruction outside of sc_main
}

}  // namespace

std::vector<std::int64_t> simulate(const std::function<std::vector<std::int64_t>()>& body) {
  int ends[2];
  if (pipe(ends) != 0) {
    ADD_FAILURE() << "no pipe";
    return {};
  }
  std::cout.flush();
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) {
    ADD_FAILURE() << "no child process";
    return {};
  }
  if (child == 0) {
    close(ends[0]);
    live(body, ends[1]);
  }
  close(ends[1]);
  std::vector<std::int64_t> numbers;
  std::vector<char> bytes;
  char chunk[4096];
  for (ssize_t n; (n = read(ends[0], chunk, sizeof chunk)) > 0;) bytes.insert(bytes.end(), chunk, chunk + n);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    ADD_FAILURE() << (WIFSIGNALED(status) ? "the simulation was killed by a signal"
                                          : "the simulation failed, see above");
    return {};
  }
  numbers.resize(bytes.size() / sizeof(std::int64_t));
  std::copy(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(numbers.size() * sizeof(std::int64_t)),
            reinterpret_cast<char*>(numbers.data()));
  return numbers;
}

void in_child(const std::function<void()>& body) {
  simulate([&body] {
    body();
    return std::vector<std::int64_t>{};
  });
}

}  // namespace subvolt::test
