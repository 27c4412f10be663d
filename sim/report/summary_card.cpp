#include "sim/report/summary_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/report/phases.h"
#include "sim/report/roofline.h"
#include "sim/report/tables/text_table.h"
#include "sim/report/technology/bit_error_report.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

constexpr std::size_t kBar = 30;

struct Share {
  std::string name;
  double energy_J = 0.0;
};

std::vector<Share> sorted(const std::map<std::string, double>& sums) {
  std::vector<Share> all;
  for (const auto& [name, energy] : sums) all.push_back({name, energy});
  std::stable_sort(all.begin(), all.end(), [](const Share& a, const Share& b) { return a.energy_J > b.energy_J; });
  return all;
}

std::vector<Share> by_component(const Json& result) {
  std::map<std::string, double> sums;
  for (const Json& c : result.at("components")) {
    // Regulators belong together: they are one decision of the power intent.
    const std::string name = c.at("kind") == "supply" ? "regulators" : c.at("name").get<std::string>();
    for (const auto& [cause, energy] : c.at("energy_J").items()) sums[name] += energy.get<double>();
  }
  return sorted(sums);
}

std::vector<Share> by_cause(const Json& result) {
  std::map<std::string, double> sums;
  for (const Json& c : result.at("components")) {
    for (const auto& [cause, energy] : c.at("energy_J").items()) sums[cause] += energy.get<double>();
  }
  return sorted(sums);
}

std::string heading(const Json& point) {
  const std::string left = fmt::format("{} on {}, {}", point.at("network").get<std::string>(),
                                       point.at("soc").get<std::string>(), point.at("technology").get<std::string>());
  std::string right = point.at("operating_point").get<std::string>();
  if (point.contains("operating_points")) {
    right = std::to_string(point.at("operating_points").size()) + " operating points";
  }
  return card_heading(left, right);
}

// " 618.6 MHz", or " npu_clk 200 MHz, link_clk 60 MHz" where a rail feeds several clocks.
std::string clocks_of(const Json& domain) {
  const auto text = [](const Json& hertz) { return without_zeros(to_text(Frequency::from_si(hertz))); };
  if (!domain.contains("clocks_Hz"))
    return domain.contains("frequency_Hz") ? " " + text(domain.at("frequency_Hz")) : "";
  std::string out;
  for (const auto& [name, hertz] : domain.at("clocks_Hz").items()) {
    out += (out.empty() ? " " : ", ") + printable(name) + " " + text(hertz);
  }
  return out;
}

// Of a run at several operating points, the first of them.
std::string supplies(const Json& point) {
  std::string line = "supplies      ";
  std::string out;
  if (point.contains("operating_points")) {
    out = fmt::format("begins at     {}\n", printable(point.at("operating_point").get<std::string>()));
  }
  for (const auto& [name, domain] : point.at("domains").items()) {
    std::string item = fmt::format("{} {:.3g} V{}", name, domain.at("voltage_V").get<double>(), clocks_of(domain));
    if (line.size() > 14 && columns(line) + columns(item) + 3 > kCardWidth) {
      out += line + "\n";
      line = std::string(14, ' ');
    }
    line += (line.size() > 14 ? " | " : "") + item;
  }
  return out + line + "\n";
}

std::string share_line(const Share& s, double total) {
  const double share = total > 0 ? s.energy_J / total : 0.0;
  const auto bar = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(kBar) + 0.5);
  return fmt::format("  {:<22} {:>10}  {:>5.1f} %{}\n", s.name, to_text(Energy::from_si(s.energy_J), 3), 100 * share,
                     bar == 0 ? "" : "  " + std::string(bar, '#'));
}

std::string energy_split(const Json& result, double total) {
  constexpr std::size_t kShown = 9;
  std::vector<Share> shares = by_component(result);
  std::string out = "energy by component\n";
  Share rest{"others", 0.0};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (i < kShown) {
      out += share_line(shares[i], total);
    } else {
      rest.energy_J += shares[i].energy_J;
    }
  }
  if (rest.energy_J > 0) out += share_line(rest, total);
  out += "energy by cause\n";
  for (const Share& s : by_cause(result)) out += share_line(s, total);
  return out;
}

std::string slowest_layers(const Json& result) {
  std::vector<const Json*> layers;
  for (const Json& layer : result.at("layers")) layers.push_back(&layer);
  std::stable_sort(layers.begin(), layers.end(),
                   [](const Json* a, const Json* b) { return a->at("cycles") > b->at("cycles"); });
  const double cycles = result.at("totals").at("cycles");
  std::string out = "slowest layers             time   utilisation  bound by\n";
  layers.resize(std::min<std::size_t>(4, layers.size()));
  std::vector<std::string> names;
  for (const Json* layer : layers) names.push_back(printable(layer->at("name").get<std::string>()));
  names = distinct_cuts(names, 22);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Json& l = *layers[i];
    out += fmt::format("  {:<22} {:>5.1f} %  {:>9.1f} %  {}\n", names[i],
                       100.0 * l.at("cycles").get<double>() / std::max(cycles, 1.0),
                       100.0 * l.at("utilization").get<double>(), l.at("bound").get<std::string>());
  }
  return out;
}

// Memories on chip that are so large, or so slow here, that it shows; nothing when all answer within a cycle.
std::string sram_access(const Json& point) {
  std::string out;
  if (!point.contains("sram_access")) return out;  // of an older result
  for (const Json& access : point.at("sram_access")) {
    const std::int64_t cycles = access.at("cycles");
    const bool limits = access.at("limits_clock");
    if (cycles == 1 && !limits) continue;
    const std::string what = fmt::format("{} access to a bank of {}", to_text(Time::from_si(access.at("access_s")), 3),
                                         to_text(Bytes(static_cast<std::int64_t>(access.at("bank_B").get<double>()))));
    out += fmt::format("{:<14}{}: {}{}{}\n", out.empty() ? "SRAM" : "", access.at("component").get<std::string>(), what,
                       cycles == 1 ? "" : fmt::format(", {} cycles", cycles),
                       limits ? fmt::format(", limits {}", access.at("clock").get<std::string>()) : "");
  }
  return out;
}

// What the network was taken as; nothing when it is as in its file.
std::string assumption(const Json& point) {
  const std::string quantize = point.value("quantize", "none");
  if (quantize == "none") return "";
  return fmt::format("assumed       {} weights and activations, whatever the file has (--quantize)\n", quantize);
}

std::int64_t inferences_of(const Json& result) {
  if (!result.contains("jobs")) return result.at("design_point").value("batch", std::int64_t{1});
  std::int64_t sum = 0;
  for (const Json& job : result.at("jobs")) {
    sum += job_of(result.at("jobs"), job).at("inferences").get<std::int64_t>();
  }
  return sum;
}

// Time, rate, energy and EDP: of the run, and of each inference where it is several.
std::string run_and_inference(const Json& result) {
  const Json& t = result.at("totals");
  const std::int64_t batch = inferences_of(result);
  const double latency = t.at("latency_s"), energy = t.at("energy_J"), edp = t.at("edp_Js");
  const auto count = static_cast<double>(batch);
  std::string out = fmt::format(
      "latency       {:<14} {} cycles{}\n", to_text(Time::from_si(latency)), grouped(t.at("cycles")),
      latency > 0.0 ? fmt::format(", {:.4g} inferences/s", count / latency) : ": nothing to do at run time");
  if (batch == 1) {
    return out + fmt::format("energy        {:<14} per inference, EDP {:.4g} uJ s\n", to_text(Energy::from_si(energy)),
                             edp * 1e6);
  }
  const bool several_jobs = result.contains("jobs") && result.at("jobs").size() > 1;
  out += fmt::format("{:<13} {:<14} inferences in this run, {} each\n", several_jobs ? "jobs" : "batch", batch,
                     to_text(Time::from_si(latency / count)));
  out += fmt::format("energy        {:<14} per run, EDP {:.4g} uJ s\n", to_text(Energy::from_si(energy)), edp * 1e6);
  return out + fmt::format("              {:<14} per inference, EDP {:.4g} uJ s for its share\n",
                           to_text(Energy::from_si(energy / count)), edp / count / count * 1e6);
}

std::string without_trailing_spaces(std::string line) {
  line.erase(line.find_last_not_of(" \n") + 1);
  return line + "\n";
}

// Streams of several jobs; nothing for a run of one.
std::string streams(const Json& result) {
  if (!result.contains("jobs") || result.at("jobs").size() < 2) return "";
  struct Row {
    std::int64_t jobs = 0, with_deadline = 0, met = 0;
    double longest = 0.0, sum = 0.0, energy = 0.0;
  };
  std::vector<std::string> names;
  std::map<std::string, Row> rows;
  for (const Json& told : result.at("jobs")) {
    const Json job = job_of(result.at("jobs"), told);
    const std::string name = job.at("stream");
    if (rows.find(name) == rows.end()) names.push_back(name);
    Row& row = rows[name];
    const double latency = job.at("latency_s");
    ++row.jobs;
    row.sum += latency;
    row.longest = std::max(row.longest, latency);
    row.energy += job.at("energy_J").get<double>();
    if (!job.contains("deadline_met")) continue;
    ++row.with_deadline;
    row.met += job.at("deadline_met").get<bool>() ? 1 : 0;
  }
  constexpr const char* kRow = "  {:<20} {:>6} {:>11} {:>10} {:>12}  {}\n";
  std::string out = "streams                  jobs   mean time    longest  energy each  deadlines met\n";
  std::vector<std::string> cut;
  for (const std::string& name : names) cut.push_back(printable(name));
  cut = distinct_cuts(cut, 20);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Row& row = rows.at(names[i]);
    const auto jobs = static_cast<double>(row.jobs);
    out += fmt::format(kRow, cut[i], row.jobs, to_text(Time::from_si(row.sum / jobs), 3),
                       to_text(Time::from_si(row.longest), 3), to_text(Energy::from_si(row.energy / jobs), 3),
                       row.with_deadline == 0 ? "none set" : fmt::format("{} of {}", row.met, row.with_deadline));
  }
  const Json& between = result.at("totals").at("between_jobs");
  if (between.at("time_s").get<double>() > 0.0) {
    out +=
        without_trailing_spaces(fmt::format(kRow, "between jobs", "", to_text(Time::from_si(between.at("time_s")), 3),
                                            "in all", to_text(Energy::from_si(between.at("energy_J")), 3), ""));
  }
  return out;
}

// Who ran how much; nothing where there is one.
std::string accelerators(const Json& result) {
  if (!result.contains("accelerators") || result.at("accelerators").size() < 2) return "";
  std::string out = "accelerators           layers        MACs    at work   utilised      energy\n";
  for (const Json& a : result.at("accelerators")) {
    const double cycles = std::max(a.at("cycles").get<double>(), 1.0);
    out += fmt::format("  {:<20} {:>6} {:>11} {:>8.1f} % {:>8.1f} % {:>11}\n", printable(a.at("name")),
                       a.at("layers").get<std::int64_t>(), fmt::format("{:.4g} M", 1e-6 * a.at("macs").get<double>()),
                       100.0 * a.at("layer_cycles").get<double>() / cycles, 100.0 * a.at("utilization").get<double>(),
                       to_text(Energy::from_si(a.at("energy_J")), 3));
  }
  return out;
}

// Changes of the operating point; nothing for a run at one.
std::string transitions(const Json& result) {
  std::string out;
  if (!result.contains("transitions")) return out;
  for (const Json& t : result.at("transitions")) {
    const std::int64_t times = t.at("times");
    out += fmt::format("{:<14}{:<14} {} > {}: {}, {} in all\n", out.empty() ? "transitions" : "",
                       std::to_string(times) + (times == 1 ? " change" : " changes"),
                       printable(t.at("from").get<std::string>()), printable(t.at("to").get<std::string>()),
                       to_text(Time::from_si(t.at("time_s")), 3), to_text(Energy::from_si(t.at("energy_J")), 3));
  }
  return out;
}

// What the accelerators' and the host's cycles went to, the largest parts first.
std::string where_cycles_go(const Json& result) {
  auto parts = cycles_by_cause(result);
  std::int64_t all = 0;
  for (const auto& [name, cycles] : parts) all += cycles;
  if (all == 0) return "";
  std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  constexpr double kShown = 0.01;
  std::vector<std::string> words;
  for (const auto& [name, cycles] : parts) {
    const double share = static_cast<double>(cycles) / static_cast<double>(all);
    if (share < kShown) continue;
    std::string text = printable(name);
    std::replace(text.begin(), text.end(), '_', ' ');
    words.push_back(fmt::format("{} {:.1f} %", text, 100 * share));
  }
  for (std::size_t i = 0; i + 1 < words.size(); ++i) words[i] += ",";
  return labelled("cycles", words, 14);
}

// What the NPU could not run; nothing when it ran everything.
std::string host_layers(const Json& result) {
  std::int64_t count = 0;
  double cycles = 0.0;
  for (const Json& layer : result.at("layers")) {
    if (!layer.at("on_host").get<bool>()) continue;
    ++count;
    cycles += layer.at("cycles").get<double>();
  }
  if (count == 0) return "";
  return fmt::format("host CPU      {:<14} {:.1f} % of the time; layers.csv says why\n",
                     fmt::format("{} of {} layers", count, result.at("layers").size()),
                     100.0 * cycles / std::max(result.at("totals").at("cycles").get<double>(), 1.0));
}

// How much of the energy rests on what.
std::string trust(const Json& totals) {
  const double fitted = totals.value("fitted_energy_share", 0.0), estimated = totals.at("estimated_energy_share");
  if (fitted > 0.0) {
    return fmt::format("{:.0f} % of the energy rests on fitted, {:.0f} % on estimated prices (subvolt explain).\n",
                       100 * fitted, 100 * estimated);
  }
  return fmt::format("{:.0f} % of the energy rests on estimated unit energies (subvolt explain).\n", 100 * estimated);
}

// Beside the whole: what the run took beyond the chip's mode idle.
std::string above_idle(const Json& totals) {
  if (!totals.contains("energy_above_idle_J")) return "";
  const double above = totals.at("energy_above_idle_J"), all = totals.at("energy_J");
  return fmt::format("above idle    {:<14} of that; {} would have been drawn idle\n", to_text(Energy::from_si(above)),
                     to_text(Energy::from_si(all - above)));
}

}  // namespace

std::string summary_card(const Json& result) {
  const Json& point = result.at("design_point");
  const Json& t = result.at("totals");
  const auto number = [&](const char* key) { return t.at(key).get<double>(); };
  std::string out =
      heading(point) + assumption(point) + supplies(point) + sram_access(point) + run_and_inference(result);
  out += above_idle(t);
  out += fmt::format("power         {:<14} average, {}\n", to_text(Power::from_si(number("average_power_W"))),
                     t.contains("peak_power_W")
                         ? fmt::format("{} peak over {}", to_text(Power::from_si(number("peak_power_W"))),
                                       brief(Time::from_si(number("peak_window_s"))))
                         : "peak not known: the record has no timeline (run --trace)");
  out += fmt::format("efficiency    {:<14} {:.4g} GOPS, array utilisation {:.1f} %\n",
                     fmt::format("{:.4g} TOPS/W", number("tops_per_W")), number("tops") * 1e3,
                     100 * number("utilization"));
  if (t.contains("layers_not_counted")) {
    out += fmt::format("not counted   {:<14} so TOPS/W and GOPS are at least those\n",
                       fmt::format("{} layers:", t.at("layers_not_counted").get<std::int64_t>()));
  }
  out += fmt::format("DRAM traffic  {:<14} read, {} written\n", to_text(Bytes(t.at("dram_read_B"))),
                     to_text(Bytes(t.at("dram_write_B"))));
  out += bit_error_line(result);
  out += where_cycles_go(result);
  out += host_layers(result);
  out += accelerators(result);
  out += transitions(result);
  out += streams(result);
  out += phase_table(result);
  out += energy_split(result, number("energy_J"));
  out += slowest_layers(result);
  return out + trust(t);
}

}  // namespace subvolt::report
