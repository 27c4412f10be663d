// What a DRAM's data sheet says about its supply currents, by rail: `currents:` of configs/memories/*.yaml. Prices
// follow from them (current_prices.h). Names are JEDEC's (JESD79, JESD209); test conditions are those of the standard.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/schema.h"
#include "sim/config/sourced/quality.h"
#include "sim/units/quantity.h"
#include "sim/units/temperature.h"

namespace subvolt::power {

// Up to this temperature data sheets state IDD6 unless they say otherwise (JEDEC's normal range).
inline constexpr Temperature kSheetTemperature = Temperature::from_celsius(85.0);

// One supply rail of one device. The rail of the interface is called vddq: what bursts draw from it is interface
// energy.
struct CurrentRail {
  Voltage voltage;
  std::optional<Current> idd0;       // one bank activated and precharged at tRC
  std::optional<Current> idd2n;      // precharge standby
  std::optional<Current> idd2ns;     // the same with the clock stopped
  std::optional<Current> idd2p;      // precharge power-down
  std::optional<Current> idd3n;      // active standby
  std::optional<Current> idd3ns;     // the same with the clock stopped
  std::optional<Current> idd3p;      // active power-down
  std::optional<Current> idd4r;      // read bursts without gaps
  std::optional<Current> idd4w;      // write bursts without gaps
  std::optional<Current> idd5;       // all-bank refresh at tRFC
  std::optional<Current> idd5_bank;  // IDD5PB: a per-bank refresh every refresh_bank_interval, average
  std::optional<Current> idd6;       // self-refresh, whole array, 85 C
  std::optional<Current> idd8;       // deep power-down
  std::string absent_is_zero;        // why currents that are not given count as zero; empty: they are missing
  // Where numbers come from that were written later than the sheet's source: "IDD3N" or "voltage", and the place.
  config::NamedList<std::string> restated;
  static const config::Schema<CurrentRail>& schema();

  // By JEDEC name, such as "IDD3N"; nullptr when not given.
  const Current* find(const std::string& name) const;
  // The place of a current, or of the voltage that it holds at, without a source of its own; empty: the sheet's holds.
  std::string origin_of(const std::string& name) const;
};

// Self-refresh of a part of the array, up to a temperature: a factor on IDD6, or the rails' currents.
struct SelfRefreshPoint {
  double fraction = 1.0;  // of the array that keeps its contents
  Temperature up_to = kSheetTemperature;
  std::optional<double> factor;
  config::NamedList<Current> rails;
  static const config::Schema<SelfRefreshPoint>& schema();
};
struct SelfRefreshTable {
  std::string source;
  config::Quality quality = config::Quality::kEstimated;
  std::vector<SelfRefreshPoint> points;
  static const config::Schema<SelfRefreshTable>& schema();

  bool has(double fraction) const;
  // The one with the lowest limit at or above `temperature`; nullptr: none.
  const SelfRefreshPoint* find(double fraction, Temperature temperature) const;
};

// Where the current of a terminated data pin comes from and when it flows; P is what the supply gives per pin.
//   lvstl  termination to VSSQ: while the pin is high, P = V^2 / (R_drive + R_term) for half of the bits
//   pod    termination to VDDQ: while the pin is low, the same
//   sstl   termination to VDDQ / 2 made of two resistors of 2 R_term: always,
//          P = V^2 / 4 x (R_drive + 2 R_term) / (R_term (R_drive + R_term))
// Half of the bits: estimate, data without bias and without data bus inversion.
enum class Signalling { kLvstl, kPod, kSstl };
struct Termination {
  Signalling signalling = Signalling::kLvstl;
  std::string rail;  // that feeds the drivers
  std::string source;
  static const config::Schema<Termination>& schema();
};

struct DatasheetCurrents {
  std::string source;
  config::Quality quality = config::Quality::kEstimated;
  std::int64_t devices = 1;                   // in parallel on the channel: each takes part in everything
  std::optional<Time> refresh_bank_interval;  // test condition of IDD5PB
  config::NamedList<CurrentRail> rails;
  std::optional<SelfRefreshTable> self_refresh;
  std::optional<Termination> termination;
  static const config::Schema<DatasheetCurrents>& schema();

  const CurrentRail* find(const std::string& rail) const;
};

}  // namespace subvolt::power

namespace subvolt::config {
template <>
struct EnumNames<power::Signalling> {
  static const std::vector<std::pair<power::Signalling, std::string>>& names();
};
}  // namespace subvolt::config
