// A clock of the SoC, its edges in simulated time.
#pragma once

#include <cstdint>
#include <string>
#include <systemc>

#include "sim/kernel/frequency_policy.h"
#include "sim/kernel/sim_time.h"
#include "sim/units/counts.h"
#include "sim/units/piecewise_edges.h"

namespace subvolt::kernel {

class ClockDomain {
 public:
  // `where`: what told the frequency, as messages begin: "FILE:LINE:COLUMN: KEY: ".
  ClockDomain(std::string name, std::int64_t frequency_hz, ClockScaling scaling = {}, std::string where = {});
  const std::string& name() const { return name_; }
  const std::string& where() const { return where_; }
  std::int64_t frequency_hz() const { return edges_.hz(); }  // now, or when a change under way is over

  // Stands still from `stop_ps` on and has its first edge at the new frequency at `go_ps`; edges are counted through.
  void change(std::int64_t frequency_hz, std::int64_t stop_ps, std::int64_t go_ps) {
    edges_.change(frequency_hz, stop_ps, go_ps);
  }
  // `component` keeps edges of its own, made for this frequency, which therefore must not change.
  void fix(const std::string& component) { fixed_by_ = component; }
  const std::string& fixed_by() const { return fixed_by_; }

  // The component whose own clock follows set-points; edges here stay those of the operating point.
  void set_scalable(ScalableClock* clock) { scalable_ = clock; }
  ScalableClock* scalable() const { return scalable_; }
  const ClockScaling& scaling() const { return scaling_; }

  std::int64_t edge_ps(std::int64_t edge) const { return edges_.ps(edge); }
  // The number of edges before `ps`: edges in [a, b) are edges_before(b) - edges_before(a).
  std::int64_t edges_before(std::int64_t ps) const { return edges_.before(ps); }
  // Whether the edges in any time of this length are as many and lie as in the one before it.
  bool keeps_step(std::int64_t period_ps) const { return edges_.in(period_ps) >= 0; }
  // Where in its period it is; equal phases, equal edges to come (Edges::phase).
  std::int64_t phase(std::int64_t ps) const { return edges_.phase(ps); }
  // The edge `n` cycles after the first edge at or after `ps`.
  std::int64_t edge_after(std::int64_t ps, Cycles n) const { return edge_ps(edges_before(ps) + n.value()); }

 private:
  std::string name_;
  PiecewiseEdges edges_;
  ClockScaling scaling_;
  std::string where_;
  ScalableClock* scalable_ = nullptr;
  std::string fixed_by_;
};

}  // namespace subvolt::kernel
