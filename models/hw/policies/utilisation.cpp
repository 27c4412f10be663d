// utilisation: to the fastest set-point after a window that was busy for more than `raise_above`, one slower after
// one that was busy for less than `lower_below`. Up at once and down by steps, as governors of operating systems do: a
// burst of work must not wait, a pause may be short.
#include "sim/kernel/frequency_policy.h"

namespace subvolt::hw {
namespace {

class Utilisation : public kernel::FrequencyPolicy {
 public:
  std::string name() const override { return "utilisation"; }
  std::string summary() const override { return "Fastest after a busy window, one step slower after an idle one."; }
  std::size_t choose(const kernel::ClockScaling& scaling, std::int64_t busy_permille, std::size_t now,
                     std::size_t set_points) const override {
    if (busy_permille > scaling.raise_above_permille) return 0;
    return busy_permille < scaling.lower_below_permille && now + 1 < set_points ? now + 1 : now;
  }
};

const bool utilisation_registered = kernel::register_frequency_policy(std::make_unique<Utilisation>());

}  // namespace
}  // namespace subvolt::hw
