#include "models/mem/dram/address_map.h"

#include <algorithm>
#include <regex>
#include <sstream>

#include "sim/config/error.h"
#include "sim/units/bits.h"

namespace subvolt::mem::dram {
namespace {

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
  throw Error(ErrorKind::kConfiguration, "address mapping \"" + text + "\": " + why);
}

}  // namespace

AddressMap::Part AddressMap::part_of(const std::string& name, const std::string& text) {
  if (name == "row") return kRow;
  if (name == "bank") return kBank;
  if (name == "column") return kColumn;
  refuse(text, "expected the fields row, bank and column, got \"" + name + "\"");
}

AddressMap::AddressMap(const DeviceConfig& device, const std::string& fields, const std::vector<std::string>& hash) {
  const std::int64_t counts[kParts] = {device.organisation.rows.value, device.organisation.banks.value,
                                       device.page_bytes() / device.burst_bytes()};
  int widths[kParts];
  for (int p = 0; p < kParts; ++p) {
    widths[p] = bits_for(counts[p]);
    if (p != kRow && counts[p] != std::int64_t{1} << widths[p]) {
      refuse(fields, "banks and columns must be powers of two, not " + std::to_string(counts[p]));
    }
  }
  static const std::regex kPiece(R"(([a-z]+)(?:\[(\d{1,2})(?::(\d{1,2}))?\])?)");
  std::istringstream words(fields);
  std::int64_t seen[kParts] = {0, 0, 0};
  for (std::string word; words >> word;) {
    std::smatch match;
    if (!std::regex_match(word, match, kPiece))
      refuse(fields, "expected row, bank[1:0] or the like, got \"" + word + "\"");
    const Part part = part_of(match[1], fields);
    const int high = match[2].matched ? std::stoi(match[2]) : widths[part] - 1;
    const int low = match[3].matched ? std::stoi(match[3]) : match[2].matched ? high : 0;
    if (low > high + 1 || high >= widths[part]) {
      refuse(fields, "\"" + word + "\" goes beyond the " + std::to_string(widths[part]) + " bits of the field");
    }
    const int bits = high - low + 1;
    if ((seen[part] & (low_bits(bits) << low)) != 0) refuse(fields, "\"" + word + "\" names bits for the second time");
    seen[part] |= low_bits(bits) << low;
    pieces_.push_back({part, low, bits, 0});
  }
  for (int p = 0; p < kParts; ++p) {
    static const char* const kNames[kParts] = {"row", "bank", "column"};
    if (seen[p] != low_bits(widths[p])) refuse(fields, std::string("not all bits of ") + kNames[p] + " are named");
  }
  const bool odd_rows = counts[kRow] != std::int64_t{1} << widths[kRow];
  if (odd_rows && (pieces_.front().part != kRow || pieces_.front().bits != widths[kRow])) {
    refuse(fields, "the number of rows is no power of two: expected the whole row first");
  }
  int shift = 0;
  for (auto piece = pieces_.rbegin(); piece != pieces_.rend(); ++piece) {
    piece->shift = shift;
    shift += piece->bits;
  }
  for (const std::string& text : hash) add_hash(text, widths);
  const bool hashed_column = std::any_of(hashes_.begin(), hashes_.end(), [](const Hash& h) {
    return std::any_of(h.with.begin(), h.with.end(), [](const auto& term) { return term.first == kColumn; });
  });
  for (auto piece = pieces_.rbegin(); piece != pieces_.rend() && piece->part == kColumn && !hashed_column; ++piece) {
    row_run_ |= low_bits(piece->bits) << piece->shift;
  }
}

void AddressMap::add_hash(const std::string& text, const int (&widths)[kParts]) {
  static const std::regex kHash(R"(bank\[(\d{1,2})\]((?:\^(?:row|column)\[\d{1,2}\])+))");
  static const std::regex kTerm(R"(\^(row|column)\[(\d{1,2})\])");
  std::smatch match;
  if (!std::regex_match(text, match, kHash)) refuse(text, "expected the form bank[0]^row[0]^row[3]");
  Hash hash{std::stoi(match[1]), {}};
  if (hash.bank_bit >= widths[kBank]) refuse(text, "the banks have " + std::to_string(widths[kBank]) + " bits");
  const std::string terms = match[2];
  for (std::sregex_iterator t(terms.begin(), terms.end(), kTerm), end; t != end; ++t) {
    const Part part = part_of((*t)[1], text);
    const int bit = std::stoi((*t)[2]);
    if (bit >= widths[part]) refuse(text, "a bit beyond the " + std::to_string(widths[part]) + " of its field");
    hash.with.emplace_back(part, bit);
  }
  hashes_.push_back(std::move(hash));
}

std::int64_t AddressMap::hashed(std::int64_t bank, std::int64_t row, std::int64_t column) const {
  for (const Hash& hash : hashes_) {
    std::int64_t bit = 0;
    for (const auto& [part, at] : hash.with) bit ^= (part == kRow ? row : column) >> at & 1;
    bank ^= bit << hash.bank_bit;
  }
  return bank;
}

Location AddressMap::locate(std::int64_t burst) const {
  std::int64_t parts[kParts] = {0, 0, 0};
  for (const Piece& p : pieces_) parts[p.part] |= (burst >> p.shift & low_bits(p.bits)) << p.low;
  return {static_cast<int>(hashed(parts[kBank], parts[kRow], parts[kColumn])), parts[kRow], parts[kColumn]};
}

std::int64_t AddressMap::burst_of(const Location& location) const {
  const std::int64_t parts[kParts] = {location.row, hashed(location.bank, location.row, location.column),
                                      location.column};
  std::int64_t burst = 0;
  for (const Piece& p : pieces_) burst |= (parts[p.part] >> p.low & low_bits(p.bits)) << p.shift;
  return burst;
}

}  // namespace subvolt::mem::dram
