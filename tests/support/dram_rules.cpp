#include "tests/support/dram_rules.h"

#include <algorithm>

namespace subvolt::test {

using mem::DramCommand;
using Kind = DramCommand::Kind;

namespace {

bool is_column(Kind k) { return k == Kind::kRead || k == Kind::kWrite; }
constexpr std::int64_t kNone = INT64_MIN / 2;  // no rule between two commands

}  // namespace

DramLimits DramLimits::at_1600_mhz_in_clocks() {
  DramLimits l{1, 28 + 6, 14 + 1, 8, 29, 29, 34, 68, 8, 16, 64, 29, 16, 12, 2, 4, 6246, 448, 12, 12, 24, 460};
  for (std::int64_t* v :
       {&l.ck, &l.rl,  &l.wl,  &l.burst, &l.rcd, &l.rp_bank, &l.rp_all, &l.ras, &l.ccd, &l.rrd, &l.faw,
        &l.wr, &l.wtr, &l.rtp, &l.wpre,  &l.ppd, &l.refi,    &l.rfc,    &l.xp,  &l.cke, &l.sr,  &l.xsr}) {
    *v *= 625;
  }
  return l;
}

DramLimits DramLimits::exact(std::int64_t frequency_hz) {
  const auto clocks = [frequency_hz](std::int64_t n) {
    return (n * 1'000'000'000'000 + frequency_hz - 1) / frequency_hz;
  };
  const auto longer = [&](std::int64_t ps, std::int64_t n) { return std::max(ps, clocks(n)); };
  DramLimits l{};
  l.ck = clocks(1);
  l.rl = 17'500 + 3'500;
  l.wl = 8'750 + clocks(1);
  l.burst = clocks(8);
  l.rcd = longer(18'000, 4);
  l.rp_bank = longer(18'000, 4);
  l.rp_all = longer(21'000, 4);
  l.ras = longer(42'000, 3);
  l.ccd = clocks(8);
  l.rrd = longer(10'000, 4);
  l.faw = 40'000;
  l.wr = longer(18'000, 6);
  l.wtr = longer(10'000, 8);
  l.rtp = longer(7'500, 8);
  l.wpre = clocks(2);
  l.ppd = clocks(4);
  l.refi = 3'904'000;
  l.rfc = 280'000;
  l.xp = longer(7'500, 5);
  l.cke = longer(7'500, 4);
  l.sr = longer(15'000, 3);
  l.xsr = longer(287'500, 2);
  return l;
}

std::int64_t DramRules::distance(const DramCommand& before, const DramCommand& now) const {
  const DramLimits& l = limits_;
  const bool same_bank = before.bank == now.bank;
  switch (before.kind) {
    case Kind::kPowerDownEntry:
      return now.kind == Kind::kPowerDownExit ? l.cke : kNone;
    case Kind::kPowerDownExit:
      return now.kind == Kind::kPowerDownEntry ? std::max(l.cke, l.xp) : l.xp;
    case Kind::kSelfRefreshEntry:
      return now.kind == Kind::kSelfRefreshExit ? l.sr : kNone;
    case Kind::kSelfRefreshExit:
      return l.xsr;
    case Kind::kRefresh:
      return l.rfc;
    case Kind::kPrechargeAll:
      if (now.kind == Kind::kPowerDownEntry) return l.rp_all;
      return now.kind == Kind::kActivate || now.kind == Kind::kRefresh || now.kind == Kind::kSelfRefreshEntry ? l.rp_all
                                                                                                              : kNone;
    case Kind::kPrecharge:
      if (now.kind == Kind::kPrecharge) return l.ppd;
      if (now.kind == Kind::kActivate && same_bank) return l.rp_bank;
      return now.kind == Kind::kRefresh || now.kind == Kind::kSelfRefreshEntry ? l.rp_bank : kNone;
    case Kind::kActivate:
      if (now.kind == Kind::kActivate) return same_bank ? l.ras + l.rp_bank : l.rrd;
      if (now.kind == Kind::kPrechargeAll || (now.kind == Kind::kPrecharge && same_bank)) return l.ras;
      return is_column(now.kind) && same_bank ? l.rcd : kNone;
    case Kind::kRead:
      if (now.kind == Kind::kRead) return l.ccd;
      if (now.kind == Kind::kWrite) return l.rl + l.burst + l.wpre - l.wl;
      if (now.kind == Kind::kPrechargeAll || (now.kind == Kind::kPrecharge && same_bank)) return l.rtp;
      return now.kind == Kind::kPowerDownEntry ? l.rl + l.burst + l.ck : kNone;
    case Kind::kWrite:
      if (now.kind == Kind::kWrite) return l.ccd;
      if (now.kind == Kind::kRead) return l.wl + l.burst + l.wtr;
      if (now.kind == Kind::kPrechargeAll || (now.kind == Kind::kPrecharge && same_bank)) return l.wl + l.burst + l.wr;
      return now.kind == Kind::kPowerDownEntry ? l.wl + l.burst + l.wr : kNone;
  }
  return kNone;
}

DramRules::Finding DramRules::check(const DramCommand& command) const {
  // Rows.
  if (is_column(command.kind) && open_row(command.bank) < 0) return {"column command to a closed bank", nullptr};
  if (command.kind == Kind::kActivate && open_row(command.bank) >= 0) return {"activate of an open bank", nullptr};
  if (command.kind == Kind::kPrecharge && open_row(command.bank) < 0) return {"precharge of a closed bank", nullptr};
  const bool needs_closed = command.kind == Kind::kRefresh || command.kind == Kind::kSelfRefreshEntry;
  if (needs_closed && any_open()) return {"refresh with open banks", nullptr};
  if (command.kind == Kind::kPowerDownEntry && any_open()) return {"power-down with open banks", nullptr};
  // Distances. Nothing older than the last hundred commands can matter.
  int activates = 0;
  const std::size_t depth = std::min<std::size_t>(issued_.size(), 100);
  for (std::size_t i = 1; i <= depth; ++i) {
    const DramCommand& before = issued_[issued_.size() - i];
    if (command.at_ps - before.at_ps < distance(before, command)) return {"too soon", &before};
    if (command.kind == Kind::kActivate && before.kind == Kind::kActivate && ++activates == 4 &&
        command.at_ps - before.at_ps < limits_.faw) {
      return {"fifth activate in tFAW", &before};
    }
  }
  return {};
}

std::string DramRules::violation(const DramCommand& command) const {
  const Finding finding = check(command);
  if (!finding.why) return "";
  return finding.why + (finding.before ? " after " + describe(*finding.before) : "");
}

void DramRules::issue(const DramCommand& command) {
  if (command.kind == Kind::kActivate) rows_[static_cast<std::size_t>(command.bank)] = command.row;
  if (command.kind == Kind::kPrecharge) rows_[static_cast<std::size_t>(command.bank)] = -1;
  if (command.kind == Kind::kPrechargeAll) std::fill(rows_.begin(), rows_.end(), -1);
  issued_.push_back(command);
}

bool DramRules::any_open() const {
  return std::any_of(rows_.begin(), rows_.end(), [](std::int64_t row) { return row >= 0; });
}

void DramRules::forget_after(std::size_t commands, const std::vector<std::int64_t>& rows) {
  issued_.resize(commands);
  rows_ = rows;
}

std::string first_violation(std::vector<DramCommand> commands, const DramLimits& limits, int banks) {
  std::stable_sort(commands.begin(), commands.end(),
                   [](const DramCommand& a, const DramCommand& b) { return a.at_ps < b.at_ps; });
  DramRules rules(limits, banks);
  std::int64_t bus_free = 0, last_data = INT64_MIN / 2, refreshed = 0;
  bool last_was_read = false, down = false, self_refresh = false;
  for (const DramCommand& c : commands) {
    std::string why = rules.violation(c);
    if (down && c.kind != Kind::kPowerDownExit) why = "command in power-down";
    if (self_refresh && c.kind != Kind::kSelfRefreshExit) why = "command in self-refresh";
    if (is_column(c.kind)) {
      const bool read = c.kind == Kind::kRead;
      const std::int64_t begin = c.at_ps + (read ? limits.rl : limits.wl);
      if (begin < bus_free) why = "data bus occupied until " + std::to_string(bus_free) + " ps";
      if (!read && last_was_read && begin - last_data < limits.wpre) why = "no room for the write preamble";
      bus_free = last_data = begin + limits.burst;
      last_was_read = read;
    }
    // JESD209-4 lets eight refreshes be postponed.
    const bool refreshing =
        c.kind == Kind::kRefresh || c.kind == Kind::kSelfRefreshEntry || c.kind == Kind::kSelfRefreshExit;
    if (!self_refresh && c.at_ps - refreshed > 9 * limits.refi) why = "no refresh since " + std::to_string(refreshed);
    if (refreshing) refreshed = c.at_ps;
    if (c.kind == Kind::kPowerDownEntry || c.kind == Kind::kPowerDownExit) down = c.kind == Kind::kPowerDownEntry;
    if (c.kind == Kind::kSelfRefreshEntry || c.kind == Kind::kSelfRefreshExit) {
      self_refresh = c.kind == Kind::kSelfRefreshEntry;
    }
    if (!why.empty()) return describe(c) + ": " + why;
    rules.issue(c);
  }
  return "";
}

std::int64_t ReferenceScheduler::issue_when_legal(DramCommand command) {
  while (!rules_.legal(command)) command.at_ps += rules_.limits().ck;
  rules_.issue(command);
  return command.at_ps;
}

void ReferenceScheduler::refresh() {
  const DramLimits& l = rules_.limits();
  if (rules_.any_open()) rules_.issue({Kind::kPrechargeAll, -1, -1, next_refresh_ - l.rp_all});
  rules_.issue({Kind::kRefresh, -1, -1, next_refresh_});
  refresh_end_ = next_refresh_ + l.rfc;
  next_refresh_ += l.refi;
}

std::int64_t ReferenceScheduler::try_burst(bool write, int bank, std::int64_t row, std::int64_t earliest_ps) {
  const std::int64_t open = rules_.open_row(bank);
  if (open >= 0 && open != row) issue_when_legal({Kind::kPrecharge, bank, -1, earliest_ps});
  if (open != row) issue_when_legal({Kind::kActivate, bank, row, earliest_ps});
  DramCommand close{Kind::kPrecharge, bank, -1, 0};
  close.at_ps = issue_when_legal({write ? Kind::kWrite : Kind::kRead, bank, -1, earliest_ps});
  while (!rules_.legal(close)) close.at_ps += rules_.limits().ck;
  return close.at_ps;
}

void ReferenceScheduler::burst(bool write, int bank, std::int64_t row, std::int64_t earliest_ps) {
  while (true) {
    const std::size_t before = rules_.issued().size();
    const std::vector<std::int64_t> rows = rules_.rows();
    const std::int64_t closable = try_burst(write, bank, row, std::max(earliest_ps, refresh_end_));
    if (closable <= next_refresh_ - rules_.limits().rp_all) return;
    rules_.forget_after(before, rows);
    refresh();
  }
}

std::string describe(const DramCommand& c) {
  static const std::map<Kind, std::string> names = {
      {Kind::kActivate, "ACT"},       {Kind::kRead, "RD"},           {Kind::kWrite, "WR"},
      {Kind::kPrecharge, "PRE"},      {Kind::kPrechargeAll, "PREA"}, {Kind::kRefresh, "REF"},
      {Kind::kPowerDownEntry, "PDE"}, {Kind::kPowerDownExit, "PDX"}, {Kind::kSelfRefreshEntry, "SRE"},
      {Kind::kSelfRefreshExit, "SRX"}};
  return names.at(c.kind) + " bank " + std::to_string(c.bank) + " row " + std::to_string(c.row) + " at " +
         std::to_string(c.at_ps) + " ps";
}

bool same(const DramCommand& a, const DramCommand& b) {
  return a.kind == b.kind && a.bank == b.bank && a.row == b.row && a.at_ps == b.at_ps;
}

}  // namespace subvolt::test
