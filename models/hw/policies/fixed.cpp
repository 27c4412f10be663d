// fixed: a clock stays as its operating point says.
#include "sim/kernel/frequency_policy.h"

namespace subvolt::hw {
namespace {

class Fixed : public kernel::FrequencyPolicy {
 public:
  std::string name() const override { return "fixed"; }
  std::string summary() const override { return "The clock stays as the operating point says."; }
  std::size_t choose(const kernel::ClockScaling&, std::int64_t, std::size_t now, std::size_t) const override {
    return now;
  }
};

const bool fixed_registered = kernel::register_frequency_policy(std::make_unique<Fixed>());

}  // namespace
}  // namespace subvolt::hw
