#include "tests/fuzz/survive.h"

#include <cstdio>
#include <cstdlib>

#include "sim/config/error.h"
#include "sim/network/network_spec.h"
#include "sim/network/yaml/yaml_reader.h"
#include "sim/network/yaml/yaml_writer.h"
#include "sim/rewrite/rewrite.h"

namespace subvolt::fuzz {
namespace {

[[noreturn]] void give_up(const char* what, const char* why) {
  std::fprintf(stderr, "%s: %s\n", what, why);
  std::abort();
}

}  // namespace

void survive(const std::function<network::Network()>& read) {
  network::Network network;
  try {
    network = read();
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::kConfiguration) give_up("reading failed with an error of another kind", e.what());
    return;
  }
  try {
    const std::string yaml = network::yaml_of(network::spec_of(network));
    const network::Network again = network::read_document(config::load_text(yaml, "again.yaml", "network"));
    if (network::yaml_of(network::spec_of(again)) != yaml) give_up("the YAML of a network", "reads as another network");
    if (again.macs() != network.macs()) give_up("the YAML of a network", "has other MACs");
    rewrite::rewrite(network);
  } catch (const Error& e) {
    give_up("a network that was accepted is refused later", e.what());
  }
}

}  // namespace subvolt::fuzz
