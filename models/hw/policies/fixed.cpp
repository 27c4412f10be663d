// fixed: a clock stays as its operating point says.
#include "sim/config/schema.h"
#include "sim/kernel/frequency_policy.h"

namespace subvolt::hw {
namespace {

struct FixedConfig {
  static const config::Schema<FixedConfig>& schema();
};

const config::Schema<FixedConfig>& FixedConfig::schema() {
  static const config::Schema<FixedConfig> s("fixed", "The clock stays as the operating point says.");
  return s;
}

class Fixed : public kernel::FrequencyPolicy {
 public:
  using Config = FixedConfig;
  explicit Fixed(const Config&) {}
  std::size_t choose(const kernel::ClockWindow& window) override { return window.set_point; }
  bool forgets() const override { return true; }
  bool changes() const override { return false; }
};

const bool fixed_registered = kernel::register_frequency_policy<Fixed>();

}  // namespace
}  // namespace subvolt::hw
