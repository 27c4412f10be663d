// Request traffic and controller policies for tests of the DRAM: the reference traces by rule, and everything at
// random.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/mem/dram/device_config.h"
#include "models/mem/dram/settings.h"
#include "sim/units/hertz.h"
#include "tests/support/dram_audit.h"
#include "tests/support/dram_bench.h"
#include "tests/support/dram_sheet.h"

namespace subvolt::test {

// A request of a reference trace, in device coordinates; `cycle` 0: as fast as accepted.
struct TraceRow {
  std::int64_t cycle = 0;
  bool write = false;
  int bank = 0;
  std::int64_t row = 0, burst = 0;
};
// T01, T02, T03, T05, T07, T09, T10, T11: sequential reads and writes, a row of one bank after the other, random reads,
// three streams, single reads 200 cycles apart, sixteen and sixty-four reads with gaps of 2,000 and 40,000 cycles. Each
// is the trace of that name that DRAMSys 5.1, DRAMsim3 and Ramulator 2.1 were run on; T05 and T09 come from Python's
// random.Random(5) and (9).
const std::vector<std::string>& reference_traces();
std::vector<TraceRow> reference_trace(const std::string& name);

// A device under test: the document, as the model and as the checker read it.
struct DramSpecimen {
  std::string name;
  config::Node document;
  mem::dram::DeviceConfig device;
};
// The five shipped devices, and some made from them: one whose four-activate window binds, one that is refreshed by
// temperature, one with an odd number of rows.
const std::vector<DramSpecimen>& dram_specimens();
inline constexpr std::size_t kShippedDrams = 5;

// One run: a device, how it is driven, and with what.
struct DramCase {
  const DramSpecimen* specimen = nullptr;
  std::string settings_text;  // YAML, for messages
  mem::dram::Settings settings;
  Hertz frequency{};
  double refresh_multiplier = 1.0;
  DramTraffic traffic;

  mem::dram::Engine engine() const { return {specimen->device, settings, frequency}; }
  // Places in the sheet of the set-points that are offered: those slower than the clock.
  std::vector<std::size_t> set_points() const;
  std::vector<DramSheet> sheets() const;  // by set-point
  DramChecker::Policy policy() const;
  DramFacts facts() const;
  std::string name() const;
};

// A different one for each seed, over all settings and devices.
DramCase random_dram_case(std::uint64_t seed, int least_requests = 20, int most_requests = 150);
// With settings from YAML text.
DramCase dram_case(const DramSpecimen& specimen, const std::string& settings, Hertz frequency = Hertz());
// A reference trace for it, each request offered as soon as accepted, one a clock.
DramTraffic traffic_of(const std::vector<TraceRow>& trace, const DramCase& c);

}  // namespace subvolt::test
