#include "sim/report/files.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "sim/config/error.h"
#include "sim/config/read_file.h"

namespace subvolt::report {

namespace fs = std::filesystem;

namespace {

// 0, or the reason.
int write_all(const std::string& path, const std::string& text) {
  const int out = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (out < 0) return errno;
  int error = 0;
  for (std::size_t done = 0; done < text.size() && error == 0;) {
    const ssize_t n = ::write(out, text.data() + done, text.size() - done);
    if (n >= 0) {
      done += static_cast<std::size_t>(n);
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (close(out) != 0 && error == 0) error = errno;
  if (error != 0) unlink(path.c_str());
  return error;
}

[[noreturn]] void fail(const std::string& path, int error) {
  throw Error(ErrorKind::kConfiguration, "cannot write " + path + ": " + std::strerror(error));
}

}  // namespace

void write_part(const std::string& path, const std::string& text, const std::string& shown) {
  if (const int error = write_all(path, text)) fail(shown, error);
}

void write_file(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".part" + std::to_string(getpid());
  write_part(temporary, text, path);
  if (rename(temporary.c_str(), path.c_str()) == 0) return;
  const int error = errno;
  unlink(temporary.c_str());
  fail(path, error);
}

std::string read_file(const std::string& path) { return config::read_file(path, config::kMaxTableBytes); }

}  // namespace subvolt::report
