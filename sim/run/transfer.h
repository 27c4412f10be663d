// A measured point of a chip, carried to another voltage by the laws of a technology: `transfer` of `schema: chip/1`.
// For chips of which nobody can say from which events their energy comes.
//
//   transfer:
//     technology: lp28
//     source: "MLPerf Tiny v1.0, closed division"
//     points:
//       - {network: resnet8, voltage: 0.65 V, frequency: 240 MHz, energy: 27.711 uJ, power: 28.931 mW,
//          floor_power: 8.551 mW}
//
// From the conditions V0, f0, T0 of a point to V, f, T:
//
//   t = t0 f0/f                                                cycles stay
//   E = (E0 - P0 t0) (w + (1 - w) s)                           the work; P0 the floor, w its share on fixed rails
//     + P0 t (fixed + leakage l + clocked s f/f0)              the floor: what is drawn whether or not there is work
//
// with s = (V/V0)^2, or the ratio of a stated curve, and l the device's leakage power over that at V0, T0. What nobody
// states of the floor's shares is not known: energies are the least and the most that any shares give, all of the rest
// in the kind that grows least, or most.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/schema.h"
#include "sim/config/sourced/sourced.h"
#include "sim/power/price/voltage_law.h"
#include "sim/power/technology/technology.h"

namespace subvolt::run {

// One inference, measured. Of time, energy and power two are said and the third follows when it is read.
struct MeasuredPoint {
  std::string network;
  Voltage voltage;
  Frequency frequency;
  std::optional<Time> time;
  std::optional<Energy> energy;
  std::optional<Power> power;
  std::optional<Power> floor_power;  // of `points`; none of `checks`
  std::string note;
  static const config::Schema<MeasuredPoint>& schema();
};

// Of the floor's power; absent: not known, but for what the others leave.
struct FloorShares {
  std::optional<config::Sourced<double>> leakage;  // goes with the device's leakage
  std::optional<config::Sourced<double>> fixed;    // rails that do not follow
  std::optional<config::Sourced<double>> clocked;  // switches with the clock
  static const config::Schema<FloorShares>& schema();
};

struct Transfer {
  std::string technology;  // as config::find() found it
  std::string device = power::kLogicDevice;
  std::vector<std::string> limited_by;     // other devices on the rail
  std::optional<Temperature> temperature;  // of the measurement; settled: the technology's reference
  FloorShares floor;
  std::optional<config::Sourced<double>> fixed_work;  // share of the work's energy on rails that do not follow
  power::VoltageCurve over_voltage;                   // none: V^2
  std::string source;
  std::vector<MeasuredPoint> points;
  std::vector<MeasuredPoint> checks;  // the same networks under other conditions
  power::Technology laws;             // of `technology`, read with the chip
  static const config::Schema<Transfer>& schema();
};

// Finds and reads the technology. Throws Error(kConfiguration), located in the document at `node`, the map that
// `transfer` was read from: devices that there are not, conditions that the technology does not allow.
void settle(Transfer& transfer, const config::Node& node, const std::string& file);

// To what points are carried.
struct CarriedTo {
  Voltage voltage;
  std::optional<Frequency> frequency;      // none: as far below the fastest as it was measured
  std::optional<Temperature> temperature;  // none: that of the measurement
};
// "0.8V", "0.8V,370MHz". Throws Error(kConfiguration).
CarriedTo carried_to(const std::string& text);

struct Carried {
  power::Condition from, to;
  Frequency frequency;   // there
  Frequency by_law;      // f0 times the ratio of the device's fastest clocks
  double switching = 1;  // s
  double leakage = 1;    // l
  std::string switching_formula;
  Time time;
  Energy lowest, highest;
  Power least() const { return lowest / time; }
  Power most() const { return highest / time; }
};
// Throws Error(kConfiguration) for conditions that the technology or the stated curve does not allow, and for a clock
// that is faster than the law and all that was published at that voltage or below.
Carried carry(const Transfer& transfer, const MeasuredPoint& point, const CarriedTo& to);

// Measurements of its network under other conditions, in the order of the document.
std::vector<const MeasuredPoint*> checks_of(const Transfer& transfer, const MeasuredPoint& point);

}  // namespace subvolt::run
