// always_on: an idle domain stays ON. The clocks of its idle units stop all the same where the power domain
// has leaf clock gates.
#include "sim/kernel/gating_policy.h"

namespace subvolt::hw {
namespace {

class AlwaysOn : public kernel::GatingPolicy {
 public:
  std::string name() const override { return "always_on"; }
  std::string summary() const override { return "Idle domains stay ON."; }
  std::optional<kernel::Descent> when_idle(const kernel::PowerDomainSettings&) const override { return std::nullopt; }
};

const bool always_on_registered = kernel::register_gating_policy(std::make_unique<AlwaysOn>());

}  // namespace
}  // namespace subvolt::hw
