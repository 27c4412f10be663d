// How a SoC drives a DRAM: the policies of its controller.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/mem/dram/timing_table.h"
#include "sim/config/schema.h"

namespace subvolt::mem::dram {

// FR-FCFS: what can go now goes before what cannot, column commands before row commands, older before younger. FIFO:
// data in order of arrival; rows of later requests are opened ahead.
enum class Order { kFrFcfs, kFifo };
enum class PagePolicy { kOpen, kClosed, kTimeout };
// all_bank: the whole rank at a time. per_bank: one bank after the other while the rest works; needs REFpb.
enum class RefreshMode { kAllBank, kPerBank };
// When to go into a low-power state. never; idle: after `after` without requests; refresh: when a refresh falls due
// in power-down with all rows closed (self-refresh only, and only with a power_down.policy); request: when the power
// manager asks for it. A request of the power manager is followed whatever the policy.
enum class SleepPolicy { kNever, kIdle, kRefresh, kRequest };

struct QueueSettings {
  int reads = 32;  // bursts
  int writes = 32;
  // Writes wait until so many are there, then go together until so few are left: turning the data bus around costs.
  int write_high = 24;
  int write_low = 8;
  bool group_writes = true;
  // A burst that so many others have overtaken goes next.
  int overtaking = 64;
  static const config::Schema<QueueSettings>& schema();
};

struct RefreshSettings {
  RefreshMode mode = RefreshMode::kAllBank;
  int postpone = 0;  // refreshes put off while requests wait; JEDEC allows 8
  static const config::Schema<RefreshSettings>& schema();
};

struct SleepSettings {
  SleepPolicy policy = SleepPolicy::kNever;
  Time after;
  static const config::Schema<SleepSettings>& schema();
};

struct PowerDownSettings {
  SleepPolicy policy = SleepPolicy::kNever;
  Time after;
  bool close_rows = false;  // precharge first: the deeper power-down, but the next request opens its row again
  static const config::Schema<PowerDownSettings>& schema();
};

struct SelfRefreshSettings {
  SleepPolicy policy = SleepPolicy::kNever;
  Time after;
  double array = 1.0;  // part of the rows that is refreshed; only that part is capacity
  static const config::Schema<SelfRefreshSettings>& schema();
};

// Resistors at the data pins, which the board and mode registers set; without them no current of the interface beyond
// what the data sheet has is counted.
struct TerminationSettings {
  double drive_ohm = 40.0;       // of whoever drives the pins: JESD209-4 and JESD79-4 offer 34 to 240 ohm
  double termination_ohm = 0.0;  // of the receiver; 0: none
  static const config::Schema<TerminationSettings>& schema();
};

struct Settings {
  std::string fields = "row bank column";
  std::vector<std::string> hash;
  Rounding rounding = Rounding::kClock;
  Order scheduler = Order::kFrFcfs;
  PagePolicy page_policy = PagePolicy::kOpen;
  Time page_timeout = Time::from_si(100e-9);
  QueueSettings queue;
  RefreshSettings refresh;
  PowerDownSettings power_down;
  SelfRefreshSettings self_refresh;
  SleepSettings deep_power_down;
  TerminationSettings termination;
  std::optional<Temperature> temperature;  // 25 C, or in a SoC its power intent's
  static const config::Schema<Settings>& schema();
};

}  // namespace subvolt::mem::dram

namespace subvolt::config {
template <>
struct EnumNames<mem::dram::Rounding> {
  static const std::vector<std::pair<mem::dram::Rounding, std::string>>& names();
};
template <>
struct EnumNames<mem::dram::Order> {
  static const std::vector<std::pair<mem::dram::Order, std::string>>& names();
};
template <>
struct EnumNames<mem::dram::PagePolicy> {
  static const std::vector<std::pair<mem::dram::PagePolicy, std::string>>& names();
};
template <>
struct EnumNames<mem::dram::RefreshMode> {
  static const std::vector<std::pair<mem::dram::RefreshMode, std::string>>& names();
};
template <>
struct EnumNames<mem::dram::SleepPolicy> {
  static const std::vector<std::pair<mem::dram::SleepPolicy, std::string>>& names();
};
}  // namespace subvolt::config
