// A clock of the SoC, its edges in simulated time.
#pragma once

#include <cstdint>
#include <string>
#include <systemc>

#include "sim/kernel/frequency_policy.h"
#include "sim/kernel/sim_time.h"
#include "sim/units/counts.h"
#include "sim/units/hertz.h"
#include "sim/units/piecewise_edges.h"

namespace subvolt::kernel {

class ClockDomain {
 public:
  // `where`: what told the frequency, as messages begin: "FILE:LINE:COLUMN: KEY: ".
  ClockDomain(std::string name, Hertz frequency, ClockScaling scaling = {}, std::string where = {});
  const std::string& name() const { return name_; }
  const std::string& where() const { return where_; }
  Hertz frequency() const { return edges_.frequency(); }  // now, or when a change under way is over

  // Stands still from `stop` on and has its first edge at the new frequency at `go`; edges are counted through.
  void change(Hertz frequency, Picoseconds stop, Picoseconds go) { edges_.change(frequency, stop, go); }
  // `component` keeps edges of its own, made for this frequency, which therefore must not change.
  void fix(const std::string& component) { fixed_by_ = component; }
  const std::string& fixed_by() const { return fixed_by_; }

  // The component whose own clock follows set-points; edges here stay those of the operating point.
  void set_scalable(ScalableClock* clock) { scalable_ = clock; }
  ScalableClock* scalable() const { return scalable_; }
  const ClockScaling& scaling() const { return scaling_; }

  Picoseconds edge_time(std::int64_t edge) const { return edges_.time(edge); }
  // The number of edges before `ps`: edges in [a, b) are edges_before(b) - edges_before(a).
  std::int64_t edges_before(Picoseconds ps) const { return edges_.before(ps); }
  // Whether the edges in any time of this length are as many and lie as in the one before it.
  bool keeps_step(Picoseconds period) const { return edges_.in(period) >= 0; }
  // Where in its period it is; equal phases, equal edges to come (Edges::phase).
  std::int64_t phase(Picoseconds ps) const { return edges_.phase(ps); }
  // The edge `n` cycles after the first edge at or after `ps`.
  Picoseconds edge_after(Picoseconds ps, Cycles n) const { return edge_time(edges_before(ps) + n.value()); }

 private:
  std::string name_;
  PiecewiseEdges edges_;
  ClockScaling scaling_;
  std::string where_;
  ScalableClock* scalable_ = nullptr;
  std::string fixed_by_;
};

}  // namespace subvolt::kernel
