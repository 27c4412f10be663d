// For rooms that write results and talk to people.
#include "cmake/precompiled/standard.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
