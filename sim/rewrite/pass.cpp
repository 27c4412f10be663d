#include "sim/rewrite/pass.h"

#include <algorithm>
#include <map>

#include "sim/config/error.h"

namespace subvolt::rewrite {
namespace {

// In a function, because passes register before main and in no particular order.
std::map<std::string, Pass>& registry() {
  static std::map<std::string, Pass> all;
  return all;
}

}  // namespace

bool register_pass(Pass pass) {
  const std::string name = pass.name;
  if (!registry().emplace(name, std::move(pass)).second) {
    throw Error(ErrorKind::kInternal, "two rewriting passes of the name " + name);
  }
  return true;
}

std::vector<const Pass*> passes() {
  std::vector<const Pass*> all;
  for (const auto& [name, pass] : registry()) all.push_back(&pass);
  std::stable_sort(all.begin(), all.end(), [](const Pass* a, const Pass* b) { return a->order < b->order; });
  return all;
}

}  // namespace subvolt::rewrite
