// doubling_timeout: an idle domain goes to `state` after a wait that learns. It begins with `shortest`, doubles up to
// `longest` when the domain was called back before the descent had paid, which is before it was in the state for the
// state's min_residency, and halves when it had. Douglis, Krishnan, Bershad, "Adaptive disk spin-down policies for
// mobile computers" (USENIX MLICS 1995), adapt a disk's threshold in this way.
#include <algorithm>

#include "sim/kernel/power_domain.h"
#include "sim/units/picoseconds.h"

namespace subvolt::hw {
namespace {

using power::PowerState;

struct DoublingTimeoutConfig {
  Time shortest;
  Time longest = Time::from_si(1e-3);
  PowerState state = PowerState::kOff;
  static const config::Schema<DoublingTimeoutConfig>& schema();
};

const config::Schema<DoublingTimeoutConfig>& DoublingTimeoutConfig::schema() {
  static const auto s =
      config::Schema<DoublingTimeoutConfig>(
          "doubling_timeout", "Idle domains go to `state` after a wait that doubles when a descent did not pay.")
          .required("shortest", &DoublingTimeoutConfig::shortest,
                    "First wait, and the least; no less than the state's min_residency.", config::at_least(Time()))
          .optional("longest", &DoublingTimeoutConfig::longest, "It doubles up to this wait.", config::at_least(Time()))
          .optional("state", &DoublingTimeoutConfig::state, "The state that it goes to; one of the domain's states.")
          .check([](const DoublingTimeoutConfig& c, const config::Node& node, config::Diagnostics& d) {
            if (c.longest < c.shortest) d.error(config::node_at(node, {"longest"}), "expected no less than shortest");
          });
  return s;
}

class DoublingTimeout : public kernel::LearningPolicy {
 public:
  using Config = DoublingTimeoutConfig;
  DoublingTimeout(const Config& config, const kernel::PowerDomainSettings& domain)
      : shortest_{picoseconds(config.shortest), config.state},
        longest_(picoseconds(config.longest)),
        pays_after_(domain.timing_of(config.state).min_residency),
        wait_(shortest_.after) {}
  std::vector<kernel::Descent> aims() const override { return {shortest_}; }
  std::optional<kernel::Descent> next(PowerState state) const override {
    if (state != PowerState::kOn) return std::nullopt;
    return kernel::Descent{wait_, shortest_.state};
  }
  void learn(const kernel::Idleness& idleness) override {
    if (idleness.state == PowerState::kOn) return;  // shorter than the wait: neither right nor wrong
    const bool paid = idleness.resided >= pays_after_;
    wait_ = paid ? std::max(wait_ / 2, shortest_.after) : std::min(wait_ * 2, longest_);
  }

 private:
  kernel::Descent shortest_;
  Picoseconds longest_, pays_after_, wait_;
};

const bool doubling_timeout_registered = kernel::register_gating_policy<DoublingTimeout>();

}  // namespace
}  // namespace subvolt::hw
