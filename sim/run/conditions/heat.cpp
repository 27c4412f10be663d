#include "sim/run/conditions/heat.h"

#include <algorithm>
#include <cmath>

#include "sim/power/ledger/cause_trace.h"
#include "sim/power/wording.h"
#include "sim/units/picoseconds.h"

namespace subvolt::run {
namespace {

// Models of devices are fitted and compared up to 125 C; a chip that is not in balance there is not looked at further.
constexpr Temperature kHottest = Temperature::from_celsius(150.0);
constexpr Voltage kStep = Voltage::from_si(1e-3);  // of throttling: regulators have steps of 5 to 12.5 mV

std::string degrees(Temperature t) { return to_text(t, 4); }

class Heat {
 public:
  Heat(const power::ActivityRecord& record, const DesignPoint& point, const HeatRequest& request)
      : record_(record), point_(point), request_(request), run_(record, point) {}

  HeatResult at(Temperature ambient) {
    HeatResult result;
    result.ambient = ambient;
    run_.set_parts_temperature(ambient);
    const Voltage own = point_.operating_point().voltage(point_.intent.scaled_domain);
    const Temperature limit = request_.limit.value_or(request_.package.highest);
    settle(result, own);
    if (!fits(result, limit) && request_.throttle) throttle(result, own, limit);
    if (!result.balance.settles) refuse(result);
    result.above_limit = limit < result.balance.junction;
    result.price = priced(result.voltage, result.balance.junction);
    if (record_.timeline) result.swing = swing(result);
    return result;
  }

 private:
  static bool fits(const HeatResult& result, Temperature limit) {
    return result.balance.settles && result.balance.junction <= limit;
  }

  ConditionPrice priced(Voltage voltage, Temperature junction) {
    run_.set(point_.intent.corner, junction);
    return run_.under(run_.at(voltage));
  }

  void settle(HeatResult& result, Voltage voltage) {
    const auto power_at = [&](Temperature junction) {
      const ConditionPrice price = priced(voltage, junction);
      return price.priced.on_chip / price.latency;
    };
    result.voltage = voltage;
    result.balance = power::heat_balance(power_at, request_.package.resistance_K_per_W(), result.ambient, kHottest);
  }

  // The highest voltage below its own at which the limit is kept, to a step. Where none is, the lowest that works.
  void throttle(HeatResult& result, Voltage own, Temperature limit) {
    HeatResult best = result;
    int low = 0, high = static_cast<int>(std::floor(own / kStep + 0.5));
    bool kept = false;
    while (high - low > 1) {
      const int middle = (low + high) / 2;
      HeatResult tried = result;
      tried.throttled = true;
      bool works = true;
      try {
        settle(tried, middle * kStep);
      } catch (const Error& e) {  // too low a voltage for something
        if (e.kind() != ErrorKind::kConfiguration) throw;
        works = false;
      }
      const bool cool = works && fits(tried, limit);
      if (cool || (works && !kept)) best = tried;
      kept = kept || cool;
      // Above what works everything works; above what is cool it gets hotter.
      (works && !cool ? high : low) = middle;
    }
    if (kept || (best.balance.settles && best.balance.junction < result.balance.junction)) result = best;
  }

  [[noreturn]] void refuse(const HeatResult& result) const {
    const power::HeatBalance& b = result.balance;
    const power::Package& package = request_.package;
    const std::string what = package.location.text() + ": package.stages: at " + degrees(result.ambient) +
                             " around it and " + power::brief(result.voltage) +
                             " the chip runs away: at a junction of " + degrees(b.junction) + " it draws " +
                             to_text(b.power, 4) + ", " + to_text(Power::from_si(b.power_slope_W_per_K), 3) +
                             " more per kelvin, which times " + shortest(package.resistance_K_per_W()) + " K/W is " +
                             power::factor_text(b.gain);
    throw_configuration(
        what +
        (b.gain >= 1.0 ? ", 1 or more: no temperature is hot enough" : ": it is still heating up where models end") +
        "; expected a cooler place, a package with less resistance, or a lower voltage (--throttle)");
  }

  // Rows by component: those off the chip do not heat it.
  std::optional<power::Swing> swing(const HeatResult& result) const {
    if (result.throttled) return std::nullopt;  // the trace is that of the run at its own voltage
    std::vector<power::OperatingPoint> points = point_.operating_points;
    const power::CauseTrace trace = power::trace_by_cause(record_, point_.intent, points,
                                                          power::price_sources(record_.components, point_.technology));
    std::vector<power::TraceSegment> rows = trace.rows;
    for (power::TraceSegment& row : rows) row.energy = Energy();
    for (const power::CauseTrace::Column& column : trace.columns) {
      if (!heats(column)) continue;
      for (std::size_t i = 0; i < rows.size(); ++i) rows[i].energy += column.energies[i];
    }
    // What is hotter than the run's own temperature leaks more, all the time; slower clocks stretch it.
    Energy sum;
    for (power::TraceSegment& row : rows) {
      for (std::int64_t* ps : {&row.begin_ps, &row.end_ps}) {
        *ps = static_cast<std::int64_t>(std::llround(static_cast<double>(*ps) * result.price.slower));
      }
    }
    for (const power::TraceSegment& row : rows) sum += row.energy;
    const Power more = result.balance.power - sum / result.price.latency;
    for (power::TraceSegment& row : rows) {
      row.energy += more * (static_cast<double>(row.end_ps - row.begin_ps) * kPicosecond);
    }
    return power::temperature_swing(rows, request_.package, result.ambient);
  }

  bool heats(const power::CauseTrace::Column& column) const {
    if (const power::VoltageDomain* rail = point_.intent.find_voltage_domain(column.component)) {
      return column.cause == power::Cause::kSupplyLoss ? rail->regulator.on_chip
                                                       : rail->process != power::Process::kExternal;
    }
    const power::PowerDomain* domain = point_.intent.power_domain_of(column.component);
    return !domain || point_.intent.find_voltage_domain(domain->supply)->process != power::Process::kExternal;
  }

  const power::ActivityRecord& record_;
  const DesignPoint& point_;
  const HeatRequest& request_;
  PricedRun run_;
};

}  // namespace

std::vector<HeatResult> heat_of(const power::ActivityRecord& record, const DesignPoint& point,
                                const HeatRequest& request) {
  Heat heat(record, point, request);
  std::vector<HeatResult> results;
  for (const Temperature ambient : request.ambients) results.push_back(heat.at(ambient));
  return results;
}

}  // namespace subvolt::run
