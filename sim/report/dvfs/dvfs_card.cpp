#include "sim/report/dvfs/dvfs_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/report/tables/text_table.h"
#include "sim/units/quantity.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

using Align = TextColumn::Align;

template <class Q>
std::string text(const Json& si, int digits = 3) {
  return si.is_null() ? "-" : to_text(Q::from_si(si.get<double>()), digits);
}

std::string volts(const Json& si) { return si.is_null() ? "-" : fmt::format("{:.4g}", si.get<double>()); }
std::string share(double part, double whole) {
  return fmt::format("{:.0f} %", whole > 0.0 ? 100.0 * part / whole : 0.0);
}

std::vector<TextColumn> columns_of(const std::vector<std::string>& headings) {
  std::vector<TextColumn> columns;
  for (const std::string& heading : headings) {
    columns.push_back({heading, columns.empty() ? Align::kLeft : Align::kRight});
  }
  return columns;
}

void add(std::vector<TextColumn>& columns, const std::vector<std::string>& cells) {
  for (std::size_t c = 0; c < columns.size(); ++c) columns[c].cells.push_back(cells[c]);
}

std::string sentence(const std::string& words) { return wrapped(words_of(words), 0, kCardWidth) + "\n"; }

// Where a least energy is an end of the curve nothing says that it is a minimum.
std::string least(const Json& minimum) {
  return minimum.is_null() ? "-" : volts(minimum.at("voltage_V")) + (minimum.at("at_edge").get<bool>() ? " end" : "");
}

std::string points_table(const Json& study) {
  std::vector<TextColumn> columns =
      columns_of({"V", "clock", "latency", "energy", "dynamic", "leakage", "memories", "supply", "power"});
  std::string infeasible;
  std::size_t count = 0;
  for (const Json& p : study.at("points")) {
    if (!p.at("works").get<bool>()) {
      if (count++ == 0) infeasible = p.at("point").get<std::string>() + ": " + p.at("why_not").get<std::string>();
      continue;
    }
    const double energy = p.at("energy_J").get<double>();
    double memories = 0.0;
    for (const Json& joules : p.at("memories_J")) memories += joules.get<double>();
    const bool scaled = !p.at("voltage_V").is_null();
    add(columns, {scaled ? volts(p.at("voltage_V")) : p.at("point").get<std::string>(),
                  text<Frequency>(p.at("frequency_Hz")), text<Time>(p.at("latency_s"), 4),
                  text<Energy>(p.at("energy_J"), 4), share(p.at("dynamic_J").get<double>(), energy),
                  share(p.at("leakage_J").get<double>(), energy), share(memories, energy),
                  share(p.at("supply_loss_J").get<double>(), energy), text<Power>(p.at("average_power_W"))});
  }
  std::string out = text_table(std::move(columns), kCardWidth);
  if (count > 0) {
    out += sentence(fmt::format("{} of {} points cannot be, the first, {}", count, study.at("points").size(),
                                printable(infeasible)));
  }
  const Json& minimum = study.at("minimum");
  if (minimum.is_null()) return out;
  const std::string where = text<Energy>(minimum.at("energy_J"), 4) + " per inference at " +
                            fmt::format("{:.3f} V", minimum.at("voltage_V").get<double>());
  return out +
         sentence(minimum.at("at_edge").get<bool>()
                      ? "Least energy: " + where + ", an end of the range: no interior minimum was found."
                      : "Least energy: " + where + ", by the parabola through the least point and its neighbours.");
}

std::string minima_table(const Json& study) {
  const std::string scaled = study.at("scaled_domain").get<std::string>();
  std::vector<TextColumn> columns =
      columns_of({"least energy", "C", "idle", "SoC V", "energy", scaled + " V", "energy", "switching"});
  for (const Json& curve : study.at("curves")) {
    const Json& soc = curve.at("soc");
    const Json rail = curve.at("domains").value(scaled, Json());
    const Json& exponent = curve.at("switching_exponent");
    add(columns, {curve.at("corner").get<std::string>(), fmt::format("{:.4g}", curve.at("temperature_C").get<double>()),
                  fmt::format("{:.4g} %", 100.0 * curve.at("idle_share").get<double>()), least(soc),
                  soc.is_null() ? "-" : text<Energy>(soc.at("energy_J"), 4), least(rail),
                  rail.is_null() ? "-" : text<Energy>(rail.at("energy_J"), 4),
                  exponent.is_null() ? "-" : fmt::format("V^{:.2f}", exponent.get<double>())});
  }
  return text_table(std::move(columns), kCardWidth) +
         sentence(
             "Of an inference behind another one, which finds its weights where they stay, and of the rest that its "
             "idle share says; the points above are of runs from cold.");
}

const Json* cheapest_way(const Json& frames) {
  const Json* best = nullptr;
  for (const Json& way : frames.at("ways")) {
    if (!way.at("met").get<bool>()) continue;
    if (!best || way.at("energy_J").get<double>() < best->at("energy_J").get<double>()) best = &way;
  }
  return best;
}

// nullptr: none. Each is a column, headed by what the SoC does between inferences.
const Json* first_that_works(const Json& all, std::vector<std::string>& headings) {
  const Json* first = nullptr;
  for (const Json& frames : all) {
    headings.push_back(frames.at("idle").get<std::string>());
    if (!first && !frames.contains("why_not")) first = &frames;
  }
  return first;
}

// Energy of a period: a row per way, a column per what the SoC does between inferences; * marks the least of each.
std::string ways_table(const Json& all) {
  std::vector<std::string> headings{"way", "V", "clock", "latency"};
  const Json* const first = first_that_works(all, headings);
  if (!first) return "";
  std::vector<TextColumn> columns = columns_of(headings);
  for (std::size_t w = 0; w < first->at("ways").size(); ++w) {
    const Json& way = first->at("ways")[w];
    const bool met = way.at("met").get<bool>();
    const bool one = met && way.at("points").size() == 1;
    std::vector<std::string> cells{way.at("way").get<std::string>(),
                                   one   ? volts(way.at("voltage_V"))
                                   : met ? fmt::format("{} points", way.at("points").size())
                                         : "-",
                                   one ? text<Frequency>(way.at("frequency_Hz")) : "-",
                                   met ? text<Time>(way.at("latency_s"), 4) : "-"};
    for (const Json& frames : all) {
      const Json* const best = frames.contains("why_not") ? nullptr : cheapest_way(frames);
      const Json of = best ? frames.at("ways")[w] : Json();
      const bool works = best && of.at("met").get<bool>();
      cells.push_back(works ? text<Energy>(of.at("energy_J"), 4) + (of == *best ? "*" : " ") : "- ");
    }
    add(columns, cells);
  }
  return text_table(std::move(columns), kCardWidth);
}

std::string points_over(const Json& all) {
  std::vector<std::string> headings{"V", "clock", "latency", "idle time"};
  const Json* const first = first_that_works(all, headings);
  if (!first) return "";
  std::vector<TextColumn> columns = columns_of(headings);
  for (std::size_t p = 0; p < first->at("points").size(); ++p) {
    const Json& point = first->at("points")[p];
    if (!point.at("met").get<bool>()) continue;
    std::vector<std::string> cells{volts(point.at("voltage_V")), text<Frequency>(point.at("frequency_Hz")),
                                   text<Time>(point.at("latency_s"), 4), text<Time>(point.at("idle_s"))};
    for (const Json& frames : all) {
      const bool works = !frames.contains("why_not") && frames.at("points")[p].at("met").get<bool>();
      cells.push_back(works                        ? text<Energy>(frames.at("points")[p].at("energy_J"), 4)
                      : frames.contains("why_not") ? "-"
                                                   : "too slow");
    }
    add(columns, cells);
  }
  return text_table(std::move(columns), kCardWidth);
}

std::string answer(const Json& all) {
  std::string out;
  const Json *best = nullptr, *of = nullptr;
  for (const Json& frames : all) {
    const std::string idle = frames.at("idle").get<std::string>();
    if (frames.contains("why_not")) {
      out += sentence(idle + ": refused: " + printable(frames.at("why_not").get<std::string>()));
      continue;
    }
    for (const Json& way : frames.at("ways")) {
      if (!way.at("met").get<bool>() && of == nullptr) {
        out += sentence(way.at("way").get<std::string>() + ", " + idle + ": " +
                        printable(way.at("why_not").get<std::string>()) + ".");
      }
    }
    const Json& clocks = frames.at("clocks");
    out += sentence(
        fmt::format("Clocks, {}: {} combinations tried at the lowest voltages; {} cannot be at any, {} are too slow.",
                    idle, clocks.at("tried").get<std::int64_t>(), clocks.at("impossible").get<std::int64_t>(),
                    clocks.at("late").get<std::int64_t>()));
    const Json* const way = cheapest_way(frames);
    if (!frames.at("awake_power_W").is_null()) {
      out += sentence(fmt::format("Race or pace, {}: being awake costs {}; racing pays from {} on.", idle,
                                  text<Power>(frames.at("awake_power_W")),
                                  text<Power>(frames.at("break_even_awake_power_W"))));
    }
    if (way && (!best || way->at("energy_J").get<double>() < best->at("energy_J").get<double>())) {
      best = way;
      of = &frames;
    }
  }
  if (!best) return out;
  return out + sentence("Least energy: " + best->at("way").get<std::string>() + ", " +
                        of->at("idle").get<std::string>() + ": " + text<Energy>(best->at("energy_J"), 4) +
                        " per inference, " + text<Power>(best->at("average_power_W")) + " on average.");
}

}  // namespace

std::string dvfs_card(const Json& study) {
  const std::string scaled = study.at("scaled_domain").get<std::string>();
  std::string out = card_heading(study.at("network").get<std::string>() + " on " + study.at("soc").get<std::string>() +
                                     ", " + study.at("technology").get<std::string>(),
                                 scaled.empty() ? "" : scaled + ", " + study.at("scaled_clock").get<std::string>());
  out += points_table(study);
  if (!study.at("curves").empty()) out += "\n" + minima_table(study);
  const Json& frames = study.at("frames");
  if (frames.is_null()) return out;
  out += "\n" + sentence("Energy of an inference every " + text<Time>(study.at("period_s"), 4) + ":");
  return out + points_over(frames) + "\n" + ways_table(frames) + answer(frames);
}

}  // namespace subvolt::report
