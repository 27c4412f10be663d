#include "sim/run/no_violations.h"

#include "sim/config/error.h"

namespace subvolt::run {

void require_no_violations(const std::vector<std::string>& violations) {
  if (violations.empty()) return;
  std::string text = "impossible results, nothing written:";
  for (const std::string& v : violations) text += "\n  " + v;
  throw Error(ErrorKind::kInvariant, text);
}

}  // namespace subvolt::run
