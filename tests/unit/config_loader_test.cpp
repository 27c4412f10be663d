// Does the loader keep every value's place, and refuse what a person cannot have meant?
#include <gtest/gtest.h>

#include <cstdlib>

#include "sim/config/loader.h"
#include "tests/support/temporary_folder.h"

namespace subvolt::config {
namespace {

std::string error_of(const std::string& text, const std::vector<Override>& overrides = {}) {
  try {
    load_text(text, "a.yaml", "soc", overrides);
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kConfiguration);
    return e.what();
  }
  return "";
}

TEST(Loader, RemembersLineColumnAndPath) {
  const Document d = load_text("schema: soc/1\nsoc:\n  npu:\n    rows: [1, 2]\n", "a.yaml", "soc");
  const Node* rows = d.section.find("npu")->find("rows");
  EXPECT_EQ(rows->location().text(), "a.yaml:4:11");
  EXPECT_EQ(rows->items()[1].location().text(), "a.yaml:4:15");
  EXPECT_EQ(rows->items()[1].path(), "soc.npu.rows[1]");
}

TEST(Loader, RefusesWhatNobodyMeant) {
  const struct {
    const char* text;
    const char* error;
  } cases[] = {
      {"", "a.yaml:1:1: expected a document that begins with `schema: soc/1`, got nothing"},
      {"soc: {}\n", "a.yaml:1:1: schema: expected `schema: soc/1` at the top of the document"},
      {"schema: soc/2\nsoc: {}\n", "a.yaml:1:9: schema: expected soc/1, got \"soc/2\""},
      {"schema: soc/1\nsco: {}\n",
       "a.yaml:2:1: sco: unknown key: expected schema, include or soc, did you mean \"soc\"?"},
      {"schema: soc/1\nsoc:\n  a: 1\n  a: 2\n", "a.yaml:4:3: soc.a: duplicate key, first used at a.yaml:3:3"},
      {"schema: soc/1\nsoc: {a: [1\n", "a.yaml:3:1: no valid YAML"},
      {"schema: soc/1\nsoc:\n\ta: 1\n", "a.yaml:3:"},
      {"schema: soc/1\nsoc: {a: !!int 1}\n", "a.yaml:2:10: soc.a: expected a plain value, got the tag"},
      {"schema: soc/1\nsoc: {[1]: 2}\n", "a.yaml:2:7: soc: expected a word as key"},
      {"schema: soc/1\nsoc: {}\n---\nmore: 1\n", "expected one YAML document, got another one"},
      {"schema: soc/1\nsoc: {a: &x [*x]}\n", "a.yaml:2:"},
      {"a text, then a map\nschema: soc/1\nsoc: {}\n", "a.yaml:2:"},
  };
  for (const auto& c : cases)
    EXPECT_NE(error_of(c.text).find(c.error), std::string::npos) << c.text << error_of(c.text);
}

// yaml-cpp 0.7 takes memory without bounds on some.
TEST(Loader, RefusesControlCharacters) {
  for (const char c : {'\0', '\x04', '\x1B'}) {
    const std::string error = error_of("schema: soc/1\nsoc: {a: b" + std::string(1, c) + "}\n");
    EXPECT_EQ(error, "a.yaml:2:11: no valid YAML: a control character, number " + std::to_string(int{c}));
  }
}

TEST(Loader, BoundsDepthAndAliases) {
  std::string deep = "schema: soc/1\nsoc: ";
  for (int i = 0; i < 100; ++i) deep += "{a: ";
  deep += "1" + std::string(100, '}') + "\n";
  EXPECT_NE(error_of(deep).find("nested deeper than 64 levels"), std::string::npos);

  std::string bomb = "schema: soc/1\nsoc:\n  a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "  a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += (j ? ", " : "") + last;
    bomb += "]\n";
  }
  EXPECT_NE(error_of(bomb).find("more than a million values"), std::string::npos);
}

TEST(Loader, AliasesStandForTheirValue) {
  const Document d = load_text("schema: soc/1\nsoc: {a: &x {k: 1}, b: *x}\n", "a.yaml", "soc");
  EXPECT_EQ(d.section.find("b")->find("k")->value(), "1");
  EXPECT_EQ(d.section.find("b")->find("k")->path(), "soc.b.k");
}

TEST(Loader, IncludesAreRefinedKeyByKey) {
  const test::TemporaryFolder folder;
  folder.write("base.yaml", "schema: soc/1\nsoc: {npu: {rows: 16, columns: 8}, title: base}\n");
  folder.write("top.yaml", "schema: soc/1\ninclude: base.yaml\nsoc: {npu: {rows: 32}}\n");
  folder.write("loop.yaml", "schema: soc/1\ninclude: loop.yaml\nsoc: {}\n");
  const Document d = load(folder.file("top.yaml"), "soc");
  EXPECT_EQ(d.section.find("npu")->find("rows")->value(), "32");
  EXPECT_EQ(d.section.find("npu")->find("columns")->value(), "8");
  EXPECT_EQ(d.section.find("npu")->find("columns")->location().file, folder.file("base.yaml"));
  EXPECT_NE(d.sha256, load(folder.file("base.yaml"), "soc").sha256);
  EXPECT_THROW(load(folder.file("loop.yaml"), "soc"), Error);
  EXPECT_THROW(load(folder.file("absent.yaml"), "soc"), Error);
  EXPECT_THROW(load(folder.path().string(), "soc"), Error);
}

TEST(Loader, ARefiningFileRemovesWhatItNamesWithoutAValue) {
  const test::TemporaryFolder folder;
  folder.write("base.yaml", "schema: soc/1\nsoc: {dram: {device: a}, npu: {rows: 16, columns: 8}}\n");
  folder.write("top.yaml", "schema: soc/1\ninclude: base.yaml\nsoc: {dram: null, npu: {rows: }, fresh: }\n");
  const Document d = load(folder.file("top.yaml"), "soc");
  EXPECT_EQ(d.section.find("dram"), nullptr);
  EXPECT_EQ(d.section.find("npu")->find("rows"), nullptr);
  EXPECT_EQ(d.section.find("npu")->find("columns")->value(), "8");
  EXPECT_TRUE(d.section.find("fresh")->is_null());  // nothing to remove: the reader says what it expected
}

constexpr const char* kTree =
    "schema: soc/1\nsoc: {npu: {rows: 16}, list: [{a: 1}], prices: {mac.int8: {energy: 1 pJ}}}\n";

TEST(Override, ReplacesAddsAndFindsDottedKeys) {
  const Document d = load_text(kTree, "a.yaml", "soc",
                               {Override::parse("soc.npu.rows=32"), Override::parse("soc.npu.fresh.deep=[1, 2]"),
                                Override::parse("soc.list[0].a=7"), Override::parse("soc.prices.mac.int8.energy=2 pJ"),
                                Override::parse("network.name=other")});
  EXPECT_EQ(d.section.find("npu")->find("rows")->value(), "32");
  EXPECT_EQ(d.section.find("npu")->find("rows")->location().text(), "--set soc.npu.rows=32");
  EXPECT_EQ(d.section.find("npu")->find("fresh")->find("deep")->items().size(), 2u);
  EXPECT_EQ(d.section.find("list")->items()[0].find("a")->value(), "7");
  EXPECT_EQ(d.section.find("prices")->find("mac.int8")->find("energy")->value(), "2 pJ");
  EXPECT_EQ(d.section.find("name"), nullptr);
  EXPECT_NE(d.sha256, load_text(kTree, "a.yaml", "soc").sha256);
}

TEST(Override, APlaceHasOneValueHoweverItIsSpelt) {
  const auto refused = [](std::initializer_list<const char*> settings, const std::string& place) {
    std::vector<Override> overrides;
    for (const char* setting : settings) overrides.push_back(Override::parse(setting));
    const std::string error = error_of(kTree, overrides);
    const std::string wanted = "--set " + std::string(*(settings.end() - 1)) + ": " + place +
                               ": already given another value by --set " + *settings.begin();
    EXPECT_NE(error.find(wanted), std::string::npos) << error;
  };
  refused({"soc.npu.rows=8", "soc.npu.rows=9"}, "soc.npu.rows");
  refused({"soc.npu.rows=8", "soc.npu.rows=null"}, "soc.npu.rows");
  refused({"soc.npu.rows=8", "soc.npu={rows: 9}"}, "soc.npu.rows");
  refused({"soc.npu.rows=8", "soc.npu={columns: 9}"}, "soc.npu.rows");
  refused({"soc.npu={rows: 8}", "soc.npu.rows=9"}, "soc.npu.rows");
  refused({"soc.list[0].a=7", "soc.list[00].a=8"}, "soc.list[0].a");
  refused({"soc.list[0].a=7", "soc.list=[]"}, "soc.list[0].a");
  refused({"soc.prices.mac.int8.energy=2 pJ", "soc.prices={mac.int8: {energy: 3 pJ}}"}, "soc.prices.mac.int8.energy");
  EXPECT_EQ(error_of(kTree, {{"soc.npu.rows", "8"}, {"soc.npu.rows", "8"}}), "");
  EXPECT_EQ(error_of(kTree, {{"soc.npu.rows", "8"}, {"soc.npu", "{columns: 9, rows: 8}"}}), "");
  EXPECT_EQ(error_of(kTree, {{"soc.npu", "{rows: 8}"}, {"soc.npu.columns", "9"}}), "");
}

TEST(Override, NullRemovesWhatIsThere) {
  const Document d = load_text(kTree, "a.yaml", "soc",
                               {Override::parse("soc.npu.rows=null"), Override::parse("soc.prices.mac.int8= ~ ")});
  const Node& npu = *d.section.find("npu");
  EXPECT_EQ(npu.find("rows"), nullptr);
  ASSERT_NE(npu.removed("rows"), nullptr);
  EXPECT_EQ(npu.removed("rows")->text(), "--set soc.npu.rows=null");
  EXPECT_EQ(npu.removals().at(0).node.value(), "16");
  EXPECT_EQ(npu.removed("columns"), nullptr);
  EXPECT_EQ(d.section.find("prices")->entries().size(), 0u);
  EXPECT_TRUE(load_text(kTree, "a.yaml", "soc", {{"soc.npu.rows", ""}}).section.find("npu")->find("rows")->is_null());
  EXPECT_EQ(error_of(kTree, {{"soc.npu.row", "null"}}),
            "--set soc.npu.row=null: soc.npu: there is no \"row\" to remove, did you mean \"rows\"?");
  EXPECT_EQ(error_of(kTree, {{"soc.npu.rows", "null"}, {"soc.npu.rows", "8"}}),
            "--set soc.npu.rows=8: soc.npu.rows: already removed by --set soc.npu.rows=null: leave out one of them");
  EXPECT_EQ(error_of(kTree, {{"soc.npu.rows", "null"}, {"soc.npu.rows", "~"}}), "");
}

TEST(Override, OneOfNowReplacesThoseOfBeforeBelowIt) {
  const auto does = [](const char* now, const char* before) {
    return replaces(Override::parse(now), Override::parse(before));
  };
  EXPECT_TRUE(does("network.layers[0].stride=2", "network.layers[00].stride=1"));
  EXPECT_TRUE(does("network.layers[0]={}", "network.layers[0].stride=1"));
  EXPECT_FALSE(does("network.layers[0].stride=2", "network.layers[0]={stride: 1}"));
  EXPECT_FALSE(does("network.layers[1].stride=2", "network.layers[0].stride=1"));
}

TEST(Override, SaysWhereAPathEnds) {
  EXPECT_NE(error_of(kTree, {{"soc.npu.rows.deep", "1"}}).find("soc.npu.rows is \"16\""), std::string::npos);
  EXPECT_NE(error_of(kTree, {{"soc.list[3]", "1"}}).find("expected an index below 1"), std::string::npos);
  EXPECT_NE(error_of(kTree, {{"soc.npu[0]", "1"}}).find("expected a path to a list"), std::string::npos);
  EXPECT_NE(error_of(kTree, {{"soc..rows", "1"}}).find("expected a path such as"), std::string::npos);
  EXPECT_NE(error_of(kTree, {{"soc.npu.rows", "[1"}}).find("--set soc.npu.rows=[1: soc.npu.rows: no valid YAML"),
            std::string::npos);
  EXPECT_THROW(Override::parse("soc.npu.rows"), Error);
  EXPECT_THROW(Override::parse("=1"), Error);
}

}  // namespace
}  // namespace subvolt::config
