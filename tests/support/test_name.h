// Names of documents as names of tests: they may hold dots and dashes, names of tests may not.
#pragma once

#include <gtest/gtest.h>

#include <cctype>
#include <string>

namespace subvolt::test {

inline std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

}  // namespace subvolt::test
