#include "sim/report/files.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/config/error.h"

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

std::string read_file(const std::string& path) {
  std::error_code code;
  std::ifstream in(path, std::ios::binary);
  if (!in || fs::is_directory(path, code)) throw Error(ErrorKind::kConfiguration, "cannot read " + path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace subvolt::report
