#include "sim/scenario/engine/accounts.h"

namespace subvolt::scenario {

const char* to_text(Cause cause) {
  switch (cause) {
    case Cause::kRest:
      return "rest";
    case Cause::kHold:
      return "hold";
    case Cause::kWork:
      return "work";
    case Cause::kStartup:
      return "startup";
    case Cause::kWake:
      return "wake";
    case Cause::kEvent:
      return "event";
    case Cause::kTransmit:
      return "transmit";
    case Cause::kTransition:
      return "transition";
    case Cause::kTrace:
      return "trace";
    case Cause::kLoad:
      return "load";
  }
  return "";
}

int Accounts::index(int stage, int device, int rail, Cause cause) {
  for (std::size_t i = 0; i < all_.size(); ++i) {
    const Account& a = all_[i];
    if (a.stage == stage && a.device == device && a.rail == rail && a.cause == cause) return static_cast<int>(i);
  }
  Account made;
  made.stage = stage;
  made.device = device;
  made.rail = rail;
  made.cause = cause;
  all_.push_back(made);
  return static_cast<int>(all_.size()) - 1;
}

}  // namespace subvolt::scenario
