// Resolving sources and stages. Internal.
#pragma once

#include "sim/scenario/engine/model.h"

namespace subvolt::scenario {

void add_sources(Model& model, const config::Node& section, config::Diagnostics& diagnostics);
void add_stages(Model& model, const config::Node& section, config::Diagnostics& diagnostics);

// More labels than that make more combinations than closed forms go through.
inline constexpr std::size_t kMostLabels = 12;

}  // namespace subvolt::scenario
