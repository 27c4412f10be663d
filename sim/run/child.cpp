#include "sim/run/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iostream>

#include "sim/config/error.h"

namespace subvolt::run {
namespace {

// What goes through the pipe: a head, and so many bytes behind it.
struct Head {
  enum What : std::int32_t { kProgress, kResult, kError } what = kProgress;
  std::int32_t error = 0;  // ErrorKind
  std::uint64_t bytes = 0;
};

bool write_all(int pipe, const void* from, std::size_t bytes) {
  for (const char* at = static_cast<const char*>(from); bytes > 0;) {
    const ssize_t written = write(pipe, at, bytes);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += written;
    bytes -= static_cast<std::size_t>(written);
  }
  return true;
}

bool read_all(int pipe, void* to, std::size_t bytes) {
  for (char* at = static_cast<char*>(to); bytes > 0;) {
    const ssize_t got = read(pipe, at, bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    bytes -= static_cast<std::size_t>(got);
  }
  return true;
}

void tell(int pipe, Head head, const void* text, std::size_t bytes) {
  head.bytes = bytes;
  // Nobody listens any more: there is nothing left to do.
  if (!write_all(pipe, &head, sizeof head) || !write_all(pipe, text, bytes)) _exit(1);
}

[[noreturn]] void live(const std::function<std::string(const OnProgress&)>& work, int pipe) {
  const auto fail = [pipe](ErrorKind kind, const std::string& why) {
    tell(pipe, {Head::kError, static_cast<std::int32_t>(kind), 0}, why.data(), why.size());
  };
  try {
    const std::string result = work([pipe](double share) {
      tell(pipe, {Head::kProgress, 0, 0}, &share, sizeof share);
    });
    tell(pipe, {Head::kResult, 0, 0}, result.data(), result.size());
  } catch (const Error& e) {
    fail(e.kind(), e.what());
  } catch (const std::exception& e) {
    fail(ErrorKind::kInternal, "internal error: " + std::string(e.what()));
  }
  _exit(0);  // no destructors: SystemC's objects have no safe order of destruction outside of sc_main
}

}  // namespace

std::string in_child(const std::function<std::string(const OnProgress&)>& work, const OnProgress& on_progress) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw Error(ErrorKind::kInternal, std::string("no pipe to a process of its own: ") + std::strerror(errno));
  }
  std::cout.flush();
  std::fflush(nullptr);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) {
    const std::string why = std::strerror(errno);
    close(ends[0]);
    close(ends[1]);
    throw Error(ErrorKind::kInternal, "no process of its own: " + why);
  }
  if (child == 0) {
    close(ends[0]);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);  // it has died already
    live(work, ends[1]);
  }
  close(ends[1]);
  Head head;
  std::string text;
  bool ended = false;
  while (!ended && read_all(ends[0], &head, sizeof head)) {
    text.resize(head.bytes);
    if (!read_all(ends[0], text.data(), text.size())) break;
    ended = head.what != Head::kProgress;
    if (ended || !on_progress || text.size() != sizeof(double)) continue;
    double share = 0.0;
    std::memcpy(&share, text.data(), sizeof share);
    on_progress(share);
  }
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!ended) {
    throw Error(ErrorKind::kInternal, WIFSIGNALED(status)
                                          ? "a simulation was ended by signal " + std::to_string(WTERMSIG(status))
                                          : "a simulation ended without a result");
  }
  if (head.what == Head::kError) throw Error(static_cast<ErrorKind>(head.error), text);
  return text;
}

}  // namespace subvolt::run
