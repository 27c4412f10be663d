// Resolving rails and devices. Internal.
#pragma once

#include "sim/scenario/engine/model.h"

namespace subvolt::scenario {

int rail_named(const Model& model, const std::string& name);  // -1: none
int usual_rail(const Model& model);                           // of those who name none; -1: which one is open
std::vector<std::string> rail_names(const Model& model);

void add_devices(Model& model, const config::Node& section, config::Diagnostics& diagnostics);
int device_named(const Model& model, const std::string& name);
int state_named(const ModelDevice& device, const std::string& name);
std::vector<std::string> names_of(const std::vector<ModelDevice>& devices);
std::vector<std::string> names_of(const std::vector<ModelState>& states);

Tap tap_of(const Model& model, int rail, const std::optional<Voltage>& voltage);

}  // namespace subvolt::scenario
