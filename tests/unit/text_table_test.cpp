// Do columns line up, and names lose the part that tells least?
#include "sim/report/tables/text_table.h"

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

// Hangul, kanji and kana, full-width letters and pictures take two columns; marks on the letter before none.
TEST(Columns, AreThoseOfATerminal) {
  EXPECT_EQ(columns("abc"), 3u);
  EXPECT_EQ(columns("\u00E9"), 1u);
  EXPECT_EQ(columns("e\u0301"), 1u);
  EXPECT_EQ(columns("\uAC00\u6F22\u3042\uFF21"), 8u);
  EXPECT_EQ(columns("\U0001F600"), 2u);
  EXPECT_EQ(columns("\xE6\xBC"), 1u) << "cut off in the middle of a character";
  EXPECT_EQ(tail("\u6F22\u6F22\u6F22\u6F22", 6), "...\u6F22");
  const TextColumn name{"name", TextColumn::Align::kLeft, {"\u6F22\u5B57", "ab"}};
  EXPECT_EQ(text_table({name, {"x", TextColumn::Align::kLeft, {"1", "2"}}}), "name  x\n\u6F22\u5B57  1\nab    2\n");
}

TEST(CardHeading, FitsWhateverItSays) {
  const std::string rule = "\n" + std::string(kCardWidth, '-') + "\n";
  EXPECT_EQ(card_heading("net on soc", "0.5V"), "net on soc" + std::string(64, ' ') + "0.5V" + rule);
  const std::string point = "VDD_NPU=0.9V,mem_clk=800MHz,npu_clk=100MHz,soc_clk=50MHz, clocks as recorded";
  EXPECT_EQ(card_heading("net on soc, lp28", point), "net on soc, lp28\n" + std::string(2, ' ') + point + rule);
  std::string text = card_heading("\u6F22" + std::string(90, 'n'), point + "," + point + std::string(100, 'x'));
  std::size_t lines = 0;
  for (std::size_t end; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1), ++lines) {
    EXPECT_LE(columns(text.substr(0, end)), kCardWidth) << text.substr(0, end);
  }
  EXPECT_GE(lines, 4u);
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
