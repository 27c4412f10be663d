#include "tests/support/dram_checker.h"

#include <algorithm>

namespace subvolt::test {
namespace {

// Positions that the rules speak of.
const int kAct = dram_command("ACT"), kPre = dram_command("PRE"), kPreAll = dram_command("PREA"),
          kRead = dram_command("RD"), kReadClose = dram_command("RDA"), kWrite = dram_command("WR"),
          kWriteClose = dram_command("WRA"), kRefresh = dram_command("REFab"), kRefreshBank = dram_command("REFpb"),
          kDown = dram_command("PDE"), kUp = dram_command("PDX"), kSleep = dram_command("SRE"),
          kWake = dram_command("SRX"), kDeepDown = dram_command("DPDE"), kDeepUp = dram_command("DPDX");

constexpr int kMostPutOff = 8;  // JESD79-3, 4.14: nine intervals between two refreshes at most

// What may stand between a refresh's time and the refresh: leaving power-down, closing rows, another refresh, a change
// of clock, and some clocks for the rest.
std::int64_t lag_of(const DramSheet& sheet) {
  std::int64_t closing = 0;
  for (const char* from : {"ACT", "RD", "RDA", "WR", "WRA"}) {
    closing = std::max({closing, sheet.delay(from, "PREA"), sheet.delay(from, "REFab")});
  }
  const std::int64_t refresh = std::max(sheet.delay("REFab", "REFab"), sheet.delay("REFpb", "REFpb"));
  return sheet.time(closing + sheet.delay("PREA", "REFab") + sheet.delay("PDE", "PDX") + sheet.delay("PDX", "PREA") +
                    refresh + sheet.switching + 32 * sheet.clock);
}

}  // namespace

std::string describe(const DramEvent& e) {
  std::string text = dram_command_names()[static_cast<std::size_t>(e.command)];
  if (e.bank >= 0) text += " bank " + std::to_string(e.bank);
  if (e.row >= 0) text += " row " + std::to_string(e.row);
  return text + " at " + std::to_string(e.at) + " ps";
}

DramRowChecker::DramRowChecker(const DramSheet& sheet) : sheet_(&sheet) {
  for (const DramRow& row : sheet.rows) {
    const int places = row.level == DramRow::Level::kRank    ? 1
                       : row.level == DramRow::Level::kGroup ? sheet.groups
                                                             : sheet.banks;
    past_.emplace_back(static_cast<std::size_t>(places));
  }
}

std::size_t DramRowChecker::first_place(const DramRow& row, int command, int bank) const {
  if (row.level == DramRow::Level::kRank || !for_one_bank(command)) return 0;
  return static_cast<std::size_t>(row.level == DramRow::Level::kGroup ? bank % sheet_->groups : bank);
}

std::size_t DramRowChecker::last_place(const DramRow& row, int command, int bank) const {
  if (row.level == DramRow::Level::kRank || for_one_bank(command)) return first_place(row, command, bank);
  return static_cast<std::size_t>(row.level == DramRow::Level::kGroup ? sheet_->groups : sheet_->banks) - 1;
}

const DramRow* DramRowChecker::broken(int command, int bank, std::int64_t begin) const {
  const std::int64_t end = begin + sheet_->length_of(command);
  for (std::size_t r = 0; r < sheet_->rows.size(); ++r) {
    const DramRow& row = sheet_->rows[r];
    if (!row.has_to(command)) continue;
    for (std::size_t p = first_place(row, command, bank); p <= last_place(row, command, bank); ++p) {
      const std::vector<std::int64_t>& last = past_[r][p].last;
      if (last.size() == static_cast<std::size_t>(row.window) && end - last.front() < row.delay) return &row;
    }
  }
  return nullptr;
}

void DramRowChecker::note(int command, int bank, std::int64_t begin) {
  const std::int64_t end = begin + sheet_->length_of(command);
  for (std::size_t r = 0; r < sheet_->rows.size(); ++r) {
    const DramRow& row = sheet_->rows[r];
    if (!row.has_from(command)) continue;
    for (std::size_t p = first_place(row, command, bank); p <= last_place(row, command, bank); ++p) {
      std::vector<std::int64_t>& last = past_[r][p].last;
      if (last.size() == static_cast<std::size_t>(row.window)) last.erase(last.begin());
      last.push_back(end);
    }
  }
}

DramChecker::DramChecker(const DramSheet& sheet, const Policy& policy)
    : sheet_(sheet),
      policy_(policy),
      timing_(sheet_),
      lag_(lag_of(sheet)),
      rows_(static_cast<std::size_t>(sheet.banks), -1),
      bank_refreshed_(static_cast<std::size_t>(sheet.banks), 0) {}

void DramChecker::violation(const DramEvent& e, const std::string& why) {
  constexpr std::size_t kEnough = 50;
  if (violations_.size() < kEnough) violations_.push_back(describe(e) + ": " + why);
}

bool DramChecker::any_open() const {
  return std::any_of(rows_.begin(), rows_.end(), [](std::int64_t row) { return row >= 0; });
}

void DramChecker::command(const DramEvent& e) {
  if (e.command < 0 || sheet_.length_of(e.command) == 0) return violation(e, "the device has no such command");
  const bool one = for_one_bank(e.command);
  if (one ? e.bank < 0 || e.bank >= sheet_.banks : e.bank != -1) return violation(e, "no such bank");
  const std::int64_t begin = sheet_.ticks(e.at - base_);
  if (base_ + sheet_.time(begin) != e.at) violation(e, "not on an edge of the clock");
  if (const DramRow* row = timing_.broken(e.command, e.bank, begin)) violation(e, "too soon for " + row->text);
  check_buses(e, begin);
  check_state(e);
  check_refreshes(e);
  timing_.note(e.command, e.bank, begin);
  change_state(e);
  note_refresh(e);
}

void DramChecker::check_buses(const DramEvent& e, std::int64_t begin) {
  if (begin < bus_free_) violation(e, "the command bus is occupied");
  bus_free_ = begin + sheet_.length_of(e.command);
  const bool read = e.command == kRead || e.command == kReadClose;
  const bool write = e.command == kWrite || e.command == kWriteClose;
  if (!read && !write) return;
  const std::int64_t data = bus_free_ - sheet_.clock + (read ? sheet_.read : sheet_.write);
  if (data < data_free_) violation(e, "the data bus is occupied");
  data_free_ = data + sheet_.burst;
}

void DramChecker::check_state(const DramEvent& e) {
  const Mode leaves = e.command == kUp       ? Mode::kPowerDown
                      : e.command == kWake   ? Mode::kSelfRefresh
                      : e.command == kDeepUp ? Mode::kDeepPowerDown
                                             : Mode::kUp;
  if (mode_ != leaves) violation(e, mode_ == Mode::kUp ? "it is not asleep" : "the device is asleep");
  const bool open = e.bank >= 0 && rows_[static_cast<std::size_t>(e.bank)] >= 0;
  if (e.command == kAct && open) violation(e, "the bank is open");
  if (e.command == kAct && e.row < 0) violation(e, "no row");
  const bool column = e.command == kRead || e.command == kReadClose || e.command == kWrite || e.command == kWriteClose;
  if (column && !open) violation(e, "the bank is closed");
  if (e.command == kRefreshBank && open) violation(e, "the bank is open");
  const bool needs_all_closed = e.command == kRefresh || e.command == kSleep || e.command == kDeepDown;
  if (needs_all_closed && any_open()) violation(e, "a bank is open");
  if (e.command == kRefreshBank && policy_.count_refreshes && e.bank != next_turn_) {
    violation(e, "it is the turn of bank " + std::to_string(next_turn_));
  }
  if (e.command == kSleep && slept_ && turns_since_sleep_ < sheet_.banks) {
    violation(e, "no refresh since the last self-refresh");
  }
}

void DramChecker::change_state(const DramEvent& e) {
  if (e.command == kAct) rows_[static_cast<std::size_t>(e.bank)] = e.row;
  if (e.command == kPre || e.command == kReadClose || e.command == kWriteClose) {
    rows_[static_cast<std::size_t>(e.bank)] = -1;
  }
  if (e.command == kPreAll) std::fill(rows_.begin(), rows_.end(), -1);
  if (e.command == kDown) mode_ = Mode::kPowerDown;
  if (e.command == kSleep) mode_ = Mode::kSelfRefresh;
  if (e.command == kDeepDown) mode_ = Mode::kDeepPowerDown;
  if (e.command == kUp || e.command == kWake || e.command == kDeepUp) mode_ = Mode::kUp;
}

void DramChecker::check_refreshes(const DramEvent& e) {
  const bool asleep = mode_ == Mode::kSelfRefresh || mode_ == Mode::kDeepPowerDown;
  if (!policy_.count_refreshes || asleep) return;
  const std::int64_t interval = policy_.per_bank ? sheet_.turn_interval : sheet_.interval;
  const std::int64_t due = std::max<std::int64_t>(0, (e.at - lag_ - refresh_from_) / interval);
  const std::int64_t done = policy_.per_bank ? turns_ + refreshes_ * sheet_.banks : refreshes_;
  if (due - done > policy_.postpone) {
    violation(e, std::to_string(due) + " refreshes were due, " + std::to_string(done) + " are done");
  }
  const std::int64_t most = (kMostPutOff + 1) * sheet_.interval;
  const std::int64_t last =
      policy_.per_bank ? *std::min_element(bank_refreshed_.begin(), bank_refreshed_.end()) : last_refresh_;
  if (e.at - last > most) violation(e, "more than nine intervals since the refresh at " + std::to_string(last));
}

void DramChecker::restart_refreshes(Picoseconds at_time) {
  refresh_from_ = last_refresh_ = at_time;
  refreshes_ = turns_ = 0;
  next_turn_ = 0;
  std::fill(bank_refreshed_.begin(), bank_refreshed_.end(), at_time);
}

void DramChecker::note_refresh(const DramEvent& e) {
  if (e.command == kRefresh) {
    ++refreshes_;
    last_refresh_ = e.at;
    std::fill(bank_refreshed_.begin(), bank_refreshed_.end(), e.at);
    next_turn_ = 0;
    slept_ = false;
  } else if (e.command == kRefreshBank) {
    ++turns_;
    ++turns_since_sleep_;
    bank_refreshed_[static_cast<std::size_t>(e.bank)] = e.at;
    next_turn_ = (e.bank + 1) % sheet_.banks;
  } else if (e.command == kWake) {
    restart_refreshes(e.at);
    slept_ = true;
    turns_since_sleep_ = 0;
  } else if (e.command == kDeepUp) {
    restart_refreshes(e.at + sheet_.time(sheet_.delay("DPDX", "REFab")));
    slept_ = false;
  }
}

void DramChecker::switched(const DramSheet& sheet, Picoseconds at_time) {
  const DramEvent change{at_time, kRefresh, -1, -1};
  const std::int64_t at = sheet_.ticks(at_time - base_);
  if (base_ + sheet_.time(at) != at_time) violation(change, "a change of clock, not on an edge");
  if (mode_ != Mode::kUp || any_open()) violation(change, "a change of clock of a device at work");
  if (at < data_free_ || at < bus_free_) violation(change, "a change of clock while a bus is occupied");
  if (const DramRow* row = timing_.broken(kRefresh, -1, at)) violation(change, "a change of clock, " + row->text);
  sheet_ = sheet;
  timing_ = DramRowChecker(sheet_);
  lag_ = lag_of(sheet);
  base_ = at_time;
  bus_free_ = sheet.switching;
  data_free_ = 0;
}

void DramChecker::finish(Picoseconds at_time) { check_refreshes({at_time, kRefresh, -1, -1}); }

std::string DramChecker::report() const {
  std::string text;
  for (const std::string& v : violations_) text += v + "\n";
  return text;
}

std::string dram_violations(const DramSheet& sheet, const DramChecker::Policy& policy,
                            const std::vector<DramEvent>& stream, Picoseconds end_time) {
  DramChecker checker(sheet, policy);
  for (const DramEvent& e : stream) checker.command(e);
  checker.finish(end_time);
  return checker.report();
}

}  // namespace subvolt::test
