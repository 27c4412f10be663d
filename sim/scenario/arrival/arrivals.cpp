#include "sim/scenario/arrival/arrivals.h"

namespace subvolt::scenario {

config::Makers<Arrivals>& Arrivals::makers() {
  static config::Makers<Arrivals> all("source", "", "kind");
  return all;
}

}  // namespace subvolt::scenario
