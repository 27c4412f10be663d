// How long the device has been in which state, in picoseconds.
//
// active_standby counts from an activate to the precharge of the last open bank, and during refreshes (whose price is
// what comes on top), whatever clock enable does meanwhile; the power-down states count while clock enable is low.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/units/picoseconds.h"

namespace subvolt::mem::dram {

enum class State {
  kActiveStandby,
  kPrechargeStandby,
  kActivePowerDown,
  kPrechargePowerDown,
  kSelfRefresh,
  kDeepPowerDown
};
inline constexpr int kStates = 6;
inline constexpr int kStandbys = 2;  // the first ones

enum class Mode { kUp, kPowerDown, kSelfRefresh, kDeepPowerDown };

class Background {
 public:
  // Changes come in order of time; each first counts the time before it.
  void open(Picoseconds at, int banks) {
    integrate(at);
    open_banks_ += banks;
  }
  void mode(Picoseconds at, Mode mode) {
    integrate(at);
    mode_ = mode;
  }
  // Active until then, too: a refresh, or a precharge that the device does by itself.
  void active_until(Picoseconds at) {
    if (at > active_until_) active_until_ = at;
  }
  void integrate(Picoseconds until);
  Picoseconds active_until() const { return active_until_; }

  // For periods that repeat: what integrate() counts while it is watched, and time that is counted without it.
  struct Stay {
    Picoseconds begin, end;
    State state;
  };
  void watch(bool on) {
    watching_ = on;
    stays_.clear();
  }
  const std::vector<Stay>& watched() const { return stays_; }
  void add(State state, Picoseconds ps) { time_of(state) += ps; }
  // Goes on at `now`, with the time before it counted by add().
  void jump(Picoseconds now, Picoseconds active_until) {
    now_ = now;
    active_until_ = active_until;
  }

  // Standby draws more on a faster clock, so its time is kept apart by set-point; from now on this one.
  void set_point(Picoseconds at, std::size_t point);
  // Since the last call, in picoseconds; of `point` where the state's time is kept apart, else of all.
  std::int64_t take(State state, std::size_t point = 0);

 private:
  State state() const;
  Picoseconds& time_of(State state) {
    const auto i = static_cast<std::size_t>(state);
    return point_ > 0 && i < kStandbys ? standby_[point_ - 1][i] : time_[i];
  }
  Picoseconds now_{};
  Picoseconds active_until_{};
  int open_banks_ = 0;
  Mode mode_ = Mode::kUp;
  std::size_t point_ = 0;
  std::array<Picoseconds, kStates> time_{};                  // standby: at set-point 0
  std::vector<std::array<Picoseconds, kStandbys>> standby_;  // at the others
  bool watching_ = false;
  std::vector<Stay> stays_;
};

}  // namespace subvolt::mem::dram
