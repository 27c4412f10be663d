#include "sim/report/files.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "sim/config/error.h"
#include "sim/config/read_file.h"

namespace subvolt::report {

namespace fs = std::filesystem;

void write_file(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".part" + std::to_string(getpid());
  std::ofstream out(temporary, std::ios::binary);
  out << text;
  out.close();
  std::error_code code;
  if (out) fs::rename(temporary, path, code);
  if (!out || code) {
    const std::string reason = code ? code.message() : std::strerror(errno);
    fs::remove(temporary, code);
    throw Error(ErrorKind::kConfiguration, "cannot write " + path + ": " + reason);
  }
}

std::string read_file(const std::string& path) { return config::read_file(path, config::kMaxTableBytes); }

}  // namespace subvolt::report
