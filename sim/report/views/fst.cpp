#include "sim/report/views/fst.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "sim/config/error.h"
#include "sim/report/files.h"

namespace subvolt::report {
namespace {

// A file that goes away with it.
struct Temporary {
  explicit Temporary(std::string name) : path(std::move(name)) {}
  Temporary(const Temporary&) = delete;
  ~Temporary() {
    std::error_code code;
    std::filesystem::remove(path, code);
  }
  std::string path;
};

// The exit code of vcd2fst; -1 where there is none.
int convert(const std::string& vcd, const std::string& fst) {
  std::string words[] = {"vcd2fst", vcd, fst};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, "vcd2fst", &quiet, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&quiet);
  if (failed != 0) return -1;
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

void write_fst(const std::string& file, const std::string& vcd) {
  // An absolute path is no option, however the file is called.
  const std::string beside = std::filesystem::absolute(file).string() + ".part" + std::to_string(getpid());
  const Temporary dump(beside + ".vcd"), packed(beside);
  write_part(dump.path, vcd, file);
  const int code = convert(dump.path, packed.path);
  if (code < 0 || code == 127) {
    throw_configuration("--fst: there is no vcd2fst, which comes with GTKWave: apt install gtkwave, or write --vcd");
  }
  std::error_code wrong;
  if (code != 0 || !std::filesystem::exists(packed.path, wrong)) {
    throw_configuration("--fst: vcd2fst could not convert " + file + ": write --vcd instead");
  }
  std::filesystem::rename(packed.path, file, wrong);
  if (wrong) throw_configuration("cannot write " + file + ": " + wrong.message());
}

}  // namespace subvolt::report
