#include "sim/report/dvfs/dvfs_tables.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/report/tables/layers_csv.h"

namespace subvolt::report {
namespace {

using Row = std::vector<std::pair<std::string, Json>>;

// Columns of all rows, in the order in which they first appear.
std::string table(const std::vector<std::string>& first, const std::vector<Row>& rows) {
  std::vector<std::string> columns = first;
  for (const Row& row : rows) {
    for (const auto& [column, value] : row) {
      if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
    }
  }
  std::string out;
  for (const std::string& column : columns) out += (out.empty() ? "" : ",") + csv_cell(column);
  out += "\n";
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto found =
          std::find_if(row.begin(), row.end(), [&](const auto& cell) { return cell.first == columns[c]; });
      const bool empty = found == row.end() || found->second.is_null();
      line += (c == 0 ? "" : ",") + (empty ? std::string() : csv_cell(found->second));
    }
    out += line + "\n";
  }
  return out;
}

void add(Row& row, const Json& from, std::initializer_list<const char*> keys) {
  for (const char* key : keys) row.emplace_back(key, from.value(key, Json()));
}

void add_map(Row& row, const Json& map, const std::string& prefix, const std::string& unit) {
  for (const auto& [key, value] : map.items()) row.emplace_back(prefix + key + unit, value);
}

std::string joined(const Json& texts) {
  std::string out;
  for (const Json& text : texts) out += (out.empty() ? "" : "; ") + text.get<std::string>();
  return out;
}

}  // namespace

std::string points_csv(const Json& study) {
  std::vector<Row> rows;
  for (const Json& point : study.at("points")) {
    Row row{{"point", point.at("point")}};
    if (point.at("works").get<bool>()) {
      add(row, point,
          {"voltage_V", "frequency_Hz", "latency_s", "inferences_per_s", "energy_J", "dynamic_J", "leakage_J"});
      add_map(row, point.at("memories_J"), "memory_", "_J");
      add(row, point, {"supply_loss_J", "average_power_W"});
      add_map(row, point.at("voltages_V"), "", "_V");
      add_map(row, point.at("frequencies_Hz"), "", "_Hz");
      add_map(row, point.at("domains_J"), "domain_", "_J");
      add_map(row, point.at("causes_J"), "cause_", "_J");
      row.emplace_back("status", "finished");
    } else {
      row.emplace_back("status", "infeasible");
      row.emplace_back("reason", point.at("why_not"));
    }
    rows.push_back(std::move(row));
  }
  return table({"point", "voltage_V", "frequency_Hz"}, rows);
}

std::string frames_csv(const Json& study) {
  std::vector<Row> rows;
  for (const Json& frames : study.at("frames")) {
    for (const Json& point : frames.value("points", Json::array())) {
      if (!point.at("met").get<bool>()) continue;
      Row row{{"point", point.at("point")}};
      add(row, point, {"voltage_V", "frequency_Hz", "latency_s", "period_s", "idle_s"});
      row.emplace_back("idle", frames.at("idle"));
      add(row, point, {"energy_J", "idle_energy_J", "average_power_W"});
      row.emplace_back("set", joined(frames.at("set")));
      rows.push_back(std::move(row));
    }
  }
  return table({"point"}, rows);
}

std::string ways_csv(const Json& study) {
  std::vector<Row> rows;
  for (const Json& frames : study.at("frames")) {
    for (const Json& way : frames.value("ways", Json::array())) {
      Row row{{"way", way.at("way")}, {"idle", frames.at("idle")}};
      add(row, way,
          {"voltage_V", "frequency_Hz", "latency_s", "period_s", "idle_s", "energy_J", "idle_energy_J",
           "average_power_W"});
      row.emplace_back("points", way.contains("points") ? Json(way.at("points").size()) : Json());
      if (way.contains("points") && way.at("points").size() == 1) {
        add_map(row, way.at("points").front().at("voltages_V"), "", "_V");
        add_map(row, way.at("points").front().at("frequencies_Hz"), "", "_Hz");
      }
      add(row, frames, {"awake_power_W", "break_even_awake_power_W"});
      row.emplace_back("reason", way.value("why_not", Json()));
      rows.push_back(std::move(row));
    }
  }
  return table({"way"}, rows);
}

std::string curves_csv(const Json& study) {
  std::vector<Row> rows;
  for (const Json& curve : study.at("curves")) {
    for (const Json& point : curve.at("points")) {
      Row row;
      add(row, curve, {"corner", "temperature_C"});
      row.emplace_back("idle_share_asked", curve.at("idle_share"));
      add(row, point, {"voltage_V", "frequency_Hz", "idle_share", "latency_s", "energy_J", "energy_delay_Js"});
      add_map(row, point.at("domains_J"), "domain_", "_J");
      rows.push_back(std::move(row));
    }
  }
  return table({"corner"}, rows);
}

std::string minima_csv(const Json& study) {
  std::vector<Row> rows;
  for (const Json& curve : study.at("curves")) {
    const auto minimum = [&](const std::string& of, const Json& found) {
      Row row;
      add(row, curve, {"corner", "temperature_C", "idle_share"});
      row.emplace_back("of", of);
      add(row, found, {"voltage_V", "energy_J", "at_edge"});
      add(row, curve, {"switching_exponent"});
      rows.push_back(std::move(row));
    };
    if (!curve.at("soc").is_null()) minimum("soc", curve.at("soc"));
    for (const auto& [rail, found] : curve.at("domains").items()) minimum(rail, found);
  }
  return table({"corner"}, rows);
}

}  // namespace subvolt::report
