// Curves of views: means over windows keep what was added, and names and texts keep apart.
#include <gtest/gtest.h>

#include <random>

#include "sim/report/views/vcd.h"
#include "sim/report/views/vcd_names.h"
#include "sim/report/views/windows.h"

namespace subvolt::report {
namespace {

double integral(const CurvePoints& points, Picoseconds end) {
  double sum = 0.0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Picoseconds after = i + 1 < points.size() ? points[i + 1].at : end;
    sum += points[i].value * in_seconds(after - points[i].at);
  }
  return sum;
}

TEST(ViewsWindows, ASpanOverSeveralIsToldOnceWhereItIsWhole) {
  Windows windows(100, 1000);
  windows.add(150, 750, 6e-10);  // 1 per second
  const CurvePoints points = windows.take();
  ASSERT_EQ(points.size(), 5u);
  EXPECT_EQ(points[0].at, 0);
  EXPECT_EQ(points[0].value, 0.0);
  EXPECT_EQ(points[1].at, 100);
  EXPECT_NEAR(points[1].value, 0.5, 1e-12);
  EXPECT_EQ(points[2].at, 200);
  EXPECT_NEAR(points[2].value, 1.0, 1e-12);
  EXPECT_EQ(points[3].at, 700);
  EXPECT_NEAR(points[3].value, 0.5, 1e-12);
  EXPECT_EQ(points[4].at, 800);
  EXPECT_EQ(points[4].value, 0.0);
}

TEST(ViewsWindows, TheLastOneIsAsLongAsWhatIsLeft) {
  Windows windows(100, 250);
  windows.add(200, 250, 1e-10);
  const CurvePoints points = windows.take();
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[1].at, 200);
  EXPECT_NEAR(points[1].value, 2.0, 1e-12);
}

TEST(ViewsWindows, NothingIsLostOfWhatOverlaps) {
  std::mt19937 random(7);
  for (const std::int64_t step : {1, 7, 100, 5000, 1'000'000}) {
    const Picoseconds end = 40'000;
    Windows windows(step, end);
    double sum = 0.0;
    for (int i = 0; i < 500; ++i) {
      const auto begin = static_cast<std::int64_t>(random() % 39'999);
      const auto length = 1 + static_cast<std::int64_t>(random() % (40'000 - static_cast<std::uint64_t>(begin)));
      const double amount = 1e-9 * static_cast<double>(random() % 1000);
      windows.add(begin, begin + length, amount);
      sum += amount;
    }
    const CurvePoints points = windows.take();
    EXPECT_NEAR(integral(points, end) / sum, 1.0, 1e-9) << step;
    for (std::size_t i = 1; i < points.size(); ++i) {
      EXPECT_LT(points[i - 1].at, points[i].at);
      EXPECT_EQ(points[i].at % step, 0);
    }
  }
}

TEST(ViewsWindows, WithoutTimeThereIsNothing) { EXPECT_TRUE(Windows(100, 0).take().empty()); }

TEST(ViewsVcd, NamesStayApart) {
  using Path = std::vector<std::string>;
  EXPECT_EQ(vcd_path("power by domain", "npu.array"), (Path{"power_by_domain", "npu", "array"}));
  EXPECT_EQ(vcd_path("power", "a b"), (Path{"power", "a%20b"}));
  EXPECT_EQ(vcd_path("power", "a%20b"), (Path{"power", "a%2520b"}));
  EXPECT_EQ(vcd_path("power", "$end\xc3\xa4"), (Path{"power", "%24end%c3%a4"}));
}

TEST(ViewsVcd, ARunWithoutTimeIsStillADump) {
  Tracks tracks;
  tracks.groups.push_back({"power states", {{"PD", "", "none", false, {"ON"}, {}}}, {}});
  tracks.groups.push_back({"power", {}, {{"total", "W", {}}}});
  const std::string text = vcd_text(tracks);
  EXPECT_NE(text.find("#0\n$dumpvars\nsnone !\nr0 \"\n$end\n"), std::string::npos) << text;
}

TEST(ViewsVcd, TextsAreOneWord) {
  Tracks tracks;
  tracks.end = 10;
  tracks.groups.push_back({"layers", {{"npu", "command", "none", false, {"a b\\\n"}, {{2, 5, 0, -1, 3}}}}, {}});
  const std::string text = vcd_text(tracks);
  EXPECT_NE(text.find("#2\nsa\\x20b\\x5c\\x0a\\x203 !\n#5\nsnone !\n#10\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace subvolt::report
