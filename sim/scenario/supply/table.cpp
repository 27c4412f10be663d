// A cell by its measured discharge: rest voltage and inner resistance over the charge delivered, linear between rows
// and between temperatures. It is empty where its rows end, or at the first load under which its voltage is below the
// cut-off.
//
// With E and R from the table, a load of power P beside a current I_0 draws the current I for which
// (E - R I)(I - I_0) = P, the smaller one of two.
#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/scenario/supply/battery.h"

namespace subvolt::scenario {
namespace {

class Table : public Battery {
 public:
  std::optional<FractionPerTime> self_discharge;
  static const config::Schema<Table>& schema();
  std::unique_ptr<BatteryState> full(Temperature at) const override;
  Voltage nominal() const override { return static_cast<double>(series) * mean_rest; }
  bool is_linear() const override { return false; }
  Voltage mean_rest;  // of a cell
};

// At one temperature, of the whole battery.
struct Row {
  double charge, rest, resistance;
};

std::vector<Row> rows_at(const Table& table, Temperature at) {
  const std::vector<Discharge>& all = table.described.discharge;
  std::size_t upper = 0;
  while (upper + 1 < all.size() && all[upper].temperature < at) ++upper;
  const std::size_t lower = upper > 0 && at < all[upper].temperature ? upper - 1 : upper;
  const auto n = [](std::int64_t count) { return static_cast<double>(count); };
  const double share = lower == upper ? 0.0
                                      : (at.kelvin() - all[lower].temperature.kelvin()) /
                                            (all[upper].temperature.kelvin() - all[lower].temperature.kelvin());
  // Between temperatures rows are compared at equal shares of what can be delivered.
  const auto value_at = [](const Discharge& discharge, double part) {
    const double charge = part * discharge.rows.back().delivered.si();
    std::size_t i = 1;
    while (i + 1 < discharge.rows.size() && discharge.rows[i].delivered.si() < charge) ++i;
    const DischargeRow &a = discharge.rows[i - 1], &b = discharge.rows[i];
    const double x = std::clamp((charge - a.delivered.si()) / (b.delivered - a.delivered).si(), 0.0, 1.0);
    return Row{charge, a.rest.si() + x * (b.rest - a.rest).si(),
               a.resistance.si() + x * (b.resistance - a.resistance).si()};
  };
  std::vector<Row> rows;
  for (const DischargeRow& row : all[lower].rows) {
    const double part = row.delivered / all[lower].rows.back().delivered;
    const Row a = value_at(all[lower], part), b = value_at(all[upper], part);
    rows.push_back({n(table.parallel) * (a.charge + share * (b.charge - a.charge)),
                    n(table.series) * (a.rest + share * (b.rest - a.rest)),
                    n(table.series) / n(table.parallel) * (a.resistance + share * (b.resistance - a.resistance))});
  }
  if (rows.front().charge > 0.0) rows.insert(rows.begin(), Row{0.0, rows.front().rest, rows.front().resistance});
  return rows;
}

class State : public BatteryState {
 public:
  State(const Table& table, Temperature at) : rows_(rows_at(table, at)) {
    if (table.self_discharge) {
      leak_ = -std::log1p(-table.self_discharge->fraction) / table.self_discharge->time.si();
    }
    const std::optional<Voltage> cell_cutoff = table.cutoff ? table.cutoff
                                               : table.described.cutoff
                                                   ? std::optional<Voltage>(table.described.cutoff->value)
                                                   : std::nullopt;
    if (cell_cutoff) cutoff_ = static_cast<double>(table.series) * cell_cutoff->si();
  }

  Current current(const Load& load) const override { return Current::from_si(std::max(0.0, current_at(load, used_))); }
  Voltage voltage(const Load& load) const override {
    const Row now = at(used_);
    return Voltage::from_si(now.rest - now.resistance * current(load).si());
  }
  Time draw(const Load& load, Time time) override {
    return Time::from_si(run(LoadMix{{load, 1.0}}, time.si(), used_, &delivered_));
  }
  void take(Charge charge) override {
    used_ += charge.si();
    delivered_ += charge.si();
  }
  Charge delivered() const override { return Charge::from_si(delivered_); }
  Charge self_discharged() const override { return Charge::from_si(used_ - delivered_); }
  Charge left() const override { return Charge::from_si(std::max(0.0, rows_.back().charge - used_)); }
  Time lasts(const LoadMix& mix) const override {
    double used = used_;
    return Time::from_si(run(mix, kLongest.si(), used, nullptr));
  }

 private:
  Row at(double charge) const {
    std::size_t i = hint_;
    while (i > 1 && rows_[i - 1].charge > charge) --i;
    while (i + 1 < rows_.size() && rows_[i].charge <= charge) ++i;
    hint_ = i;
    const Row &a = rows_[i - 1], &b = rows_[i];
    const double x = std::min(1.0, (charge - a.charge) / (b.charge - a.charge));
    return {b.charge, a.rest + x * (b.rest - a.rest), a.resistance + x * (b.resistance - a.resistance)};
  }
  // Negative where the battery cannot deliver the load, or not above its cut-off.
  double current_at(const Load& load, double charge) const {
    const Row now = at(charge);
    const double direct = load.current.si(), power = load.power.si();
    double i = direct;
    if (power > 0.0) {
      const double b = now.rest + now.resistance * direct;
      const double root = b * b - 4.0 * now.resistance * (power + now.rest * direct);
      if (root < 0.0) return -1.0;
      // 2c / (b + sqrt): no cancellation at light loads.
      i = 2.0 * (power + now.rest * direct) / (b + std::sqrt(root));
    }
    return now.rest - now.resistance * i < cutoff_ ? -1.0 : i;
  }
  // Mean current of the mix; negative where one of its loads empties the battery.
  double mean_current(const LoadMix& mix, double charge) const {
    double sum = 0.0;
    for (const LoadShare& part : mix) {
      if (part.share <= 0.0) continue;
      const double i = current_at(part.load, charge);
      if (i < 0.0) return -1.0;
      sum += part.share * i;
    }
    return sum;
  }
  // Seconds that pass while the charge goes from a to b, which lie in one piece of the table: the integral of dq / I.
  // Gauss and Legendre, five points.
  double time_between(const LoadMix& mix, double a, double b) const {
    constexpr double kX[] = {0.0, 0.5384693101056831, 0.9061798459386640};
    constexpr double kW[] = {0.5688888888888889, 0.4786286704993665, 0.2369268850561891};
    const double middle = 0.5 * (a + b), half = 0.5 * (b - a);
    double sum = 0.0;
    for (int i = 0; i < 3; ++i) {
      for (const double x : {kX[i], -kX[i]}) {
        sum += kW[i] / rate(mix, middle + half * x);
        if (i == 0) break;
      }
    }
    return sum * half;
  }
  double rate(const LoadMix& mix, double charge) const {
    const double i = mean_current(mix, charge);
    return i < 0.0 ? std::numeric_limits<double>::infinity() : i + leak_ * (rows_.back().charge - charge);
  }
  // The charge up to which [used, to] can be drawn: where a load first finds the battery empty. Its voltage falls with
  // charge, but for measurement's noise: from row to row.
  double good_until(const LoadMix& mix, double used, double to) const {
    if (mean_current(mix, to) >= 0.0) return to;
    double good = used, bad = to;
    for (int i = 0; i < 60; ++i) {
      const double middle = 0.5 * (good + bad);
      (mean_current(mix, middle) >= 0.0 ? good : bad) = middle;
    }
    return good;
  }

  double run(const LoadMix& mix, double time, double& used, double* delivered) const {
    double passed = 0.0;
    while (passed < time && used < rows_.back().charge) {
      const double i = mean_current(mix, used);
      if (i < 0.0) return passed;
      const double speed = rate(mix, used);
      if (speed <= 0.0) return time;
      // To the end of this piece of the table, or as far as the time goes.
      const double end = std::min(at(used).charge, rows_.back().charge);
      const double left = time - passed;
      double to = end;
      if (speed * left < (end - used) * 0.9) {
        // Within the piece currents change little: two corrections of a straight guess meet its end.
        to = used + speed * left;
        for (int k = 0; k < 3; ++k) to += (left - time_between(mix, used, to)) * rate(mix, to);
        to = std::clamp(to, used, end);
      }
      const double until = good_until(mix, used, to);
      double t = until > used ? time_between(mix, used, until) : 0.0;
      double reached = until;
      if (t > left) {
        reached = used + (until - used) * left / t;
        for (int k = 0; k < 3; ++k) reached += (left - time_between(mix, used, reached)) * rate(mix, reached);
        reached = std::clamp(reached, used, until);
        t = left;
      } else if (until == to && to < end) {
        t = left;
      }
      if (delivered) *delivered += leak_ > 0.0 ? (reached - used) * i / speed : reached - used;
      used = reached;
      passed += t;
      if (until < to && reached >= until) return passed;
    }
    return std::min(passed, time);
  }

  std::vector<Row> rows_;
  double cutoff_ = 0.0, leak_ = 0.0;
  double used_ = 0.0, delivered_ = 0.0;
  mutable std::size_t hint_ = 1;
};

const config::Schema<Table>& Table::schema() {
  static const auto s =
      with_cell_keys(
          config::Schema<Table>("table", "A cell by its measured discharge.")
              .optional("self_discharge", &Table::self_discharge, "Such as 1 %/year; its document's when absent."))
          .settle([](Table& t, const config::Node& node) {
            if (t.described.discharge.empty()) {
              throw_configuration((t.cell.empty() ? node : *node.find("cell")).location().text() + ": " +
                                  (t.cell.empty() ? "a battery by table needs `cell`, whose document has `discharge`"
                                                  : "the cell " + t.cell + " has no measured `discharge`") +
                                  ", or choose `model: bucket`");
            }
            if (!node.find("self_discharge")) t.self_discharge = t.described.self_discharge;
            double area = 0.0;
            const std::vector<DischargeRow>& rows = t.described.discharge.back().rows;
            for (std::size_t i = 1; i < rows.size(); ++i) {
              area += 0.5 * (rows[i].rest + rows[i - 1].rest).si() * (rows[i].delivered - rows[i - 1].delivered).si();
            }
            t.mean_rest = Voltage::from_si(area / (rows.back().delivered - rows.front().delivered).si());
          });
  return s;
}

std::unique_ptr<BatteryState> Table::full(Temperature at) const { return std::make_unique<State>(*this, at); }

const bool table_registered = Battery::makers().add<Table>();

}  // namespace
}  // namespace subvolt::scenario
