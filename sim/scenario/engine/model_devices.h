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

// `amount` as it is drawn from a rail at `voltage`: power, or current where it comes straight from the source and no
// voltage is said.
struct Tap {
  int rail = 0;
  double voltage_V = 0.0;
  bool keeps_current = false;
  Drawn drawn(const Draw& draw) const;
  void take(const Amount& amount, double& energy_J, double& charge_C) const;
};
Tap tap_of(const Model& model, int rail, const std::optional<Voltage>& voltage);

}  // namespace subvolt::scenario
