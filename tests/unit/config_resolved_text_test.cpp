// Does a tree that is written as YAML read back to the same tree, whatever its texts are?
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>

#include "sim/config/loader.h"
#include "sim/config/resolved_text.h"
#include "sim/config/schema.h"

namespace subvolt::config {
namespace {

Node read_back(const std::string& text) { return load_text("schema: t/1\nt:" + text, "t.yaml", "t").section; }

void expect_same(const Node& a, const Node& b, const std::string& text) {
  ASSERT_EQ(a.kind(), b.kind()) << text;
  EXPECT_EQ(a.value(), b.value()) << text;
  ASSERT_EQ(a.items().size(), b.items().size()) << text;
  for (std::size_t i = 0; i < a.items().size(); ++i) expect_same(a.items()[i], b.items()[i], text);
  ASSERT_EQ(a.entries().size(), b.entries().size()) << text;
  for (std::size_t i = 0; i < a.entries().size(); ++i) {
    EXPECT_EQ(a.entries()[i].key, b.entries()[i].key) << text;
    expect_same(a.entries()[i].node, b.entries()[i].node, text);
  }
}

TEST(ResolvedText, PlainWhereYamlReadsTheSame) {
  for (const char* text : {"0.8 V", "-40 C", "edge_npu", "16", "true", "a/b.yaml", "mac.int8", "CACTI 7"}) {
    EXPECT_EQ(yaml_scalar(text), text);
  }
  for (const char* text :
       {"",   "null", "~",  "a: b", "a #b", "- x", "[1]", "{a}",  "*",  "&x",   "!t",   "|", ">",    "'x'",
        "a:", " a",   "a ", "?",    "@x",   "`x`", "%x",  "a, b", "<<", "a\nb", "a\tb", "-", "--- x"}) {
    EXPECT_EQ(yaml_scalar(text).front(), '"') << text;
  }
  EXPECT_EQ(yaml_scalar("16", true), "\"16\"");
}

Node random_tree(std::mt19937& random, int depth) {
  static const std::string kPieces[] = {"a", "B1",   " ",  ":", "#", "-",  "'",  "\"", "\\", "{",  "}",  "[", "]",
                                        ",", "&",    "*",  "!", "|", ">",  "%",  "@",  "`",  "\n", "\t", "~", "?",
                                        "=", "null", "0x", "é", "√", ": ", " #", "- ", "..", "0",  "1e5"};
  const auto text = [&] {
    std::string out;
    for (auto n = random() % 5; n > 0; --n) out += kPieces[random() % std::size(kPieces)];
    return out;
  };
  const SourceLocation at{"folder with\na break/x.yaml", 3, 4};
  const auto kind = random() % (depth > 0 ? 4 : 2);
  if (kind == 0) return Node::null(at, "");
  if (kind == 1) return Node::scalar(text(), at, "");
  Node node = kind == 2 ? Node::sequence(at, "") : Node::map(at, "");
  for (auto n = random() % 4; n > 0; --n) {
    if (kind == 2) {
      node.append(random_tree(random, depth - 1));
    } else {
      std::string key = "k" + text();  // of a line: others are refused
      key.erase(std::remove_if(key.begin(), key.end(), [](unsigned char c) { return c < ' '; }), key.end());
      node.set(key, at, random_tree(random, depth - 1));
    }
  }
  return node;
}

TEST(ResolvedText, ReadsBackToTheSameTree) {
  std::mt19937 random(5);
  for (int round = 0; round < 1000; ++round) {
    Node tree = Node::map({}, "");
    tree.set("only", {}, random_tree(random, 4));
    std::ostringstream out;
    print_node(tree, out, 0);
    expect_same(tree, read_back(out.str()), out.str());
  }
}

struct Point {
  std::int64_t size = 4;
  static const Schema<Point>& schema() {
    static const auto s = Schema<Point>("inner", "").optional("size", &Point::size, "Size.");
    return s;
  }
};
struct Strict {
  std::int64_t size = 4;
  static const Schema<Strict>& schema() {
    static const auto s = Schema<Strict>("strict", "").required("size", &Strict::size, "Size.");
    return s;
  }
};
struct Points {
  NamedList<Point> points;
  std::optional<Point> maybe;
  Strict strict;
  Point inner;
  std::string text = "it's: odd";
  static const Schema<Points>& schema() {
    static const auto s = Schema<Points>("t", "")
                              .optional("points", &Points::points, "Map of maps.")
                              .optional("maybe", &Points::maybe, "Not there: none.")
                              .optional("strict", &Points::strict, "Cannot be there without its size.")
                              .optional("inner", &Points::inner, "Has defaults.")
                              .optional("text", &Points::text, "A text.");
    return s;
  }
};

TEST(ResolvedText, EmptyMapsGetTheirDefaultsAndStayYaml) {
  std::ostringstream out;
  Points::schema().print_resolved(read_back(" {points: {nominal: {}, other: {size: 7}}}"), out, 2);
  EXPECT_NE(out.str().find("    nominal:  # t.yaml:2:"), std::string::npos) << out.str();
  const Points again = Points::schema().read(read_back("\n" + out.str()));
  ASSERT_EQ(again.points.size(), 2u);
  EXPECT_EQ(again.points[0].second.size, 4);
  EXPECT_EQ(again.points[1].second.size, 7);
  EXPECT_FALSE(again.maybe);
  EXPECT_EQ(again.text, "it's: odd");
  EXPECT_EQ(out.str().find("strict"), std::string::npos);
}

}  // namespace
}  // namespace subvolt::config
