// Does Tcl read back from what is written exactly the text that was meant, whatever characters it has?
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include "sim/report/upf/tcl.h"
#include "tests/support/temporary_folder.h"

namespace subvolt::report {
namespace {

const std::vector<std::string> kTexts{"PD_NPU",  "npu/array",  "a-b",     "",       "two words", "#hash",  "a[exit 1]b",
                                      "$home",   "semi;colon", "{",       "}{",     "a{b}c",     "back\\", "quo\"te",
                                      "a\nb\tc", "end\\\nx",   "-option", "\\{[$;", "1.5"};

std::string tclsh(const std::string& script) {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("words.tcl", script);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(("tclsh '" + path + "'").c_str(), "r"), pclose);
  std::string out;
  std::array<char, 256> buffer{};
  while (pipe && std::fgets(buffer.data(), buffer.size(), pipe.get())) out += buffer.data();
  return out;
}

std::string hex(const std::string& text) {
  std::string out;
  for (const char c : text) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", static_cast<unsigned char>(c));
    out += two;
  }
  return out;
}

TEST(TclWords, AreReadBackAsTheyWereMeant) {
  std::string script, expected;
  for (const std::string& text : kTexts) {
    script += "puts [binary encode hex " + tcl_word(text) + "]\n";
    expected += hex(text) + "\n";
  }
  EXPECT_EQ(tclsh(script), expected);
}

TEST(TclWords, ListsHaveTheirElements) {
  std::string script = "foreach word " + tcl_list(kTexts) + " {puts [binary encode hex $word]}\n", expected;
  for (const std::string& text : kTexts) expected += hex(text) + "\n";
  EXPECT_EQ(tclsh(script), expected);
}

TEST(TclWords, CommentsEndWithTheirLines) {
  const std::string script =
      tcl_comment("a comment\nof [exit 1] and \\") + "puts on\n" + tcl_comment("") + "puts end\n";
  EXPECT_EQ(tclsh(script), "on\nend\n");
}

}  // namespace
}  // namespace subvolt::report
