// Counts in JSON documents: the numbers that they are. A key says the unit.
#pragma once

#include <nlohmann/json.hpp>

#include "sim/units/counts.h"

namespace subvolt {

template <class Json, class Tag>
void to_json(Json& out, Count<Tag> count) {
  out = count.value();
}

}  // namespace subvolt
