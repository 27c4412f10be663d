// What flows at the moment of a simulation, and what has flowed: draws of devices and of work on their rails, and the
// source behind them. Between changes all is constant, so each span is one closed form.
#pragma once

#include <vector>

#include "sim/scenario/engine/finish.h"
#include "sim/scenario/engine/source_run.h"

namespace subvolt::scenario {

class PowerFlow {
 public:
  explicit PowerFlow(const Model& model);
  // Before anything changes: all up to `now` has flowed. False: the battery was empty before; empty_at() says when.
  bool advance(Nanoseconds now);
  void set_device(int device, const Drawn& draw);  // after advance(now)
  void add_extra(int rail, const Drawn& draw);
  void remove_extra(int rail, const Drawn& draw);
  void take(int rail, double energy_J, double charge_C);
  void set_harvest(double watts) {
    harvest_W_ = watts;
    ++version_;
  }
  void switch_off();  // and all draws with it
  void switch_on() {
    off_ = false;
    dirty_ = true;
    ++version_;
  }

  bool is_capacitor() const { return source_.is_capacitor(); }
  const Load& load();
  SourceRun& source() { return source_; }
  const SourceRun& source() const { return source_; }
  double harvest_W() const { return harvest_W_; }
  std::int64_t version() const { return version_; }  // another one when anything has changed
  Nanoseconds empty_at() const { return empty_at_; }
  const RailSums& rails() const { return sums_; }
  double peak_W() const { return peak_W_; }
  const Load& heaviest() const { return heaviest_; }
  // How long which load was drawn.
  LoadMix mix() const;

 private:
  void refresh();
  void remember(const Load& load, double t);
  const Model& model_;
  RailTree tree_;
  SourceRun source_;
  std::vector<Drawn> devices_;
  struct Extra {  // of all work on a rail
    Drawn sum;
    std::int64_t count = 0;
  };
  std::vector<Extra> extras_;
  std::vector<double> rail_W_;
  double current_A_ = 0.0;
  bool dirty_ = true, off_ = false;
  Load load_, heaviest_;
  std::vector<double> input_W_, delivered_W_;
  RailSums sums_;
  double harvest_W_ = 0.0, peak_W_ = 0.0;
  Nanoseconds last_ = 0, empty_at_ = kNever;
  struct Level {
    Load load;
    double seconds = 0.0;
  };
  std::vector<Level> levels_;
  double taken_J_ = 0.0, taken_C_ = 0.0;
  bool tells_loads_ = false;            // the battery minds which loads there were, not their mean alone
  ExactSum mean_W_, mean_A_, spanned_;  // times seconds
  std::int64_t version_ = 0;
};

}  // namespace subvolt::scenario
