// The data sheet of a DRAM: the `device:` part of a memory document of kind dram. A new standard is one such file.
//
// Distances. A timing row says how far apart two commands must be. Commands may take several clocks on the command
// bus; JEDEC counts from the last clock of one to the last clock of the other, and so do the rows:
//   begin(following) - begin(preceding) >= delay + clocks(preceding) - clocks(following)
// A delay is a sum of terms, each an integer, a parameter's name or `integer * NAME`: "WL + BL + tWTR".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/mem/sourced.h"

namespace subvolt::mem::dram {

// One channel of one rank. Capacity = devices x banks x rows x page.
struct Organisation {
  config::Sourced<std::int64_t> devices;       // in parallel on the channel
  config::Sourced<std::int64_t> width;         // data pins of one device
  config::Sourced<std::int64_t> burst_length;  // transfers
  config::Sourced<std::int64_t> bank_groups;   // the low bits of a bank's number are its bank group
  config::Sourced<std::int64_t> banks;         // in all bank groups together
  config::Sourced<std::int64_t> rows;          // per bank
  config::Sourced<Bytes> page;                 // of one bank of one device: columns x width / 8
  Organisation();
  static const config::Schema<Organisation>& schema();
};

struct DataTiming {
  std::string read;   // last clock of the read command to its first data
  std::string write;  // last clock of the write command to its first data
  std::string burst;  // clocks on the data bus
  static const config::Schema<DataTiming>& schema();
};

struct RefreshTiming {
  std::string interval;       // of all banks
  std::string bank_interval;  // of one bank after the other; empty without REFpb
  // The device's own tables of refresh rate over temperature (mode register 4 of LPDDR): the first entry whose
  // temperature is not below the device's counts; hotter than all: an error.
  struct Rate {
    Temperature up_to;
    double multiplier = 1.0;  // of the interval
    std::string source;
    static const config::Schema<Rate>& schema();
  };
  std::vector<Rate> by_temperature;
  static const config::Schema<RefreshTiming>& schema();
};

struct TimingRow {
  std::string level;  // rank, bank_group or bank
  std::vector<std::string> from, to;
  std::string delay;
  std::int64_t window = 1;  // of how many preceding commands: tFAW is the distance to the fourth last
  static const config::Schema<TimingRow>& schema();
};

struct SetPoint {
  std::string name;
  config::Sourced<Frequency> clock;
  config::NamedList<SourcedDelay> parameters;  // those that differ
  static const config::Schema<SetPoint>& schema();
};

struct DeviceConfig {
  std::string standard;  // "LPDDR4-3200", for people
  config::Sourced<Frequency> max_clock;
  config::Sourced<std::int64_t> transfers_per_clock;
  // Guard band in thousandths of a clock when times become clocks: n = ceil(time / tCK - guard / 1000).
  config::Sourced<std::int64_t> rounding;
  Organisation organisation;
  config::NamedList<SourcedDelay> parameters;
  DataTiming data;
  RefreshTiming refresh;
  config::NamedList<std::int64_t> commands;  // clocks on the command bus
  std::vector<TimingRow> timing;
  std::vector<SetPoint> set_points;
  std::optional<SourcedDelay> set_point_switch;
  DeviceConfig();
  static const config::Schema<DeviceConfig>& schema();

  std::int64_t burst_bytes() const {
    return organisation.devices.value * organisation.width.value * organisation.burst_length.value / 8;
  }
  std::int64_t page_bytes() const { return organisation.devices.value * organisation.page.value.value(); }
  std::int64_t capacity() const { return organisation.banks.value * organisation.rows.value * page_bytes(); }
};

}  // namespace subvolt::mem::dram
