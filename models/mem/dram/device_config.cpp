#include "models/mem/dram/device_config.h"

#include <algorithm>
#include <set>

#include "models/mem/dram/command.h"
#include "models/mem/dram/delay_expression.h"

namespace subvolt::mem::dram {
namespace {

using config::Diagnostics;
using config::Node;
using config::node_at;

constexpr std::int64_t kMaxCount = std::int64_t{1} << 26;
// HBM has 1,024 pins per stack; DIMMs have some 36 devices; DDR5 bursts are of 32 transfers at most; LPDDR5 moves 8
// bits per pin and clock of its commands.
constexpr std::int64_t kWidest = 4096, kMostDevices = 256, kLongestBurst = 256, kMostTransfersPerClock = 16;

config::Range<std::int64_t> up_to(std::int64_t most) { return config::between<std::int64_t>(1, most); }

SourcedCount by_default(std::int64_t value) { return {value, "default"}; }

void check_organisation(const Organisation& o, const Node& node, Diagnostics& d) {
  constexpr std::int64_t kMostBanks = 256;
  if (o.banks.value > kMostBanks || o.banks.value % o.bank_groups.value != 0) {
    const config::Node& said = last_said(node, {"banks", "bank_groups"});
    d.error(node_at(said, {"value"}), "expected a number of banks that is a multiple of the " +
                                          std::to_string(o.bank_groups.value) + " bank groups, " +
                                          std::to_string(kMostBanks) + " at most");
  }
  const std::int64_t burst_bits = o.width.value * o.burst_length.value;
  if (burst_bits % 8 != 0) {
    d.error(node_at(node, {"burst_length", "value"}),
            "expected a number of transfers that make whole bytes with a width of " + std::to_string(o.width.value));
    return;
  }
  const std::int64_t page = o.page.value.value();
  if (page < burst_bits / 8 || page % (burst_bits / 8) != 0) {
    d.error(node_at(node, {"page", "value"}),
            "expected a multiple of the burst's " + std::to_string(burst_bits / 8) + " B");
  }
  const double capacity = static_cast<double>(page) * static_cast<double>(o.devices.value) *
                          static_cast<double>(o.banks.value) * static_cast<double>(o.rows.value);
  if (capacity > static_cast<double>(limits<Bytes>().highest.value())) {
    d.error(node, "expected at most " + brief(limits<Bytes>().highest) + " of devices x banks x rows x page, got " +
                      shortest(capacity) + " B");
  }
}

// What may be said where, over the whole document.
class DeviceRules {
 public:
  DeviceRules(const DeviceConfig& device, const Node& node, Diagnostics& diagnostics)
      : device_(device), node_(node), diagnostics_(diagnostics) {
    for (const auto& [name, parameter] : device.parameters) parameters_.push_back(name);
    for (const auto& [name, clocks] : device.commands) commands_.push_back(name);
  }

  void run() {
    check_commands();
    check_expression(device_.data.read, {"data", "read"});
    check_expression(device_.data.write, {"data", "write"});
    check_expression(device_.data.burst, {"data", "burst"});
    check_expression(device_.refresh.interval, {"refresh", "interval"});
    if (!device_.refresh.bank_interval.empty()) {
      check_expression(device_.refresh.bank_interval, {"refresh", "bank_interval"});
    }
    if (has("REFpb") == device_.refresh.bank_interval.empty()) {
      diagnostics_.error(node_at(node_, {"refresh", "bank_interval"}),
                         "expected a bank_interval if, and only if, the device has the command REFpb");
    }
    check_rows();
    check_set_points();
  }

 private:
  bool has(const std::string& command) const {
    return std::find(commands_.begin(), commands_.end(), command) != commands_.end();
  }

  void check_commands() {
    const Node& place = node_at(node_, {"commands"});
    std::vector<std::string> all;
    for (int c = 0; c < kCommands; ++c) all.emplace_back(to_text(static_cast<Command>(c)));
    for (const auto& [name, clocks] : device_.commands) {
      if (!command_from_text(name)) {
        diagnostics_.error(node_at(place, {name}), "unknown command " + name + config::did_you_mean(name, all) +
                                                       "; expected commands such as ACT, RD, PREA, REFab");
      }
      constexpr std::int64_t kLongest = 64;
      if (clocks < 1 || clocks > kLongest) diagnostics_.error(node_at(place, {name}), "expected 1 to 64 clocks");
    }
    for (const char* needed : {"ACT", "RD", "WR", "PRE", "PREA", "REFab"}) {
      if (!has(needed)) diagnostics_.error(place, std::string("every DRAM has the command ") + needed + ": add it");
    }
    for (const auto& [entry, exit] :
         {std::make_pair("PDE", "PDX"), std::make_pair("SRE", "SRX"), std::make_pair("DPDE", "DPDX")}) {
      if (has(entry) != has(exit)) {
        diagnostics_.error(place, std::string("expected both of ") + entry + " and " + exit + " or none");
      }
    }
  }

  void check_expression(const std::string& text, std::initializer_list<std::string_view> path) {
    check_expression(text, node_at(node_, path));
  }
  void check_expression(const std::string& text, const Node& place) {
    const DelayExpression delay = parse_delay(text);
    if (!delay.error.empty()) {
      diagnostics_.error(place, delay.error);
      return;
    }
    for (const DelayTerm& term : delay.terms) {
      if (term.parameter.empty()) continue;
      if (std::find(parameters_.begin(), parameters_.end(), term.parameter) == parameters_.end()) {
        diagnostics_.error(place, "unknown parameter " + term.parameter +
                                      config::did_you_mean(term.parameter, parameters_) +
                                      "; expected one of `parameters:`");
      }
    }
  }

  void check_rows() {
    const Node& table = node_at(node_, {"timing"});
    for (std::size_t i = 0; i < device_.timing.size() && i < table.items().size(); ++i) {
      const TimingRow& row = device_.timing[i];
      const Node& place = table.items()[i];
      if (row.level != "rank" && row.level != "bank_group" && row.level != "bank") {
        diagnostics_.error(node_at(place, {"level"}), "expected rank, bank_group or bank, got \"" + row.level + "\"");
      }
      if (row.window != 1 && row.level != "rank") {
        diagnostics_.error(node_at(place, {"window"}), "expected a window at the level of the rank");
      }
      check_known(row.from, node_at(place, {"from"}));
      check_known(row.to, node_at(place, {"to"}));
      check_expression(row.delay, node_at(place, {"delay"}));
    }
  }

  void check_known(const std::vector<std::string>& names, const Node& place) {
    for (std::size_t i = 0; i < names.size() && i < place.items().size(); ++i) {
      if (has(names[i])) continue;
      diagnostics_.error(place.items()[i], "the device has no command " + names[i] +
                                               config::did_you_mean(names[i], commands_) +
                                               "; expected one of `commands:`");
    }
  }

  void check_set_points() {
    const Node& list = node_at(node_, {"set_points"});
    std::set<std::string> names;
    for (std::size_t i = 0; i < device_.set_points.size() && i < list.items().size(); ++i) {
      const SetPoint& point = device_.set_points[i];
      const Node& place = list.items()[i];
      if (!names.insert(point.name).second) diagnostics_.error(node_at(place, {"name"}), "this name was used before");
      if (!(point.clock.value < device_.max_clock.value)) {
        diagnostics_.error(node_at(place, {"clock"}),
                           "expected less than max_clock = " + to_text(device_.max_clock.value));
      } else if (i > 0 && !(point.clock.value < device_.set_points[i - 1].clock.value)) {
        diagnostics_.error(node_at(place, {"clock"}), "expected less than " + device_.set_points[i - 1].name +
                                                          " has: the slowest set-point comes last");
      }
      for (const auto& [name, parameter] : point.parameters) {
        if (std::find(parameters_.begin(), parameters_.end(), name) != parameters_.end()) continue;
        diagnostics_.error(node_at(place, {"parameters", name}),
                           "unknown parameter " + name + config::did_you_mean(name, parameters_));
      }
    }
    if (!device_.set_points.empty() && !device_.set_point_switch) {
      diagnostics_.error(list, "expected a set_point_switch, the time that changing to one of these takes");
    }
  }

  const DeviceConfig& device_;
  const Node& node_;
  Diagnostics& diagnostics_;
  std::vector<std::string> parameters_, commands_;
};

}  // namespace

Organisation::Organisation() : devices(by_default(1)), bank_groups(by_default(1)) {}
DeviceConfig::DeviceConfig() : transfers_per_clock(by_default(2)), rounding(by_default(0)) {}

const config::Schema<Organisation>& Organisation::schema() {
  static const auto s =
      config::Schema<Organisation>("dram_organisation", "What one channel of one rank consists of.")
          .optional("devices", &Organisation::devices, "Devices side by side on the channel.", up_to(kMostDevices))
          .required("width", &Organisation::width, "Data pins of one device.", up_to(kWidest))
          .required("burst_length", &Organisation::burst_length, "Transfers per burst.", up_to(kLongestBurst))
          .optional("bank_groups", &Organisation::bank_groups,
                    "Bank groups; the low bits of a bank's number are its bank group.", up_to(kMaxCount))
          .required("banks", &Organisation::banks, "Banks, of all bank groups together.", up_to(kMaxCount))
          .required("rows", &Organisation::rows, "Rows per bank.", up_to(kMaxCount))
          .required("page", &Organisation::page, "One row of one bank of one device: columns x width / 8.",
                    config::between(Bytes(1), Bytes(kMaxCount)))
          .check(check_organisation);
  return s;
}

const config::Schema<DataTiming>& DataTiming::schema() {
  static const auto s = config::Schema<DataTiming>("dram_data", "When data move, as sums of parameters.")
                            .required("read", &DataTiming::read, "Last clock of a read command to its first data.")
                            .required("write", &DataTiming::write, "Last clock of a write command to its first data.")
                            .required("burst", &DataTiming::burst, "Length of a burst on the data bus.");
  return s;
}

const config::Schema<RefreshTiming::Rate>& RefreshTiming::Rate::schema() {
  static const auto s =
      config::Schema<Rate>("dram_refresh_rate", "How often to refresh up to a temperature.")
          .required("up_to", &Rate::up_to, "Highest temperature of the device at which this holds.")
          .required("multiplier", &Rate::multiplier, "Of the refresh interval.", config::between(0.01, 64.0))
          .required("source", &Rate::source, "Standard or data sheet it is taken from.");
  return s;
}

const config::Schema<RefreshTiming>& RefreshTiming::schema() {
  static const auto s =
      config::Schema<RefreshTiming>("dram_refresh", "How often the device wants to be refreshed.")
          .required("interval", &RefreshTiming::interval, "Average interval of refreshes of all banks.")
          .optional("bank_interval", &RefreshTiming::bank_interval,
                    "Average interval of refreshes of single banks in turn, of devices with REFpb.")
          .optional("by_temperature", &RefreshTiming::by_temperature,
                    "Rates by temperature, coolest first; hotter than the last one is an error.")
          .check([](const RefreshTiming& c, const Node& node, Diagnostics& d) {
            for (std::size_t i = 1; i < c.by_temperature.size(); ++i) {
              if (c.by_temperature[i - 1].up_to < c.by_temperature[i].up_to) continue;
              d.error(node_at(node, {"by_temperature"}), "expected rising temperatures");
            }
          });
  return s;
}

const config::Schema<TimingRow>& TimingRow::schema() {
  static const auto s =
      config::Schema<TimingRow>("dram_timing_row", "How far apart two commands must be, between their last clocks.")
          .required("level", &TimingRow::level, "Where both commands must lie for the row to hold.")
          .required("from", &TimingRow::from, "Preceding commands.")
          .required("to", &TimingRow::to, "Following commands.")
          .required("delay", &TimingRow::delay, "Sum of parameters and clocks: \"WL + BL + tWTR\".")
          .optional("window", &TimingRow::window,
                    "Counts from the n-th last preceding command: 4 for tFAW, which bounds five activates.",
                    config::between(1, 64));
  return s;
}

const config::Schema<SetPoint>& SetPoint::schema() {
  static const auto s = config::Schema<SetPoint>("dram_set_point", "A slower clock that the device can be switched to.")
                            .required("name", &SetPoint::name, "For the power manager and for accounts.")
                            .required("clock", &SetPoint::clock, "Clock of the device.", some_frequency())
                            .optional("parameters", &SetPoint::parameters, "Parameters that differ at this clock.");
  return s;
}

const config::Schema<DeviceConfig>& DeviceConfig::schema() {
  static const auto s =
      config::Schema<DeviceConfig>("dram_device",
                                   "A DRAM device as a data sheet: organisation, parameters and the table of "
                                   "distances between commands.")
          .required("standard", &DeviceConfig::standard, "Standard and speed grade.")
          .required("max_clock", &DeviceConfig::max_clock, "Fastest clock.", some_frequency())
          .optional("transfers_per_clock", &DeviceConfig::transfers_per_clock, "Per data pin.",
                    up_to(kMostTransfersPerClock))
          .optional("rounding", &DeviceConfig::rounding,
                    "Guard band in thousandths of a clock when times become clocks.",
                    config::between<std::int64_t>(0, 999))
          .required("organisation", &DeviceConfig::organisation, "What one channel consists of.")
          .required("parameters", &DeviceConfig::parameters, "JEDEC parameters by name.")
          .required("data", &DeviceConfig::data, "When data move.")
          .required("refresh", &DeviceConfig::refresh, "How often the device wants to be refreshed.")
          .required("commands", &DeviceConfig::commands, "Commands the device has, in clocks on the command bus.")
          .required("timing", &DeviceConfig::timing, "Distances between commands.")
          .optional("set_points", &DeviceConfig::set_points, "Slower clocks it can be switched to at run time.")
          .optional("set_point_switch", &DeviceConfig::set_point_switch, "How long switching takes.")
          .check([](const DeviceConfig& c, const Node& node, Diagnostics& d) { DeviceRules(c, node, d).run(); });
  return s;
}

}  // namespace subvolt::mem::dram
