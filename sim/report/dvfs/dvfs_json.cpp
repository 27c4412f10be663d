#include "sim/report/dvfs/dvfs_json.h"

#include <algorithm>
#include <map>

namespace subvolt::report {
namespace {

using power::Cause;

constexpr const char* kDvfsSchemaVersion = "1.0";

Energy of(const power::EnergyParts::ByCause& causes, Cause cause) { return causes[static_cast<std::size_t>(cause)]; }

// A memory with prices of its own, DRAM, flash or MRAM: what has gates leaks besides.
bool is_device(const power::EnergyParts::ByCause& causes) {
  const Energy own = of(causes, Cause::kBackground) + of(causes, Cause::kRefresh) + of(causes, Cause::kIo);
  return own > Energy() && !(of(causes, Cause::kLeakage) > Energy());
}

Energy standby(const power::EnergyParts::ByCause& causes) {
  return of(causes, Cause::kLeakage) + of(causes, Cause::kRetention) + of(causes, Cause::kBackground) +
         of(causes, Cause::kRefresh);
}

Energy sum(const power::EnergyParts::ByCause& causes) {
  Energy all;
  for (const Energy e : causes) all += e;
  return all;
}

double inferences(const run::DesignPoint& design) {
  std::int64_t count = 0;
  for (const scenario::Job& job : design.jobs) {
    count += design.network.parts[design.part_of_stream[static_cast<std::size_t>(job.stream)]].batch;
  }
  return static_cast<double>(count);
}

Json voltages(const power::OperatingPoint& point) {
  Json all = Json::object();
  for (const auto& [rail, v] : point.voltages) all[rail] = v.si();
  return all;
}

Json frequencies(const power::OperatingPoint& point) {
  Json all = Json::object();
  for (const auto& [clock, f] : point.frequencies) all[clock] = f.si();
  return all;
}

class Writer {
 public:
  explicit Writer(const DvfsStudy& study) : study_(study), number_(inferences(*study.design)) {}

  Json point(const run::StudiedPoint& studied) const {
    Json row = {{"point", studied.text}, {"works", studied.works()}};
    if (!studied.works()) {
      row["why_not"] = studied.why_not;
      return row;
    }
    add_conditions(row, studied.point);
    row["latency_s"] = studied.run.latency.si();
    row["inferences_per_s"] = number_ / studied.run.latency.si();
    add_parts(row, studied.run.energy);
    row["average_power_W"] = studied.run.energy.total.si() / studied.run.latency.si();
    return row;
  }

  Json minimum() const {
    // Of the clocks at one voltage the cheapest.
    std::map<Voltage, Energy> least;
    for (const run::StudiedPoint& studied : study_.points) {
      if (!studied.works() || study_.design->intent.scaled_domain.empty()) continue;
      const Energy total = studied.run.energy.total;
      const auto [at, fresh] = least.emplace(studied.point.voltage(study_.design->intent.scaled_domain), total);
      if (!fresh) at->second = std::min(at->second, total);
    }
    std::vector<Voltage> v;
    std::vector<Energy> total;
    for (const auto& [voltage, energy] : least) {
      v.push_back(voltage);
      total.push_back(energy);
    }
    if (v.empty()) return Json();
    return of_minimum(run::least_energy(v, total));
  }

  Json of_minimum(const run::Minimum& minimum) const {
    return {
        {"voltage_V", minimum.voltage.si()}, {"energy_J", minimum.energy.si() / number_}, {"at_edge", minimum.at_edge}};
  }

  Json curve(const run::Curve& curve) const {
    Json out = {{"corner", config::FieldType<power::Corner>::text(curve.corner)},
                {"temperature_C", curve.temperature.celsius()},
                {"idle_share", curve.idle_share},
                {"left_out", curve.left_out},
                {"soc", curve.soc ? of_minimum(*curve.soc) : Json()}};
    Json domains = Json::object();
    const auto& rails = study_.design->intent.voltage_domains;
    for (std::size_t r = 0; r < rails.size(); ++r) {
      if (curve.rails[r]) domains[rails[r].name] = of_minimum(*curve.rails[r]);
    }
    out["domains"] = std::move(domains);
    out["switching_exponent"] = curve.switching_exponent ? Json(*curve.switching_exponent) : Json();
    Json points = Json::array();
    for (const run::CurvePoint& at : curve.points) {
      Json row = {{"voltage_V", at.voltage.si()},
                  {"frequency_Hz", at.frequency.si()},
                  {"latency_s", at.work.latency.si()},
                  {"idle_share", at.idle_share},
                  {"energy_J", at.work.energy.total.si() / number_},
                  {"energy_delay_Js", at.work.energy.total.si() / number_ * at.work.latency.si()}};
      Json by_rail = Json::object();
      for (std::size_t r = 0; r < rails.size(); ++r) by_rail[rails[r].name] = at.work.energy.rails[r].si() / number_;
      row["domains_J"] = std::move(by_rail);
      points.push_back(std::move(row));
    }
    out["points"] = std::move(points);
    return out;
  }

  Json frames(const run::Frames& frames) const {
    Json out = {{"idle", config::FieldType<run::Idle>::text(frames.idle)}, {"set", frames.sets}};
    if (!frames.why_not.empty()) {
      out["why_not"] = frames.why_not;
      return out;
    }
    Json points = Json::array();
    for (std::size_t p = 0; p < frames.points.size(); ++p) {
      if (!study_.points[p].works()) continue;
      Json row = {{"point", study_.points[p].text}, {"met", frames.points[p].has_value()}};
      add_conditions(row, study_.points[p].point);
      if (frames.points[p]) add_period(row, *frames.points[p]);
      points.push_back(std::move(row));
    }
    out["points"] = std::move(points);
    Json ways = Json::array();
    for (const run::Way& way : frames.ways) ways.push_back(of_way(way));
    out["ways"] = std::move(ways);
    const run::Combinations& clocks = frames.combinations;
    out["clocks"] = {{"tried", clocks.tried}, {"impossible", clocks.impossible}, {"late", clocks.late}};
    out["awake_power_W"] = frames.awake ? Json(frames.awake->own.si()) : Json();
    out["break_even_awake_power_W"] = frames.awake ? Json(frames.awake->break_even.si()) : Json();
    return out;
  }

 private:
  Json of_way(const run::Way& way) const {
    Json out = {{"way", config::FieldType<run::WayKind>::text(way.kind)}, {"met", way.why_not.empty()}};
    if (!way.why_not.empty()) {
      out["why_not"] = way.why_not;
      return out;
    }
    add_conditions(out, way.points.front());
    add_period(out, way.work);
    Json points = Json::array();
    for (const power::OperatingPoint& point : way.points) {
      points.push_back({{"voltages_V", voltages(point)}, {"frequencies_Hz", frequencies(point)}});
    }
    out["points"] = std::move(points);
    Json layers = Json::object();
    for (std::size_t l = 0; l < way.layers.size(); ++l) layers[study_.design->network.layers[l].name] = way.layers[l];
    if (!layers.empty()) out["layers"] = std::move(layers);
    return out;
  }

  void add_period(Json& row, const run::Outcome& work) const {
    row["latency_s"] = work.latency.si();
    row["period_s"] = study_.period->si();
    row["energy_J"] = work.energy.total.si() / number_;
    row["idle_energy_J"] = work.energy.between.si() / number_;
    row["idle_s"] = work.energy.between_time.si();
    row["average_power_W"] = work.energy.total.si() / study_.period->si();
  }

  void add_conditions(Json& row, const power::OperatingPoint& point) const {
    const power::PowerIntent& intent = study_.design->intent;
    row["voltage_V"] = intent.scaled_domain.empty() ? Json() : Json(point.voltage(intent.scaled_domain).si());
    row["frequency_Hz"] = intent.scaled_clock.empty() ? Json() : Json(point.frequency(intent.scaled_clock).si());
    row["voltages_V"] = voltages(point);
    row["frequencies_Hz"] = frequencies(point);
  }

  // Of an inference: dynamic + leakage + memories + supply_loss = energy, and so are the causes.
  void add_parts(Json& row, const power::EnergyParts& parts) const {
    Energy dynamic, leakage;
    Json memories = Json::object();
    power::EnergyParts::ByCause causes{};
    for (std::size_t c = 0; c < parts.components.size(); ++c) {
      const power::EnergyParts::ByCause& of_component = parts.components[c];
      for (std::size_t k = 0; k < causes.size(); ++k) causes[k] += of_component[k];
      if (c < study_.components->size() && is_device(of_component)) {
        memories[(*study_.components)[c].name] = sum(of_component).si() / number_;
        continue;
      }
      leakage += standby(of_component);
      dynamic += sum(of_component) - standby(of_component);
    }
    causes[static_cast<std::size_t>(Cause::kSupplyLoss)] = parts.loss;
    row["energy_J"] = parts.total.si() / number_;
    row["dynamic_J"] = dynamic.si() / number_;
    row["leakage_J"] = leakage.si() / number_;
    row["memories_J"] = std::move(memories);
    row["supply_loss_J"] = parts.loss.si() / number_;
    Json domains = Json::object(), by_cause = Json::object();
    const auto& rails = study_.design->intent.voltage_domains;
    for (std::size_t r = 0; r < rails.size(); ++r) domains[rails[r].name] = parts.rails[r].si() / number_;
    for (std::size_t k = 0; k < causes.size(); ++k) {
      by_cause[power::to_text(static_cast<Cause>(k))] = causes[k].si() / number_;
    }
    row["domains_J"] = std::move(domains);
    row["causes_J"] = std::move(by_cause);
  }

  const DvfsStudy& study_;
  double number_;  // of inferences in a run
};

}  // namespace

Json dvfs_json(const DvfsStudy& study) {
  const Writer writer(study);
  const run::DesignPoint& design = *study.design;
  Json out = {{"schema_version", kDvfsSchemaVersion},
              {"command", study.command},
              {"design", design.name},
              {"soc", design.structure.name},
              {"network", design.network.name},
              {"technology", design.technology.name},
              {"scaled_domain", design.intent.scaled_domain},
              {"scaled_clock", design.intent.scaled_clock},
              {"period_s", study.period ? Json(study.period->si()) : Json()},
              {"inferences", inferences(design)}};
  Json points = Json::array(), curves = Json::array(), frames = Json::array();
  for (const run::StudiedPoint& studied : study.points) points.push_back(writer.point(studied));
  for (const run::Curve& curve : study.curves) curves.push_back(writer.curve(curve));
  for (const run::Frames& of_idle : study.frames) frames.push_back(writer.frames(of_idle));
  out["points"] = std::move(points);
  out["minimum"] = writer.minimum();
  out["curves"] = std::move(curves);
  out["frames"] = study.period ? std::move(frames) : Json();
  return out;
}

}  // namespace subvolt::report
