#include "sim/rewrite/pass.h"

#include <algorithm>

#include "sim/config/registry.h"

namespace subvolt::rewrite {
namespace {
config::Registry<Pass>& registry() {
  static config::Registry<Pass> all("rewriting pass");
  return all;
}
}  // namespace

bool register_pass(Pass pass) {
  const std::string name = pass.name;
  return registry().add(name, std::move(pass));
}

std::vector<const Pass*> passes() {
  std::vector<const Pass*> all = registry().all();
  std::stable_sort(all.begin(), all.end(), [](const Pass* a, const Pass* b) { return a->order < b->order; });
  return all;
}

}  // namespace subvolt::rewrite
