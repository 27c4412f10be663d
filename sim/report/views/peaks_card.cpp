// Peaks as a card and as JSON.
#include <fmt/format.h>

#include "sim/report/tables/text_table.h"
#include "sim/report/views/peaks.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

constexpr std::size_t kNamed = 4;  // contributors of a window that the card names

Time time_of(Picoseconds t) { return Time::from_si(in_seconds(t)); }

std::string name_of(const Contributor& c) { return c.component + "." + to_text(c.cause); }

// What stands at a rail's regulator to feed what it does not.
Capacitance decap_of(const TracedRun& run, const std::string& rail, const SupplyLimits& limits) {
  return limits.decap ? *limits.decap : run.intent.find_voltage_domain(rail)->transition.capacitance;
}

struct Droop {
  Voltage of_charge;     // what the domain takes to wake, out of the capacitors
  double V_per_s = 0.0;  // of the step, until the regulator answers
};
Droop droop_of(const WakeUp& wake, Capacitance decap) {
  if (!(decap > Capacitance())) return {};
  return {Voltage::from_si(wake.charge_C / decap.si()), wake.step.si() / decap.si()};
}

bool over(const WakeUp& wake, const SupplyLimits& limits) {
  return limits.limit && *limits.limit < wake.after + wake.inrush.value_or(Current());
}

std::vector<TextColumn> columns_of(std::initializer_list<const char*> headings, std::size_t left) {
  std::vector<TextColumn> columns;
  for (const char* heading : headings) {
    columns.push_back({heading, columns.size() < left ? TextColumn::Align::kLeft : TextColumn::Align::kRight});
  }
  return columns;
}

void add_row(std::vector<TextColumn>& columns, std::initializer_list<std::string> cells) {
  std::size_t c = 0;
  for (const std::string& cell : cells) columns[c++].cells.push_back(printable(cell));
}

std::string listed(const std::vector<std::string>& layers) {
  if (layers.empty()) return "-";
  return layers.size() == 1 ? layers.front() : fmt::format("{} +{}", layers.front(), layers.size() - 1);
}

std::string windows_text(const Peaks& peaks, double mean) {
  std::vector<TextColumn> columns = columns_of({"window", "begins at", "power", "x mean", "layers"}, 0);
  columns.back().align = TextColumn::Align::kLeft;
  columns.back().widest = 30;
  bool coarse = false;
  for (const HotWindow& w : peaks.windows) {
    const bool blurred = w.epoch > w.length;
    coarse = coarse || blurred;
    add_row(columns,
            {brief(time_of(w.length)), to_text(time_of(w.begin), 5), (blurred ? "* " : "") + to_text(w.power, 4),
             mean > 0.0 ? fmt::format("{:.2f}", w.power.si() / mean) : "-", listed(w.layers)});
  }
  std::string text = "hottest windows\n" + text_table(std::move(columns), kCardWidth);
  if (coarse) {
    text += "* of a longer time, of which the record knows the mean alone:\n  run --trace --set power.trace_window=" +
            std::string("1us tells more\n");
  }
  Picoseconds last{};
  for (const HotWindow& w : peaks.windows) {
    if (w.length == last) continue;
    last = w.length;
    std::vector<std::string> words;
    for (std::size_t c = 0; c < std::min(kNamed, w.contributors.size()); ++c) {
      const bool more = c + 1 < std::min(kNamed, w.contributors.size());
      words.push_back(printable(name_of(w.contributors[c])));
      words.push_back(fmt::format("{:.1f}", 100.0 * (w.contributors[c].power / w.power)));
      words.push_back(more ? "%," : "%");
    }
    text += labelled(brief(time_of(w.length)) + " by", words, 14);
  }
  return text;
}

std::string wakes_text(const Peaks& peaks, const TracedRun& run, const SupplyLimits& limits) {
  if (peaks.wakes.empty()) return "wake-ups: none\n";
  std::vector<TextColumn> columns =
      columns_of({"domain", "rail", "from", "n", "in", "step", "inrush", "droop", "per us"}, 3);
  columns.front().widest = 30;
  bool exceeded = false;
  for (const WakeUp& w : peaks.wakes) {
    const Droop droop = droop_of(w, decap_of(run, w.rail, limits));
    exceeded = exceeded || over(w, limits);
    add_row(columns,
            {w.domain, w.rail, to_text(w.from), grouped(w.times),
             w.time > Picoseconds() ? without_zeros(to_text(time_of(w.time), 3)) : "-",
             (over(w, limits) ? "!" : "") + to_text(w.step, 3), w.inrush ? to_text(*w.inrush, 3) : "-",
             w.charge_C > 0.0 ? to_text(droop.of_charge, 3) : "-", to_text(Voltage::from_si(droop.V_per_s * 1e-6), 3)});
  }
  std::string text = "wake-ups, the largest step of each\n" + text_table(std::move(columns), kCardWidth);
  text +=
      "step of the rail's current; inrush, and droop of the capacitors by it;\n"
      "droop per us by the step, until the regulator answers; n times in the run\n";
  if (exceeded) text += "! more than " + to_text(*limits.limit, 4) + " of the rail with the inrush\n";
  return text;
}

Json contributors_json(const std::vector<Contributor>& all) {
  Json list = Json::array();
  for (const Contributor& c : all) {
    list.push_back({{"component", c.component}, {"cause", to_text(c.cause)}, {"power_W", c.power.si()}});
  }
  return list;
}

}  // namespace

std::string peaks_card(const Peaks& peaks, const TracedRun& run, const SupplyLimits& limits) {
  const double mean = run.result.at("totals").at("average_power_W").get<double>();
  return card_heading(printable(run.record.network + " on " + run.record.soc),
                      "mean power " + to_text(Power::from_si(mean), 4)) +
         (peaks.windows.empty() ? "hottest windows: the run is shorter than each\n" : windows_text(peaks, mean)) +
         wakes_text(peaks, run, limits);
}

Json peaks_json(const Peaks& peaks, const TracedRun& run, const SupplyLimits& limits) {
  Json windows = Json::array(), wakes = Json::array();
  for (const HotWindow& w : peaks.windows) {
    windows.push_back({{"window_s", in_seconds(w.length)},
                       {"begin_s", in_seconds(w.begin)},
                       {"power_W", w.power.si()},
                       {"longest_epoch_s", in_seconds(w.epoch)},
                       {"layers", w.layers},
                       {"contributors", contributors_json(w.contributors)}});
  }
  for (const WakeUp& w : peaks.wakes) {
    const Capacitance decap = decap_of(run, w.rail, limits);
    const Droop droop = droop_of(w, decap);
    Json wake{{"domain", w.domain},    {"rail", w.rail},           {"from", to_text(w.from)},
              {"times", w.times},      {"at_s", in_seconds(w.at)}, {"time_s", in_seconds(w.time)},
              {"step_A", w.step.si()}, {"after_A", w.after.si()},  {"charge_C", w.charge_C}};
    if (w.inrush) wake["inrush_A"] = w.inrush->si();
    wake["capacitance_F"] = decap.si();
    wake["droop_V"] = droop.of_charge.si();
    wake["droop_V_per_s"] = droop.V_per_s;
    if (limits.limit) wake["over_limit"] = over(w, limits);
    wake["contributors"] = contributors_json(w.contributors);
    wakes.push_back(std::move(wake));
  }
  return {{"windows", std::move(windows)}, {"wakes", std::move(wakes)}};
}

}  // namespace subvolt::report
