#include "sim/power/price/datasheet_currents.h"

#include <algorithm>
#include <cmath>

#include "sim/config/sourced/fit.h"
#include "sim/config/sourced/sourcing.h"

namespace subvolt::power {
namespace {

// Of one device: thirty times the burst refresh of the largest DDR4 devices.
constexpr Current kLargestCurrent = Current::from_si(10.0);

struct Named {
  const char* name;
  std::optional<Current> CurrentRail::*current;
  const char* meaning;
};
const std::vector<Named>& named_currents() {
  static const std::vector<Named> names{
      {"IDD0", &CurrentRail::idd0, "One bank activated and precharged at tRC."},
      {"IDD2N", &CurrentRail::idd2n, "Precharge standby."},
      {"IDD2NS", &CurrentRail::idd2ns, "Precharge standby with the clock stopped."},
      {"IDD2P", &CurrentRail::idd2p, "Precharge power-down."},
      {"IDD3N", &CurrentRail::idd3n, "Active standby."},
      {"IDD3NS", &CurrentRail::idd3ns, "Active standby with the clock stopped."},
      {"IDD3P", &CurrentRail::idd3p, "Active power-down."},
      {"IDD4R", &CurrentRail::idd4r, "Read bursts without gaps."},
      {"IDD4W", &CurrentRail::idd4w, "Write bursts without gaps."},
      {"IDD5", &CurrentRail::idd5, "All-bank refresh at tRFC (burst refresh)."},
      {"IDD5PB", &CurrentRail::idd5_bank, "Average with a per-bank refresh every refresh_bank_interval."},
      {"IDD6", &CurrentRail::idd6, "Self-refresh of the whole array at 85 C."},
      {"IDD8", &CurrentRail::idd8, "Deep power-down."}};
  return names;
}

void check_self_refresh(const SelfRefreshPoint& point, const config::Node& node, config::Diagnostics& d) {
  if (point.factor.has_value() == !point.rails.empty()) d.error(node, "expected either factor or rails");
}

void check_currents(const DatasheetCurrents& currents, const config::Node& node, config::Diagnostics& d) {
  require_source(currents.source, node, d);
  refuse_fitted(currents.quality, node, d);
  if (currents.rails.empty()) d.error(node_at(node, {"rails"}), "expected at least one rail");
  for (const auto& [name, rail] : currents.rails) {
    if (rail.idd5_bank && !currents.refresh_bank_interval) {
      d.error(node_at(node, {"rails", name, "IDD5PB"}),
              "expected refresh_bank_interval beside IDD5PB: at which interval was it measured?");
      break;
    }
  }
  if (currents.termination && !currents.find(currents.termination->rail)) {
    d.error(node_at(node, {"termination", "rail"}),
            "expected one of the rails, got \"" + currents.termination->rail + "\"");
  }
  if (!currents.self_refresh) return;
  const auto& points = currents.self_refresh->points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (const auto& [name, current] : points[i].rails) {
      if (currents.find(name)) continue;
      const config::Node& table = node_at(node, {"self_refresh", "points"});
      d.error(node_at(table.items()[i], {"rails", name}), "expected one of the rails, got \"" + name + "\"");
    }
  }
}

// The sheet's source and quality hold for what was written with them: rail by rail and current by current, so that one
// current of an including file does not make estimates of all others.
void settle_currents(DatasheetCurrents& currents, const config::Node& node) {
  const config::Node* quality = node.find("quality");
  int newest = 0;
  for (auto& [name, rail] : currents.rails) {
    for (const config::Node::Entry& entry : node_at(node, {"rails", name}).entries()) {
      if (!entry.node.is_scalar() || entry.key == "absent_is_zero") continue;
      if (later_than_source(entry.node, node)) rail.restated.emplace_back(entry.key, origin_of(entry.node));
      newest = std::max(newest, entry.node.layer());
    }
  }
  for (const char* key : {"devices", "refresh_bank_interval"}) {
    const config::Node* number = node.find(key);
    if (!number || !later_than_source(*number, node)) continue;
    currents.source =
        std::string(key) + " from " + origin_of(*number) + ", no source given; the rest: " + currents.source;
    currents.quality = config::Quality::kEstimated;
  }
  const config::Node* source = node.find("source");
  if (quality && source && source->layer() > quality->layer() && newest > quality->layer()) {
    currents.quality = config::Quality::kEstimated;
  }
}

void check_table(const SelfRefreshTable& table, const config::Node& node, config::Diagnostics& d) {
  require_source(table.source, node, d);
  refuse_fitted(table.quality, node, d);
}
void check_termination(const Termination& termination, const config::Node& node, config::Diagnostics& d) {
  require_source(termination.source, node, d);
}

}  // namespace

const Current* CurrentRail::find(const std::string& name) const {
  for (const Named& n : named_currents()) {
    if (n.name == name) return this->*n.current ? &*(this->*n.current) : nullptr;
  }
  return nullptr;
}

std::string CurrentRail::origin_of(const std::string& name) const {
  for (const auto& [what, place] : restated) {
    if (what == name || what == "voltage") return what + " from " + place + ", no source given";
  }
  return "";
}

bool SelfRefreshTable::has(double fraction) const { return find(fraction, Temperature::from_kelvin(0.0)) != nullptr; }

const SelfRefreshPoint* SelfRefreshTable::find(double fraction, Temperature temperature) const {
  const SelfRefreshPoint* found = nullptr;
  for (const SelfRefreshPoint& point : points) {
    if (std::abs(point.fraction - fraction) > 1e-9 || point.up_to < temperature) continue;
    if (!found || point.up_to < found->up_to) found = &point;
  }
  return found;
}

const CurrentRail* DatasheetCurrents::find(const std::string& rail) const {
  for (const auto& [name, currents] : rails) {
    if (name == rail) return &currents;
  }
  return nullptr;
}

const config::Schema<CurrentRail>& CurrentRail::schema() {
  static const auto s = [] {
    auto schema = config::Schema<CurrentRail>("current_rail", "Supply currents of one device on one rail.")
                      .required("voltage", &CurrentRail::voltage, "Nominal voltage, at which the currents hold.",
                                config::between(Voltage::from_si(0.25), Voltage::from_si(10.0)));
    for (const Named& n : named_currents()) {
      schema.optional(n.name, n.current, n.meaning, config::between(Current(), kLargestCurrent));
    }
    schema.optional("absent_is_zero", &CurrentRail::absent_is_zero,
                    "Why currents that are not given count as zero. Without it they are missing, and what needs "
                    "them cannot be priced.");
    return schema;
  }();
  return s;
}

const config::Schema<SelfRefreshPoint>& SelfRefreshPoint::schema() {
  static const auto s =
      config::Schema<SelfRefreshPoint>("self_refresh_point",
                                       "Self-refresh of a part of the array, up to a temperature.")
          .required("fraction", &SelfRefreshPoint::fraction, "Part of the array that keeps its contents.",
                    config::between(0.0, 1.0))
          .required("up_to", &SelfRefreshPoint::up_to, "Highest temperature at which the current holds.")
          .optional("factor", &SelfRefreshPoint::factor, "Times IDD6 of each rail.", config::between(0.0, 100.0))
          .optional("rails", &SelfRefreshPoint::rails, "Current by rail; rails that are not named keep their IDD6.")
          .check(check_self_refresh);
  return s;
}

const config::Schema<SelfRefreshTable>& SelfRefreshTable::schema() {
  static const auto s =
      config::Schema<SelfRefreshTable>("self_refresh", "IDD6 by part of the array (PASR) and temperature (TCSR).")
          .required("source", &SelfRefreshTable::source, "Where the points come from.")
          .optional("quality", &SelfRefreshTable::quality, "How far to trust them.")
          .required("points", &SelfRefreshTable::points, "Points; the lowest up_to above the temperature counts.")
          .check(check_table)
          .settle([](SelfRefreshTable& table, const config::Node& node) {
            settle_source(table.source, table.quality, node);
          });
  return s;
}

const config::Schema<Termination>& Termination::schema() {
  static const auto s =
      config::Schema<Termination>("termination", "Where the current of terminated data pins comes from.")
          .required("signalling", &Termination::signalling,
                    "lvstl: to VSSQ, draws while a pin is high; pod: to VDDQ, while it is low; sstl: to VDDQ / 2, "
                    "always.")
          .required("rail", &Termination::rail, "Rail that feeds the drivers.")
          .required("source", &Termination::source, "Where that is said.")
          .check(check_termination)
          .settle([](Termination& termination, const config::Node& node) { settle_source(termination.source, node); });
  return s;
}

const config::Schema<DatasheetCurrents>& DatasheetCurrents::schema() {
  static const auto s =
      config::Schema<DatasheetCurrents>("currents",
                                        "Supply currents of a data sheet, from which the prices of dram.* follow.")
          .required("source", &DatasheetCurrents::source, "Data sheet, or where its figures were read.")
          .optional("quality", &DatasheetCurrents::quality, "How far to trust them.")
          .optional("devices", &DatasheetCurrents::devices, "Devices in parallel; each takes part in everything.",
                    config::between<std::int64_t>(1, 64))
          .optional("refresh_bank_interval", &DatasheetCurrents::refresh_bank_interval,
                    "Interval of per-bank refreshes at which IDD5PB was measured, tREFIpb.",
                    config::between(Time::from_si(1e-9), Time::from_si(1.0)))
          .required("rails", &DatasheetCurrents::rails,
                    "By rail, as the power domain's rails name them; vddq is the interface's.")
          .optional("self_refresh", &DatasheetCurrents::self_refresh,
                    "Self-refresh of parts of the array and at temperatures; IDD6 of the whole array when absent.")
          .optional("termination", &DatasheetCurrents::termination, "How terminated data pins draw current.")
          .check(check_currents)
          .settle(settle_currents);
  return s;
}

}  // namespace subvolt::power

namespace subvolt::config {

const std::vector<std::pair<power::Signalling, std::string>>& EnumNames<power::Signalling>::names() {
  using power::Signalling;
  static const std::vector<std::pair<Signalling, std::string>> names{
      {Signalling::kLvstl, "lvstl"}, {Signalling::kPod, "pod"}, {Signalling::kSstl, "sstl"}};
  return names;
}

}  // namespace subvolt::config
