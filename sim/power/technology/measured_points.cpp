#include "sim/power/technology/measured_points.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

#include "sim/config/diagnostics.h"
#include "sim/config/error.h"
#include "sim/config/read_file.h"

namespace subvolt::power {
namespace {

constexpr const char* kHeadings[] = {"voltage_V", "frequency_Hz", "power_W", "temperature_C", "use"};
enum Column { kVoltage, kFrequency, kPower, kTemperature, kUse, kColumns };
constexpr double kTypical_C = 25.0;

struct Cell {
  std::string text;
  std::size_t column = 1;  // in its line, from 1
};

std::string stripped(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\"");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\"") - first + 1);
}

std::vector<Cell> cells_of(const std::string& line) {
  std::vector<Cell> cells;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(line.find(',', begin), line.size());
    cells.push_back({stripped(line.substr(begin, end - begin)), begin + 1});
    if (end == line.size()) return cells;
    begin = end + 1;
  }
}

// One file, line by line, with the place of what is wrong in it.
class Table {
 public:
  explicit Table(const std::string& file) : file_(file) {}

  [[noreturn]] void refuse(const Cell& cell, const std::string& why) const {
    throw Error(ErrorKind::kConfiguration,
                file_ + ":" + std::to_string(line_) + ":" + std::to_string(cell.column) + ": " + why);
  }

  void take(const std::string& line, std::vector<MeasuredPoint>& points) {
    ++line_;
    const std::string text = stripped(line);
    if (text.empty() || text.front() == '#') return;
    const std::vector<Cell> cells = cells_of(line);
    if (place_.empty()) return take_headings(cells);
    if (cells.size() != width_) {
      refuse(cells.back(), "expected " + std::to_string(width_) + " cells as there are headings, got " +
                               std::to_string(cells.size()));
    }
    MeasuredPoint point;
    point.line = line_;
    point.at.voltage = Voltage::from_si(number(cells, kVoltage, 0.015, 10.0));
    point.frequency = Frequency::from_si(number(cells, kFrequency, 1.0, 1e12));
    point.at.temperature =
        Temperature::from_celsius(has(cells, kTemperature) ? number(cells, kTemperature, -60.0, 200.0) : kTypical_C);
    if (has(cells, kPower)) point.power = Power::from_si(number(cells, kPower, 1e-15, 1e6));
    if (has(cells, kUse)) {
      const Cell& use = cell(cells, kUse);
      if (use.text != "fit" && use.text != "check") refuse(use, config::not_one_of({"fit", "check"}, use.text));
      point.fit = use.text == "fit";
    }
    points.push_back(point);
  }
  bool has_headings() const { return !place_.empty(); }

 private:
  void take_headings(const std::vector<Cell>& cells) {
    place_.assign(kColumns, std::string::npos);
    width_ = cells.size();
    const std::vector<std::string> known(std::begin(kHeadings), std::end(kHeadings));
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto found = std::find(known.begin(), known.end(), cells[i].text);
      if (found == known.end()) refuse(cells[i], config::not_one_of(known, cells[i].text));
      std::size_t& place = place_[static_cast<std::size_t>(found - known.begin())];
      if (place != std::string::npos) refuse(cells[i], cells[i].text + " is there twice");
      place = i;
    }
    for (const Column wanted : {kVoltage, kFrequency}) {
      if (place_[wanted] == std::string::npos)
        refuse(cells.front(), std::string("missing column ") + kHeadings[wanted]);
    }
  }
  const Cell& cell(const std::vector<Cell>& cells, Column c) const { return cells[place_[c]]; }
  bool has(const std::vector<Cell>& cells, Column c) const {
    return place_[c] != std::string::npos && !cell(cells, c).text.empty();
  }
  double number(const std::vector<Cell>& cells, Column c, double lowest, double highest) const {
    const Cell& at = cell(cells, c);
    char* end = nullptr;
    const double value = std::strtod(at.text.c_str(), &end);
    if (at.text.empty() || end != at.text.c_str() + at.text.size() || !(value >= lowest && value <= highest)) {
      refuse(at, std::string("expected ") + kHeadings[c] + " from " + shortest(lowest) + " to " + shortest(highest) +
                     ", got \"" + at.text + "\"");
    }
    return value;
  }

  std::string file_;
  std::size_t line_ = 0, width_ = 0;
  std::vector<std::size_t> place_;  // of each column, npos: not there
};

std::set<std::size_t> rows_of(const std::string& text, std::size_t count) {
  std::set<std::size_t> rows;
  const auto refuse = [&](const std::string& piece) {
    throw Error(ErrorKind::kConfiguration,
                "--fit: expected rows from 1 to " + std::to_string(count) + " such as 1,3,5-7, got \"" + piece + "\"");
  };
  for (const Cell& cell : cells_of(text)) {
    const std::size_t dash = cell.text.find('-');
    const auto whole = [&](const std::string& piece) {
      const bool digits =
          !piece.empty() && piece.size() < 10 && piece.find_first_not_of("0123456789") == std::string::npos;
      const std::size_t row = digits ? std::stoul(piece) : 0;
      if (row < 1 || row > count) refuse(cell.text);
      return row;
    };
    const std::size_t first = whole(cell.text.substr(0, dash));
    const std::size_t last = dash == std::string::npos ? first : whole(cell.text.substr(dash + 1));
    if (last < first) refuse(cell.text);
    for (std::size_t row = first; row <= last; ++row) rows.insert(row);
  }
  return rows;
}

}  // namespace

std::vector<MeasuredPoint> read_measured_points(const std::string& file, const std::string& rows) {
  const std::string text = config::read_file(file, config::kMaxTableBytes);
  Table table(file);
  std::vector<MeasuredPoint> points;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    table.take(text.substr(begin, end - begin), points);
    begin = end + 1;
  }
  if (!table.has_headings()) throw Error(ErrorKind::kConfiguration, file + ":1:1: expected a line of headings");
  if (points.empty()) throw Error(ErrorKind::kConfiguration, file + ": has headings and no points");
  if (rows.empty()) return points;
  const std::set<std::size_t> fitted = rows_of(rows, points.size());
  for (std::size_t i = 0; i < points.size(); ++i) points[i].fit = fitted.count(i + 1) > 0;
  return points;
}

}  // namespace subvolt::power
