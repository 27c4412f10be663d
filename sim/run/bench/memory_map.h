// Where a traced address lies in a device: its bits dealt out to row, bank and burst, as the simulator that wrote the
// trace dealt them out.
//
// A map names the fields from the most significant bit to the least: channel, rank, row, bankgroup, bank, column; a
// column counts bursts, and the bits below it, within a burst, are not named. "row bank column"; or in pieces, "row
// column[5:2] bank column[1:0]"; or as DRAMsim3 and Ramulator write it, two letters each: "rochrababgco", "RoBaRaCoCh".
// Where bankgroup is not named, bank has its bits, too: the lowest. Channel and rank have no bits unless a piece says
// how many ("rank[0]", "channel[1:0]"), and these must be 0, for one channel with one rank is simulated.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace subvolt::run {

// What a trace has to know of the memory it is for.
struct TracedMemory {
  std::int64_t access_bytes = 1;
  std::int64_t capacity = INT64_MAX;
  // 0: it has no rows and banks.
  std::int64_t banks = 0, rows = 0, bursts = 0;  // bursts of a row
  std::int64_t bank_groups = 1;
};

class MemoryMap {
 public:
  // Throws Error(kConfiguration): "--map: ...".
  MemoryMap(const std::string& text, const TracedMemory& memory);
  struct Place {
    std::int64_t bank = 0, row = 0, burst = 0;
    std::string fault;  // why the address is nowhere; empty: it is there
  };
  Place place(std::int64_t address) const;

 private:
  enum Field { kChannel, kRank, kRow, kBankGroup, kBank, kColumn, kFields };
  struct Word {
    Field field;
    int high = -1, low = -1;  // as given; -1: not
    std::string text;
  };
  struct Piece {
    Field field;
    int low, bits;  // of the field
  };
  static std::vector<Word> letters(const std::string& text);  // empty: it is not written so
  std::vector<Word> words(const std::string& text) const;
  void add(const Word& word);

  std::string text_;
  TracedMemory memory_;
  int widths_[kFields] = {};
  std::int64_t seen_[kFields] = {};
  std::vector<Piece> pieces_;  // the least significant first, once all are read
};

std::string hexadecimal(std::int64_t value);  // "0x2000d5c0"

}  // namespace subvolt::run
