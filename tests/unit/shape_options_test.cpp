// Are shapes of inputs taken from the command line as they are meant?
#include "sim/cli/shape_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/config/error.h"

namespace subvolt::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string mistake(const std::vector<std::string>& texts) {
  try {
    read_options(texts);
  } catch (const Error& e) {
    return e.kind() == ErrorKind::kConfiguration ? e.what() : "another kind of error";
  }
  return "";
}

TEST(ShapeOptions, SizesAreSeparatedByCommasOrCrosses) {
  const network::ReadOptions options = read_options({"x=1,3,224,224", "state=2x1x128", "serving:0=7"});
  EXPECT_THAT(options.shapes.at("x"), ElementsAre(1, 3, 224, 224));
  EXPECT_THAT(options.shapes.at("state"), ElementsAre(2, 1, 128));
  EXPECT_THAT(options.shapes.at("serving:0"), ElementsAre(7));
  EXPECT_EQ(canonical(options), " --shape serving:0=7 --shape state=2,1,128 --shape x=1,3,224,224");
}

TEST(ShapeOptions, NamesMayHaveAnEqualsSign) { EXPECT_THAT(read_options({"a=b=4"}).shapes.at("a=b"), ElementsAre(4)); }

TEST(ShapeOptions, MistakesSayWhatWasExpected) {
  EXPECT_THAT(mistake({"1,3,224,224"}), HasSubstr("--shape 1,3,224,224: expected an input and its sizes"));
  EXPECT_THAT(mistake({"=1"}), HasSubstr("expected an input"));
  EXPECT_THAT(mistake({"x="}), HasSubstr("got \"\""));
  EXPECT_THAT(mistake({"x=1,,2"}), HasSubstr("got \"\""));
  EXPECT_THAT(mistake({"x=-1"}), HasSubstr("got \"-1\""));
  EXPECT_THAT(mistake({"x=0"}), HasSubstr("got \"0\""));
  EXPECT_THAT(mistake({"x=99999999999999999999"}), HasSubstr("sizes from 1"));
  EXPECT_THAT(mistake({"x=1", "x=2"}), HasSubstr("one shape for an input"));
}

}  // namespace
}  // namespace subvolt::cli
