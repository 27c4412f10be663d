// always_on: an idle domain stays ON. The clocks of its idle units stop all the same where the power domain
// has leaf clock gates.
#include "sim/kernel/gating_policy.h"

namespace subvolt::hw {
namespace {

struct AlwaysOnConfig {
  static const config::Schema<AlwaysOnConfig>& schema();
};

const config::Schema<AlwaysOnConfig>& AlwaysOnConfig::schema() {
  static const config::Schema<AlwaysOnConfig> schema("always_on", "Idle domains stay ON.");
  return schema;
}

class AlwaysOn : public kernel::GatingPolicy {
 public:
  using Config = AlwaysOnConfig;
  AlwaysOn(const Config&, const kernel::PowerDomainSettings&) {}
  std::vector<kernel::Descent> aims() const override { return {}; }
  std::optional<kernel::Descent> next(power::PowerState) const override { return std::nullopt; }
};

const bool always_on_registered = kernel::register_gating_policy<AlwaysOn>();

}  // namespace
}  // namespace subvolt::hw
