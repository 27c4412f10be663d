#include "tests/support/dram_traffic.h"

#include <algorithm>
#include <random>
#include <stdexcept>

#include "tests/support/test_environment.h"

namespace subvolt::test {
namespace {

// Python's random.Random(seed): the Mersenne Twister seeded as there, numbers below n from the top bits.
class PythonRandom {
 public:
  explicit PythonRandom(std::uint32_t seed) {
    Key key{seed};
    twister_.seed(key);
  }
  int randrange(std::uint32_t n) {
    int bits = 0;
    while ((n >> bits) > 0) ++bits;
    while (true) {
      const std::uint32_t r = static_cast<std::uint32_t>(twister_()) >> (32 - bits);
      if (r < n) return static_cast<int>(r);
    }
  }

 private:
  // init_by_array of Matsumoto and Nishimura's mt19937ar.c for a key of one word, as a seed sequence.
  struct Key {
    using result_type = std::uint32_t;
    std::uint32_t word;
    template <class Iterator>
    void generate(Iterator begin, Iterator end) const {
      constexpr std::uint32_t n = 624;
      std::vector<std::uint32_t> s(n);
      s[0] = 19650218U;
      for (std::uint32_t i = 1; i < n; ++i) s[i] = 1812433253U * (s[i - 1] ^ s[i - 1] >> 30) + i;
      std::uint32_t i = 1;
      const auto next = [&] {
        if (++i == n) s[0] = s[n - 1], i = 1;
      };
      for (std::uint32_t k = 0; k < n; ++k, next()) s[i] = (s[i] ^ (s[i - 1] ^ s[i - 1] >> 30) * 1664525U) + word;
      for (std::uint32_t k = 1; k < n; ++k, next()) s[i] = (s[i] ^ (s[i - 1] ^ s[i - 1] >> 30) * 1566083941U) - i;
      s[0] = 0x80000000U;
      std::copy(s.begin(), s.begin() + (end - begin), begin);
    }
  };
  std::mt19937 twister_;
};

TraceRow in_order(std::int64_t i, std::int64_t cycle = 0, bool write = false, int bank = 0, std::int64_t row = 0) {
  const std::int64_t page = bank + i / 64;
  return {cycle, write, static_cast<int>(page % 8), row + page / 8, i % 64};
}

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed * 0x9E3779B97F4A7C15ULL + 1) {}
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(std::max<std::int64_t>(n, 1)));
  }
  std::int64_t between(std::int64_t a, std::int64_t b) { return a + below(b - a + 1); }
  bool one_in(std::int64_t n) { return below(n) == 0; }
  template <class T>
  T of(std::initializer_list<T> list) {
    return *(list.begin() + below(static_cast<std::int64_t>(list.size())));
  }

 private:
  std::mt19937_64 random_;
};

using Text = std::string;
Text number(std::int64_t n) { return std::to_string(n); }

int bits_of(std::int64_t n) {
  int bits = 0;
  while ((std::int64_t{1} << bits) < n) ++bits;
  return bits;
}

Text random_fields(const mem::dram::DeviceConfig& d, Dice& dice) {
  const bool odd = (d.organisation.rows.value & (d.organisation.rows.value - 1)) != 0;
  const int column = bits_of(d.page_bytes() / d.burst_bytes()), bank = bits_of(d.organisation.banks.value);
  const Text pieces = "row column[" + number(column - 1) + ":2] bank column[1:0]";
  const Text split = "row bank[" + number(bank - 1) + ":1] column bank[0]";
  return odd ? dice.of<Text>({"row bank column", "row column bank", pieces, split})
             : dice.of<Text>({"row bank column", "row column bank", pieces, split, "bank row column"});
}

Text sleep(Dice& dice, bool refresh, bool has) {
  if (!has) return "policy: never";
  const Text policy = refresh ? dice.of<Text>({"never", "idle", "idle", "refresh", "request"})
                              : dice.of<Text>({"never", "idle", "idle", "request"});
  return "policy: " + policy + ", after: " + number(dice.of<std::int64_t>({0, 1, 10, 50, 200, 2000, 9000})) + " ns";
}

Text random_settings(const DramSpecimen& specimen, Dice& dice) {
  const auto has = [&](const char* c) { return specimen.document.find("commands")->find(c) != nullptr; };
  Text t = "fields: " + random_fields(specimen.device, dice) + "\n";
  if (dice.one_in(3))
    t += dice.of<Text>({"hash: ['bank[0]^row[0]']\n", "hash: ['bank[0]^row[1]^column[0]', 'bank[1]^row[0]']\n"});
  t += "rounding: " + dice.of<Text>({"clock", "clock", "exact"}) + "\n";
  t += "scheduler: " + dice.of<Text>({"fr_fcfs", "fr_fcfs", "fifo"}) + "\n";
  t += "page_policy: " + dice.of<Text>({"open", "closed", "timeout"}) + "\n";
  t += "page_timeout: " + number(dice.of<std::int64_t>({0, 5, 60, 100, 700, 5000})) + " ns\n";
  const std::int64_t writes = dice.of<std::int64_t>({1, 2, 5, 16, 32, 64}), high = dice.between(1, writes);
  t += "queue: {reads: " + number(dice.of<std::int64_t>({1, 2, 5, 16, 32, 64})) + ", writes: " + number(writes) +
       ", write_high: " + number(high) + ", write_low: " + number(dice.below(high)) +
       ", group_writes: " + dice.of<Text>({"true", "true", "false"}) +
       ", overtaking: " + number(dice.of<std::int64_t>({1, 2, 4, 16, 64, 200})) + "}\n";
  const bool turns = has("REFpb") && dice.one_in(2);
  t += Text("refresh: {mode: ") + (turns ? "per_bank" : "all_bank") +
       ", postpone: " + number(dice.one_in(2) ? 0 : dice.between(0, 8)) + "}\n";
  t += "power_down: {" + sleep(dice, false, has("PDE")) + ", close_rows: " + dice.of<Text>({"true", "false"}) + "}\n";
  t += "self_refresh: {" + sleep(dice, true, has("SRE")) +
       ", array: " + (has("SRE") ? dice.of<Text>({"1", "0.5", "0.25", "0.125"}) : "1") + "}\n";
  t += "deep_power_down: {" + (dice.one_in(4) ? sleep(dice, false, has("DPDE")) : "policy: never") + "}\n";
  const std::int64_t celsius = dice.of<std::int64_t>({20, 60, 95});
  return t + "temperature: " + number(celsius) + " C\n";
}

// Streams, hot spots and scattered accesses, alone or in lumps, with pauses from none to three refresh intervals.
std::vector<DramRequest> random_requests(const DramCase& c, int n, Dice& dice) {
  const mem::dram::DeviceConfig& d = c.specimen->device;
  const std::int64_t burst = d.burst_bytes(), capacity = d.capacity() / 8;
  const std::int64_t window = std::min(capacity, burst << dice.between(0, 18));
  const std::int64_t base = dice.below(capacity - window + 1) / burst * burst;
  const std::int64_t write_share = dice.of<std::int64_t>({0, 5, 30, 50, 90, 100});
  const std::int64_t follow_share = dice.of<std::int64_t>({0, 50, 95});
  const std::int64_t longest = c.sheets().front().interval * dice.of<std::int64_t>({0, 1, 3});
  const std::int64_t pause_one_in = dice.of<std::int64_t>({2, 10, 40});
  const bool large = dice.one_in(3), unaligned = dice.one_in(3);
  std::vector<DramRequest> out;
  std::int64_t now = 0, address = base;
  for (int i = 0; i < n; ++i) {
    if (dice.one_in(pause_one_in)) now += dice.of({dice.below(2'000), dice.below(300'000), dice.below(longest + 1)});
    DramRequest r{now, dice.below(100) < write_share, 0, large ? burst * dice.between(1, 12) : burst};
    if (dice.below(100) >= follow_share) address = base + dice.below(window / burst) * burst;
    r.address = address;
    if (unaligned) r.address += dice.below(burst), r.bytes = dice.between(1, r.bytes);
    if (r.address + r.bytes > capacity) r.address = capacity - r.bytes;
    address = base + (address - base + burst) % window;
    out.push_back(r);
  }
  return out;
}

std::vector<DramAsk> random_asks(const DramCase& c, std::int64_t until, Dice& dice) {
  std::vector<DramAsk> asks;
  const auto points = static_cast<std::int64_t>(c.set_points().size());
  const std::int64_t states = dice.one_in(3) ? dice.between(1, 4) : 0;
  const std::int64_t changes = points > 0 && dice.one_in(3) ? dice.between(1, 4) : 0;
  for (std::int64_t i = 0; i < states; ++i) {
    using power::PowerState;
    const auto state = dice.of({PowerState::kOn, PowerState::kClkGated, PowerState::kRetention, PowerState::kOff});
    asks.push_back({dice.below(until + 1), false, static_cast<int>(state)});
  }
  for (std::int64_t i = 0; i < changes; ++i) {
    asks.push_back({dice.below(until + 1), true, static_cast<int>(dice.below(points + 1))});
  }
  std::stable_sort(asks.begin(), asks.end(), [](const DramAsk& a, const DramAsk& b) { return a.at < b.at; });
  return asks;
}

}  // namespace

const std::vector<std::string>& reference_traces() {
  static const std::vector<std::string> names = {"T01", "T02", "T03", "T05", "T07", "T09", "T10", "T11"};
  return names;
}

std::vector<TraceRow> reference_trace(const std::string& name) {
  std::vector<TraceRow> out;
  if (name == "T01" || name == "T02") {
    for (int i = 0; i < 2048; ++i) out.push_back(in_order(i, 0, name == "T02"));
  } else if (name == "T03") {
    for (int i = 0; i < 512; ++i) out.push_back({0, false, 0, i, 0});
  } else if (name == "T05" || name == "T09") {
    const bool unloaded = name == "T09";
    PythonRandom random(unloaded ? 9 : 5);
    for (int i = 0; i < (unloaded ? 500 : 2048); ++i) {
      TraceRow r{unloaded ? 200 * i : 0, false, random.randrange(8), 0, 0};
      r.row = random.randrange(unloaded ? 4 : 8192);
      r.burst = random.randrange(64);
      out.push_back(r);
    }
  } else if (name == "T07") {
    for (int i = 0; i < 683; ++i) {
      out.push_back(in_order(i));
      out.push_back(in_order(i, 0, false, 3, 100));
      out.push_back(in_order(i, 0, true, 5, 200));
    }
  } else if (name == "T10") {
    for (int i = 0; i < 1024; ++i) out.push_back(in_order(i, i / 16 * 2000));
  } else if (name == "T11") {
    for (int i = 0; i < 512; ++i) out.push_back(in_order(i, i / 64 * 40000));
  } else {
    throw std::runtime_error("no trace " + name);
  }
  return out;
}

const std::vector<DramSpecimen>& dram_specimens() {
  static const std::vector<DramSpecimen> all = [] {
    std::vector<DramSpecimen> list;
    const auto add = [&list](const std::string& name, const std::string& document,
                             const std::vector<std::pair<std::string, std::string>>& overrides) {
      const config::Node node = shipped_dram(document, overrides);
      list.push_back({name, node, mem::dram::DeviceConfig::schema().read(node)});
    };
    for (const char* name : {"ddr3_1600", "ddr4_2400", "lpddr3_1600", "lpddr4_3200", "lpddr5_6400"})
      add(name, name, {});
    add("lpddr4 with tRRD 5 ns", "lpddr4_3200", {{"parameters.tRRD.time", "5 ns"}});
    add("lpddr4 by temperature", "lpddr4_3200",
        {{"refresh.by_temperature",
          "[{up_to: 45 C, multiplier: 4, source: made up}, {up_to: 85 C, multiplier: 1, source: made up}, "
          "{up_to: 105 C, multiplier: 0.5, source: made up}]"}});
    add("lpddr3 with 12 Ki rows", "lpddr3_1600", {{"organisation.rows.value", "12288"}});
    return list;
  }();
  return all;
}

std::vector<DramSheet> DramCase::sheets() const {
  std::vector<DramSheet> all;
  const bool exact = settings.rounding == mem::dram::Rounding::kExact;
  all.push_back(read_dram_sheet(specimen->document, {0, frequency, exact, refresh_multiplier}));
  for (const std::size_t i : set_points()) {
    all.push_back(read_dram_sheet(specimen->document, {i, Hertz(), exact, refresh_multiplier}));
  }
  return all;
}

std::vector<std::size_t> DramCase::set_points() const {
  std::vector<std::size_t> slower;
  for (std::size_t i = 0; i < specimen->device.set_points.size(); ++i) {
    const double hz = specimen->device.set_points[i].clock.value.si();
    if (frequency == Hertz() || hz < static_cast<double>(frequency)) slower.push_back(i + 1);
  }
  return slower;
}

DramChecker::Policy DramCase::policy() const {
  return {settings.refresh.postpone, settings.refresh.mode == mem::dram::RefreshMode::kPerBank, true};
}

DramFacts DramCase::facts() const {
  DramFacts facts;
  facts.burst_bytes = specimen->device.burst_bytes();
  facts.sheet = sheets().front();
  const mem::dram::AddressMap map(specimen->device, settings.fields, settings.hash);
  facts.locate = [map](std::int64_t burst) { return map.locate(burst); };
  facts.least_read = facts.least_write = INT64_MAX;
  for (const DramSheet& s : sheets()) {
    const auto least = [&s](const char* command, std::int64_t latency) {
      return s.time(s.length_of(dram_command(command)) - s.clock + latency + s.burst);
    };
    facts.least_read = std::min(facts.least_read, least("RD", s.read));
    facts.least_write = std::min(facts.least_write, least("WR", s.write));
    if (std::none_of(traffic.asks.begin(), traffic.asks.end(), [](const DramAsk& a) { return a.set_point; })) break;
  }
  return facts;
}

std::string DramCase::name() const {
  return specimen->name + ", " + std::to_string(frequency.value()) + " Hz,\n" + settings_text;
}

DramCase dram_case(const DramSpecimen& specimen, const std::string& settings, Hertz frequency) {
  DramCase c;
  c.specimen = &specimen;
  c.settings_text = settings;
  c.settings = mem::dram::Settings::schema().read(yaml(settings));
  c.frequency = frequency;
  for (const auto& rate : specimen.device.refresh.by_temperature) {
    if (!(c.settings.temperature <= rate.up_to)) continue;
    c.refresh_multiplier = rate.multiplier;
    break;
  }
  return c;
}

DramCase random_dram_case(std::uint64_t seed, int least_requests, int most_requests) {
  Dice dice(seed);
  const auto& specimens = dram_specimens();
  const DramSpecimen& specimen =
      specimens[static_cast<std::size_t>(dice.below(static_cast<std::int64_t>(specimens.size())))];
  const std::string settings = random_settings(specimen, dice);
  const auto fastest = static_cast<std::int64_t>(specimen.device.max_clock.value.si());
  const Hertz hz{dice.of<std::int64_t>({0, 0, fastest / 2, fastest / 3, dice.between(fastest / 4, fastest)})};
  DramCase c = dram_case(specimen, settings, hz);
  c.traffic.requests = random_requests(c, static_cast<int>(dice.between(least_requests, most_requests)), dice);
  const std::int64_t last = c.traffic.requests.back().at;
  c.traffic.asks = random_asks(c, last + 1'000'000, dice);
  c.traffic.tail = dice.of<std::int64_t>({0, 1, dice.below(300'000), dice.below(20'000'000)});
  if (dice.one_in(4)) c.traffic.one_per_clock = c.sheets().front().hz;
  return c;
}

DramTraffic traffic_of(const std::vector<TraceRow>& trace, const DramCase& c) {
  const mem::dram::Engine engine = c.engine();
  DramTraffic traffic;
  const DramSheet sheet = c.sheets().front();
  traffic.one_per_clock = sheet.hz;
  for (const TraceRow& r : trace) {
    DramSheet clocks = sheet;
    clocks.exact = false;
    traffic.requests.push_back(
        {clocks.time(r.cycle), r.write, engine.trace_address(r.bank, r.row, r.burst), engine.access_bytes()});
  }
  return traffic;
}

}  // namespace subvolt::test
