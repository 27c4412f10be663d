#include "tests/support/dram_schedule.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace subvolt::test {

std::vector<DramEvent> read_dramsys_schedule(const std::string& file, const DramSheet& sheet) {
  static const std::map<std::string, std::string> kNames = {
      {"PREPB", "PRE"}, {"PREAB", "PREA"}, {"REFAB", "REFab"}, {"REFPB", "REFpb"}};
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file);
  std::vector<DramEvent> out;
  const auto add = [&](std::int64_t cycle, const std::string& name, int bank, std::int64_t row) {
    const int command = dram_command(name);
    if (command < 0) throw std::runtime_error(file + ": unknown command " + name);
    const bool one = for_one_bank(command);
    out.push_back({sheet.time(cycle), command, one ? bank : -1, name == "ACT" ? row : -1});
  };
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#' || line[0] == 'c') continue;
    std::vector<std::string> cells;
    std::istringstream text(line);
    for (std::string cell; std::getline(text, cell, ',');) cells.push_back(cell);
    const std::int64_t begin = std::stoll(cells.at(0)), end = std::stoll(cells.at(1));
    const std::string& name = cells.at(2);
    const int bank = std::stoi(cells.at(3));
    if (name == "PDNA" || name == "PDNP") {
      add(begin, "PDE", bank, 0);
      add(end - sheet.length_of(dram_command("PDX")), "PDX", bank, 0);
    } else if (name == "SREF") {
      add(begin, "SRE", bank, 0);
      add(end - sheet.length_of(dram_command("SRX")), "SRX", bank, 0);
    } else {
      const auto ours = kNames.find(name);
      add(begin, ours == kNames.end() ? name : ours->second, bank, std::stoll(cells.at(4)));
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const DramEvent& a, const DramEvent& b) { return a.at < b.at; });
  // The end of the simulation is not an exit.
  while (!out.empty() && (out.back().command == dram_command("PDX") || out.back().command == dram_command("SRX"))) {
    out.pop_back();
  }
  return out;
}

}  // namespace subvolt::test
