// The comparison as a terminal shows it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "sim/report/comparison.h"
#include "sim/report/tables/text_table.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

constexpr std::size_t kIndent = 13;  // of what stands below a table

// One unit for a column: that in which its largest number has one to three digits before the point. It shows four
// digits of the largest, and three of the smallest that is not 0.
struct Unit {
  double size = 1.0;
  std::string name;
  int decimals = 0;
};

int decimals_for(double value, int digits) {
  return std::max(0, digits - 1 - static_cast<int>(std::floor(std::log10(value) + 1e-9)));
}

Unit unit_for(const std::vector<double>& values, const std::string& symbol, double step,
              const std::vector<std::string>& prefixes, double smallest) {
  constexpr int kMostDecimals = 5;
  Unit unit{smallest, prefixes.front() + symbol, 0};
  const double largest = values.empty() ? 0.0 : *std::max_element(values.begin(), values.end());
  for (std::size_t p = 1; p < prefixes.size() && largest / unit.size >= step; ++p) {
    unit.size *= step;
    unit.name = prefixes[p] + symbol;
  }
  for (const double value : values) {
    if (value <= 0.0) continue;
    unit.decimals = std::max(unit.decimals, decimals_for(value / unit.size, value == largest ? 4 : 3));
  }
  unit.decimals = std::min(unit.decimals, kMostDecimals);
  return unit;
}

Unit si_unit(const std::vector<double>& values, const std::string& symbol, double smallest) {
  static const std::vector<std::string> prefixes{"p", "n", "u", "m", "", "k", "M", "G", "T"};
  const auto first = static_cast<std::ptrdiff_t>(std::lround((std::log10(smallest) + 12.0) / 3.0));
  return unit_for(values, symbol, 1e3, {prefixes.begin() + first, prefixes.end()}, smallest);
}

Unit byte_unit(const std::vector<double>& values) { return unit_for(values, "B", 1024.0, {"", "Ki", "Mi", "Gi"}, 1.0); }

// A column in one unit, which stands below its heading.
TextColumn measured(const std::string& heading, const std::vector<double>& values, const Unit& unit) {
  TextColumn column{heading, TextColumn::Align::kRight};
  column.cells.push_back(unit.name);
  for (const double value : values) column.cells.push_back(fmt::format("{:.{}f}", value / unit.size, unit.decimals));
  return column;
}

std::vector<double> values_of(const Json& rows, const std::function<double(const Json&)>& of) {
  std::vector<double> values;
  for (const Json& row : rows) values.push_back(of(row));
  return values;
}

// Whole numbers of bytes in the largest unit in which all are whole.
TextColumn buffers(const Json& rows) {
  const auto values =
      values_of(rows, [](const Json& row) { return row.at("accelerator").at("buffer_B").get<double>(); });
  Unit unit = byte_unit(values);
  const auto whole = [&](double value) { return std::fmod(value, unit.size) == 0.0; };
  const bool in_kib =
      std::all_of(values.begin(), values.end(), [](double value) { return std::fmod(value, 1024.0) == 0.0; });
  if (!std::all_of(values.begin(), values.end(), whole)) unit = in_kib ? Unit{1024.0, "KiB", 0} : Unit{1.0, "B", 0};
  unit.decimals = 0;
  return measured("buffers", values, unit);
}

std::string table(const Json& rows) {
  const auto number = [](const char* key) { return [key](const Json& row) { return row.at(key).get<double>(); }; };
  TextColumn name{"", TextColumn::Align::kLeft, {""}, kCardWidth};
  TextColumn macs{"MACs", TextColumn::Align::kRight, {""}};
  TextColumn busy{"busy", TextColumn::Align::kRight, {"%"}};
  TextColumn efficiency{"TOPS/W", TextColumn::Align::kRight, {""}};
  for (const Json& row : rows) {
    name.cells.push_back(printable(row.at("name").get<std::string>()));
    macs.cells.push_back(std::to_string(row.at("accelerator").at("macs_per_cycle").get<std::int64_t>()));
    busy.cells.push_back(fmt::format("{:.1f}", 100.0 * row.at("utilization").get<double>()));
    efficiency.cells.push_back(fmt::format("{:.3f}", row.at("tops_per_W").get<double>()));
  }
  const auto cycles = values_of(rows, number("cycles"));
  const auto latency = values_of(rows, number("latency_s"));
  const auto energy = values_of(rows, number("energy_J"));
  const auto dram = values_of(
      rows, [](const Json& row) { return row.at("dram_read_B").get<double>() + row.at("dram_write_B").get<double>(); });
  Unit of_dram = byte_unit(dram);
  of_dram.decimals = of_dram.size > 1.0 ? 2 : 0;
  return text_table(
      {name, macs, buffers(rows), measured("cycles", cycles, si_unit(cycles, "", 1.0)),
       measured("latency", latency, si_unit(latency, "s", 1e-9)), busy,
       measured("energy", energy, si_unit(energy, "J", 1e-9)), efficiency, measured("DRAM", dram, of_dram)},
      kCardWidth);
}

std::string labelled(const std::string& label, const std::vector<std::string>& words) {
  return report::labelled(label, words, kIndent);
}

// "gap, softmax"; of many the first and how many more.
std::string listed(const std::vector<std::string>& names, bool all) {
  constexpr std::size_t kShown = 4;
  std::string text;
  for (std::size_t n = 0; n < names.size(); ++n) {
    if (!all && n == kShown && names.size() > kShown + 1) {
      return text + " and " + std::to_string(names.size() - kShown) + " more";
    }
    text += (n == 0 ? "" : ", ") + printable(names[n]);
  }
  return text;
}

// Layers that no accelerator of a row takes, those of all rows first.
std::string on_the_host(const Json& rows, bool all_names) {
  std::map<std::string, std::size_t> times;
  for (const Json& row : rows) {
    for (const Json& layer : row.at("layers")) {
      if (layer.contains("why_host")) ++times[layer.at("name").get<std::string>()];
    }
  }
  if (times.empty()) return "";
  const auto names = [&](const Json& row, bool common) {
    std::vector<std::string> found;
    for (const Json& layer : row.at("layers")) {
      const std::string name = layer.at("name");
      if (layer.contains("why_host") && (times[name] == rows.size()) == common) found.push_back(name);
    }
    return found;
  };
  const auto share = [](const Json& row) {
    double host = 0.0, all = 0.0;
    for (const Json& layer : row.at("layers")) {
      const double time = layer.at("latency_s");
      all += time;
      if (layer.contains("why_host")) host += time;
    }
    return fmt::format("; the host's share of the time: {:.0f} %", all > 0.0 ? 100.0 * host / all : 0.0);
  };
  std::string out;
  const auto add = [&](const std::string& text) { out += labelled(out.empty() ? "on the host" : "", words_of(text)); };
  if (const auto common = names(rows.front(), true); !common.empty()) {
    add((rows.size() > 1 ? "all: " : "") + listed(common, all_names));
  }
  for (const Json& row : rows) {
    const auto own = names(row, false);
    if (own.empty()) continue;
    add(printable(row.at("name").get<std::string>()) + ": " + listed(own, all_names) + share(row));
    if (!all_names) continue;
    std::vector<std::string> told;
    for (const Json& layer : row.at("layers")) {
      if (!layer.contains("why_host") || times[layer.at("name").get<std::string>()] == rows.size()) continue;
      const std::string why = layer.at("why_host");
      if (std::find(told.begin(), told.end(), why) != told.end()) continue;
      told.push_back(why);
      add("  because: " + printable(why));
    }
  }
  return out;
}

std::string value_text(const Json& value) {
  if (value.is_null()) return "none";
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  constexpr std::size_t kHash = 64, kShown = 8;
  return printable(text.size() == kHash ? text.substr(0, kShown) : text);
}

// "buffer_B: 131072 of nv_small, 196608 of all others"
std::string difference(const Json& difference) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_value;
  for (const auto& [name, value] : difference.at("values").items()) {
    const std::string text = value_text(value);
    auto at = std::find_if(by_value.begin(), by_value.end(), [&](const auto& v) { return v.first == text; });
    if (at == by_value.end()) at = by_value.insert(by_value.end(), {text, {}});
    at->second.push_back(printable(name));
  }
  std::stable_sort(by_value.begin(), by_value.end(),
                   [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
  std::string text = difference.at("fact").get<std::string>() + ": ";
  for (std::size_t v = 0; v < by_value.size(); ++v) {
    const bool rest = v + 1 == by_value.size() && v > 0 && by_value[v].second.size() > 1;
    text +=
        (v == 0 ? "" : ", ") + by_value[v].first + " of " + (rest ? "the others" : listed(by_value[v].second, true));
  }
  return text;
}

std::string equality(const Json& network, bool all) {
  constexpr std::size_t kShown = 6;
  const Json& rows = network.at("rows");
  if (rows.size() < 2) return "";
  std::string out;
  const Json& differences = network.at("differences");
  for (std::size_t d = 0; d < differences.size(); ++d) {
    if (!all && d == kShown && differences.size() > kShown + 1) {
      return out + labelled("", {"and", std::to_string(differences.size() - kShown), "more", "facts", "(--verbose)"});
    }
    out += labelled(out.empty() ? "not equal" : "", words_of(difference(differences[d])));
  }
  if (!out.empty()) return out;
  return labelled("equal", words_of("multipliers, bytes of buffers, clocks, all but the accelerators"));
}

}  // namespace

std::string comparison_tables(const Json& comparison, bool all_names) {
  std::string out;
  for (const Json& network : comparison.at("networks")) {
    const Json& around = network.at("rows").front().at("surroundings");
    out += (out.empty() ? "" : "\n") + card_heading(printable(network.at("network").get<std::string>()) + ", " +
                                                        grouped(network.at("macs").get<std::int64_t>()) + " MACs",
                                                    around.at("technology").get<std::string>() + ", " +
                                                        printable(around.at("operating_point").get<std::string>()));
    out += table(network.at("rows"));
    out += equality(network, all_names) + on_the_host(network.at("rows"), all_names);
  }
  return out;
}

}  // namespace subvolt::report
