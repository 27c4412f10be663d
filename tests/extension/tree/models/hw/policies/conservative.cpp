// conservative: one set-point faster after a window that was busy for more than `raise_above`, one slower once
// `quiet_windows` windows in a row were busy for less than `lower_below`. The governor of this name of Linux
// (Documentation/admin-guide/pm/cpufreq.rst) goes by steps in both directions and looks less often on its way down.
#include <cmath>

#include "sim/config/schema.h"
#include "sim/kernel/frequency_policy.h"

namespace subvolt::hw {
namespace {

struct ConservativeConfig {
  double raise_above = 0.8;
  double lower_below = 0.2;
  int quiet_windows = 1;
  static const config::Schema<ConservativeConfig>& schema();
};

const config::Schema<ConservativeConfig>& ConservativeConfig::schema() {
  static const auto s = config::Schema<ConservativeConfig>(
                            "conservative", "One step faster after a busy window, one slower after quiet ones.")
                            .optional("raise_above", &ConservativeConfig::raise_above,
                                      "Part of a window that is busy: go faster above it.", config::between(0.0, 1.0))
                            .optional("lower_below", &ConservativeConfig::lower_below,
                                      "Part of a window that is busy: quiet below it.", config::between(0.0, 1.0))
                            .optional("quiet_windows", &ConservativeConfig::quiet_windows,
                                      "So many of them in a row before a step down.", config::between(1, 1'000'000))
                            .check([](const ConservativeConfig& c, const config::Node& node, config::Diagnostics& d) {
                              if (c.lower_below <= c.raise_above) return;
                              d.error(config::node_at(node, {"lower_below"}), "expected raise_above at most");
                            });
  return s;
}

class Conservative : public kernel::FrequencyPolicy {
 public:
  using Config = ConservativeConfig;
  explicit Conservative(const Config& config)
      : raise_above_(std::lround(config.raise_above * 1000.0)),
        lower_below_(std::lround(config.lower_below * 1000.0)),
        quiet_windows_(config.quiet_windows) {}
  std::size_t choose(const kernel::ClockWindow& window) override {
    quiet_ = window.busy_permille < lower_below_ ? quiet_ + 1 : 0;
    if (window.busy_permille > raise_above_) return window.set_point > 0 ? window.set_point - 1 : 0;
    if (quiet_ < quiet_windows_ || window.set_point + 1 == window.set_points) return window.set_point;
    quiet_ = 0;
    return window.set_point + 1;
  }

 private:
  std::int64_t raise_above_, lower_below_;  // per mille
  int quiet_windows_;
  int quiet_ = 0;  // in a row
};

const bool conservative_registered = kernel::register_frequency_policy<Conservative>();

}  // namespace
}  // namespace subvolt::hw
