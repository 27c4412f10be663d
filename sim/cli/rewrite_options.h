// The options by which commands choose how networks are rewritten before they are mapped.
#pragma once

#include <string>

#include "sim/cli/arguments.h"
#include "sim/rewrite/rewrite.h"

namespace subvolt::cli {

// --no-fuse, --without PASS, --with PASS; `options` has to outlive the parsing.
void add_rewrite_options(Arguments& arguments, rewrite::Options& options);

// The options as on a command line, each pass once and in order: " --no-fuse --without pad".
std::string canonical(const rewrite::Options& options);

}  // namespace subvolt::cli
