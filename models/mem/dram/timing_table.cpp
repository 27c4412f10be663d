#include "models/mem/dram/timing_table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "models/mem/dram/delay_expression.h"
#include "models/mem/slowest_clock.h"
#include "sim/kernel/clock_misfit.h"
#include "sim/units/picoseconds.h"
#include "sim/units/text.h"

namespace subvolt::mem::dram {
namespace {

constexpr std::int64_t kThousandth = kSecond.value() / 1000;  // of a clock, in picoseconds x hertz
__extension__ typedef __int128 Wide;                          // products of picoseconds and hertz exceed 64 bits

// Parameters in ticks.
class Resolver {
 public:
  Resolver(const DeviceConfig& device, std::size_t point, Hertz frequency, Rounding rounding)
      : device_(device), point_(point), hz_(frequency.value()), rounding_(rounding) {}

  std::int64_t clock() const { return rounding_ == Rounding::kClock ? 1 : ceil_div(kSecond.value(), hz_); }
  std::int64_t operator()(const std::string& expression) const {
    return parse_delay(expression).evaluate([this](const std::string& name) { return ticks(find(name)); }, clock());
  }
  std::int64_t ticks(const SourcedDelay& p) const {
    const std::int64_t time = picoseconds(p.time).value();
    if (rounding_ == Rounding::kExact) {
      return std::max(time, ceil_div(p.clocks.value() * kSecond.value(), hz_));
    }
    // ceil(time x f - guard / 1000): exact, for a clock more of WL is a clock less where rows subtract it.
    const Wide clocks = static_cast<Wide>(time) * hz_ - static_cast<Wide>(device_.rounding.value) * kThousandth;
    const Wide whole = clocks > 0 ? (clocks + kSecond.value() - 1) / kSecond.value() : 0;
    return std::max(p.clocks.value(), static_cast<std::int64_t>(whole));
  }
  // An interval that is to be met on average: the nearest clock.
  std::int64_t interval(const std::string& expression, double multiplier) const {
    const auto exact = [this](const std::string& name) {
      const SourcedDelay& p = find(name);
      return std::max(picoseconds(p.time).value(), p.clocks.value() * kSecond.value() / hz_);
    };
    const std::int64_t ps = parse_delay(expression).evaluate(exact, kSecond.value() / hz_);
    const double scaled = static_cast<double>(ps) * multiplier;
    const double per_tick =
        rounding_ == Rounding::kExact ? 1.0 : static_cast<double>(kSecond.value()) / static_cast<double>(hz_);
    return std::llround(scaled / per_tick);
  }

 private:
  const SourcedDelay& find(const std::string& name) const {
    if (point_ > 0) {
      for (const auto& [key, parameter] : device_.set_points[point_ - 1].parameters) {
        if (key == name) return parameter;
      }
    }
    for (const auto& [key, parameter] : device_.parameters) {
      if (key == name) return parameter;
    }
    throw Error(ErrorKind::kInternal, "a timing row names the unknown parameter " + name);
  }

  const DeviceConfig& device_;
  std::size_t point_;
  std::int64_t hz_;
  Rounding rounding_;
};

Level level_of(const std::string& text) {
  return text == "rank" ? Level::kRank : text == "bank_group" ? Level::kBankGroup : Level::kBank;
}

std::uint32_t set_of(const std::vector<std::string>& names) {
  std::uint32_t set = 0;
  for (const std::string& name : names) set |= std::uint32_t{1} << index(*command_from_text(name));
  return set;
}

}  // namespace

TimingTable::TimingTable(const DeviceConfig& device, std::size_t point, Hertz frequency, Rounding rounding,
                         double refresh_multiplier) {
  using kernel::ClockMisfit;
  const Frequency most = point == 0 ? device.max_clock.value : device.set_points[point - 1].clock.value;
  const Hertz fastest = hertz(most);
  const std::string wanted = brief(Frequency::from_si(static_cast<double>(frequency.value())));
  if (frequency > fastest) {
    throw ClockMisfit("the clock of a " + device.standard + " device may be " + brief(most) + " at most, not " + wanted,
                      ClockMisfit::Bound::kFastest, fastest);
  }
  set(device, point, frequency, rounding, refresh_multiplier);
  if (leaves_room()) return;
  const std::string what = "a " + device.standard + " device cannot work between its refreshes at a clock of " + wanted;
  if (point > 0) {
    throw Error(ErrorKind::kConfiguration, what + ", its set-point " + device.set_points[point - 1].name);
  }
  const auto fits = [&](Hertz faster) {
    TimingTable table;
    table.set(device, point, faster, rounding, refresh_multiplier);
    return table.leaves_room();
  };
  throw ClockMisfit(what, ClockMisfit::Bound::kSlowest, slowest_clock(frequency, fastest, fits));
}

bool TimingTable::leaves_room() const {
  const std::int64_t busy = distance(Command::kRefreshAll, Command::kAct) + distance(Command::kAct, Command::kWrite) +
                            distance(Command::kWrite, Command::kPrecharge) +
                            distance(Command::kPrechargeAll, Command::kRefreshAll);
  return refresh_interval >= 2 * busy;
}

void TimingTable::set(const DeviceConfig& device, std::size_t point, Hertz frequency, Rounding rounding,
                      double refresh_multiplier) {
  const Resolver ticks(device, point, frequency, rounding);
  clock = ticks.clock();
  for (const auto& [name, clocks] : device.commands) {
    const Command c = *command_from_text(name);
    has[static_cast<std::size_t>(c)] = true;
    length[static_cast<std::size_t>(c)] = clocks * clock;
  }
  const auto length_of = [this](Command c) { return length[static_cast<std::size_t>(c)]; };
  for (const TimingRow& row : device.timing) {
    const std::int64_t delay = ticks(row.delay);
    if (row.window > 1) {
      windows.push_back({set_of(row.from), set_of(row.to), row.window, delay});
      continue;
    }
    for (const std::string& from_name : row.from) {
      const Command from = *command_from_text(from_name);
      for (const std::string& to_name : row.to) {
        const Command to = *command_from_text(to_name);
        // A command to all banks waits for, and holds up, each of them.
        const Level level = on_one_bank(from) && on_one_bank(to) ? level_of(row.level) : Level::kRank;
        add(from, {level, to, delay + length_of(from) - length_of(to)});
      }
    }
  }
  burst = ticks(device.data.burst);
  read_data = ticks(device.data.read) + length_of(Command::kRead) - clock;
  write_data = ticks(device.data.write) + length_of(Command::kWrite) - clock;
  refresh_interval = ticks.interval(device.refresh.interval, refresh_multiplier);
  if (!device.refresh.bank_interval.empty()) {
    bank_refresh_interval = ticks.interval(device.refresh.bank_interval, refresh_multiplier);
  }
  if (device.set_point_switch) set_point_switch = ticks.ticks(*device.set_point_switch);

  for (const Command c : {Command::kAct, Command::kRead, Command::kReadAutoPrecharge, Command::kWrite,
                          Command::kWriteAutoPrecharge, Command::kPrecharge}) {
    const std::int64_t closing =
        distance(c, Command::kPrechargeAll) + distance(Command::kPrechargeAll, Command::kRefreshAll);
    until_refresh = std::max({until_refresh, closing, distance(c, Command::kRefreshAll)});
  }
  set_between_columns();
}

void TimingTable::set_between_columns() {
  between_columns = std::numeric_limits<std::int64_t>::max();
  for (std::size_t from = 0; from < kCommands; ++from) {
    if (!has[from] || !is_column(static_cast<Command>(from))) continue;
    before_columns[from] = std::numeric_limits<std::int64_t>::max();
    for (std::size_t to = 0; to < kCommands; ++to) {
      if (!has[to] || !is_column(static_cast<Command>(to))) continue;
      std::int64_t ticks = length[from];
      for (const Distance& d : after[from]) {
        if (d.to == static_cast<Command>(to) && d.level == Level::kRank) ticks = std::max(ticks, d.ticks);
      }
      before_columns[from] = std::min(before_columns[from], ticks);
    }
    between_columns = std::min(between_columns, before_columns[from]);
  }
}

// Of several rows for a pair only the longest counts.
void TimingTable::add(Command from, Distance distance) {
  for (Distance& d : after[static_cast<std::size_t>(from)]) {
    if (d.to != distance.to || d.level != distance.level) continue;
    d.ticks = std::max(d.ticks, distance.ticks);
    return;
  }
  after[static_cast<std::size_t>(from)].push_back(distance);
}

std::int64_t TimingTable::distance(Command from, Command to) const {
  std::int64_t most = 0;
  for (const Distance& d : after[static_cast<std::size_t>(from)]) {
    if (d.to == to) most = std::max(most, d.ticks);
  }
  return most;
}

}  // namespace subvolt::mem::dram
