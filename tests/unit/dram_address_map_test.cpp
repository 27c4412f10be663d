// Has every burst a place of its own, whatever the mapping, and does the inverse lead back?
#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "models/mem/dram/address_map.h"
#include "sim/config/error.h"

namespace subvolt::mem::dram {
namespace {

// 8 banks of `rows` rows of 16 bursts.
DeviceConfig small(std::int64_t rows) {
  DeviceConfig d;
  d.organisation.width = {16, "made up"};
  d.organisation.burst_length = {16, "made up"};
  d.organisation.banks = {8, "made up"};
  d.organisation.rows = {rows, "made up"};
  d.organisation.page = {Bytes(512), "made up"};
  return d;
}

void expect_bijection(std::int64_t rows, const std::string& fields, const std::vector<std::string>& hash) {
  const AddressMap map(small(rows), fields, hash);
  std::set<std::tuple<int, std::int64_t, std::int64_t>> seen;
  for (std::int64_t b = 0; b < 8 * rows * 16; ++b) {
    const Location l = map.locate(b);
    ASSERT_TRUE(l.bank >= 0 && l.bank < 8 && l.row >= 0 && l.row < rows && l.column >= 0 && l.column < 16) << fields;
    ASSERT_TRUE(seen.insert({l.bank, l.row, l.column}).second) << fields << ", burst " << b;
    ASSERT_EQ(map.burst_of(l), b) << fields;
  }
}

TEST(DramAddressMap, IsABijection) {
  for (const char* fields :
       {"row bank column", "bank row column", "row column bank", "row column[3:2] bank column[1:0]",
        "column[0] bank[2] row[4:1] column[3:1] bank[1:0] row[0]"}) {
    expect_bijection(32, fields, {});
    expect_bijection(32, fields, {"bank[0]^row[0]", "bank[1]^row[1]^row[3]", "bank[2]^row[2]^column[3]"});
    expect_bijection(32, fields, {"bank[0]^row[0]", "bank[0]^column[1]"});
  }
}

TEST(DramAddressMap, RowsNeedNotBeAPowerOfTwo) {
  for (const char* fields : {"row bank column", "row column bank", "row column[3:2] bank column[1:0]"}) {
    expect_bijection(24, fields, {"bank[0]^row[0]^row[4]"});
    expect_bijection(3, fields, {});
    expect_bijection(1, fields, {});
  }
}

TEST(DramAddressMap, FieldsGoFromTheMostSignificant) {
  const auto at = [](const char* fields, std::int64_t burst) {
    return AddressMap(small(32), fields, {}).locate(burst);
  };
  EXPECT_EQ(at("row bank column", 16 * 8 + 16 + 3), (Location{1, 1, 3}));
  EXPECT_EQ(at("bank row column", 16 * 32 + 16 + 3), (Location{1, 1, 3}));
  EXPECT_EQ(at("row column bank", 8 * 16 + 8 * 3 + 1), (Location{1, 1, 3}));
}

TEST(DramAddressMap, HashesSpreadRowsOverBanks) {
  const AddressMap map(small(32), "row bank column", {"bank[0]^row[0]", "bank[1]^row[1]", "bank[2]^row[2]"});
  std::set<int> banks;
  for (std::int64_t row = 0; row < 8; ++row) banks.insert(map.locate(row * 8 * 16).bank);
  EXPECT_EQ(banks.size(), 8u);
}

TEST(DramAddressMap, MistakesAreNamed) {
  const auto error = [](const std::string& fields, const std::vector<std::string>& hash,
                        std::int64_t rows) -> std::string {
    try {
      AddressMap(small(rows), fields, hash);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_NE(error("row bank", {}, 32).find("not all bits of column"), std::string::npos);
  EXPECT_NE(error("row bank column rank", {}, 32).find("rank"), std::string::npos);
  EXPECT_NE(error("row bank column[3:1] column[1:0]", {}, 32).find("second time"), std::string::npos);
  EXPECT_NE(error("row bank[3:0] column", {}, 32).find("beyond"), std::string::npos);
  EXPECT_NE(error("bank row column", {}, 24).find("power of two"), std::string::npos);
  EXPECT_NE(error("row bank column", {"bank[3]^row[0]"}, 32).find("3 bits"), std::string::npos);
  EXPECT_NE(error("row bank column", {"bank[0]^row[5]"}, 32).find("beyond"), std::string::npos);
  EXPECT_NE(error("row bank column", {"bank[0]^bank[1]"}, 32).find("expected the form"), std::string::npos);
}

}  // namespace
}  // namespace subvolt::mem::dram
