#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/report/memory_result.h"
#include "sim/report/tables/text_table.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

constexpr std::size_t kBar = 24;

std::string count(const Json& n) { return grouped(n.get<std::int64_t>()); }

// "2.4 GHz", not "2.400 GHz".
template <class Q>
std::string plain(const Json& si) {
  return without_zeros(to_text(Q::from_si(si.get<double>())));
}

std::string heading(const Json& r) {
  return card_heading(r.at("trace").get<std::string>() + " on " + r.at("device").get<std::string>(),
                      plain<Frequency>(r.at("clock_Hz")));
}

// Items behind a label, wrapped.
std::string list(const std::string& label, const std::vector<std::string>& items) {
  if (items.empty()) return "";
  std::string out;
  std::string line = fmt::format("{:<14}", label);
  for (const std::string& item : items) {
    if (line.size() > 14 && columns(line) + 2 + columns(item) > kCardWidth) {
      out += line + "\n";
      line = std::string(14, ' ');
    }
    line += (line.size() > 14 ? "  " : "") + item;
  }
  return out + line + "\n";
}

std::string per_second(double bytes) {
  return bytes < 1e8 ? fmt::format("{:.4g} MB/s", bytes * 1e-6) : fmt::format("{:.4g} GB/s", bytes * 1e-9);
}

std::string bandwidth(const Json& r) {
  const double reached = r.at("bandwidth_B_per_s");
  std::string line = fmt::format("{:<14}{:<15}", "bandwidth", per_second(reached));
  if (r.at("peak_bandwidth_B_per_s").is_number()) {
    const double peak = r.at("peak_bandwidth_B_per_s");
    line += fmt::format("{:.1f} % of the peak of {}", 100 * reached / peak, per_second(peak));
  }
  return line + "\n";
}

std::string latencies(const Json& r) {
  const Json& all = r.at("latency_cycles");
  std::string out = "latency       mean      p50       p90       p99       max, in clocks\n";
  for (const char* what : {"read", "write"}) {
    const Json& of = all.at(what);
    if (of.is_null()) continue;
    out += fmt::format("  {:<12}{:<10}{:<10}{:<10}{:<10}{}\n", what, fmt::format("{:.1f}", of.at("mean").get<double>()),
                       count(of.at("p50")), count(of.at("p90")), count(of.at("p99")), count(of.at("max")));
  }
  return out;
}

std::string rows(const Json& r) {
  if (!r.at("row_hit_rate").is_number()) return "";
  std::vector<std::string> parts;
  for (const char* what : {"hits", "misses", "conflicts"}) {
    const Json& n = r.at(std::string("row_") + what);
    if (n.is_number()) parts.push_back(count(n) + " " + what);
  }
  std::string line;
  for (const std::string& part : parts) line += (line.empty() ? "" : ", ") + part;
  return fmt::format("{:<14}{:<15}{}\n", "rows", fmt::format("{:.1f} % hits", 100 * r.at("row_hit_rate").get<double>()),
                     line);
}

std::string commands(const Json& r) {
  std::vector<std::string> items;
  for (const auto& [name, n] : r.at("commands").items()) items.push_back(name + " " + count(n));
  return list("commands", items);
}

std::string residencies(const Json& r) {
  const double total = r.at("total_s");
  std::vector<std::string> items;
  double all = 0.0;
  for (const auto& [state, seconds] : r.at("residency_s").items()) all += seconds.get<double>();
  for (const auto& [state, seconds] : r.at("residency_s").items()) {
    // Of all banks together where each has its states.
    const double share = all > 0 ? seconds.get<double>() / all : 0.0;
    if (seconds.get<double>() > 0) items.push_back(fmt::format("{} {:.1f} %", state, 100 * share));
  }
  return total > 0 ? list("time spent", items) : "";
}

std::string share_line(const std::string& name, double energy_J, double total_J) {
  const double share = total_J > 0 ? energy_J / total_J : 0.0;
  const auto bar = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(kBar) + 0.5);
  return fmt::format("  {:<24} {:>10}  {:>5.1f} %{}\n", name, to_text(Energy::from_si(energy_J), 4), 100 * share,
                     bar == 0 ? "" : "  " + std::string(bar, '#'));
}

std::string split(const std::string& title, const Json& parts, double total_J) {
  std::vector<std::pair<std::string, double>> shares;
  for (const auto& [name, energy] : parts.items()) shares.emplace_back(name, energy.get<double>());
  std::stable_sort(shares.begin(), shares.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string out = title + "\n";
  for (const auto& [name, energy] : shares) {
    if (energy > 0) out += share_line(name, energy, total_J);
  }
  return out;
}

std::string energy(const Json& r) {
  if (r.at("energy_J").is_null())
    return report::labelled("", words_of("no energy: " + r.at("energy_missing").get<std::string>()), 0);
  const Json& e = r.at("energy_J");
  const double total = e.at("total");
  const double per_byte = r.at("requests").get<double>() * r.at("access_B").get<double>();
  std::string out = fmt::format("{:<14}{:<15}{} on average", "energy", plain<Energy>(e.at("total")),
                                to_text(Power::from_si(r.at("average_power_W"))));
  if (per_byte > 0) out += fmt::format(", {:.3g} pJ a bit", total / per_byte / 8 * 1e12);
  out += "\n";
  out += split("energy of core and interface", {{"core", e.at("core")}, {"interface", e.at("interface")}}, total);
  out += split("energy by rail", e.at("by_rail"), total);
  out += split("energy by event", e.at("by_event"), total);
  return out + fmt::format("{:.0f} % of the energy rests on estimated unit energies.\n",
                           100 * r.at("estimated_energy_share").get<double>());
}

}  // namespace

std::string memory_card(const Json& r) {
  std::string out = heading(r);
  out += fmt::format("{:<14}{:<15}{} reads, {} writes of {} B\n", "requests", count(r.at("requests")),
                     count(r.at("reads")), count(r.at("writes")), count(r.at("access_B")));
  out += fmt::format("{:<14}{:<15}{} cycles\n", "time", plain<Time>(r.at("total_s")), count(r.at("total_cycles")));
  return out + bandwidth(r) + latencies(r) + rows(r) + commands(r) + residencies(r) + energy(r);
}

}  // namespace subvolt::report
