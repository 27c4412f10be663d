// What a controller's settings ask for that its device does not have.
#pragma once

#include <string>
#include <vector>

#include "models/mem/dram/settings.h"

namespace subvolt::mem::dram {

struct Misfit {
  std::string section, key;  // of the settings: refresh, mode
  std::string what;          // is wrong, and what to do about it
};
std::vector<Misfit> misfits(const DeviceConfig& device, const Settings& settings);

// Throws Error(kConfiguration) with all of them, each at its place in `node`, of which the settings were read.
void check_settings(const DeviceConfig& device, const Settings& settings, const config::Node& node);

}  // namespace subvolt::mem::dram
