// What the passes `activation` and `add_activation` share.
#pragma once

#include "sim/rewrite/queries.h"

namespace subvolt::rewrite {

// Takes the activation that alone uses the output of `layer` into it, when that is exact; see passes/activation.cpp.
void take_activation(Editor& editor, LayerId layer);

}  // namespace subvolt::rewrite
