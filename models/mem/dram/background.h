// How long the device has been in which state, in picoseconds.
//
// active_standby counts from an activate to the precharge of the last open bank, and during refreshes (whose price is
// what comes on top), whatever clock enable does meanwhile; the power-down states count while clock enable is low.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

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
  void open(std::int64_t at_ps, int banks) {
    integrate(at_ps);
    open_banks_ += banks;
  }
  void mode(std::int64_t at_ps, Mode mode) {
    integrate(at_ps);
    mode_ = mode;
  }
  // Active until then, too: a refresh, or a precharge that the device does by itself.
  void active_until(std::int64_t at_ps) {
    if (at_ps > active_until_ps_) active_until_ps_ = at_ps;
  }
  void integrate(std::int64_t until_ps);
  std::int64_t active_until_ps() const { return active_until_ps_; }

  // For periods that repeat: what integrate() counts while it is watched, and time that is counted without it.
  struct Stay {
    std::int64_t begin_ps, end_ps;
    State state;
  };
  void watch(bool on) {
    watching_ = on;
    stays_.clear();
  }
  const std::vector<Stay>& watched() const { return stays_; }
  void add(State state, std::int64_t ps) { time_of(state) += ps; }
  // Goes on at `now_ps`, with the time before it counted by add().
  void jump(std::int64_t now_ps, std::int64_t active_until_ps) {
    now_ps_ = now_ps;
    active_until_ps_ = active_until_ps;
  }

  // Standby draws more on a faster clock, so its time is kept apart by set-point; from now on this one.
  void set_point(std::int64_t at_ps, std::size_t point);
  // Since the last call, in picoseconds; of `point` where the state's time is kept apart, else of all.
  std::int64_t take(State state, std::size_t point = 0);

 private:
  State state() const;
  std::int64_t& time_of(State state) {
    const auto i = static_cast<std::size_t>(state);
    return point_ > 0 && i < kStandbys ? standby_ps_[point_ - 1][i] : time_ps_[i];
  }
  std::int64_t now_ps_ = 0;
  std::int64_t active_until_ps_ = 0;
  int open_banks_ = 0;
  Mode mode_ = Mode::kUp;
  std::size_t point_ = 0;
  std::array<std::int64_t, kStates> time_ps_{};                  // standby: at set-point 0
  std::vector<std::array<std::int64_t, kStandbys>> standby_ps_;  // at the others
  bool watching_ = false;
  std::vector<Stay> stays_;
};

}  // namespace subvolt::mem::dram
