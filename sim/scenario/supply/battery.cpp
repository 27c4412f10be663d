#include "sim/scenario/supply/battery.h"

namespace subvolt::scenario {

config::Makers<Battery>& Battery::makers() {
  static config::Makers<Battery> all("battery", "table", "model");
  return all;
}

}  // namespace subvolt::scenario
