#include "sim/scenario/engine/source_run.h"

#include <algorithm>
#include <cmath>

namespace subvolt::scenario {

SourceRun::SourceRun(const Model& model) : model_(model) {
  const Supply& supply = model.scenario.supply;
  if (supply.battery) battery_ = supply.battery->full(Temperature::from_kelvin(model.temperature_K));
  if (supply.capacitor) {
    capacitor_ = &*supply.capacitor;
    voltage_V_ = begin_V_ = lowest_V_ = capacitor_->initial.value_or(capacitor_->maximum).si();
    sums_.harvested_J = 0.0;
  }
  if (supply.harvest) harvest_ = &*supply.harvest;
}

Flow SourceRun::flow(const Load& load, double harvest_W) const {
  Flow f;
  f.power_W = -load.power.si();
  f.current_A = load.current.si() + capacitor_->leakage.si();
  if (capacitor_->leakage_resistance) f.conductance_S += 1.0 / capacitor_->leakage_resistance->si();
  if (!harvest_) return f;
  f.power_W += harvest_->efficiency * harvest_W;
  if (harvest_->quiescent_at) {
    f.power_W -= (harvest_->quiescent * *harvest_->quiescent_at).si();
  } else {
    f.current_A += harvest_->quiescent.si();
  }
  if (harvest_->source.resistance) {
    f.current_A -= *harvest_->source.voltage / *harvest_->source.resistance / Current::from_si(1.0);
    f.conductance_S += 1.0 / harvest_->source.resistance->si();
  }
  if (capacitor_->resistance.si() > 0.0 && voltage_V_ > 0.0) {
    // Lost in series: R I^2 at the voltage of the moment.
    const double i = load.current.si() + load.power.si() / voltage_V_;
    f.power_W -= capacitor_->resistance.si() * i * i;
  }
  return f;
}

double SourceRun::time_to(double to, const Load& load, double harvest_W) const {
  return scenario::time_to(capacitor_->capacitance.si(), voltage_V_, to, flow(load, harvest_W));
}

double SourceRun::run(const Load& load, double harvest_W, double t) {
  double lasted = t;
  if (battery_) {
    const double before = battery_->delivered().si();
    lasted = battery_->draw(load, Time::from_si(t)).si();
    const bool linear = model_.scenario.supply.battery->is_linear();
    drawn_C_ += linear ? battery_->current(load).si() * lasted : battery_->delivered().si() - before;
    empty_ = lasted < t;
    lowest_V_ = lowest_V_ == 0.0 ? battery_->voltage(load).si() : std::min(lowest_V_, battery_->voltage(load).si());
  } else if (capacitor_) {
    const double c = capacitor_->capacitance.si();
    const Flow f = flow(load, harvest_W);
    const double from = voltage_V_;
    voltage_V_ = voltage_after(c, from, f, t, capacitor_->maximum.si());
    lowest_V_ = std::min(lowest_V_, voltage_V_);
    const double gained = 0.5 * c * (voltage_V_ - from) * (voltage_V_ + from);
    double harvested = harvest_ ? harvest_->efficiency * harvest_W * t : 0.0;
    double leaked = 0.0;
    if (f.current_A == 0.0 && f.conductance_S == 0.0) {
      // All at constant power: what is not kept was turned away.
      sums_.spilled_J += std::max(0.0, f.power_W * t - gained);
    } else {
      // Of currents the energy hangs on the voltage, which moves little in one piece: its mean.
      const double v = 0.5 * (from + voltage_V_);
      leaked = (capacitor_->leakage.si() +
                v * (capacitor_->leakage_resistance ? 1.0 / capacitor_->leakage_resistance->si() : 0.0)) *
               v * t;
      if (harvest_ && harvest_->source.resistance) {
        harvested = std::max(0.0, (harvest_->source.voltage->si() - v) / harvest_->source.resistance->si() * v * t);
      }
      const double in = f.power_W * t - f.current_A * v * t - f.conductance_S * v * v * t;
      if (voltage_V_ >= capacitor_->maximum.si()) sums_.spilled_J += std::max(0.0, in - gained);
    }
    sums_.harvested_J += harvested;
    sums_.leaked_J += leaked;
    drawn_C_ += load.current.si() * t;
    if (voltage_V_ > 0.0) {
      // Of a constant power, 2 P t / (V_0 + V_1) while V^2 is linear, as it is without currents; then at the maximum.
      const bool fills = from < voltage_V_ && voltage_V_ >= capacitor_->maximum.si();
      const double moves = fills ? std::min(t, scenario::time_to(c, from, voltage_V_, f)) : t;
      drawn_C_ += load.power.si() * (2.0 * moves / (from + voltage_V_) + (t - moves) / voltage_V_);
    }
  } else if (model_.source_V > 0.0) {
    drawn_C_ += (load.current.si() + load.power.si() / model_.source_V) * t;
  }
  power_J_ += load.power.si() * lasted;
  charge_C_ += load.current.si() * lasted;
  return lasted;
}

void SourceRun::take(double energy_J, double charge_C) {
  power_J_ += energy_J;
  charge_C_ += charge_C;
  if (battery_) {
    const double charge = charge_C + energy_J / model_.source_V;
    battery_->take(Charge::from_si(charge));
    drawn_C_ += charge;
    empty_ = empty_ || battery_->left() <= Charge();
  } else if (capacitor_) {
    const double c = capacitor_->capacitance.si();
    const double energy = energy_J + charge_C * voltage_V_;
    voltage_V_ = std::sqrt(std::max(0.0, voltage_V_ * voltage_V_ - 2.0 * energy / c));
    lowest_V_ = std::min(lowest_V_, voltage_V_);
    drawn_C_ += voltage_V_ > 0.0 ? energy / voltage_V_ : 0.0;
  } else if (model_.source_V > 0.0) {
    drawn_C_ += charge_C + energy_J / model_.source_V;
  }
}

double SourceRun::lifetime_s(const LoadMix& mix) const {
  if (!battery_) return kUnknown;
  return model_.scenario.supply.battery->full(Temperature::from_kelvin(model_.temperature_K))->lasts(mix).si();
}

void SourceRun::fill(SupplyOutcome& outcome) const {
  const std::string kind = outcome.kind;
  const double charge_time = outcome.charge_time_s, usable = outcome.usable_J, neutral = outcome.neutral_load_W;
  const double late = outcome.late_turn_off_V, dark_s = outcome.longest_dark_s, dark_J = outcome.dark_J;
  outcome = sums_;
  outcome.power_J = power_J_.value();
  outcome.charge_C = charge_C_.value();
  outcome.drawn_C = drawn_C_.value();
  outcome.kind = kind;
  outcome.charge_time_s = charge_time;
  outcome.usable_J = usable;
  outcome.neutral_load_W = neutral;
  outcome.late_turn_off_V = late;
  outcome.longest_dark_s = dark_s;
  outcome.dark_J = dark_J;
  if (battery_) {
    outcome.self_discharge_C = battery_->self_discharged().si();
    outcome.left_C = battery_->left().si();
    outcome.voltage_min_V = lowest_V_;
    outcome.voltage_end_V = battery_->voltage({}).si();
  }
  if (!capacitor_) return;
  outcome.voltage_min_V = lowest_V_;
  outcome.voltage_end_V = voltage_V_;
  outcome.stored_J = 0.5 * capacitor_->capacitance.si() * (voltage_V_ - begin_V_) * (voltage_V_ + begin_V_);
}

void add_thresholds(const Model& model, const Load& load, SupplyOutcome& outcome) {
  const Supply& supply = model.scenario.supply;
  if (!supply.capacitor) return;
  const Capacitor& c = *supply.capacitor;
  const double farad = c.capacitance.si(), off = c.turn_off.si(), on = c.turn_on.si();
  outcome.usable_J = 0.5 * farad * (on - off) * (on + off);
  if (!supply.harvest) return;
  const Harvest& h = *supply.harvest;
  const double mean_W = model.harvest.mean(0, model.duration);
  const double highest_W = model.harvest.highest();
  const double quiescent_V = h.quiescent_at ? h.quiescent_at->si() : c.maximum.si();
  outcome.neutral_load_W = h.efficiency * mean_W - h.quiescent.si() * quiescent_V;
  Flow f;
  f.power_W = h.efficiency * highest_W - (h.quiescent_at ? h.quiescent.si() * quiescent_V : 0.0);
  f.current_A = c.leakage.si() + (h.quiescent_at ? 0.0 : h.quiescent.si());
  f.conductance_S = c.leakage_resistance ? 1.0 / c.leakage_resistance->si() : 0.0;
  if (h.source.resistance) {
    f.current_A -= h.source.voltage->si() / h.source.resistance->si();
    f.conductance_S += 1.0 / h.source.resistance->si();
  }
  // What it feeds is off meanwhile.
  outcome.charge_time_s = on > off ? time_to(farad, off, on, f) : kUnknown;
  if (c.supervised_every == Time()) return;
  f.power_W -= load.power.si();
  f.current_A += load.current.si();
  outcome.late_turn_off_V = voltage_after(farad, off, f, c.supervised_every.si(), c.maximum.si());
}

}  // namespace subvolt::scenario
