// utilisation: to the fastest set-point after a window that was busy for more than `raise_above`, one slower after
// one that was busy for less than `lower_below`. Up at once and down by steps, as governors of operating systems do: a
// burst of work must not wait, a pause may be short.
#include <cmath>

#include "sim/config/schema.h"
#include "sim/kernel/frequency_policy.h"

namespace subvolt::hw {
namespace {

struct UtilisationConfig {
  double raise_above = 0.5;
  double lower_below = 0.1;
  static const config::Schema<UtilisationConfig>& schema();
};

const config::Schema<UtilisationConfig>& UtilisationConfig::schema() {
  static const auto s = config::Schema<UtilisationConfig>(
                            "utilisation", "Fastest after a busy window, one step slower after an idle one.")
                            .optional("raise_above", &UtilisationConfig::raise_above,
                                      "Part of the window that is busy: go faster above it.", config::between(0.0, 1.0))
                            .optional("lower_below", &UtilisationConfig::lower_below,
                                      "Part of the window that is busy: go slower below it.", config::between(0.0, 1.0))
                            .check([](const UtilisationConfig& c, const config::Node& node, config::Diagnostics& d) {
                              if (c.lower_below <= c.raise_above) return;
                              d.error(config::node_at(node, {"lower_below"}), "expected raise_above at most");
                            });
  return s;
}

std::int64_t permille(double part) { return std::lround(part * 1000.0); }

class Utilisation : public kernel::FrequencyPolicy {
 public:
  using Config = UtilisationConfig;
  explicit Utilisation(const Config& config)
      : raise_above_(permille(config.raise_above)), lower_below_(permille(config.lower_below)) {}
  std::size_t choose(const kernel::ClockWindow& window) override {
    if (window.busy_permille > raise_above_) return 0;
    const bool slower = window.busy_permille < lower_below_ && window.set_point + 1 < window.set_points;
    return slower ? window.set_point + 1 : window.set_point;
  }
  bool forgets() const override { return true; }

 private:
  std::int64_t raise_above_, lower_below_;  // per mille
};

const bool utilisation_registered = kernel::register_frequency_policy<Utilisation>();

}  // namespace
}  // namespace subvolt::hw
