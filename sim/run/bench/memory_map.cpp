#include "sim/run/bench/memory_map.h"

#include <algorithm>
#include <cctype>
#include <regex>
#include <sstream>

#include "sim/config/error.h"
#include "sim/units/bits.h"

namespace subvolt::run {
namespace {

constexpr const char* kNames[] = {"channel", "rank", "row", "bankgroup", "bank", "column"};
constexpr const char* kLetters[] = {"ch", "ra", "ro", "bg", "ba", "co"};

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
  throw Error(ErrorKind::kConfiguration, "--map \"" + text + "\": " + why);
}

}  // namespace

std::string hexadecimal(std::int64_t value) {
  std::ostringstream out;
  out << "0x" << std::hex << value;
  return out.str();
}

MemoryMap::MemoryMap(const std::string& text, const TracedMemory& memory) : text_(text), memory_(memory) {
  if (memory.banks == 0) refuse(text, "this memory has no rows and banks: its addresses are used as they are");
  std::string low;
  for (const char c : text) low += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  std::vector<Word> all = letters(low);
  if (all.empty()) all = words(low);
  const bool grouped = std::any_of(all.begin(), all.end(), [](const Word& w) { return w.field == kBankGroup; });
  const std::int64_t groups = grouped ? memory.bank_groups : 1;
  widths_[kRow] = bits_for(memory.rows);
  widths_[kBankGroup] = bits_for(groups);
  widths_[kBank] = bits_for(memory.banks / groups);
  widths_[kColumn] = bits_for(memory.bursts);
  for (const Word& word : all) add(word);
  for (const Field f : {kRow, kBankGroup, kBank, kColumn}) {
    if (seen_[f] != low_bits(widths_[f])) refuse(text, std::string("not all bits of ") + kNames[f] + " are named");
  }
  std::reverse(pieces_.begin(), pieces_.end());
}

std::vector<MemoryMap::Word> MemoryMap::letters(const std::string& text) {
  std::vector<Word> all;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto* const found = std::find(std::begin(kLetters), std::end(kLetters), text.substr(i, 2));
    if (found == std::end(kLetters)) return {};
    all.push_back({static_cast<Field>(found - std::begin(kLetters)), -1, -1, *found});
  }
  return all;
}

std::vector<MemoryMap::Word> MemoryMap::words(const std::string& text) const {
  static const std::regex kPiece(R"(([a-z]+)(?:\[(\d{1,2})(?::(\d{1,2}))?\])?)");
  std::vector<Word> all;
  std::istringstream in(text);
  for (std::string word; in >> word;) {
    std::smatch match;
    const bool good = std::regex_match(word, match, kPiece);
    const auto* const found = std::find(std::begin(kNames), std::end(kNames), good ? match[1].str() : std::string());
    if (found == std::end(kNames)) {
      refuse(text_,
             "expected channel, rank, row, bankgroup, bank or column, with bits such as [3:0] or without, got \"" +
                 word + "\"");
    }
    Word w{static_cast<Field>(found - std::begin(kNames)), -1, -1, word};
    if (match[2].matched) w.high = w.low = std::stoi(match[2]);
    if (match[3].matched) w.low = std::stoi(match[3]);
    if (w.low > w.high) refuse(text_, "\"" + word + "\": expected the higher bit first");
    all.push_back(w);
  }
  return all;
}

void MemoryMap::add(const Word& word) {
  constexpr int kMost = 16;  // bits of channels and of ranks: no system has more
  const bool other = word.field == kChannel || word.field == kRank;
  const int width = other ? kMost : widths_[word.field];
  const int low = std::max(word.low, 0);
  const int bits = word.high >= 0 ? word.high - low + 1 : widths_[word.field];
  if (low + bits > width) {
    refuse(text_, "\"" + word.text + "\" goes beyond the " + std::to_string(width) + " bits of the field");
  }
  if ((seen_[word.field] & (low_bits(bits) << low)) != 0) {
    refuse(text_, "\"" + word.text + "\" names bits for the second time");
  }
  seen_[word.field] |= low_bits(bits) << low;
  pieces_.push_back({word.field, low, bits});
}

MemoryMap::Place MemoryMap::place(std::int64_t address) const {
  std::int64_t values[kFields] = {};
  std::int64_t rest = address / memory_.access_bytes;
  for (const Piece& p : pieces_) {
    values[p.field] |= (rest & low_bits(p.bits)) << p.low;
    rest >>= p.bits;
  }
  Place place;
  const std::string what = "address " + hexadecimal(address);
  for (const Field f : {kChannel, kRank}) {
    if (values[f] == 0) continue;
    place.fault = what + " is for " + kNames[f] + " " + std::to_string(values[f]) +
                  ": one channel with one rank is simulated; leave out what is for others";
    return place;
  }
  place.bank = values[kBank] * (std::int64_t{1} << widths_[kBankGroup]) + values[kBankGroup];
  place.row = values[kRow];
  place.burst = values[kColumn];
  if (rest != 0 || place.row >= memory_.rows || place.bank >= memory_.banks || place.burst >= memory_.bursts) {
    place.fault = what +
                  " is beyond the bits that --map names, or the rows of the device: one channel with one rank is "
                  "simulated; name the bits of rank and channel, such as rank[0], to be told which they are for";
  }
  return place;
}

}  // namespace subvolt::run
