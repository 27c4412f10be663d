// Results that break an invariant are a defect of ours: nothing of them is written.
#pragma once

#include <string>
#include <vector>

namespace subvolt::run {

// Throws Error (invariant) that lists `violations`, if there are any.
void require_no_violations(const std::vector<std::string>& violations);

}  // namespace subvolt::run
