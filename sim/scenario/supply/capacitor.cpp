#include "sim/scenario/supply/capacitor.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace subvolt::scenario {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

// V times the net current into the capacitor.
double net_power(const Flow& f, double v) { return f.power_W - f.current_A * v - f.conductance_S * v * v; }

// The integral of C V / net power over a piece on which the latter keeps its sign.
double piece(double c, double a, double b, const Flow& flow) {
  // Gauss and Legendre, ten points (M. Abramowitz and I. Stegun, table 25.4).
  constexpr double kX[] = {0.1488743389816312, 0.4333953941292472, 0.6794095682990244, 0.8650633666889845,
                           0.9739065285171717};
  constexpr double kW[] = {0.2955242247147529, 0.2692667193099963, 0.2190863625159820, 0.1494513491505806,
                           0.0666713443086881};
  const double middle = 0.5 * (a + b), half = 0.5 * (b - a);
  double sum = 0.0;
  for (int i = 0; i < 5; ++i) {
    for (const double x : {kX[i], -kX[i]}) {
      const double v = middle + half * x;
      sum += kW[i] * v / net_power(flow, v);
    }
  }
  return c * half * sum;
}

// The voltage at which nothing changes that is next to `from` on the way up or down; `limit` when there is none before.
double resting_voltage(const Flow& f, double from, bool up, double limit) {
  double roots[2];
  int n = 0;
  if (f.conductance_S > 0.0) {
    const double under = f.current_A * f.current_A + 4.0 * f.conductance_S * f.power_W;
    if (under >= 0.0) {
      const double s = std::sqrt(under);
      roots[n++] = (-f.current_A + s) / (2.0 * f.conductance_S);
      roots[n++] = (-f.current_A - s) / (2.0 * f.conductance_S);
    }
  } else if (f.current_A != 0.0) {
    roots[n++] = f.power_W / f.current_A;
  }
  double nearest = limit;
  for (int i = 0; i < n; ++i) {
    if (up ? roots[i] > from && roots[i] < nearest : roots[i] < from && roots[i] > nearest) nearest = roots[i];
  }
  return nearest;
}

}  // namespace

const config::Schema<Capacitor>& Capacitor::schema() {
  static const auto s =
      config::Schema<Capacitor>("capacitor", "A capacitor as the source.")
          .required("capacitance", &Capacitor::capacitance, "All of it.",
                    config::between(Capacitance::from_si(1e-9), Capacitance::from_si(1e4)))
          .optional("initial", &Capacitor::initial, "Voltage at the begin; `maximum` when absent.")
          .required("maximum", &Capacitor::maximum, "Above it the harvester's power is turned away.",
                    config::between(Voltage::from_si(0.1), Voltage::from_si(60.0)))
          .optional("turn_off", &Capacitor::turn_off, "Below it, what it feeds goes off.")
          .optional("turn_on", &Capacitor::turn_on, "Above it, that goes on again; `turn_off` when absent.")
          .optional("leakage", &Capacitor::leakage, "A constant current.")
          .optional("leakage_resistance", &Capacitor::leakage_resistance, "Or one in proportion to its voltage.",
                    config::between(Resistance::from_si(1.0), Resistance::from_si(1e15)))
          .optional("resistance", &Capacitor::resistance, "In series: under load its voltage is lower by so much.")
          .optional("supervised_every", &Capacitor::supervised_every,
                    "How often its voltage is looked at; 0 s: always.", config::between(Time(), Time::from_si(1e3)))
          .optional("source", &Capacitor::source, "Where the figures come from.")
          .check([](const Capacitor& c, const config::Node& node, config::Diagnostics& d) {
            const auto above = [&](const char* key, Voltage low, Voltage high, const std::string& what) {
              if (high < low) d.error(*node.find(key), "expected at least " + what + ", " + brief(low));
            };
            if (c.maximum < c.turn_off)
              d.error(*node.find("turn_off"), "expected at most `maximum`, " + brief(c.maximum));
            if (node.find("turn_on")) above("turn_on", c.turn_off, c.turn_on, "`turn_off`");
            if (c.maximum < c.turn_on)
              d.error(*node.find("turn_on"), "expected at most `maximum`, " + brief(c.maximum));
            if (c.initial && c.maximum < *c.initial) {
              d.error(*node.find("initial"), "expected at most `maximum`, " + brief(c.maximum));
            }
          })
          .settle([](Capacitor& c, const config::Node& node) {
            if (!node.find("turn_on")) c.turn_on = c.turn_off;
          });
  return s;
}

double time_to(double c, double from, double to, const Flow& flow) {
  if (from == to) return 0.0;
  const bool up = to > from;
  const double speed = net_power(flow, from);
  if (up ? speed <= 0.0 : speed >= 0.0) return kInfinite;
  if (flow.current_A == 0.0 && flow.conductance_S == 0.0) return 0.5 * c * (to - from) * (to + from) / flow.power_W;
  const double rest = resting_voltage(flow, from, up, up ? kInfinite : -kInfinite);
  if (up ? rest <= to : rest >= to) return kInfinite;
  double total = 0.0;
  double at = from;
  while (at != to) {
    double next = to;
    for (int i = 0; i < 60; ++i) {
      const double ratio = net_power(flow, next) / net_power(flow, at);
      if (ratio > 0.5 && ratio < 2.0) break;
      next = 0.5 * (at + next);
    }
    if (next == at) return kInfinite;
    total += piece(c, at, next, flow);
    at = next;
  }
  return total;
}

double voltage_after(double c, double from, const Flow& flow, double t, double maximum) {
  if (t <= 0.0) return from;
  if (flow.current_A == 0.0 && flow.conductance_S == 0.0) {
    return std::min(maximum, std::sqrt(std::max(0.0, from * from + 2.0 * flow.power_W * t / c)));
  }
  const double speed = net_power(flow, from);
  if (speed == 0.0) return from;
  const bool up = speed > 0.0;
  if (up && from >= maximum) return maximum;
  const double end = resting_voltage(flow, from, up, up ? maximum : 0.0);
  if (time_to(c, from, end, flow) <= t) return end;
  // Newton's method for time_to(V) = t, kept between what is known to be too little and too much.
  double near = from, far = end;
  double v = std::clamp(from + speed / (c * std::max(from, 1e-3)) * t, std::min(near, far), std::max(near, far));
  for (int i = 0; i < 100; ++i) {
    const double off = time_to(c, from, v, flow) - t;
    if (off == 0.0) break;
    (off < 0.0 ? near : far) = v;
    double next = v - off * net_power(flow, v) / (c * v);
    if (!((next > std::min(near, far)) && (next < std::max(near, far)))) next = 0.5 * (near + far);
    if (std::fabs(next - v) <= 1e-15 * std::fabs(v)) {
      v = next;
      break;
    }
    v = next;
  }
  return v;
}

}  // namespace subvolt::scenario
