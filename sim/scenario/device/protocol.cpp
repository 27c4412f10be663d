#include "sim/scenario/device/protocol.h"

namespace subvolt::scenario {

config::Makers<Protocol>& Protocol::makers() {
  static config::Makers<Protocol> all("protocol", "", "kind");
  return all;
}

}  // namespace subvolt::scenario
