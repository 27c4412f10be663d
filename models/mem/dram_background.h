// How long a DRAM device was in which of its background states.
//
// Commands are laid out ahead of time and bank by bank, so changes arrive out of order; they are kept until
// time has reached them. From states and their lengths comes the background energy.
//   active_standby        clock enable high, at least one bank open or being refreshed
//   precharge_standby     clock enable high, all banks closed
//   precharge_power_down  clock enable low; all banks are closed then (dram_channel.h)
//   self_refresh
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace subvolt::mem {

enum class DramState { kActiveStandby, kPrechargeStandby, kPrechargePowerDown, kSelfRefresh };
inline constexpr int kDramStates = 4;

enum class DramPower { kUp, kDown, kSelfRefresh };  // clock enable, and how the device took it

class DramBackground {
 public:
  // `at_ps` may be in the future, but not before the last integrate().
  void open(std::int64_t at_ps, int banks);  // negative: banks closed
  void power(std::int64_t at_ps, DramPower power);
  void refresh(std::int64_t begin_ps, std::int64_t end_ps);  // counts as an open bank

  // Accounts for the time up to `until_ps`; its parts sum to the time since the last call exactly.
  void integrate(std::int64_t until_ps);
  // Accounted time, and refreshes begun in it, not yet taken.
  std::int64_t take(DramState state);
  std::int64_t take_refreshes();

 private:
  struct Change {
    std::int64_t at_ps;
    int open;
    bool has_power;
    DramPower power;
    int refreshes;
  };
  void add(Change change);
  DramState state() const;

  std::vector<Change> changes_;  // in time order; at one time, as put down
  std::size_t next_ = 0;         // the first one not yet reached
  std::int64_t now_ps_ = 0;
  int open_ = 0;
  DramPower power_ = DramPower::kUp;
  std::array<std::int64_t, kDramStates> time_{};
  std::int64_t refreshes_ = 0;
};

}  // namespace subvolt::mem
