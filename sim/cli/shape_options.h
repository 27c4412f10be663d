// The option by which commands say the shapes of inputs that a network's file leaves open.
#pragma once

#include <string>
#include <vector>

#include "sim/cli/arguments.h"
#include "sim/network/reader.h"

namespace subvolt::cli {

// --shape input=1,3,224,224, repeatable; `texts` has to outlive the parsing.
void add_shape_option(Arguments& arguments, std::vector<std::string>& texts);

// Throws Error(kConfiguration) for a text that is not NAME=SIZE,SIZE,... and for an input that is named twice.
network::ReadOptions read_options(const std::vector<std::string>& texts);

// As on a command line, in the order of names: " --shape input=1,3,224,224".
std::string canonical(const network::ReadOptions& options);

}  // namespace subvolt::cli
