// Whose energy it is, and why it was drawn: what a scenario's joules are added to.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/value/exact_sum.h"

namespace subvolt::scenario {

enum class Cause { kRest, kHold, kWork, kStartup, kWake, kEvent, kTransmit, kTransition, kTrace, kLoad };
const char* to_text(Cause cause);  // "rest"

// A draw: watts, and amperes straight from the source whose power hangs on its voltage.
struct Drawn {
  double power_W = 0.0;
  double current_A = 0.0;
  Drawn& operator+=(const Drawn& o) {
    power_W += o.power_W;
    current_A += o.current_A;
    return *this;
  }
  friend Drawn operator-(Drawn a, const Drawn& b) {
    a.power_W -= b.power_W;
    a.current_A -= b.current_A;
    return a;
  }
  // Of one device all states are of one unit, so either number orders them.
  double size() const { return power_W + current_A; }
};

struct Account {
  int stage = -1, device = -1;  // -1: none
  int rail = 0;
  Cause cause = Cause::kRest;
  ExactSum energy_J;  // at the rail
  ExactSum charge_C;  // straight from the source
};

class Accounts {
 public:
  // The index of that account, which is made if it is not there.
  int index(int stage, int device, int rail, Cause cause);
  void add(int account, double energy_J, double charge_C) {
    Account& a = all_[static_cast<std::size_t>(account)];
    a.energy_J += energy_J;
    a.charge_C += charge_C;
  }
  void add(int account, const Drawn& draw, double seconds) {
    add(account, draw.power_W * seconds, draw.current_A * seconds);
  }
  const std::vector<Account>& all() const { return all_; }

 private:
  std::vector<Account> all_;
};

}  // namespace subvolt::scenario
