// Is a command line that is printed one that a shell reads back word by word?
#include "sim/cli/shell_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace subvolt::cli {
namespace {

using testing::ElementsAre;

TEST(ShellWords, PlainWordsStayPlain) {
  for (const char* word : {"run", "--net", "0.5V,50MHz", "soc.npu.array.rows=8", "a/b_c-d.yaml", "x@y%z+1:2"}) {
    EXPECT_EQ(quoted(word), word);
  }
}

TEST(ShellWords, EverythingElseIsQuoted) {
  EXPECT_EQ(quoted(""), "''");
  EXPECT_EQ(quoted("a b"), "'a b'");
  EXPECT_EQ(quoted("network.layers[0].stride=2"), "'network.layers[0].stride=2'");
  EXPECT_EQ(quoted("it's"), "'it'\\''s'");
  EXPECT_EQ(quoted("$HOME;`x`"), "'$HOME;`x`'");
  EXPECT_EQ(quoted("~/x"), "'~/x'");
}

TEST(ShellWords, ComeBack) {
  EXPECT_THAT(split_words("  a 'b c'  d'e'\\''f'g '' "), ElementsAre("a", "b c", "de'fg", ""));
  std::mt19937 random(3);
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> words(1 + random() % 5);
    std::string line;
    for (std::string& word : words) {
      for (auto n = random() % 8; n > 0; --n) word += " '\"\\$a\n\t*?["[random() % 11];
      line += " " + cli::quoted(word);
    }
    EXPECT_EQ(split_words(line), words) << line;
  }
}

}  // namespace
}  // namespace subvolt::cli
