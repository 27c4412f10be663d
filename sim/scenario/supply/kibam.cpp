// The kinetic battery model (J. Manwell and J. McGowan, "Lead acid battery storage model for hybrid energy systems",
// Solar Energy 50(5) 1993): charge in two wells, of which one can be had at once; the other flows into it.
//
//   y1(t) = y1 e + (y0 k c - I)(1 - e) / k - I c (k t - 1 + e) / k
//   y2(t) = y2 e + y0 (1 - c)(1 - e) - I (1 - c)(k t - 1 + e) / k,   e = exp(-k t), y0 = y1 + y2
//
// It is empty where y1 is.
#include <cmath>

#include "sim/scenario/supply/draining.h"

namespace subvolt::scenario {
namespace {

class Kibam : public Battery {
 public:
  Charge capacity;
  double available = 0.5;
  Frequency flow;
  Voltage voltage = Voltage::from_si(3.7);
  static const config::Schema<Kibam>& schema();
  std::unique_ptr<BatteryState> full(Temperature at) const override;
  Voltage nominal() const override { return static_cast<double>(series) * voltage; }
};

class State : public DrainingState {
 public:
  explicit State(const Kibam& b)
      : DrainingState(b.nominal(), static_cast<double>(b.parallel) * b.capacity), c_(b.available), k_(b.flow.si()) {
    full_ = static_cast<double>(b.parallel) * b.capacity.si();
    y1_ = c_ * full_;
    y2_ = full_ - y1_;
  }

 protected:
  double spent(double i, double t) const override { return 1.0 - available(i, t) / (c_ * full_); }
  void advance(double i, double t) override {
    const double y1 = available(i, t);
    const double e = std::exp(-k_ * t), risen = -std::expm1(-k_ * t);
    y2_ = y2_ * e + (y1_ + y2_) * (1.0 - c_) * risen - i * (1.0 - c_) * (k_ * t - risen) / k_;
    y1_ = y1;
  }

 private:
  double available(double i, double t) const {
    const double e = std::exp(-k_ * t), risen = -std::expm1(-k_ * t);
    return y1_ * e + ((y1_ + y2_) * k_ * c_ - i) * risen / k_ - i * c_ * (k_ * t - risen) / k_;
  }
  double c_, k_, full_ = 0.0, y1_ = 0.0, y2_ = 0.0;
};

const config::Schema<Kibam>& Kibam::schema() {
  static const auto s =
      with_cell_keys(config::Schema<Kibam>("kibam", "Two wells of charge.")
                         .required("capacity", &Kibam::capacity, "Of one cell, both wells.",
                                   config::between(Charge::from_si(1e-6), Charge::from_si(3.6e6)))
                         .required("available", &Kibam::available, "Share of the well that can be had at once, c.",
                                   config::between(1e-3, 1.0 - 1e-9))
                         .required("flow", &Kibam::flow, "Rate at which the wells level, k.",
                                   config::between(Frequency::from_si(1e-12), Frequency::from_si(1e3)))
                         .optional("voltage", &Kibam::voltage, "Of one cell.",
                                   config::between(Voltage::from_si(0.1), Voltage::from_si(60.0))));
  return s;
}

std::unique_ptr<BatteryState> Kibam::full(Temperature) const { return std::make_unique<State>(*this); }

const bool kibam_registered = Battery::makers().add<Kibam>();

}  // namespace
}  // namespace subvolt::scenario
