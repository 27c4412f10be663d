// Is a map that says which kind it is of read by that kind's schema, and by no other?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "sim/config/kinds.h"
#include "sim/config/loader.h"

namespace subvolt::config {
namespace {

using testing::HasSubstr;

struct Wave {
  Frequency pitch = Frequency::from_si(100.0);
  static const Schema<Wave>& schema() {
    static const auto s = Schema<Wave>("wave", "Rises and falls.").required("pitch", &Wave::pitch, "How often.");
    return s;
  }
};
struct Step {
  std::int64_t height = 1;
  bool down = false;
  static const Schema<Step>& schema() {
    static const auto s = Schema<Step>("step", "Rises once.")
                              .optional("height", &Step::height, "How far.", between(1, 9))
                              .optional("down", &Step::down, "Falls.")
                              .check([](const Step& step, const Node& node, Diagnostics& d) {
                                if (step.down && step.height > 5) d.error(node_at(node, {"height"}), "too deep");
                              });
    return s;
  }
};

const Kinds& shapes() {
  static Kinds all("shape", "step");
  static const bool wave = all.add(Wave::schema()), step = all.add(Step::schema());
  EXPECT_TRUE(wave && step);
  return all;
}

Node node(const std::string& text) {
  return *load_text("schema: soc/1\nsoc: {x: " + text + "}\n", "f.yaml", "soc").section.find("x");
}

KindChoice read(const std::string& text) {
  KindChoice choice;
  Diagnostics diagnostics;
  EXPECT_TRUE(shapes().read(node(text), choice, diagnostics));
  diagnostics.throw_if_any();
  return choice;
}

std::string refusal(const std::string& text) {
  KindChoice choice;
  Diagnostics diagnostics;
  EXPECT_FALSE(shapes().read(node(text), choice, diagnostics)) << text;
  return diagnostics.empty() ? "" : diagnostics.errors().front().text();
}

TEST(Kinds, GiveTheChosenKindItsOwnKeys) {
  const KindChoice wave = read("{pitch: 5 Hz, name: wave}");
  EXPECT_EQ(wave.name, "wave");
  EXPECT_EQ(Wave::schema().read(wave.keys).pitch, Frequency::from_si(5.0));
  const KindChoice standard = read("{height: 3}");
  EXPECT_EQ(standard.name, "step");
  EXPECT_EQ(Step::schema().read(standard.keys).height, 3);
  EXPECT_EQ(read("{}").name, "step");
}

TEST(Kinds, RefuseWhatTheKindDoesNotHaveAtItsPlace) {
  EXPECT_THAT(refusal("{name: wabe}"),
              HasSubstr("f.yaml:2:17: soc.x.name: expected one of step, wave, got \"wabe\", did "
                        "you mean \"wave\"?"));
  EXPECT_THAT(refusal("{name: [wave]}"), HasSubstr("expected one of step, wave, got a list"));
  EXPECT_THAT(refusal("wave"), HasSubstr("f.yaml:2:10: soc.x: expected a map that describes a shape"));
  EXPECT_THAT(refusal("{name: wave, pitch: 1 Hz, pich: 2 Hz}"),
              HasSubstr("unknown key \"pich\", did you mean \"pitch\"?"));
  EXPECT_THAT(refusal("{name: step, pitch: 1 Hz}"),
              HasSubstr("unknown key \"pitch\" of shape step: it is a key of wave"));
  EXPECT_THAT(refusal("{pitch: 1 Hz}"),
              HasSubstr("which a shape without a name is: it is a key of wave: choose one by"));
  EXPECT_THAT(refusal("{name: step, colour: red}"), HasSubstr("of shape step: expected one of name, height, down"));
  EXPECT_THAT(refusal("{name: wave}"), HasSubstr("missing key \"pitch\""));
  EXPECT_THAT(refusal("{height: 10}"), HasSubstr("f.yaml:2:19: soc.x.height: expected a value from 1 to 9"));
  EXPECT_THAT(refusal("{height: 6, down: true}"), HasSubstr("too deep"));
}

TEST(Kinds, KeysOfTheKindThatANameReplacedGoWithIt) {
  Node refined = node("{name: wave, pitch: 5 Hz}");
  Node name = Node::scalar("step", {"g.yaml", 1, 1}, {});
  name.set_layer(1);
  refined.set("name", {"g.yaml", 1, 1}, name);
  KindChoice choice;
  Diagnostics diagnostics;
  EXPECT_TRUE(shapes().read(refined, choice, diagnostics));
  EXPECT_EQ(choice.name, "step");
  EXPECT_TRUE(choice.keys.entries().empty());
  std::ostringstream resolved;
  shapes().schema_of(refined)->print_resolved(refined, resolved, 0);
  EXPECT_THAT(resolved.str(), HasSubstr("name: step"));
  EXPECT_EQ(resolved.str().find("pitch"), std::string::npos);
  // What is said with the name, or after it, is meant.
  Node late = Node::scalar("6 Hz", {"g.yaml", 2, 1}, {});
  late.set_layer(1);
  refined.set("pitch", {"g.yaml", 2, 1}, late);
  EXPECT_FALSE(shapes().read(refined, choice, diagnostics));
}

TEST(Kinds, DescribeTheirKeysWithTheName) {
  const auto schemas = shapes().schemas();
  ASSERT_EQ(schemas.size(), 2u);
  const auto step = schemas[0]->fields(), wave = schemas[1]->fields();
  EXPECT_EQ(step[0].key, "name");
  EXPECT_FALSE(step[0].required);
  EXPECT_EQ(step[1].key, "height");
  EXPECT_TRUE(wave[0].required);
  EXPECT_EQ(wave[0].type.choices, std::vector<std::string>{"wave"});
}

TEST(Kinds, TwoOfOneNameAreABug) {
  Kinds kinds("shape", "wave");
  kinds.add(Wave::schema());
  EXPECT_THROW(kinds.add(Wave::schema()), Error);
}

}  // namespace
}  // namespace subvolt::config
