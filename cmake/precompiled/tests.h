// For the test suites.
#include "cmake/precompiled/systemc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
