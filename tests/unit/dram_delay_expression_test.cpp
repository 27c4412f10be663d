// Are sums of JEDEC parameters read and computed as written, and refused when they are none?
#include <gtest/gtest.h>

#include <map>

#include "models/mem/dram/delay_expression.h"

namespace subvolt::mem::dram {
namespace {

std::int64_t value(const std::string& text, std::int64_t clock = 1) {
  static const std::map<std::string, std::int64_t> kValues = {{"WL", 14}, {"BL", 8}, {"tWTR", 16}, {"tCCD_L", 6}};
  const DelayExpression e = parse_delay(text);
  EXPECT_EQ(e.error, "") << text;
  return e.evaluate([](const std::string& name) { return kValues.at(name); }, clock);
}

TEST(DramDelayExpression, Sums) {
  EXPECT_EQ(value("WL"), 14);
  EXPECT_EQ(value("WL + BL + tWTR"), 38);
  EXPECT_EQ(value("WL - BL - 2"), 4);
  EXPECT_EQ(value("-WL + 20"), 6);
  EXPECT_EQ(value("2 * tCCD_L - 1"), 11);
  EXPECT_EQ(value("WL+2*BL"), 30);
  EXPECT_EQ(value("7"), 7);
}

TEST(DramDelayExpression, NumbersAreClocks) {
  EXPECT_EQ(value("WL + 3", 625), 14 + 3 * 625);
  EXPECT_EQ(value("2 * BL", 625), 16);
}

TEST(DramDelayExpression, WhatIsNoSumIsRefused) {
  for (const char* text : {"", "WL +", "+ WL", "WL BL", "2 *", "WL * 2", "(WL)", "WL / 2", "1.5", "- ", "WL + + BL",
                           "99999999999", "99999999999999999999"}) {
    EXPECT_NE(parse_delay(text).error.find("expected a sum"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace subvolt::mem::dram
