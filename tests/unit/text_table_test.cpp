// Do columns line up, and names lose the part that tells least?
#include "sim/report/text_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace subvolt::report {
namespace {

using testing::ElementsAre;

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

TEST(DistinctCuts, ShowWhereTextsDiffer) {
  EXPECT_THAT(distinct_cuts({"short", "block_1/a/very/long/Conv2D"}, 12), ElementsAre("short", "...ng/Conv2D"));
  EXPECT_THAT(distinct_cuts({"net/block_1/conv/Conv2D", "net/block_2/conv/Conv2D"}, 12),
              ElementsAre("...ck_1/c...", "...ck_2/c..."));
  // The same text, and texts that differ in more places than fit: by number.
  EXPECT_THAT(distinct_cuts({"a/very/long/name", "a/very/long/name"}, 12), ElementsAre("#1 ...g/name", "#2 ...g/name"));
}

TEST(DistinctCuts, AreAsShortAsWantedAndAllDifferent) {
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) {
    names.push_back("model/stage_" + std::to_string(i / 10) + "/a/long/way/down/block_" + std::to_string(i % 10) +
                    "/separable/depthwise/Conv2D");
  }
  const auto cuts = distinct_cuts(names, 22);
  EXPECT_EQ(std::set<std::string>(cuts.begin(), cuts.end()).size(), names.size());
  for (const std::string& cut : cuts) EXPECT_LE(cut.size(), 22u);
}

TEST(Wrapped, BreaksBetweenWords) {
  EXPECT_EQ(wrapped({"aaa", "bbb", "ccc"}, 2, 9), "aaa bbb\n  ccc");
  EXPECT_EQ(wrapped({"longer than a line"}, 2, 9), "longer than a line");
}

}  // namespace
}  // namespace subvolt::report
