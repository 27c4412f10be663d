// Peukert's law: at a constant current I, t = H (C / (I H))^n with C rated over H hours (W. Peukert, Elektrotechnische
// Zeitschrift 20, 1897). Of varying currents each takes its share: for dt at I, dt / t(I).
#include <algorithm>
#include <cmath>

#include "sim/scenario/supply/draining.h"

namespace subvolt::scenario {
namespace {

class Peukert : public Battery {
 public:
  Charge capacity;
  Time rated_over = Time::from_si(20.0 * 3600.0);
  double exponent = 1.2;
  Voltage voltage = Voltage::from_si(3.0);
  static const config::Schema<Peukert>& schema();
  std::unique_ptr<BatteryState> full(Temperature at) const override;
  Voltage nominal() const override { return static_cast<double>(series) * voltage; }
  bool is_linear() const override { return exponent == 1.0; }
};

class State : public DrainingState {
 public:
  explicit State(const Peukert& p)
      : DrainingState(p.nominal(), static_cast<double>(p.parallel) * p.capacity),
        hours_(p.rated_over.si()),
        rated_((static_cast<double>(p.parallel) * p.capacity).si() / p.rated_over.si()),
        exponent_(p.exponent) {}

 protected:
  double spent(double i, double t) const override { return spent_ + t * speed(i); }
  void advance(double i, double t) override { spent_ += t * speed(i); }
  Time lasts(const LoadMix& mix) const override {
    double sum = 0.0;
    for (const LoadShare& part : mix) sum += part.share * speed(current(part.load).si());
    return sum > 0.0 ? std::min(kLongest, Time::from_si((1.0 - spent_) / sum)) : kLongest;
  }

 private:
  double speed(double i) const { return i > 0.0 ? std::pow(i / rated_, exponent_) / hours_ : 0.0; }
  double hours_, rated_, exponent_;
  double spent_ = 0.0;
};

const config::Schema<Peukert>& Peukert::schema() {
  static const auto s = with_cell_keys(
      config::Schema<Peukert>("peukert", "Peukert's law.")
          .required("capacity", &Peukert::capacity, "Of one cell.",
                    config::between(Charge::from_si(1e-6), Charge::from_si(3.6e6)))
          .optional("rated_over", &Peukert::rated_over, "How long it lasts at the current that it was rated at.",
                    config::between(Time::from_si(60.0), Time::from_si(1e7)))
          .optional("exponent", &Peukert::exponent, "1: none of it.", config::between(1.0, 3.0))
          .optional("voltage", &Peukert::voltage, "Of one cell.",
                    config::between(Voltage::from_si(0.1), Voltage::from_si(60.0))));
  return s;
}

std::unique_ptr<BatteryState> Peukert::full(Temperature) const { return std::make_unique<State>(*this); }

const bool peukert_registered = Battery::makers().add<Peukert>();

}  // namespace
}  // namespace subvolt::scenario
