// LPDDR4-3200 as a list of forbidden distances between commands, and a scheduler that tries clock after clock:
// slow and plain, written against the standard and not against the model.
//
// Numbers in nanoseconds and clocks: JESD209-4, 8 Gb per channel, as in DRAMSys 5.1's memory specification
// JEDEC_8Gb_LPDDR4-3200_16bit.json (RL 28, WL 14, RCD 29, RPpb 29, RPab 34, RAS 68, CCD 8, RRD 16, FAW 64,
// WR 29, WTR 16, RTP 12, RFCab 448, REFI 6246, XP 12, CKE 12, SR 24, XSR 460, DQSCK 6, DQSS 1, WPRE 2 clocks).
// Stricter than the standard in one point, the model's policy: power-down begins tRPab after precharging, no bank open.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/mem/dram_channel.h"

namespace subvolt::test {

struct DramLimits {
  std::int64_t ck, rl, wl, burst, rcd, rp_bank, rp_all, ras, ccd, rrd, faw, wr, wtr, rtp, wpre, ppd, refi, rfc, xp, cke,
      sr, xsr;
  static DramLimits at_1600_mhz_in_clocks();           // all delays whole clocks of 625 ps
  static DramLimits exact(std::int64_t frequency_hz);  // max(ns, clocks)
};

class DramRules {
 public:
  DramRules(const DramLimits& limits, int banks) : limits_(limits), rows_(static_cast<std::size_t>(banks), -1) {}
  const DramLimits& limits() const { return limits_; }

  // Why `command` may not be issued after what was issued so far; empty when it may.
  std::string violation(const mem::DramCommand& command) const;
  bool legal(const mem::DramCommand& command) const { return !check(command).why; }
  void issue(const mem::DramCommand& command);

  bool any_open() const;
  std::int64_t open_row(int bank) const { return rows_[static_cast<std::size_t>(bank)]; }
  const std::vector<mem::DramCommand>& issued() const { return issued_; }
  void forget_after(std::size_t commands, const std::vector<std::int64_t>& rows);
  const std::vector<std::int64_t>& rows() const { return rows_; }

 private:
  struct Finding {
    const char* why = nullptr;
    const mem::DramCommand* before = nullptr;
  };
  Finding check(const mem::DramCommand& command) const;
  std::int64_t distance(const mem::DramCommand& before, const mem::DramCommand& now) const;

  DramLimits limits_;
  std::vector<std::int64_t> rows_;
  std::vector<mem::DramCommand> issued_;
};

// The first broken rule of a whole run, in time order, data bus and refresh rate included; empty when none is.
std::string first_violation(std::vector<mem::DramCommand> commands, const DramLimits& limits, int banks);

// In order, open page, refresh at fixed times: the model's policy, one clock at a time. No power-down.
class ReferenceScheduler {
 public:
  ReferenceScheduler(const DramLimits& limits, int banks) : rules_(limits, banks), next_refresh_(limits.refi) {}
  void burst(bool write, int bank, std::int64_t row, std::int64_t earliest_ps);
  const std::vector<mem::DramCommand>& commands() const { return rules_.issued(); }

 private:
  std::int64_t issue_when_legal(mem::DramCommand command);
  std::int64_t try_burst(bool write, int bank, std::int64_t row, std::int64_t earliest_ps);
  void refresh();

  DramRules rules_;
  std::int64_t next_refresh_;
  std::int64_t refresh_end_ = 0;
};

std::string describe(const mem::DramCommand& command);
bool same(const mem::DramCommand& a, const mem::DramCommand& b);

}  // namespace subvolt::test
