#include "sim/power/activity_record.h"

namespace subvolt::power {

const char* to_text(Cause cause) {
  switch (cause) {
    case Cause::kSwitching:
      return "switching";
    case Cause::kClockTree:
      return "clock_tree";
    case Cause::kLeakage:
      return "leakage";
    case Cause::kRetention:
      return "retention";
    case Cause::kTransition:
      return "transition";
    case Cause::kSupplyLoss:
      return "supply_loss";
    case Cause::kBackground:
      return "background";
    case Cause::kRefresh:
      return "refresh";
    case Cause::kIo:
      return "io";
  }
  return "?";
}

}  // namespace subvolt::power
