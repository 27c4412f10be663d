// Does a source speak only for the numbers that were written with it?
#include <gtest/gtest.h>

#include "sim/config/loader.h"
#include "sim/config/sourced/sourcing.h"
#include "sim/power/price/price_book.h"

namespace subvolt::power {
namespace {

// A price of a document and overrides of it.
Price price(const std::string& text, const std::vector<std::string>& overrides) {
  std::vector<config::Override> sets;
  for (const std::string& o : overrides) sets.push_back(config::Override::parse("technology.p." + o));
  const config::Document d =
      config::load_text("schema: technology/1\ntechnology: {p: " + text + "}\n", "t.yaml", "technology", sets);
  return Price::schema().read(*d.section.find("p"));
}

constexpr const char* kPrice =
    "{energy: 2 pJ, sizes: [{attribute: a, reference: 1, exponent: 1}], source: table, quality: published}";

TEST(Sourcing, APriceKeepsItsSourceWhereNothingReplacesIt) {
  const Price p = price(kPrice, {});
  EXPECT_EQ(p.source, "table");
  EXPECT_EQ(p.quality, config::Quality::kPublished);
}

TEST(Sourcing, ANumberThatComesLaterIsItsOwnOrigin) {
  const Price p = price(kPrice, {"energy=1 pJ"});
  EXPECT_EQ(p.source, "--set technology.p.energy=1 pJ, no source given; the rest: table");
  EXPECT_EQ(p.quality, config::Quality::kEstimated);
}

TEST(Sourcing, WithoutAnythingLeftThereIsNoRest) {
  EXPECT_EQ(price("{energy: 2 pJ, source: table}", {"energy=1 pJ"}).source,
            "--set technology.p.energy=1 pJ, no source given");
}

TEST(Sourcing, ASourceThatComesWithTheNumberHolds) {
  const Price p = price(kPrice, {"energy=1 pJ", "source=bench"});
  EXPECT_EQ(p.source, "bench");
  EXPECT_EQ(p.quality, config::Quality::kEstimated);
  EXPECT_EQ(price(kPrice, {"energy=1 pJ", "source=bench", "quality=measured"}).quality, config::Quality::kMeasured);
}

TEST(Sourcing, OneRailOfSeveral) {
  const Price p = price("{rail_energy: {vdd1: 1 pJ, vdd2: 2 pJ}, source: sheet}", {"rail_energy.vdd2=3 pJ"});
  EXPECT_EQ(p.source, "--set technology.p.rail_energy.vdd2=3 pJ, no source given; the rest: sheet");
}

TEST(Sourcing, OriginsDoNotDependOnTheFolder) {
  const config::Node number = config::Node::scalar("1", {"/some/where/a.yaml", 3, 7}, "x");
  EXPECT_EQ(origin_of(number), "a.yaml:3:7");
}

}  // namespace
}  // namespace subvolt::power
