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
#include "tests/support/temporary_folder.h"

// SystemC's library has a main of its own that wants sc_main; a program's main comes first.
extern "C" int sc_main(int, char*[]) { return 0; }

namespace subvolt::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kSeconds = 2;

// The shipped documents of a kind, which the damaged one may include.
struct Shelf {
  explicit Shelf(const std::string& kind) {
    for (const config::Shelf& shelf : config::shelves()) {
      if (shelf.kind != kind) continue;
      fs::copy(fs::path(config::data_root()) / shelf.folder, folder.path(), fs::copy_options::recursive);
    }
  }
  test::TemporaryFolder folder;
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
    run::DesignPoint point = run::read_design_point(request(kind, file));
    run::check(point);
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
  const std::string file = shelf.folder.file("damaged.yaml");
  std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  const pid_t child = fork();
  if (child == 0) check(kind, file);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) std::abort();
}

}  // namespace subvolt::fuzz
