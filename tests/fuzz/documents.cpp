#include "tests/fuzz/documents.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "sim/config/error.h"
#include "sim/config/library.h"
#include "sim/run/simulation.h"

namespace subvolt::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kSeconds = 2;

// The shipped documents of a kind, which the damaged one may include.
fs::path make_shelf(const std::string& kind) {
  std::string pattern = (fs::temp_directory_path() / "subvolt_fuzz_XXXXXX").string();
  const fs::path folder = mkdtemp(pattern.data());
  for (const config::Shelf& shelf : config::shelves()) {
    if (shelf.kind == kind) fs::copy(fs::path(config::data_root()) / shelf.folder, folder, fs::copy_options::recursive);
  }
  return folder;
}

struct Shelf {
  explicit Shelf(const std::string& kind) : folder(make_shelf(kind)), owner(getpid()) {}
  ~Shelf() {
    std::error_code code;
    if (getpid() == owner) fs::remove_all(folder, code);
  }
  fs::path folder;
  pid_t owner;
};

run::Request request(const std::string& kind, const std::string& file) {
  run::Request request;
  request.design = kind == "soc" || kind == "design" ? file : "edge_npu";
  request.network = "ad_autoencoder";
  if (kind == "soc") request.power = "edge_npu";
  if (kind == "power") request.power = file;
  if (kind == "technology") request.technology = file;
  if (kind == "memory") request.overrides = {config::Override::parse("soc.dram.device=" + file)};
  return request;
}

[[noreturn]] void check(const std::string& kind, const std::string& file) {
  alarm(kSeconds);
  try {
    run::check(run::read_design_point(request(kind, file)));
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::kConfiguration) {
      std::fprintf(stderr, "an error of another kind: %s\n", e.what());
      std::abort();
    }
  }
  _exit(0);
}

}  // namespace

void survive_document(const char* kind, const std::uint8_t* data, std::size_t size) {
  static const Shelf shelf(kind);
  const std::string file = (shelf.folder / "damaged.yaml").string();
  std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  const pid_t child = fork();
  if (child == 0) check(kind, file);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) std::abort();
}

}  // namespace subvolt::fuzz
