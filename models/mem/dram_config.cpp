#include "models/mem/dram_config.h"

namespace subvolt::mem {
namespace {

const config::Node& at(const config::Node& node, const std::string& key) {
  const config::Node* found = node.find(key);
  return found ? *found : node;
}

void require_source(const std::string& source, const config::Node& node, config::Diagnostics& d) {
  if (source.empty()) d.error(at(node, "source"), "expected where the number comes from, got nothing");
}

template <class T>
config::Schema<T> sourced(const std::string& name, const std::string& summary) {
  auto schema = config::Schema<T>(name, summary);
  schema.required("value", &T::value, "The number.")
      .required("source", &T::source, "Standard or data sheet it is taken from.")
      .check([](const T& c, const config::Node& node, config::Diagnostics& d) { require_source(c.source, node, d); });
  return schema;
}

constexpr std::int64_t kMaxCount = std::int64_t{1} << 24;

void check_organisation(const DramOrganisation& o, const config::Node& node, config::Diagnostics& d) {
  for (const auto& [key, count] : {std::make_pair("width", o.width), std::make_pair("burst_length", o.burst_length),
                                   std::make_pair("banks", o.banks), std::make_pair("rows", o.rows)}) {
    if (count.value < 1 || count.value > kMaxCount) {
      d.error(at(at(node, key), "value"), "expected an integer from 1 to " + std::to_string(kMaxCount));
      return;
    }
  }
  const std::int64_t burst_bits = o.width.value * o.burst_length.value;
  if (burst_bits % 8 != 0 || o.burst_length.value % 2 != 0) {
    d.error(
        at(at(node, "burst_length"), "value"),
        "expected an even number of transfers that make whole bytes with a width of " + std::to_string(o.width.value));
    return;
  }
  const std::int64_t page = o.page.value.value();
  if (page < burst_bits / 8 || page % (burst_bits / 8) != 0) {
    d.error(at(at(node, "page"), "value"),
            "expected a multiple of the burst's " + std::to_string(burst_bits / 8) + " B");
  }
}

}  // namespace

const config::Schema<DramDelay>& DramDelay::schema() {
  static const auto schema =
      config::Schema<DramDelay>("dram_delay", "A JEDEC timing: the longer one of a time and a number of clocks.")
          .optional("time", &DramDelay::time, "Delay that does not depend on the clock.",
                    config::at_least(Time::from_si(0.0)))
          .optional("clocks", &DramDelay::clocks, "Delay in clocks of the device.", config::at_least(Cycles(0)))
          .required("source", &DramDelay::source, "Standard or data sheet it is taken from.")
          .check([](const DramDelay& c, const config::Node& node, config::Diagnostics& d) {
            if (!node.find("time") && !node.find("clocks")) d.error(node, "expected a time, clocks or both");
            require_source(c.source, node, d);
          });
  return schema;
}

const config::Schema<DramCount>& DramCount::schema() {
  static const auto schema = sourced<DramCount>("dram_count", "A count with its source.");
  return schema;
}
const config::Schema<DramSize>& DramSize::schema() {
  static const auto schema = sourced<DramSize>("dram_size", "A size with its source.");
  return schema;
}
const config::Schema<DramSpeed>& DramSpeed::schema() {
  static const auto schema = sourced<DramSpeed>("dram_speed", "A frequency with its source.");
  return schema;
}

const config::Schema<DramOrganisation>& DramOrganisation::schema() {
  static const auto schema =
      config::Schema<DramOrganisation>("dram_organisation", "What one channel consists of.")
          .required("width", &DramOrganisation::width, "Data pins of the channel.")
          .required("burst_length", &DramOrganisation::burst_length, "Transfers per burst, two per clock.")
          .required("banks", &DramOrganisation::banks, "Banks.")
          .required("rows", &DramOrganisation::rows, "Rows per bank.")
          .required("page", &DramOrganisation::page, "Size of one row of one bank: columns x width / 8.")
          .check(check_organisation);
  return schema;
}

const config::Schema<DramDelays>& DramDelays::schema() {
  static const auto schema =
      config::Schema<DramDelays>("dram_delays", "JEDEC timings.")
          .required("tCL", &DramDelays::tCL, "Read command to first data at the device (RL x tCK).")
          .required("tCWL", &DramDelays::tCWL, "Write command to first data (WL x tCK).")
          .required("tDQSCK", &DramDelays::tDQSCK, "Clock to read strobe at the pins.")
          .required("tDQSS", &DramDelays::tDQSS, "Write latency to first write strobe.")
          .required("tRCD", &DramDelays::tRCD, "Activate to read or write.")
          .required("tRPpb", &DramDelays::tRPpb, "Precharge of one bank.")
          .required("tRPab", &DramDelays::tRPab, "Precharge of all banks.")
          .required("tRAS", &DramDelays::tRAS, "Activate to precharge.")
          .required("tCCD", &DramDelays::tCCD, "Column command to column command of the same direction.")
          .required("tRRD", &DramDelays::tRRD, "Activate to activate of another bank.")
          .required("tFAW", &DramDelays::tFAW, "Window in which at most four activates may lie.")
          .required("tWR", &DramDelays::tWR, "Last write data to precharge.")
          .required("tWTR", &DramDelays::tWTR, "Last write data to read command.")
          .required("tRTP", &DramDelays::tRTP, "Read command to precharge.")
          .required("tWPRE", &DramDelays::tWPRE, "Write preamble between read data and write data.")
          .required("tPPD", &DramDelays::tPPD, "Precharge to precharge.")
          .required("tREFI", &DramDelays::tREFI, "Average interval of all-bank refreshes.")
          .required("tRFCab", &DramDelays::tRFCab, "Duration of an all-bank refresh.")
          .required("tXP", &DramDelays::tXP, "Power-down exit to first command.")
          .required("tCKE", &DramDelays::tCKE, "Shortest power-down.")
          .required("tSR", &DramDelays::tSR, "Shortest self-refresh.")
          .required("tXSR", &DramDelays::tXSR, "Self-refresh exit to first command.");
  return schema;
}

const config::Schema<DramDeviceConfig>& DramDeviceConfig::schema() {
  static const auto schema =
      config::Schema<DramDeviceConfig>("dram_device", "A DRAM device: organisation and timings, each with its source.")
          .required("standard", &DramDeviceConfig::standard, "Standard and speed grade.")
          .required("max_clock", &DramDeviceConfig::max_clock, "Fastest clock; the data rate is twice that.")
          .required("organisation", &DramDeviceConfig::organisation, "What one channel consists of.")
          .required("timing", &DramDeviceConfig::timing, "JEDEC timings.");
  return schema;
}

const config::Schema<DramControllerConfig>& DramControllerConfig::schema() {
  static const auto schema =
      config::Schema<DramControllerConfig>("dram_controller", "The on-chip side of a DRAM.")
          .optional("queue", &DramControllerConfig::queue,
                    "Requests in the controller at a time; banks are prepared this far ahead.", config::between(1, 256))
          .optional("request_latency", &DramControllerConfig::request_latency,
                    "Cycles of the controller's clock from a request to its first DRAM command.",
                    config::between(Cycles(0), Cycles(64)))
          .optional("response_latency", &DramControllerConfig::response_latency,
                    "Cycles of the controller's clock from the last data to the response.",
                    config::between(Cycles(0), Cycles(64)));
  return schema;
}

const config::Schema<DramConfig>& DramConfig::schema() {
  static const auto schema =
      config::Schema<DramConfig>("dram", "One channel of DRAM with its controller.")
          .required("device", &DramConfig::device, "Memory document with timing and prices, such as lpddr4_3200.")
          .optional("mapping", &DramConfig::mapping,
                    "Parts of an address from the most significant: row, bank and column.")
          .optional("rounding", &DramConfig::rounding, "Whether delays are rounded up to whole clocks of the device.")
          .optional("power_down_after", &DramConfig::power_down_after,
                    "Quiet time before the rows are closed and the device powers down (docs/models.md).",
                    config::at_least(Time::from_si(1e-9)))
          .optional("self_refresh_after", &DramConfig::self_refresh_after,
                    "Time after the last request at which an idle device goes into self-refresh.",
                    config::at_least(Time::from_si(1e-9)))
          .optional("controller", &DramConfig::controller, "Queue and latencies of the controller.")
          .optional("cost_per_byte", &DramConfig::cost_per_byte,
                    "Relative cost of a byte for the mapper; an SRAM byte is the unit.", config::at_least(0.0))
          .optional("bytes_per_cycle", &DramConfig::bytes_per_cycle,
                    "Bandwidth as the mapper weighs it, in bytes per cycle of the NPU.", config::at_least(1e-6))
          .check([](const DramConfig& c, const config::Node& node, config::Diagnostics& d) {
            if (c.self_refresh_after < c.power_down_after) {
              d.error(at(node, "self_refresh_after"),
                      "expected at least power_down_after = " + to_text(c.power_down_after));
            }
          });
  return schema;
}

}  // namespace subvolt::mem

namespace subvolt::config {

const std::vector<std::pair<mem::DramMapping, std::string>>& EnumNames<mem::DramMapping>::names() {
  using mem::DramMapping;
  static const std::vector<std::pair<DramMapping, std::string>> names{{DramMapping::kRowBankColumn, "row_bank_column"},
                                                                      {DramMapping::kBankRowColumn, "bank_row_column"},
                                                                      {DramMapping::kRowColumnBank, "row_column_bank"}};
  return names;
}

const std::vector<std::pair<mem::DramRounding, std::string>>& EnumNames<mem::DramRounding>::names() {
  using mem::DramRounding;
  static const std::vector<std::pair<DramRounding, std::string>> names{{DramRounding::kNone, "none"},
                                                                       {DramRounding::kClock, "clock"}};
  return names;
}

}  // namespace subvolt::config
