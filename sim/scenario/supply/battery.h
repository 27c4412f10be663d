// Batteries: kinds of laws by which a cell empties (supply: battery: {model: ...}).
//
// A law makes the state of a full battery; that is drawn from at constant loads, one after the other, and each is a
// closed form or an integral over the cell's table: nothing is stepped through time.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "sim/config/makers.h"
#include "sim/scenario/supply/cell.h"
#include "sim/scenario/supply/load.h"
#include "sim/scenario/value/clock.h"

namespace subvolt::scenario {

class BatteryState {
 public:
  virtual ~BatteryState() = default;
  // Draws `load` for `time`, or until the battery is empty: how long it lasted.
  virtual Time draw(const Load& load, Time time) = 0;
  // A charge at once.
  virtual void take(Charge charge) { draw({{}, charge / Time::from_si(1e-6)}, Time::from_si(1e-6)); }
  // At which it delivers that load now.
  virtual Voltage voltage(const Load& load) const = 0;
  virtual Current current(const Load& load) const = 0;
  // What the loads took, what it lost by itself, and what is left for a light load.
  virtual Charge delivered() const = 0;
  virtual Charge self_discharged() const = 0;
  virtual Charge left() const = 0;
  // How much longer it lasts where its load is such a mix, each load again and again; kLongest at most.
  virtual Time lasts(const LoadMix& mix) const = 0;
};

class Battery {
 public:
  static config::Makers<Battery>& makers();  // by `model`, table when absent
  virtual ~Battery() = default;

  // Keys of all models.
  std::string cell;
  std::int64_t series = 1, parallel = 1;
  std::optional<Voltage> cutoff;  // of one cell
  Cell described;                 // from the document

  virtual std::unique_ptr<BatteryState> full(Temperature at) const = 0;
  // At which charge is counted as energy: that of a constant source, or the mean of a table.
  virtual Voltage nominal() const = 0;
  // Whether its life hangs on the mean of its loads alone.
  virtual bool is_linear() const { return true; }
};

template <class T>
config::Schema<T> with_cell_keys(config::Schema<T> schema) {
  schema.optional("cell", static_cast<std::string T::*>(&T::cell), "A battery's document: a shipped name or a file.")
      .optional("series", static_cast<std::int64_t T::*>(&T::series), "Cells in a string.",
                config::between(std::int64_t{1}, std::int64_t{100}))
      .optional("parallel", static_cast<std::int64_t T::*>(&T::parallel), "Strings.",
                config::between(std::int64_t{1}, std::int64_t{1000}))
      .optional("cutoff", static_cast<std::optional<Voltage> T::*>(&T::cutoff),
                "Voltage of a cell under load at which it counts as empty; its document's when absent.")
      .settle([](T& battery, const config::Node& node) { take_cell(battery.cell, battery.described, node); });
  return schema;
}

}  // namespace subvolt::scenario
