// The options by which commands choose how networks are rewritten before they are mapped.
#pragma once

#include <string>

#include "sim/cli/arguments.h"
#include "sim/rewrite/rewrite.h"

namespace subvolt::cli {

// --quantize alone.
void add_quantize_option(Arguments& arguments, rewrite::Options& options);
// --quantize int8, --no-fuse, --without PASS, --with PASS; `options` has to outlive the parsing.
void add_rewrite_options(Arguments& arguments, rewrite::Options& options);

// Says on stderr that a network which was to be quantised is so already: not an error, because sweeps ask it of many.
void note_quantized(const std::string& network, rewrite::Quantize asked, rewrite::Quantize done);

// The options as on a command line, each pass once and in order: " --no-fuse --without pad".
std::string canonical(const rewrite::Options& options);

}  // namespace subvolt::cli
