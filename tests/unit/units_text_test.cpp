// Is a quantity read strictly and written back the same?
#include <gtest/gtest.h>

#include <cstdlib>

#include "sim/units/literals.h"
#include "sim/units/text.h"

namespace subvolt {
namespace {

using namespace literals;

template <class Q>
bool refused(const std::string& text) {
  return std::holds_alternative<TextError>(parse_quantity<Q>(text));
}
template <class Q>
Q parsed(const std::string& text) {
  return std::get<Q>(parse_quantity<Q>(text));
}

TEST(QuantityText, ReadsPrefixesAndUnits) {
  EXPECT_EQ(parsed<Voltage>("0.46 V").si(), 0.46);
  EXPECT_EQ(parsed<Voltage>("460mV").si(), 0.46);
  EXPECT_EQ(parsed<Frequency>("5 MHz").si(), 5e6);
  EXPECT_EQ(parsed<Energy>("0.2 pJ").si(), 0.2e-12);
  EXPECT_EQ(parsed<Bytes>("128 KiB").value(), 131072);
  EXPECT_EQ(parsed<Cycles>("4 cycles").value(), 4);
  EXPECT_DOUBLE_EQ(parsed<Temperature>("85 C").kelvin(), 358.15);
}

TEST(QuantityText, RefusesBareAndForeignAndAbsurd) {
  for (const char* text :
       {"0.8", "", "V", "0.8 A", "0.8 V V", "0.8 vV", "nan V", "inf V", "1e999 V", "0x1 V", "0,8 V"}) {
    EXPECT_TRUE(refused<Voltage>(text)) << text;
  }
  for (const char* text : {"128", "1.5 B", "128 Kib", "-1 B", "99999999999 TiB"})
    EXPECT_TRUE(refused<Bytes>(text)) << text;
}

TEST(QuantityText, WritesEngineeringPrefixes) {
  EXPECT_EQ(to_text(0.46_V), "460.0 mV");
  EXPECT_EQ(to_text(Energy::from_si(12.34e-6)), "12.34 uJ");
  EXPECT_EQ(brief(0.5_V), "500 mV");
  EXPECT_EQ(brief(Frequency::from_si(2e8)), "200 MHz");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(grouped(-1234), "-1,234");
}

TEST(QuantityText, ShortestReadsBackExactly) {
  for (const double v : {0.1, 1.0 / 3.0, 1e-300, 123456789.0, 5e-324, -2.5})
    EXPECT_EQ(std::strtod(shortest(v).c_str(), nullptr), v);
}

}  // namespace
}  // namespace subvolt
