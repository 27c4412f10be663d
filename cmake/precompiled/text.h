// For rooms that write results and talk to people.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cmake/precompiled/standard.h"
