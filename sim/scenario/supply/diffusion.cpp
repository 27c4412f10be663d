// Diffusion of the charge carriers (D. Rakhmatov, S. Vrudhula and D. Wallach, "Battery lifetime prediction for
// energy-aware computing", ISLPED 2002): of the currents so far it is empty where
//
//   integral of I + 2 sum over m of the integral of I(s) exp(-beta^2 m^2 (t - s)) = alpha,   m = 1 .. terms
//
// Each term relaxes by itself: a_m' = I - beta^2 m^2 a_m.
#include <cmath>

#include "sim/scenario/supply/draining.h"

namespace subvolt::scenario {
namespace {

class Diffusion : public Battery {
 public:
  Charge capacity;
  Frequency rate;
  std::int64_t terms = 10;
  Voltage voltage = Voltage::from_si(3.7);
  static const config::Schema<Diffusion>& schema();
  std::unique_ptr<BatteryState> full(Temperature at) const override;
  Voltage nominal() const override { return static_cast<double>(series) * voltage; }
};

class State : public DrainingState {
 public:
  explicit State(const Diffusion& b)
      : DrainingState(b.nominal(), static_cast<double>(b.parallel) * b.capacity),
        alpha_(static_cast<double>(b.parallel) * b.capacity.si()),
        rate_(b.rate.si()),
        unavailable_(static_cast<std::size_t>(b.terms), 0.0) {}

 protected:
  double spent(double i, double t) const override {
    double sum = taken_ + i * t;
    for (std::size_t m = 0; m < unavailable_.size(); ++m) sum += 2.0 * term(m, i, t);
    return sum / alpha_;
  }
  void advance(double i, double t) override {
    taken_ += i * t;
    for (std::size_t m = 0; m < unavailable_.size(); ++m) unavailable_[m] = term(m, i, t);
  }

 private:
  double term(std::size_t m, double i, double t) const {
    const double r = rate_ * static_cast<double>((m + 1) * (m + 1));
    return unavailable_[m] * std::exp(-r * t) - i / r * std::expm1(-r * t);
  }
  double alpha_, rate_, taken_ = 0.0;
  std::vector<double> unavailable_;
};

const config::Schema<Diffusion>& Diffusion::schema() {
  static const auto s = with_cell_keys(
      config::Schema<Diffusion>("diffusion", "Diffusion of charge carriers.")
          .required("capacity", &Diffusion::capacity, "Of one cell, alpha.",
                    config::between(Charge::from_si(1e-6), Charge::from_si(3.6e6)))
          .required("rate", &Diffusion::rate, "Of diffusion, beta squared.",
                    config::between(Frequency::from_si(1e-12), Frequency::from_si(1e3)))
          .optional("terms", &Diffusion::terms, "Of the sum.", config::between(std::int64_t{1}, std::int64_t{1000}))
          .optional("voltage", &Diffusion::voltage, "Of one cell.",
                    config::between(Voltage::from_si(0.1), Voltage::from_si(60.0))));
  return s;
}

std::unique_ptr<BatteryState> Diffusion::full(Temperature) const { return std::make_unique<State>(*this); }

const bool diffusion_registered = Battery::makers().add<Diffusion>();

}  // namespace
}  // namespace subvolt::scenario
