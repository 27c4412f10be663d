#include "models/mem/dram_timing.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "sim/config/error.h"
#include "sim/units/picoseconds.h"

namespace subvolt::mem {
namespace {

constexpr std::int64_t kPicosecondsPerSecond = 1'000'000'000'000;

class Resolver {
 public:
  Resolver(std::int64_t clock_hz, DramRounding rounding) : hz_(clock_hz), rounding_(rounding) {}

  std::int64_t clocks(std::int64_t n) const { return ceil_div(n * kPicosecondsPerSecond, hz_); }

  std::int64_t operator()(const DramDelay& delay) const {
    const std::int64_t time = picoseconds(delay.time);
    std::int64_t n = delay.clocks.value();
    if (rounding_ == DramRounding::kNone) return std::max(time, clocks(n));
    // The least number of clocks that is as long as `time`: time <= n x 10^12 / f.
    n = std::max(n, ceil_div(time * hz_, kPicosecondsPerSecond));
    return clocks(n);
  }
  // An interval that must not be exceeded on average: rounded down.
  std::int64_t interval(const DramDelay& delay) const {
    const std::int64_t exact = picoseconds(delay.time);
    return rounding_ == DramRounding::kNone ? exact : clocks(exact * hz_ / kPicosecondsPerSecond);
  }

 private:
  std::int64_t hz_;
  DramRounding rounding_;
};

}  // namespace

DramTiming::DramTiming(const DramDeviceConfig& device, std::int64_t clock_hz, DramRounding rounding) {
  const auto fastest = static_cast<std::int64_t>(std::llround(device.max_clock.value.si()));
  if (clock_hz > fastest) {
    throw Error(ErrorKind::kConfiguration, "the clock of a " + device.standard + " device may be " +
                                               to_text(device.max_clock.value) + " at most, not " +
                                               to_text(Frequency::from_si(static_cast<double>(clock_hz))) +
                                               ": lower the frequency of its clock domain");
  }
  const Resolver ps(clock_hz, rounding);
  const DramDelays& d = device.timing;
  clock = ps.clocks(1);
  burst = ps.clocks(device.organisation.burst_length.value / 2);
  burst_allowance = ceil_div(4 * kPicosecondsPerSecond * (device.organisation.burst_length.value / 2), fastest);
  read_latency = ps(d.tCL) + ps(d.tDQSCK);
  write_latency = ps(d.tCWL) + ps(d.tDQSS);
  rcd = ps(d.tRCD);
  rp_bank = ps(d.tRPpb);
  rp_all = ps(d.tRPab);
  ras = ps(d.tRAS);
  rrd = ps(d.tRRD);
  faw = ps(d.tFAW);
  ppd = ps(d.tPPD);
  rtp = ps(d.tRTP);
  wr = ps(d.tWR);
  same_direction = std::max(ps(d.tCCD), burst);
  // On the data bus: write data begin tWPRE after the last read data. Not smaller than tCCD at any frequency.
  read_to_write = std::max(same_direction, read_latency + burst + ps(d.tWPRE) - write_latency);
  write_to_read = std::max(same_direction, write_latency + burst + ps(d.tWTR));
  write_to_precharge = write_latency + burst + wr;
  refi = ps.interval(d.tREFI);
  rfc = ps(d.tRFCab);
  xp = ps(d.tXP);
  cke = ps(d.tCKE);
  sr = ps(d.tSR);
  xsr = ps(d.tXSR);

  // In half an interval between refreshes there must be room for waking up and for the slowest sequence of
  // commands that may precede a burst.
  const std::int64_t wake = xp + rp_all + sr + xsr + cke;
  const std::int64_t longest =
      rp_all + rfc + rp_bank + std::max(ras, rcd + write_to_precharge) + faw + read_to_write + write_to_read;
  if (refi / 2 < std::max(wake, longest)) {
    throw Error(ErrorKind::kConfiguration, "a " + device.standard +
                                               " device cannot work between its refreshes at a clock of " +
                                               to_text(Frequency::from_si(static_cast<double>(clock_hz))) +
                                               ": raise the frequency of its clock domain");
  }
}

}  // namespace subvolt::mem
