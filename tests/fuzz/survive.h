// What a hostile network file may do to Subvolt: be refused with a configuration error, or be read. Nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "sim/network/network.h"

namespace subvolt::fuzz {

// Reads, rewrites, writes as YAML and reads that again. Aborts on any error that is not the file's fault, and when a
// network that was accepted cannot be written and read back.
void survive(const std::function<network::Network()>& read);

}  // namespace subvolt::fuzz
