#include "sim/power/intent/policy_kinds.h"

namespace subvolt::power {

config::Kinds& policy_kinds() {
  static config::Kinds all("policy", kStandardPolicy);
  return all;
}

config::Kinds& frequency_policy_kinds() {
  static config::Kinds all("frequency policy", kStandardFrequencyPolicy);
  return all;
}

}  // namespace subvolt::power
