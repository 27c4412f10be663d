// What to tell somebody whose command line could not be read.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace subvolt::cli {

// "unknown option --nett, did you mean "--net"?" and where help is. Requires that parsing `app` ended with `error`.
std::string usage_error(const CLI::App& app, const CLI::ParseError& error);

}  // namespace subvolt::cli
