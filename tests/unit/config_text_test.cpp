// Texts and files from outside: what is UTF-8, what a message shows of it, which files are read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/config/error.h"
#include "sim/config/loader.h"
#include "sim/config/path.h"
#include "sim/config/read_file.h"
#include "sim/config/text.h"

namespace subvolt::config {
namespace {

using ::testing::HasSubstr;

constexpr auto kNowhere = std::string_view::npos;

TEST(Utf8, KnowsWhatIsNone) {
  const struct {
    const char* text;
    std::size_t bad;
  } cases[] = {
      {"", kNowhere},
      {"plain", kNowhere},
      {"\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", kNowhere},
      {"n\xEFt", 1},            // Latin-1
      {"ab\xC3", 2},            // cut off
      {"\x80", 0},              // begins with a continuation
      {"\xC0\xAF", 0},          // too long a form of /
      {"a\xED\xA0\x80", 1},     // a surrogate
      {"\xF4\x90\x80\x80", 0},  // beyond the last character
      {"\xE2\x82\xAC\xFF", 3},
  };
  for (const auto& c : cases) EXPECT_EQ(first_invalid_utf8(c.text), c.bad) << legible(c.text);
}

TEST(Utf8, LegibleShowsEveryByte) {
  EXPECT_EQ(legible("n\xEFt"), "n\\xEFt");
  EXPECT_EQ(legible("a\x1B[31m\n\xC3\xA9"), "a\\x1B[31m\n\xC3\xA9");
}

TEST(Excerpt, CutsLongTextsBetweenCharacters) {
  EXPECT_EQ(excerpt("short"), "short");
  std::string text = std::string(199, 'a') + "\xC3\xA9" + std::string(100, 'b');
  EXPECT_EQ(excerpt(text), std::string(199, 'a') + "...");
}

TEST(Path, IsMadeOfStepsThatAreShared) {
  const Path soc("soc");
  EXPECT_EQ(soc.key("npu").key("array").item(3).key("mac.int8").text(), "soc.npu.array[3].mac.int8");
  EXPECT_EQ(Path().key("a").text(), "a");
  EXPECT_EQ(Path().item(0).text(), "[0]");
  EXPECT_TRUE(Path("").empty());
}

TEST(Layers, TellWhichTextSaysIt) {
  const Document d =
      load_text("schema: soc/1\nsoc: {a: 1, b: {c: 2}}\n", "a.yaml", "soc", {Override::parse("soc.b.c=3")});
  EXPECT_EQ(d.section.find("a")->layer(), 0);
  EXPECT_EQ(d.section.find("b")->layer(), 0);
  EXPECT_EQ(d.section.find("b")->find("c")->layer(), Node::kOverride);
}

TEST(Loader, MemoryDoesNotGrowWithTheLengthOfAnOverridesText) {
  std::string value = "[";
  for (int i = 0; i < 10'000; ++i) value += "1,";
  const Document d = load_text("schema: soc/1\nsoc: {a: 1}\n", "a.yaml", "soc", {{"soc.a", value + "1]"}});
  const std::vector<Node>& items = d.section.find("a")->items();
  ASSERT_EQ(items.size(), 10'001u);
  EXPECT_EQ(&items.front().location().file.str(), &items.back().location().file.str());
  EXPECT_LT(items.front().location().file.str().size(), 300u);
}

TEST(ReadFile, SaysWhyNot) {
  const auto why = [](const std::string& file, std::uintmax_t most = kMaxDocumentBytes) -> std::string {
    try {
      read_file(file, most);
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::kConfiguration);
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(why("/no/such/file"), "cannot read /no/such/file: no such file");
  EXPECT_EQ(why("/dev/zero"), "cannot read /dev/zero: is no regular file but a device");
  EXPECT_EQ(why("/tmp"), "cannot read /tmp: is a directory");
  EXPECT_EQ(why("/proc/self/exe/x"), "cannot read /proc/self/exe/x: a part of its path is no directory");
  EXPECT_THAT(why("/proc/self/exe", 10), HasSubstr("larger than 10 B"));
  // Of files in /proc nobody knows the size before they are read.
  EXPECT_THAT(why("/proc/self/maps", 10), HasSubstr("larger than 10 B"));
}

}  // namespace
}  // namespace subvolt::config
