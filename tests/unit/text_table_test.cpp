// Do columns line up, and names lose the part that tells least?
#include "sim/report/text_table.h"

#include <gtest/gtest.h>

namespace subvolt::report {
namespace {

TEST(TextTable, ColumnsAreAsWideAsTheirWidestCell) {
  EXPECT_EQ(text_table({{"name", TextColumn::Align::kLeft, {"a", "longer"}},
                        {"n", TextColumn::Align::kRight, {"1", "1,000"}}}),
            "name        n\n"
            "a           1\n"
            "longer  1,000\n");
}

TEST(TextTable, OneColumnGivesWay) {
  const TextColumn name{"name", TextColumn::Align::kLeft, {"abcdefghijklmnopqrstuvwxyz"}, 30};
  EXPECT_EQ(text_table({name, {"x", TextColumn::Align::kLeft, {"yy"}}}, 20),
            "name              x\n"
            "...nopqrstuvwxyz  yy\n");
  EXPECT_EQ(text_table({name}, 5), "name\n...rstuvwxyz\n") << "but not below 12 characters";
}

TEST(Tail, KeepsTheEndAndWholeCharacters) {
  EXPECT_EQ(tail("abc", 3), "abc");
  EXPECT_EQ(tail("abcdef", 5), "...ef");
  EXPECT_EQ(tail("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", 4), "...\xC3\xA9");
  EXPECT_EQ(tail("\x80\x80", 1), "\x80\x80") << "no character begins here, so there is none to lose";
}

TEST(Wrapped, BreaksBetweenWords) {
  EXPECT_EQ(wrapped({"aaa", "bbb", "ccc"}, 2, 9), "aaa bbb\n  ccc");
  EXPECT_EQ(wrapped({"longer than a line"}, 2, 9), "longer than a line");
}

}  // namespace
}  // namespace subvolt::report
