#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/report/scenario/scenario_result.h"
#include "sim/report/tables/text_table.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

template <class Q>
std::string quantity_text(const Json& si, int digits = 4) {
  return si.is_number() ? to_text(Q::from_si(si.get<double>()), digits) : "-";
}

// "438.4 d", "12.6 years": what people say of batteries.
std::string life_text(const Json& s) {
  if (!s.is_number()) return "-";
  const double t = s.get<double>();
  if (t >= 2.0 * 365.25 * kSecondsPerDay) return fmt::format("{:.4g} years", t / (365.25 * kSecondsPerDay));
  if (t >= 2.0 * kSecondsPerDay) return fmt::format("{:.4g} days", t / kSecondsPerDay);
  if (t >= 7200.0) return fmt::format("{:.4g} h", t / 3600.0);
  return to_text(Time::from_si(t), 4);
}

std::string total_line(const std::string& label, const std::string& value, const std::string& note = "") {
  return note.empty() ? fmt::format("{:<14}{}\n", label, value) : fmt::format("{:<14}{:<16}{}\n", label, value, note);
}

std::string times_text(const Json& n) { return fmt::format("{:.6g}", n.get<double>()); }

std::string total_lines(const Json& r) {
  const Json& t = r.at("totals");
  std::string out = total_line("power", quantity_text<Power>(t.at("average_power_W"), 6),
                               r.at("metered_at") == "rails" ? "at the rails" : "from the source");
  const Json& supply = r.at("supply");
  const std::string kind = supply.at("kind");
  out += total_line(kind, quantity_text<Current>(t.at("source_current_A"), 6),
                    quantity_text<Power>(t.at("source_power_W"), 6) + " drawn from it, " +
                        quantity_text<Energy>(t.at("source_energy_per_day_J"), 6) + " a day");
  if (t.at("lifetime_s").is_number()) out += total_line("lifetime", life_text(t.at("lifetime_s")));
  if (kind == "storage" && supply.at("harvested_per_day_J").get<double>() > 0.0) {
    out += total_line("harvest", quantity_text<Energy>(supply.at("harvested_per_day_J"), 5) + " a day",
                      supply.at("margin").is_number()
                          ? fmt::format("{:.4g} times what is needed", supply.at("margin").get<double>())
                          : "");
  }
  if (supply.at("voltage_min_V").is_number() && kind == "storage") {
    out += total_line("voltage", quantity_text<Voltage>(supply.at("voltage_min_V")),
                      "at least; " + quantity_text<Voltage>(supply.at("voltage_end_V")) + " at the end");
  }
  if (t.at("oracle_gap").is_number()) {
    out += total_line("idle", fmt::format("{:.3g} %", 100.0 * t.at("oracle_gap").get<double>()),
                      "above what no policy can beat");
  }
  return out;
}

struct ShareRow {
  std::string name, runs;
  double energy_J;
};

std::string source_shares(const Json& r) {
  std::vector<ShareRow> rows;
  for (const auto& [name, s] : r.at("stages").items()) {
    rows.push_back({"stage " + name, times_text(s.at("runs_per_day")), s.at("source_energy_per_day_J").get<double>()});
  }
  for (const auto& [name, d] : r.at("devices").items()) {
    rows.push_back({"rest of " + name, "", d.at("source_energy_per_day_J").get<double>()});
  }
  double own = 0.0;
  for (const auto& [name, rail] : r.at("rails").items()) own += rail.at("quiescent_per_day_J").get<double>();
  if (own > 0.0) rows.push_back({"regulators themselves", "", own});
  double sum = 0.0;
  for (const ShareRow& row : rows) sum += row.energy_J;
  const double rest = r.at("totals").at("source_energy_per_day_J").get<double>() - sum;
  if (rest > 1e-9 * sum) rows.push_back({"harvester's converter", "", rest});
  sum = std::max(sum + std::max(rest, 0.0), 1e-300);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const ShareRow& a, const ShareRow& b) { return a.energy_J > b.energy_J; });
  TextColumn name{"from the source, a day", TextColumn::Align::kLeft}, runs{"runs", TextColumn::Align::kRight},
      energy{"energy", TextColumn::Align::kRight}, share{"share", TextColumn::Align::kRight};
  name.widest = 40;
  for (const ShareRow& row : rows) {
    name.cells.push_back(printable(row.name));
    runs.cells.push_back(row.runs);
    energy.cells.push_back(to_text(Energy::from_si(row.energy_J), 4));
    share.cells.push_back(fmt::format("{:.1f} %", 100.0 * row.energy_J / sum));
  }
  return "\n" + text_table({name, runs, energy, share}, kCardWidth);
}

std::string device_states(const Json& r) {
  std::string out;
  for (const auto& [name, d] : r.at("devices").items()) {
    if (d.at("residency").size() < 2) continue;
    std::vector<std::string> words;
    for (const auto& [state, share] : d.at("residency").items()) {
      if (share.get<double>() > 0.0)
        words.push_back(fmt::format("{} {:.4g} %", printable(state), 100.0 * share.get<double>()));
    }
    out += labelled("  " + tail(printable(name), 24) + " ", words, 16);
  }
  return out.empty() ? "" : "\nstates\n" + out;
}

std::string stage_latencies(const Json& r) {
  std::string out;
  for (const auto& [name, s] : r.at("stages").items()) {
    const Json& l = s.at("latency_s");
    if (!l.at("max").is_number()) continue;
    out += fmt::format("  {:<24} {:>11} {:>11} {:>11}\n", tail(printable(name), 24), quantity_text<Time>(l.at("p50")),
                       quantity_text<Time>(l.at("p99")), quantity_text<Time>(l.at("max")));
  }
  return out.empty()
             ? ""
             : fmt::format("\n{:<26} {:>11} {:>11} {:>11}\n", "latency from the event", "p50", "p99", "max") + out;
}

std::string stage_truths(const Json& r) {
  std::string out;
  for (const auto& [name, s] : r.at("stages").items()) {
    if (!s.contains("precision") || !s.at("precision").is_number() || !s.at("recall_of_source").is_number()) continue;
    out += fmt::format("{}: precision {:.4g}, recall {:.4g}, {:.3g} false alarms an hour\n", tail(printable(name), 24),
                       s.at("precision").get<double>(), s.at("recall_of_source").get<double>(),
                       s.at("false_alarms_per_h").get<double>());
  }
  return out.empty() ? "" : "\n" + out;
}

std::string lost_events(const Json& r) {
  std::vector<std::string> words;
  for (const auto& [reason, n] : r.at("lost").items())
    words.push_back(fmt::format("{}: {:.6g}", reason, n.get<double>()));
  for (const auto& [name, s] : r.at("stages").items()) {
    for (const auto& [reason, n] : s.at("lost").items()) {
      words.push_back(fmt::format("{} {}: {:.6g}", printable(name), reason, n.get<double>()));
    }
  }
  return words.empty() ? "" : "\n" + labelled("lost events", words, 14);
}

std::string budget_lines(const Json& r) {
  std::string out;
  for (const auto& [name, v] : r.at("budget").items()) {
    const Json& met = v.at("met");
    const char* const verdict = met.is_null() ? "not told in closed form (--simulate)" : met ? "met" : "MISSED";
    const auto shown = [&n = name](const Json& x) {
      if (!x.is_number()) return std::string("-");
      if (n == "average_power" || n == "peak_power") return quantity_text<Power>(x);
      if (n == "lifetime" || n == "latency") return life_text(x);
      return fmt::format("{:.4g}", x.get<double>());
    };
    out += fmt::format("budget {:<15} {}: {}, {} {}\n", name, verdict, shown(v.at("value")),
                       name == "lifetime" || name == "energy_neutral" ? "at least" : "at most", shown(v.at("limit")));
  }
  return out.empty() ? "" : "\n" + out;
}

}  // namespace

std::string scenario_card(const Json& r) {
  std::string out = card_heading(r.at("scenario").get<std::string>(),
                                 r.at("mode").get<std::string>() + ", " + life_text(r.at("duration_s")));
  out += total_lines(r) + source_shares(r) + device_states(r) + stage_latencies(r) + stage_truths(r) + lost_events(r) +
         budget_lines(r);
  for (const auto& text : r.at("approximations")) {
    out += "\n" + labelled("approximate", words_of(text.get<std::string>()), 14);
  }
  return out;
}

}  // namespace subvolt::report
