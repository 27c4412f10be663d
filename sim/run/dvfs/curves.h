// Energy and delay of a design over the voltage of its scaled rail, and where energy is least: for the SoC and for each
// rail, under corners, temperatures and shares of idle time.
//
// A curve goes through the clocks of the studied points: at each, the scaled rail has the lowest voltage that gives
// them under the curve's condition (Rails), other rails are those of the design's operating point. So the curves of all
// corners and temperatures share the simulations of one. With an idle share s a period is t / (1 - s) long, t the
// latency of an inference that comes alone: what fills it are states and policies of the power intent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/run/dvfs/points.h"

namespace subvolt::run {

struct CurvePoint {
  Voltage voltage;          // of the scaled rail
  Frequency frequency;      // of the scaled clock
  double idle_share = 0.0;  // of the period, as it came out
  Outcome work;                // of a period
};

// The vertex of the parabola through the least point and its neighbours; at an end of the curve that point itself.
struct Minimum {
  bool at_edge = false;
  Voltage voltage;
  Energy energy;
};
// `voltages` rise. Throws Error(kInternal) without any.
Minimum least_energy(const std::vector<Voltage>& voltages, const std::vector<Energy>& energies);

struct Curve {
  power::Corner corner = power::Corner::kTt;
  Temperature temperature;
  double idle_share = 0.0;                    // asked for
  std::vector<CurvePoint> points;             // voltages rise
  std::size_t left_out = 0;                   // clocks that no voltage gives there, or every voltage
  std::optional<Minimum> soc;                 // none: no point works
  std::vector<std::optional<Minimum>> rails;  // by voltage domain of the intent; none: nothing drawn, or off the chip
  // d ln E / d ln V of what switches on the scaled rail, over the whole curve by least squares; 2 is C V^2. None with
  // fewer than three points.
  std::optional<double> switching_exponent;
};

struct CurveRequest {
  std::vector<power::Corner> corners;
  std::vector<Temperature> temperatures;
  std::vector<double> idle_shares;  // from 0 on, below 1
};

// By corner, temperature, idle share.
std::vector<Curve> energy_curves(Player& player, const Rails& rails, const std::vector<StudiedPoint>& points,
                                 const CurveRequest& request);

}  // namespace subvolt::run
