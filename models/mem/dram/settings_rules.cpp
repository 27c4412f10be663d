#include "models/mem/dram/settings_rules.h"

#include <algorithm>

#include "models/mem/dram/address_map.h"
#include "sim/config/error.h"

namespace subvolt::mem::dram {
namespace {

bool has(const DeviceConfig& device, Command c) {
  return std::any_of(device.commands.begin(), device.commands.end(),
                     [c](const auto& command) { return command.first == to_text(c); });
}

// What is wrong with the texts; empty: nothing.
std::string address_fault(const DeviceConfig& device, const std::string& fields, const std::vector<std::string>& hash) {
  try {
    AddressMap(device, fields, hash);
    return "";
  } catch (const Error& e) {
    return e.what();
  }
}

}  // namespace

std::vector<Misfit> misfits(const DeviceConfig& device, const Settings& settings) {
  std::vector<Misfit> all;
  const auto refuse = [&](const char* section, const char* key, const std::string& what) {
    all.push_back({section, key, "a " + device.standard + " device has no " + what});
  };
  if (settings.refresh.mode == RefreshMode::kPerBank && !has(device, Command::kRefreshBank)) {
    refuse("refresh", "mode", "refresh of single banks (REFpb): set refresh.mode to all_bank");
  }
  if (settings.power_down.policy != SleepPolicy::kNever && !has(device, Command::kPowerDownEntry)) {
    refuse("power_down", "policy", "power-down (PDE) in its memory document: set power_down.policy to never");
  }
  const bool self_refresh = has(device, Command::kSelfRefreshEntry);
  if (settings.self_refresh.policy != SleepPolicy::kNever && !self_refresh) {
    refuse("self_refresh", "policy", "self-refresh (SRE) in its memory document: set self_refresh.policy to never");
  }
  if (settings.self_refresh.array < 1.0 && !self_refresh) {
    refuse("self_refresh", "array", "self-refresh (SRE) in its memory document: leave self_refresh.array at 1");
  }
  if (settings.deep_power_down.policy != SleepPolicy::kNever && !has(device, Command::kDeepPowerDownEntry)) {
    refuse("deep_power_down", "policy",
           "deep power-down (DPDE) in its memory document: set deep_power_down.policy to never");
  }
  if (settings.page_policy == PagePolicy::kClosed &&
      (!has(device, Command::kReadAutoPrecharge) || !has(device, Command::kWriteAutoPrecharge))) {
    refuse("page_policy", "", "auto-precharge (RDA, WRA): set page_policy to open or timeout");
  }
  const std::string fields = address_fault(device, settings.fields, {});
  if (!fields.empty()) {
    all.push_back({"fields", "", fields});
  } else if (const std::string hash = address_fault(device, settings.fields, settings.hash); !hash.empty()) {
    all.push_back({"hash", "", hash});
  }
  return all;
}

void check_settings(const DeviceConfig& device, const Settings& settings, const config::Node& node) {
  config::Diagnostics diagnostics;
  for (const Misfit& m : misfits(device, settings)) {
    const config::Node& section = config::node_at(node, {m.section});
    diagnostics.error(m.key.empty() ? section : config::node_at(section, {m.key}), m.what);
  }
  diagnostics.throw_if_any();
}

}  // namespace subvolt::mem::dram
