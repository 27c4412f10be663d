#include "models/mem/dram/settings.h"

namespace subvolt::mem::dram {
namespace {

using config::Diagnostics;
using config::Node;
using config::node_at;

constexpr double kFractions[] = {1.0, 0.5, 0.25, 0.125};  // JESD209: full, half, quarter and eighth array

const Time kNoTime = Time::from_si(0.0);

void only_self_refresh(SleepPolicy policy, const Node& node, Diagnostics& d) {
  if (policy == SleepPolicy::kRefresh) {
    d.error(node_at(node, {"policy"}), "only self-refresh can begin with a refresh: expected never, idle or request");
  }
}

}  // namespace

const config::Schema<QueueSettings>& QueueSettings::schema() {
  static const auto s =
      config::Schema<QueueSettings>("dram_queue", "Requests inside the controller, in bursts.")
          .optional("reads", &QueueSettings::reads, "Reads that may wait.", config::between(1, 4096))
          .optional("writes", &QueueSettings::writes, "Writes that may wait.", config::between(1, 4096))
          .optional("write_high", &QueueSettings::write_high, "Waiting writes that start a group of writes.",
                    config::between(1, 4096))
          .optional("write_low", &QueueSettings::write_low, "Waiting writes that end it, if reads wait.",
                    config::between(0, 4096))
          .optional("group_writes", &QueueSettings::group_writes, "Whether writes go in groups; else by age, as reads.")
          .optional("overtaking", &QueueSettings::overtaking, "Bursts that may overtake one before it goes next.",
                    config::between(1, 1 << 20))
          .check([](const QueueSettings& c, const Node& node, Diagnostics& d) {
            if (c.group_writes && c.write_low >= c.write_high) {
              d.error(node_at(node, {"write_low"}), "expected less than write_high = " + std::to_string(c.write_high));
            }
            if (c.group_writes && c.write_high > c.writes) {
              d.error(node_at(node, {"write_high"}), "expected the queue's " + std::to_string(c.writes) + " at most");
            }
          });
  return s;
}

const config::Schema<RefreshSettings>& RefreshSettings::schema() {
  static const auto s = config::Schema<RefreshSettings>("dram_refresh_policy", "How the controller refreshes.")
                            .optional("mode", &RefreshSettings::mode, "All banks at once, or one after the other.")
                            .optional("postpone", &RefreshSettings::postpone,
                                      "Refreshes that are put off while requests wait.", config::between(0, 8));
  return s;
}

const config::Schema<SleepSettings>& SleepSettings::schema() {
  static const auto s =
      config::Schema<SleepSettings>("dram_sleep", "When to go into a low-power state.")
          .optional("policy", &SleepSettings::policy, "What sends the device there.")
          .optional("after", &SleepSettings::after, "Time without requests, for idle.", config::at_least(kNoTime))
          .check(
              [](const SleepSettings& c, const Node& node, Diagnostics& d) { only_self_refresh(c.policy, node, d); });
  return s;
}

const config::Schema<PowerDownSettings>& PowerDownSettings::schema() {
  static const auto s =
      config::Schema<PowerDownSettings>("dram_power_down", "Power-down: clock enable low, the controller refreshes.")
          .optional("policy", &PowerDownSettings::policy, "What sends the device there.")
          .optional("after", &PowerDownSettings::after, "Time without requests, for idle.", config::at_least(kNoTime))
          .optional("close_rows", &PowerDownSettings::close_rows,
                    "Precharge first: precharge power-down, else that of the rows as they are.")
          .check([](const PowerDownSettings& c, const Node& node, Diagnostics& d) {
            only_self_refresh(c.policy, node, d);
          });
  return s;
}

const config::Schema<SelfRefreshSettings>& SelfRefreshSettings::schema() {
  static const auto s =
      config::Schema<SelfRefreshSettings>("dram_self_refresh", "Self-refresh: the device refreshes itself.")
          .optional("policy", &SelfRefreshSettings::policy, "What sends the device there.")
          .optional("after", &SelfRefreshSettings::after, "Time without requests, for idle.", config::at_least(kNoTime))
          .optional("array", &SelfRefreshSettings::array,
                    "Part of the array that keeps its contents: 1, 0.5, 0.25 or 0.125; the rest is no capacity.",
                    config::between(0.125, 1.0))
          .check([](const SelfRefreshSettings& c, const Node& node, Diagnostics& d) {
            for (const double fraction : kFractions) {
              if (c.array == fraction) return;
            }
            d.error(node_at(node, {"array"}), "expected 1, 0.5, 0.25 or 0.125");
          });
  return s;
}

const config::Schema<TerminationSettings>& TerminationSettings::schema() {
  static const auto s = config::Schema<TerminationSettings>("dram_termination", "Resistors at the data pins.")
                            .optional("drive_ohm", &TerminationSettings::drive_ohm, "Of the driver, in ohm.",
                                      config::between(1.0, 1000.0))
                            .optional("termination_ohm", &TerminationSettings::termination_ohm,
                                      "Of the receiver, in ohm; 0: none.", config::between(0.0, 10000.0));
  return s;
}

const config::Schema<Settings>& Settings::schema() {
  static const auto s =
      config::Schema<Settings>("dram_controller_policies", "How a controller drives its DRAM.")
          .optional("fields", &Settings::fields, "Address bits from the most significant: row, bank, column or pieces.")
          .optional("hash", &Settings::hash, "Bank bits replaced by exclusive ors: bank[0]^row[0].")
          .optional("rounding", &Settings::rounding, "Whether delays are rounded up to whole clocks of the device.")
          .optional("scheduler", &Settings::scheduler, "Which request goes next.")
          .optional("page_policy", &Settings::page_policy, "When rows are closed.")
          .optional("page_timeout", &Settings::page_timeout, "Time without use after which a row is closed.",
                    config::at_least(kNoTime))
          .optional("queue", &Settings::queue, "Requests inside the controller.")
          .optional("refresh", &Settings::refresh, "How to refresh.")
          .optional("power_down", &Settings::power_down, "Power-down.")
          .optional("self_refresh", &Settings::self_refresh, "Self-refresh.")
          .optional("deep_power_down", &Settings::deep_power_down, "Deep power-down: contents are lost.")
          .optional("termination", &Settings::termination, "Resistors at the data pins.")
          .optional("temperature", &Settings::temperature,
                    "Of the device: decides how often it must be refreshed; the power intent's when absent.",
                    config::between(Temperature::from_celsius(-55.0), Temperature::from_celsius(150.0)));
  return s;
}

}  // namespace subvolt::mem::dram

namespace subvolt::config {

using namespace mem::dram;

const std::vector<std::pair<Rounding, std::string>>& EnumNames<Rounding>::names() {
  static const std::vector<std::pair<Rounding, std::string>> names{{Rounding::kClock, "clock"},
                                                                   {Rounding::kExact, "exact"}};
  return names;
}
const std::vector<std::pair<Order, std::string>>& EnumNames<Order>::names() {
  static const std::vector<std::pair<Order, std::string>> names{{Order::kFrFcfs, "fr_fcfs"}, {Order::kFifo, "fifo"}};
  return names;
}
const std::vector<std::pair<PagePolicy, std::string>>& EnumNames<PagePolicy>::names() {
  static const std::vector<std::pair<PagePolicy, std::string>> names{
      {PagePolicy::kOpen, "open"}, {PagePolicy::kClosed, "closed"}, {PagePolicy::kTimeout, "timeout"}};
  return names;
}
const std::vector<std::pair<RefreshMode, std::string>>& EnumNames<RefreshMode>::names() {
  static const std::vector<std::pair<RefreshMode, std::string>> names{{RefreshMode::kAllBank, "all_bank"},
                                                                      {RefreshMode::kPerBank, "per_bank"}};
  return names;
}
const std::vector<std::pair<SleepPolicy, std::string>>& EnumNames<SleepPolicy>::names() {
  static const std::vector<std::pair<SleepPolicy, std::string>> names{{SleepPolicy::kNever, "never"},
                                                                      {SleepPolicy::kIdle, "idle"},
                                                                      {SleepPolicy::kRefresh, "refresh"},
                                                                      {SleepPolicy::kRequest, "request"}};
  return names;
}

}  // namespace subvolt::config
