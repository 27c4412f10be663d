// Counts: no number becomes one, nor one a number, nor a count of another kind, without being asked to.
#include "sim/units/counts.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <sstream>
#include <type_traits>

#include "sim/units/hertz.h"
#include "sim/units/picoseconds.h"

namespace subvolt {
namespace {

template <class C, class... Others>
constexpr bool stays_itself() {
  return !std::is_convertible_v<std::int64_t, C> && !std::is_convertible_v<int, C> &&
         !std::is_convertible_v<double, C> && !std::is_convertible_v<C, std::int64_t> &&
         !std::is_convertible_v<C, bool> && !std::is_convertible_v<C, double> &&
         !std::is_assignable_v<C&, std::int64_t> && !(std::is_constructible_v<C, Others> || ...);
}
static_assert(stays_itself<Hertz, Cycles, Bytes, Ops>());
static_assert(stays_itself<Cycles, Hertz, Bytes, Ops>());
static_assert(stays_itself<Bytes, Hertz, Cycles, Ops>());
static_assert(stays_itself<Ops, Hertz, Cycles, Bytes>());
static_assert(sizeof(Hertz) == sizeof(std::int64_t) && std::is_trivially_copyable_v<Hertz>);

TEST(Counts, DivideUpwards) {
  EXPECT_EQ(ceil_div(Bytes(17), Bytes(8)), 3);
  EXPECT_EQ(ceil_div(Bytes(16), Bytes(8)), 2);
  EXPECT_EQ(ceil_div(Hertz(100), 16), Hertz(7));
  EXPECT_EQ(ceil_div(Hertz(96), 16), Hertz(6));
}

TEST(Counts, AreWrittenAsTheirNumber) {
  std::ostringstream out;
  out << Cycles(-3) << ' ' << Hertz(100'000'000);
  EXPECT_EQ(out.str(), "-3 100000000");
}

}  // namespace
}  // namespace subvolt
