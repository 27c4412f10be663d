// Does a schema read what it says, refuse everything else at its place, and describe itself?
#include <gtest/gtest.h>

#include <sstream>

#include "sim/config/loader.h"
#include "sim/config/schema.h"

namespace subvolt::config {
namespace {

enum class Colour { kRed, kGreen };

struct Inner {
  Voltage voltage = Voltage::from_si(0.8);
  static const Schema<Inner>& schema();
};
struct Outer {
  std::int64_t count = 0;
  int banks = 4;
  double share = 0.5;
  bool flag = false;
  std::string text = "none so far";
  Colour colour = Colour::kRed;
  Inner inner;
  std::vector<Inner> list;
  NamedList<std::int64_t> named;
  std::optional<Time> wait;
  static const Schema<Outer>& schema();
};

}  // namespace

template <>
struct EnumNames<Colour> {
  static const std::vector<std::pair<Colour, std::string>>& names() {
    static const std::vector<std::pair<Colour, std::string>> all{{Colour::kRed, "red"}, {Colour::kGreen, "green"}};
    return all;
  }
};

namespace {

const Schema<Inner>& Inner::schema() {
  static const auto s =
      Schema<Inner>("inner", "A part.")
          .optional("voltage", &Inner::voltage, "Supply.", between(Voltage::from_si(0.3), Voltage::from_si(1.2)));
  return s;
}
const Schema<Outer>& Outer::schema() {
  static const auto s = Schema<Outer>("outer", "A whole.")
                            .required("count", &Outer::count, "How many.", at_least(1))
                            .optional("banks", &Outer::banks, "Banks.", between(1, 64))
                            .optional("share", &Outer::share, "Share.", between(0.0, 1.0))
                            .optional("flag", &Outer::flag, "Flag.")
                            .optional("text", &Outer::text, "Text.")
                            .optional("colour", &Outer::colour, "Colour.")
                            .optional("inner", &Outer::inner, "Part.")
                            .optional("list", &Outer::list, "Parts.")
                            .optional("named", &Outer::named, "Numbers.")
                            .optional("wait", &Outer::wait, "Wait.")
                            .check([](const Outer& o, const Node& node, Diagnostics& d) {
                              if (o.banks > o.count) d.error(*node.find("banks"), "expected at most `count` banks");
                            });
  return s;
}

Node tree(const std::string& flow) { return load_text("schema: soc/1\nsoc: " + flow + "\n", "a.yaml", "soc").section; }

std::string errors_of(const std::string& flow) {
  try {
    Outer::schema().read(tree(flow));
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

TEST(Schema, ReadsEveryFieldType) {
  const Outer o = Outer::schema().read(
      tree("{count: 0x10, banks: 1_6, share: 0.25, flag: true, text: '010', colour: green, inner: {voltage: 0.46 V}, "
           "list: [{}, {voltage: 500 mV}], named: {a: 1, b: 2}, wait: 5 us}"));
  EXPECT_EQ(o.count, 16);
  EXPECT_EQ(o.banks, 16);
  EXPECT_EQ(o.share, 0.25);
  EXPECT_TRUE(o.flag);
  EXPECT_EQ(o.text, "010");
  EXPECT_EQ(o.colour, Colour::kGreen);
  EXPECT_EQ(o.inner.voltage.si(), 0.46);
  EXPECT_EQ(o.list[1].voltage.si(), 0.5);
  EXPECT_EQ(o.named[1].second, 2);
  EXPECT_EQ(o.wait->si(), 5e-6);
}

TEST(Schema, LocatesEveryMistake) {
  const struct {
    const char* flow;
    const char* error;
  } cases[] = {
      {"{}", "a.yaml:2:6: soc: missing key \"count\": integer. How many."},
      {"{count: 1, bansk: 4}", "a.yaml:2:17: soc.bansk: unknown key \"bansk\", did you mean \"banks\"?"},
      {"{count: 1, zzzzzzz: 4}", "unknown key \"zzzzzzz\": expected one of count, banks"},
      {"{count: four}", "a.yaml:2:14: soc.count: expected an integer, got \"four\""},
      {"{count: '4'}", "expected an integer, got \"4\" in quotes"},
      {"{count: 010}", "expected an integer without leading zeros"},
      {"{count: 1e3}", "expected an integer"},
      {"{count: 99999999999999999999}", "expected an integer"},
      {"{count: -3}", "expected a value >= 1, got \"-3\""},
      {"{count: 1, banks: 65}", "expected a value from 1 to 64, got \"65\""},
      {"{count: 1, banks: 5000000000}", "the integer 5000000000 is too large"},
      {"{count: 1, share: .nan}", "expected a number"},
      {"{count: 1, share: nan}", "expected a number"},
      {"{count: 1, share: 1.5}", "expected a value from 0 to 1"},
      {"{count: 1, flag: yes}", "soc.flag: expected true or false, got \"yes\""},
      {"{count: 1, text: [1]}", "expected a text, got a list"},
      {"{count: 1, colour: gren}", "expected one of red, green, got \"gren\", did you mean \"green\"?"},
      {"{count: 1, inner: {voltage: 0.8}}", "soc.inner.voltage: "},
      {"{count: 1, inner: {voltage: 5 MHz}}", "soc.inner.voltage: "},
      {"{count: 1, inner: {voltage: 2 V}}", "expected a value from 300 mV to 1.2 V"},
      {"{count: 1, inner: 3}", "expected a map that describes an inner"},
      {"{count: 1, list: {}}", "expected a list of inner, got a map"},
      {"{count: 1, named: [1]}", "expected a map from name to integer, got a list"},
      {"{count: 3, banks: 4}", "soc.banks: expected at most `count` banks"},
      {"[1]", "expected a map that describes an outer, got a list"},
  };
  for (const auto& c : cases)
    EXPECT_NE(errors_of(c.flow).find(c.error), std::string::npos) << c.flow << "\n" << errors_of(c.flow);
}

TEST(Schema, CollectsAllMistakesInFileOrder) {
  const std::string text = errors_of("{flag: 1, banks: x, count: y}");
  const auto flag = text.find("soc.flag");
  const auto banks = text.find("soc.banks");
  const auto count = text.find("soc.count");
  EXPECT_TRUE(flag < banks && banks < count && count != std::string::npos) << text;
}

TEST(Schema, PrintsValuesWithTheirOrigin) {
  std::ostringstream out;
  Outer::schema().print_resolved(tree("{count: 3, text: 'a: b', list: [{voltage: 1 V}]}"), out, 0);
  EXPECT_NE(out.str().find("count: 3  # a.yaml:2:14\n"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("banks: 4  # default\n"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("text: \"a: b\"  # a.yaml"), std::string::npos) << out.str();
}

}  // namespace
}  // namespace subvolt::config
