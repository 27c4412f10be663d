#include "tests/support/dram_sheet.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <stdexcept>

#include "sim/config/library.h"
#include "sim/config/loader.h"

namespace subvolt::test {
namespace {

using config::Node;

__extension__ typedef __int128 Wide;
constexpr std::int64_t kPicosecondsPerSecond = 1'000'000'000'000;

std::int64_t ceil_of(Wide a, Wide b) { return static_cast<std::int64_t>(a >= 0 ? (a + b - 1) / b : -(-a / b)); }

const Node& at(const Node& node, const char* key) {
  const Node* found = node.find(key);
  if (!found) throw std::runtime_error(node.path() + " has no " + key);
  return *found;
}

// "17.5 ns" in picoseconds, "533 MHz" in hertz, "4 cycles" in clocks.
std::int64_t quantity(const std::string& text) {
  static const std::map<std::string, double> kUnits = {{"ps", 1},    {"ns", 1e3},  {"us", 1e6},
                                                       {"ms", 1e9},  {"Hz", 1},    {"kHz", 1e3},
                                                       {"MHz", 1e6}, {"GHz", 1e9}, {"cycles", 1}};
  std::istringstream words(text);
  long double number = 0;
  std::string unit;
  words >> number >> unit;
  return std::llround(number * static_cast<long double>(kUnits.at(unit)));
}

class Reader {
 public:
  Reader(const Node& device, const DramClocking& clocking) : device_(device), clocking_(clocking) {
    if (clocking.set_point > 0) point_ = &at(device, "set_points").items().at(clocking.set_point - 1);
    const Node& own = point_ ? at(*point_, "clock") : at(device, "max_clock");
    hz_ = clocking.hz > Hertz() ? clocking.hz.value() : quantity(at(own, "value").value());
    if (const Node* rounding = device.find("rounding")) guard_ = std::stoll(at(*rounding, "value").value());
  }

  DramSheet run() const {
    DramSheet s;
    s.hz = Hertz(hz_);
    s.exact = clocking_.exact;
    s.clock = one_clock();
    const Node& organisation = at(device_, "organisation");
    s.banks = std::stoi(at(at(organisation, "banks"), "value").value());
    const Node* groups = organisation.find("bank_groups");
    s.groups = groups ? std::stoi(at(*groups, "value").value()) : 1;
    for (const Node::Entry& e : at(device_, "commands").entries()) {
      s.length[static_cast<std::size_t>(dram_command(e.key))] = std::stoll(e.node.value()) * s.clock;
    }
    for (const Node& row : at(device_, "timing").items()) s.rows.push_back(row_of(row));
    const Node& data = at(device_, "data");
    s.read = sum(at(data, "read").value());
    s.write = sum(at(data, "write").value());
    s.burst = sum(at(data, "burst").value());
    const Node& refresh = at(device_, "refresh");
    s.interval = interval(at(refresh, "interval").value());
    if (const Node* turn = refresh.find("bank_interval")) s.turn_interval = interval(turn->value());
    if (const Node* switching = device_.find("set_point_switch")) s.switching = ticks(*switching);
    return s;
  }

 private:
  std::int64_t one_clock() const { return clocking_.exact ? ceil_of(kPicosecondsPerSecond, hz_) : 1; }
  const Node& parameter(const std::string& name) const {
    const Node* others = point_ ? point_->find("parameters") : nullptr;
    const Node* other = others ? others->find(name) : nullptr;
    return other ? *other : at(at(device_, "parameters"), name.c_str());
  }
  static std::int64_t part(const Node& parameter, const char* key) {
    const Node* found = parameter.find(key);
    return found ? quantity(found->value()) : 0;
  }
  std::int64_t ticks(const Node& parameter) const {
    const std::int64_t time = part(parameter, "time"), clocks = part(parameter, "clocks");
    if (clocking_.exact) return std::max(time, ceil_of(Wide(clocks) * kPicosecondsPerSecond, hz_));
    // n = ceil(time / tCK - guard / 1000)
    return std::max(clocks,
                    ceil_of(Wide(time) * hz_ - Wide(guard_) * (kPicosecondsPerSecond / 1000), kPicosecondsPerSecond));
  }
  // "WL + 1 + BL + tWTR", "2 * tCCD - 1"
  std::int64_t sum(const std::string& text) const {
    std::istringstream words(text);
    std::int64_t total = 0, sign = 1, factor = 1;
    bool number_open = false;  // a number that a * may follow
    for (std::string word; words >> word;) {
      if (word == "*") {
        number_open = false;
        continue;
      }
      if (word == "+" || word == "-") {
        if (number_open) total += sign * factor * one_clock();
        sign = word == "-" ? -1 : 1;
        factor = 1;
        number_open = false;
      } else if (word[0] >= '0' && word[0] <= '9') {
        factor = std::stoll(word);
        number_open = true;
      } else {
        total += sign * factor * ticks(parameter(word));
        number_open = false;
      }
    }
    return number_open ? total + sign * factor * one_clock() : total;
  }
  // Averages: to the nearest clock. A single parameter in all documents.
  std::int64_t interval(const std::string& name) const {
    const Node& p = parameter(name);
    const auto ps = static_cast<double>(std::max<std::int64_t>(
        part(p, "time"), static_cast<std::int64_t>(Wide(part(p, "clocks")) * kPicosecondsPerSecond / hz_)));
    if (clocking_.exact) return std::llround(ps * clocking_.refresh_multiplier);
    const double period = static_cast<double>(kPicosecondsPerSecond) / static_cast<double>(hz_);
    const std::int64_t clocks = std::llround(ps * clocking_.refresh_multiplier / period);
    return static_cast<std::int64_t>(Wide(clocks) * kPicosecondsPerSecond / hz_);
  }
  DramRow row_of(const Node& node) const {
    DramRow row;
    const std::string level = at(node, "level").value();
    row.level = level == "rank"         ? DramRow::Level::kRank
                : level == "bank_group" ? DramRow::Level::kGroup
                                        : DramRow::Level::kBank;
    const auto set = [](const Node& list) {
      std::uint32_t bits = 0;
      for (const Node& name : list.items()) bits |= 1U << dram_command(name.value());
      return bits;
    };
    row.from = set(at(node, "from"));
    row.to = set(at(node, "to"));
    const std::string delay = at(node, "delay").value();
    row.delay = sum(delay);
    if (const Node* window = node.find("window")) row.window = std::stoi(window->value());
    row.text = node.location().text() + ": " + level + ", " + delay;
    return row;
  }

  const Node& device_;
  const DramClocking& clocking_;
  const Node* point_ = nullptr;
  std::int64_t hz_ = 0, guard_ = 0;
};

}  // namespace

const std::array<const char*, kDramCommands>& dram_command_names() {
  static const std::array<const char*, kDramCommands> names = {
      "ACT", "PRE", "PREA", "RD", "RDA", "WR", "WRA", "REFab", "REFpb", "PDE", "PDX", "SRE", "SRX", "DPDE", "DPDX"};
  return names;
}

int dram_command(const std::string& name) {
  const auto& names = dram_command_names();
  for (int i = 0; i < kDramCommands; ++i) {
    if (name == names[static_cast<std::size_t>(i)]) return i;
  }
  return -1;
}

bool for_one_bank(int command) {
  static const std::uint32_t one = [] {
    std::uint32_t set = 0;
    for (const char* name : {"ACT", "PRE", "RD", "RDA", "WR", "WRA", "REFpb"}) set |= 1U << dram_command(name);
    return set;
  }();
  return (one >> command & 1U) != 0;
}

std::int64_t DramSheet::delay(const char* from, const char* to) const {
  const int first = dram_command(from), second = dram_command(to);
  std::int64_t most = 0;
  for (const DramRow& row : rows) {
    if (row.window == 1 && row.has_from(first) && row.has_to(second)) {
      most = std::max(most, row.delay);
    }
  }
  return most;
}

Picoseconds DramSheet::time(std::int64_t n) const {
  return Picoseconds(exact ? n : static_cast<std::int64_t>(Wide(n) * kPicosecondsPerSecond / hz.value()));
}

std::int64_t DramSheet::ticks(Picoseconds time) const {
  return exact ? time.value() : ceil_of(Wide(time.value()) * hz.value(), kPicosecondsPerSecond);
}

DramSheet read_dram_sheet(const Node& device, const DramClocking& clocking) { return Reader(device, clocking).run(); }

Node shipped_dram(const std::string& name, const std::vector<std::pair<std::string, std::string>>& overrides) {
  std::vector<config::Override> all;
  for (const auto& [path, value] : overrides) all.push_back({"memory.device." + path, value});
  return at(config::load(config::find("memory", name), "memory", all).section, "device");
}

}  // namespace subvolt::test
