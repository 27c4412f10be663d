// What the laws of batteries that know currents alone have in common: a constant voltage, and an end that is looked
// for.
#pragma once

#include "sim/scenario/supply/battery.h"

namespace subvolt::scenario {

// A battery whose state after a time at a constant current is a closed form. Empty where spent() reaches 1.
class DrainingState : public BatteryState {
 public:
  DrainingState(Voltage voltage, Charge capacity) : voltage_(voltage.si()), capacity_(capacity.si()) {}
  Current current(const Load& load) const override {
    return Current::from_si(load.current.si() + load.power.si() / voltage_);
  }
  Voltage voltage(const Load&) const override { return Voltage::from_si(voltage_); }
  Time draw(const Load& load, Time time) override;
  Charge delivered() const override { return Charge::from_si(delivered_); }
  Charge self_discharged() const override { return {}; }
  Charge left() const override { return Charge::from_si(capacity_ - delivered_); }
  // At the mean current of the mix: what pulses do beyond it, simulation shows.
  Time lasts(const LoadMix& mix) const override;

 protected:
  // 0 when full, 1 when empty, after `t` more seconds at `i` amperes.
  virtual double spent(double i, double t) const = 0;
  virtual void advance(double i, double t) = 0;

 private:
  double empty_after(double i, double at_most) const;
  double voltage_, capacity_;
  double delivered_ = 0.0;
};

}  // namespace subvolt::scenario
