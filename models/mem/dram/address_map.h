// Where a burst lies: its number's bits dealt out to row, bank and column.
//
// `fields` name them from the most significant to the least: "row bank column" fills a row with consecutive bursts and
// lays consecutive rows into consecutive banks. A field may come in pieces, each with its bits: "row column[5:2] bank
// column[1:0]". A device whose number of rows is no power of two has its row in one piece and first. Columns are
// counted in bursts.
//
// `hash` spreads accesses that would all hit one bank: "bank[0]^row[0]" replaces a bit by its exclusive or with others;
// it is its own inverse, so no two addresses ever meet.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/mem/dram/device_config.h"

namespace subvolt::mem::dram {

struct Location {
  int bank = 0;
  std::int64_t row = 0;
  std::int64_t column = 0;  // in bursts
  friend bool operator==(const Location& a, const Location& b) {
    return a.bank == b.bank && a.row == b.row && a.column == b.column;
  }
};

class AddressMap {
 public:
  // Throws Error(kConfiguration) with what is wrong with the texts.
  AddressMap(const DeviceConfig& device, const std::string& fields, const std::vector<std::string>& hash);
  Location locate(std::int64_t burst) const;
  // How many bursts from this one on follow each other in its row.
  std::int64_t run(std::int64_t burst) const { return (burst | row_run_) - burst + 1; }
  std::int64_t burst_of(const Location& location) const;

 private:
  enum Part { kRow, kBank, kColumn, kParts };
  struct Piece {
    Part part;
    int low, bits;  // bits of the part
    int shift;      // in the burst's number
  };
  struct Hash {
    int bank_bit;
    std::vector<std::pair<Part, int>> with;
  };
  static Part part_of(const std::string& name, const std::string& text);
  void add_hash(const std::string& text, const int (&widths)[kParts]);
  std::int64_t hashed(std::int64_t bank, std::int64_t row, std::int64_t column) const;

  std::vector<Piece> pieces_;
  std::vector<Hash> hashes_;
  std::int64_t row_run_ = 0;  // ones in the bits that count through a part of a row
};

}  // namespace subvolt::mem::dram
