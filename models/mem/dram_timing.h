// A DRAM's timings at one clock frequency, in picoseconds.
//
// delay = max(time, clocks x tCK), tCK = 1 / clock, one data transfer per half clock. Every constraint is a
// minimum distance between two commands; writing c(x) for the time of command x:
//   activate -> read, write          tRCD          activate -> precharge (same bank)   tRAS
//   precharge -> activate            tRPpb, tRPab  precharge -> precharge              tPPD
//   activate -> activate             tRRD, and tFAW to the fourth last
//   read -> read, write -> write     max(tCCD, BL/2)
//   read -> write                    tCL + tDQSCK + BL/2 + tWPRE - tCWL - tDQSS (data bus), at least tCCD
//   write -> read                    tCWL + tDQSS + BL/2 + tWTR, at least tCCD
//   read -> precharge                tRTP (counted for BL16: JEDEC's BL/2 + max(8, tRTP) - 8 clocks)
//   write -> precharge               tCWL + tDQSS + BL/2 + tWR
//   read data  [c + tCL + tDQSCK, + BL/2)    write data [c + tCWL + tDQSS, + BL/2)
//   refresh                          every tREFI, all banks precharged tRPab before; tRFCab until the next command
// Source: JESD209-4 (LPDDR4), command timing tables; the same constraints hold for LPDDR2 and LPDDR3.
//
// Rounding. With DramRounding::kClock each delay is rounded up to whole clocks, as controllers on the memory
// clock do. Rounding is not monotone in the frequency (18 ns is 18.75 ns at 800 MHz, but 19.7 ns at 812 MHz),
// so a slightly faster memory may answer later. kNone, the default, keeps each delay exact: then every delay
// is a non-increasing function of the frequency, and so are all answers. The difference is below one clock per
// dependent command and none where the clock divides the times.
// Idleness. burst_allowance is the time that a burst may take before a memory that gets no other counts as quiet:
// BL/2 clocks at a quarter of max_clock, whatever the clock. Being the same at every frequency, it lets power-down
// and the closing of rows be decided on arrivals alone (dram_channel.h).
// estimate: SoCs scale the clock of their LPDDR4 over a range of about one to four; above a quarter, requests that
// follow each other as fast as the bus allows are never taken for idleness.
#pragma once

#include <cstdint>

#include "models/mem/dram_config.h"

namespace subvolt::mem {

struct DramTiming {
  // Throws Error(kConfiguration): a clock faster than the device's, or so slow that refreshing takes all time.
  DramTiming(const DramDeviceConfig& device, std::int64_t clock_hz, DramRounding rounding);

  std::int64_t clock = 0;  // tCK, rounded up to a picosecond
  std::int64_t burst = 0;  // BL/2 clocks
  std::int64_t burst_allowance = 0;
  std::int64_t read_latency = 0, write_latency = 0;  // command to first data
  std::int64_t rcd = 0, rp_bank = 0, rp_all = 0, ras = 0, rrd = 0, faw = 0, ppd = 0, rtp = 0, wr = 0;
  std::int64_t same_direction = 0, read_to_write = 0, write_to_read = 0, write_to_precharge = 0;
  std::int64_t refi = 0, rfc = 0;
  std::int64_t xp = 0, cke = 0, sr = 0, xsr = 0;
};

}  // namespace subvolt::mem
