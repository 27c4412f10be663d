#include "sim/run/bench/trace_formats.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <vector>

#include "sim/run/bench/memory_trace.h"

namespace subvolt::run {
namespace {

constexpr const char* kBlanks = " \t";
constexpr const char* kCommaEnds = ",";
constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();

// Words of a line with their places.
struct Word {
  const char* at;
  std::string_view text;
};
std::vector<Word> words_of(const TraceLines& line) {
  std::vector<Word> words;
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  for (const char* at = line.begin(); at != line.end();) {
    const char* begin = std::find_if_not(at, line.end(), blank);
    at = std::find_if(begin, line.end(), blank);
    if (begin != at) words.push_back({begin, {begin, static_cast<std::size_t>(at - begin)}});
  }
  return words;
}

bool prefixed(std::string_view text) { return text.size() > 2 && text[0] == '0' && (text[1] | 32) == 'x'; }

// All of it as a number below 2^63, "0x..." or in `base`; -1: it is none.
std::int64_t number_in(std::string_view text, int base) {
  const bool hex = prefixed(text);
  if (hex) text.remove_prefix(2);
  std::int64_t value = -1;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : base);
  const bool good = error == std::errc() && stop == text.data() + text.size() && !text.empty() && text[0] != '-';
  return good ? value : -1;
}

const Word& word(const TraceLines& line, const std::vector<Word>& words, std::size_t i, const char* what) {
  if (i < words.size()) return words[i];
  line.fail(line.end(), std::string("expected ") + what + ", got nothing");
}

void no_more(const TraceLines& line, const std::vector<Word>& words, std::size_t used, const char* form) {
  if (words.size() > used) {
    line.fail(words[used].at,
              std::string("expected nothing more: ") + form + ", got " + line.quote(words[used].at, kBlanks));
  }
}

std::int64_t address_of(const TraceLines& line, const Word& w, int base) {
  const std::int64_t address = number_in(w.text, base);
  if (address < 0) line.fail(w.at, "expected an address such as 0x12345680, got " + line.quote(w.at, kBlanks));
  return address;
}

std::int64_t clock_of(const TraceLines& line, const Word& w, std::string_view text) {
  const std::int64_t clock = prefixed(text) ? -1 : number_in(text, 10);
  if (clock < 0) line.fail(w.at, "expected a clock, an integer from 0 to 2^63 - 1, got " + line.quote(w.at, kBlanks));
  return clock;
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), text) != all.end();
}
// True: a write.
bool operation(const TraceLines& line, const Word& w, std::initializer_list<std::string_view> reads,
               std::initializer_list<std::string_view> writes) {
  if (one_of(w.text, writes)) return true;
  if (one_of(w.text, reads)) return false;
  std::string all;
  for (const auto* list : {&reads, &writes}) {
    for (const std::string_view op : *list) all += (all.empty() ? "" : ", ") + std::string(op);
  }
  line.fail(w.at, "expected the operation, one of " + all + ", got " + line.quote(w.at, kBlanks));
}

// Own: arrival_cycle,op,bank,row,burst.
std::int64_t column(const TraceLines& line, const char*& at, char end, const char* what, std::int64_t most) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(at, line.end(), value);
  const bool ended = end == '\0' ? stop == line.end() : stop != line.end() && *stop == end;
  if (error != std::errc() || !ended || value < 0 || value > most || *at == '-') {
    // Columns are missing where the line ends after a good number.
    if (error == std::errc() && stop == line.end() && end != '\0') {
      line.fail(stop, std::string("expected five columns, ") + MemoryTraceFile::kHeader);
    }
    if (error == std::errc() && stop != line.end() && *stop == ',' && end == '\0') {
      line.fail(stop,
                std::string("expected nothing after the ") + what + ": five columns, " + MemoryTraceFile::kHeader);
    }
    line.fail(at, std::string("expected the ") + what + ", an integer from 0 to " +
                      (most == kLast ? "2^63 - 1" : "10^15") + ", got " + line.quote(at, kCommaEnds));
  }
  at = end == '\0' ? stop : stop + 1;
  return value;
}

void read_columns(const TraceLines& line, TracedRequest& request) {
  const char* at = line.begin();
  request.arrival_at = at;
  request.arrival_cycle = column(line, at, ',', "arrival_cycle", kLast);
  const bool good = line.end() - at >= 2 && (*at == 'R' || *at == 'W') && at[1] == ',';
  if (!good) line.fail(at, "expected the op, R or W, got " + line.quote(at, kCommaEnds));
  request.write = *at == 'W';
  at += 2;
  request.bank = column(line, at, ',', "bank", MemoryTraceFile::kLargest);
  request.row = column(line, at, ',', "row", MemoryTraceFile::kLargest);
  request.burst = column(line, at, '\0', "burst", MemoryTraceFile::kLargest);
}

void read_load_store(const TraceLines& line, TracedRequest& request) {
  const auto words = words_of(line);
  request.write = operation(line, word(line, words, 0, "LD or ST"), {"LD"}, {"ST"});
  request.by_address = true;
  request.address = address_of(line, word(line, words, 1, "an address"), 10);
  no_more(line, words, 2, "LD or ST and an address");
}

void read_address_first(const TraceLines& line, TracedRequest& request) {
  const auto words = words_of(line);
  request.by_address = true;
  request.address = address_of(line, word(line, words, 0, "an address"), 10);
  request.write = operation(line, word(line, words, 1, "R or W"), {"R"}, {"W"});
  no_more(line, words, 2, "an address and R or W");
}

void read_transaction(const TraceLines& line, TracedRequest& request) {
  const auto words = words_of(line);
  request.by_address = true;
  request.address = address_of(line, word(line, words, 0, "an address"), 16);
  request.write = operation(line, word(line, words, 1, "READ or WRITE"),
                            {"READ", "read", "P_MEM_RD", "P_FETCH", "IFETCH"}, {"WRITE", "write", "P_MEM_WR", "BOFF"});
  const Word& clock = word(line, words, 2, "a clock");
  request.arrival_at = clock.at;
  request.arrival_cycle = clock_of(line, clock, clock.text);
  no_more(line, words, 3, "address, transaction and clock");
}

void read_stl(const TraceLines& line, TracedRequest& request) {
  const auto words = words_of(line);
  const Word& first = word(line, words, 0, "a clock");
  std::string_view clock = first.text;
  if (clock.back() == ':') clock.remove_suffix(1);
  request.arrival_at = first.at;
  request.arrival_cycle = clock_of(line, first, clock);
  std::size_t next = 1;
  if (const Word& length = word(line, words, next, "read or write"); length.text.front() == '(') {
    std::string_view text = length.text.substr(1);
    const bool closed = !text.empty() && text.back() == ')';
    if (closed) text.remove_suffix(1);
    request.bytes = closed && !prefixed(text) ? number_in(text, 10) : -1;
    if (request.bytes < 1 || request.bytes > kLongestRequest) {
      line.fail(length.at, "expected the length in bytes, from (1) to (" + std::to_string(kLongestRequest) + "), got " +
                               line.quote(length.at, kBlanks));
    }
    ++next;
  }
  request.write = operation(line, word(line, words, next, "read or write"), {"read"}, {"write"});
  request.by_address = true;
  request.address = address_of(line, word(line, words, next + 1, "an address"), 16);
  no_more(line, words, next + (request.write ? 3 : 2), "clock, operation and address; data only of a write");
}

// R or W and numbers with commas; with or without bank groups.
template <std::size_t kLevels>
void read_vector(const TraceLines& line, TracedRequest& request) {
  static constexpr const char* kGrouped[] = {"channel", "rank", "bank group", "bank", "row", "column"};
  static constexpr const char* kPlain[] = {"channel", "rank", "bank", "row", "column"};
  const auto words = words_of(line);
  request.write = operation(line, word(line, words, 0, "R or W"), {"R"}, {"W"});
  const Word& vector = word(line, words, 1, "an address vector");
  no_more(line, words, 2, "R or W and an address vector");
  std::int64_t values[kLevels] = {};
  const char* at = vector.at;
  const char* const end = vector.at + vector.text.size();
  for (std::size_t i = 0; i < kLevels; ++i) {
    const char* const name = kLevels == 6 ? kGrouped[i] : kPlain[i];
    const char* stop = std::find(at, end, ',');
    values[i] = number_in({at, static_cast<std::size_t>(stop - at)}, 10);
    if (values[i] < 0 || values[i] > MemoryTraceFile::kLargest) {
      line.fail(at,
                std::string("expected the ") + name + ", an integer from 0 to 10^15, got " + line.quote(at, ", \t"));
    }
    if (i < 2 && values[i] > 0) {
      line.fail(at, std::string(name) + " " + std::to_string(values[i]) +
                        ": one channel with one rank is simulated; expected 0, leave out or renumber what is for "
                        "others");
    }
    const bool last = i + 1 == kLevels;
    if (last != (stop == end)) {
      line.fail(stop, "expected " + std::to_string(kLevels) + " numbers with commas between, as in the first line");
    }
    at = last ? stop : stop + 1;
  }
  request.bank_group = kLevels == 6 ? values[2] : 0;
  request.bank = values[kLevels - 3];
  request.row = values[kLevels - 2];
  request.burst = values[kLevels - 1];
}

bool stl_clock(const std::vector<Word>& words) {
  return words[0].text.size() > 1 && words[0].text.back() == ':' &&
         number_in(words[0].text.substr(0, words[0].text.size() - 1), 10) >= 0;
}

}  // namespace

TraceFormat recognise_format(const TraceLines& line) {
  const auto words = words_of(line);
  const std::string_view first = words.empty() ? std::string_view() : words[0].text;
  const std::string_view second = words.size() < 2 ? std::string_view() : words[1].text;
  if (line.text() == MemoryTraceFile::kHeader) return {"coordinates", true, false, &read_columns};
  if (one_of(first, {"LD", "ST"})) return {"Ramulator loads and stores", false, false, &read_load_store};
  if (one_of(first, {"R", "W"})) {
    const auto commas = std::count(second.begin(), second.end(), ',');
    if (commas == 5) return {"Ramulator address vectors", false, true, &read_vector<6>};
    if (commas == 4) return {"Ramulator address vectors", false, false, &read_vector<5>};
    line.fail(words.size() < 2 ? line.end() : words[1].at,
              "expected an address vector: channel, rank, bank group if there are any, bank, row and column");
  }
  if (!words.empty() && (stl_clock(words) || (number_in(first, 10) >= 0 && one_of(second, {"read", "write"}) &&
                                              words.size() > 2 && prefixed(words[2].text)))) {
    return {"DRAMSys", false, false, &read_stl};
  }
  const bool address = !words.empty() && number_in(first, 16) >= 0;
  if (address && one_of(second, {"R", "W"})) return {"Ramulator", false, false, &read_address_first};
  if (address && words.size() > 1 && number_in(second, 10) < 0) {
    return {"DRAMsim3", false, false, &read_transaction};
  }
  if (number_in(first, 10) >= 0 && number_in(second, 10) >= 0 && words.size() <= 3) {
    line.fail(line.begin(),
              "this is a processor's trace (instructions, then an address): it needs a processor and caches to become "
              "one of a memory; expected a memory's, such as 0x12345680 R");
  }
  line.fail(line.begin(), std::string("expected the header ") + MemoryTraceFile::kHeader +
                              ", or an address trace: LD 0x40, 0x40 R, 0x40 READ 30 or 31: read 0x40, got " +
                              line.quote(line.begin(), ""));
}

}  // namespace subvolt::run
