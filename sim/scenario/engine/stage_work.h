// The pieces of one run of a stage's work. Internal.
#pragma once

#include "sim/scenario/engine/model.h"

namespace subvolt::scenario {

// Adds them to the stage, whose device and rail are known.
void add_work(Model& model, ModelStage& stage, const config::Node& where, config::Diagnostics& diagnostics);

}  // namespace subvolt::scenario
