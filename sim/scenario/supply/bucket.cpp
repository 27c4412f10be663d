// A bucket of charge at a constant voltage that leaks.
//
// Compound self-discharge, a share of what is there (the vocabulary of data sheets, "1 % a year"): Q' = -I - k Q,
// k = -ln(1 - s) per year, so that it is empty after ln(1 + k Q / I) / k. Linear: a share of what was there at first,
// at a constant rate, as makers of keyboards estimate.
#include <algorithm>
#include <cmath>

#include "sim/scenario/supply/battery.h"

namespace subvolt::scenario {

enum class SelfDischarge { kCompound, kLinear };

}  // namespace subvolt::scenario

namespace subvolt::config {
template <>
struct EnumNames<scenario::SelfDischarge> {
  static const std::vector<std::pair<scenario::SelfDischarge, std::string>>& names() {
    using scenario::SelfDischarge;
    static const std::vector<std::pair<SelfDischarge, std::string>> all{{SelfDischarge::kCompound, "compound"},
                                                                        {SelfDischarge::kLinear, "linear"}};
    return all;
  }
};
}  // namespace subvolt::config

namespace subvolt::scenario {
namespace {

class Bucket : public Battery {
 public:
  std::optional<Charge> capacity;
  std::optional<Voltage> voltage;
  std::optional<FractionPerTime> self_discharge;
  SelfDischarge law = SelfDischarge::kCompound;
  double usable = 1.0;
  static const config::Schema<Bucket>& schema();
  std::unique_ptr<BatteryState> full(Temperature at) const override;
  Voltage nominal() const override { return static_cast<double>(series) * *voltage; }
};

class State : public BatteryState {
 public:
  explicit State(const Bucket& bucket) : voltage_(bucket.nominal().si()) {
    charge_ = bucket.usable * static_cast<double>(bucket.parallel) * bucket.capacity->si();
    if (!bucket.self_discharge) return;
    const FractionPerTime& s = *bucket.self_discharge;
    if (bucket.law == SelfDischarge::kCompound) {
      rate_ = -std::log1p(-s.fraction) / s.time.si();
    } else {
      constant_ = charge_ * s.fraction / s.time.si();
    }
  }
  Current current(const Load& load) const override {
    return Current::from_si(load.current.si() + load.power.si() / voltage_);
  }
  Voltage voltage(const Load&) const override { return Voltage::from_si(voltage_); }
  Time draw(const Load& load, Time time) override {
    const double i = current(load).si();
    const double t = std::min(time.si(), empty_after(i));
    const double before = charge_;
    charge_ -= lost(i, t);
    if (t < time.si()) charge_ = 0.0;
    delivered_ += i * t;
    leaked_ += before - charge_ - i * t;
    return Time::from_si(t);
  }
  void take(Charge charge) override {
    charge_ = std::max(0.0, charge_ - charge.si());
    delivered_ += charge.si();
  }
  Charge delivered() const override { return Charge::from_si(delivered_); }
  Charge self_discharged() const override { return Charge::from_si(leaked_); }
  Charge left() const override { return Charge::from_si(charge_); }
  Time lasts(const LoadMix& mix) const override {
    return std::min(kLongest, Time::from_si(empty_after(current(mean(mix)).si())));
  }

 private:
  double lost(double i, double t) const {
    const double flow = i + constant_;
    // Q' = -(flow + k Q), so that (flow / k + Q) (1 - exp(-k t)) is gone.
    return rate_ > 0.0 ? -(flow / rate_ + charge_) * std::expm1(-rate_ * t) : flow * t;
  }
  double empty_after(double i) const {
    const double flow = i + constant_;
    if (flow <= 0.0) return kLongest.si();
    return rate_ > 0.0 ? std::log1p(rate_ * charge_ / flow) / rate_ : charge_ / flow;
  }
  double voltage_;
  double charge_ = 0.0, delivered_ = 0.0, leaked_ = 0.0;
  double rate_ = 0.0, constant_ = 0.0;
};

const config::Schema<Bucket>& Bucket::schema() {
  static const auto s =
      with_cell_keys(
          config::Schema<Bucket>("bucket", "Charge at a constant voltage.")
              .optional("capacity", &Bucket::capacity, "Of one cell; its document's when absent.",
                        config::between(Charge::from_si(1e-6), Charge::from_si(3.6e6)))
              .optional("voltage", &Bucket::voltage, "Of one cell; its document's when absent.",
                        config::between(Voltage::from_si(0.1), Voltage::from_si(60.0)))
              .optional("self_discharge", &Bucket::self_discharge, "Such as 1 %/year; its document's when absent.")
              .optional("self_discharge_law", &Bucket::law, "Of what is there, or of what was there at first.")
              .optional("usable", &Bucket::usable, "Which share of the capacity can be had.",
                        config::between(0.01, 1.0)))
          .settle([](Bucket& b, const config::Node& node) {
            if (!b.capacity && b.described.capacity) b.capacity = b.described.capacity->value;
            if (!b.voltage && b.described.voltage) b.voltage = b.described.voltage->value;
            if (!node.find("self_discharge")) b.self_discharge = b.described.self_discharge;
            if (!b.capacity || !b.voltage) {
              throw_configuration(node.location().text() +
                                  ": expected `capacity` and `voltage`, or a `cell` that has them");
            }
          });
  return s;
}

std::unique_ptr<BatteryState> Bucket::full(Temperature) const { return std::make_unique<State>(*this); }

const bool bucket_registered = Battery::makers().add<Bucket>();

}  // namespace
}  // namespace subvolt::scenario
