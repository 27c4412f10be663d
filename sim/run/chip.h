// What was published of a chip, and how the simulation of its design tells the same: `schema: chip/1`.
//
//   chip:
//     title: MAX78002, Analog Devices
//     design: max78002
//     measurements:
//       inference_energy:
//         value: [phases.inference.energy_above_idle_J]
//         source: "AN7664, table of eight networks"
//         use: fit
//         rows:
//           - {network: mnist, published: 99 uJ}
//
// A chip of which no design says where its energy goes has measured points instead, in `transfer` (transfer.h); one may
// have both.
//
// A value is the sum of numbers of result.json less others, over the sum of a third kind: sum(value) - sum(less), over
// sum(per). Each is named by its place: keys joined by dots, elements of lists by their name or account,
// "layers.l0.energy_J". What unit it has follows from the last key that ends in _s, _J, _W, _B or _Hz, and J over s is
// W; `unit` says what else it is. A * in a name stands for what a row is `of`: "layers.*.energy_J".
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/loader.h"
#include "sim/config/schema.h"
#include "sim/config/sourced/sourced.h"
#include "sim/run/transfer.h"

namespace subvolt::run {

// Whether the simulation's constants were fitted to a row, or it is predicted by them.
enum class RowUse { kFit, kCheck };

struct ChipRow {
  std::string network;          // the design's when empty
  std::string operating_point;  // likewise
  std::vector<std::string> sets;
  std::string of;         // stands for a * in the places of its measurement: a layer
  std::string published;  // with its unit
  std::optional<RowUse> use;
  std::string note;
  double published_si = 0.0;  // settled when read
  std::string location;       // "file:line:column: path" of the row, for errors; not read
  static const config::Schema<ChipRow>& schema();
};

// Errors of rows that the model is to keep to, relative.
struct ErrorLimits {
  std::optional<double> mean, worst;
  static const config::Schema<ErrorLimits>& schema();
};

struct ChipMeasurement {
  std::string title;
  std::vector<std::string> value, less, per;
  std::string unit;  // "J", "W", ...; follows from the names when empty
  RowUse use = RowUse::kCheck;
  std::string fitted;  // what was fitted to the rows, for people
  std::optional<ErrorLimits> limits;
  std::string source;
  std::vector<ChipRow> rows;
  std::string location;  // "file:line:column" of its value, for errors; not read
  static const config::Schema<ChipMeasurement>& schema();
};

struct Chip {
  std::string name;  // the file's
  std::string title;
  std::string design;                                   // as config::find() found it; of measurements
  std::optional<config::Sourced<double>> board_spread;  // +-, relative: between boards of one kind
  config::NamedList<ChipMeasurement> measurements;
  std::optional<Transfer> transfer;
  static const config::Schema<Chip>& schema();
};

// Throws Error(kConfiguration), located: also for designs and networks that there are not, and published values that
// are none of their unit.
Chip read_chip(const std::string& file);

// "W" of energies over times; empty: a plain number.
std::string unit_of(const ChipMeasurement& measurement);
// "99 uJ"
std::string with_unit(double value, const std::string& unit, int digits);

}  // namespace subvolt::run

namespace subvolt::config {
template <>
struct EnumNames<run::RowUse> {
  static const std::vector<std::pair<run::RowUse, std::string>>& names();
};
}  // namespace subvolt::config
